"""The page that compares the three surveys of a measure."""

from datetime import UTC, datetime
from typing import Any

from bot.pages.measures import rendered_measure
from handlers.measures.comparing import MeasureCompared, PhaseCompared
from handlers.surveys.summing import SurveySummary, WordsGrouped
from storage.models.polls import Measure, Phase, Poll, PollStatus

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
OPTIONS = ("满意", "<b>一般</b>", "不满意")


def measure(title: str = "枫桥苑雨污分流改造") -> Measure:
    return Measure(1, 1, 1, title, 1, None, "t" * 43, 1, AT)


def survey() -> Poll:
    values: dict[str, Any] = dict.fromkeys(Poll.__slots__)
    return Poll(**values | {"options": list(OPTIONS), "closed_at": AT, "status": PollStatus.CLOSED})


def phase(which: Phase, label: str, summary: SurveySummary | None = None) -> PhaseCompared:
    poll = survey() if summary else None
    return PhaseCompared(which, label, poll, summary, summary.answers if summary else 0)


def page(*phases: PhaseCompared, question: str = "满意吗", title: str = "枫桥苑雨污分流改造") -> str:
    options = OPTIONS if question else ()
    return rendered_measure(MeasureCompared(measure(title), "晨光社区", question, options, phases))


def test_shares_are_exact_and_bars_no_longer_than_they_are() -> None:
    words = (WordsGrouped("总堵", 2, 2), WordsGrouped("<script>alert(1)</script>", 1, None))
    before = SurveySummary(3, (0, 1, 2), 0, 7, 2, words, 1)
    shown = page(phase(Phase.BEFORE, "改造前", before), phase(Phase.AFTER, "改造后"))

    assert "3 人回答，涉及 7 人（2 份写了人数）" in shown
    assert "66.6%" in shown
    assert 'width="666"' in shown
    assert "33.3%" in shown
    assert 'width="0"' in shown
    assert "总堵" in shown
    assert "另有 1 条没有列出" in shown
    assert "还没有调查。" in shown
    assert "&lt;b&gt;一般&lt;/b&gt;" in shown
    assert "<script" not in shown
    assert "style=" not in shown


def test_nothing_asked_and_nobody_answered_are_said() -> None:
    empty = SurveySummary(0, (0, 0, 0), 0, 0, 0, (), 0)

    assert "还没有调查。" in page(phase(Phase.BEFORE, "改造前"), question="")
    shown = page(phase(Phase.BEFORE, "改造前", empty))
    assert "没有人回答。" in shown
    assert "%" not in shown.split("</style>")[1].replace("100%", "")


def test_long_lists_are_cut_with_the_rest_counted() -> None:
    words = tuple(WordsGrouped(f"第{number}句", 1, 0) for number in range(100))
    shown = page(phase(Phase.BEFORE, "改造前", SurveySummary(100, (100, 0, 0), 0, 0, 0, words, 5)))

    assert shown.count("<li>") == 30
    assert "另有 75 条没有列出" in shown
