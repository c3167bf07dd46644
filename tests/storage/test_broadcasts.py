"""Rows of broadcasts: numbers, what their messages came to, what is cancelled and what is not."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from handlers.organization import import_organization, parse_organization
from storage import outbox as outbox_rows
from storage.broadcasts import people, progress, rows, series, templates
from storage.engine import Database
from storage.models.broadcasts import BroadcastAudience, BroadcastStatus, Way
from storage.models.outbox import Channel, DeliveryStatus, Priority, outbox
from storage.outbox import Address, Posting
from tests.conversations.conftest import read

STAFF, OTHER_STAFF = 3, 7


@pytest.fixture
def filled(database: Database, now: datetime) -> Database:
    """The sample communities, and one broadcast that is being sent."""
    database.write_now(import_organization, parse_organization(read("organization.toml")), now=now)
    database.write_now(add, now=now)
    return database


def add(db: Connection, /, *, now: datetime, community_id: int = 1, **values: Any) -> int:
    row: dict[str, Any] = {
        "community_id": community_id,
        "person_id": STAFF,
        "text": "明天停水",
        "target": "枫桥苑",
        "group_ids": [],
        "code": "3721",
        "status": BroadcastStatus.SENDING,
        "created_at": now,
        "number": rows.next_number(db, community_id),
        "audience": BroadcastAudience.RESIDENTS_GROUPS,
        "plan": {},
    }
    return rows.add_broadcast(db, row | values).number


def post(db: Connection, *statuses: DeliveryStatus, now: datetime) -> list[int]:
    """One message of the broadcast for each of these states."""
    for number, status in enumerate(statuses):
        to = Address(Channel.GROUP_TASK, "", f"wr{number}")
        body = {"text": "明天停水", "sender": "wangfang"}
        key = f"broadcast:1:group:{number}"
        outbox_rows.post(db, [Posting(to, key, body, Priority.BROADCAST, 1, broadcast_id=1)], now=now)
        db.execute(update(outbox).where(outbox.c.key == key).values(status=status))
    return list(db.execute(select(outbox.c.id).order_by(outbox.c.id)).scalars())


def carry(db: Connection, message_id: int, carrier_id: int) -> None:
    gathered = {"status": DeliveryStatus.GATHERED, "gathered_into_id": carrier_id}
    db.execute(update(outbox).where(outbox.c.id == message_id).values(gathered))


def states(db: Connection) -> list[DeliveryStatus]:
    return list(db.execute(select(outbox.c.status).order_by(outbox.c.id)).scalars())


def test_numbers_are_the_communitys_own(filled: Database, now: datetime) -> None:
    assert filled.write_now(add, now=now) == 2
    assert filled.write_now(add, now=now, community_id=2) == 1


def test_what_is_due_is_found_by_its_time(filled: Database, now: datetime) -> None:
    scheduled: dict[str, Any] = {"status": BroadcastStatus.SCHEDULED}
    filled.write_now(add, now=now, starts_at=now, **scheduled)
    filled.write_now(add, now=now, starts_at=now + timedelta(seconds=1), **scheduled)

    assert filled.read_now(rows.due_broadcasts, now=now, limit=10) == [2]
    assert filled.read_now(rows.settled_broadcasts, limit=10) == [1]


def test_only_one_claims(filled: Database) -> None:
    def claim(db: Connection) -> bool:
        return rows.claim_broadcast(db, 1, of=[BroadcastStatus.SENDING], status=BroadcastStatus.DONE)

    assert [filled.write_now(claim), filled.write_now(claim)] == [True, False]


def test_words_that_went_with_others_share_their_fate(filled: Database, now: datetime) -> None:
    first, second, third = filled.write_now(post, *[DeliveryStatus.AWAITING_OWNER] * 3, now=now)
    filled.write_now(carry, first, second)

    def carrier_becomes(db: Connection, status: DeliveryStatus) -> None:
        db.execute(update(outbox).where(outbox.c.id == second).values(status=status, error="群已解散"))

    assert filled.read_now(progress.counts, 1) == {DeliveryStatus.AWAITING_OWNER: 3}
    filled.write_now(carrier_becomes, DeliveryStatus.WAITING)
    assert filled.read_now(progress.is_waiting, 1)
    filled.write_now(carrier_becomes, DeliveryStatus.DEAD)
    assert not filled.read_now(progress.is_waiting, 1)
    assert filled.read_now(progress.stuck_messages, 1, with_uncertain=False) == [second]
    told = [(each.id, each.status, each.error) for each in filled.read_now(progress.standings, 1)]
    dead = (DeliveryStatus.DEAD, "群已解散")
    assert told == [(first, *dead), (second, *dead), (third, DeliveryStatus.AWAITING_OWNER, "")]


def test_only_what_nobody_has_begun_is_cancelled(filled: Database, now: datetime) -> None:
    waiting = DeliveryStatus.WAITING
    ids = filled.write_now(post, waiting, waiting, waiting, waiting, DeliveryStatus.SENT, now=now)

    def prepare(db: Connection) -> None:
        carry(db, ids[0], ids[1])
        db.execute(update(outbox).where(outbox.c.id == ids[2]).values(attempted_at=now))

    filled.write_now(prepare)
    [body] = filled.write_now(progress.cancel_unsent, 1, now=now)

    assert body["text"] == "明天停水"
    gathered, cancelled = DeliveryStatus.GATHERED, DeliveryStatus.CANCELLED
    assert filled.read_now(states) == [gathered, waiting, waiting, cancelled, DeliveryStatus.SENT]
    assert filled.read_now(progress.unsettled, 1) == [ids[0], ids[1], ids[2], ids[4]]


def test_tasks_are_called_back_at_once_and_only_once_noted(filled: Database, now: datetime) -> None:
    filled.write_now(post, DeliveryStatus.AWAITING_OWNER, DeliveryStatus.SENT, now=now)
    later = now + timedelta(minutes=1)

    assert filled.write_now(progress.call_back_awaiting, 1, now=now) == 1
    assert filled.write_now(progress.call_back_awaiting, 1, now=later) == 1

    found = filled.read_now(
        lambda db: [
            tuple(row)
            for row in db.execute(select(outbox.c.unwanted_at, outbox.c.next_at).order_by(outbox.c.id))
        ]
    )
    assert found == [(now, later), (None, now)]


def test_mass_sends_are_counted_in_their_month(filled: Database, now: datetime) -> None:
    def reached(db: Connection) -> None:
        for number, at in enumerate((now, now - timedelta(days=30), now + timedelta(days=1))):
            if number:
                add(db, now=now)
            row = {
                "broadcast_id": number + 1,
                "person_id": STAFF,
                "way": Way.MASS,
                "reason": "",
                "planned_at": at,
            }
            people.add_recipients(db, [row])

    filled.write_now(reached)
    month = {"since": now - timedelta(days=19), "until": now + timedelta(days=11)}

    assert filled.read_now(people.mass_sends_of, [STAFF, OTHER_STAFF], **month) == {STAFF: 2}
    filled.write_now(people.withdraw_recipients, 1, [STAFF], reason="已停止")
    assert filled.read_now(people.mass_sends_of, [STAFF, OTHER_STAFF], **month) == {STAFF: 1}
    assert filled.read_now(people.recipients_by_way, 1) == {(Way.NONE, "已停止"): 1}


def test_a_template_of_the_same_name_is_replaced(filled: Database, now: datetime) -> None:
    for text in ("旧", "新{时间}"):
        filled.write_now(templates.keep_template, 1, "停水", text=text, person_id=STAFF, now=now)
    filled.write_now(templates.keep_template, 2, "停水", text="别处", person_id=OTHER_STAFF, now=now)

    [kept] = filled.read_now(templates.templates_of, 1)
    assert kept.text == "新{时间}"
    filled.write_now(templates.remove_template, kept.id)
    assert filled.read_now(templates.template_named, 1, "停水") is None
    assert len(filled.read_now(templates.templates_of, 2)) == 1


def test_series_are_due_before_their_time_and_over_when_ended(filled: Database, now: datetime) -> None:
    values = {
        "community_id": 1, "person_id": STAFF, "text": "垃圾分类", "target": "全部", "order": {},
        "rule": {"daily": True}, "next_at": now, "created_at": now,
    }  # fmt: skip
    made = filled.write_now(series.add_series, values)

    assert made.number == 1
    assert filled.read_now(series.due_series, before=now, limit=10) == [made.id]
    filled.write_now(lambda db: series.change_series(db, made.id, next_at=None, ended_at=now))
    assert filled.read_now(series.due_series, before=now, limit=10) == []
    assert filled.read_now(series.series_of, 1) == []
