"""The state table over its full product: every status with every action."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from handlers.cases.states import ACTION_LABELS, STATUS_LABELS, CaseAction, next_status
from handlers.errors import MoveNotAllowed
from storage.models.cases import Case, CaseStatus, Urgency

MOMENT = datetime(2026, 11, 20, tzinfo=UTC)
CASE = Case(
    id=1,
    community_id=1,
    year=2026,
    number=1,
    category="water",
    subcategory="sewer",
    urgency=Urgency.NORMAL,
    status=CaseStatus.REGISTERED,
    is_public=True,
    is_confidential=False,
    summary="",
    estate_id=None,
    building=None,
    unit=None,
    room=None,
    spot=None,
    grid_id=None,
    handler_id=None,
    opened_at=MOMENT,
    respond_by=MOMENT,
    resolve_by=MOMENT,
    responded_at=None,
    resolved_at=None,
    resolution="",
    round_at=MOMENT,
    reopen_count=0,
    supervision_level=0,
    extension_days=0,
    paused_at=None,
    status_before=None,
    merged_into_id=None,
    closed_at=None,
    is_judged=False,
)

OPEN = ("registered", "claimed", "in_progress", "dispatched", "consulting", "waiting")
WORKED_ON = ("claimed", "in_progress", "dispatched", "consulting")
ENDED = ("resolved", "closed", "rejected", "withdrawn")
STAY = {each: each for each in OPEN}
BEFORE = "consulting"  # where the waiting or merged case of these tests stood before

# The table of the design, read the other way round: where each action may start, and where it leads.
EXPECTED: dict[CaseAction, dict[str, str]] = {
    CaseAction.CLAIM: {"registered": "claimed"},
    CaseAction.ASSIGN: dict.fromkeys(OPEN, "claimed"),
    CaseAction.DECLINE: dict.fromkeys(OPEN, "registered"),
    CaseAction.PROGRESS: {
        "claimed": "in_progress",
        "in_progress": "in_progress",
        "dispatched": "dispatched",
        "consulting": "consulting",
    },
    CaseAction.DISPATCH: dict.fromkeys(("registered", *WORKED_ON), "dispatched"),
    CaseAction.WHISTLE: dict.fromkeys(("registered", *WORKED_ON), "dispatched"),
    CaseAction.CHECK_IN: STAY,
    CaseAction.ANSWER_SHEET: STAY,
    CaseAction.ANSWER_LAST_SHEET: STAY | {"dispatched": "in_progress"},
    CaseAction.CONSULT: dict.fromkeys(("registered", "claimed", "in_progress", "dispatched"), "consulting"),
    CaseAction.DECIDE: {"consulting": "in_progress"},
    CaseAction.CALL_OFF: {"consulting": "in_progress"},
    CaseAction.ASK: dict.fromkeys(WORKED_ON, "waiting"),
    CaseAction.RESUME: {"waiting": BEFORE},
    CaseAction.EXTEND: STAY,
    CaseAction.SUPERVISE: STAY,
    CaseAction.URGE: STAY,
    CaseAction.RECATEGORIZE: STAY,
    CaseAction.SUPPLEMENT: STAY,
    CaseAction.RESOLVE: dict.fromkeys(OPEN, "resolved"),
    CaseAction.SATISFY: {"resolved": "closed", "closed": "closed"},
    CaseAction.EXPIRE: {"resolved": "closed"},
    CaseAction.REOPEN: dict.fromkeys(ENDED, "in_progress"),
    CaseAction.REJECT: dict.fromkeys(("registered", "claimed", "in_progress"), "rejected"),
    CaseAction.WITHDRAW: dict.fromkeys(OPEN, "withdrawn"),
    CaseAction.MERGE: dict.fromkeys(OPEN, "merged"),
    CaseAction.UNMERGE: {"merged": BEFORE},
}


@pytest.mark.parametrize(("status", "action"), list(product(CaseStatus, CaseAction)))
def test_every_action_from_every_status(status: CaseStatus, action: CaseAction) -> None:
    case = replace(CASE, status=status, status_before=CaseStatus(BEFORE), handler_id=7)
    expected = EXPECTED[action].get(status.value)

    if expected is None:
        with pytest.raises(MoveNotAllowed, match=f"{STATUS_LABELS[status]}.*{ACTION_LABELS[action]}"):
            next_status(case, action)
    else:
        assert next_status(case, action) == expected


def test_a_case_that_never_had_a_worker_is_registered_again() -> None:
    case = replace(CASE, status=CaseStatus.REJECTED)

    assert next_status(case, CaseAction.REOPEN) is CaseStatus.REGISTERED
