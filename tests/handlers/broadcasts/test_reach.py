"""Whom a broadcast reaches: the share of the month it is for, and how many people groups may hold."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from handlers.broadcasts.orders import Order
from handlers.broadcasts.previewing import preview_broadcast
from handlers.broadcasts.previews import Preview
from handlers.errors.broadcasts import NobodyReachable
from handlers.rules import Rules
from nlp.broadcasts.targets import Target, TargetKind
from storage import outbox as outbox_rows
from storage.engine import Database
from storage.models.broadcasts import BroadcastAudience
from storage.models.organization import Audience, estates, groups
from storage.models.outbox import Channel, DeliveryStatus, Priority, outbox
from storage.outbox import Address, Posting
from tests.handlers.cases.scene import estate, named, settle_in

SHARE = 27  # of November, but the three kept for emergencies
FENGQIAO = Target(TargetKind.ESTATE, "枫桥苑", "枫桥苑")


@pytest.fixture
def db_(database: Database, now: datetime) -> Database:
    database.write_now(settle_in, now=now)
    return database


def previewed(db: Connection, *, now: datetime, **order: Any) -> Preview:
    """What staff are shown of a broadcast to the residents' groups of 枫桥苑."""
    wanted = Order("明天停水", BroadcastAudience.RESIDENTS_GROUPS, (FENGQIAO,), **order)
    return preview_broadcast(db, named(db, "李强"), wanted, code="1234", now=now, rules=Rules())


def use_up_november(db: Connection, *, at: datetime) -> None:
    for chat in db.execute(
        select(groups.c.customer_group).where(groups.c.estate_id == estate(db).id)
    ).scalars():
        to = Address(Channel.GROUP_TASK, "", chat)
        body = {"text": "通知", "sender": "wangfang"}
        postings = [Posting(to, f"{chat}:{n}", body, Priority.NOTICE, 1) for n in range(SHARE)]
        outbox_rows.post(db, postings, now=at)
    db.execute(update(outbox).values(status=DeliveryStatus.SENT, finished_at=at, made_at=at))


def test_what_is_for_the_first_uses_the_share_of_the_next_month(db_: Database) -> None:
    now = datetime(2026, 11, 29, 2, tzinfo=UTC)

    def story(db: Connection) -> int:
        use_up_november(db, at=now - timedelta(days=3))
        with pytest.raises(NobodyReachable):
            previewed(db, now=now)
        return len(previewed(db, now=now, at=datetime(2026, 12, 1, 1, tzinfo=UTC)).found.groups)

    assert db_.write_now(story)


def test_what_waits_for_the_morning_of_the_first_uses_that_months_share_too(db_: Database) -> None:
    night = datetime(2026, 11, 30, 15, tzinfo=UTC)  # 23:00

    def story(db: Connection) -> int:
        use_up_november(db, at=night - timedelta(days=3))
        return len(previewed(db, now=night).found.groups)

    assert db_.write_now(story)


@pytest.mark.parametrize("has_estate", [True, False])
def test_groups_nobody_knows_the_size_of_need_a_second_person(
    db_: Database, now: datetime, has_estate: bool
) -> None:
    def story(db: Connection) -> Preview:
        db.execute(update(estates).values(households=None))
        home, owner = estate(db), named(db, "王芳")
        row = {"community_id": 1, "audience": Audience.RESIDENTS, "owner_id": owner.id}
        row |= {"estate_id": home.id if has_estate else None}
        db.execute(
            insert(groups),
            [row | {"name": f"枫桥苑{n}群", "customer_group": f"wrMany{n}"} for n in range(300)],
        )
        return previewed(db, now=now)

    made = db_.write_now(story)

    assert made.broadcast.people > 500
    assert made.approvers is not None
