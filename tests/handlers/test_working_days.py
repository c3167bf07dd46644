"""Chinese working days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.working_days import (
    KNOWN_UNTIL,
    SHANGHAI,
    after_working_days,
    is_provisional,
    is_working_day,
    local,
    same_time_after_working_days,
    working_days_between,
)

MINUTES = 700 * 24 * 60  # to December 2026
MOMENTS = st.integers(0, MINUTES).map(
    lambda count: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=count)
)


def at(month: int, day: int, hour: int = 10, *, year: int = 2025) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2026, 11, 20), True),  # Friday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 10, 1), False),  # National Day
        (date(2026, 10, 10), True),  # make-up workday, a Saturday
        (date(2026, 2, 17), False),  # Spring Festival
        (date(2025, 1, 26), True),  # make-up workday, a Sunday
        (date(2025, 10, 8), False),  # a Wednesday, the last day of the holiday
        (date(2099, 1, 2), True),  # beyond the calendar: a Friday
        (date(2099, 1, 3), False),
    ],
)
def test_which_days_offices_work(day: date, is_working: bool) -> None:
    assert is_working_day(day) is is_working


def test_the_day_itself_does_not_count_and_the_end_lies_at_the_close_of_office() -> None:
    late = datetime(2026, 11, 19, 15, 30, tzinfo=UTC)  # 23:30 on Thursday in Shanghai

    assert local(after_working_days(late, 1)) == datetime(2026, 11, 20, 18, tzinfo=SHANGHAI)
    assert local(after_working_days(late, 2)) == datetime(2026, 11, 23, 18, tzinfo=SHANGHAI)
    assert after_working_days(late, 1).tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (at(1, 27), 7, at(2, 12)),  # Spring Festival 28 January to 4 February, Saturday the 8th is worked
        (at(2, 13, year=2026), 7, at(3, 2, year=2026)),  # 15 to 23 February; Saturdays 14 and 28 are worked
        (at(9, 26), 15, at(10, 23)),  # National Day 1 to 8 October; Sunday 28 September, Saturday 11 October
        (at(9, 30), 1, at(10, 9)),
    ],
)
def test_long_holidays_are_left_out_and_make_up_days_count(start: datetime, days: int, end: datetime) -> None:
    assert same_time_after_working_days(start, days) == end
    assert after_working_days(start, days) == end.replace(hour=18)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (at(9, 30), at(9, 30, 23), 0),
        (at(9, 30), at(10, 8), 0),
        (at(9, 30), at(10, 9, 0), 1),  # the day has begun
        (at(9, 26), at(9, 28), 1),  # a worked Sunday
        (at(10, 9), at(9, 30), 0),
    ],
)
def test_the_working_days_that_passed(start: datetime, end: datetime, days: int) -> None:
    assert working_days_between(start, end) == days


@settings(max_examples=60, deadline=None)
@given(start=MOMENTS, first=st.integers(0, 12), second=st.integers(0, 12))
def test_days_can_be_added_in_two_parts_and_counted_again(start: datetime, first: int, second: int) -> None:
    whole = same_time_after_working_days(start, first + second)

    assert same_time_after_working_days(same_time_after_working_days(start, first), second) == whole
    assert working_days_between(start, whole) == first + second


def test_what_lies_beyond_the_published_calendar_is_provisional() -> None:
    last = datetime(KNOWN_UNTIL.year, 12, 31, 23, 59, tzinfo=SHANGHAI)

    assert not is_provisional(last.astimezone(UTC))
    assert is_provisional((last + timedelta(minutes=1)).astimezone(UTC))  # in UTC still the old year
    assert is_provisional(datetime(2099, 6, 1, tzinfo=UTC))


def test_the_calendar_knows_this_years_holidays() -> None:
    assert date(2026, 12, 31) <= KNOWN_UNTIL
