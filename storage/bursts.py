"""Who writes very fast: counted with the lock on their talk, and the messages that wait their turn."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, and_, bindparam, case, func, literal, or_, select, update

from storage.conversations import begin_conversation
from storage.models.base import many
from storage.models.conversations import Conversation, Receipt, conversations, receipts

LIMIT: Final = 20  # messages of one person within WINDOW that are handled at once
WINDOW: Final = timedelta(minutes=5)
PACE: Final = timedelta(seconds=15)  # between the messages that wait

_MOMENT = receipts.c.received_at.type
_NOW = bindparam("now", type_=_MOMENT)
_IS_QUIET = and_(  # whoever has messages waiting stays counted until the last is handled
    conversations.c.burst_count <= LIMIT,
    or_(
        conversations.c.burst_since.is_(None),
        conversations.c.burst_since <= bindparam("quiet_since", type_=_MOMENT),
    ),
)
_LOCK_AND_COUNT = (
    update(conversations)
    .where(
        conversations.c.person_id == bindparam("of_person"),
        conversations.c.channel == bindparam("on_channel"),
        conversations.c.account == bindparam("on_account"),
        conversations.c.chat == bindparam("in_chat"),
    )
    .values(
        burst_count=case((_IS_QUIET, literal(1)), else_=conversations.c.burst_count + 1),
        burst_since=case((_IS_QUIET, _NOW), else_=conversations.c.burst_since),
    )
    .returning(*conversations.c)
)
_CALM = (
    update(conversations)
    .where(
        conversations.c.person_id == bindparam("of_person"),
        conversations.c.channel == bindparam("on_channel"),
        conversations.c.account == bindparam("on_account"),
    )
    .values(burst_count=0, burst_since=None)
)
_IS_DEFERRED = receipts.c.deferred_until.is_not(None)
_LAST = select(func.max(receipts.c.deferred_until)).where(
    receipts.c.person_id == bindparam("person_id"), _IS_DEFERRED
)
_DEFER = (
    update(receipts)
    .where(receipts.c.id == bindparam("receipt_id"))
    .values(deferred_until=bindparam("later", type_=_MOMENT))
)
_FIRST_OF_EACH = select(func.min(receipts.c.id)).where(_IS_DEFERRED).group_by(receipts.c.person_id)
_DUE = (
    select(*receipts.c)
    .where(_IS_DEFERRED, receipts.c.deferred_until <= _NOW, receipts.c.id.in_(_FIRST_OF_EACH))
    .order_by(receipts.c.deferred_until, receipts.c.id)
    .limit(bindparam("limit"))
)
_CLAIM = (
    update(receipts).where(receipts.c.id == bindparam("receipt_id"), _IS_DEFERRED).values(deferred_until=None)
)
_NEXT = (
    select(receipts.c.id, receipts.c.deferred_until)
    .where(receipts.c.person_id == bindparam("person_id"), _IS_DEFERRED)
    .order_by(receipts.c.id)
    .limit(1)
)


def lock_and_count(
    db: Connection, *, person_id: int, channel: str, account: str, chat: str, now: datetime
) -> Conversation:
    """The talk with this person, held until the transaction ends, with this message counted in it.

    The same statement locks and counts: a message costs no statement more than without the count.
    """
    key = {"of_person": person_id, "on_channel": channel, "on_account": account, "in_chat": chat}
    row = db.execute(_LOCK_AND_COUNT, key | {"now": now, "quiet_since": now - WINDOW}).first()
    if row is None:
        begin_conversation(db, person_id=person_id, channel=channel, account=account, chat=chat)
        row = db.execute(_LOCK_AND_COUNT, key | {"now": now, "quiet_since": now - WINDOW}).one()
    return Conversation(*row)


def is_too_fast(conversation: Conversation) -> bool:
    """Whether the message just counted has to wait its turn."""
    return conversation.burst_count > LIMIT


def is_first_too_fast(conversation: Conversation) -> bool:
    """Whether it is the first that has to wait, so that the person is told."""
    return conversation.burst_count == LIMIT + 1


def defer_receipt(db: Connection, receipt_id: int, *, person_id: int, now: datetime) -> datetime:
    """The message waits its turn behind those of this person that wait already; gives until when."""
    last = db.execute(_LAST, {"person_id": person_id}).scalar()
    later: datetime = max(now, last or now) + PACE
    db.execute(_DEFER, {"receipt_id": receipt_id, "later": later})
    return later


def due_receipts(db: Connection, *, now: datetime, limit: int) -> list[Receipt]:
    """Messages whose turn has come: of each person the oldest that waits."""
    return many(Receipt, db.execute(_DUE, {"now": now, "limit": limit}))


def claim_deferred(db: Connection, receipt: Receipt, *, now: datetime) -> bool:
    """Whether the message was still waiting; it is this transaction's now, and the next one waits on.

    When none waits any more the person is counted anew.
    """
    if db.execute(_CLAIM, {"receipt_id": receipt.id}).rowcount != 1:
        return False
    following = db.execute(_NEXT, {"person_id": receipt.person_id}).first()
    if following is None:
        key = {"of_person": receipt.person_id, "on_channel": receipt.channel, "on_account": receipt.account}
        db.execute(_CALM, key)
    elif following.deferred_until < now + PACE:
        db.execute(_DEFER, {"receipt_id": following.id, "later": now + PACE})
    return True
