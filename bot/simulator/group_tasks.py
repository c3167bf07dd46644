"""Group-send tasks: made by the product, sent only when the group's owner taps 确认发送."""

import calendar
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.simulator.feed import Feed
from bot.simulator.wire import Json

LOCAL = ZoneInfo("Asia/Shanghai")  # whose calendar month the cap follows
NOT_SENT, SENT, CAP_REACHED = 0, 1, 3  # status values of get_groupmsg_send_result
KEPT = 500  # tasks


@dataclass
class GroupTask:
    msgid: str
    sender: str  # userid of the owner who has to tap
    text: str
    attachments: tuple[Mapping[str, Any], ...]
    created_at: datetime
    status: dict[str, int]  # chat id to status
    sent_at: dict[str, datetime] = field(default_factory=dict)

    @property
    def is_waiting(self) -> bool:
        return NOT_SENT in self.status.values()

    def as_json(self) -> Json:
        return {
            "id": self.msgid,
            "sender": self.sender,
            "text": self.text,
            "attachments": [dict(a) for a in self.attachments],
            "created_at": self.created_at.isoformat(),
            "waiting": self.is_waiting,
            "chats": [
                {"chat": chat, "status": status, "sent_at": _iso(self.sent_at.get(chat))}
                for chat, status in self.status.items()
            ],
        }


class GroupTasks:
    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._tasks: dict[str, GroupTask] = {}
        self._received: Counter[tuple[str, str]] = Counter()  # per chat and month

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
        self._feed.publish("task", task.as_json())
        return task

    def confirm(self, task: GroupTask, chats: list[str], *, now: datetime) -> list[str]:
        """The chats that get the message now; the others have had their month's share."""
        reached: list[str] = []
        for chat in chats:
            if task.status.get(chat) != NOT_SENT:
                continue
            if self._is_full(chat, now):
                task.status[chat] = CAP_REACHED
                continue
            self._received[(chat, _month(now))] += 1
            task.status[chat] = SENT
            task.sent_at[chat] = now
            reached.append(chat)
        self._feed.publish("task", task.as_json())
        return reached

    def received(self, chat: str, *, now: datetime) -> int:
        """How many such messages the group has had this month."""
        return self._received[(chat, _month(now))]

    def _is_full(self, chat: str, now: datetime) -> bool:
        local = now.astimezone(LOCAL)
        cap = calendar.monthrange(local.year, local.month)[1]  # as many as the month has days
        return self._received[(chat, _month(now))] >= cap


def _month(now: datetime) -> str:
    return now.astimezone(LOCAL).strftime("%Y-%m")


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
