"""What staff type about broadcasts under way, templates, repeated ones, deputies and residents' groups."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.desk_words import DeskAction, DeskReader, DeskWord
from nlp.lexicon import Lexicon

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday, 10:00 in Shanghai
LINES = [
    line.split("\t")
    for line in (HERE / "desk_notices.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]
ROWS = [line for line in LINES if line[1] != "-"]
OTHERS = [line[0] for line in LINES if line[1] == "-"]
QUOTED = "群发 7（枫桥苑，3 个群）\n明天停水 2026-0023"


@pytest.fixture(scope="module")
def desk(lexicon: Lexicon) -> DeskReader:
    return DeskReader(lexicon)


@pytest.mark.parametrize(("text", "action", "args"), ROWS, ids=[row[0] for row in ROWS])
def test_word_and_its_arguments_are_read(desk: DeskReader, *, text: str, action: str, args: str) -> None:
    found = desk.read(text.replace("\\n", "\n"), now=NOW)

    assert found == DeskWord(DeskAction(action), None, None, json.loads(args))


@pytest.mark.parametrize("text", OTHERS, ids=OTHERS)
def test_other_sentences_are_left_alone(desk: DeskReader, text: str) -> None:
    found = desk.read(text, now=NOW)

    assert found is None or found.action not in {row[1] for row in ROWS}


def test_every_action_has_many_wordings() -> None:
    counts = Counter(row[1] for row in ROWS)

    assert {action: count for action, count in counts.items() if count < 6} == {}
    assert len(ROWS) >= 120


@pytest.mark.parametrize(
    ("text", "action", "args"),
    [
        ("群发进度", "broadcast_progress", {"broadcast": 7}),
        ("查看群发", "broadcast_progress", {"broadcast": 7}),
        ("停止群发", "broadcast_stop", {"broadcast": 7}),
        ("停发", "broadcast_stop", {"broadcast": 7}),
        ("别发了", "broadcast_stop", {"broadcast": 7}),
        ("停止群发 8", "broadcast_stop", {"broadcast": 8}),
        ("补发", "broadcast_resend", {"broadcast": 7}),
        ("同意群发 3721", "broadcast_approve", {"broadcast": 7, "code": "3721"}),
        ("审批", "broadcast_approve", {"broadcast": 7}),
        ("不同意群发 措辞不妥", "broadcast_refuse", {"broadcast": 7, "reason": "措辞不妥"}),
    ],
)
def test_quoted_broadcast_gives_its_number(
    desk: DeskReader, *, text: str, action: str, args: dict[str, object]
) -> None:
    found = desk.read(text, QUOTED, now=NOW)

    assert found is not None
    assert (found.action, found.case, found.args) == (action, None, args)


def test_quoted_series_gives_its_number(desk: DeskReader) -> None:
    found = desk.read("取消定期群发", "定期群发 3：每周五 09:00，枫桥苑", now=NOW)

    assert found == DeskWord(DeskAction.SERIES_END, None, None, {"series": 3})


def test_number_of_a_quoted_case_is_no_broadcast(desk: DeskReader) -> None:
    assert desk.read("停发", "新诉求 2026-0023", now=NOW) is None
    assert desk.read("停止群发", "新诉求 2026-0023", now=NOW) == DeskWord(
        DeskAction.BROADCAST_STOP, None, None, {"broadcast": None}
    )


def test_without_a_clock_no_days_are_read(desk: DeskReader) -> None:
    found = desk.read("代班 李娜 第二网格 11月25日到11月30日")

    assert found == DeskWord(
        DeskAction.DEPUTY, None, None, {"name": "李娜", "is_ended": False, "grid": "第二网格"}
    )


@pytest.mark.parametrize(
    ("now", "text", "term"),
    [
        ("2026-12-30", "代班 李娜 12月30日到1月3日", ("2026-12-30", "2027-01-03")),
        ("2026-12-30", "代班 李娜 30号到3号", ("2026-12-30", "2027-01-03")),
        ("2026-12-30", "代班 李娜 下个月", ("2027-01-01", "2027-01-31")),
        ("2026-12-30", "代班 李娜 1月", ("2027-01-01", "2027-01-31")),
        ("2026-11-22", "代班 李娜 周日", ("2026-11-22", "2026-11-22")),
        ("2026-11-22", "代班 李娜 到周日", ("2026-11-22", "2026-11-22")),
        ("2026-11-22", "代班 李娜 下周", ("2026-11-23", "2026-11-29")),
        ("2026-11-22", "代班 李娜 周一到周五", ("2026-11-23", "2026-11-27")),
        ("2026-11-22", "李娜代赵磊 周五到周一", ("2026-11-27", "2026-11-30")),
        ("2026-11-22", "代班 李娜 半个月", ("2026-11-22", "2026-12-06")),
        ("2028-02-28", "代班 李娜 明天到月底", ("2028-02-29", "2028-02-29")),
    ],
)
def test_days_are_counted_from_today(desk: DeskReader, *, now: str, text: str, term: tuple[str, str]) -> None:
    found = desk.read(text, now=datetime.fromisoformat(f"{now}T10:00:00+08:00"))

    assert found is not None
    assert (found.args["from"], found.args["until"]) == term


def test_evening_in_utc_is_the_next_day_in_shanghai(desk: DeskReader) -> None:
    found = desk.read("代班 李娜 今天", now=datetime(2026, 11, 20, 17, 0, tzinfo=UTC))

    assert found is not None
    assert found.args["from"] == "2026-11-21"


WORDS = (
    "群发 7 号 停 代班 李娜 代 赵磊 周一 到 13月 99日 11.31 = {小区} 模板 居民群 属于 枫桥苑 "
    "： 下个月 三天 9999天 “ 第二网格 2月30日 0月 半个月"
)
PIECES = [" ", "\n", *WORDS.split()]


@settings(max_examples=200, deadline=None)
@given(
    opening=st.sampled_from([row[0] for row in ROWS]),
    words=st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=10),
)
def test_whatever_follows_is_read(desk: DeskReader, opening: str, words: list[str]) -> None:
    for text in (opening + "".join(words), "".join(words)):
        found = desk.read(text, QUOTED, now=NOW)
        json.dumps(dict(found.args) if found else None)
