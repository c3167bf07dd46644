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
)

# The table of the design, read the other way round: where each action may start, and where it leads.
EXPECTED = {
    CaseAction.CLAIM: {"registered": "claimed"},
    CaseAction.PROGRESS: {
        "claimed": "in_progress",
        "in_progress": "in_progress",
        "dispatched": "dispatched",
        "consulting": "consulting",
    },
    CaseAction.CONSULT: dict.fromkeys(("registered", "claimed", "in_progress", "dispatched"), "consulting"),
    CaseAction.RESOLVE: dict.fromkeys(
        ("registered", "claimed", "in_progress", "dispatched", "consulting", "waiting"), "resolved"
    ),
}


@pytest.mark.parametrize(("status", "action"), list(product(CaseStatus, CaseAction)))
def test_every_action_from_every_status(status: CaseStatus, action: CaseAction) -> None:
    case = replace(CASE, status=status)
    expected = EXPECTED[action].get(status.value)

    if expected is None:
        with pytest.raises(MoveNotAllowed, match=f"{STATUS_LABELS[status]}.*{ACTION_LABELS[action]}"):
            next_status(case, action)
    else:
        assert next_status(case, action) == expected
