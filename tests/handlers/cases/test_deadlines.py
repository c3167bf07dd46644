"""By when: hours by the clock for danger and lifelines, Chinese working days for the rest."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.cases.deadlines import deadlines_for
from handlers.cases.subcategories import DeadlineClass, Subcategory
from handlers.rules import DeadlineRules
from handlers.working_days import SHANGHAI
from storage.models.cases import Urgency

FRIDAY = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)
BEFORE_NATIONAL_DAY = datetime(2026, 9, 29, 10, tzinfo=SHANGHAI)


def kind(deadline: DeadlineClass) -> Subcategory:
    return Subcategory("water", "x", "x", is_public=True, deadline=deadline)


@pytest.mark.parametrize(
    ("deadline", "urgency", "opened", "respond_by", "resolve_by"),
    [
        (
            "ordinary",
            Urgency.NORMAL,
            FRIDAY,
            FRIDAY + timedelta(days=1),
            datetime(2026, 12, 1, 18, tzinfo=SHANGHAI),
        ),
        (
            "ordinary",
            Urgency.HIGH,
            FRIDAY,
            FRIDAY + timedelta(hours=2),
            datetime(2026, 12, 1, 18, tzinfo=SHANGHAI),
        ),
        ("lifeline", Urgency.NORMAL, FRIDAY, FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=1)),
        ("lifeline", Urgency.HIGH, FRIDAY, FRIDAY + timedelta(hours=2), FRIDAY + timedelta(days=1)),
        ("danger", Urgency.NORMAL, FRIDAY, FRIDAY + timedelta(hours=2), FRIDAY + timedelta(hours=2)),
        ("ordinary", Urgency.EMERGENCY, FRIDAY, FRIDAY + timedelta(hours=2), FRIDAY + timedelta(hours=2)),
        (
            "ordinary",
            Urgency.NORMAL,
            BEFORE_NATIONAL_DAY,  # 1 to 7 October are holidays, Saturday 10 October is a make-up workday
            BEFORE_NATIONAL_DAY + timedelta(days=1),
            datetime(2026, 10, 14, 18, tzinfo=SHANGHAI),
        ),
    ],
)
def test_deadlines(
    deadline: str, urgency: Urgency, opened: datetime, respond_by: datetime, resolve_by: datetime
) -> None:
    found = deadlines_for(kind(DeadlineClass(deadline)), urgency, DeadlineRules(), now=opened.astimezone(UTC))

    assert (found.respond_by, found.resolve_by) == (respond_by, resolve_by)
