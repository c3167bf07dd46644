"""Which stored question a resident's sentence asks for."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.lexicon import Lexicon
from nlp.questions import PreparedQuestions, best_answer, prepare

HERE = Path(__file__).parent
ENTRIES: list[tuple[str, tuple[str, ...]]] = [
    ("社区服务中心上班时间", ("居委会几点上班", "社区几点开门", "周末上班吗", "中午休息")),
    ("居住证办理", ("居住证",)),
    ("装修时间", ("几点可以装修", "周末装修")),
    ("装修备案", ("装修手续", "装修押金", "装修登记")),
    ("装修垃圾", ("建筑垃圾",)),
    ("停车月卡", ("包月停车", "月卡", "停车一个月")),
    ("临时停车收费", ("外来车停车", "访客停车")),
    ("暖气费缴纳", ("取暖费", "供暖费")),
    ("供暖时间", ("几号来暖气", "暖气什么时候停")),
    ("养老金认证", ("养老认证", "退休金认证")),
    ("城乡居民医保缴费", ("居民医保", "医疗保险缴费", "医保怎么交")),
    ("高龄津贴申请", ("高龄补贴", "80岁补贴")),
    ("残疾证办理", ("残疾证",)),
    ("生育登记", ("准生证",)),
    ("低保申请", ("低保",)),
    ("门禁卡补办", ("门禁卡丢了",)),
    ("水费缴纳", ("水费怎么交",)),
    ("图书室开放时间", ("图书室",)),
    ("老年食堂", ("长者食堂",)),
    ("大件垃圾", ("旧沙发", "旧家具")),
    ("电动车充电", ("电动自行车充电",)),
    ("养犬登记", ("狗证", "养狗办证")),
]
QUESTIONS = [entry[0] for entry in ENTRIES]
ROWS = [
    tuple(line.split("\t"))
    for line in (HERE / "questions.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]
STORED = prepare(ENTRIES, Lexicon.load(HERE.parents[1] / "var"))


@pytest.fixture
def stored() -> PreparedQuestions:
    return STORED


@pytest.mark.parametrize(("asked", "wanted"), ROWS, ids=[row[0] for row in ROWS])
def test_question_finds_its_answer_or_none(stored: PreparedQuestions, asked: str, wanted: str) -> None:
    found = best_answer(asked, stored)

    assert (QUESTIONS[found] if found is not None else "-") == wanted


def test_each_stored_question_finds_itself(stored: PreparedQuestions) -> None:
    assert [best_answer(question, stored) for question in QUESTIONS] == list(range(len(QUESTIONS)))


def test_nothing_stored_answers_nothing(lexicon: Lexicon) -> None:
    assert best_answer("居住证怎么办", prepare([], lexicon)) is None


def test_same_question_twice_is_not_clearly_one(lexicon: Lexicon) -> None:
    assert best_answer("居住证怎么办", prepare([("居住证", ()), ("居住证", ())], lexicon)) is None


def test_question_without_a_subject_is_never_found(lexicon: Lexicon) -> None:
    assert best_answer("怎么办", prepare([("怎么办", ()), ("？", ("",))], lexicon)) is None


def test_story_is_no_question(stored: PreparedQuestions) -> None:
    assert best_answer("居住证怎么办" + "，我上次来过" * 60, stored) is None


@given(st.text(max_size=60))
def test_any_text_is_answered_or_not(text: str) -> None:
    found = best_answer(text, STORED)

    assert found is None or 0 <= found < len(ENTRIES)
