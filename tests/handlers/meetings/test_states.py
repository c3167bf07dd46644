"""The states of a meeting over the full product: every state with every action."""

from datetime import UTC, datetime
from itertools import product

import pytest

from handlers.errors.meetings import MeetingMoveNotAllowed
from handlers.meetings.states import ACTION_LABELS, STATUS_LABELS, MeetingAction, next_status
from storage.models.meetings import Meeting, MeetingStatus

MOMENT = datetime(2026, 11, 20, tzinfo=UTC)
AHEAD = ("draft", "invited", "postponed")

# Read the other way round: where each action may start, and where it leads.
EXPECTED: dict[MeetingAction, dict[str, str]] = {
    MeetingAction.SEND: {"draft": "invited"},
    MeetingAction.SET: {each: each for each in AHEAD},
    MeetingAction.INVITE: {each: each for each in AHEAD},
    MeetingAction.MOVE: {"draft": "draft", "invited": "invited", "postponed": "invited"},
    MeetingAction.POSTPONE: {"invited": "postponed"},
    MeetingAction.CANCEL: dict.fromkeys(AHEAD, "cancelled"),
    MeetingAction.START: {"invited": "invited"},
    MeetingAction.HOLD: {"invited": "held"},
    MeetingAction.MINUTE: dict.fromkeys(("invited", "held", "minuted", "followed_up"), "minuted"),
    MeetingAction.FOLLOW_UP: {"minuted": "followed_up"},
    MeetingAction.CLOSE: {"followed_up": "closed"},
}


@pytest.mark.parametrize(("status", "action"), list(product(MeetingStatus, MeetingAction)))
def test_every_state_with_every_action(status: MeetingStatus, action: MeetingAction) -> None:
    meeting = Meeting(1, 1, 5, "地锁", MOMENT, 90, "居委会", "", None, None, status, 1, MOMENT)
    after = EXPECTED[action].get(status.value)

    if after is None:
        with pytest.raises(MeetingMoveNotAllowed) as refusal:
            next_status(meeting, action)
        assert "议事会5" in str(refusal.value)
    else:
        assert next_status(meeting, action) == MeetingStatus(after)


def test_everything_has_its_name() -> None:
    assert set(STATUS_LABELS) == set(MeetingStatus)
    assert set(ACTION_LABELS) == set(MeetingAction)
