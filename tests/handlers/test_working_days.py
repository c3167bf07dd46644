"""Chinese working days."""

from datetime import UTC, date, datetime

import pytest

from handlers.working_days import SHANGHAI, after_working_days, is_working_day, local


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2026, 11, 20), True),  # Friday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 10, 1), False),  # National Day
        (date(2026, 10, 10), True),  # make-up workday, a Saturday
        (date(2026, 2, 17), False),  # Spring Festival
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
