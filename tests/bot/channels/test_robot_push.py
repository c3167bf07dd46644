"""What a robot sends of its own accord, and what the platform's answers mean for it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.channels.errors import AnswerLost, BackOff, DeliveryError, Refused, TryAgain
from bot.channels.transport import Go, Sent, Stop, Wait
from bot.channels.wecom_robot.push import RobotTransport
from handlers.organization import import_organization, parse_organization
from storage import organization
from storage.engine import Database
from storage.models.organization import groups
from storage.models.outbox import Channel, Destination, OutgoingMessage
from tests.bot.channels.rows import NOW, make_destination, make_message
from tests.conversations.conftest import read

CARD = {"task_id": "case-1-1-1", "title": "诉求 0001 · 停车", "buttons": [["claim", "接单"]]}


class Line:
    """A line that keeps what it was asked and answers as told."""

    def __init__(self) -> None:
        self.is_up = True
        self.sent: list[dict[str, Any]] = []
        self.answer: int | DeliveryError = 0

    async def ask(self, cmd: str, body: dict[str, Any]) -> dict[str, Any]:
        assert cmd == "aibot_send_msg"
        self.sent.append(body)
        if isinstance(self.answer, DeliveryError):
            raise self.answer
        return {"errcode": self.answer, "errmsg": ""}


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def transport(line: Line, sqlite_database: Database) -> RobotTransport:
    return RobotTransport({"main": line}, sqlite_database)  # type: ignore[dict-item]  # a line for tests


def team(**overrides: Any) -> Destination:
    values = {"channel": Channel.WECOM_ROBOT, "account": "main", "address": "wrTeam"}
    return make_destination(**values | overrides)


def message(text: str = "新诉求 0001", **overrides: Any) -> OutgoingMessage:
    return make_message(text, **overrides)


async def test_a_text_goes_as_markdown_and_calls_people(transport: RobotTransport, line: Line) -> None:
    given = message(format="markdown", mentions=["wangfang", "@all", "zhaolei"], chat_type=2)

    assert await transport.send(team(), given) == Sent()

    assert line.sent == [
        {
            "chatid": "wrTeam",
            "chat_type": 2,
            "msgtype": "markdown",
            "markdown": {"content": "<@wangfang><@zhaolei>\n新诉求 0001"},
        }
    ]


async def test_a_long_text_goes_in_parts(transport: RobotTransport, line: Line) -> None:
    given = message("水" * 10_000)

    assert await transport.send(team(), given) == Sent(has_more=True)
    assert await transport.send(team(), make_message("水" * 10_000, parts_sent=1)) == Sent()

    contents = [body["markdown"]["content"] for body in line.sent]
    assert "".join(contents) == "水" * 10_000
    assert max(len(content.encode()) for content in contents) <= 20480


async def test_a_card_stands_alone(transport: RobotTransport, line: Line) -> None:
    given = message("水" * 10_000, card=CARD, mentions=["wangfang"])

    assert await transport.send(team(), given) == Sent()

    [body] = line.sent
    assert body["msgtype"] == "template_card"
    assert body["template_card"]["task_id"] == "case-1-1-1"
    assert "markdown" not in body


async def test_a_card_that_cannot_be_one_goes_as_text(transport: RobotTransport, line: Line) -> None:
    await transport.send(team(), message(card={"title": "没有编号"}))

    assert line.sent[0]["markdown"] == {"content": "新诉求 0001"}


async def test_what_may_be_there_already_is_repeated_as_text_that_says_so(
    transport: RobotTransport, line: Line
) -> None:
    await transport.send(team(), message(card=CARD, is_doubtful=True))

    assert line.sent[0]["markdown"] == {"content": "（可能重复）\n新诉求 0001"}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (-1, TryAgain),
        (45009, BackOff),
        (40058, Refused),
        (45002, Refused),
        (86003, Refused),
        (93006, Refused),
        (846609, TryAgain),
        (123456, TryAgain),
        (AnswerLost(), AnswerLost),
        (TryAgain(), TryAgain),
    ],
)
async def test_the_answer_decides(
    transport: RobotTransport, line: Line, answer: int | DeliveryError, error: type[DeliveryError]
) -> None:
    line.answer = answer

    with pytest.raises(error) as raised:
        await transport.send(team(), message())

    assert not raised.value.pauses_account  # other conversations go on
    assert str(raised.value)


def known_group(db: Connection, *, webhook: str) -> None:
    import_organization(db, parse_organization(read("organization.toml")), now=NOW)
    row = db.execute(select(groups.c.id).where(groups.c.webhook == "sample-webhook-grid-1")).one()
    organization.learn_chat(db, row.id, "wrTeam")
    organization.connect_group(db, row.id, robot="main", is_connected=True)
    db.execute(groups.update().where(groups.c.id == row.id).values(webhook=webhook))


@pytest.mark.parametrize(("webhook", "error"), [("key-1", BackOff), ("", Refused)])
async def test_a_group_that_is_closed_to_the_robot_is_reached_by_its_webhook_from_now_on(
    transport: RobotTransport, line: Line, sqlite_database: Database, webhook: str, error: type[Exception]
) -> None:
    await sqlite_database.write(known_group, webhook=webhook)
    line.answer = 93006

    with pytest.raises(error):
        await transport.send(team(), message())

    found = await sqlite_database.read(organization.group_by_chat, "wrTeam")
    assert found is not None
    assert not found.is_connected


@pytest.mark.parametrize(
    ("destination", "given", "expected"),
    [
        ({}, {}, Go),
        ({"recent": [NOW.timestamp()] * 29}, {}, Go),
        ({"recent": [NOW.timestamp()] * 30}, {}, Wait),
        ({"recent": [NOW.timestamp() - 61] * 999}, {}, Go),
        ({"recent": [NOW.timestamp() - 61] * 1000}, {}, Wait),
        ({"recent": [NOW.timestamp() - 3601] * 1000}, {}, Go),
        ({"account": "former"}, {}, Stop),
        ({}, {"text": " "}, Stop),
        ({}, {"text": "", "card": CARD}, Go),
    ],
)
def test_quotas_and_what_cannot_be_sent_are_known_beforehand(
    transport: RobotTransport, destination: dict[str, Any], given: dict[str, Any], expected: type
) -> None:
    assert isinstance(transport.permit(team(**destination), message(**given), now=NOW), expected)


def test_the_quota_ends_when_the_first_of_the_minute_is_a_minute_old(transport: RobotTransport) -> None:
    recent = [NOW.timestamp() - 20 + n / 2 for n in range(30)]

    permit = transport.permit(team(recent=recent), message(), now=NOW)

    assert permit == Wait(NOW + timedelta(seconds=40))


def test_robots_that_another_process_holds_are_left_to_it(transport: RobotTransport, line: Line) -> None:
    assert transport.absent() == frozenset()
    line.is_up = False
    assert transport.absent() == {"main"}
