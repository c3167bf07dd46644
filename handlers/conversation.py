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
    ASK_CATEGORY = "ask_category"
    ASK_SEVERAL = "ask_several"
    ASK_CASE = "ask_case"
    ASK_REASON = "ask_reason"
    ASK_HOME = "ask_home"
    ASK_DELETION = "ask_deletion"
    ASK_PROPOSAL = "ask_proposal"
    HAND_TO_STAFF = "hand_to_staff"
    AWAIT_ANSWER = "await_answer"
    PREVIEW_BROADCAST = "preview_broadcast"
    ASK_NUMBER = "ask_number"
    ASK_MEETING = "ask_meeting"
    SETTLE = "settle"


ASKS: Mapping[Move, Step] = {  # what a resident is asked, and what is then awaited
    Move.ASK_PLACE: Step.AWAITING_PLACE,
    Move.ASK_WHETHER: Step.CONFIRMING_REPORT,
    Move.ASK_CATEGORY: Step.CHOOSING_CATEGORY,
    Move.ASK_SEVERAL: Step.CONFIRMING_SEVERAL,
    Move.ASK_CASE: Step.CHOOSING_CASE,
    Move.ASK_REASON: Step.AWAITING_REASON,
    Move.ASK_HOME: Step.AWAITING_HOME,
    Move.ASK_DELETION: Step.CONFIRMING_DELETION,
    Move.ASK_PROPOSAL: Step.AWAITING_PROPOSAL,
    Move.HAND_TO_STAFF: Step.WITH_STAFF,
    Move.AWAIT_ANSWER: Step.AWAITING_ANSWER,
}
WITH_DRAFT = (  # a report waits for its last answer
    Step.AWAITING_PLACE,
    Step.CHOOSING_CATEGORY,
    Step.CONFIRMING_SEVERAL,
)
WITH_RESIDENTS = (Step.IDLE, *ASKS.values())  # a resident may be asked anything at any time
WITH_WORKERS = (Step.IDLE, Step.CONFIRMING_BROADCAST, Step.NAMING_CASE, Step.ARRANGING_MEETING)
ARRANGING = (Step.IDLE, Step.NAMING_CASE, Step.ARRANGING_MEETING)

MOVES: Mapping[tuple[Step, Move], Step] = {
    **{(step, asked): after for step in WITH_RESIDENTS for asked, after in ASKS.items()},
    **{(step, Move.PREVIEW_BROADCAST): Step.CONFIRMING_BROADCAST for step in WITH_WORKERS},
    **{(step, Move.ASK_NUMBER): Step.NAMING_CASE for step in ARRANGING},
    **{(step, Move.ASK_MEETING): Step.ARRANGING_MEETING for step in ARRANGING},
    **{(step, Move.SETTLE): Step.IDLE for step in Step},
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
