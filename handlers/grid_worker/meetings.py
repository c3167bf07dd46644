"""议 23 with time and place calls a meeting, without them it is a wish; and how other words are said now."""

import re
from dataclasses import replace
from typing import Final

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.cases.states import CaseAction
from handlers.errors import NotAllowed
from handlers.errors.meetings import (
    CALL,
    InviteByMeeting,
    MinutesByProgress,
    NoMeetingAhead,
    RemindByUrging,
    WhichMeeting,
)
from handlers.grid_worker.lookup import case_meant, text_of
from handlers.grid_worker.meeting_calls import arrange, proposed
from handlers.grid_worker.router import router
from handlers.meetings.finding import LOOKED_AT
from handlers.meetings.plans import LONGEST_TITLE, MeetingOrder, order_from
from handlers.meetings.states import AHEAD, UNFINISHED
from handlers.replies.formats import meeting_time
from handlers.turn import Reply, Turn
from nlp.actions import Action
from nlp.characters import fold
from nlp.commands import parsed_time, without_mention
from nlp.consultation.meeting_calls import OF_CASE, read_answer
from nlp.places import Places
from nlp.times import find_moments
from storage import cases as case_rows
from storage import meetings as rows
from storage.models.people import Role

EXAMPLE = "议 23 周五15:00 居委会会议室"
MOVED: Final = re.compile(r"改[到在为期成]|推迟|延[到期后]|提前|放到|会期")
ANYBODY: Final = re.compile(r"^(?:大家|居民|业主|各位|所有人|到位|全体|一下)")


@router.on(Action.CONSULT, Action.SCHEDULE_MEETING)
def consult(turn: Turn) -> Reply:
    """议 23 周五15:00 居委会会议室; a worker's 议 23 asks staff for a meeting, staff's 议 23 asks when"""
    if turn.command.case is None and turn.command.action is Action.SCHEDULE_MEETING:
        _ensure_is_new(turn)
        if _is_about_something_else(turn):
            return arrange(turn, _order(turn))
    case = case_meant(turn, EXAMPLE, CaseAction.CONSULT)
    order = replace(_order(turn), case_ids=(case.id,), cases=())
    is_wish = order.starts_at is None and not order.has_place
    if is_wish and turn.person.role not in COMMUNITY_ROLES:
        return Reply(proposed(turn, case))
    return arrange(turn, order)


@router.on(Action.INVITE)
def invite(turn: Turn) -> Reply:
    """邀请 23 王大妈: those concerned are invited by the meeting itself"""
    _ensure_of_community(turn, "邀请人开会")
    raise InviteByMeeting(_number(turn), _meeting_of_case(turn))


@router.on(Action.MINUTES)
def minutes(turn: Turn) -> Reply:
    """纪要 23 大家同意装灯: the minutes belong to the meeting; without one it is told as progress"""
    _ensure_of_community(turn, "写纪要")
    raise MinutesByProgress(_number(turn), _meeting_of_case(turn))


@router.on(Action.REMIND)
def remind(turn: Turn) -> Reply:
    """提醒 23: staff press with 催, a worker reads the case's deadline in 查"""
    _ensure_of_community(turn, "提醒别人")
    raise RemindByUrging(_number(turn), is_staff=turn.person.role in COMMUNITY_ROLES)


def _ensure_is_new(turn: Turn) -> None:
    """Which meeting is cancelled or moved must be said by its number."""
    is_cancelled = bool(turn.command.args.get("cancel"))
    if not is_cancelled and not MOVED.search(turn.message.text):
        return
    example = "取消议事会{number} 原因" if is_cancelled else "议事会{number} 改到 周六10:00"
    found, _ = rows.meetings_in(turn.db, turn.person.community_id or 0, AHEAD, limit=LOOKED_AT)
    if not found:
        raise NoMeetingAhead(CALL)
    known = [(each.number, meeting_time(each)) for each in found]
    raise WhichMeeting(known, example.format(number=found[0].number))


def _is_about_something_else(turn: Turn) -> bool:
    """A topic is named and no case: staff call a meeting about that; a grid worker's is about a case."""
    return turn.person.role in COMMUNITY_ROLES and bool(text_of(turn, "topic"))


def _order(turn: Turn) -> MeetingOrder:
    """What the command says of the meeting; behind 议 23 also 名额, 主持, 邀请 and the like."""
    typed = without_mention(turn.message.text, "回音")
    folded = fold(typed)
    places = Places.of([(each.name, each.aliases) for each in turn.estates])
    is_direct = OF_CASE.match(folded) is not None
    said = order_from(read_answer(typed, turn.now, places=places)) if is_direct else MeetingOrder()
    audience = text_of(turn, "audience")
    names = (audience,) if audience and not ANYBODY.match(audience) else ()
    return replace(
        said,
        starts_at=said.starts_at or parsed_time(turn.command),
        has_clock=any(each.has_clock for each in find_moments(folded, turn.now)),
        place=said.place or text_of(turn, "place"),
        title=(said.title or text_of(turn, "topic"))[:LONGEST_TITLE],
        names=said.names or names,
    )


def _meeting_of_case(turn: Turn) -> int | None:
    """The number of the meeting called for the case that is named; `None` when there is none."""
    if turn.command.case is None:
        return None
    community_id = turn.person.community_id or 0
    case = case_rows.case_numbered(turn.db, community_id=community_id, number=turn.command.case)
    found = rows.meetings_about_case(turn.db, case.id, UNFINISHED) if case else []
    return found[0].number if found else None


def _ensure_of_community(turn: Turn, what: str) -> None:
    if turn.person.role is Role.UNIT_MEMBER:
        raise NotAllowed(what)


def _number(turn: Turn) -> int:
    return turn.command.case or 23
