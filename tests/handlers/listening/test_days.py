"""Which days a series means: rules, holidays, shifts."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.errors.listening import ListeningDaysMissing
from handlers.listening.days import first_after, made_up_until, next_day
from handlers.working_days import is_working_day
from storage.models.listening import ListeningSeries, OnHoliday

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)  # Friday, 10:00 in Shanghai
FIVES = {"month_days": [5, 15, 25]}


def series(rule: dict[str, Any], on_holiday: OnHoliday = OnHoliday.SHIFT) -> ListeningSeries:
    hours = {"starts": "09:00", "ends": "18:00"}
    return ListeningSeries(1, 1, 1, {**rule, **hours}, on_holiday, "", 1, NOW, None)


def days(rule: dict[str, Any], on_holiday: OnHoliday, *, after: date, number: int) -> list[str]:
    found, asked = [], series(rule, on_holiday)
    for _ in range(number):
        after = next_day(asked, after=after).day
        found.append(f"{after:%m-%d}")
    return found


@pytest.mark.parametrize(
    ("rule", "on_holiday", "after", "expected"),
    [
        # 2026-10-05 lies in the holidays of the National Day (1 to 7), the 25th is a Sunday
        (FIVES, OnHoliday.KEEP, date(2026, 10, 1), ["10-05", "10-15", "10-25"]),
        (FIVES, OnHoliday.SHIFT, date(2026, 10, 1), ["10-08", "10-15", "10-26"]),
        (FIVES, OnHoliday.SKIP, date(2026, 10, 1), ["10-15", "11-05", "11-25"]),
        # the 10th of October 2026 is a Saturday on which people work
        ({"month_days": [10]}, OnHoliday.SHIFT, date(2026, 10, 1), ["10-10", "11-10"]),
        # both days of a weekend shift onto one Monday, which is one day
        ({"month_days": [14, 15, 16]}, OnHoliday.SHIFT, date(2026, 11, 1), ["11-16", "12-14"]),
        # a weekend the rule names itself is meant
        ({"weekdays": [6]}, OnHoliday.SHIFT, date(2026, 11, 1), ["11-07", "11-14"]),
        ({"weekdays": [6]}, OnHoliday.SKIP, date(2026, 9, 28), ["10-10", "10-17"]),
        ({"weekdays": [3]}, OnHoliday.SHIFT, date(2026, 9, 30), ["10-08", "10-14"]),
        ({"nth_weekdays": [[1, 5]]}, OnHoliday.SHIFT, date(2026, 11, 1), ["11-06", "12-04"]),
        ({"nth_weekdays": [[-1, 7]]}, OnHoliday.SHIFT, date(2026, 11, 1), ["11-29", "12-27"]),
        ({"month_days": [31]}, OnHoliday.KEEP, date(2026, 11, 1), ["12-31", "01-31"]),
        ({"daily": True}, OnHoliday.SHIFT, date(2026, 11, 20), ["11-23", "11-24"]),
    ],
)
def test_holidays_are_kept_shifted_or_skipped(
    rule: dict[str, Any], on_holiday: OnHoliday, *, after: date, expected: list[str]
) -> None:
    assert days(rule, on_holiday, after=after, number=len(expected)) == expected


def test_a_day_that_has_begun_is_not_the_next_one() -> None:
    friday = series({"weekdays": [5]})

    assert first_after(friday, NOW).day == date(2026, 11, 27)
    assert first_after(friday, datetime(2026, 11, 20, 0, 59, tzinfo=UTC)).day == date(2026, 11, 20)


def test_the_hours_are_those_of_shanghai() -> None:
    planned = first_after(series(FIVES), NOW)

    assert planned.starts_at == datetime(2026, 11, 25, 1, tzinfo=UTC)
    assert planned.ends_at == datetime(2026, 11, 25, 10, tzinfo=UTC)


def test_days_that_never_come_are_refused() -> None:
    with pytest.raises(ListeningDaysMissing):
        next_day(series({"month_days": []}), after=date(2026, 11, 20))


def test_a_summary_is_made_up_for_until_noon_of_the_next_working_day() -> None:
    assert made_up_until(date(2026, 11, 20)) == datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert made_up_until(date(2026, 9, 30)) == datetime(2026, 10, 8, 4, tzinfo=UTC)


@given(
    st.lists(st.integers(1, 28), min_size=1, max_size=6),
    st.sampled_from(OnHoliday),
    st.dates(date(2025, 1, 1), date(2027, 6, 1)),
)
def test_the_days_go_forward_and_never_lie_on_what_they_avoid(
    month_days: list[int], on_holiday: OnHoliday, after: date
) -> None:
    asked = series({"month_days": month_days}, on_holiday)
    found = [after]
    for _ in range(6):
        found.append(next_day(asked, after=found[-1]).day)

    assert found == sorted(set(found))
    if on_holiday is not OnHoliday.KEEP:
        assert all(is_working_day(day) for day in found[1:])
