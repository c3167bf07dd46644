"""`/desk/meetings/{token}`: where staff write the minutes of a meeting; whoever has the link may, so it stays
at the desk."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from multidict import MultiMapping
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.pages.rendering import HEADERS, message_page, page, rendered
from handlers.errors import UserError
from handlers.errors.minutes import MinutesChanged, MinutesPageEnded, NoSuchMinutes
from handlers.meetings.minutes import MOST
from handlers.meetings.page import Filled, PageView, Row, page_view, rows_not_kept, save_page
from handlers.replies.formats import meeting_time
from handlers.replies.invitations import PARTIES
from handlers.replies.minutes import due_of
from handlers.rules import Rules
from storage.engine import Database
from storage.writers import is_failure

log = logging.getLogger(__name__)

ROWS: Final = 3  # empty ones, and as many more with 再加几行
BODY_SECONDS: Final = 60
TEXT: Final = 20_000  # characters of one field; more is cut off by the browser too
LINE: Final = 500
SAVED: Final = "saved"


@dataclass(frozen=True, slots=True)
class MinutesPages:
    """The pages of all meetings' minutes; `on_commit` wakes the delivery."""

    database: Database
    clock: Clock
    rules: Rules
    on_commit: Callable[[], None]

    def add_routes(self, app: web.Application) -> None:
        """Serve the page and take what was filled in."""
        app.router.add_get("/desk/meetings/{token}", self.show)
        app.router.add_post("/desk/meetings/{token}", self.save)

    async def show(self, request: web.Request) -> web.Response:
        """The meeting, and its minutes as they stand."""
        token = request.match_info["token"]
        try:
            view = await self.database.read(page_view, token)
        except UserError as refusal:
            return _refused(refusal)
        good = "已保存，相关的人都会收到。" if request.query.get(SAVED) else ""
        filled = Filled(view.version, view.meeting.record, (Row(),) * ROWS)
        return page(_html(view, filled, good=good))

    async def save(self, request: web.Request) -> web.Response:
        """Saved, or shown again with what is wrong and everything that was filled in."""
        token = request.match_info["token"]
        try:
            view = await self.database.read(page_view, token)
            filled = await _read_form(request)
            if filled is None:
                return message_page("没有保存", "没有收到填写的内容，请返回上一页再试一次。", status=400)
            if "more" in (await request.post()):
                return page(_html(view, _longer(filled)))
            return await self._saved(token, view, filled)
        except UserError as refusal:
            return _refused(refusal)
        except DBAPIError as error:
            if not is_failure(error):
                raise
            log.warning("the database failed: %s", error.orig, extra={"action": "minutes_page"})
            return message_page("没有保存成功", "请返回上一页，过一会儿再点一次保存。", status=503)

    async def _saved(self, token: str, view: PageView, filled: Filled) -> web.Response:
        try:
            await self.database.write(save_page, token, filled, now=self.clock.now(), rules=self.rules)
        except (NoSuchMinutes, MinutesPageEnded):
            raise
        except MinutesChanged as refusal:
            fresh = await self.database.read(page_view, token)
            rows = await self.database.read(rows_not_kept, token, filled.rows)
            kept = Filled(fresh.version, filled.words, rows, filled.later)
            return page(_html(fresh, kept, wrong=str(refusal), stands=fresh.meeting.record), status=409)
        except UserError as refusal:
            return page(_html(view, filled, wrong=str(refusal)), status=400)
        self.on_commit()
        raise web.HTTPSeeOther(f"/desk/meetings/{token}?{SAVED}=1", headers=HEADERS)


def _html(view: PageView, filled: Filled, *, wrong: str = "", good: str = "", stands: str = "") -> str:
    return rendered(
        "minutes.html",
        view=view,
        filled=filled,
        wrong=wrong,
        good=good,
        stands=stands,
        when=meeting_time(view.meeting),
        parties=[(PARTIES[each.party], each) for each in view.attendance.parties],
        due_of=due_of,
        most=MOST,
    )


async def _read_form(request: web.Request) -> Filled | None:
    """What was filled in; `None` for a body that is no form of ours."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            form = await request.post()
    except (UnicodeDecodeError, LookupError, ValueError):
        return None
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text="too slow\n") from error
    version = _line(form, "version")
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        return None
    later = [each for each in (str(value) for value in form.getall("later", [])) if _is_number(each)]
    rows = tuple(_row(form, index) for index in range(_count(form)))
    return Filled(int(version), _text(form, "words"), rows, tuple(int(each) for each in later))


def _row(form: MultiMapping[object], index: int) -> Row:
    return Row(
        what=_line(form, f"what_{index}"),
        owner=_line(form, f"owner_{index}"),
        owner_name=_line(form, f"owner_name_{index}"),
        due=_line(form, f"due_{index}"),
        watcher=_line(form, f"watcher_{index}"),
        topic=_line(form, f"topic_{index}"),
    )


def _count(form: MultiMapping[object]) -> int:
    said = _line(form, "rows")
    return min(int(said), MOST) if _is_number(said) else ROWS


def _longer(filled: Filled) -> Filled:
    """The same with some more empty rows."""
    more = min(ROWS, MOST - len(filled.rows))
    return Filled(filled.version, filled.words, filled.rows + (Row(),) * more, filled.later)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 7


def _text(form: MultiMapping[object], name: str) -> str:
    """Words as they may be stored: no control characters, which a database may refuse."""
    value = form.get(name, "")
    text = (value if isinstance(value, str) else "").replace("\r\n", "\n")
    return "".join(char for char in text if char == "\n" or char.isprintable()).strip()[:TEXT]


def _line(form: MultiMapping[object], name: str) -> str:
    return " ".join(_text(form, name).split())[: LINE + 1]


def _refused(refusal: UserError) -> web.Response:
    """404 for what never was a link, 410 for one of a meeting that is closed."""
    is_unknown = isinstance(refusal, NoSuchMinutes)
    title = "没有这个链接" if is_unknown else "链接已失效"
    return message_page(title, str(refusal), status=404 if is_unknown else 410)
