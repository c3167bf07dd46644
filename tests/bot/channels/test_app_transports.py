"""What apps put on the wire, to one member and into the groups they made."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.api import AccountApi
from bot.channels.appchat.transport import AppchatTransport
from bot.channels.client import PlatformClient
from bot.channels.errors import AnswerLost, BackOff, DeliveryError, Refused, TryAgain
from bot.channels.tokens import CorporationToken, Tokens
from bot.channels.transport import Go, Sent, Stop, Transport, Wait
from bot.channels.verdicts import CORPORATION
from bot.channels.wecom_app.transport import App, WecomAppTransport
from storage.engine import Database
from storage.models.outbox import Channel
from tests.bot.channels.platform import OK, RESET, FakePlatform
from tests.bot.channels.rows import NOW, make_destination, make_message
from tests.bot.channels.test_cards import CARD
from tests.bot.watch import Watch

SEND, GROUP_SEND, TOKEN = "/cgi-bin/message/send", "/cgi-bin/appchat/send", "/cgi-bin/gettoken"
WORKER = make_destination(channel=Channel.WECOM_APP, account="work", address="wangfang")
GROUP = make_destination(channel=Channel.APPCHAT, account="", address="TEAM1")


@pytest.fixture
def api(
    platform: FakePlatform, client: PlatformClient, sqlite_database: Database, watch: Watch
) -> AccountApi:
    """The endpoints under the app's secret."""
    source = CorporationToken(client, platform.base, corp_id="ww1", secret="s-work")
    tokens = Tokens(source, database=sqlite_database, now=watch)
    return AccountApi(client, platform.base, tokens=tokens, rulings=CORPORATION)


@pytest.fixture
def app(api: AccountApi) -> WecomAppTransport:
    return WecomAppTransport({"work": App(api, 1000002)})


@pytest.fixture
def group(api: AccountApi) -> AppchatTransport:
    return AppchatTransport({"work": api})


# ------------------------------------------------------------------ to one member


async def test_a_text_goes_to_one_member_under_the_app_s_token(
    app: WecomAppTransport, platform: FakePlatform
) -> None:
    platform.answers(SEND, {**OK, "invaliduser": "", "msgid": "M1"})

    assert await app.send(WORKER, make_message("诉求 0023 已转给您")) == Sent(platform_id="M1")
    [token] = platform.called(TOKEN)
    assert token.query == {"corpid": "ww1", "corpsecret": "s-work"}
    [call] = platform.called(SEND)
    assert call.query == {"access_token": "token-1"}
    assert 1800 <= call.body.pop("duplicate_check_interval") < 2800
    assert call.body == {
        "touser": "wangfang",
        "agentid": 1000002,
        "msgtype": "text",
        "text": {"content": "诉求 0023 已转给您"},
        "enable_duplicate_check": 1,
    }


async def test_markdown_and_cards_are_sent_as_such(app: WecomAppTransport, platform: FakePlatform) -> None:
    await app.send(WORKER, make_message("**停水**", format="markdown", mentions=["wangfang"]))
    await app.send(WORKER, make_message("诉求 0023 …", card=CARD))
    await app.send(WORKER, make_message("诉求 0023 …", card={**CARD, "buttons": []}))

    markdown, card, text = (call.body for call in platform.called(SEND))
    assert (markdown["msgtype"], markdown["markdown"]) == ("markdown", {"content": "**停水**"})
    assert (card["msgtype"], "text" in card) == ("template_card", False)
    assert (card["template_card"]["task_id"], len(card["template_card"]["button_list"])) == ("case-23@0", 3)
    assert (text["msgtype"], text["text"]) == ("text", {"content": "诉求 0023 …"})


@pytest.mark.parametrize("style", ["text", "markdown"])
async def test_a_long_text_goes_part_by_part_each_within_2048_bytes(
    app: WecomAppTransport, platform: FakePlatform, style: str
) -> None:
    message = make_message("水" * 1000, format=style)

    assert await app.send(WORKER, message) == Sent(has_more=True)
    assert await app.send(WORKER, replace(message, parts_sent=1)) == Sent()

    assert [len(call.body[style]["content"]) for call in platform.called(SEND)] == [682, 318]


async def test_a_repetition_is_the_same_request_and_no_other_message_is(
    app: WecomAppTransport, platform: FakePlatform
) -> None:
    message = make_message("水" * 682 * 2)  # two equal parts

    for each in (
        message,
        replace(message, is_doubtful=True, attempts=2),
        replace(message, parts_sent=1),
        replace(message, id=message.id + 1),
    ):
        await app.send(WORKER, each)

    first, again, part, other = (call.raw for call in platform.called(SEND))
    assert again == first
    assert len({first, part, other}) == 3


async def test_what_may_have_arrived_is_sent_again(app: WecomAppTransport, platform: FakePlatform) -> None:
    await app.send(WORKER, make_message())
    platform.answers(SEND, RESET)

    with pytest.raises(AnswerLost):
        await app.send(WORKER, make_message())
    assert app.repeats_lost


@pytest.mark.parametrize("answer", [{"invaliduser": "wangfang"}, {"unlicenseduser": "wangfang"}])
async def test_a_member_the_app_cannot_reach_is_refused_though_the_code_is_zero(
    app: WecomAppTransport, platform: FakePlatform, answer: dict[str, str]
) -> None:
    platform.answers(SEND, {**OK, **answer})

    with pytest.raises(Refused):
        await app.send(WORKER, make_message())


@pytest.mark.parametrize("name", ["invaliduser", "unlicenseduser", "msgid"])
@pytest.mark.parametrize("value", [None, "", []])
async def test_empty_remarks_of_the_platform_change_nothing(
    app: WecomAppTransport, platform: FakePlatform, name: str, value: Any
) -> None:
    platform.answers(SEND, {**OK, name: value})

    assert await app.send(WORKER, make_message()) == Sent()


CODES: list[tuple[int, type[DeliveryError], bool]] = [
    (-1, TryAgain, False),
    (40003, Refused, False),
    (40008, Refused, False),
    (40056, BackOff, True),
    (40058, Refused, False),
    (44004, Refused, False),
    (45002, Refused, False),
    (45009, BackOff, True),
    (45033, TryAgain, False),
    (48002, BackOff, True),
    (50002, Refused, False),
    (60011, Refused, False),
    (60020, BackOff, True),
    (60111, Refused, False),
    (81013, Refused, False),
    (82001, Refused, False),
    (301002, Refused, False),
    (99999, TryAgain, False),
]


@pytest.mark.parametrize(("code", "error", "is_account_wide"), CODES)
async def test_the_platform_s_code_decides(
    app: WecomAppTransport,
    platform: FakePlatform,
    code: int,
    error: type[DeliveryError],
    is_account_wide: bool,
) -> None:
    platform.answers(SEND, {"errcode": code, "errmsg": "no"})

    with pytest.raises(error) as raised:
        await app.send(WORKER, make_message())
    assert raised.value.pauses_account is is_account_wide


async def test_a_rejected_token_is_replaced_once(app: WecomAppTransport, platform: FakePlatform) -> None:
    await app.send(WORKER, make_message())
    platform.renew("token-2")

    assert await app.send(WORKER, make_message()) == Sent()
    assert [call.query["access_token"] for call in platform.called(SEND)] == ["token-1", "token-1", "token-2"]


@pytest.mark.parametrize(
    ("recent", "expected"),
    [
        ([0.0] * 29, Go()),
        ([20.0, *[0.0] * 29], Wait(NOW + timedelta(seconds=40))),
        ([61.0] * 30, Go()),
        ([600.0] * 999, Go()),
        ([600.0] * 1000, Wait(NOW + timedelta(minutes=50))),
        ([3601.0] * 1000, Go()),
    ],
    ids=lambda value: str(len(value)) if isinstance(value, list) else None,
)
def test_thirty_a_minute_and_a_thousand_an_hour_reach_a_member(
    app: WecomAppTransport, recent: list[float], expected: Any
) -> None:
    there = replace(WORKER, recent=[NOW.timestamp() - seconds for seconds in recent])

    assert app.permit(there, make_message(), now=NOW) == expected


def test_a_card_without_text_may_be_sent(app: WecomAppTransport) -> None:
    assert app.permit(WORKER, make_message("", card=CARD), now=NOW) == Go()


# ------------------------------------------------------------------ into a group


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (make_message("停水"), {"msgtype": "text", "text": {"content": "停水"}}),
        (
            make_message("停水", mentions=["wangfang", "@all"]),
            {"msgtype": "text", "text": {"content": "停水", "mentioned_list": ["wangfang", "@all"]}},
        ),
        (
            make_message("**停水**", format="markdown"),
            {"msgtype": "markdown", "markdown": {"content": "**停水**"}},
        ),
        (
            make_message("## 停水\n> **明天**", format="markdown", mentions=["wangfang"]),
            {"msgtype": "text", "text": {"content": "停水\n明天", "mentioned_list": ["wangfang"]}},
        ),
        (make_message("诉求 0023", card=CARD), {"msgtype": "text", "text": {"content": "诉求 0023"}}),
    ],
)
async def test_a_group_message_is_text_or_markdown(
    group: AppchatTransport, platform: FakePlatform, message: Any, expected: dict[str, Any]
) -> None:
    assert await group.send(GROUP, message) == Sent()

    [call] = platform.called(GROUP_SEND)
    assert call.query == {"access_token": "token-1"}
    assert call.body == {"chatid": "TEAM1", **expected}


@pytest.mark.parametrize("style", ["text", "markdown"])
async def test_a_part_sent_again_says_so_is_the_same_part_and_fits(
    group: AppchatTransport, platform: FakePlatform, style: str
) -> None:
    message = make_message("水" * 1600, format=style)
    doubted = replace(message, is_doubtful=True)
    answer, part = Sent(has_more=True), 0
    while answer.has_more:
        answer = await group.send(GROUP, replace(message, parts_sent=part))
        assert await group.send(GROUP, replace(doubted, parts_sent=part)) == answer
        part += 1

    contents = [call.body[style]["content"] for call in platform.called(GROUP_SEND)]
    assert "".join(contents[::2]) == "水" * 1600
    assert contents[1::2] == [f"（可能重复）\n{each}" for each in contents[::2]]
    assert max(len(each.encode()) for each in contents) <= 2048


@pytest.mark.parametrize(
    ("code", "sentence"),
    [(86001, "群编号不对"), (86003, "没有这个群"), (86007, "不存在的成员"), (86008, "不是本应用创建的")],
)
async def test_a_group_the_app_cannot_speak_in_is_refused_in_words(
    group: AppchatTransport, platform: FakePlatform, code: int, sentence: str
) -> None:
    platform.answers(GROUP_SEND, {"errcode": code})

    with pytest.raises(Refused, match=sentence):
        await group.send(GROUP, make_message())


async def test_a_group_belongs_to_the_app_that_is_named(
    api: AccountApi, client: PlatformClient, platform: FakePlatform
) -> None:
    nowhere = AccountApi(client, "http://127.0.0.1:9", tokens=api._tokens, rulings=CORPORATION)
    several = AppchatTransport({"other": nowhere, "work": api})

    assert await several.send(replace(GROUP, account="work"), make_message()) == Sent()
    with pytest.raises(BackOff) as raised:
        await several.send(GROUP, make_message())
    assert raised.value.pauses_account
    assert len(platform.called(GROUP_SEND)) == 1


@pytest.mark.parametrize(("count", "expected"), [(199, Go()), (200, Wait(NOW + timedelta(minutes=1)))])
def test_two_hundred_a_minute_reach_a_group(group: AppchatTransport, count: int, expected: Any) -> None:
    there = replace(GROUP, recent=[NOW.timestamp()] * count)

    assert group.permit(there, make_message(), now=NOW) == expected


# ------------------------------------------------------------------ both


@pytest.mark.parametrize("name", ["app", "group"])
async def test_an_app_that_is_not_configured_pauses(
    app: WecomAppTransport, group: AppchatTransport, platform: FakePlatform, name: str
) -> None:
    transport: Transport = {"app": app, "group": group}[name]

    with pytest.raises(BackOff) as raised:
        await transport.send(replace(WORKER, account="gone"), make_message())
    assert raised.value.pauses_account
    assert platform.calls == []


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": " \x00 "}, {"text": 5}, {"card": {"title": "标题"}}]
)
@pytest.mark.parametrize("name", ["app", "group"])
async def test_a_message_without_content_is_never_sent(
    app: WecomAppTransport,
    group: AppchatTransport,
    platform: FakePlatform,
    name: str,
    body: dict[str, Any],
) -> None:
    transport: Transport = {"app": app, "group": group}[name]
    message = make_message(body=body)

    assert isinstance(transport.permit(WORKER, message, now=NOW), Stop)
    with pytest.raises(Refused):
        await transport.send(WORKER, message)
    assert platform.calls == []
