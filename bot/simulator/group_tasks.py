"""Group-send tasks: made by the product, sent only when the group's owner taps 确认发送."""

import calendar
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.simulator.allowances import LOCAL
from bot.simulator.feed import Feed
from bot.simulator.wire import ApiError, Json

NOT_SENT, SENT, NOT_REACHED, CAP_REACHED = 0, 1, 2, 3  # status values of get_groupmsg_send_result
KEPT = 5000  # tasks
LONGEST_PERIOD = timedelta(days=31)
REMINDERS, REMINDED_WITHIN = 3, timedelta(hours=24)  # per task, WW/97610
# What the administrator may set as most messages of a group, WW/92135; None: as many as the month has days
RECEIVE_LIMITS: Mapping[str, int | None] = {"month": None, "week": 7, "day": 1}
TASK_OVER = 41093  # unverified: the task is cancelled, or was sent already
REMINDED_TOO_OFTEN = 41094  # unverified


@dataclass
class GroupTask:
    msgid: str
    sender: str  # userid of the owner who has to tap
    text: str
    attachments: tuple[Mapping[str, Any], ...]
    created_at: datetime
    status: dict[str, int]  # chat id to status
    sent_at: dict[str, datetime] = field(default_factory=dict)
    reminded_at: list[datetime] = field(default_factory=list)
    is_cancelled: bool = False

    @property
    def is_waiting(self) -> bool:
        return not self.is_cancelled and NOT_SENT in self.status.values()

    def as_json(self) -> Json:
        return {
            "id": self.msgid,
            "sender": self.sender,
            "text": self.text,
            "attachments": [dict(a) for a in self.attachments],
            "created_at": self.created_at.isoformat(),
            "waiting": self.is_waiting,
            "cancelled": self.is_cancelled,
            "reminded_at": [at.isoformat() for at in self.reminded_at],
            "chats": [
                {"chat": chat, "status": status, "sent_at": _iso(self.sent_at.get(chat))}
                for chat, status in self.status.items()
            ],
        }


class GroupTasks:
    """`period`: the month, week or day of which the administrator lets a group receive only so many."""

    def __init__(self, feed: Feed) -> None:
        self.period = "month"
        self._feed = feed
        self._tasks: dict[str, GroupTask] = {}
        self._received: dict[str, list[datetime]] = {}  # by chat

    def all(self) -> list[GroupTask]:
        """Oldest first."""
        return list(self._tasks.values())

    def get(self, msgid: str) -> GroupTask | None:
        return self._tasks.get(msgid)

    def add(
        self, sender: str, text: str, chats: list[str], *, attachments: list[Json], now: datetime
    ) -> GroupTask:
        msgid = "msg" + secrets.token_urlsafe(24)
        task = GroupTask(msgid, sender, text, tuple(attachments), now, dict.fromkeys(chats, NOT_SENT))
        self._tasks[msgid] = task
        while len(self._tasks) > KEPT:
            del self._tasks[next(iter(self._tasks))]
        self._tell(task)
        return task

    def confirm(
        self, task: GroupTask, chats: list[str], *, owned: Collection[str], now: datetime
    ) -> list[str]:
        """The chats that get the message now.

        The others have had their share, or are none of the sender's (`owned`) any more.
        """
        reached: list[str] = []
        for chat in chats:
            if task.status.get(chat) == NOT_SENT:
                task.status[chat] = self._send(chat, is_owned=chat in owned, now=now)
                if task.status[chat] == SENT:
                    task.sent_at[chat] = now
                    reached.append(chat)
        self._tell(task)
        return reached

    def remind(self, task: GroupTask, *, now: datetime) -> None:
        """The owner is told again; ApiError above three times in a day, or when nothing waits."""
        if not task.is_waiting:
            raise ApiError(TASK_OVER, "the task is over")
        recent = [at for at in task.reminded_at if at > now - REMINDED_WITHIN]
        if len(recent) >= REMINDERS:
            raise ApiError(REMINDED_TOO_OFTEN, "remind too often")
        task.reminded_at.append(now)
        self._tell(task)

    def cancel(self, task: GroupTask) -> None:
        """What has not been sent never will be; ApiError when nothing waits."""
        if not task.is_waiting:
            raise ApiError(TASK_OVER, "the task is over")
        task.is_cancelled = True
        self._tell(task)

    def received(self, chat: str, *, now: datetime) -> int:
        """How many such messages the group has had this month."""
        return self._received_since(chat, _start("month", now))

    def left(self, chat: str, *, now: datetime) -> int:
        """How many more the group may have in the period that is now."""
        local = now.astimezone(LOCAL)
        limit = RECEIVE_LIMITS[self.period] or calendar.monthrange(local.year, local.month)[1]
        return limit - self._received_since(chat, _start(self.period, now))

    def _send(self, chat: str, *, is_owned: bool, now: datetime) -> int:
        if not is_owned:
            return NOT_REACHED
        if self.left(chat, now=now) <= 0:
            return CAP_REACHED
        recent = [at for at in self._received.get(chat, []) if at > now - LONGEST_PERIOD]
        self._received[chat] = [*recent, now]
        return SENT

    def _received_since(self, chat: str, start: datetime) -> int:
        return sum(1 for at in self._received.get(chat, ()) if at >= start)

    def _tell(self, task: GroupTask) -> None:
        self._feed.publish("task", task.as_json())


def _start(period: str, now: datetime) -> datetime:
    """When the calendar month, the week from Monday, or the day began."""
    today = now.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "month":
        return today.replace(day=1)
    return today - timedelta(days=today.weekday() if period == "week" else 0)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
