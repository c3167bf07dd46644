"""What an answer to a survey says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.consultation.surveys import SurveyAnswer, read_answer

OPTIONS = ("暖气不热", "还可以", "很好")
CONTENT = ("满意", "基本满意", "不满意")


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("B", OPTIONS, SurveyAnswer(1, None, "")),
        ("b。", OPTIONS, SurveyAnswer(1, None, "")),
        ("选A", OPTIONS, SurveyAnswer(0, None, "")),
        ("Ａ 家里３人", OPTIONS, SurveyAnswer(0, 3, "")),
        ("B 家里3人 希望先修主管道", OPTIONS, SurveyAnswer(1, 3, "希望先修主管道")),
        ("A家里3口人，晚上只有15度", OPTIONS, SurveyAnswer(0, 3, "晚上只有15度")),
        ("A，我家五个人，西边屋不热", OPTIONS, SurveyAnswer(0, 5, "西边屋不热")),
        ("2", OPTIONS, SurveyAnswer(1, None, "")),
        ("2 3人", OPTIONS, SurveyAnswer(1, 3, "")),
        ("3人", OPTIONS, SurveyAnswer(None, 3, "")),
        ("第2项", OPTIONS, SurveyAnswer(1, None, "")),
        ("暖气不热 家里两人", OPTIONS, SurveyAnswer(0, 2, "")),
        ("不满意，太吵", CONTENT, SurveyAnswer(2, None, "太吵")),
        ("基本满意", CONTENT, SurveyAnswer(1, None, "")),
        ("我觉得不满意", CONTENT, SurveyAnswer(2, None, "我觉得不满意")),
        ("以前不满意，现在满意", CONTENT, SurveyAnswer(None, None, "以前不满意，现在满意")),
        ("一半满意一半基本满意", CONTENT, SurveyAnswer(None, None, "一半满意一半基本满意")),
        ("意见：希望装扶手", OPTIONS, SurveyAnswer(None, None, "希望装扶手")),
        ("希望装3人座的长椅", OPTIONS, SurveyAnswer(None, None, "希望装3人座的长椅")),
        ("D", OPTIONS, SurveyAnswer(None, None, "D", "D")),
        ("9", OPTIONS, SurveyAnswer(None, None, "9", "9")),
        ("WiFi信号差", OPTIONS, SurveyAnswer(None, None, "WiFi信号差")),
        ("3号楼不热", OPTIONS, SurveyAnswer(None, None, "3号楼不热")),
        ("希望早点供暖", (), SurveyAnswer(None, None, "希望早点供暖")),
        ("A", (), SurveyAnswer(None, None, "A")),
        ("", OPTIONS, SurveyAnswer(None, None, "")),
    ],
)
def test_an_answer_is_read(text: str, options: tuple[str, ...], expected: SurveyAnswer) -> None:
    assert read_answer(text, options) == expected


@given(st.text(alphabet="AB选12第项家里3人口不满意基本，。 ：意见三", max_size=30))
def test_nothing_said_breaks_the_reader(text: str) -> None:
    found = read_answer(text, CONTENT)

    assert found.choice is None or 0 <= found.choice < len(CONTENT)
