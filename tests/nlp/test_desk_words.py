"""What workers and staff type beyond the fitted commands."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.desk_words import DeskAction, DeskReader, DeskWord
from nlp.lexicon import Lexicon

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / "var"
ROWS = [
    line.replace("\\n", "\n").split("\t")
    for line in (HERE / "desk_words.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]
NOTICES = [
    line.split("\t")
    for line in (HERE / "desk_notices.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]
READER = DeskReader(Lexicon.load(CACHE))
LABELS: dict[str, tuple[str, str | None]] = {
    "停车": ("parking", None),
    "用水": ("water", None),
    "噪音": ("noise", None),
    "其他": ("other", None),
    "用水-下水道": ("water", "sewer"),
    "用水-其他": ("water", "general"),
    "停车-地锁": ("parking", "ground_lock"),
    "停车-其他": ("parking", "general"),
}
ORDINARY = [
    "恢复供水了",
    "恢复供水 23点",
    "重新办理身份证要去哪",
    "重办的有几个",
    "不接电话，23号那户",
    "不接 3号楼的活",
    "接不了，不是我们辖区的路，麻烦收回",
    "派给我就行",
    "派给物业 23",
    "派给环卫",
    "指派 23 物业",
    "派给电力，变压器是他们的",
    "反映人是租户还是业主？发消息问清",
    "请反映人补一下门牌号",
    "来电显示坏了",
    "来电了",
    "来电",
    "12345打不通",
    "123456 是验证码",
    "问答环节几点开始",
    "回复 @回音 接单 23",
    "回复昨天的单子，监控修好两个",
    "回复 7天内处理",
    "回复 7",
    "交还钥匙",
    "调解员明天到场",
    "达成一致啦，车棚往北挪四米",
    "同意延期，改为本月二十八日",
    "同意延期 3天",
    "同意延期 3 天",
    "接单 23",
    "办结 23 已经恢复",
    "23 居民不接电话",
    "我看可以拆分 23",
    "协议书放哪了",
    "重办1吗",
    "重办 23 行不行",
    "23 不用重办",
    "23 要重办吗",
    "不接 23 可以吗",
    "改类 23 停车？",
    "同意延期 23 吗",
    "11 不是我们的，派错了单位",
    "23 应该是用水",
    "23 改成周五上门",
    "4号楼又堆起来了 重新办",
    "",
    "   ",
    "@回音",
]


@pytest.fixture
def desk() -> DeskReader:
    return READER


@pytest.mark.parametrize(("text", "action", "case", "args"), ROWS, ids=[row[0] for row in ROWS])
def test_word_of_the_desk_is_read(desk: DeskReader, *, text: str, action: str, case: str, args: str) -> None:
    found = desk.read(text, labels=LABELS)

    assert found is not None
    assert (found.action, found.case) == (action, None if case == "-" else int(case))
    wanted = json.loads(args)
    assert {name: found.args.get(name, "absent") for name in wanted} == wanted


def test_every_word_has_at_least_six_wordings() -> None:
    actions = [row[1] for row in (*ROWS, *NOTICES)]
    counts = {action: actions.count(action) for action in DeskAction}

    assert {action: count for action, count in counts.items() if count < 6} == {}


@pytest.mark.parametrize("text", ORDINARY, ids=ORDINARY)
def test_other_words_are_left_alone(desk: DeskReader, text: str) -> None:
    assert desk.read(text, labels=LABELS) is None


@pytest.mark.parametrize(
    ("text", "name", "days"),
    [
        ("我明天请假 让赵磊代班", "赵磊", ["2026-11-21", "2026-11-21"]),
        ("我下周出差，请李娜帮我顶一下", "李娜", ["2026-11-23", "2026-11-29"]),
    ],
)
def test_speaker_who_is_away_names_a_deputy(
    desk: DeskReader, *, text: str, name: str, days: list[str]
) -> None:
    found = desk.read(text, now=datetime(2026, 11, 20, 2, 0, tzinfo=UTC))

    assert found is not None
    assert (found.action, found.args["name"]) == (DeskAction.DEPUTY, name)
    assert [found.args["from"], found.args["until"]] == days
    assert "instead_of" not in found.args


def test_year_is_kept(desk: DeskReader) -> None:
    assert desk.read("重办 2026-0023") == DeskWord(DeskAction.REOPEN, 23, 2026, {})


@pytest.mark.parametrize(
    ("text", "action", "case"),
    [
        ("重办", "reopen", 23),
        ("不接 我休假", "decline", 23),
        ("恢复", "unmerge", 23),
        ("重办 24", "reopen", 24),
        ("派给王芳", "assign", 23),
        ("改类 停车", "recategorize", 23),
        ("撤销链接", "cancel_link", 23),
        ("同意延期", "accept_extension", 23),
    ],
)
def test_quoted_card_gives_the_number(desk: DeskReader, *, text: str, action: str, case: int) -> None:
    found = desk.read(text, "**新诉求 2026-0023**\n枫桥苑3号楼2单元 漏水", labels=LABELS)

    assert found is not None
    assert (found.action, found.case, found.year) == (action, case, 2026 if case == 23 else None)


def test_word_that_needs_a_number_is_none_under_a_card_without_one(desk: DeskReader) -> None:
    assert desk.read("恢复", "今天降温，注意水管") is None


def test_quoted_conversation_gives_its_number(desk: DeskReader) -> None:
    found = desk.read("回复 您好", "张大爷请求人工（会话 7）：水表坏了")

    assert found == DeskWord(DeskAction.SPEAK, None, None, {"conversation": 7, "text": "您好"})


def test_commands_of_the_corpus_are_left_to_the_fitted_reader(desk: DeskReader) -> None:
    """Only lines that truly open with a word of the desk are taken."""
    lines = [
        line.split("\t")
        for file in sorted((HERE / "corpus_commands").glob("commands*.tsv"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("# ")
    ]
    now = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    read = {line[3]: desk.read(line[3], now=now) for line in lines}
    taken = {text: word for text, word in read.items() if word is not None}

    assert len(lines) > 4000
    assert {text: str(word.action) for text, word in taken.items() if word} == {
        "来访登记：居民到前台说朝晖路积雪没人铲": "on_behalf",
    }


@given(st.text(max_size=80), st.one_of(st.none(), st.text(max_size=40)))
def test_nothing_breaks_the_reader(text: str, quoted: str | None) -> None:
    READER.read(text, quoted, labels=LABELS)


@given(st.sampled_from(ROWS), st.text(max_size=20))
def test_nothing_behind_a_word_breaks_the_reader(row: list[str], tail: str) -> None:
    READER.read(row[0] + tail, labels=LABELS)


def test_long_message_is_read_quickly_enough_to_end(desk: DeskReader) -> None:
    found = desk.read("来电 " + "张" * 100_000)

    assert found is not None
    assert len(str(found.args["text"])) < 5000
