"""Messages to one resident that belong to no case."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.messages import IncomingMessage
from storage import outbox
from storage.models.outbox import Channel, Priority
from storage.outbox import Address, Posting


def tell_by_account(db: Connection, message: IncomingMessage, text: str, *, key: str, now: datetime) -> None:
    """Whoever sent this message reads the text in the same chat, after the answer."""
    to = Address(Channel.OFFICIAL_ACCOUNT, message.account, message.sender)
    outbox.post(db, [Posting(to, key, {"text": text}, Priority.NOTICE, None)], now=now)
