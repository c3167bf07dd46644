"""What is asked, denied, wished or merely said is not done; what is told is still read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.actions import Action
from nlp.arguments import Json
from nlp.commands import Command, CommandReader
from nlp.lexicon import Lexicon

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
READER = CommandReader(Lexicon.load(HERE.parents[1] / "var"))
ROWS = [
    line.split("\t")
    for line in (HERE / "doubts.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]
HARMLESS = frozenset({Action.SHOW, Action.NONE, Action.LIST_OPEN})
ASKING = [
    "{}了吗 {}",
    "{} {} 行不行",
    "{} {} 可以吗",
    "能不能{} {}",
    "{} {} 了没",
    "要不要{} {}？",
    "{} {}？",
]
DENYING = ["不要{} {}", "别{} {}", "先别{} {}", "{}不了 {}", "没法{} {}", "还不能{} {}", "暂时不{} {}"]
VERBS = ["办结", "不予受理", "交办", "延期", "转交", "退回", "结案", "驳回", "反馈"]


def read(text: str, quoted: str | None = None) -> Command:
    return READER.read(text, role="staff", now=NOW, quoted=quoted)


@pytest.mark.parametrize(("text", "quoted", "action", "case"), ROWS, ids=[row[0] for row in ROWS])
def test_doubt_is_no_deed(text: str, quoted: str, action: str, case: str) -> None:
    found = read(text, quoted or None)

    assert (found.action, str(found.case or "-")) == (action, case)


@given(st.sampled_from(ASKING), st.sampled_from(VERBS), st.integers(1, 400))
def test_no_question_does_what_it_names(form: str, verb: str, number: int) -> None:
    found = read(form.format(verb, number))

    is_request = verb == "延期" and found.action is Action.EXTEND  # more time is asked for, not taken
    assert found.action in HARMLESS or found.args.get("query") is True or is_request


@given(st.sampled_from(DENYING), st.sampled_from(VERBS), st.integers(1, 400))
def test_no_denial_does_what_it_names(form: str, verb: str, number: int) -> None:
    assert read(form.format(verb, number)).action in HARMLESS


@pytest.mark.parametrize(
    ("text", "quoted", "args"),
    [
        ("进度 3 维保师傅下午到", None, {"note": "维保师傅下午到"}),
        ("大家注意，@回音 进展 3 师傅已到", None, {"note": "师傅已到"}),
        ("各位看一下 @小助手 3号 师傅已到现场", None, {"note": "师傅已到现场"}),
        ("问一下14号 是几楼漏", None, {"question": "是几楼漏"}),
        ("帮我问问居民13 门锁什么牌子", None, {"question": "门锁什么牌子"}),
        ("问 12 哪个单元", None, {"question": "哪个单元"}),
        ("14不受理 属于市政道路", None, {"reason": "属于市政道路"}),
        ("不受理 14 属于市政道路", None, {"reason": "属于市政道路"}),
        ("已经反馈", "编号 0026", {}),
        ("反馈 26 已经换好了", None, {"text": "已经换好了"}),
        ("好了", "编号 0026", {}),
        ("办结三号 电梯换了门机", None, {"result": "电梯换了门机"}),
    ],
)
def test_command_words_are_no_part_of_what_residents_read(
    text: str, quoted: str | None, args: dict[str, Json]
) -> None:
    assert read(text, quoted).args == args


def test_each_line_is_a_command_of_its_own() -> None:
    found = read("@回音 办结 12 器材换好了\n办结 3 电梯修好了\n刷卡能进\n9 师傅到了，在等配件")

    assert (found.action, found.case, found.args) == (Action.RESOLVE, 12, {"result": "器材换好了"})
    assert [(line.text, line.command.action, line.command.case) for line in found.lines] == [
        ("办结 12 器材换好了", "resolve", 12),
        ("办结 3 电梯修好了\n刷卡能进", "resolve", 3),
        ("9 师傅到了，在等配件", "progress", 9),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "办结 12 器材换好了\n还清理了场地",
        "纪要 18 议定：\n1. 拆除地锁\n2. 物业周五前完成",
        "办结 18 做了三件事\n1、拆除地锁\n2、补了地面",
        "群发 枫桥苑\n3号楼停水\n5号楼停水",
        "进展 5 明天来\n3点到现场",
        "今天风大\n办结 12 好了",
        "办结 12 好了",
        "",
    ],
)
def test_other_lines_belong_to_one_command(text: str) -> None:
    assert read(text).lines == ()


@given(
    st.lists(
        st.sampled_from(["办结 12 好了", "3 修好了", "谢谢", "1. 拆", "", "群发 x", "接单 5 6"]), max_size=30
    )
)
def test_lines_never_command_more_than_they_say(lines: list[str]) -> None:
    found = read("\n".join(lines))

    assert len(found.lines) != 1
    assert len(found.lines) <= 20
    assert not any(line.command.lines for line in found.lines)
