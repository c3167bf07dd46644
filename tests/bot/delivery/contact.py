"""Customer contact as the platform keeps it, without HTTP: tasks, taps, a group's share, and troubles."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.channels.errors import AnswerLost, TryAgain
from bot.channels.verdicts import CORPORATION
from bot.simulator.feed import Feed
from bot.simulator.group_tasks import GroupTask, GroupTasks
from bot.simulator.wire import ApiError
from tests.bot.watch import Watch

ADD, RESULT, LIST = "add_msg_template", "get_groupmsg_send_result", "get_groupmsg_list_v2"
REMIND, CANCEL = "remind_groupmsg_send", "cancel_groupmsg_send"
BUSY, NEVER_CAME, LOST = "busy", "never came", "lost"  # the last: done, and the answer is lost


class Contact:
    """Stands where `AccountApi` stands; `troubles` meet the next calls of that verb."""

    def __init__(self, watch: Watch) -> None:
        self.tasks = GroupTasks(Feed())
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.troubles: dict[str, deque[str]] = {}
        self._watch = watch

    def trouble(self, verb: str, *kinds: str) -> None:
        """What befalls the next calls of this verb, one after the other."""
        self.troubles.setdefault(verb, deque()).extend(kinds)

    def called(self, verb: str) -> list[Mapping[str, Any]]:
        """The bodies of the calls of this verb."""
        return [body for name, body in self.calls if name == verb]

    def waiting(self) -> list[GroupTask]:
        """The tasks on the owner's phone."""
        return [task for task in self.tasks.all() if task.is_waiting]

    def texts(self) -> list[str]:
        """What stands on the owner's phone."""
        return [task.text for task in self.waiting()]

    def tap(self, task: GroupTask) -> bool:
        """The owner confirms it; whether the group read it."""
        chats = list(task.status)
        return bool(self.tasks.confirm(task, chats, owned=chats, now=self._watch()))

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """As the platform answers, through what goes wrong on the way."""
        verb = path.rsplit("/", 1)[1]
        self.calls.append((verb, body))
        troubles = self.troubles.get(verb)
        trouble = troubles.popleft() if troubles else ""
        if trouble == BUSY:
            raise TryAgain("平台繁忙（-1）")
        if trouble == NEVER_CAME:
            raise AnswerLost
        try:
            answer = self._answer(verb, body)
        except ApiError as error:
            raise CORPORATION[error.errcode].as_error(error.errcode) from None
        if trouble == LOST:
            raise AnswerLost
        return {"errcode": 0} | answer

    def _answer(self, verb: str, body: Mapping[str, Any]) -> dict[str, Any]:
        now = self._watch()
        if verb == ADD:
            chats = list(body["chat_id_list"])
            task = self.tasks.add(body["sender"], body["text"]["content"], chats, attachments=[], now=now)
            return {"fail_list": [], "msgid": task.msgid}
        if verb == LIST:
            return self._listed(body)
        found = self.tasks.get(body["msgid"])
        assert found is not None
        if verb == REMIND:
            self.tasks.remind(found, now=now)
        elif verb == CANCEL:
            self.tasks.cancel(found)
        elif verb == RESULT:
            if found.is_cancelled:
                raise ApiError(41093, "cancelled")
            return {"send_list": [_sent(found, chat) for chat in found.status]}
        return {}

    def _listed(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Two at a time, so that there are pages."""
        start = datetime.fromtimestamp(body["start_time"], self._watch().tzinfo)
        end = datetime.fromtimestamp(body["end_time"], self._watch().tzinfo) + timedelta(seconds=1)
        records = [
            {"msgid": task.msgid, "text": {"content": task.text}}
            for task in self.tasks.all()
            if start <= task.created_at <= end
        ]
        first = int(body.get("cursor") or 0)
        more = str(first + 2) if first + 2 < len(records) else ""
        return {"group_msg_list": records[first : first + 2], "next_cursor": more}


def _sent(task: GroupTask, chat: str) -> dict[str, Any]:
    at = {"send_time": int(task.sent_at[chat].timestamp())} if chat in task.sent_at else {}
    return {"chat_id": chat, "status": task.status[chat]} | at
