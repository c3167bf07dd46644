"""What a worker does with a case: take it, report on it, settle it, look at it."""

from sqlalchemy import Connection

from handlers.cases.attaching import all_sent_of
from handlers.cases.handling import COMMUNITY_ROLES, claim_case, report_progress, resolve_case
from handlers.cases.mediating import agreed_result
from handlers.cases.proof import add_proof
from handlers.cases.rights import ensure_may_act
from handlers.errors import UserError
from handlers.grid_worker import photos
from handlers.grid_worker.lookup import LISTED, case_meant, numbered, open_cases, text_of
from handlers.grid_worker.mediations import mediation_lines
from handlers.grid_worker.protected import care_lines
from handlers.grid_worker.router import router
from handlers.grid_worker.sheets import assignment_lines
from handlers.meetings import MeetingRequest, call_meeting
from handlers.notices.assignments import words_for_units
from handlers.notices.opening import words_for_staff, words_for_workers
from handlers.notices.reaching import estate_of
from handlers.privacy import public_wording
from handlers.replies import residents, workers
from handlers.turn import Reply, Turn
from nlp.actions import Action
from nlp.commands import parsed_time
from storage import cases as case_rows
from storage import people, urges
from storage.models.cases import Case, CaseStatus, EventKind
from storage.models.people import Role
from storage.undelivered import undelivered_of_case

LATER_WORDS = (EventKind.SUPPLEMENTED, EventKind.JOINED, EventKind.REOPENED)
SHOWN = 3  # of what was said later


@router.on(Action.CLAIM)
def claim(turn: Turn) -> Reply:
    """接单 23, 接单 5 6 7"""
    numbers = turn.command.args.get("cases")
    if not isinstance(numbers, list):
        return Reply(_claim(turn, case_meant(turn, "接单 23")))
    lines = []
    for number in numbers[:LISTED]:
        try:
            lines.append(_claim(turn, numbered(turn, int(str(number)))))
        except UserError as refusal:
            lines.append(str(refusal))
    return Reply("\n".join(lines))


@router.on(Action.PROGRESS)
def progress(turn: Turn) -> Reply:
    """进展 23 已联系疏通队"""
    case = case_meant(turn, "进展 23 已联系疏通队")
    if turn.command.args.get("query"):
        return _detail(turn, case)
    case = report_progress(turn.db, turn.person, case.id, text_of(turn, "note"), now=turn.now)
    if sent := all_sent_of(turn.message):
        add_proof(turn.db, turn.person, case.id, sent, now=turn.now)
    return Reply(workers.progressed_in_group(case))


@router.on(Action.RESOLVE)
def resolve(turn: Turn) -> Reply:
    """办结 23 管道已疏通"""
    case = case_meant(turn, "办结 23 管道已疏通")
    sent, result = all_sent_of(turn.message), text_of(turn, "result")
    if sent and not agreed_result(turn.db, case, result):
        return photos.proof_taken(turn, case)
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
    return Reply(workers.resolved_in_group(case, is_told=is_told))


@router.on(Action.CONSULT, Action.SCHEDULE_MEETING)
def consult(turn: Turn) -> Reply:
    """议 23 周五15:00 居委会会议室"""
    case = case_meant(turn, "议 23 周五15:00 居委会会议室")
    request = MeetingRequest(parsed_time(turn.command), text_of(turn, "place"))
    called = call_meeting(turn.db, turn.person, case.id, request, now=turn.now, rules=turn.rules)
    return Reply(workers.meeting_in_group(called.case, called.meeting))


@router.on(Action.SHOW)
def show(turn: Turn) -> Reply:
    """查 23; a worker looks at cases of the own grids only."""
    case = case_meant(turn, "查 23")
    if turn.person.role is Role.GRID_WORKER:
        ensure_may_act(turn.db, turn.person, case)
    return _detail(turn, case)


@router.on(Action.LIST_OPEN)
def list_open(turn: Turn) -> Reply:
    """今天未办"""
    cases = open_cases(turn)
    return Reply(workers.open_cases(cases)) if cases else turn.say("no_open_cases")


def _claim(turn: Turn, case: Case) -> str:
    claimed = claim_case(turn.db, turn.person, case.id, now=turn.now)
    return workers.claimed_in_group(claimed, turn.person.name)


def said_later(db: Connection, case: Case) -> list[str]:
    """The last of what residents said of the case after it was opened; for staff alone."""
    events = case_rows.events_of(db, case.id, kinds=LATER_WORDS)
    words = (str((each.data or {}).get("text") or (each.data or {}).get("reason") or "") for each in events)
    said = [each for each in words if each and each != case.summary]
    return [words_for_staff(db, case, each) for each in said[-SHOWN:]]


def _detail(turn: Turn, case: Case) -> Reply:
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
    return Reply("\n".join(lines))
