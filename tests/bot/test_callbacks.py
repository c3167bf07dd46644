"""The HTTP edge: what is refused, what is answered, and that nothing is stored that should not be."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from storage.models.cases import Case
from storage.models.conversations import AnswerRoute, Outcome
from tests.conversations.conftest import all_cases
from tests.edge import (
    ACCOUNT,
    GH,
    OPENID,
    ROBOT,
    SEWER,
    Edge,
    message_xml,
    robot_json,
    running_edge,
    text_xml,
)
from tests.wire import NONCE, sha1


@pytest.fixture
async def edge(database_url: str, now: datetime) -> AsyncIterator[Edge]:
    async with running_edge(database_url, now) as running:
        yield running


@pytest.fixture
async def sqlite_edge(sqlite_url: str, now: datetime) -> AsyncIterator[Edge]:
    """Where the database is never reached, one kind is enough."""
    async with running_edge(sqlite_url, now) as running:
        yield running


# ------------------------------------------------------------------ verification


async def test_the_account_gets_its_challenge_back_as_it_came(sqlite_edge: Edge) -> None:
    query = ACCOUNT.plain_query(sqlite_edge.now, echostr="4375120948345356249")

    assert await sqlite_edge.get("/wechat/main", query) == (200, "4375120948345356249")


async def test_the_robot_gets_its_challenge_back_decrypted(sqlite_edge: Edge) -> None:
    echo, query = ROBOT.seal("1616140317555161061", sqlite_edge.now)

    answer = await sqlite_edge.get("/wecom/robot/main", query | {"echostr": echo})

    assert answer == (200, "1616140317555161061")


@pytest.mark.parametrize("path", ["/wechat/main", "/wecom/robot/main"])
@pytest.mark.parametrize("seconds", [-301, 301])
async def test_a_stale_verification_is_refused(sqlite_edge: Edge, path: str, seconds: int) -> None:
    echo, signed = ROBOT.seal("1616140317555161061", sqlite_edge.now + seconds)
    query = ACCOUNT.plain_query(sqlite_edge.now + seconds) | (signed if "robot" in path else {})

    status, body = await sqlite_edge.get(path, query | {"echostr": echo})

    assert (status, echo in body) == (403, False)


FORGED_QUERIES = [
    {},
    {"echostr": "1"},
    {"signature": "", "timestamp": "", "nonce": "", "echostr": "1"},
    {"signature": "0" * 40, "msg_signature": "0" * 40, "timestamp": "1", "nonce": "1", "echostr": "1"},
    {"signature": "é", "msg_signature": "é", "timestamp": "٣", "nonce": "\x00", "echostr": "下"},
    {"signature": "a" * 4000, "timestamp": "9" * 3000, "nonce": "n", "echostr": "<script>"},
]


@pytest.mark.parametrize("path", ["/wechat/main", "/wecom/robot/main"])
async def test_a_forged_verification_is_refused_and_echoes_nothing(sqlite_edge: Edge, path: str) -> None:
    answers = [await sqlite_edge.get(path, query) for query in FORGED_QUERIES]

    assert {status for status, _ in answers} == {403}
    assert {body for _, body in answers} == {"signature, time or receiver does not fit\n"}


async def test_a_signed_challenge_that_cannot_be_opened_is_refused(sqlite_edge: Edge) -> None:
    query = {"timestamp": str(sqlite_edge.now), "nonce": NONCE, "echostr": "AAAA"}
    signature = sha1(ROBOT.token, query["timestamp"], NONCE, "AAAA")

    status, _ = await sqlite_edge.get("/wecom/robot/main", query | {"msg_signature": signature})

    assert status == 403


@pytest.mark.parametrize("path", ["/wechat/nobody", "/wecom/robot/nobody", "/wechat/%2e%2e", "/wechat/主"])
async def test_an_unknown_name_is_not_found(sqlite_edge: Edge, path: str) -> None:
    query, body = ACCOUNT.safe(text_xml(SEWER), sqlite_edge.now)

    statuses = [(await sqlite_edge.get(path, query))[0], (await sqlite_edge.post(path, query, body))[0]]

    assert statuses == [404, 404]
    assert (await sqlite_edge.counts())["receipts"] == 0


# ------------------------------------------------------------------ answered


async def test_each_mode_is_answered_in_its_own(edge: Edge) -> None:
    await edge.say("你好", key="0")  # the first contact, which is told more
    plain = await edge.send_plain(text_xml("你好", key="1"))
    safe = await edge.say("你好", key="2")
    forged = message_xml("text", "<Content>撤销</Content>", sender="oSomebodyElse", key="9")
    beside = forged.removeprefix("<xml>").removesuffix("</xml>")
    query, body = ACCOUNT.safe(text_xml("你好", key="3"), edge.now, beside=beside)
    status, compatible = await edge.post("/wechat/main", query, body)

    assert plain.text == safe.text == ACCOUNT.read_xml(compatible)["Content"] != ""
    assert status == 200
    assert [(each.message_key, each.text) for each in await edge.receipts()] == [
        ("0", "你好"),
        ("1", "你好"),
        ("2", "你好"),
        ("3", "你好"),
    ]
    assert ACCOUNT.read_xml(compatible)["ToUserName"] == OPENID
    assert ACCOUNT.read_xml(compatible)["FromUserName"] == GH
    assert (await edge.counts())["identities"] == await staff_identities(edge) + 1


async def staff_identities(edge: Edge) -> int:
    """Those who came with the organization: everybody but residents."""
    counts = await edge.counts()
    residents = {each.person_id for each in await edge.receipts()}
    return counts["identities"] - len(residents)


async def test_an_identical_callback_again_gets_the_same_answer_and_one_case(edge: Edge) -> None:
    query, body = ACCOUNT.safe(text_xml(SEWER), edge.now)

    answers = [await edge.post("/wechat/main", query, body) for _ in range(3)]
    together = await asyncio.gather(*(edge.post("/wechat/main", query, body) for _ in range(3)))

    contents = {ACCOUNT.read_xml(body)["Content"] for status, body in [*answers, *together] if status == 200}
    assert len(contents) == 1
    assert "2026-0001" in contents.pop()
    counts = await edge.counts()
    assert (counts["receipts"], counts["cases"]) == (1, 1)


async def test_the_same_id_on_another_account_is_another_message(sqlite_url: str, now: datetime) -> None:
    def add_account(config: dict[str, dict[str, dict[str, object]]]) -> None:
        config["official_accounts"]["second"] = dict(config["official_accounts"]["main"])

    async with running_edge(sqlite_url, now, change=add_account) as edge:
        await edge.say("你好", account="main")
        await edge.say("你好", account="second")

        assert [each.account for each in await edge.receipts()] == ["main", "second"]


EVENT = "<Event><![CDATA[{}]]></Event>"
POLITE = [
    ("hologram", "<Content>将来</Content>", True),
    ("miniprogrampage", "<Title>小程序</Title>", True),
    ("file", "<Title>合同.pdf</Title>", True),
    ("link", "<Title>a</Title><Url>http://l.example</Url>", True),
    ("location", "<Location_X>1</Location_X><Location_Y>2</Location_Y><Label>某处</Label>", True),
    ("image", "<PicUrl>http://p.example</PicUrl><MediaId>m</MediaId>", True),
    ("voice", "<MediaId>m</MediaId><Format>amr</Format>", True),
    ("event", EVENT.format("subscribe"), True),
    ("event", EVENT.format("card_pass_check"), False),
    ("event", EVENT.format("LOCATION"), False),
    ("event", EVENT.format("unsubscribe"), False),
    ("event", "", False),
]


async def test_every_kind_is_recorded_and_answered_politely_or_not_at_all(edge: Edge) -> None:
    heard = [
        await edge.send(message_xml(kind, fields, key="" if kind == "event" else str(number), created=number))
        for number, (kind, fields, _) in enumerate(POLITE, start=1)
    ]

    assert [each.status for each in heard] == [200] * len(POLITE)
    assert [bool(each.text) for each in heard] == [is_answered for _, _, is_answered in POLITE]
    stored = await edge.receipts()
    assert [each.payload["type"] for each in stored if each.payload] == [kind for kind, _, _ in POLITE]
    assert {each.outcome for each in stored} == {Outcome.HANDLED}
    assert (await edge.counts())["cases"] == 0


ODD = "枫桥苑33号楼5单元下水道堵了\x00\x08\x1b\x7f\ufffe，😀👨‍👩‍👧 \u202e倒\u200b \\x00 %s {0} ' \" --;"


async def test_odd_characters_are_stored_without_harm(edge: Edge) -> None:
    plain = await edge.send_plain(text_xml(ODD, key="1"))
    menu = await edge.send_plain(
        message_xml("event", EVENT.format("CLICK") + f"<EventKey><![CDATA[{ODD}]]></EventKey>", key="")
    )

    assert "2026-0001" in plain.text
    assert menu.status == 200
    first, second = await edge.receipts()
    clean = "".join(each for each in ODD if each not in "\x00\x08\x1b\x7f\ufffe")
    assert first.text == clean
    assert second.payload is not None
    assert second.payload["event_key"] == clean


async def test_odd_json_of_a_robot_is_stored_without_harm(edge: Edge) -> None:
    odd = {"eventtype": "enter\x00_\ud800chat"}
    heard = [
        await edge.tell_robot(robot_json("查 1", key="1", quote={"text": {"content": "坏\x00\udc00字"}})),
        await edge.tell_robot(robot_json("", key="2", msgtype="event", event=odd)),
        await edge.tell_robot(robot_json("", key="3", msgtype="weird\x00\ud800")),
        await edge.tell_robot(robot_json("坏\x00\ud83d字", key="4", response_url="http://x/\x00")),
    ]

    assert [each.status for each in heard] == [200] * 4
    payloads = [each.payload or {} for each in await edge.receipts()]
    assert [each["type"] for each in payloads] == ["text", "event", "weird", "text"]
    assert payloads[0]["quoted"] == "坏字"
    assert payloads[1]["event"] == "enter_chat"


async def test_a_person_unknown_to_the_robot_is_told_so_and_not_added(edge: Edge) -> None:
    before = await edge.counts()

    heard = await edge.tell_robot(robot_json("接单 1", key="1", sender="stranger"))

    assert "还没有登记您的身份" in heard.text
    assert await edge.counts() == before | {"receipts": 1}
    [receipt] = await edge.receipts()
    assert receipt.outcome is Outcome.REFUSED


async def test_an_answer_longer_than_the_platform_takes_goes_on_by_another_way(edge: Edge) -> None:
    await edge.say(SEWER, key="1")
    await edge.tell_robot(robot_json("办结 1 " + "管道已疏通，" * 200 + "完", key="r1"))

    heard = await edge.say("查 1", key="2")

    assert 1024 < len(heard.text.encode()) <= 2048
    rest = [each.body["text"] for each in await edge.outgoing("answer:")]
    assert rest
    assert "".join([heard.text, *rest]).count("管道已疏通，") == 200
    assert (await edge.receipts())[-1].answer_route is AnswerRoute.PASSIVE


async def test_many_people_at_once_are_each_answered_with_their_own_case(edge: Edge) -> None:
    heard = await asyncio.gather(
        *(edge.say(f"枫桥苑{n}号楼下水道堵了", sender=f"oPerson{n}", key=f"k{n}") for n in range(1, 31))
    )

    cases: list[Case] = await edge.database.read(all_cases)
    assert sorted(case.number for case in cases) == list(range(1, 31))
    for number, each in enumerate(heard, start=1):
        [own] = [case for case in cases if case.building == str(number)]
        assert own.label in each.text


async def test_health_is_told_without_a_signature(sqlite_edge: Edge) -> None:
    assert await sqlite_edge.get("/healthz", {}) == (200, "ok\n")
    assert await sqlite_edge.get("/readyz", {}) == (200, "ready\n")
