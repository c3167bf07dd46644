"""Supervision (督办): the steps of the ladder, missed answers, the alarm of an emergency, staff's word."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.ladder import audiences
from handlers.cases.rights import COMMUNITY_ROLES, ensure_may_act
from handlers.cases.rounds import events_of_round
from handlers.cases.states import CaseAction, next_status
from handlers.cases.timers import set_next_step, upcoming_step
from handlers.errors import NotAllowed
from handlers.notices.supervision import tell_alarm, tell_response_missed, tell_step, tell_supervised
from handlers.rules import Rules
from storage import cases as case_rows
from storage import timers
from storage.models.cases import OPEN_STATUSES, Case, EventKind, Urgency
from storage.models.people import Person
from storage.models.timers import Timer, TimerKind


def supervise_case(db: Connection, staff: Person, case_id: int, note: str = "", *, now: datetime) -> Case:
    """Whoever must act reads that staff want it done; the supervision level stays. Others: `NotAllowed`."""
    case = case_rows.lock_case(db, case_id)
    if staff.role not in COMMUNITY_ROLES:
        raise NotAllowed("督办")
    ensure_may_act(db, staff, case)
    next_status(case, CaseAction.SUPERVISE)
    data = {"by": staff.id, "note": note}
    event_id = case_rows.add_event(db, case, EventKind.SUPERVISED, person_id=staff.id, now=now, data=data)
    tell_supervised(db, case, staff, event_id, note=note, now=now)
    return case


def fire_step(db: Connection, case: Case, timer: Timer, *, now: datetime, rules: Rules) -> None:
    """The ladder of a locked case takes the step that is due, and waits for the next.

    Which one that is the history says, not the timer: a deadline that moved meanwhile is not held against it.
    """
    if not _is_running(case):
        return
    upcoming = upcoming_step(db, case, rules, now)
    if upcoming is not None and upcoming[1] <= now:
        step = upcoming[0]
        data = {
            "step": step.value,
            "level": case.supervision_level,
            "deadline": case.resolve_by.isoformat(),
        }
        event_id = case_rows.add_event(db, case, EventKind.SUPERVISED, person_id=None, now=now, data=data)
        told = audiences(step, level=case.supervision_level)
        tell_step(db, case, step, event_id, audiences=told, now=now)
    set_next_step(db, case, rules, now)


def fire_response(db: Connection, case: Case, timer: Timer, *, now: datetime, rules: Rules) -> None:
    """Nobody has answered the reporter of a locked case in time: said once a round."""
    if not _is_running(case) or case.responded_at is not None:
        return
    if events_of_round(db, case, EventKind.RESPONSE_MISSED):
        return
    data = {"respond_by": case.respond_by.isoformat()}
    event_id = case_rows.add_event(db, case, EventKind.RESPONSE_MISSED, person_id=None, now=now, data=data)
    tell_response_missed(db, case, event_id, now=now)


def fire_alarm(db: Connection, case: Case, timer: Timer, *, now: datetime, rules: Rules) -> None:
    """Of an emergency nobody has, everybody hears again, and again after the interval, until it is claimed.

    After downtime one alarm makes up for all that were missed.
    """
    is_alone = case.responded_at is None or case.handler_id is None
    if not _is_running(case) or case.urgency is not Urgency.EMERGENCY or not is_alone:
        return
    every = rules.supervision.alarm_interval
    count = len(events_of_round(db, case, EventKind.ALARMED)) + 1
    event_id = case_rows.add_event(
        db, case, EventKind.ALARMED, person_id=None, now=now, data={"count": count}
    )
    tell_alarm(db, case, event_id, count=count, every=every, now=now)
    timers.set_timer(db, case.id, TimerKind.ALARM, community_id=case.community_id, due_at=now + every)


def _is_running(case: Case) -> bool:
    return case.status in OPEN_STATUSES and case.paused_at is None
