"""Meetings are looked at, changed, moved, postponed, cancelled, begun, ended and put away."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from handlers.grid_worker.meeting_calls import called as called_text
from handlers.grid_worker.meeting_calls import counted, ensure_day_exists, worded
from handlers.grid_worker.router import router
from handlers.meetings import changing, showing
from handlers.meetings.calling import send_meeting
from handlers.meetings.capacity import seats_of
from handlers.meetings.changing import MeetingChange, MeetingMove
from handlers.meetings.closing import close_meeting
from handlers.meetings.ending import DOORS_OPEN, end_meeting, start_meeting
from handlers.meetings.finding import meeting_to_run
from handlers.meetings.plans import order_from
from handlers.meetings.states import AHEAD
from handlers.replies import meeting_views as views
from handlers.replies import meetings as texts
from handlers.surveys.closing import follow_meeting
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction
from storage import invitations
from storage import meetings as rows
from storage.models.meetings import Meeting, MeetingStatus

DRAFT, INVITED, POSTPONED = AHEAD
FINISHED = (MeetingStatus.MINUTED, MeetingStatus.FOLLOWED_UP)


@router.on(TableAction.MEETING_LIST)
def show_list(turn: Turn) -> Reply:
    """议事会列表"""
    found = showing.list_meetings(turn.db, turn.person)
    return worded(turn, views.list_text(found.unfinished, found.over, total=found.total, now=turn.now))


@router.on(TableAction.MEETING_SHOW)
def show(turn: Turn) -> Reply:
    """议事会5"""
    number = turn.table_word.number if turn.table_word else None
    if number is None:
        return show_list(turn)
    found = showing.show_meeting(turn.db, turn.person, number)
    return worded(
        turn,
        views.meeting_text(
            found.meeting,
            found.topics,
            found.cases,
            chair=found.chair,
            counts=found.counts,
            decisions=found.decisions,
            remarks=found.remarks,
        ),
    )


@router.on(TableAction.MEETING_SET)
def set_properties(turn: Turn) -> Reply:
    """议事会5 名额30, 议事会5 主持 李强, 议事会5 加议题3"""
    args = _args(turn)
    meeting = _meant(turn, AHEAD, "议事会{number} 名额30")
    change = MeetingChange(
        capacity=args.get("capacity"),
        chair=str(args.get("chair") or ""),
        title=str(args.get("title") or ""),
        online=str(args.get("online") or ""),
        minutes_long=args.get("minutes_long"),
        add=order_from({"topics": args.get("topics"), "cases": args.get("cases")}),
        drop=tuple(int(each) for each in args.get("drop") or ()),
    )
    done = changing.set_meeting(
        turn.db, turn.person, meeting, change, secret=turn.secret, now=turn.now, rules=turn.rules
    )
    is_told = bool(change.online) and done.meeting.online != done.before.online
    text = texts.changed_text(done.meeting, is_moved=is_told, remarks=done.remarks)
    coming = seats_of(done.meeting, invitations.invitations_of(turn.db, meeting.id)).coming
    return worded(turn, text + (texts.fewer_seats(done.meeting, coming) if change.capacity else ""))


@router.on(TableAction.MEETING_MOVE)
def move(turn: Turn) -> Reply | None:
    """议事会5 改到 周六10:00 地点 党群活动室; 议事会 23 周六10:00 may mean a case"""
    args = _args(turn)
    if args.get("may_be_case") and not _is_ahead(turn):
        return None
    meeting = _meant(turn, AHEAD, "议事会{number} 改到 周六10:00")
    time, later = args.get("time"), args.get("later")
    ensure_day_exists(turn, has_time=isinstance(time, str))
    wanted = MeetingMove(
        datetime.fromisoformat(time) if isinstance(time, str) else None,
        bool(args.get("has_clock", True)),
        str(args.get("place") or ""),
        str(args.get("online") or ""),
        later=timedelta(minutes=later) if isinstance(later, int) else None,
    )
    done = changing.move_meeting(turn.db, turn.person, meeting, wanted, now=turn.now, rules=turn.rules)
    return worded(turn, texts.changed_text(done.meeting, is_moved=True, remarks=done.remarks))


@router.on(TableAction.MEETING_POSTPONE)
def postpone(turn: Turn) -> Reply:
    """推迟议事会5 物业来不了"""
    meeting = _meant(turn, [INVITED], "推迟议事会{number} 物业来不了")
    reason = str(_args(turn).get("reason") or "")
    done = changing.postpone_meeting(turn.db, turn.person, meeting, reason, now=turn.now, rules=turn.rules)
    return worded(turn, texts.postponed_text(done))


@router.on(TableAction.MEETING_CANCEL)
def cancel(turn: Turn) -> Reply:
    """取消议事会5 两家和好了"""
    meeting = _meant(turn, AHEAD, "取消议事会{number} 两家和好了")
    reason = str(_args(turn).get("reason") or "")
    done = changing.cancel_meeting(turn.db, turn.person, meeting, reason, now=turn.now, rules=turn.rules)
    return worded(turn, texts.cancelled_text(done, was_draft=meeting.status is DRAFT))


@router.on(TableAction.MEETING_INVITE)
def invite(turn: Turn) -> Reply:
    """邀请 议事会5 王大妈、枫桥物业; 必到 议事会5 枫桥物业"""
    args = _args(turn)
    meeting = _meant(turn, AHEAD, "邀请 议事会{number} 王大妈、枫桥物业")
    invited = changing.invite_to_meeting(
        turn.db,
        turn.person,
        meeting,
        [str(each) for each in args.get("names") or ()],
        is_required=bool(args.get("required")),
        now=turn.now,
        rules=turn.rules,
    )
    if invited is None:
        return worded(turn, texts.kept_for_draft(meeting))
    return worded(turn, texts.invited_text(meeting, told=counted(invited), known=invited.known))


@router.on(TableAction.MEETING_SEND)
def send(turn: Turn) -> Reply:
    """发出邀请 议事会5"""
    meeting = _meant(turn, [DRAFT], "发出邀请 议事会{number}")
    done = send_meeting(turn.db, turn.person, meeting, secret=turn.secret, now=turn.now, rules=turn.rules)
    return worded(turn, called_text(done))


@router.on(TableAction.MEETING_START)
def start(turn: Turn) -> Reply:
    """开始议事会5"""
    meeting = _meant(turn, [INVITED], "开始议事会{number}", is_now=True)
    started = start_meeting(turn.db, turn.person, meeting, code=turn.code, now=turn.now)
    follow_meeting(turn.db, started, now=turn.now, rules=turn.rules)
    return worded(turn, texts.started_text(started))


@router.on(TableAction.MEETING_HELD)
def end(turn: Turn) -> Reply | None:
    """散会 议事会5; 散会 alone where one is under way"""
    if turn.table_word is not None and turn.table_word.number is None and not _is_any_now(turn):
        return None
    meeting = _meant(turn, [INVITED], "散会 议事会{number}", is_now=True)
    held = end_meeting(turn.db, turn.person, meeting, now=turn.now)
    return worded(turn, texts.held_text(held, rows.counts_of(turn.db, held.id)))


@router.on(TableAction.MEETING_CLOSE)
def close(turn: Turn) -> Reply:
    """归档议事会5"""
    meeting = _meant(turn, FINISHED, "归档议事会{number}")
    closed = close_meeting(turn.db, turn.person, meeting, now=turn.now, rules=turn.rules)
    return worded(turn, texts.closed_text(closed))


def _meant(turn: Turn, of: Collection[MeetingStatus], example: str, *, is_now: bool = False) -> Meeting:
    """The meeting the words name, held, of somebody who may run it; `is_now`: of several one under way."""
    return meeting_to_run(
        turn.db,
        turn.person,
        turn.table_word.number if turn.table_word else None,
        of=of,
        example=example,
        may_be=(lambda each: _is_under_way(turn, each)) if is_now else lambda _: True,
    )


def _is_under_way(turn: Turn, meeting: Meeting) -> bool:
    return meeting.starts_at is not None and meeting.starts_at - DOORS_OPEN <= turn.now


def _is_any_now(turn: Turn) -> bool:
    found, _ = rows.meetings_in(turn.db, turn.person.community_id or 0, [INVITED], limit=1)
    return any(_is_under_way(turn, each) for each in found)


def _is_ahead(turn: Turn) -> bool:
    number = turn.table_word.number if turn.table_word else None
    found = rows.meeting_numbered(turn.db, turn.person.community_id or 0, number or 0)
    return found is not None and found.status in AHEAD


def _args(turn: Turn) -> Mapping[str, Any]:
    return turn.table_word.args if turn.table_word else {}
