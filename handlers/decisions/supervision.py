"""Supervision (督办) of decision items: the ladder of cases, what staff want done, and a missing date.

A wake only wakes: which steps are to be taken the history says, so that none is taken twice or forgotten.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from handlers.cases.ladder import AUDIENCES, STEPS, Audience, LadderStep, audiences, due_at
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.consultation import telling as circles
from handlers.decisions.ownership import owner_name
from handlers.decisions.rights import ensure_stands, held_decision
from handlers.decisions.telling import Movement, tell_desk, tell_owner
from handlers.errors import NotAllowed
from handlers.replies import decisions as texts
from handlers.rules import Rules
from handlers.working_days import after_working_days, same_time_after_working_days
from storage import consultation, decisions, organization, people
from storage.models.consultation import Happening, HappeningRow, Subject, Wake, WakeKind
from storage.models.decisions import Decision, DecisionStatus
from storage.models.people import Person, Role

ASK_DUE_AFTER: Final = 1  # working days without a date; then staff are asked for one
ASK_DUE_AGAIN: Final = 5  # working days, and again until there is one
TO_MEND: Final = 3  # working days that an owner has at least when it was found not done
OFFICES: Final = {Audience.HEAD: (Role.HEAD, "负责人"), Audience.STREET: (Role.STREET, "街道联系人")}


def start_supervision(db: Connection, decision: Decision, *, rules: Rules, now: datetime) -> None:
    """The first step of the ladder falls due; without a date staff are asked for one after a working day.

    Also after its date, its owner or its state has changed: what was taken for this date is not taken again.
    """
    if decision.status is not DecisionStatus.OPEN:
        stop_supervision(db, decision)
        return
    if decision.due_at is None:
        _wake(db, decision, same_time_after_working_days(now, ASK_DUE_AFTER))
        return
    upcoming = next(iter(_steps_left(db, decision, rules)), None)
    if upcoming is None:
        stop_supervision(db, decision)
        return
    step, due = upcoming
    _wake(db, decision, due, step=step.value)


def stop_supervision(db: Connection, decision: Decision) -> None:
    """Nobody is reminded of the item any more."""
    consultation.stop_wakes(db, Subject.DECISION, decision.id, (WakeKind.SUPERVISION,))


def fire_supervision(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """The ladder takes what is due and waits for its next step; several missed steps are told as one."""
    decision = decisions.lock_decision(db, wake.subject_id)
    if decision.status is not DecisionStatus.OPEN:
        return
    if decision.due_at is None:
        _ask_for_due(db, decision, now=now, rules=rules)
        return
    due = [step for step, moment in _steps_left(db, decision, rules) if moment <= now]
    if due:
        _take(db, decision, due, now=now, rules=rules)
    start_supervision(db, decision, rules=rules, now=now)


def supervise_decision(
    db: Connection, staff: Person, number: int, note: str, *, said_in: str = "", now: datetime, rules: Rules
) -> Decision:
    """The owner reads that staff want it done; `NotAllowed`, `DecisionNotOpen`."""
    decision = held_decision(db, staff.community_id, number)
    if staff.role not in COMMUNITY_ROLES:
        raise NotAllowed("督办")
    ensure_stands(decision, (DecisionStatus.OPEN,), "督办")
    data = {"by": staff.id, "note": note}
    event_id = add_line(db, decision, Happening.SUPERVISED, staff, data=data, now=now)
    owner = owner_name(db, decision)
    text = texts.supervised_card(decision, by=staff.name, note=note, owner=owner, now=now)
    tell_owner(db, Movement(decision, event_id, now, rules, staff, said_in), text)
    return decision


def deadline_of(db: Connection, decision: Decision) -> datetime | None:
    """By when the ladder expects it: its date; after a doubt at least three working days are left."""
    doubted = _last_doubt(db, decision)
    if decision.due_at is None or doubted is None:
        return decision.due_at
    return max(decision.due_at, after_working_days(doubted.happened_at, TO_MEND))


def add_line(
    db: Connection,
    decision: Decision,
    kind: Happening,
    who: Person | None,
    *,
    data: dict[str, Any] | None = None,
    now: datetime,
) -> int:
    """A line of the item's history; gives its number."""
    return consultation.add_happening(
        db,
        Subject.DECISION,
        decision.id,
        kind,
        community_id=decision.community_id,
        person_id=who.id if who else None,
        now=now,
        data=data,
    )


def _steps_left(db: Connection, decision: Decision, rules: Rules) -> list[tuple[LadderStep, datetime]]:
    """The steps not yet taken for this date, each with when it is due, in order."""
    deadline = deadline_of(db, decision)
    if deadline is None:
        return []
    doubted = _last_doubt(db, decision)
    since = doubted.happened_at if doubted else decision.made_at
    lines = consultation.happenings_of(db, Subject.DECISION, decision.id, kinds=(Happening.SUPERVISED,))
    data = [line.data or {} for line in lines if doubted is None or line.id > doubted.id]
    taken = {each.get("step") for each in data if each.get("deadline") == deadline.isoformat()}
    moments = (
        (step, due_at(step, opened_at=since, resolve_by=deadline, rules=rules.supervision)) for step in STEPS
    )
    return [(step, moment) for step, moment in moments if step.value not in taken]


def _take(db: Connection, decision: Decision, due: list[LadderStep], *, now: datetime, rules: Rules) -> None:
    """All steps that are due are taken; whom they concern is told once, by the highest of them."""
    deadline = deadline_of(db, decision)
    assert deadline is not None
    event_id = 0
    for step in due:
        data = {
            "step": step.value,
            "level": decision.supervision_level,
            "deadline": deadline.isoformat(),
        }
        event_id = add_line(db, decision, Happening.SUPERVISED, None, data=data, now=now)
    told = {each for step in due for each in audiences(step, level=decision.supervision_level)}
    _tell_step(db, Movement(decision, event_id, now, rules), due[-1], told)


def _tell_step(db: Connection, movement: Movement, step: LadderStep, told: set[Audience]) -> None:
    """The owner where they are, the others at the desk, head and street mentioned there."""
    decision = movement.decision
    offices = {each: people.userids_of_role(db, decision.community_id, OFFICES[each][0]) for each in OFFICES}
    missing = [OFFICES[each][1] for each in AUDIENCES if each in told & set(offices) and not offices[each]]
    owner = owner_name(db, decision)
    text = texts.step_card(decision, step, owner=owner, missing=missing, now=movement.now)
    if Audience.HANDLER in told:
        tell_owner(db, movement, text)
    if told - {Audience.HANDLER}:
        desk = organization.desk_group(db, decision.community_id)
        mentions = [userid for each in AUDIENCES if each in told for userid in offices.get(each, ())]
        groups = [desk] if desk else []
        circles.tell_groups(db, movement.news("desk"), groups, text, mentions=mentions)


def _ask_for_due(db: Connection, decision: Decision, *, now: datetime, rules: Rules) -> None:
    event_id = add_line(db, decision, Happening.SUPERVISED, None, data={"asks": "due"}, now=now)
    text = texts.due_wanted(decision, owner=owner_name(db, decision))
    tell_desk(db, Movement(decision, event_id, now, rules), text)
    _wake(db, decision, same_time_after_working_days(now, ASK_DUE_AGAIN))


def _last_doubt(db: Connection, decision: Decision) -> HappeningRow | None:
    kinds = (Happening.DOUBTED,)
    lines = consultation.happenings_of(db, Subject.DECISION, decision.id, kinds=kinds)
    return lines[-1] if lines else None


def _wake(db: Connection, decision: Decision, due: datetime, *, step: str = "") -> None:
    consultation.set_wake(
        db,
        Subject.DECISION,
        decision.id,
        WakeKind.SUPERVISION,
        community_id=decision.community_id,
        due_at=due,
        step=step,
    )
