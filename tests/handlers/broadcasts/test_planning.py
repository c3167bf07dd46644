"""When the messages of a broadcast go out, and how series find their next time."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.broadcasts.planning import needs_approval, plan_of
from handlers.broadcasts.recurring import next_time
from handlers.errors.broadcasts import NoSuchTimes
from handlers.quiet_hours import QuietHours
from handlers.rules import BroadcastRules
from handlers.working_days import SHANGHAI

RULES = BroadcastRules(per_minute=60, quiet=QuietHours(time(22), time(7)))
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_so_many_a_minute_go_out_together() -> None:
    plan = plan_of(150, at=NOON, is_urgent=False, rules=RULES)

    assert plan.turns == (NOON, NOON + timedelta(minutes=1), NOON + timedelta(minutes=2))
    assert [plan.at(index) for index in (0, 59, 60, 149)] == [NOON, NOON, plan.turns[1], plan.turns[2]]


def test_in_quiet_hours_it_waits_for_their_end() -> None:
    plan = plan_of(1, at=at("2026-11-20T23:00"), is_urgent=False, rules=RULES)

    assert plan.starts_at == at("2026-11-21T07:00")
    assert plan.quiet_until == plan.starts_at


def test_what_does_not_fit_before_the_night_goes_on_in_the_morning() -> None:
    plan = plan_of(180, at=at("2026-11-20T21:58"), is_urgent=False, rules=RULES)

    assert plan.quiet_until is None
    assert plan.turns == (at("2026-11-20T21:58"), at("2026-11-20T21:59"), at("2026-11-21T07:00"))


def test_an_urgent_one_passes_the_night() -> None:
    plan = plan_of(1, at=at("2026-11-20T23:00"), is_urgent=True, rules=RULES)

    assert plan.starts_at == at("2026-11-20T23:00")


@settings(deadline=None)
@given(
    number=st.integers(1, 3000),
    per_minute=st.integers(1, 200),
    minutes=st.integers(0, 2 * 24 * 60),
    is_urgent=st.booleans(),
)
def test_no_minute_has_more_than_its_share(
    number: int, per_minute: int, minutes: int, is_urgent: bool
) -> None:
    rules = BroadcastRules(per_minute=per_minute, quiet=RULES.quiet)
    begin = NOON + timedelta(minutes=minutes)

    plan = plan_of(number, at=begin, is_urgent=is_urgent, rules=rules)

    times = [plan.at(index) for index in range(number)]
    assert times == sorted(times)
    assert times[0] >= begin
    assert max(Counter(times).values()) <= per_minute
    assert all(b - a >= timedelta(minutes=1) for a, b in zip(plan.turns, plan.turns[1:], strict=False))
    if not is_urgent:
        assert all(rules.quiet.ends_at(each) is None for each in times)


@pytest.mark.parametrize(
    ("people", "is_everyone", "expected"), [(500, False, False), (501, False, True), (2, True, True)]
)
def test_a_second_person_is_needed_above_the_reach(people: int, is_everyone: bool, expected: bool) -> None:
    assert needs_approval(people, is_everyone=is_everyone, rules=RULES) is expected


@pytest.mark.parametrize(
    ("rule", "after", "expected"),
    [
        ({"weekdays": [5], "at_time": "09:00"}, "2026-11-20T08:59", "2026-11-20T09:00"),
        ({"weekdays": [5], "at_time": "09:00"}, "2026-11-20T09:00", "2026-11-27T09:00"),
        ({"weekdays": [1, 3]}, "2026-11-20T12:00", "2026-11-23T09:00"),
        ({"month_days": [5, 15, 25], "at_time": "09:30"}, "2026-11-20T12:00", "2026-11-25T09:30"),
        ({"month_days": [31]}, "2026-11-20T12:00", "2026-12-31T09:00"),
        ({"month_days": [5]}, "2026-12-06T12:00", "2027-01-05T09:00"),
        ({"daily": True, "at_time": "08:00"}, "2026-11-20T12:00", "2026-11-21T08:00"),
    ],
)
def test_the_next_time_of_a_series(rule: dict[str, Any], after: str, expected: str) -> None:
    assert next_time(rule, after=at(after).astimezone(UTC)) == at(expected)


def test_days_that_never_come_are_refused() -> None:
    with pytest.raises(NoSuchTimes):
        next_time({"month_days": [32]}, after=NOON)
