"""Which action leads a meeting from where to where, as data."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from handlers.errors.meetings import MeetingMoveNotAllowed
from storage.models.meetings import Meeting, MeetingStatus

S = MeetingStatus


class MeetingAction(StrEnum):
    """What people, and time, do to a meeting."""

    SEND = "send"
    SET = "set"
    MOVE = "move"  # another time or place; a postponed one has a time again
    INVITE = "invite"
    POSTPONE = "postpone"
    CANCEL = "cancel"
    START = "start"
    HOLD = "hold"
    MINUTE = "minute"  # also a later addition or correction
    FOLLOW_UP = "follow_up"  # no decision is open any more
    CLOSE = "close"


A = MeetingAction

MOVES: Final[Mapping[tuple[MeetingStatus, MeetingAction], MeetingStatus]] = {
    (S.DRAFT, A.SEND): S.INVITED,
    (S.DRAFT, A.SET): S.DRAFT,
    (S.DRAFT, A.MOVE): S.DRAFT,
    (S.DRAFT, A.INVITE): S.DRAFT,
    (S.DRAFT, A.CANCEL): S.CANCELLED,
    (S.INVITED, A.SET): S.INVITED,
    (S.INVITED, A.MOVE): S.INVITED,
    (S.INVITED, A.INVITE): S.INVITED,
    (S.INVITED, A.POSTPONE): S.POSTPONED,
    (S.INVITED, A.CANCEL): S.CANCELLED,
    (S.INVITED, A.START): S.INVITED,
    (S.INVITED, A.HOLD): S.HELD,
    (S.INVITED, A.MINUTE): S.MINUTED,  # nobody said 散会
    (S.POSTPONED, A.SET): S.POSTPONED,
    (S.POSTPONED, A.MOVE): S.INVITED,
    (S.POSTPONED, A.INVITE): S.POSTPONED,
    (S.POSTPONED, A.CANCEL): S.CANCELLED,
    (S.HELD, A.MINUTE): S.MINUTED,
    (S.MINUTED, A.MINUTE): S.MINUTED,
    (S.MINUTED, A.FOLLOW_UP): S.FOLLOWED_UP,
    (S.FOLLOWED_UP, A.MINUTE): S.MINUTED,  # something more was agreed, and is to be kept
    (S.FOLLOWED_UP, A.CLOSE): S.CLOSED,
}

STATUS_LABELS: Final[Mapping[MeetingStatus, str]] = {
    S.DRAFT: "草稿",
    S.INVITED: "已通知",
    S.POSTPONED: "已推迟",
    S.HELD: "已开",
    S.MINUTED: "已有纪要",
    S.FOLLOWED_UP: "已落实",
    S.CLOSED: "已归档",
    S.CANCELLED: "已取消",
}

ACTION_LABELS: Final[Mapping[MeetingAction, str]] = {
    A.SEND: "发出邀请",
    A.SET: "修改",
    A.MOVE: "改期",
    A.INVITE: "邀请",
    A.POSTPONE: "推迟",
    A.CANCEL: "取消",
    A.START: "开始",
    A.HOLD: "散会",
    A.MINUTE: "写纪要",
    A.FOLLOW_UP: "结束跟踪",
    A.CLOSE: "归档",
}

AHEAD: Final = (S.DRAFT, S.INVITED, S.POSTPONED)  # not held yet
UNFINISHED: Final = (*AHEAD, S.HELD, S.MINUTED, S.FOLLOWED_UP)


def next_status(meeting: Meeting, action: MeetingAction) -> MeetingStatus:
    """Where the action leads; `MeetingMoveNotAllowed` when it cannot be done from where it stands."""
    after = MOVES.get((meeting.status, action))
    if after is None:
        raise MeetingMoveNotAllowed(
            meeting.number, STATUS_LABELS[meeting.status], ACTION_LABELS[action], status=meeting.status
        )
    return after
