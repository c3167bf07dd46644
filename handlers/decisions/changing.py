"""What is changed about a decision item: more time, called off, somebody else's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.decisions.cases import OPEN, settle_cases
from handlers.decisions.ownership import is_owner, owner_called, owner_name
from handlers.decisions.publishing import gather, publish
from handlers.decisions.rights import ensure_may_work, ensure_stands, held_decision
from handlers.decisions.supervision import add_line, start_supervision
from handlers.decisions.telling import Movement, tell_circle, tell_desk, tell_owner
from handlers.errors import NotAllowed
from handlers.errors.decisions import (
    DropReasonMissing,
    DueMissing,
    DueNotAhead,
    ExtensionIncomplete,
    NoDueYet,
    NothingAskedFor,
    NotYourDecision,
    OwnerAlready,
    OwnerMissing,
    ReturnReasonMissing,
)
from handlers.replies import decisions as texts
from handlers.replies.formats import moment_text
from handlers.rules import Rules
from handlers.working_days import after_working_days, working_days_between
from storage import assignments, consultation, decisions
from storage.models.consultation import Happening, Subject
from storage.models.decisions import Decision, DecisionStatus
from storage.models.people import Person

MOST_DAYS: Final = 60  # working days of one extension, as of cases


@dataclass(frozen=True, slots=True)
class Said:
    """Who says it, in which chat (empty: one-to-one), when."""

    who: Person
    now: datetime
    rules: Rules
    said_in: str = ""


@dataclass(frozen=True, slots=True)
class More:
    """How much more time: so many working days, or until then (UTC), and why."""

    days: int | None = None
    due: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Extended:
    """The item; not granted: as it was, with staff asked for that date."""

    decision: Decision
    until: datetime
    is_granted: bool


def extend_decision(db: Connection, said: Said, number: int, more: More) -> Extended:
    """The item is due later, and everybody concerned reads why; its owner's wish staff have to grant.

    Raises `NoDueYet`, `ExtensionIncomplete`, `DueNotAhead`, `NotYourDecision`, `DecisionNotOpen`.
    """
    decision = held_decision(db, said.who.community_id, number)
    ensure_may_work(db, said.who, decision)
    ensure_stands(decision, (DecisionStatus.OPEN,), "延期")
    if decision.due_at is None:
        raise NoDueYet(number)
    until = _until(decision, more, said.now)
    if said.who.role in COMMUNITY_ROLES:
        return Extended(_set_due(db, said, decision, until, reason=more.reason), until, is_granted=True)
    data = {"until": until.isoformat(), "reason": more.reason}
    event_id = add_line(db, decision, Happening.EXTENSION_ASKED, said.who, data=data, now=said.now)
    by = said.who.name or owner_name(db, decision)
    text = texts.extension_asked(decision, by=by, until=until, reason=more.reason)
    tell_desk(db, _movement(said, decision, event_id), text)
    return Extended(decision, until, is_granted=False)


def decide_extension(db: Connection, said: Said, number: int, *, grants: bool, reason: str) -> Extended:
    """What the owner asked for last is granted or refused by staff.

    Raises `NotAllowed`, `NothingAskedFor`, and `DueNotAhead` when that date is over by now.
    """
    decision = _of_staff(db, said, number, "同意延期")
    ensure_stands(decision, (DecisionStatus.OPEN,), "延期")
    asked = _asked_for(db, decision)
    if asked is None:
        raise NothingAskedFor(number)
    until = datetime.fromisoformat(asked["until"])
    if grants:
        if until <= said.now:
            raise DueNotAhead(number, moment_text(until))
        why = str(asked["reason"])
        return Extended(_set_due(db, said, decision, until, reason=why), until, is_granted=True)
    event_id = add_line(
        db, decision, Happening.EXTENSION_REFUSED, said.who, data={"reason": reason}, now=said.now
    )
    text = texts.extension_refused(decision, reason, by=said.who.name, now=said.now)
    tell_owner(db, _movement(said, decision, event_id), text)
    return Extended(decision, until, is_granted=False)


def set_due(db: Connection, said: Said, number: int, more: More) -> Decision:
    """The item has this date: staff may set any that is ahead, the owner only a first one.

    Raises `DueMissing`, `DueNotAhead`, `NotYourDecision`, `DecisionNotOpen`.
    """
    decision = held_decision(db, said.who.community_id, number)
    ensure_may_work(db, said.who, decision)
    ensure_stands(decision, (DecisionStatus.OPEN,), "改期限")
    if more.due is None:
        raise DueMissing(number)
    if said.who.role not in COMMUNITY_ROLES and decision.due_at is not None:
        raise NotAllowed("改期限")
    if more.due <= said.now:
        raise DueNotAhead(number, moment_text(more.due))
    return _set_due(db, said, decision, more.due, reason=more.reason)


def drop_decision(db: Connection, said: Said, number: int, reason: str) -> Decision:
    """The item is called off, and everybody concerned reads why; `NotAllowed`, `DropReasonMissing`."""
    decision = _of_staff(db, said, number, "撤销决议")
    ensure_stands(decision, OPEN, "撤销")
    if not reason:
        raise DropReasonMissing(number)
    decision = decisions.change_decision(
        db, decision.id, status=DecisionStatus.DROPPED, done_at=said.now, result=""
    )
    consultation.stop_wakes(db, Subject.DECISION, decision.id)
    event_id = add_line(db, decision, Happening.DROPPED, said.who, data={"reason": reason}, now=said.now)
    owner = owner_name(db, decision)
    tell_circle(
        db,
        _movement(said, decision, event_id),
        to_residents=texts.dropped(decision, reason),
        to_workers=texts.dropped_card(decision, reason, owner=owner, by=said.who.name),
    )
    settle_cases(db, decision, said.who, now=said.now, rules=said.rules)
    publish(db, decision, now=said.now, rules=said.rules)
    return decision


def hand_over(db: Connection, said: Said, number: int, to: str, *, reason: str) -> Decision:
    """Somebody else has to do it from now on; both read so, and everybody concerned.

    Raises `NotAllowed`, `OwnerMissing`, `UnknownOwner`, `SeveralOwners`, `OwnerAlready`.
    """
    decision = _of_staff(db, said, number, "转交决议")
    ensure_stands(decision, (DecisionStatus.OPEN,), "转交")
    if not to:
        units = assignments.units_of_community(db, decision.community_id)
        raise OwnerMissing(number, [each.name for each in units])
    owner = owner_called(db, decision, to)
    if (owner.unit_id, owner.owner_id) == (decision.unit_id, decision.owner_id):
        raise OwnerAlready(number, owner_name(db, decision))
    before, former = owner_name(db, decision), decision
    decision = decisions.change_decision(
        db,
        decision.id,
        unit_id=owner.unit_id,
        owner_id=owner.owner_id,
        owner=owner.owner,
        claimed_at=None,
    )
    data = {"from": before, "to": owner_name(db, decision), "reason": reason}
    event_id = add_line(db, decision, Happening.HANDED_OVER, said.who, data=data, now=said.now)
    _tell_handed_over(db, said, (former, decision), event_id, before=before, reason=reason)
    return decision


def give_back(db: Connection, said: Said, number: int, reason: str) -> Decision:
    """Staff read that its owner wants somebody else to do it; until then it stays the owner's.

    Raises `NotYourDecision`, `DecisionNotOpen`, `ReturnReasonMissing`.
    """
    decision = held_decision(db, said.who.community_id, number)
    ensure_may_work(db, said.who, decision)
    ensure_stands(decision, (DecisionStatus.OPEN,), "退回")
    if not is_owner(decision, said.who):
        raise NotYourDecision(number, owner_name(db, decision))
    if not reason:
        raise ReturnReasonMissing(number)
    event_id = add_line(db, decision, Happening.RETURNED, said.who, data={"reason": reason}, now=said.now)
    text = texts.returned_card(decision, reason, owner=owner_name(db, decision))
    tell_desk(db, _movement(said, decision, event_id), text)
    return decision


def _set_due(db: Connection, said: Said, decision: Decision, until: datetime, *, reason: str) -> Decision:
    former = decision.due_at
    more = working_days_between(former, until) if former is not None else 0
    decision = decisions.change_decision(
        db, decision.id, due_at=until, extension_days=decision.extension_days + more
    )
    data = {"from": former.isoformat() if former else None, "to": until.isoformat(), "reason": reason}
    event_id = add_line(db, decision, Happening.EXTENDED, said.who, data=data, now=said.now)
    start_supervision(db, decision, rules=said.rules, now=said.now)
    owner = owner_name(db, decision)
    tell_circle(
        db,
        _movement(said, decision, event_id),
        to_residents=texts.extended(decision, reason),
        to_workers=texts.extended_card(decision, reason, owner=owner, now=said.now),
    )
    gather(db, decision, now=said.now)
    return decision


def _until(decision: Decision, more: More, now: datetime) -> datetime:
    """The new date; days count from the old one, or from today once that is past."""
    assert decision.due_at is not None
    if not more.reason or (more.due is None and not 1 <= (more.days or 0) <= MOST_DAYS):
        raise ExtensionIncomplete(decision.number, MOST_DAYS)
    until = more.due or after_working_days(max(decision.due_at, now), more.days or 0)
    if until <= max(decision.due_at, now):
        raise DueNotAhead(decision.number, moment_text(until))
    if working_days_between(max(decision.due_at, now), until) > MOST_DAYS:
        raise ExtensionIncomplete(decision.number, MOST_DAYS)
    return until


def _asked_for(db: Connection, decision: Decision) -> dict[str, Any] | None:
    """What the owner asked for and nobody has decided on; the last of several."""
    kinds = (Happening.EXTENSION_ASKED, Happening.EXTENDED, Happening.EXTENSION_REFUSED)
    lines = consultation.happenings_of(db, Subject.DECISION, decision.id, kinds=kinds)
    is_waiting = bool(lines) and lines[-1].kind is Happening.EXTENSION_ASKED
    return lines[-1].data if is_waiting else None


def _tell_handed_over(
    db: Connection, said: Said, items: tuple[Decision, Decision], event_id: int, *, before: str, reason: str
) -> None:
    former, decision = items
    owner = owner_name(db, decision)
    card = texts.handed_over_card(decision, before=before, owner=owner, reason=reason, now=said.now)
    movement = _movement(said, decision, event_id)
    if decision.owner_id is not None:
        tell_owner(db, movement, card)
    tell_owner(db, Movement(former, event_id, said.now, said.rules, said.who, said.said_in), card)
    owners = [each for each in (former.owner_id, decision.owner_id) if each is not None]
    to_residents = texts.handed_over(decision, owner=owner)
    tell_circle(db, movement, to_residents=to_residents, to_workers=card, but=owners)


def _of_staff(db: Connection, said: Said, number: int, what: str) -> Decision:
    decision = held_decision(db, said.who.community_id, number)
    if said.who.role not in COMMUNITY_ROLES:
        raise NotAllowed(what)
    return decision


def _movement(said: Said, decision: Decision, event_id: int) -> Movement:
    return Movement(decision, event_id, said.now, said.rules, said.who, said.said_in)
