"""The ways in and out of the house. Here is the one list of the ways out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.api import AccountApi
from bot.channels.client import PlatformClient
from bot.channels.group_task.transport import GroupTaskTransport
from bot.channels.group_webhook.transport import GroupWebhookTransport
from bot.channels.official_account.transport import Account, OfficialAccountTransport, notice_template
from bot.channels.tokens import CorporationToken, StableToken, Tokens, TokenSource
from bot.channels.transport import Transport
from bot.channels.verdicts import CORPORATION, OFFICIAL_ACCOUNT, Rulings
from bot.channels.wecom_robot.transport import RobotResponseTransport
from storage.engine import Database
from storage.models.outbox import Channel


@dataclass(frozen=True, slots=True)
class OfficialAccountSender:
    """What sending for an Official Account needs; `notice_template` as its transport module says."""

    app_id: str
    app_secret: str = field(repr=False)
    api_base: str = "https://api.weixin.qq.com"
    customer_messages: bool = True
    notice_template: str = ""


@dataclass(frozen=True, slots=True)
class WecomSender:
    """What sending through WeCom needs; without corporation or secret there are no group tasks."""

    corp_id: str = ""
    contact_secret: str = field(default="", repr=False)
    api_base: str = "https://qyapi.weixin.qq.com"
    response_url_bases: tuple[str, ...] = ("https://qyapi.weixin.qq.com",)


def transports(
    client: PlatformClient,
    *,
    database: Database,
    now: Callable[[], datetime],
    accounts: Mapping[str, OfficialAccountSender],
    wecom: WecomSender,
) -> tuple[Transport, ...]:
    """Every channel this process can send on; `accounts` by their names in the configuration."""

    def api(source: TokenSource, base: str, rulings: Rulings) -> AccountApi:
        return AccountApi(client, base, tokens=Tokens(source, database=database, now=now), rulings=rulings)

    def account(sender: OfficialAccountSender) -> Account:
        source = StableToken(client, sender.api_base, app_id=sender.app_id, app_secret=sender.app_secret)
        notice = notice_template(sender.notice_template)
        return Account(api(source, sender.api_base, OFFICIAL_ACCOUNT), sender.customer_messages, notice)

    contact = None
    if wecom.corp_id and wecom.contact_secret:
        secret = CorporationToken(client, wecom.api_base, corp_id=wecom.corp_id, secret=wecom.contact_secret)
        contact = api(secret, wecom.api_base, CORPORATION)
    return (
        OfficialAccountTransport({name: account(sender) for name, sender in accounts.items()}),
        GroupWebhookTransport(client, wecom.api_base),
        GroupTaskTransport(contact),
        RobotResponseTransport(client, wecom.response_url_bases),
    )


def served(channels: tuple[Transport, ...]) -> dict[Channel, Transport]:
    """The transports by their channel."""
    return {transport.channel: transport for transport in channels}
