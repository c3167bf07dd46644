"""What is said of decision items, of watching over one, and of the board."""

from collections import Counter
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.arguments import Arguments
from nlp.consultation import Said, TableAction, TableWord
from nlp.consultation.decisions import find_decision
from nlp.lexicon import Lexicon
from nlp.places import Places
from tests.nlp.spoken import NOW, expected, heard, lines_of, rows_of

LINES = lines_of("table_decisions.tsv")
ROWS = rows_of(LINES)
NOTICE = "**决议 7 临期提醒**\n疏通主管道\n期限：11月30日 周一 18:00"


read = partial(heard, find_decision)


@pytest.mark.parametrize(
    ("text", "is_resident", "action", "number", "args"), ROWS, ids=[f"{row[0]}-{row[1]}" for row in ROWS]
)
def test_what_is_said_is_read(
    lexicon: Lexicon, *, text: str, is_resident: bool, action: str, number: str, args: str
) -> None:
    assert read(lexicon, text, is_resident=is_resident) == expected(action, number, args)


def test_every_action_has_several_wordings() -> None:
    counts = Counter(row[2] for row in LINES)

    assert {action: count for action, count in counts.items() if count < 4} == {}
    assert counts["-"] >= 25


@pytest.mark.parametrize(
    ("text", "action", "args"),
    [
        ("进展 已联系疏通队", "decision_progress", {"note": "已联系疏通队"}),
        ("办结 管道已疏通", "decision_done", {"result": "管道已疏通"}),
        ("延期 3天 等配件", "decision_extend", {"days": 3, "reason": "等配件"}),
        ("督办", "decision_supervise", {"note": ""}),
        ("属实", "watch", {"confirms": True, "words": ""}),
        ("没做完：还漏水", "watch", {"confirms": False, "words": "还漏水"}),
        ("同意延期", "decision_extend", {"grants": True, "reason": ""}),
        ("进度", "decision_show", {}),
        ("师傅周三进场，已约好", "decision_progress", {"note": "师傅周三进场，已约好"}),
        ("已完成，路面恢复了", "decision_done", {"result": "已完成，路面恢复了"}),
        ("什么时候能完工？", "decision_show", {}),
    ],
)
def test_under_a_notice_the_number_need_not_be_said(
    lexicon: Lexicon, *, text: str, action: str, args: Arguments
) -> None:
    found = read(lexicon, text, is_resident=False, quoted=NOTICE)

    assert found == TableWord(TableAction(action), 7, args)


@pytest.mark.parametrize(
    "text",
    [
        "进展 23 已联系疏通队",
        "收到",
        "好的谢谢",
        "收到，马上安排",
        "办结 23 管道已疏通",
        "群发 枫桥苑 明天停水",
    ],
)
def test_another_number_or_small_talk_under_a_notice_is_left_alone(lexicon: Lexicon, text: str) -> None:
    assert read(lexicon, text, is_resident=False, quoted=NOTICE) is None


@pytest.mark.parametrize("quoted", ["诉求 2026-0023 下水道", "群发 7 已发送", "议事会 5 决议列表"])
def test_under_other_messages_nothing_is_ours(lexicon: Lexicon, quoted: str) -> None:
    assert read(lexicon, "进展 已联系疏通队", is_resident=False, quoted=quoted) is None


@given(
    st.text(alphabet="决议 7七号进展办结延期：，。3天月?吗属实没做完监督人公示栏\n第页#还在", max_size=40),
    st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_nothing_said_breaks_the_reader(text: str, is_resident: bool) -> None:
    for quoted in ("", NOTICE):
        said = Said(text, text, quoted, is_resident, Places.of([]), NOW)
        find_decision(said)
