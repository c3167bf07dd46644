"""The night."""

from datetime import UTC, datetime, time

import pytest

from bot.delivery import QuietHours


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "now", "ends"),
    [
        (QuietHours(), "20T21:59:59", None),
        (QuietHours(), "20T22:00:00", "21T07:00:00"),
        (QuietHours(), "21T00:30:00", "21T07:00:00"),
        (QuietHours(), "21T06:59:59", "21T07:00:00"),
        (QuietHours(), "21T07:00:00", None),
        (QuietHours(time(12), time(14)), "20T13:00:00", "20T14:00:00"),
        (QuietHours(time(12), time(14)), "20T11:59:00", None),
        (QuietHours(time(9), time(9)), "20T09:00:00", None),
    ],
)
def test_the_night_ends_at_its_hour(hours: QuietHours, now: str, ends: str | None) -> None:
    assert hours.ends_at(shanghai(now)) == (None if ends is None else shanghai(ends))
