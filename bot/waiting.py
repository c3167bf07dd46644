"""Messages that came too fast, as they came: put together again from what their receipts keep."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.messages import IncomingMessage, MessageKind
from storage import bursts, people
from storage.models.conversations import Receipt


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message whose turn has come, and its receipt."""

    receipt: Receipt
    message: IncomingMessage


def waiting_messages(db: Connection, *, now: datetime, limit: int) -> list[Waiting]:
    """The messages whose turn has come, of each person the oldest."""
    return [Waiting(each, _message_of(db, each)) for each in bursts.due_receipts(db, now=now, limit=limit)]


def _message_of(db: Connection, receipt: Receipt) -> IncomingMessage:
    """Whose account is not known any more cannot be answered: the sender is empty."""
    known = people.external_ids_of(db, receipt.person_id) if receipt.person_id else []
    here = (receipt.channel, receipt.account)
    sender = next((external_id for channel, account, external_id in known if (channel, account) == here), "")
    payload = dict(receipt.payload or {})
    return IncomingMessage(
        channel=receipt.channel,
        account=receipt.account,
        key=receipt.message_key,
        sender=sender,
        kind=MessageKind(receipt.kind),
        text=receipt.text,
        quoted=str(payload.pop("quoted", "")),
        sent_at=receipt.received_at,
        payload=payload,
    )
