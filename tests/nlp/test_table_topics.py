"""What is said of topics: proposals, support, lists, and what staff decide."""

from collections import Counter
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.arguments import Json
from nlp.consultation import Said, TableAction, TableWord
from nlp.consultation.topics import find_topic
from nlp.lexicon import Lexicon
from nlp.places import Places
from tests.nlp.spoken import HERE, NOW, expected, heard, lines_of, rows_of

LINES = lines_of("table_topics.tsv")
ROWS = rows_of(LINES)
NOTICE = "**居民提议：议题 3**（枫桥苑）\n> 给车棚装充电桩\n请回复：@回音 采纳议题3"


read = partial(heard, find_topic)


@pytest.mark.parametrize(
    ("text", "is_resident", "action", "number", "args"), ROWS, ids=[f"{row[0]}-{row[1]}" for row in ROWS]
)
def test_what_is_said_is_read(
    lexicon: Lexicon, *, text: str, is_resident: bool, action: str, number: str, args: str
) -> None:
    assert read(lexicon, text, is_resident=is_resident) == expected(action, number, args)


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
