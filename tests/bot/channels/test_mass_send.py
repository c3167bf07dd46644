"""公众号群发 on the wire: two people at least, no text twice, and what the platform's refusals mean."""

from datetime import timedelta
from typing import Any

import pytest

from bot.channels import build_channels, served
from bot.channels.building import Tools
from bot.channels.client import PlatformClient
from bot.channels.errors import BackOff, DeliveryError, Refused, TryAgain
from bot.channels.transport import Go, Sent, Stop, Transport
from bot.media.download import Downloader
from storage.engine import Database
from storage.models.outbox import Channel, OutgoingMessage
from tests.bot.channels.platform import RESET, FakePlatform
from tests.bot.channels.rows import NOW, make_destination, make_message
from tests.bot.watch import Watch
from tests.settings import settings_with

MASS = "/cgi-bin/message/mass/send"
PLACE = make_destination(channel=Channel.MASS_SEND, address="broadcast:7:1")


@pytest.fixture
def mass(
    platform: FakePlatform, client: PlatformClient, sqlite_database: Database, watch: Watch
) -> Transport:
    account = {"app_secret": "s", "token": "abc", "api_base": platform.base, "app_id": "wx1"}
    settings = settings_with(official_accounts={"main": account})
    tools = Tools(settings, client, Downloader(), sqlite_database, watch)
    return served(build_channels(tools).transports)[Channel.MASS_SEND]


def to(*openids: Any, text: str = "明天停水") -> OutgoingMessage:
    return make_message(text, openids=list(openids), clientmsgid="broadcast-7-1-1")


async def test_all_openids_go_in_one_call(mass: Transport, platform: FakePlatform) -> None:
    platform.answers(MASS, {"errcode": 0, "msg_id": 34182})

    assert await mass.send(PLACE, to("a", "b")) == Sent(platform_id="34182")

    [call] = platform.called(MASS)
    assert call.body == {
        "touser": ["a", "b"],
        "msgtype": "text",
        "text": {"content": "明天停水"},
        "clientmsgid": "broadcast-7-1-1",
    }


async def test_what_was_sent_already_is_sent(mass: Transport, platform: FakePlatform) -> None:
    platform.answers(MASS, {"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": 34182})

    assert await mass.send(PLACE, to("a", "b")) == Sent(platform_id="34182")


async def test_a_lost_answer_is_asked_for_again(mass: Transport, platform: FakePlatform) -> None:
    platform.answers(MASS, RESET)

    with pytest.raises(TryAgain):
        await mass.send(PLACE, to("a", "b"))

    assert mass.repeats_interrupted


@pytest.mark.parametrize(
    ("code", "error", "pause"),
    [
        (-1, TryAgain, None),
        (45066, BackOff, timedelta(minutes=1)),
        (45009, BackOff, timedelta(minutes=10)),
        (45028, Refused, None),
        (48001, Refused, None),
        (40130, Refused, None),
        (87014, Refused, None),
    ],
)
async def test_what_the_platform_refuses(
    mass: Transport, platform: FakePlatform, code: int, error: type[DeliveryError], pause: timedelta | None
) -> None:
    platform.answers(MASS, {"errcode": code, "errmsg": "no"})

    with pytest.raises(error) as caught:
        await mass.send(PLACE, to("a", "b"))

    assert caught.value.retry_after == pause


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (to("a", "b"), Go()),
        (to("a"), Stop("公众号群发一次要有 2 到 10000 人")),
        (to(), Stop("公众号群发一次要有 2 到 10000 人")),
        (to("a", 7), Stop("公众号群发一次要有 2 到 10000 人")),
        (to("a", "b", text=" "), Stop("消息没有内容")),
        (make_message("明天停水", openids="ab"), Stop("公众号群发一次要有 2 到 10000 人")),
    ],
)
def test_what_could_never_be_sent_is_refused_beforehand(
    mass: Transport, message: OutgoingMessage, expected: Go | Stop
) -> None:
    assert mass.permit(PLACE, message, now=NOW) == expected


async def test_an_account_that_is_not_configured_waits(mass: Transport) -> None:
    with pytest.raises(BackOff):
        await mass.send(make_destination(channel=Channel.MASS_SEND, account="gone"), to("a", "b"))
