"""What each channel puts on the wire, and what it refuses beforehand."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.channels import build_channels, served
from bot.channels.building import Tools
from bot.channels.client import PlatformClient
from bot.channels.errors import BackOff, OnHold, OverShare, Refused, TryAgain
from bot.channels.group_task.transport import GroupTaskTransport
from bot.channels.official_account.transport import NoticeTemplate, notice_template
from bot.channels.transport import Go, Hold, Sent, Stop, Transport, Wait
from bot.channels.wecom_robot.transport import RobotResponseTransport
from bot.media.download import Downloader
from storage.engine import Database
from storage.models.outbox import Channel, DeliveryStatus
from tests.bot.channels.platform import FakePlatform
from tests.bot.channels.rows import NOW, make_destination, make_message
from tests.bot.watch import Watch
from tests.settings import settings_with

SEND, NOTICE = "/cgi-bin/message/custom/send", "/cgi-bin/message/template/send"
PUSH = "/cgi-bin/webhook/send"
TASK, RESULT = (
    "/cgi-bin/externalcontact/add_msg_template",
    "/cgi-bin/externalcontact/get_groupmsg_send_result",
)


@pytest.fixture
def channels(
    platform: FakePlatform, client: PlatformClient, sqlite_database: Database, watch: Watch
) -> dict[Channel, Transport]:
    """All channels of a configuration with two accounts, one of them without customer messages."""
    account = {"app_secret": "s", "token": "abc", "api_base": platform.base}
    settings = settings_with(
        official_accounts={
            "main": {**account, "app_id": "wx1", "notice_template": "T1 thing1=有进展"},
            "small": {**account, "app_id": "wx2", "customer_messages": False},
            "subscribed": {
                **account,
                "app_id": "wx3",
                "notice_kind": "subscription",
                "notice_template": "T2 thing1=有进展",
            },
        },
        wecom={
            "corp_id": "ww1",
            "contact_secret": "s",
            "api_base": platform.base,
            "response_url_base": platform.base,
        },
    )
    tools = Tools(settings, client, Downloader(), sqlite_database, watch)
    channels = served(build_channels(tools).transports)
    response = RobotResponseTransport(client, (f"{platform.base}/aibot",))
    return {**channels, Channel.ROBOT_RESPONSE: response}


# ------------------------------------------------------------------ Official Account


@pytest.fixture
def account(channels: dict[Channel, Transport]) -> Transport:
    return channels[Channel.OFFICIAL_ACCOUNT]


async def test_a_customer_message_has_openid_and_text(account: Transport, platform: FakePlatform) -> None:
    assert await account.send(make_destination(), make_message("诉求 0001 已接单")) == Sent()

    [call] = platform.called(SEND)
    assert call.query == {"access_token": "token-1"}
    assert call.body == {
        "touser": "openid-chen",
        "msgtype": "text",
        "text": {"content": "诉求 0001 已接单"},
    }


async def test_a_long_text_goes_part_by_part_each_within_2048_bytes(
    account: Transport, platform: FakePlatform
) -> None:
    message = make_message("水" * 1000)

    assert await account.send(make_destination(), message) == Sent(has_more=True)
    assert await account.send(make_destination(), replace(message, parts_sent=1)) == Sent()

    contents = [call.body["text"]["content"] for call in platform.called(SEND)]
    assert [len(content) for content in contents] == [682, 318]


@pytest.mark.parametrize(
    ("code", "error"), [(45015, OnHold), (45047, OnHold), (40003, Refused), (45009, BackOff), (-1, TryAgain)]
)
async def test_the_platform_s_code_decides(
    account: Transport, platform: FakePlatform, code: int, error: type[Exception]
) -> None:
    platform.answers(SEND, {"errcode": code, "errmsg": "no"})

    with pytest.raises(error):
        await account.send(make_destination(), make_message())


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        ({}, Go),  # never wrote: the platform knows
        ({"opened_at": NOW - timedelta(hours=47)}, Go),
        ({"opened_at": NOW - timedelta(hours=48)}, Hold),
        ({"opened_at": NOW, "recent": [NOW.timestamp()] * 4}, Go),
        ({"opened_at": NOW, "recent": [NOW.timestamp()] * 5}, Hold),
        ({"recent": [NOW.timestamp()] * 5}, Hold),
        ({"recent": [NOW.timestamp() - 48 * 3600 - 1] * 5}, Go),
        ({"account": "small", "opened_at": NOW}, Hold),
    ],
)
def test_a_closed_window_holds_without_a_call(
    account: Transport, destination: dict[str, Any], expected: type
) -> None:
    assert isinstance(account.permit(make_destination(**destination), make_message(), now=NOW), expected)


async def test_an_account_that_is_not_configured_pauses(account: Transport) -> None:
    with pytest.raises(BackOff) as raised:
        await account.send(make_destination(account="gone"), make_message())
    assert raised.value.pauses_account


async def test_the_knock_can_be_a_subscription_notice(account: Transport, platform: FakePlatform) -> None:
    await account.knock(make_destination(account="subscribed"))

    [call] = platform.called("/cgi-bin/message/subscribe/bizsend")
    data = {"thing1": {"value": "有进展"}}
    assert call.body == {"touser": "openid-chen", "template_id": "T2", "data": data}
    assert platform.called(NOTICE) == []


async def test_the_knock_is_the_configured_template(account: Transport, platform: FakePlatform) -> None:
    await account.knock(make_destination())

    [call] = platform.called(NOTICE)
    assert call.body == {
        "touser": "openid-chen",
        "template_id": "T1",
        "data": {"thing1": {"value": "有进展"}},
    }


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("", None),
        ("T1", NoticeTemplate("T1", {})),
        (" T1  a=b=c  d= odd", NoticeTemplate("T1", {"a": "b=c", "d": ""})),
    ],
)
def test_a_template_is_named_with_its_fields(setting: str, expected: NoticeTemplate | None) -> None:
    assert notice_template(setting) == expected


# ------------------------------------------------------------------ group webhook


@pytest.fixture
def webhook(channels: dict[Channel, Transport]) -> Transport:
    return channels[Channel.GROUP_WEBHOOK]


GROUP = make_destination(channel=Channel.GROUP_WEBHOOK, account="", address="KEY")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (make_message("停水"), {"msgtype": "text", "text": {"content": "停水"}}),
        (
            make_message("停水", mentions=["wangfang", "@all"]),
            {"msgtype": "text", "text": {"content": "停水", "mentioned_list": ["wangfang", "@all"]}},
        ),
        (
            make_message("**停水**", format="markdown", mentions=["wangfang"]),
            {"msgtype": "markdown", "markdown": {"content": "<@wangfang>\n**停水**"}},
        ),
        (
            make_message("## 停水\n> **明天**", format="markdown", mentions=["@all"]),
            {"msgtype": "text", "text": {"content": "停水\n明天", "mentioned_list": ["@all"]}},
        ),
    ],
)
async def test_a_push_is_text_or_markdown(
    webhook: Transport, platform: FakePlatform, message: Any, expected: dict[str, Any]
) -> None:
    assert await webhook.send(GROUP, message) == Sent()

    [call] = platform.called(PUSH)
    assert (call.query, call.body) == ({"key": "KEY"}, expected)


async def test_a_long_push_mentions_people_once(webhook: Transport, platform: FakePlatform) -> None:
    message = make_message("水" * 1000, mentions=["wangfang"])

    for part in range(2):
        await webhook.send(GROUP, replace(message, parts_sent=part))

    assert ["mentioned_list" in call.body["text"] for call in platform.called(PUSH)] == [True, False]


def test_only_pushes_to_workers_are_repeated_when_the_answer_was_lost(
    channels: dict[Channel, Transport],
) -> None:
    to_workers = {Channel.GROUP_WEBHOOK, Channel.APPCHAT, Channel.WECOM_APP, Channel.WECOM_ROBOT}
    assert {name for name, each in channels.items() if each.repeats_lost} == to_workers & channels.keys()


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (make_message("停水", mentions=["wangfang"]), "（可能重复）\n停水"),
        (make_message("## 停水", format="markdown"), "（可能重复）\n## 停水"),
        (make_message("停水", format="markdown", mentions=["wangfang"]), "（可能重复）\n<@wangfang>\n停水"),
    ],
)
async def test_a_doubtful_push_says_so_in_its_first_line(
    webhook: Transport, platform: FakePlatform, message: Any, expected: str
) -> None:
    await webhook.send(GROUP, replace(message, is_doubtful=True))

    [call] = platform.called(PUSH)
    assert call.body[call.body["msgtype"]]["content"] == expected


@pytest.mark.parametrize(("style", "limit"), [("text", 2048), ("markdown", 4096)])
async def test_a_part_sent_again_is_the_same_part_and_fits(
    webhook: Transport, platform: FakePlatform, style: str, limit: int
) -> None:
    message = make_message("水" * 2600, format=style)
    doubted = replace(message, is_doubtful=True)
    answer = Sent(has_more=True)
    part = 0
    while answer.has_more:
        answer = await webhook.send(GROUP, replace(message, parts_sent=part))
        assert await webhook.send(GROUP, replace(doubted, parts_sent=part)) == answer
        part += 1

    contents = [call.body[style]["content"] for call in platform.called(PUSH)]
    assert "".join(contents[::2]) == "水" * 2600
    assert contents[1::2] == [f"（可能重复）\n{each}" for each in contents[::2]]
    assert max(len(each.encode()) for each in contents) <= limit


async def test_a_doubtful_push_without_text_is_still_no_message(webhook: Transport) -> None:
    with pytest.raises(Refused):
        await webhook.send(GROUP, replace(make_message(""), is_doubtful=True))


@pytest.mark.parametrize(
    ("seconds_ago", "expected"),
    [
        ([0.0] * 19, Go()),
        ([30.0, *[0.0] * 19], Wait(NOW + timedelta(seconds=30))),
        ([59.0, 40.0, *[0.0] * 19], Wait(NOW + timedelta(seconds=20))),
        ([61.0, *[0.0] * 19], Go()),
    ],
)
def test_twenty_pushes_fit_into_a_rolling_minute(
    webhook: Transport, seconds_ago: list[float], expected: Any
) -> None:
    recent = [NOW.timestamp() - seconds for seconds in seconds_ago]

    assert webhook.permit(replace(GROUP, recent=recent), make_message(), now=NOW) == expected


@pytest.mark.parametrize(("code", "error"), [(93000, Refused), (45009, BackOff)])
async def test_a_push_is_refused(
    webhook: Transport, platform: FakePlatform, code: int, error: type[Exception]
) -> None:
    platform.answers(PUSH, {"errcode": code})

    with pytest.raises(error) as raised:
        await webhook.send(GROUP, make_message())
    assert "KEY" not in str(raised.value)


# ------------------------------------------------------------------ group task


@pytest.fixture
def task(channels: dict[Channel, Transport]) -> Transport:
    return channels[Channel.GROUP_TASK]


ESTATE = make_destination(channel=Channel.GROUP_TASK, account="", address="wrABC")
ASKED = make_message("明天停水", sender="wangfang", platform_id="msg1")


async def test_a_task_waits_for_its_owner(task: Transport, platform: FakePlatform) -> None:
    platform.answers(TASK, {"errcode": 0, "fail_list": [], "msgid": "msg1"})

    assert await task.send(ESTATE, ASKED) == Sent(DeliveryStatus.AWAITING_OWNER, "msg1")
    [call] = platform.called(TASK)
    assert call.body == {
        "chat_type": "group",
        "sender": "wangfang",
        "chat_id_list": ["wrABC"],
        "text": {"content": "明天停水"},
    }


async def test_a_group_the_platform_does_not_know_is_refused(task: Transport, platform: FakePlatform) -> None:
    platform.answers(TASK, {"errcode": 0, "fail_list": ["wrABC"], "msgid": "msg1"})

    with pytest.raises(Refused):
        await task.send(ESTATE, ASKED)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([{"chat_id": "wrABC", "status": 0}], None),
        ([{"chat_id": "wrABC", "status": 1}], Sent(platform_id="msg1")),
        ([{"chat_id": "wrOTHER", "status": 1}], None),
        ([], None),
    ],
)
async def test_the_owner_s_tap_is_asked_for(
    task: Transport, platform: FakePlatform, results: list[dict[str, Any]], expected: Sent | None
) -> None:
    platform.answers(RESULT, {"errcode": 0, "send_list": results})

    assert await task.look_up(ESTATE, ASKED) == expected
    assert platform.called(RESULT)[0].body == {"msgid": "msg1", "userid": "wangfang", "limit": 500}


@pytest.mark.parametrize(("status", "error"), [(2, Refused), (3, OverShare)])
async def test_a_task_that_could_not_be_sent_is_refused(
    task: Transport, platform: FakePlatform, status: int, error: type[Exception]
) -> None:
    platform.answers(RESULT, {"errcode": 0, "send_list": [{"chat_id": "wrABC", "status": status}]})

    with pytest.raises(error):
        await task.look_up(ESTATE, ASKED)


def test_a_task_that_could_never_be_made_is_stopped(task: Transport) -> None:
    unconfigured = GroupTaskTransport(None)

    assert isinstance(task.permit(ESTATE, make_message("没有群主"), now=NOW), Stop)
    assert isinstance(unconfigured.permit(ESTATE, ASKED, now=NOW), Stop)
    assert isinstance(task.permit(ESTATE, ASKED, now=NOW), Go)


# ------------------------------------------------------------------ robot response


@pytest.fixture
def robot(channels: dict[Channel, Transport]) -> Transport:
    return channels[Channel.ROBOT_RESPONSE]


async def test_a_response_goes_to_its_url_as_given(robot: Transport, platform: FakePlatform) -> None:
    url = f"{platform.base}/aibot/response?response_code=a%2Bb"

    assert await robot.send(make_destination(address=url), make_message("已接单")) == Sent()
    [call] = platform.calls
    assert (call.path, call.query) == ("/aibot/response", {"response_code": "a+b"})
    assert call.body == {"msgtype": "markdown", "markdown": {"content": "已接单"}}


async def test_a_used_response_url_is_refused(robot: Transport, platform: FakePlatform) -> None:
    platform.answers("/aibot/response", {"errcode": 60140})

    with pytest.raises(Refused):
        await robot.send(make_destination(address=f"{platform.base}/aibot/response"), make_message())


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/aibot/response",
        "{base}.evil.example/aibot/response",
        "{base}/other/response",
        "{base}/aibot/../other",
        "{base}/aibot/%2e%2e/other",
        "{base}/aibotter",
        "http://user@{host}/aibot/response",
        "file:///etc/passwd",
        "",
    ],
)
def test_no_other_address_is_called(robot: Transport, platform: FakePlatform, url: str) -> None:
    url = url.format(base=platform.base, host=platform.base.removeprefix("http://"))

    assert isinstance(robot.permit(make_destination(address=url), make_message(), now=NOW), Stop)


@pytest.mark.parametrize(("minutes", "expected"), [(59, Go), (60, Stop)])
def test_a_response_url_lives_an_hour(
    robot: Transport, platform: FakePlatform, minutes: int, expected: type
) -> None:
    there = make_destination(address=f"{platform.base}/aibot/response?response_code=1")

    permit = robot.permit(there, make_message(), now=NOW + timedelta(minutes=minutes))

    assert isinstance(permit, expected)


# ------------------------------------------------------------------ all


@pytest.mark.parametrize(
    "channel", [Channel.OFFICIAL_ACCOUNT, Channel.GROUP_WEBHOOK, Channel.GROUP_TASK, Channel.ROBOT_RESPONSE]
)
@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": " \x00 "}, {"text": 5}])
async def test_a_message_without_text_is_never_sent(
    channels: dict[Channel, Transport], platform: FakePlatform, channel: Channel, body: dict[str, Any]
) -> None:
    transport = channels[channel]
    there = make_destination(channel=channel, address=f"{platform.base}/aibot/response")
    message = make_message(body=body | {"sender": "wangfang"})

    if isinstance(transport.permit(there, message, now=NOW), Go):
        with pytest.raises(Refused):
            await transport.send(there, message)
    assert platform.calls == []
