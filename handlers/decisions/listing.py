"""Decision items as people look at them in chat: the list of their own, and one with what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.decisions.ownership import is_owner, owner_name, public_owner, public_what
from handlers.decisions.rights import RESIDENTS, viewer_of
from handlers.errors.decisions import NoSuchDecision
from handlers.privacy import public_wording
from storage import cases as case_rows
from storage import consultation, decision_lists, decisions, evidence, people
from storage import meetings as meeting_rows
from storage.decision_lists import Viewer
from storage.models.consultation import Happening, HappeningRow, Subject
from storage.models.decisions import Decision, DecisionStatus
from storage.models.meetings import Meeting
from storage.models.people import Person

PAGE: Final = 10  # items in one message
LINES: Final = 4  # of the history
SAID: Final = ("note", "result", "reason", "words")  # where a line of the history keeps what was said
S: Final = DecisionStatus
STATUS: Final = {
    "": (S.OPEN, S.REPORTED_DONE),
    "open": (S.OPEN,),
    "overdue": (S.OPEN,),
    "reported": (S.REPORTED_DONE,),
    "done": (S.DONE,),
}
TOLD: Final = (
    Happening.PROGRESSED,
    Happening.REPORTED_DONE,
    Happening.CONFIRMED,
    Happening.DOUBTED,
    Happening.EXTENDED,
    Happening.HANDED_OVER,
    Happening.DROPPED,
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list with each item's owner, and how many stand in all of it; pages count from 1."""

    items: list[tuple[Decision, str]]
    total: int
    page: int

    @property
    def rest(self) -> int:
        """How many come after this page."""
        return max(self.total - self.page * PAGE, 0)


@dataclass(frozen=True, slots=True)
class Shown:
    """One item as somebody may see it: the watcher's name is for staff, the labels of cases for workers.

    `lines`: the last of its history. `pieces`: how many pieces of evidence stand with it. `may_work`: the
    reader speaks for its owner.
    """

    decision: Decision
    owner: str
    watcher: str
    meeting: Meeting | None
    cases: list[str]
    lines: list[HappeningRow]
    pieces: int
    may_work: bool


def listed_decisions(db: Connection, who: Person, *, only: str = "", page: int = 1, now: datetime) -> Listed:
    """What staff, a unit, a worker or a resident may see of the items, overdue first.

    `only`: open, overdue, reported or done; empty: all that are not ended.
    """
    found = decision_lists.seen_decisions(
        db,
        who.community_id or 0,
        viewer_of(db, who),
        status=STATUS[only],
        limit=PAGE,
        offset=(page - 1) * PAGE,
        overdue_at=now if only == "overdue" else None,
    )
    return Listed([_as_seen(db, each, who) for each in found.decisions], found.total, page)


def shown_decision(
    db: Connection, who: Person, community_id: int, number: int, *, is_alone: bool = True
) -> Shown:
    """The item of this number as the speaker may see it; `NoSuchDecision` otherwise.

    `is_alone`: nobody but staff and workers reads the answer, so that staff read who watches over it.
    """
    decision = decision_lists.decision_numbered(db, community_id, number)
    if decision is None or not decision_lists.may_see(db, decision, viewer_of(db, who)):
        raise NoSuchDecision(number)
    is_staff = who.role in COMMUNITY_ROLES
    watcher = people.person_by_id(db, decision.watcher_id) if decision.watcher_id else None
    meeting = meeting_rows.meeting_by_id(db, decision.meeting_id) if decision.meeting_id else None
    labels = [case_rows.case_by_id(db, each).label for each in decisions.cases_of_decision(db, decision.id)]
    lines = consultation.happenings_of(db, Subject.DECISION, decision.id, kinds=TOLD)[-LINES:]
    seen, owner = _as_seen(db, decision, who)
    return Shown(
        seen,
        owner,
        (watcher.name or "已定") if watcher and is_staff and is_alone else ("已定" if watcher else ""),
        meeting,
        labels if who.role not in RESIDENTS else [],
        lines if not _is_outside(db, decision, who) else _public_lines(lines),
        len(evidence.evidence_of_decision(db, decision.id)),
        is_staff or is_owner(decision, who),
    )


def _as_seen(db: Connection, decision: Decision, who: Person) -> tuple[Decision, str]:
    """The item and its owner: who sat at the table reads all, other residents what everybody may."""
    if not _is_outside(db, decision, who):
        return decision, owner_name(db, decision)
    return replace(decision, what=public_what(decision)), public_owner(db, decision)


def _is_outside(db: Connection, decision: Decision, who: Person) -> bool:
    return who.role in RESIDENTS and not decision_lists.concerns(db, decision, _alone(who))


def _public_lines(lines: Sequence[HappeningRow]) -> list[HappeningRow]:
    """What happened, without words that may point to a person or a door."""
    return [
        replace(line, data={key: public_wording(str(line.data[key])) for key in SAID if line.data.get(key)})
        if line.data
        else line
        for line in lines
    ]


def _alone(who: Person) -> Viewer:
    return Viewer(person_id=who.id, is_resident=True)
