"""Rows that tell what became of messages."""

from sqlalchemy import Connection, select

from storage.models.conversations import Receipt, receipts


def all_receipts(db: Connection) -> list[Receipt]:
    """Every message that came in, oldest first."""
    return [Receipt(*row) for row in db.execute(select(*receipts.c).order_by(receipts.c.id))]
