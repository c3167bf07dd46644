"""Since when, how long, how often, at what hours."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.characters import fold
from nlp.time_words import TimeRole, find_time_words


def words(text: str) -> list[tuple[str, str]]:
    return [(str(one.role), one.text) for one in find_time_words(fold(text), text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("楼上半夜还在砸墙", [("hour", "半夜")]),
        ("凌晨两点多有人放炮", [("hour", "凌晨两点多")]),
        ("早上五点半就开始抽鞭子", [("hour", "早上五点半")]),
        ("晚上10点到12点最吵", [("hour", "晚上10点到12点")]),
        ("從昨天開始沒有水", [("since", "從昨天開始")]),
        ("自打入冬以来就没热过", [("since", "自打入冬以来")]),
        ("打上个礼拜起电梯就停着", [("since", "打上个礼拜起")]),
        ("天天晚上跳舞", [("repeated", "天天"), ("hour", "晚上")]),
        ("一下雨就漏，第三回了", [("repeated", "一下雨就"), ("repeated", "第三回了")]),
        ("灯坏了，没别的", []),
        ("3号楼2单元301", []),
    ],
)
def test_time_words_are_found_with_their_role(text: str, found: list[tuple[str, str]]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("三个月了没人修", 90),
        ("停水两天了", 2),
        ("都一个半月了", 45),
        ("一个多礼拜了还没弄", 7),
        ("好几天没热水", 5),
        ("等了半年了", 182.5),
        ("闹了一宿没睡", 1),
        ("堵了12个小时了", 0.5),
    ],
)
def test_how_long_is_said_in_days(text: str, days: float) -> None:
    (lasting,) = (one for one in find_time_words(fold(text), text) if one.role is TimeRole.LASTING)

    assert lasting.days == pytest.approx(days)


@given(st.text("从昨天开始三个月了半夜12点:第回一下雨就，。 几好", max_size=40))
def test_time_words_stand_in_order_and_never_overlap(text: str) -> None:
    found = find_time_words(fold(text), text)

    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
