"""Meetings: 议 23 with time and place calls one, without it is a wish; 邀请 and 纪要 belong to a meeting."""

from handlers.cases.consulting import propose_consultation
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.cases.states import CaseAction
from handlers.errors import NotAllowed
from handlers.errors.meetings import InviteByMeeting, MinutesByProgress, RemindByUrging
from handlers.grid_worker.lookup import case_meant, text_of
from handlers.grid_worker.router import router
from handlers.meetings.calling import MeetingRequest, call_meeting
from handlers.replies import workers
from handlers.turn import Reply, Turn
from nlp.actions import Action
from nlp.commands import parsed_time
from storage.models.cases import Case
from storage.models.people import Role

EXAMPLE = "议 23 周五15:00 居委会会议室"


@router.on(Action.CONSULT, Action.SCHEDULE_MEETING)
def consult(turn: Turn) -> Reply:
    """议 23 周五15:00 居委会会议室; a worker's 议 23 asks staff to call a meeting."""
    case = case_meant(turn, EXAMPLE, CaseAction.CONSULT)
    request = MeetingRequest(parsed_time(turn.command), text_of(turn, "place"))
    is_wish = request.starts_at is None and not request.place
    if is_wish and turn.person.role not in COMMUNITY_ROLES:
        return Reply(proposed(turn, case))
    called = call_meeting(turn.db, turn.person, case.id, request, now=turn.now, rules=turn.rules)
    return Reply(workers.meeting_in_group(called.case, called.meeting))


def proposed(turn: Turn, case: Case) -> str:
    """Staff are asked for a meeting; what whoever asks reads."""
    done = propose_consultation(turn.db, turn.person, case.id, now=turn.now)
    return workers.proposed_in_group(done.case, is_new=done.is_new)


@router.on(Action.INVITE)
def invite(turn: Turn) -> Reply:
    """邀请 23 王大妈: those concerned are invited by the meeting itself"""
    _ensure_of_community(turn, "邀请人开会")
    raise InviteByMeeting(_number(turn))


@router.on(Action.MINUTES)
def minutes(turn: Turn) -> Reply:
    """纪要 23 大家同意装灯: what was agreed is told as progress until meetings keep minutes"""
    _ensure_of_community(turn, "写纪要")
    raise MinutesByProgress(_number(turn))


@router.on(Action.REMIND)
def remind(turn: Turn) -> Reply:
    """提醒 23: staff press with 催, a worker reads the case's deadline in 查"""
    _ensure_of_community(turn, "提醒别人")
    raise RemindByUrging(_number(turn), is_staff=turn.person.role in COMMUNITY_ROLES)


def _ensure_of_community(turn: Turn, what: str) -> None:
    if turn.person.role is Role.UNIT_MEMBER:
        raise NotAllowed(what)


def _number(turn: Turn) -> int:
    return turn.command.case or 23
