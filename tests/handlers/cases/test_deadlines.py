"""By when: hours by the clock for danger and lifelines, Chinese working days for the rest."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.cases.deadlines import Deadlines, deadlines_for, extended, recomputed, resumed
from handlers.cases.subcategories import SUBCATEGORIES, DeadlineClass, Subcategory
from handlers.rules import DeadlineRules, KindRules, Term
from handlers.working_days import SHANGHAI, after_working_days, working_days_between
from storage.models.cases import Urgency

RULES = DeadlineRules()
FRIDAY = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)
BEFORE_NATIONAL_DAY = datetime(2026, 9, 29, 10, tzinfo=SHANGHAI)
FIRE_LANE = SUBCATEGORIES["parking", "fire_lane"]  # danger
SEWER = SUBCATEGORIES["water", "sewer"]  # lifeline
METER = SUBCATEGORIES["water", "meter"]  # ordinary
MINUTES = 500 * 24 * 60  # to May 2026
MOMENTS = st.integers(0, MINUTES).map(
    lambda count: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=count)
)


def kind(deadline: DeadlineClass) -> Subcategory:
    return Subcategory("water", "x", "x", is_public=True, deadline=deadline)


def hours(count: int) -> timedelta:
    return timedelta(hours=count)


def day(month: int, date: int, hour: int = 18, *, year: int = 2025) -> datetime:
    return datetime(year, month, date, hour, tzinfo=SHANGHAI)


def rules(**resolve: Term) -> DeadlineRules:
    """Exceptions for the settlement, with names written water__sewer_high and any_high."""
    names = {
        name: name.replace("__", "/").replace("_high", ":high").replace("_emergency", ":emergency")
        for name in resolve
    }
    return DeadlineRules(
        kinds={names[name].replace("any", "*"): KindRules(resolve=term) for name, term in resolve.items()}
    )


@pytest.mark.parametrize(
    ("deadline", "urgency", "opened", "respond_by", "resolve_by"),
    [
        ("ordinary", Urgency.NORMAL, FRIDAY, FRIDAY + hours(24), day(12, 1, year=2026)),
        ("ordinary", Urgency.HIGH, FRIDAY, FRIDAY + hours(2), day(12, 1, year=2026)),
        ("lifeline", Urgency.NORMAL, FRIDAY, FRIDAY + hours(24), FRIDAY + hours(24)),
        ("lifeline", Urgency.HIGH, FRIDAY, FRIDAY + hours(2), FRIDAY + hours(24)),
        ("danger", Urgency.NORMAL, FRIDAY, FRIDAY + hours(2), FRIDAY + hours(2)),
        ("ordinary", Urgency.EMERGENCY, FRIDAY, FRIDAY + hours(2), FRIDAY + hours(2)),
        (
            "ordinary",
            Urgency.NORMAL,
            BEFORE_NATIONAL_DAY,  # 1 to 7 October are holidays, Saturday 10 October is a make-up workday
            BEFORE_NATIONAL_DAY + hours(24),
            day(10, 14, year=2026),
        ),
    ],
)
def test_deadlines(
    deadline: str, urgency: Urgency, opened: datetime, respond_by: datetime, resolve_by: datetime
) -> None:
    found = deadlines_for(kind(DeadlineClass(deadline)), urgency, RULES, now=opened.astimezone(UTC))

    is_by_clock = deadline != "ordinary" or urgency is Urgency.EMERGENCY
    assert found == Deadlines(respond_by, resolve_by, is_by_clock)


def test_what_needs_a_meeting_has_fifteen_working_days_but_an_emergency_has_not() -> None:
    opened = day(9, 26, 10)
    found = [
        deadlines_for(each, urgency, RULES, now=opened, is_complex=True)
        for each, urgency in ((METER, Urgency.NORMAL), (SEWER, Urgency.HIGH), (METER, Urgency.EMERGENCY))
    ]

    assert [(each.resolve_by, each.is_by_clock) for each in found] == [
        (day(10, 23), False),
        (day(10, 23), False),
        (opened + hours(2), True),
    ]


def test_a_meeting_never_shortens_what_was_given_longer() -> None:
    found = deadlines_for(METER, Urgency.NORMAL, rules(water__meter=30), now=FRIDAY, is_complex=True)

    assert found.resolve_by == after_working_days(FRIDAY, 30)


NAMES = {"water__meter_high": 1, "water__meter": 2, "water_high": 3, "water": 4, "any_high": 5}


@pytest.mark.parametrize("wider", range(len(NAMES)), ids=list(NAMES))
def test_the_most_specific_exception_counts(wider: int) -> None:
    given = dict(list(NAMES.items())[wider:])

    found = deadlines_for(METER, Urgency.HIGH, rules(**given), now=FRIDAY)

    assert found.resolve_by == after_working_days(FRIDAY, wider + 1)


def test_an_exception_holds_for_nothing_else() -> None:
    given = rules(water__sewer=hours(1), water__meter_high=hours(1), parking=hours(1), any_high=hours(1))

    assert deadlines_for(METER, Urgency.NORMAL, given, now=FRIDAY) == deadlines_for(
        METER, Urgency.NORMAL, RULES, now=FRIDAY
    )


def test_each_key_is_looked_up_of_its_own() -> None:
    given = DeadlineRules(
        kinds={"water": KindRules(resolve=3), "water/meter": KindRules(respond=hours(4), resolve=None)}
    )

    found = deadlines_for(METER, Urgency.NORMAL, given, now=FRIDAY)

    assert found == Deadlines(FRIDAY + hours(4), after_working_days(FRIDAY, 3), False)


@pytest.mark.parametrize(
    ("kind", "urgency", "given", "expected"),
    [
        (SEWER, Urgency.NORMAL, {"water": hours(48)}, hours(48)),
        (SEWER, Urgency.HIGH, {"any_high": 3}, hours(24)),  # every high one, but a lifeline has a day
        (SEWER, Urgency.HIGH, {"any_high": hours(6)}, hours(6)),
        (FIRE_LANE, Urgency.NORMAL, {"parking": 5}, hours(2)),
        (FIRE_LANE, Urgency.NORMAL, {"parking": hours(1)}, hours(1)),
        (FIRE_LANE, Urgency.NORMAL, {"parking__fire_lane": hours(12)}, hours(12)),
        (METER, Urgency.EMERGENCY, {"water": 3}, hours(2)),
        (METER, Urgency.EMERGENCY, {"water__meter": 3}, hours(2)),
        (METER, Urgency.EMERGENCY, {"water__meter": hours(1)}, hours(1)),
        (METER, Urgency.EMERGENCY, {"water_emergency": hours(4)}, hours(4)),
        (FIRE_LANE, Urgency.EMERGENCY, {"any_emergency": hours(4)}, hours(4)),
    ],
)
def test_what_is_urgent_by_its_nature_is_loosened_only_by_what_means_it(
    kind: Subcategory, urgency: Urgency, given: dict[str, Term], expected: timedelta
) -> None:
    found = deadlines_for(kind, urgency, rules(**given), now=FRIDAY)

    assert (found.resolve_by, found.is_by_clock) == (FRIDAY + expected, True)


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("water", hours(12), hours(2)),
        ("water", hours(1), hours(1)),
        ("water:high", hours(12), hours(12)),
        ("*:high", hours(12), hours(12)),
        ("*:low", hours(1), hours(2)),
    ],
)
def test_the_first_answer_to_the_urgent(name: str, given: timedelta, expected: timedelta) -> None:
    exceptions = DeadlineRules(kinds={name: KindRules(respond=given)})

    assert deadlines_for(METER, Urgency.HIGH, exceptions, now=FRIDAY).respond_by == FRIDAY + expected


def test_no_kind_is_answered_later_than_it_is_settled() -> None:
    late = [
        (known, urgency)
        for known, urgency in product(SUBCATEGORIES.values(), Urgency)
        for found in [deadlines_for(known, urgency, RULES, now=FRIDAY)]
        if not FRIDAY < found.respond_by <= found.resolve_by
    ]

    assert late == []


def test_a_pause_by_the_clock_gives_back_its_time() -> None:
    deadline = day(9, 30, 12)

    assert resumed(deadline, is_by_clock=True, paused_at=day(9, 29), now=day(10, 2)) == day(10, 3, 12)


@pytest.mark.parametrize(
    ("paused_at", "now", "expected"),
    [
        (day(9, 29, 9), day(9, 29, 17), day(9, 30)),  # within the day
        (day(9, 29, 9), day(9, 30, 9), day(10, 9)),  # one day, and the holiday lies behind the deadline
        (day(9, 29, 9), day(10, 8, 9), day(10, 9)),  # the holiday itself gives nothing more
        (day(9, 29, 9), day(10, 11, 9), day(10, 13)),  # 30 September, 9, 10 and the worked Saturday
        (day(9, 29, 9), day(9, 28, 9), day(9, 30)),  # a clock that went back takes nothing away
    ],
)
def test_a_pause_in_working_days_gives_back_those_that_passed(
    paused_at: datetime, now: datetime, expected: datetime
) -> None:
    assert resumed(day(9, 30), is_by_clock=False, paused_at=paused_at, now=now) == expected


def test_an_extension_counts_as_the_deadline_does() -> None:
    deadline = day(9, 30)

    assert extended(deadline, 2, is_by_clock=False) == day(10, 10)
    assert extended(deadline, 2, is_by_clock=True) == day(10, 2)
    assert extended(deadline, 0, is_by_clock=False) == deadline


def test_another_category_counts_from_the_opening_with_pauses_and_extensions() -> None:
    opened = day(9, 22, 10)  # Monday
    pause = (day(9, 23, 10), day(9, 25, 12))  # 50 hours, two working days

    as_ordinary = recomputed(METER, Urgency.LOW, RULES, opened_at=opened, paused=[pause], extensions_days=1)
    as_lifeline = recomputed(SEWER, Urgency.LOW, RULES, opened_at=opened, paused=[pause], extensions_days=1)

    assert as_ordinary == Deadlines(opened + hours(24), day(10, 11), False)
    assert as_lifeline == Deadlines(opened + hours(24), opened + hours(24 + 50 + 24), True)


def test_a_meeting_counts_from_the_opening() -> None:
    found = recomputed(METER, Urgency.NORMAL, RULES, opened_at=day(9, 26, 10), is_complex=True)

    assert (found.resolve_by, found.is_by_clock) == (day(10, 23), False)


def test_pauses_that_overlap_or_lie_before_the_round_count_once_or_not() -> None:
    opened = day(9, 22, 10)
    pauses = [
        (opened + hours(4), opened + hours(6)),
        (opened + hours(1), opened + hours(5)),
        (opened - hours(9), opened - hours(8)),
        (opened - hours(1), opened),
        (opened + hours(2), opened + hours(3)),
    ]

    found = recomputed(SEWER, Urgency.NORMAL, RULES, opened_at=opened, paused=pauses)

    assert found.resolve_by == opened + hours(24 + 5)


@settings(max_examples=60, deadline=None)
@given(
    opened=MOMENTS,
    until=st.integers(0, 9000),
    length=st.integers(0, 20000),
    known=st.sampled_from([METER, SEWER]),
)
def test_recomputing_the_same_finds_what_the_pause_left(
    opened: datetime, until: int, length: int, known: Subcategory
) -> None:
    first = deadlines_for(known, Urgency.NORMAL, RULES, now=opened)
    paused_at = opened + timedelta(minutes=until)
    now = paused_at + timedelta(minutes=length)

    moved = resumed(first.resolve_by, is_by_clock=first.is_by_clock, paused_at=paused_at, now=now)

    again = recomputed(known, Urgency.NORMAL, RULES, opened_at=opened, paused=[(paused_at, now)])
    assert again.resolve_by == moved
    assert moved - now == first.resolve_by - paused_at or not first.is_by_clock
    if not first.is_by_clock and paused_at <= first.resolve_by:
        assert working_days_between(now, moved) == working_days_between(paused_at, first.resolve_by)
