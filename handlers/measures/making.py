"""Staff register a measure, and ask the same three times: before, during, after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.errors.surveys import (
    MeasureTitleWrong,
    NoSuchMeasure,
    PhaseSurveyed,
    QuestionDiffers,
    SameMeasure,
)
from handlers.polls.choices import options_text
from handlers.rules import Rules
from handlers.surveys.making import SurveyOpened, SurveyOrder, open_survey
from nlp.masking import mask_identity
from storage import measures
from storage.models.organization import Estate
from storage.models.people import Person
from storage.models.polls import Measure, Phase, Poll, PollStatus
from storage.polls import rows

LONGEST_TITLE: Final = 60  # characters
USUAL_OPTIONS: Final = ("满意", "基本满意", "不满意")
PHASE_LABELS: Final[Mapping[Phase, str]] = {
    Phase.BEFORE: "改造前",
    Phase.DURING: "改造中",
    Phase.AFTER: "改造后",
}


@dataclass(frozen=True, slots=True)
class PhaseOrder:
    """What staff asked for; an empty question and no options mean those asked before, else the usual ones."""

    phase: Phase
    question: str = ""
    options: tuple[str, ...] = ()
    closes_at: datetime | None = None


def register_measure(
    db: Connection,
    staff: Person,
    title: str,
    *,
    estate: Estate | None,
    building: str | None,
    secret: str,
    now: datetime,
) -> Measure:
    """The measure has a number and a page of its own; `secret` is fresh, random and long.

    Raises `MeasureTitleWrong`, `SameMeasure` for a name that stands already.
    """
    if not title or len(title) > LONGEST_TITLE or mask_identity(title) != title:
        raise MeasureTitleWrong(LONGEST_TITLE)
    community_id = staff.community_id or 0
    measure = measures.add_measure(
        db,
        {
            "community_id": community_id,
            "title": title,
            "estate_id": estate.id if estate else None,
            "building": building if estate else None,
            "token": secret,
            "made_by_id": staff.id,
            "made_at": now,
        },
    )
    first = measures.first_titled(db, community_id, title)  # whoever registers one meanwhile has waited
    if first is not None and first.id != measure.id:
        raise SameMeasure(first.number)
    return measure


def survey_phase(
    db: Connection, staff: Person, number: int, order: PhaseOrder, *, now: datetime, rules: Rules
) -> SurveyOpened:
    """The survey of this phase is open, with the question and options of the others; each phase has one.

    Raises `NoSuchMeasure`, `PhaseSurveyed`, `QuestionDiffers`, and what `open_survey` raises.
    """
    measure = measures.lock_measure_numbered(db, staff.community_id or 0, number)
    if measure is None:
        raise NoSuchMeasure(number)
    standing = surveys_of(db, measure)
    label = PHASE_LABELS[order.phase]
    same = standing.get(order.phase)
    if same is not None:
        raise PhaseSurveyed(number, label, same.number, is_open=same.status is PollStatus.OPEN)
    question, options = _asked(measure, order, list(standing.values()))
    survey = SurveyOrder(
        question,
        options,
        closes_at=order.closes_at,
        estate_id=measure.estate_id,
        building=measure.building,
        measure_id=measure.id,
        phase=order.phase,
        about=f"{measure.title}（{label}）",
    )
    return open_survey(db, staff, survey, now=now, rules=rules)


def surveys_of(db: Connection, measure: Measure) -> dict[Phase, Poll]:
    """The survey of each phase that was not cancelled; phases without one are absent."""
    return {
        each.phase: each
        for each in rows.polls_of_measure(db, measure.id)
        if each.phase is not None and each.status is not PollStatus.CANCELLED
    }


def usual_question(measure: Measure) -> str:
    """What is asked where staff give no question."""
    return f"您对“{measure.title}”涉及的情况满意吗？"


def _asked(measure: Measure, order: PhaseOrder, standing: list[Poll]) -> tuple[str, tuple[str, ...]]:
    if not standing:
        return order.question or usual_question(measure), order.options or USUAL_OPTIONS
    question, options = standing[0].title, tuple(standing[0].options)
    if order.question not in ("", question) or order.options not in ((), options):
        raise QuestionDiffers(measure.number, question, options_text(options))
    return question, options
