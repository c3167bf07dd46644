"""Times as people say them."""

from datetime import UTC, datetime

import pytest

from nlp.characters import fold
from nlp.times import find_moments

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # Wednesday, 10:00 in Shanghai


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("周五15:00", "2026-11-20T15:00"),
        ("周五下午三点", "2026-11-20T15:00"),
        ("下周三上午9点半", "2026-11-25T09:30"),
        ("礼拜天晚上七点", "2026-11-22T19:00"),
        ("明天9点", "2026-11-19T09:00"),
        ("明早八点", "2026-11-19T08:00"),
        ("今晚七点一刻", "2026-11-18T19:15"),
        ("后天下午", "2026-11-20T15:00"),
        ("11月20日15：30", "2026-11-20T15:30"),
        ("十一月二十号", "2026-11-20T09:00"),
        ("2027年1月5日上午十点", "2027-01-05T10:00"),
        ("1月5日", "2027-01-05T09:00"),
        ("20号下午三点", "2026-11-20T15:00"),
        ("5号下午三点", "2026-12-05T15:00"),
        ("周一", "2026-11-23T09:00"),
        ("周三8:30", "2026-11-25T08:30"),
        ("周三15:00", "2026-11-18T15:00"),
        ("本周三8:30", "2026-11-18T08:30"),
        ("下午三点", "2026-11-18T15:00"),
        ("8:30", "2026-11-19T08:30"),
        ("中午12点", "2026-11-18T12:00"),
    ],
)
def test_time_is_resolved_against_now_in_shanghai(text: str, expected: str) -> None:
    moments = list(find_moments(fold(text), NOW))

    assert [moment.instant.isoformat()[:16] for moment in moments] == [expected]
    assert moments[0].instant.utcoffset() == NOW.astimezone(moments[0].instant.tzinfo).utcoffset()


@pytest.mark.parametrize(
    "text", ["", "2月30日", "25:00", "13月1日", "有点吵", "一点用没有吗", "23号我来", "快点"]
)
def test_what_is_no_time_is_not_taken_for_one(text: str) -> None:
    assert list(find_moments(text, NOW)) == []
