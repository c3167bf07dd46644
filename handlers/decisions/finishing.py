"""A decision item is done, says its owner: with what was done, and something that shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.attaching import Sent
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.decisions.ownership import owner_name
from handlers.decisions.proof import add_shown
from handlers.decisions.rights import ensure_may_work, ensure_stands, held_decision
from handlers.decisions.supervision import add_line, stop_supervision
from handlers.decisions.telling import Movement, tell_circle
from handlers.decisions.watching import await_word
from handlers.errors.decisions import (
    DecisionProofMissing,
    DecisionResultMissing,
    NoPhotoByStaffOnly,
    NoPhotoReasonMissing,
)
from handlers.replies import decisions as texts
from handlers.rules import Rules
from storage import consultation, decision_proof, decisions
from storage.models.consultation import Happening, Subject
from storage.models.decisions import Decision, DecisionStatus
from storage.models.people import Person


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, what came with the words, and why nothing can be shown (`None`: it is shown)."""

    result: str
    sent: Sequence[Sent] = ()
    no_photo: str | None = None


def report_done(
    db: Connection, who: Person, number: int, done: Done, *, said_in: str = "", now: datetime, rules: Rules
) -> Decision:
    """The owner's work waits for the watcher's word; without a watcher for that of staff.

    Photos of the last ten minutes, evidence since it was made or last doubted, or staff's 无照片 with a
    reason show it. Raises `NotYourDecision`, `DecisionNotOpen`, `DecisionResultMissing`,
    `DecisionProofMissing`, `NoPhotoByStaffOnly`, `NoPhotoReasonMissing`.
    """
    decision = held_decision(db, who.community_id, number)
    ensure_may_work(db, who, decision)
    ensure_stands(decision, (DecisionStatus.OPEN,), "报完成")
    if not done.result:
        raise DecisionResultMissing(number)
    _show(db, who, decision, done, now=now)
    decision = decisions.change_decision(
        db,
        decision.id,
        status=DecisionStatus.REPORTED_DONE,
        result=done.result,
        claimed_at=decision.claimed_at or now,
    )
    stop_supervision(db, decision)
    data = {"result": done.result} | ({"no_photo": done.no_photo} if done.no_photo else {})
    event_id = add_line(db, decision, Happening.REPORTED_DONE, who, data=data, now=now)
    movement = Movement(decision, event_id, now, rules, who, said_in)
    owner = owner_name(db, decision)
    waits_for = await_word(db, movement)
    tell_circle(
        db,
        movement,
        to_residents=texts.reported(decision, owner=owner),
        to_workers=texts.reported_card(decision, owner=owner, by=who.name or owner, waits_for=waits_for),
        but=[decision.watcher_id] if decision.watcher_id else [],
    )
    return decision


def _show(db: Connection, who: Person, decision: Decision, done: Done, *, now: datetime) -> None:
    """Something shows the work, or staff vouch for it and say why nothing can."""
    if done.no_photo is not None:
        if who.role not in COMMUNITY_ROLES:
            raise NoPhotoByStaffOnly(decision.number)
        if not done.no_photo:
            raise NoPhotoReasonMissing(decision.number)
        return
    add_shown(db, who, decision, done.sent, now=now)
    doubts = consultation.happenings_of(db, Subject.DECISION, decision.id, kinds=(Happening.DOUBTED,))
    since = doubts[-1].happened_at if doubts else decision.made_at
    if not decision_proof.is_shown(db, decision.id, since=since):
        raise DecisionProofMissing(decision.number)
