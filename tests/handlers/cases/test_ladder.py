"""The supervision ladder: which step, when, and whom it tells."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.cases.ladder import (
    Audience,
    LadderStep,
    audiences,
    due_at,
    first_step,
    step_after,
)
from handlers.rules import SupervisionRules
from handlers.working_days import SHANGHAI

RULES = SupervisionRules()
MONDAY = datetime(2025, 9, 22, 10, tzinfo=SHANGHAI)
BEFORE_THE_HOLIDAY = datetime(2025, 9, 30, 18, tzinfo=SHANGHAI)

TOLD = {  # at level 0, 1, 2, 3, 4; H handler, S staff, C the community's head, T the street
    LadderStep.REMIND: ("H", "HS", "HSC", "HSCT", "HSCT"),
    LadderStep.OVERDUE: ("HS", "HSC", "HSCT", "HSCT", "HSCT"),
    LadderStep.HEAD: ("C", "CT", "CT", "CT", "CT"),
    LadderStep.STREET: ("T", "T", "T", "T", "T"),
}
LETTERS = {"H": Audience.HANDLER, "S": Audience.STAFF, "C": Audience.HEAD, "T": Audience.STREET}


@pytest.mark.parametrize(("step", "level"), list(product(LadderStep, range(5))))
def test_whom_each_step_tells_at_each_level(step: LadderStep, level: int) -> None:
    assert audiences(step, level=level) == tuple(LETTERS[letter] for letter in TOLD[step][level])


def test_the_steps_follow_each_other_and_end_at_the_street() -> None:
    steps = [first_step()]
    while (following := step_after(steps[-1])) is not None:
        steps.append(following)

    assert steps == [LadderStep.REMIND, LadderStep.OVERDUE, LadderStep.HEAD, LadderStep.STREET]


@pytest.mark.parametrize(
    ("step", "due"),
    [
        (LadderStep.REMIND, MONDAY + 0.75 * (BEFORE_THE_HOLIDAY - MONDAY)),
        (LadderStep.OVERDUE, BEFORE_THE_HOLIDAY),
        (LadderStep.HEAD, datetime(2025, 10, 9, 18, tzinfo=SHANGHAI)),  # the holiday ends on the 8th
        (LadderStep.STREET, datetime(2025, 10, 14, 18, tzinfo=SHANGHAI)),  # Saturday the 11th is worked
    ],
)
def test_the_higher_steps_wait_for_offices_to_work(step: LadderStep, due: datetime) -> None:
    found = due_at(
        step, opened_at=MONDAY.astimezone(UTC), resolve_by=BEFORE_THE_HOLIDAY.astimezone(UTC), rules=RULES
    )

    assert found == due


def test_two_hours_by_the_clock_keep_their_time_of_day() -> None:
    friday = datetime(2025, 11, 21, 22, 30, tzinfo=SHANGHAI)
    found = [
        due_at(step, opened_at=friday, resolve_by=friday + timedelta(hours=2), rules=RULES)
        for step in LadderStep
    ]

    assert found == [
        datetime(2025, 11, 22, 0, 0, tzinfo=SHANGHAI),
        datetime(2025, 11, 22, 0, 30, tzinfo=SHANGHAI),
        datetime(2025, 11, 24, 0, 30, tzinfo=SHANGHAI),
        datetime(2025, 11, 28, 0, 30, tzinfo=SHANGHAI),
    ]


def test_the_settings_decide_when() -> None:
    rules = SupervisionRules(remind_at=0.5, head_after_working_days=2, street_after_working_days=3)
    found = [
        due_at(step, opened_at=MONDAY, resolve_by=MONDAY + timedelta(hours=4), rules=rules)
        for step in LadderStep
    ]

    assert found == [MONDAY + delta for delta in (timedelta(hours=2), timedelta(hours=4))] + [
        datetime(2025, 9, 24, 14, tzinfo=SHANGHAI),
        datetime(2025, 9, 25, 14, tzinfo=SHANGHAI),
    ]


@settings(max_examples=60, deadline=None)
@given(
    minute=st.integers(0, 500 * 24 * 60),  # to May 2026
    time_given=st.timedeltas(timedelta(hours=-48), timedelta(days=60)),
)
def test_no_step_is_due_before_the_one_below_it(minute: int, time_given: timedelta) -> None:
    opened_at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    resolve_by = opened_at + time_given
    due = [due_at(step, opened_at=opened_at, resolve_by=resolve_by, rules=RULES) for step in LadderStep]

    assert all(sooner <= later for sooner, later in pairwise(due))
