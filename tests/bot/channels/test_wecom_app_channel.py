"""The apps of a configuration: who is called back, sends, and has files."""

from typing import Any

import pytest

from bot.channels.appchat import channel as appchat
from bot.channels.building import Tools
from bot.channels.client import PlatformClient
from bot.channels.transport import Sent
from bot.channels.wecom_app import channel as wecom_app
from bot.media.download import Downloader
from storage.engine import Database
from storage.models.outbox import Channel
from tests.bot.channels.platform import FakePlatform
from tests.bot.channels.rows import make_destination, make_message
from tests.bot.watch import Watch
from tests.settings import settings_with
from tests.wire import Wire

KEY, NOW = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", 1_700_000_000
WORK = {"agent_id": 1000002, "secret": "s-work", "token": "token", "aes_key": KEY}
NOTICES = {"agent_id": 1000003, "secret": "s-notices"}


@pytest.fixture
def tools(platform: FakePlatform, client: PlatformClient, sqlite_database: Database, watch: Watch) -> Tools:
    """Two apps, one of which only sends."""
    apps: dict[str, Any] = {"work": WORK, "notices": NOTICES}
    settings = settings_with(wecom={"corp_id": "ww1", "api_base": platform.base, "apps": apps})
    return Tools(settings, client, Downloader(), sqlite_database, watch)


def test_an_app_is_called_back_where_it_has_a_token_and_under_the_corporation_s_id(tools: Tools) -> None:
    [door] = wecom_app.build(tools).doors

    assert (door.path, set(door.envelopes)) == ("/wecom/app/{name}", {"work"})
    encrypted, query = Wire("token", KEY, "ww1").seal("echo", NOW)
    answer = door.verify(door.envelopes["work"], query | {"echostr": encrypted}, now=NOW)
    assert answer == "echo"


async def test_each_app_sends_as_itself(tools: Tools, platform: FakePlatform) -> None:
    [transport] = wecom_app.build(tools).transports
    for name in ("work", "notices"):
        there = make_destination(channel=Channel.WECOM_APP, account=name, address="wangfang")
        assert await transport.send(there, make_message()) == Sent()

    secrets = [call.query["corpsecret"] for call in platform.called("/cgi-bin/gettoken")]
    agents = [call.body["agentid"] for call in platform.called("/cgi-bin/message/send")]
    assert (secrets, agents) == (["s-work", "s-notices"], [1000002, 1000003])


async def test_groups_and_members_share_the_app_s_token(tools: Tools, platform: FakePlatform) -> None:
    parts = (wecom_app.build(tools), appchat.build(tools))
    for [transport] in (each.transports for each in parts):
        there = make_destination(channel=transport.channel, account="work", address="X")
        await transport.send(there, make_message())

    assert len(platform.called("/cgi-bin/gettoken")) == 1


def test_without_apps_there_is_nothing_to_send_with(tools: Tools) -> None:
    tools.settings = settings_with()

    [door] = wecom_app.build(tools).doors

    assert door.envelopes == {}
    assert [each.channel for each in appchat.build(tools).transports] == [Channel.APPCHAT]
