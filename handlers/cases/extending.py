"""More time for a case: once from its worker's own hand, then from staff."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.cases.deadlines import extended
from handlers.cases.rights import COMMUNITY_ROLES, ensure_may_act
from handlers.cases.rounds import events_of_round, is_by_clock
from handlers.cases.states import CaseAction, next_status
from handlers.cases.timers import reset_clock
from handlers.errors import (
    DaysMissing,
    EmergencyNotExtended,
    ExtensionReasonMissing,
    NoExtensionProposed,
    NotAllowed,
)
from handlers.notices.deadlines import tell_extended, tell_extension_decided, tell_extension_proposed
from handlers.rules import Rules
from handlers.working_days import working_days_between
from storage import cases as case_rows
from storage.models.cases import Case, CaseEvent, EventKind, Urgency
from storage.models.people import Person

OWN_DAYS: Final = 7  # a worker's own extension at most doubles the ordinary term of 7 working days
MOST_DAYS: Final = 60  # of one extension, by anybody: the longest term the hotline's standard knows


@dataclass(frozen=True, slots=True)
class Extended:
    """The case with its new deadline; or, not granted yet, as it was, with staff asked for the days."""

    case: Case
    days: int
    is_granted: bool


def extend_deadline(
    db: Connection, who: Person, case_id: int, days: int | None, *, reason: str, now: datetime, rules: Rules
) -> Extended:
    """The case is due so many days later, and its reporters read why; or staff are asked whether it may be.

    Granted at once: what staff want, and a worker's first extension of a round up to seven days. Raises
    `DaysMissing`, `ExtensionReasonMissing`, `EmergencyNotExtended`, `MoveNotAllowed`.
    """
    case = case_rows.lock_case(db, case_id)
    ensure_may_act(db, who, case)
    next_status(case, CaseAction.EXTEND)
    if case.urgency is Urgency.EMERGENCY:
        raise EmergencyNotExtended(case.label)
    if days is None or not 1 <= days <= MOST_DAYS:
        raise DaysMissing(case.number, MOST_DAYS)
    reason = reason.strip()
    if not reason:
        raise ExtensionReasonMissing(case.number)
    is_staff = who.role in COMMUNITY_ROLES
    if not is_staff and (days > OWN_DAYS or _has_extended(db, case)):
        return _propose(db, who, case, days, reason=reason, now=now)
    facts = {"days": days, "reason": reason, "is_own": not is_staff}
    later, _ = _extend(db, who, case, facts, now=now, rules=rules)
    return Extended(later, days, is_granted=True)


def decide_extension(
    db: Connection,
    staff: Person,
    case_id: int,
    *,
    is_accepted: bool,
    reason: str,
    now: datetime,
    rules: Rules,
) -> Extended:
    """What a worker asked for last is granted or refused by staff, and the workers read which.

    Raises `NotAllowed` for others, `NoExtensionProposed` when nothing was asked or it was decided already.
    """
    case = case_rows.lock_case(db, case_id)
    if staff.role not in COMMUNITY_ROLES:
        raise NotAllowed("同意延期")
    ensure_may_act(db, staff, case)
    next_status(case, CaseAction.EXTEND)
    proposal = extension_proposed(db, case)
    if proposal is None or proposal.data is None:
        raise NoExtensionProposed(case.label)
    days, reason = int(proposal.data["days"]), reason.strip()
    if is_accepted:
        facts = {"days": days, "reason": proposal.data["reason"], "is_own": False}
        decided, event_id = _extend(db, staff, case, facts, now=now, rules=rules)
    else:
        decided, kind, data = case, EventKind.EXTENSION_REFUSED, {"days": days, "reason": reason}
        event_id = case_rows.add_event(db, case, kind, person_id=staff.id, now=now, data=data)
    tell_extension_decided(db, decided, staff, event_id, reason=reason, is_accepted=is_accepted, now=now)
    return Extended(decided, days, is_granted=is_accepted)


def days_until(db: Connection, case: Case, moment: datetime, rules: Rules) -> int:
    """How many days more the case needs to be due then: working days, or by the clock if it runs by it."""
    if is_by_clock(db, case, rules):
        return max(math.ceil((moment - case.resolve_by) / timedelta(days=1)), 0)
    return working_days_between(case.resolve_by, moment)


def _extend(
    db: Connection, who: Person, case: Case, facts: dict[str, object], *, now: datetime, rules: Rules
) -> tuple[Case, int]:
    days = int(str(facts["days"]))
    resolve_by = extended(case.resolve_by, days, is_by_clock=is_by_clock(db, case, rules))
    case_rows.change_case(db, case.id, resolve_by=resolve_by, extension_days=case.extension_days + days)
    data = facts | {"from": case.resolve_by.isoformat(), "to": resolve_by.isoformat()}
    event_id = case_rows.add_event(db, case, EventKind.EXTENDED, person_id=who.id, now=now, data=data)
    later = case_rows.lock_case(db, case.id)
    reset_clock(db, later, rules, now)
    tell_extended(db, later, str(facts["reason"]), event_id, now=now)
    return later, event_id


def _propose(db: Connection, who: Person, case: Case, days: int, *, reason: str, now: datetime) -> Extended:
    kind, data = EventKind.EXTENSION_PROPOSED, {"days": days, "reason": reason}
    event_id = case_rows.add_event(db, case, kind, person_id=who.id, now=now, data=data)
    tell_extension_proposed(db, case, who, event_id, days=days, reason=reason, now=now)
    return Extended(case, days, is_granted=False)


def _has_extended(db: Connection, case: Case) -> bool:
    """Whether its worker had an extension of the own hand in this round."""
    return any((event.data or {}).get("is_own") for event in events_of_round(db, case, EventKind.EXTENDED))


def extension_proposed(db: Connection, case: Case) -> CaseEvent | None:
    """The proposal nobody has decided on yet; a later one replaces an earlier one."""
    kinds = (EventKind.EXTENSION_PROPOSED, EventKind.EXTENDED, EventKind.EXTENSION_REFUSED)
    last = next(reversed(events_of_round(db, case, *kinds)), None)
    return last if last is not None and last.kind is EventKind.EXTENSION_PROPOSED else None
