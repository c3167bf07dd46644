"""What is to happen to a case by itself at a later time: reminders, escalation, the end of waiting."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Index, String, Table, UniqueConstraint

from storage.models.base import identity, metadata, moment, reference
from storage.types import EnumText


class TimerKind(StrEnum):
    """What falls due; a case has at most one timer of each."""

    RESPONSE = "response"  # nobody has answered by the time of the first response
    SUPERVISION = "supervision"  # the next step of the ladder
    ALARM = "alarm"  # an emergency that nobody has claimed
    SHEET = "sheet"  # an assignment sheet that its unit has not answered in time
    ANSWER = "answer"  # a question to the reporter stays unanswered
    JUDGEMENT = "judgement"  # the reporter has not judged the result


timers = Table(  # One thing that falls due; the row goes in the transaction that does it.
    "timers",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("case_id", "cases"),
    Column("kind", EnumText(TimerKind), nullable=False),
    moment("due_at"),
    Column("step", String(32), nullable=False, default=""),
    UniqueConstraint("case_id", "kind"),
)
Index("ix_timers_due_at", timers.c.due_at)


@dataclass(frozen=True, slots=True)
class Timer:
    """A row of `timers`; `step` says which of several things of its kind comes next."""

    id: int
    community_id: int
    case_id: int
    kind: TimerKind
    due_at: datetime
    step: str
