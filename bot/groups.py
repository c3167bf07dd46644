"""Residents' groups kept in step with the platform: all of them every hour, one at once when it changed.

One process at a time: the lease `groups` is whose work it is, `groups:all` lasts until all are due again.
"""

import logging
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.channels.api import AccountApi
from bot.channels.client import Answer
from bot.channels.errors import DeliveryError, Gone, TryAgain
from handlers.residents_groups import in_step
from handlers.residents_groups.in_step import Chat
from storage import leases
from storage import residents_groups as rows
from storage.engine import Database
from storage.writers import is_failure

log = logging.getLogger(__name__)

WORK, ALL = "groups", "groups:all"  # leases
LIFE = timedelta(minutes=2)  # of the work's lease, renewed with each group
EVERY = timedelta(hours=1)
SOON = timedelta(minutes=5)  # after a failure
PAGE = 1000  # groups of one call (WECHAT 3.8)
MOST_PAGES = 1000  # more would be a cursor that leads nowhere
AT_ONCE = 100  # changes looked at in one tick
RESIDENT = 2  # type of a member from outside
REMEDY = "trusted IP: 企业可信IP of the app; permission: 客户联系 > 可调用接口的应用"


class Look(StrEnum):
    """What came of asking about one group."""

    TAKEN_OVER = "taken_over"
    FAILED = "failed"  # and will again
    LATER = "later"  # may succeed soon


class Interrupted(Exception):
    """The lease was lost: somebody else goes on."""


@dataclass(slots=True)
class GroupsInStep:
    """Asks the platform and hands its answers over; without an `api` there is nothing to ask."""

    database: Database
    api: AccountApi | None
    now: Callable[[], datetime]
    wake: Callable[[], None] = lambda: None
    _rests_until: datetime | None = None

    async def look_at_changes(self) -> None:
        """Every group that changed stands here as it is now."""
        if self.api is None or (self._rests_until is not None and self.now() < self._rests_until):
            return
        holder = secrets.token_hex(8)
        if not await self.database.read(rows.noted_changes, limit=1) or not await self._hold(WORK, holder):
            return
        try:
            for chat_id, noted_at in await self.database.read(rows.noted_changes, limit=AT_ONCE):
                await self._take_note(self.api, (chat_id, noted_at), holder)
        except DeliveryError as error:
            self._rests_until = self.now() + (error.retry_after or SOON)
            _log(error)
        except Interrupted:
            log.warning("another process keeps the groups in step", extra={"action": "groups"})
        finally:
            await self._release(WORK, holder)
            self.wake()

    async def _take_note(self, api: AccountApi, note: tuple[str, datetime], holder: str) -> None:
        """One group that stands as it is now; one the platform cannot tell of just now goes to the end.

        What it refuses for good, and what we cannot store, is looked at again with all the others.
        """
        chat_id, noted_at = note
        found = await self._looked_at(api, chat_id, holder)
        if found is Look.LATER:
            self._rests_until = self.now() + SOON
            await self.database.write(rows.note_change, chat_id, now=self.now())
        else:
            await self.database.write(rows.forget_change, chat_id, noted_at)

    async def look_at_all(self) -> None:
        """Every group stands here as it is now, if that was not so within the hour."""
        holder = secrets.token_hex(8)  # of this turn: nobody has the next one before the hour is over
        if self.api is None or not await self._take_turn(holder):
            return
        soon: timedelta | None = None
        try:
            await self._look_at_each(self.api, holder)
        except DeliveryError as error:
            soon = max(error.retry_after or SOON, SOON)
            _log(error)
        except Interrupted:
            soon = SOON
        finally:
            await self._release(WORK, holder)
            self.wake()
        if soon is not None:
            await self._hold(ALL, holder, soon)

    async def _take_turn(self, holder: str) -> bool:
        """Whether all are due, and this process's to look at."""
        if not await self._hold(ALL, holder, EVERY):
            return False
        if await self._hold(WORK, holder):
            return True
        await self._release(ALL, holder)
        return False

    async def _look_at_each(self, api: AccountApi, holder: str) -> None:
        listed = [chat_id async for chat_id in _listed(api)]
        registered = [group.customer_group for group in await self.database.read(rows.groups_with_chat)]
        failed = 0
        for chat_id in dict.fromkeys([*listed, *registered]):
            failed += await self._looked_at(api, chat_id, holder) is not Look.TAKEN_OVER
        log.info("residents' groups in step", extra={"action": "groups", "failed": failed})

    async def _looked_at(self, api: AccountApi, chat_id: str, holder: str) -> Look:
        """One group's trouble is not the others'; what stops every call stops the rest."""
        try:
            await self._look_at(api, chat_id, holder)
        except DeliveryError as error:
            if error.pauses_account:
                raise
            _log(error)
            return Look.FAILED if error.permanent else Look.LATER
        except Interrupted:
            raise
        except Exception as error:
            log.exception("a group was not taken over", extra={"action": "groups"})
            return Look.LATER if is_failure(error) else Look.FAILED
        return Look.TAKEN_OVER

    async def _look_at(self, api: AccountApi, chat_id: str, holder: str) -> None:
        if not await self._hold(WORK, holder):
            raise Interrupted
        try:
            body = {"chat_id": chat_id, "need_name": 0}
            answer = await api.post("/cgi-bin/externalcontact/groupchat/get", body)
        except Gone:
            await self.database.write(in_step.note_gone, chat_id, now=self.now())
            return
        await self.database.write(in_step.take_over, _chat(chat_id, answer), now=self.now())

    async def _hold(self, name: str, holder: str, life: timedelta = LIFE) -> bool:
        return await self.database.write(leases.hold, name, holder, life=life)

    async def _release(self, name: str, holder: str) -> None:
        await self.database.write(leases.release, name, holder)


async def _listed(api: AccountApi) -> AsyncIterator[str]:
    """Every customer group of every owner, whatever became of the owner."""
    cursor = ""
    for _ in range(MOST_PAGES):
        body: dict[str, Any] = {"status_filter": 0, "limit": PAGE} | ({"cursor": cursor} if cursor else {})
        answer = await api.post("/cgi-bin/externalcontact/groupchat/list", body)
        for each in _tables(answer.get("group_chat_list")):
            if isinstance(each.get("chat_id"), str) and each["chat_id"]:
                yield each["chat_id"]
        cursor = str(answer.get("next_cursor") or "")
        if not cursor:
            return
    raise TryAgain("平台的群列表没有尽头")


def _chat(chat_id: str, answer: Answer) -> Chat:
    detail = answer.get("group_chat")
    if not isinstance(detail, dict):
        raise TryAgain("平台的回答无法识别")
    members = _tables(detail.get("member_list"))
    return Chat(
        id=chat_id,
        name=_text(detail.get("name")),
        owner=_text(detail.get("owner")),
        residents=sum(each.get("type") == RESIDENT for each in members),
    )


def _tables(value: object) -> list[Answer]:
    if not isinstance(value, list):
        raise TryAgain("平台的回答无法识别")
    return [each for each in value if isinstance(each, dict)]


def _text(value: object) -> str:
    return " ".join(value.replace("\x00", "").split()) if isinstance(value, str) else ""


def _log(error: DeliveryError) -> None:
    hint = f" ({REMEDY})" if error.pauses_account else ""
    log.error("residents' groups are not in step: %s%s", error, hint, extra={"action": "groups"})
