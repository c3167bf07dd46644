"""What needs a person's look: messages a bug left unanswered, and messages that could not be delivered."""

from collections.abc import Iterator

from sqlalchemy import Connection

from handlers.errors import UserError
from handlers.working_days import local
from storage import conversations, outbox

SHOWN = 50  # of each kind, newest first


class NotStuck(UserError):
    """The number belongs to no message that was given up."""

    def __init__(self, message_id: int) -> None:
        super().__init__(f"{message_id} 不是未送达的消息。执行 huiyin stuck 看清单。")


def described(db: Connection) -> Iterator[str]:
    """A line for each, or one that says that there is nothing."""
    unhandled = conversations.unhandled_receipts(db, limit=SHOWN)
    letters = outbox.dead_letters(db, limit=SHOWN)
    for receipt in unhandled:
        at = local(receipt.received_at)
        yield f"没处理好的来信 {receipt.id}  {at:%m-%d %H:%M}  {receipt.channel}：{receipt.text}"
    for letter in letters:
        to = outbox.destination_of(db, letter.destination_id).channel
        at = local(letter.created_at)
        yield f"未送达 {letter.id}  {at:%m-%d %H:%M}  {to}  {letter.status.value}：{letter.error}"
    if not unhandled and not letters:
        yield "没有需要处理的。"


def ensure_stuck(db: Connection, message_id: int) -> None:
    """The message was given up, or its arrival is unknown; else `NotStuck`."""
    if not outbox.is_stuck(db, message_id):
        raise NotStuck(message_id)
