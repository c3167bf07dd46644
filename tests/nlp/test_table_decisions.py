"""What is said of decision items, of watching over one, and of the board."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.arguments import Arguments
from nlp.commands import without_mention
from nlp.consultation import Said, TableAction, TableWord
from nlp.consultation.decisions import find_decision
from nlp.lexicon import Lexicon
from nlp.places import Places

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday, 10:00 in Shanghai
LINES = [
    line.split("\t")
    for line in (HERE / "table_decisions.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]
SPEAKERS = {"resident": (True,), "worker": (False,), "any": (True, False)}
ROWS = [
    (text, is_resident, action, number, args)
    for text, who, action, number, args in LINES
    for is_resident in SPEAKERS[who]
]
NOTICE = "**决议 7 临期提醒**\n疏通主管道\n期限：11月30日 周一 18:00"


def read(lexicon: Lexicon, text: str, *, is_resident: bool, quoted: str = "") -> TableWord | None:
    body = text.strip() if is_resident else without_mention(text, "回音")
    fold = lexicon.spelling.fold
    return find_decision(Said(body, fold(body), fold(quoted), is_resident, Places.of([]), NOW))


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
