"""What the channels need of the settings: accounts, robots and their keys."""

from typing import Any

from bot.channels import OfficialAccountSender, WecomSender
from bot.channels.envelope import Envelope
from bot.config import Settings


def senders(settings: Settings) -> dict[str, OfficialAccountSender]:
    """Every Official Account as what sends, by its name."""
    return {
        name: OfficialAccountSender(
            account.app_id,
            account.app_secret.get_secret_value(),
            account.api_base,
            account.customer_messages,
            account.notice_template,
        )
        for name, account in settings.official_accounts.items()
    }


def wecom_sender(settings: Settings) -> WecomSender:
    """The corporation as what sends."""
    wecom = settings.wecom
    secret = wecom.contact_secret.get_secret_value() if wecom.contact_secret else ""
    return WecomSender(wecom.corp_id, secret, wecom.api_base, (wecom.response_url_base,))


def robot_keys(settings: Settings) -> dict[str, tuple[str, ...]]:
    """What the robots' files are encrypted with."""
    robots = settings.wecom.robots.items()
    return {name: (robot.aes_key.get_secret_value(),) for name, robot in robots if robot.aes_key is not None}


def envelopes(settings: Settings) -> tuple[dict[str, Envelope], dict[str, Envelope]]:
    """How callbacks are opened and answers sealed: accounts, then robots, by their names."""

    def keys(*given: Any) -> tuple[str, ...]:
        return tuple(key.get_secret_value() for key in given if key is not None)

    accounts = {
        name: Envelope(
            account.token.get_secret_value(), keys(account.aes_key, account.previous_aes_key), account.app_id
        )
        for name, account in settings.official_accounts.items()
    }
    robots = {
        name: Envelope(robot.token.get_secret_value(), keys(robot.aes_key), robot.receive_id)
        for name, robot in settings.wecom.robots.items()
        if robot.mode == "webhook" and robot.token is not None
    }
    return accounts, robots
