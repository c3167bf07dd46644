"""Two cases of one trouble become one, and can be taken apart again without loss.

Nothing is moved: a merged case points to the one it went into, whose reporters, photos and history are
those of the whole family from then on. Taking it out again restores both, with what was added meanwhile.
"""

from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.dispatching import cancel_assignments
from handlers.cases.handling import ensure_may_act
from handlers.cases.reopening import more_urgent
from handlers.cases.states import CaseAction, next_status
from handlers.cases.timers import reset_clock, start_clock, stop_clock
from handlers.errors import CaseAlreadyEnded, MergedIntoItself, NotInOneCommunity
from handlers.notices.joining import tell_case_merged, tell_case_unmerged
from handlers.rules import Rules
from storage import cases as case_rows
from storage.models.cases import OPEN_STATUSES, Case, CaseStatus, EventKind
from storage.models.people import Person


def merge_cases(
    db: Connection,
    worker: Person,
    case_id: int,
    into_id: int,
    *,
    now: datetime,
    rules: Rules,
    said_in: str = "",
) -> Case:
    """The case is dealt with under the other from now on; its reporters hear the number. Gives the other.

    The other is as urgent as the more urgent of the two from now on, and due as soon. `said_in`: the chat
    that reads of it in the answer. Both are locked in the order of their rows. Raises `MergedIntoItself`,
    `NotInOneCommunity`, `CaseAlreadyEnded` when the other is no longer open, `MoveNotAllowed` when this one
    is not.
    """
    locked = {each: case_rows.lock_case(db, each) for each in sorted({case_id, into_id})}
    case, into = locked[case_id], case_rows.standing_for(db, locked[into_id])
    for each in (case, into):
        ensure_may_act(db, worker, each)
    status = next_status(case, CaseAction.MERGE)
    if into.id == case.id:
        raise MergedIntoItself(case.label)
    if into.community_id != case.community_id:
        raise NotInOneCommunity(case.label, into.label)
    if into.status not in OPEN_STATUSES:
        raise CaseAlreadyEnded(into.label)
    before = case.status_before if case.paused_at is not None else case.status
    case_rows.change_case(
        db, case.id, status=status, status_before=before, paused_at=None, merged_into_id=into.id
    )
    if case.has_whisper:  # the confidence goes along with the reports
        case_rows.change_case(db, into.id, has_whisper=True, is_public=False)
    stop_clock(db, case)
    into = _kept_as_urgent(db, case, into, now=now, rules=rules)
    cancel_assignments(db, case, now=now)
    data = {"into": into.id, "into_label": into.label}
    event_id = case_rows.add_event(db, case, EventKind.MERGED, person_id=worker.id, now=now, data=data)
    tell_case_merged(db, case, into, event_id, by=worker, said_in=said_in, now=now)
    return case_rows.lock_case(db, into.id)


def _kept_as_urgent(db: Connection, case: Case, into: Case, *, now: datetime, rules: Rules) -> Case:
    """No deadline is lost by merging: the earlier one counts, and what is more urgent stays so."""
    urgency = more_urgent(case.urgency, into.urgency)
    runs = [each for each in (case, into) if each.paused_at is None] or [into]
    resolve_by = min(each.resolve_by for each in runs)
    respond_by = min(into.respond_by, case.respond_by)
    if (urgency, resolve_by, respond_by) == (into.urgency, into.resolve_by, into.respond_by):
        return into
    case_rows.change_case(db, into.id, urgency=urgency, resolve_by=resolve_by, respond_by=respond_by)
    kept = case_rows.lock_case(db, into.id)
    reset_clock(db, kept, rules, now)
    return kept


def unmerge_case(
    db: Connection, worker: Person, case_id: int, *, now: datetime, rules: Rules, said_in: str = ""
) -> Case:
    """The case stands by itself again, where it stood before, with its own reporters, photos and history."""
    case = case_rows.lock_case(db, case_id)
    ensure_may_act(db, worker, case)
    status = next_status(case, CaseAction.UNMERGE)
    if status is CaseStatus.DISPATCHED:  # its sheets were cancelled when it was merged
        status = CaseStatus.IN_PROGRESS
    case_rows.change_case(db, case.id, status=status, status_before=None, merged_into_id=None)
    data = {"out_of": case.merged_into_id}
    event_id = case_rows.add_event(db, case, EventKind.UNMERGED, person_id=worker.id, now=now, data=data)
    alone = case_rows.lock_case(db, case.id)
    start_clock(db, alone, rules)
    tell_case_unmerged(db, alone, event_id, by=worker, said_in=said_in, now=now)
    return alone
