"""Staff read of an emergency that a residents' group will not read."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, select

from handlers.residents_groups.undelivered import tell_emergency_undelivered
from storage.engine import Database
from storage.models.outbox import Priority, destinations, outbox
from tests.bot.channels.rows import make_message
from tests.handlers.cases.scene import DESK, settle_in


@pytest.mark.parametrize("chat", ["wrSampleFengqiao", "wrUnknown"])
def test_the_desk_is_told_at_once_what_was_to_be_said_and_why_not(
    database: Database, now: datetime, chat: str
) -> None:
    database.write_now(settle_in, now=now)
    message = make_message("燃气泄漏，请马上离开", priority=0, community_id=1)

    for _ in range(2):
        database.write_now(tell_emergency_undelivered, message, chat, reason="条数已用完", now=now)

    [(address, priority, body)] = database.read_now(posted)
    assert (address, priority) == (DESK, Priority.ANSWER)
    assert "燃气泄漏，请马上离开" in body["text"]
    assert "条数已用完" in body["text"]


def posted(db: Connection) -> list[tuple[str, int, dict[str, Any]]]:
    query = select(destinations.c.address, outbox.c.priority, outbox.c.body).join(
        outbox, outbox.c.destination_id == destinations.c.id
    )
    return [tuple(row) for row in db.execute(query)]
