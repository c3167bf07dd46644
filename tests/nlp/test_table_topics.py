"""What is said of topics: proposals, support, lists, and what staff decide."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.arguments import Json
from nlp.commands import without_mention
from nlp.consultation import Said, TableAction, TableWord
from nlp.consultation.topics import find_topic
from nlp.lexicon import Lexicon
from nlp.places import Places

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LINES = [
    line.split("\t")
    for line in (HERE / "table_topics.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]
SPEAKERS = {"resident": (True,), "worker": (False,), "any": (True, False)}
ROWS = [
    (text, is_resident, action, number, args)
    for text, who, action, number, args in LINES
    for is_resident in SPEAKERS[who]
]
NOTICE = "**居民提议：议题 3**（枫桥苑）\n> 给车棚装充电桩\n请回复：@回音 采纳议题3"


def read(lexicon: Lexicon, text: str, *, is_resident: bool, quoted: str = "") -> TableWord | None:
    body = text.strip() if is_resident else without_mention(text, "回音")
    fold = lexicon.spelling.fold
    return find_topic(Said(body, fold(body), fold(quoted), is_resident, Places.of([]), NOW))


@pytest.mark.parametrize(
    ("text", "is_resident", "action", "number", "args"), ROWS, ids=[f"{row[0]}-{row[1]}" for row in ROWS]
)
def test_what_is_said_is_read(
    lexicon: Lexicon, *, text: str, is_resident: bool, action: str, number: str, args: str
) -> None:
    found = read(lexicon, text, is_resident=is_resident)

    if action == "-":
        assert found is None
    else:
        known = None if number == "-" else int(number)
        assert found == TableWord(TableAction(action), known, json.loads(args))


def test_every_action_has_several_wordings() -> None:
    counts = Counter(row[2] for row in LINES)

    assert {action: count for action, count in counts.items() if count < 6} == {}
    assert counts["-"] >= 30


@pytest.mark.parametrize(
    ("text", "action", "args"),
    [
        ("采纳", "topic_accept", {}),
        ("采纳 标题 车棚充电桩选址", "topic_accept", {"title": "车棚充电桩选址"}),
        ("不采纳，物业已经在做", "topic_decline", {"reason": "物业已经在做"}),
    ],
)
def test_under_a_notice_the_number_need_not_be_said(
    lexicon: Lexicon, *, text: str, action: str, args: dict[str, Json]
) -> None:
    found = read(lexicon, text, is_resident=False, quoted=NOTICE)

    assert found == TableWord(TableAction(action), 3, args)


@pytest.mark.parametrize("text", ["收到", "好的", "办结 23 管道已疏通", "采纳物业的意见再说"])
def test_small_talk_and_other_commands_under_a_notice_are_left_alone(lexicon: Lexicon, text: str) -> None:
    assert read(lexicon, text, is_resident=False, quoted=NOTICE) is None


def test_under_a_list_of_several_topics_the_number_must_be_said(lexicon: Lexicon) -> None:
    assert read(lexicon, "采纳", is_resident=False, quoted="议题 3　车棚\n议题 4　路灯") is None


@pytest.mark.parametrize("is_resident", [True, False])
def test_no_ordinary_report_and_no_command_of_before_is_taken(lexicon: Lexicon, is_resident: bool) -> None:
    folder = HERE / ("corpus" if is_resident else "corpus_commands")
    rows = [
        line.split("\t")
        for path in sorted(folder.glob("*.tsv"))
        for line in path.read_text("utf-8").splitlines()
    ]
    texts = {each for row in rows for each in row if len(each) > 1}

    taken = {each for each in texts if read(lexicon, each, is_resident=is_resident) is not None}

    assert len(texts) > 5_000
    assert {each for each in taken if not any(word in each for word in ("列入", "转为", "定为"))} == set()


@given(
    st.text(alphabet="提议附议题 3三号楼采纳不并到入列23、24标题：，。?吗第页#新把诉求2026-", max_size=40),
    st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_nothing_said_breaks_the_reader(text: str, is_resident: bool) -> None:
    for quoted in ("", NOTICE):
        find_topic(Said(text, text, quoted, is_resident, Places.of([]), NOW))


def test_long_numbers_are_read_quickly() -> None:
    text = "列入议题 " + "、".join(["23"] * 900)

    found = find_topic(Said(text, text, "", False, Places.of([]), NOW))

    assert found is not None
    assert len(str(found.args["cases"])) > 900
