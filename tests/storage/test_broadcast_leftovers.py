"""What broadcasts leave behind: previews nobody confirmed, and people who had their data removed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from storage import outbox, personal_data
from storage.broadcasts import rows
from storage.broadcasts.cleaning import drop_previews
from storage.engine import Database
from storage.models.broadcasts import BroadcastStatus, Way, broadcast_recipients
from storage.models.outbox import Channel, Priority
from storage.models.outbox import outbox as messages
from storage.outbox import Address, Posting
from tests.conftest import KEY
from tests.handlers.cases.scene import named, settle_in


@pytest.fixture
def database(sqlite_url: str, now: datetime) -> Iterator[Database]:
    """The sample communities."""
    opened = Database(sqlite_url, encryption_key=KEY)
    opened.write_now(settle_in, now=now)
    yield opened
    opened.close()


def broadcast(db: Connection, number: int, status: BroadcastStatus, *, at: datetime) -> int:
    values: dict[str, Any] = {
        "community_id": 1,
        "person_id": named(db, "李强").id,
        "text": "明天停水",
        "target": "枫桥苑",
        "group_ids": [1],
        "code": "",
        "plan": {"people_ids": [1, 2]},
        "created_at": at,
        "number": number,
        "status": status,
    }
    return rows.add_broadcast(db, values).id


def test_old_previews_keep_no_list_of_people(database: Database, now: datetime) -> None:
    old = now - timedelta(days=2)

    def story(db: Connection) -> list[tuple[BroadcastStatus, dict[str, Any]]]:
        numbers = [
            broadcast(db, 1, BroadcastStatus.PREVIEWED, at=old),
            broadcast(db, 2, BroadcastStatus.PREVIEWED, at=now),
            broadcast(db, 3, BroadcastStatus.DONE, at=old),
        ]
        assert drop_previews(db, before=now - timedelta(days=1), limit=10) == 1
        assert drop_previews(db, before=now - timedelta(days=1), limit=10) == 0
        found = [rows.lock_broadcast(db, each) for each in numbers]
        return [(each.status, each.plan) for each in found]

    kept = {"people_ids": [1, 2]}
    assert database.write_now(story) == [
        (BroadcastStatus.CANCELLED, {}),
        (BroadcastStatus.PREVIEWED, kept),
        (BroadcastStatus.DONE, kept),
    ]


def test_who_is_forgotten_stands_in_no_mass_send(database: Database, now: datetime) -> None:
    def story(db: Connection) -> dict[str, Any]:
        number = broadcast(db, 1, BroadcastStatus.SENDING, at=now)
        people = [named(db, "李强").id, named(db, "王芳").id]
        for person in people:
            db.execute(
                insert(broadcast_recipients).values(
                    broadcast_id=number, person_id=person, way=Way.MASS, reason="", planned_at=now
                )
            )
        body = {"text": "明天停水", "people": people, "openids": ["o1", "o2"]}
        to = Address(Channel.MASS_SEND, "main", f"broadcast:{number}:1")
        outbox.post(db, [Posting(to, "mass", body, Priority.BROADCAST, 1, broadcast_id=number)], now=now)
        personal_data.forget_accounts(db, people[0])
        left: dict[str, Any] = db.execute(select(messages.c.body)).scalar_one()
        return left | {"people": len(left["people"])}

    assert database.write_now(story) == {"text": "明天停水", "people": 1, "openids": ["o2"]}
