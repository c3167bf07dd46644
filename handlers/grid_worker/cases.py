"""What a worker does with a case: take it, report on it, settle it, look at it."""

import re
from typing import Any

from sqlalchemy import Connection

from handlers.cases.attaching import all_sent_of
from handlers.cases.handling import COMMUNITY_ROLES, claim_case, report_progress, resolve_case
from handlers.cases.mediating import agreed_result
from handlers.cases.proof import add_proof
from handlers.cases.rights import ensure_may_act
from handlers.cases.states import CaseAction
from handlers.errors import ResultMissing, UserError
from handlers.errors.cards import NothingToDo
from handlers.grid_worker import photos
from handlers.grid_worker.decision_meant import hinted, progress_of_only
from handlers.grid_worker.lookup import case_meant, text_of, year_of
from handlers.grid_worker.mediations import mediation_lines
from handlers.grid_worker.naming import ask_result
from handlers.grid_worker.protected import care_lines
from handlers.grid_worker.router import router
from handlers.grid_worker.several import for_each
from handlers.grid_worker.sheets import assignment_lines
from handlers.notices.assignments import words_for_units
from handlers.notices.cards import can_be_taken, present_card, task_of
from handlers.notices.reaching import estate_of, has_readers
from handlers.notices.words import words_for_staff, words_for_workers
from handlers.privacy import public_wording
from handlers.replies import residents, workers
from handlers.turn import Reply, Turn
from nlp.actions import Action
from storage import cases as case_rows
from storage import people, urges
from storage.models.cases import Case, CaseStatus, EventKind
from storage.models.outbox import Channel
from storage.models.people import Role
from storage.undelivered import undelivered_of_case
from storage.writers import savepoint

LATER_WORDS = (EventKind.SUPPLEMENTED, EventKind.JOINED, EventKind.REOPENED)
FURTHER = re.compile(
    r"[\s，,。;；]*(?:顺便|顺带|另外|同时|再)(?:帮我)?(?:登记|上报)(?:一下)?[\s:：]*(?P<words>.{4,})$"
)
SHOWN = 3  # of what was said later


@router.on(Action.CLAIM)
def claim(turn: Turn) -> Reply:
    """接单 23, 接单 5 6 7"""
    return for_each(turn, "接单 23", CaseAction.CLAIM, do=_claim)


@router.on(Action.PROGRESS)
def progress(turn: Turn) -> Reply:
    """进展 23 已联系疏通队, 进展 23、24 已联系物业"""
    try:
        return for_each(turn, "进展 23 已联系疏通队", CaseAction.PROGRESS, do=_progress)
    except NothingToDo:
        if (told := progress_of_only(turn)) is None:
            raise
        return told
    except UserError as refusal:
        raise hinted(turn, refusal, "进展") from refusal


@router.on(Action.RESOLVE)
def resolve(turn: Turn) -> Reply:
    """办结 23 管道已疏通, 办结 23 24 都修好了"""
    try:
        with savepoint(turn.db):
            return for_each(turn, "办结 23 管道已疏通", CaseAction.RESOLVE, do=_resolve)
    except ResultMissing as missing:
        return ask_result(turn, missing.number, year_of(turn), text=str(missing))
    except UserError as refusal:
        raise hinted(turn, refusal, "办结") from refusal


@router.on(Action.SHOW)
def show(turn: Turn) -> Reply:
    """查 23; a worker looks at cases of the own grids only."""
    case = case_meant(turn, "查 23")
    _ensure_may_look(turn, case)
    return Reply(_detail(turn, case), _buttons(turn, case))


def _ensure_may_look(turn: Turn, case: Case) -> None:
    if turn.person.role is Role.GRID_WORKER:
        ensure_may_act(turn.db, turn.person, case)


def _buttons(turn: Turn, case: Case) -> dict[str, Any] | None:
    """What nobody has taken yet can be taken below its detail, where the robot can show buttons."""
    is_worker = turn.person.role is not Role.UNIT_MEMBER
    if turn.message.channel != Channel.WECOM_ROBOT or not is_worker or not can_be_taken(case):
        return None
    last = case_rows.events_of(turn.db, case.id)[-1]
    asked = f"{turn.now.timestamp() * 1000:.0f}"  # a card asked for again is another card
    return present_card(turn.db, case, task_id=task_of(case, last.id, asked), now=turn.now)


def _claim(turn: Turn, case: Case) -> str:
    claimed = claim_case(turn.db, turn.person, case.id, now=turn.now, said_in=turn.message.chat)
    return workers.claimed_in_group(claimed, turn.person.name, has_readers=has_readers(turn.db, claimed))


def _progress(turn: Turn, case: Case) -> str:
    """What was sent with the words, or just before them, stands with the case."""
    if turn.command.args.get("query"):
        _ensure_may_look(turn, case)
        return _detail(turn, case)
    case = report_progress(turn.db, turn.person, case.id, text_of(turn, "note"), now=turn.now)
    add_proof(turn.db, turn.person, case.id, all_sent_of(turn.message), now=turn.now)
    return workers.progressed_in_group(case, has_readers=has_readers(turn.db, case))


def _resolve(turn: Turn, case: Case) -> str:
    sent, said = all_sent_of(turn.message), text_of(turn, "result")
    further = FURTHER.search(said)
    result = said[: further.start()] if further and further.start() else said
    if sent and not agreed_result(turn.db, case, result):
        return photos.proof_taken(turn, case).text
    case = resolve_case(
        turn.db,
        turn.person,
        case.id,
        result,
        now=turn.now,
        rules=turn.rules,
        sent=sent,
        said_in=turn.message.chat,
    )
    is_told = bool(public_wording(case.resolution))
    done = workers.resolved_in_group(case, is_told=is_told, has_readers=has_readers(turn.db, case))
    return done + (
        turn.say("report_apart", words=further["words"]).text if result != said and further else ""
    )


def said_later(db: Connection, case: Case) -> list[str]:
    """The last of what residents said of the case after it was opened; for staff alone."""
    events = case_rows.events_of(db, case.id, kinds=LATER_WORDS)
    words = (str((each.data or {}).get("text") or (each.data or {}).get("reason") or "") for each in events)
    said = [each for each in words if each and each != case.summary]
    return [words_for_staff(db, case, each) for each in said[-SHOWN:]]


def _detail(turn: Turn, case: Case) -> str:
    if case.handler_id:
        handler = people.person_by_id(turn.db, case.handler_id).name
    else:
        handler = "还没有人接单" if case.status is CaseStatus.REGISTERED else "社区"
    is_alone_with_staff = turn.person.role in COMMUNITY_ROLES and not turn.message.chat
    is_hidden = case.is_confidential and not is_alone_with_staff  # the one it is about may read the group
    words = (words_for_staff if is_alone_with_staff else words_for_workers)(turn.db, case, case.summary)
    if turn.person.role is Role.UNIT_MEMBER:
        words = words_for_units(turn.db, case)
    urged = urges.number_of_urges(turn.db, case.id)
    detail = residents.case_detail(case, estate_of(turn.db, case), handler, words=words)
    lines = [detail, *([f"居民催办：{urged}次"] if urged else [])]
    lines += assignment_lines(turn, case, is_hidden=is_hidden) + mediation_lines(turn, case)
    lines += care_lines(turn, case)
    lines += [f"补充：{each}" for each in said_later(turn.db, case)] if is_alone_with_staff else []
    is_unit = turn.person.role is Role.UNIT_MEMBER
    missed = 0 if is_unit else undelivered_of_case(turn.db, case.id)
    lines += [turn.say("undelivered", count=missed).text] if missed else []
    return "\n".join(lines)
