"""How far a decision item is, in its owner's words."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.decisions.ownership import is_owner, owner_name
from handlers.decisions.publishing import gather
from handlers.decisions.rights import ensure_may_work, ensure_stands, held_decision
from handlers.decisions.supervision import add_line
from handlers.decisions.telling import Movement, tell_circle
from handlers.errors.decisions import DecisionNoteMissing
from handlers.replies import decisions as texts
from handlers.rules import Rules
from storage import decisions
from storage.models.consultation import Happening
from storage.models.decisions import Decision, DecisionStatus
from storage.models.people import Person


def report_progress(
    db: Connection, who: Person, number: int, note: str, *, said_in: str = "", now: datetime, rules: Rules
) -> Decision:
    """Everybody concerned reads how far it is; residents' groups read it gathered, if it is public.

    Raises `NoSuchDecision`, `NotYourDecision`, `DecisionNotOpen`, `DecisionNoteMissing`.
    """
    decision = held_decision(db, who.community_id, number)
    ensure_may_work(db, who, decision)
    ensure_stands(decision, (DecisionStatus.OPEN,), "报进展")
    if not note:
        raise DecisionNoteMissing(number)
    if decision.claimed_at is None and is_owner(decision, who):
        decision = decisions.change_decision(db, decision.id, claimed_at=now)
    event_id = add_line(db, decision, Happening.PROGRESSED, who, data={"note": note}, now=now)
    owner = owner_name(db, decision)
    tell_circle(
        db,
        Movement(decision, event_id, now, rules, who, said_in),
        to_residents=texts.progressed(decision, note, owner=owner),
        to_workers=texts.progressed_card(decision, note, owner=owner, by=who.name or owner),
    )
    gather(db, decision, now=now)
    return decision
