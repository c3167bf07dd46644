"""The word of the watcher (监督人) on what an owner reports done; after three silent days that of staff."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.decisions.cases import settle_cases
from handlers.decisions.ownership import owner_name
from handlers.decisions.publishing import publish
from handlers.decisions.rights import RESIDENTS, ensure_stands, held_decision, viewer_of
from handlers.decisions.supervision import add_line, start_supervision
from handlers.decisions.telling import Movement, tell_circle, tell_desk, tell_owner, tell_watcher
from handlers.errors.decisions import (
    DoubtReasonMissing,
    NoSuchDecision,
    NotReportedDone,
    NotTheWatcher,
    WatcherFirst,
)
from handlers.replies import decisions as texts
from handlers.replies.formats import moment_text
from handlers.rules import Rules
from handlers.working_days import same_time_after_working_days
from storage import cases as case_rows
from storage import consultation, decision_lists, decisions, people
from storage.models.consultation import Happening, HappeningRow, Subject, Wake, WakeKind
from storage.models.decisions import Decision, DecisionStatus
from storage.models.people import Person, Role

REMIND_AFTER: Final = timedelta(days=2)  # after it was reported done
SILENT_AFTER: Final = timedelta(days=3)  # then staff decide
STAFF_AGAIN_AFTER: Final = 3  # working days after staff were asked; then their head is mentioned


class Asked(StrEnum):
    """Who is asked next while nobody confirms."""

    WATCHER_AGAIN = "watcher_again"
    STAFF = "staff"
    HEAD = "head"


def await_word(db: Connection, movement: Movement) -> str:
    """The watcher is asked; without one, or when nothing reaches them, staff. Says who is waited for."""
    decision, now = movement.decision, movement.now
    owner = owner_name(db, decision)
    until = now + SILENT_AFTER
    wanted = texts.word_wanted(decision, owner=owner, until=until, is_again=False)
    if decision.watcher_id is not None and tell_watcher(db, movement, wanted):
        _wake(db, decision, now + REMIND_AFTER)
        return f"等监督人核实（{moment_text(until)}前）。"
    add_line(db, decision, Happening.REMINDED, None, data={"asks": Asked.STAFF.value}, now=now)
    _ask_staff(db, movement, "监督人联系不上" if decision.watcher_id else "没有监督人")
    _wake(db, decision, same_time_after_working_days(now, STAFF_AGAIN_AFTER))
    return "等社区核实。"


def fire_confirmation(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """Whoever has not said a word is asked again, or the next one is; after downtime only the last."""
    decision = decisions.lock_decision(db, wake.subject_id)
    reported = _last(db, decision, Happening.REPORTED_DONE)
    if decision.status is not DecisionStatus.REPORTED_DONE or reported is None:
        return
    steps = _steps(db, decision, reported)
    due = [step for step, moment in steps if moment <= now]
    if due:
        event_id = 0
        for step in due:
            event_id = add_line(db, decision, Happening.REMINDED, None, data={"asks": step.value}, now=now)
        _ask(db, Movement(decision, event_id, now, rules), due[-1], reported)
    left = [moment for step, moment in _steps(db, decision, reported) if step not in due]
    if left:
        _wake(db, decision, max(left[0], now))


def confirm_decision(
    db: Connection,
    who: Person,
    number: int,
    words: str,
    *,
    said_in: str = "",
    now: datetime,
    rules: Rules,
) -> Decision:
    """It is done: struck off, told to everybody concerned, and a case that waited for nothing else resolved.

    Staff wait three days for the watcher, unless they say what the watcher told them. Raises
    `NotReportedDone`, `NotTheWatcher`, `WatcherFirst`.
    """
    decision = held_decision(db, who.community_id, number)
    _ensure_has_word(db, who, decision)
    if who.id != decision.watcher_id and not words:
        _ensure_silent(db, decision, now=now)
    data = {"words": words, "result": decision.result, "is_watcher": who.id == decision.watcher_id}
    decision = decisions.change_decision(db, decision.id, status=DecisionStatus.DONE, done_at=now)
    consultation.stop_wakes(db, Subject.DECISION, decision.id)
    event_id = add_line(db, decision, Happening.CONFIRMED, who, data=data, now=now)
    resolved = settle_cases(db, decision, who, now=now, rules=rules)
    owner = owner_name(db, decision)
    by = "监督人" if who.id == decision.watcher_id else who.name
    reporters = [each.id for case in resolved for each in case_rows.reporters_of(db, case.id)]
    tell_circle(
        db,
        Movement(decision, event_id, now, rules, who, said_in),
        to_residents=texts.done(decision, owner=owner),
        to_workers=texts.done_card(decision, owner=owner, by=by),
        but=reporters,  # they read how their case was settled, and are asked to judge it
    )
    told = [decision.id] if any(each.is_public and each.estate_id for each in resolved) else []
    publish(db, decision, now=now, rules=rules, told_already=told)
    return decision


def doubt_decision(
    db: Connection,
    who: Person,
    number: int,
    reason: str,
    *,
    said_in: str = "",
    now: datetime,
    rules: Rules,
) -> Decision:
    """It is not done: its owner reads what is missing, and it is supervised one level higher from now on.

    Raises `NotReportedDone`, `NotTheWatcher`, `DoubtReasonMissing`.
    """
    decision = held_decision(db, who.community_id, number)
    _ensure_has_word(db, who, decision)
    if not reason:
        raise DoubtReasonMissing(number)
    decision = decisions.change_decision(
        db,
        decision.id,
        status=DecisionStatus.OPEN,
        result="",
        supervision_level=decision.supervision_level + 1,
    )
    consultation.stop_wakes(db, Subject.DECISION, decision.id)
    event_id = add_line(db, decision, Happening.DOUBTED, who, data={"reason": reason}, now=now)
    start_supervision(db, decision, rules=rules, now=now)
    by = "监督人" if who.id == decision.watcher_id else who.name
    owner = owner_name(db, decision)
    card = texts.doubted_card(decision, reason, owner=owner, by=by, now=now)
    movement = Movement(decision, event_id, now, rules, who, said_in)
    if decision.owner_id is not None:
        tell_owner(db, movement, card)
    owners = [decision.owner_id] if decision.owner_id else []
    tell_circle(db, movement, to_residents=texts.doubted(decision), to_workers=card, but=owners)
    return decision


def _ensure_has_word(db: Connection, who: Person, decision: Decision) -> None:
    if who.id != decision.watcher_id and who.role not in COMMUNITY_ROLES:
        may_see = decision_lists.may_see(db, decision, viewer_of(db, who))
        raise NotTheWatcher(decision.number) if may_see else NoSuchDecision(decision.number)
    if decision.status is DecisionStatus.OPEN:
        shown = "责任方" if who.role in RESIDENTS else owner_name(db, decision)
        raise NotReportedDone(decision.number, shown)
    ensure_stands(decision, (DecisionStatus.REPORTED_DONE,), "再核实")


def _ensure_silent(db: Connection, decision: Decision, *, now: datetime) -> None:
    """Staff's word counts when nobody else's is waited for."""
    reported = _last(db, decision, Happening.REPORTED_DONE)
    asked = consultation.happenings_of(db, Subject.DECISION, decision.id, kinds=(Happening.REMINDED,))
    is_staffs = any(
        (line.data or {}).get("asks") == Asked.STAFF for line in asked if reported and line.id > reported.id
    )
    if decision.watcher_id is None or is_staffs or reported is None:
        return
    until = reported.happened_at + SILENT_AFTER
    if now < until:
        raise WatcherFirst(decision.number, moment_text(until))


def _steps(db: Connection, decision: Decision, reported: HappeningRow) -> list[tuple[Asked, datetime]]:
    """Who is still to be asked since it was reported done, each with when, in order."""
    lines = consultation.happenings_of(db, Subject.DECISION, decision.id, kinds=(Happening.REMINDED,))
    asked = {(line.data or {}).get("asks"): line.happened_at for line in lines if line.id > reported.id}
    at = reported.happened_at
    staff_at = asked.get(Asked.STAFF, at + SILENT_AFTER if decision.watcher_id else at)
    steps = [
        (Asked.STAFF, at + SILENT_AFTER),
        (Asked.HEAD, same_time_after_working_days(staff_at, STAFF_AGAIN_AFTER)),
    ]
    if decision.watcher_id is not None and Asked.STAFF not in asked:
        steps.insert(0, (Asked.WATCHER_AGAIN, at + REMIND_AFTER))
    return [(step, moment) for step, moment in steps if step.value not in asked]


def _ask(db: Connection, movement: Movement, step: Asked, reported: HappeningRow) -> None:
    decision = movement.decision
    if step is Asked.WATCHER_AGAIN:
        owner, until = owner_name(db, decision), reported.happened_at + SILENT_AFTER
        wanted = texts.word_wanted(decision, owner=owner, until=until, is_again=True)
        tell_watcher(db, movement, wanted)
    else:
        _ask_staff(db, movement, "监督人三天没有答复" if step is Asked.STAFF else "还没有核实", step=step)


def _ask_staff(db: Connection, movement: Movement, why: str, *, step: Asked = Asked.STAFF) -> None:
    """Staff are asked at the desk, their head mentioned when it is asked again."""
    decision = movement.decision
    text = texts.to_be_confirmed(decision, owner=owner_name(db, decision), why=why)
    heads = people.people_with_roles(db, decision.community_id, (Role.HEAD,)) if step is Asked.HEAD else []
    here = replace(movement, said_in="")  # also where it was said: it is a question
    tell_desk(db, here, text, about="confirm", called=heads[0].id if heads else None)


def _last(db: Connection, decision: Decision, kind: Happening) -> HappeningRow | None:
    lines = consultation.happenings_of(db, Subject.DECISION, decision.id, kinds=(kind,))
    return lines[-1] if lines else None


def _wake(db: Connection, decision: Decision, due: datetime) -> None:
    consultation.set_wake(
        db,
        Subject.DECISION,
        decision.id,
        WakeKind.CONFIRMATION,
        community_id=decision.community_id,
        due_at=due,
    )
