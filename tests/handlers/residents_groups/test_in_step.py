"""What the platform says of residents' groups, taken over on both databases."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, select

from handlers.residents_groups.in_step import Chat, estates_named, note_change, note_gone, take_over
from storage import residents_groups
from storage.engine import Database
from storage.models.organization import Estate, Group
from storage.models.outbox import outbox
from tests.handlers.cases.scene import estate, named, settle_in

KNOWN = "wrSampleFengqiao"


@pytest.fixture
def sample(database: Database, now: datetime) -> Database:
    """The sample communities."""
    database.write_now(settle_in, now=now)
    return database


def taken(
    sample: Database,
    now: datetime,
    *,
    chat: str = "wrNew",
    name: str,
    owner: str = "wangfang",
    people: int = 5,
) -> list[Group]:
    """The rows of the chat, after the platform told of it."""
    sample.write_now(take_over, Chat(chat, name, owner, people), now=now)
    return sample.read_now(residents_groups.groups_of_chat, chat)


def told(sample: Database) -> list[str]:
    def look(db: Connection) -> list[Any]:
        return [row.body["text"] for row in db.execute(select(outbox.c.body).order_by(outbox.c.id))]

    return sample.read_now(look)


def test_a_group_that_has_not_changed_is_not_talked_of(sample: Database, now: datetime) -> None:
    [group] = taken(sample, now, chat=KNOWN, name="枫桥苑居民群", people=312)

    assert (group.members, told(sample)) == (312, [])


def test_an_owner_nobody_knows_is_told_once_and_is_asked_nothing(sample: Database, now: datetime) -> None:
    for _ in range(2):
        [group] = taken(sample, now, chat=KNOWN, name="枫桥苑居民群", owner="nobody")

    [text] = told(sample)
    assert group.owner_id is None
    assert "nobody" in text
    [group] = taken(sample, now, chat=KNOWN, name="枫桥苑居民群")
    assert group.owner_id == sample.read_now(named, "王芳").id


def test_an_owner_of_another_community_counts_as_unknown(sample: Database, now: datetime) -> None:
    [group] = taken(sample, now, chat=KNOWN, name="枫桥苑居民群", owner="sunli")

    assert (group.owner_id, len(told(sample))) == (None, 1)


def test_a_group_without_a_name_gets_one(sample: Database, now: datetime) -> None:
    [first] = taken(sample, now, chat="wr1", name="")
    [second] = taken(sample, now, chat="wr2", name="")

    assert (first.name, second.name) == ("王芳居民群", "王芳居民群（2）")


def test_a_name_that_is_taken_gets_a_number_which_is_no_other_name(sample: Database, now: datetime) -> None:
    for _ in range(2):
        [group] = taken(sample, now, name="枫桥苑居民群")

    assert group.name == "枫桥苑居民群（2）"
    assert [text for text in told(sample) if "在企业微信里叫" in text] == []


def test_without_a_known_owner_the_estate_says_whose_it_is(sample: Database, now: datetime) -> None:
    [group] = taken(sample, now, name="银杏里业主群", owner="nobody")

    there = sample.read_now(estate, "银杏里")
    assert (group.community_id, group.estate_id) == (there.community_id, there.id)
    assert len(told(sample)) == 2  # found, and its owner


def test_a_group_nobody_can_place_is_left_alone(sample: Database, now: datetime) -> None:
    assert taken(sample, now, name="相亲相爱一家人", owner="nobody") == []
    assert told(sample) == []


def test_an_owner_s_community_counts_before_an_estate_of_another(sample: Database, now: datetime) -> None:
    [group] = taken(sample, now, name="银杏里业主群", owner="wangfang")

    assert group.community_id == sample.read_now(named, "王芳").community_id
    assert group.estate_id is None


def test_a_dismissed_group_that_is_there_again_is_written_to_again(sample: Database, now: datetime) -> None:
    sample.write_now(note_gone, KNOWN, now=now)
    [gone] = sample.read_now(residents_groups.groups_of_chat, KNOWN)
    assert gone.dismissed_at == now

    [group] = taken(sample, now, chat=KNOWN, name="枫桥苑居民群")

    assert group.dismissed_at is None


@pytest.mark.parametrize(
    "payload", [{}, {"chat_id": ""}, {"chat_id": 3}, {"chat_id": None, "change": "dismiss"}]
)
def test_an_event_that_names_no_group_changes_nothing(
    sample: Database, now: datetime, payload: dict[str, Any]
) -> None:
    sample.write_now(note_change, payload, now)

    assert sample.read_now(residents_groups.noted_changes, limit=9) == []


def test_a_change_noted_again_while_it_is_asked_about_stays(sample: Database, now: datetime) -> None:
    event = {"chat_id": KNOWN, "change": "update"}
    sample.write_now(note_change, event, now)
    later = now.replace(second=5)
    sample.write_now(note_change, event, later)

    sample.write_now(residents_groups.forget_change, KNOWN, now)

    assert sample.read_now(residents_groups.noted_changes, limit=9) == [(KNOWN, later)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("枫桥苑三期业主群", ["枫桥苑"]),
        ("枫桥苑南区互助群", ["枫桥苑南区"]),
        ("枫桥苑与明园联谊群", ["枫桥苑", "明园小区"]),
        ("相亲相爱一家人", []),
        ("", []),
    ],
)
def test_the_estate_a_group_is_named_after(name: str, expected: list[str]) -> None:
    estates = [
        Estate(number, 1, each, aliases, "", None)
        for number, (each, aliases) in enumerate(
            [("枫桥苑", ["枫桥"]), ("枫桥苑南区", []), ("明园小区", ["明园"])], 1
        )
    ]

    assert sorted(each.name for each in estates_named(estates, name)) == sorted(expected)
