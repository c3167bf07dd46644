"""What needs a person's look is listed, and can be sent again."""

from datetime import datetime

import pytest
from sqlalchemy import Connection, update

from bot.stuck import NotStuck, described, ensure_stuck
from storage import conversations
from storage import outbox as letters
from storage.engine import Database
from storage.models.conversations import AnswerRoute, Outcome
from storage.models.outbox import Channel, DeliveryStatus, Priority, outbox
from storage.outbox import Address, Posting


def post_one(db: Connection, now: datetime) -> None:
    to = Address(Channel.GROUP_WEBHOOK, "", "key")
    letters.post(db, [Posting(to, "one", {"text": "新诉求"}, Priority.NOTICE, None)], now=now)


def kill(db: Connection) -> None:
    db.execute(update(outbox).values(status=DeliveryStatus.DEAD, error="群机器人已被移除"))


def receive_unhandled(db: Connection, now: datetime) -> None:
    receipt = conversations.take_receipt(
        db, channel="official_account", account="main", message_key="1", kind="text", text="灯坏了",
        payload=None, now=now,
    )  # fmt: skip
    conversations.finish_receipt(
        db, receipt or 0, person_id=None, community_id=None, outcome=Outcome.UNHANDLED,
        route=AnswerRoute.PASSIVE, answer="对不起",
    )  # fmt: skip


def test_nothing_stuck_is_said_so(database: Database) -> None:
    assert database.read_now(lambda db: list(described(db))) == ["没有需要处理的。"]


def test_dead_letters_and_unhandled_messages_are_listed(database: Database, now: datetime) -> None:
    database.write_now(post_one, now)
    database.write_now(kill)
    database.write_now(receive_unhandled, now)

    lines = database.read_now(lambda db: list(described(db)))

    assert ["灯坏了" in lines[0], "群机器人已被移除" in lines[1]] == [True, True]


def test_only_what_was_given_up_can_be_sent_again(database: Database, now: datetime) -> None:
    database.write_now(post_one, now)

    with pytest.raises(NotStuck):
        database.read_now(ensure_stuck, 1)
    database.write_now(kill)
    database.read_now(ensure_stuck, 1)
