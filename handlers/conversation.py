"""The steps of a dialogue and the moves between them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from storage import conversations
from storage.models.conversations import Conversation, Step


class Move(StrEnum):
    """What happens in a dialogue."""

    ASK_PLACE = "ask_place"
    ASK_WHETHER = "ask_whether"
    PREVIEW_BROADCAST = "preview_broadcast"
    SETTLE = "settle"


MOVES: Mapping[tuple[Step, Move], Step] = {
    (Step.IDLE, Move.ASK_PLACE): Step.AWAITING_PLACE,
    (Step.AWAITING_PLACE, Move.ASK_PLACE): Step.AWAITING_PLACE,
    (Step.CONFIRMING_REPORT, Move.ASK_PLACE): Step.AWAITING_PLACE,
    (Step.AWAITING_PLACE, Move.ASK_WHETHER): Step.CONFIRMING_REPORT,
    (Step.IDLE, Move.ASK_WHETHER): Step.CONFIRMING_REPORT,
    (Step.CONFIRMING_REPORT, Move.ASK_WHETHER): Step.CONFIRMING_REPORT,
    (Step.CONFIRMING_REPORT, Move.SETTLE): Step.IDLE,
    (Step.IDLE, Move.PREVIEW_BROADCAST): Step.CONFIRMING_BROADCAST,
    (Step.CONFIRMING_BROADCAST, Move.PREVIEW_BROADCAST): Step.CONFIRMING_BROADCAST,
    (Step.AWAITING_PLACE, Move.SETTLE): Step.IDLE,
    (Step.CONFIRMING_BROADCAST, Move.SETTLE): Step.IDLE,
    (Step.IDLE, Move.SETTLE): Step.IDLE,
}


def move(
    db: Connection,
    conversation: Conversation,
    step: Move,
    *,
    draft: dict[str, Any] | None = None,
    expires_at: datetime | None = None,
) -> None:
    """The dialogue stands at the step the move leads to, with this draft until then."""
    after = MOVES[(conversation.step, step)]
    conversations.move_conversation(db, conversation.id, step=after, draft=draft, expires_at=expires_at)


def settle(db: Connection, conversation: Conversation) -> None:
    """Nothing is awaited any more."""
    if conversation.step is not Step.IDLE:
        move(db, conversation, Move.SETTLE)
