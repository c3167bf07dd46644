"""What is to happen to a case by itself: set when a round begins, stopped when it ends.

A timer only wakes; what is to be done then is decided by the history, so that nothing is done twice.
"""

from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.ladder import LadderStep, due_at, first_step, step_after
from handlers.cases.rounds import events_of_round
from handlers.rules import Rules
from storage import timers
from storage.models.cases import OPEN_STATUSES, Case, EventKind, Urgency
from storage.models.timers import TimerKind

IN_SILENCE = (TimerKind.RESPONSE, TimerKind.ALARM)  # what an answer stops
OF_WORK = (*IN_SILENCE, TimerKind.SUPERVISION)  # what stands still while the case waits


def start_clock(db: Connection, case: Case, rules: Rules) -> None:
    """The reminders of a round that begins: first response, the ladder, and the alarm of an emergency."""
    step = first_step()
    due = due_at(step, opened_at=case.round_at, resolve_by=case.resolve_by, rules=rules.supervision)
    kinds = [(TimerKind.RESPONSE, case.respond_by, ""), (TimerKind.SUPERVISION, due, step.value)]
    if case.urgency is Urgency.EMERGENCY:
        kinds.append((TimerKind.ALARM, case.round_at + rules.supervision.alarm_interval, ""))
    timers.add_timers(db, case.id, kinds, community_id=case.community_id)


def stop_clock(db: Connection, case: Case) -> None:
    """Nothing happens to the case by itself any more."""
    timers.stop_timers(db, case.id)


def answered(db: Connection, case: Case) -> None:
    """Somebody has the case: nobody is reminded of the first answer, and the alarm is silent."""
    timers.stop_timers(db, case.id, IN_SILENCE)


def pause_clock(db: Connection, case: Case) -> None:
    """While the case waits for its reporter nobody is reminded of anything."""
    timers.stop_timers(db, case.id, OF_WORK)


def reset_clock(db: Connection, case: Case, rules: Rules, now: datetime) -> None:
    """The reminders fit the case as it stands now: after its deadline moved, or after a pause.

    Of the ladder the first step follows that still has to be taken for this deadline (`upcoming_step`). The
    first answer is reminded of at most once a round. While the case waits, and after its end, nothing is set.
    """
    if case.paused_at is not None or case.status not in OPEN_STATUSES:
        return
    set_next_step(db, case, rules, now)
    is_missed = bool(events_of_round(db, case, EventKind.RESPONSE_MISSED))
    if case.responded_at is None and not is_missed:
        _set(db, case, TimerKind.RESPONSE, case.respond_by)
    else:
        timers.stop_timers(db, case.id, [TimerKind.RESPONSE])
    _reset_alarm(db, case, rules, now)


def upcoming_step(
    db: Connection, case: Case, rules: Rules, now: datetime
) -> tuple[LadderStep, datetime] | None:
    """The next step of the ladder and when it is due, maybe in the past; `None` when there is none left.

    In their order, without those taken for this deadline in this round, and without those that were taken in
    this round for another deadline and are past by this one too. So a moved deadline is reminded of anew as
    long as its own time for that has not come, and what was missed is made up for, once.
    """
    events = events_of_round(db, case, EventKind.SUPERVISED)
    taken = [event.data for event in events if event.data and "step" in event.data]
    here = {data["step"] for data in taken if data["deadline"] == case.resolve_by.isoformat()}
    before = {data["step"] for data in taken}
    step: LadderStep | None = first_step()
    while step is not None:
        due = due_at(step, opened_at=case.round_at, resolve_by=case.resolve_by, rules=rules.supervision)
        if step not in here and not (step in before and due <= now):
            return step, due
        step = step_after(step)
    return None


def set_next_step(db: Connection, case: Case, rules: Rules, now: datetime) -> None:
    """The ladder goes on with its next step, if one is left."""
    upcoming = upcoming_step(db, case, rules, now)
    if upcoming is None:
        timers.stop_timers(db, case.id, [TimerKind.SUPERVISION])
        return
    step, due = upcoming
    _set(db, case, TimerKind.SUPERVISION, due, step=step.value)


def _reset_alarm(db: Connection, case: Case, rules: Rules, now: datetime) -> None:
    """An alarm that runs goes on as it does; one that is due for the first time begins."""
    is_alone = (
        case.responded_at is None or case.handler_id is None
    )  # maybe given back, as `fire_alarm` sees it
    if case.urgency is not Urgency.EMERGENCY or not is_alone:
        timers.stop_timers(db, case.id, [TimerKind.ALARM])
    elif all(each.kind is not TimerKind.ALARM for each in timers.timers_of(db, case.id)):
        _set(db, case, TimerKind.ALARM, now + rules.supervision.alarm_interval)


def _set(db: Connection, case: Case, kind: TimerKind, due: datetime, *, step: str = "") -> None:
    timers.set_timer(db, case.id, kind, community_id=case.community_id, due_at=due, step=step)
