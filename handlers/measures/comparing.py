"""The three surveys of a measure side by side."""

from dataclasses import dataclass

from sqlalchemy import Connection

from handlers.measures.making import PHASE_LABELS, surveys_of
from handlers.surveys.summing import SurveySummary, summary_of
from storage import organization
from storage.models.polls import Measure, Phase, Poll, PollStatus


@dataclass(frozen=True, slots=True)
class PhaseCompared:
    """One of the three: `poll` is empty while nobody asked, `summary` until it has ended."""

    phase: Phase
    label: str
    poll: Poll | None
    summary: SurveySummary | None
    answers: int


@dataclass(frozen=True, slots=True)
class MeasureCompared:
    """A measure with its three phases in order; `question` is empty while nothing was asked."""

    measure: Measure
    community: str
    question: str
    options: tuple[str, ...]
    phases: tuple[PhaseCompared, ...]


def compared(db: Connection, measure: Measure, *, is_for_staff: bool = False) -> MeasureCompared:
    """What each survey gave; one that still runs only says how many have answered, so that none is led."""
    standing = surveys_of(db, measure)
    first = next(iter(standing.values()), None)
    phases = tuple(
        _phase(db, phase, label, standing.get(phase), is_for_staff=is_for_staff)
        for phase, label in PHASE_LABELS.items()
    )
    return MeasureCompared(
        measure,
        organization.community_by_id(db, measure.community_id).name,
        first.title if first else "",
        tuple(first.options) if first else (),
        phases,
    )


def _phase(
    db: Connection, phase: Phase, label: str, poll: Poll | None, *, is_for_staff: bool
) -> PhaseCompared:
    if poll is None:
        return PhaseCompared(phase, label, None, None, 0)
    summary = summary_of(db, poll, is_for_staff=is_for_staff)
    has_ended = poll.status is PollStatus.CLOSED
    return PhaseCompared(phase, label, poll, summary if has_ended else None, summary.answers)
