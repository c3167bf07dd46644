"""A decision item is made: what was agreed, who does it until when, and who watches over it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.states import MOVES, CaseAction
from handlers.decisions.supervision import start_supervision
from handlers.rules import Rules
from handlers.topics.scheduling import settle_topic
from storage import cases as case_rows
from storage import consultation, decisions, topics
from storage.models.cases import EventKind
from storage.models.consultation import Happening, Subject
from storage.models.decisions import Decision
from storage.models.meetings import Meeting
from storage.models.people import Person
from storage.models.topics import Topic


@dataclass(frozen=True, slots=True)
class DecisionItem:
    """What was agreed; the owner is a unit, else a person, else only a name, else nobody yet.

    `due_at` is UTC, `None` while no date was agreed. `case_ids`: cases that wait for it beside its topic's.
    """

    what: str
    unit_id: int | None = None
    owner_id: int | None = None
    owner: str = ""
    watcher_id: int | None = None
    due_at: datetime | None = None
    case_ids: tuple[int, ...] = ()


def make_decision(
    db: Connection,
    maker: Person,
    item: DecisionItem,
    *,
    meeting: Meeting | None,
    topic: Topic | None,
    now: datetime,
    rules: Rules,
) -> Decision:
    """The item has a number and is supervised; its topic is settled, its topic's cases are in progress again.

    Tells nobody: whoever makes several of them tells of all at once. One of meeting and topic is given.
    """
    of_topic = topics.cases_of_topic(db, topic.id) if topic else []
    case_ids = sorted({*of_topic, *item.case_ids})
    held = meeting or topic
    assert held is not None
    values = {
        "community_id": held.community_id,
        "meeting_id": meeting.id if meeting else None,
        "topic_id": topic.id if topic else None,
        "what": item.what,
        "unit_id": item.unit_id,
        "owner_id": item.owner_id,
        "owner": item.owner,
        "watcher_id": item.watcher_id,
        "due_at": item.due_at,
        "made_at": now,
        "made_by_id": maker.id,
    }
    decision = decisions.add_decision(db, values, case_ids=case_ids)
    _add_line(db, decision, Happening.DECIDED, maker, now=now)
    if topic is not None and meeting is not None:
        settle_topic(db, maker, topic.id, meeting_id=meeting.id, now=now)
    decide_cases(db, decision, case_ids, maker, now=now)
    start_supervision(db, decision, rules=rules, now=now)
    return decisions.lock_decision(db, decision.id)


def decide_cases(
    db: Connection, decision: Decision, case_ids: Iterable[int], who: Person, *, now: datetime
) -> None:
    """The cases' history has the item; those under consultation are in progress, others stand as they did."""
    for case_id in sorted(set(case_ids)):
        case = case_rows.lock_case(db, case_id)
        data = {"decision": decision.id, "number": decision.number, "what": decision.what}
        status = MOVES.get((case.status, CaseAction.DECIDE))
        if status is not None:
            case_rows.change_case(db, case.id, status=status)
        case_rows.add_event(db, case, EventKind.DECIDED, person_id=who.id, now=now, data=data)


def _add_line(db: Connection, decision: Decision, kind: Happening, who: Person, *, now: datetime) -> int:
    return consultation.add_happening(
        db,
        Subject.DECISION,
        decision.id,
        kind,
        community_id=decision.community_id,
        person_id=who.id,
        now=now,
    )
