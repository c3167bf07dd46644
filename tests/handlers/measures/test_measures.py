"""A measure is surveyed before, during and after: each once, the same question, side by side."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from handlers.errors.surveys import (
    MeasureTitleWrong,
    NoSuchMeasure,
    PhaseSurveyed,
    QuestionDiffers,
    SameMeasure,
)
from handlers.measures.comparing import compared
from handlers.measures.making import PhaseOrder, register_measure, survey_phase
from handlers.replies.surveys import percent
from handlers.surveys.closing import cancel_survey
from handlers.surveys.making import SurveyOpened
from storage import measures
from storage.engine import Database
from storage.models.polls import Measure, Phase
from storage.polls import rows
from tests.handlers.cases.scene import estate, named, sent_to, settle_in, texts
from tests.handlers.surveys.asking import RULES, fire, many_say

TITLE = "枫桥苑雨污分流改造"


@pytest.fixture
def here(database: Database, now: datetime) -> Database:
    """The sample communities, with a measure."""
    database.write_now(settle_in, now=now)
    database.write_now(lambda db: registered(db, now=now))
    return database


def registered(db: Connection, title: str = TITLE, *, now: datetime, who: str = "李强") -> Measure:
    return register_measure(
        db,
        named(db, who),
        title,
        estate=estate(db) if who == "李强" else None,
        building=None,
        secret=f"{title}{who}",
        now=now,
    )


def surveyed(db: Connection, phase: Phase, *, now: datetime, number: int = 1, **more: Any) -> SurveyOpened:
    order = PhaseOrder(phase, **more)
    return survey_phase(db, named(db, "李强"), number, order, now=now, rules=RULES)


def the_measure(db: Connection) -> Measure:
    [found], _ = measures.measures_of(db, 1, limit=5)
    return found


def test_the_three_surveys_stand_side_by_side_with_exact_shares(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        at = now
        for phase, words in (
            (Phase.BEFORE, ["不满意 总堵", "不满意 总堵", "基本满意 家里3人"]),
            (Phase.DURING, []),
            (Phase.AFTER, ["满意", "满意 家里4人 不堵了", "满意", "基本满意", "不满意", "满意", "满意"]),
        ):
            opened = surveyed(db, phase, now=at)
            many_say(db, words, now=at, number=opened.poll.number)
            at = opened.poll.closes_at
            fire(db, at)
            at += timedelta(days=30)

        found = compared(db, the_measure(db))
        before, during, after = found.phases
        assert (found.question, found.options) == (
            "您对“枫桥苑雨污分流改造”涉及的情况满意吗？",
            ("满意", "基本满意", "不满意"),
        )
        assert before.summary is not None
        assert after.summary is not None
        assert during.summary is not None
        assert (before.answers, before.summary.counts) == (3, (0, 1, 2))
        assert [(each.words, each.times) for each in before.summary.words] == [("总堵", 2)]
        assert (during.answers, during.summary.words) == (0, ())
        assert (after.answers, after.summary.counts, after.summary.people) == (7, (5, 1, 1), 4)
        assert percent(after.summary.counts[0], after.answers) == "71.4%"

    here.write_now(story)


def test_the_groups_read_of_which_phase_it_is(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        surveyed(db, Phase.BEFORE, now=now)

        [question] = texts(sent_to(db, "wrSampleFengqiao"))
        assert question.startswith("【征询】枫桥苑雨污分流改造（改造前）\n您对“枫桥苑雨污分流改造”")

    here.write_now(story)


def test_one_that_runs_only_says_how_many_have_answered(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        surveyed(db, Phase.BEFORE, now=now)
        many_say(db, ["满意", "不满意"], now=now)

        [before, *others] = compared(db, the_measure(db)).phases
        assert (before.answers, before.summary) == (2, None)
        assert [each.poll for each in others] == [None, None]

    here.write_now(story)


def test_each_phase_is_surveyed_once_but_again_when_it_was_cancelled(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        poll = surveyed(db, Phase.BEFORE, now=now).poll
        with pytest.raises(PhaseSurveyed, match="取消征询1"):
            surveyed(db, Phase.BEFORE, now=now)
        cancel_survey(db, named(db, "李强"), rows.lock_poll(db, poll.id), reason="", now=now)
        again = surveyed(db, Phase.BEFORE, now=now).poll
        assert again.number == 2
        fire(db, again.closes_at)
        with pytest.raises(PhaseSurveyed, match="已经做过"):
            surveyed(db, Phase.BEFORE, now=again.closes_at)

    here.write_now(story)


def test_all_three_ask_the_same(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        surveyed(db, Phase.BEFORE, now=now, question="排水好吗", options=("好", "差"))
        with pytest.raises(QuestionDiffers, match="排水好吗"):
            surveyed(db, Phase.AFTER, now=now, question="满意吗")
        with pytest.raises(QuestionDiffers):
            surveyed(db, Phase.AFTER, now=now, options=("好", "一般", "差"))
        after = surveyed(db, Phase.AFTER, now=now, question="排水好吗").poll
        assert (after.title, after.options) == ("排水好吗", ["好", "差"])

    here.write_now(story)


@pytest.mark.parametrize("title", ["", "长" * 61, "33号楼5单元201装修"])
def test_a_measure_needs_a_name_that_anybody_may_read(here: Database, now: datetime, title: str) -> None:
    with pytest.raises(MeasureTitleWrong):
        here.write_now(lambda db: registered(db, title, now=now))


def test_the_same_measure_is_registered_once_in_a_community(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        assert registered(db, now=now, who="马建国").number == 1  # the other community has its own
        with pytest.raises(NoSuchMeasure):
            surveyed(db, Phase.BEFORE, now=now, number=2)
        with pytest.raises(SameMeasure, match="改造1"):
            registered(db, now=now)

    here.write_now(story)


def test_a_page_is_found_by_its_token_alone(here: Database) -> None:
    def story(db: Connection) -> None:
        measure = the_measure(db)
        assert measures.measure_behind(db, measure.token) == measure
        assert measures.measure_behind(db, "") is None
        assert measures.measure_behind(db, "x") is None

    here.write_now(story)


@given(st.integers(0, 100_000), st.integers(1, 100_000))
def test_a_share_is_rounded_down_never_up(part: int, whole: int) -> None:
    part = min(part, whole)
    shown = float(percent(part, whole).rstrip("%"))

    assert shown <= part * 100 / whole < shown + 0.1 + 1e-9
    assert (percent(part, whole) == "100.0%") is (part == whole)
