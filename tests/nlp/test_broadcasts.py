"""A broadcast in the words of staff: whom it is for, how, when, and exactly what is sent."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.arguments import Json
from nlp.broadcasts.naming import TOPICS
from nlp.commands import CommandReader
from nlp.lexicon import Lexicon, read_rows
from nlp.places import Places

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday, 10:00 in Shanghai
ROWS = [
    line.split("\t")
    for line in (HERE / "broadcasts.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]
NO_BROADCASTS = [
    "先别群发 枫桥苑 停水",
    "能群发给枫桥苑吗",
    "群发了吗",
    "群发的我看到了",
    "群发功能怎么操作，会直接发出去吗",
    "枫桥苑群里有人说停水了",
    "3号楼的居民说水压低",
    "我妈听说我干网格，说还不如回来放羊",
    "26号业主说了些什么",
    "给23号派单",
    "12 跟居民说一声，材料到了就装",
    "办结 23 已跟3号楼居民说了",
    "给枫桥苑3号楼的王大爷说一声，水表换好了",
    "通知物业 23 尽快处理",
    "23 通知物业去修",
    "发到物业群，让周经理认单",
    "明早8点提醒我群发停水通知",
    "每周五9点提醒我发周报",
    "给大家拜个年",
]

QUESTIONS = [
    "群发的时候写错了怎么办",
    "群发完了能撤回吗？",
    "群发的内容怎么改",
    "怎么群发",
    "怎么取消群发",
    "怎么撤回群发",
    "能撤回群发吗",
    "群发怎么用",
    "帮我拟一个停水通知",
    "帮我写个停水通知吧",
    "能不能起草一份停电的公告",
    "把明早的群发改到9点",
    "把停水通知推迟到晚上8点",
]
NO_QUESTIONS = [
    "群发 停水怎么办？请看通知",
    "群发 怎么领取物资：带身份证到社区",
    "帮我写个通知：明天停水",
    "群发“燃气泄漏怎么办”",
    "通知枫桥苑居民，燃气泄漏怎么办见楼道",
]


@pytest.mark.parametrize("text", QUESTIONS, ids=QUESTIONS)
def test_questions_about_sending_are_answered_with_help(
    commands: CommandReader, places: Places, text: str
) -> None:
    assert commands.read(text, role="staff", now=NOW, places=places).action == "help"


@pytest.mark.parametrize("text", NO_QUESTIONS, ids=NO_QUESTIONS)
def test_a_question_may_be_what_is_sent(commands: CommandReader, places: Places, text: str) -> None:
    assert commands.read(text, role="staff", now=NOW, places=places).action == "broadcast"


@pytest.fixture(scope="module")
def commands(lexicon: Lexicon) -> CommandReader:
    return CommandReader(lexicon)


def in_short(target: Json) -> str:
    """building 枫桥苑 1-5, category 枫桥苑 water/leak."""
    assert isinstance(target, dict)
    words = [target["kind"], target["name"]]
    if isinstance(buildings := target.get("buildings"), list):
        words.append("-".join(map(str, buildings)))
    if "unit" in target:
        words.append(f"unit {target['unit']}")
    if "category" in target:
        words.append(f"{target['category']}/{target['subcategory'] or ''}")
    return " ".join(str(word) for word in words if word)


@pytest.mark.parametrize(("text", "target", "targets", "sent", "more"), ROWS, ids=[row[0] for row in ROWS])
def test_order_is_told_from_what_is_sent(
    commands: CommandReader, places: Places, *, text: str, target: str, targets: str, sent: str, more: str
) -> None:
    command = commands.read(text.replace("\\n", "\n"), role="staff", now=NOW, places=places)

    args = dict(command.args)
    found = args.pop("targets")
    assert command.action == "broadcast"
    assert isinstance(found, list)
    assert "；".join(map(in_short, found)) == targets.strip("-")
    assert args == {
        "audience": "residents_groups",
        "target": None if target == "-" else target,
        "text": "" if sent == "-" else sent.replace("\\n", "\n"),
        **json.loads(more),
    }


def test_the_table_is_long_enough_to_be_varied() -> None:
    assert len(ROWS) >= 150
    assert len({row[0] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("text", NO_BROADCASTS, ids=NO_BROADCASTS)
def test_other_sentences_are_no_broadcasts(commands: CommandReader, places: Places, text: str) -> None:
    assert commands.read(text, role="staff", now=NOW, places=places).action != "broadcast"


def test_targets_keep_the_words_they_were_named_by(commands: CommandReader, places: Places) -> None:
    command = commands.read("群发 枫桥苑３号楼、2号网格：停水", role="staff", now=NOW, places=places)

    assert command.args["targets"] == [
        {"kind": "building", "name": "枫桥苑", "said": "枫桥苑３号楼", "buildings": [3, 3]},
        {"kind": "grid", "name": "第二网格", "said": "2号网格"},
    ]


def test_topics_are_categories_of_the_lexicon(lexicon: Lexicon) -> None:
    known = {(category, code) for category, codes in lexicon.subcategories.items() for code in (*codes, None)}

    assert {word: codes for word, codes in TOPICS.items() if codes not in known} == {}
    assert len([*read_rows("broadcast_topics.tsv")]) == len(TOPICS)


def test_long_texts_are_sent_whole(commands: CommandReader, places: Places) -> None:
    words = "明天停水，请备水。" * 1000

    command = commands.read(f"明早8点群发 枫桥苑：{words}", role="staff", now=NOW, places=places)

    assert (command.args["text"], command.args["target"]) == (words, "枫桥苑")


WORDS = (
    "群发 给 枫桥苑 3号楼 1-5号楼 第二网格 的居民 群 ， ： 明早8点 发 每周五9点 每月5日、15日 "
    "模板 停水 小区=枫桥苑 时间： “ ” （ 加急 一对一 公众号 通知 说一声 全部 "
    "反映过停水的居民 99号楼 0号楼 每月99日 楼 、 和 用 把这条 @所有人 公 苑 和光里 定时 9:00 "
    "网格 半夜 1 除 每 家人 定时 过会儿"
)
PIECES = [" ", "\n", *WORDS.split()]


@settings(max_examples=200, deadline=None)
@given(words=st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=12))
def test_whatever_is_typed_is_read(commands: CommandReader, places: Places, words: list[str]) -> None:
    text = "群发" + "".join(words)

    args = commands.read(text, role="staff", now=NOW, places=places).args

    sent = args.get("text", "")
    assert isinstance(sent, str)
    assert sent in text
    json.dumps(args)


@pytest.mark.parametrize("word", PIECES)
def test_endless_repetition_ends(commands: CommandReader, places: Places, word: str) -> None:
    commands.read(f"群发 {word * 3000}", role="staff", now=NOW, places=places)
    commands.read(f"给{word * 3000}群发", role="staff", now=NOW, places=places)
