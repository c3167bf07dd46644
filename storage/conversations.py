"""Receipts of what came in, and the state of each talk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from storage.dialects import PerDialect
from storage.models.base import many, one
from storage.models.conversations import (
    AnswerRoute,
    Conversation,
    Outcome,
    Receipt,
    Step,
    conversations,
    receipts,
)

_TAKE_RECEIPT = PerDialect(
    receipts, lambda statement: statement.on_conflict_do_nothing().returning(receipts.c.id)
)
_RECEIPT_BY_KEY = select(*receipts.c).where(
    receipts.c.channel == bindparam("channel"),
    receipts.c.account == bindparam("account"),
    receipts.c.message_key == bindparam("message_key"),
)
_FINISH = (
    update(receipts)
    .where(receipts.c.id == bindparam("receipt_id"))
    .values(
        person_id=bindparam("person_id"),
        community_id=bindparam("community_id"),
        outcome=bindparam("outcome"),
        answer_route=bindparam("answer_route"),
        answer=bindparam("answer"),
    )
)
_LOCK = (
    select(*conversations.c)
    .where(
        conversations.c.person_id == bindparam("person_id"),
        conversations.c.channel == bindparam("channel"),
        conversations.c.account == bindparam("account"),
        conversations.c.chat == bindparam("chat"),
    )
    .with_for_update()
)
_BEGIN = PerDialect(conversations, lambda statement: statement.on_conflict_do_nothing())
_MOVE = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation_id"))
    .values(step=bindparam("new_step"), draft=bindparam("new_draft"), expires_at=bindparam("until"))
)


def take_receipt(  # the key is the platform's message id, or for events what WECHAT names
    db: Connection,
    *,
    channel: str,
    account: str,
    message_key: str,
    kind: str,
    text: str,
    payload: dict[str, Any] | None,
    now: datetime,
) -> int | None:
    """The number of the new receipt; `None` when this message was received before.

    On PostgreSQL a second process waits here until the first has committed.
    """
    row = {
        "channel": channel,
        "account": account,
        "message_key": message_key,
        "kind": kind,
        "text": text,
        "payload": payload,
        "received_at": now,
        "answer": "",
    }
    taken: int | None = db.execute(_TAKE_RECEIPT.on(db), row).scalar()
    return taken


def receipt_of(db: Connection, *, channel: str, account: str, message_key: str) -> Receipt | None:
    """The receipt of a message received before."""
    key = {"channel": channel, "account": account, "message_key": message_key}
    return one(Receipt, db.execute(_RECEIPT_BY_KEY, key).first())


def finish_receipt(
    db: Connection,
    receipt_id: int,
    *,
    person_id: int | None,
    community_id: int | None,
    outcome: Outcome,
    route: AnswerRoute,
    answer: str,
) -> None:
    """The receipt says what became of the message and how its answer goes out."""
    row = {"receipt_id": receipt_id, "person_id": person_id, "community_id": community_id}
    db.execute(_FINISH, row | {"outcome": outcome, "answer_route": route, "answer": answer})


def reroute_answer(db: Connection, receipt_id: int, route: AnswerRoute) -> bool:
    """Whether the answer was still to be given in the response, and now goes the other way."""
    statement = update(receipts).where(
        receipts.c.id == receipt_id, receipts.c.answer_route == AnswerRoute.PASSIVE
    )
    return db.execute(statement.values(answer_route=route)).rowcount == 1


def unhandled_receipts(db: Connection, *, limit: int) -> list[Receipt]:
    """Messages a program bug left unanswered, newest first, for staff to look at."""
    query = select(*receipts.c).where(receipts.c.outcome == Outcome.UNHANDLED)
    return many(Receipt, db.execute(query.order_by(receipts.c.id.desc()).limit(limit)))


def lock_conversation(
    db: Connection, *, person_id: int, channel: str, account: str, chat: str
) -> Conversation:
    """The talk with this person in this chat, held until the transaction ends.

    The state is read after the lock is held, so that two messages of one person are handled one by one.
    """
    key: dict[str, Any] = {"person_id": person_id, "channel": channel, "account": account, "chat": chat}
    row = db.execute(_LOCK, key).first()
    if row is None:
        begin_conversation(db, **key)
        row = db.execute(_LOCK, key).one()
    return Conversation(*row)


def begin_conversation(db: Connection, *, person_id: int, channel: str, account: str, chat: str) -> None:
    """There is a talk with this person in this chat; one that is there already stays as it is."""
    key = {"person_id": person_id, "channel": channel, "account": account, "chat": chat}
    db.execute(_BEGIN.on(db), key | {"step": Step.IDLE})


def lock_conversation_by_id(db: Connection, conversation_id: int) -> Conversation:
    """The same, by its number."""
    query = select(*conversations.c).where(conversations.c.id == conversation_id).with_for_update()
    return Conversation(*db.execute(query).one())


def move_conversation(
    db: Connection,
    conversation_id: int,
    *,
    step: Step,
    draft: dict[str, Any] | None,
    expires_at: datetime | None,
) -> None:
    """The talk now stands at this step, with this draft, until then."""
    row = {"conversation_id": conversation_id, "new_step": step, "new_draft": draft, "until": expires_at}
    db.execute(_MOVE, row)


def expired_conversations(
    db: Connection, *, now: datetime, steps: Sequence[Step], limit: int
) -> list[Conversation]:
    """Talks whose time ran out while something was awaited, longest expired first."""
    query = select(*conversations.c).where(
        conversations.c.expires_at <= now, conversations.c.step.in_(list(steps))
    )
    return many(Conversation, db.execute(query.order_by(conversations.c.expires_at).limit(limit)))
