"""`/sheet/{token}`: whoever has the link reads the sheet and answers it, once; the token is all they need."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.media.checking import checked
from bot.media.fetching import Unkept
from bot.sheets.forms import SheetForm, UnreadableForm, read_form
from bot.sheets.rendering import HEADERS, message_page, sheet_page
from bot.sheets.views import photo_behind, sheet_view
from handlers.cases.answering import LinkAnswer, answer_by_link, check_in_by_link
from handlers.errors import UserError
from handlers.errors.units import LinkEnded, LinkUnknown
from storage.attachments import CheckedFile
from storage.engine import Database
from storage.models.attachments import AttachmentKind
from storage.writers import is_failure

log = logging.getLogger(__name__)

ACTIONS = ("feedback", "return", "check_in")
LARGEST_NUMBER = 1 << 62  # of an attachment; more is no number of ours


class Incomplete(Exception):
    """Something is missing in the form; the sentence says what."""


@dataclass(frozen=True, slots=True)
class SheetPages:
    """The pages of all links; `on_commit` wakes the delivery."""

    database: Database
    clock: Clock
    on_commit: Callable[[], None]

    def add_routes(self, app: web.Application) -> None:
        """Serve the sheet, its photos, and the answer."""
        app.router.add_get("/sheet/{token}", self.show)
        app.router.add_post("/sheet/{token}", self.answer)
        app.router.add_get("/sheet/{token}/photos/{number}", self.photo)

    async def show(self, request: web.Request) -> web.Response:
        """The sheet; looking at it does not use the link up."""
        token = request.match_info["token"]
        try:
            view = await self.database.read(sheet_view, token, now=self.clock.now())
        except UserError as refusal:
            return _refused(refusal)
        return _page(sheet_page(view, token))

    async def photo(self, request: web.Request) -> web.Response:
        """One of the residents' photos."""
        number = request.match_info["number"]
        wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else LARGEST_NUMBER
        token = request.match_info["token"]
        try:
            file = await self.database.read(photo_behind, token, wanted, now=self.clock.now())
        except UserError as refusal:
            return _refused(refusal)
        if file is None:
            raise web.HTTPNotFound(headers=HEADERS)
        return web.Response(body=file.content, content_type=file.content_type, headers=HEADERS)

    async def answer(self, request: web.Request) -> web.Response:
        """Feedback, return or check-in; the body is read only for a link that still works."""
        token = request.match_info["token"]
        form: SheetForm | None = None
        try:
            view = await self.database.read(sheet_view, token, now=self.clock.now())
            try:
                form = await read_form(request)
                await self._answer(token, form)
            except (Incomplete, UnreadableForm) as reason:
                text = str(reason) or "没有收到填写的内容，请重新填写。"
                return _page(sheet_page(view, token, error=text, form=form), status=400)
        except UserError as refusal:
            return _refused(refusal)
        except DBAPIError as error:
            if not is_failure(error):
                raise
            log.warning("the database failed: %s", error.orig, extra={"action": "sheet"})
            return _page(message_page("没有提交成功", "请返回上一页，过一会儿再提交一次。"), status=503)
        self.on_commit()
        if form.action == "check_in":
            raise web.HTTPSeeOther(f"/sheet/{token}", headers=HEADERS)
        return _page(message_page("已收到，谢谢", f"诉求 {view.label} 的答复已转给经办人，不用再填。"))

    async def _answer(self, token: str, form: SheetForm) -> None:
        if form.action not in ACTIONS:
            raise Incomplete("请点下面的按钮提交。")
        if form.action == "check_in":
            await self.database.write(check_in_by_link, token, now=self.clock.now())
            return
        if not form.name:
            raise Incomplete("请填写经办人姓名。")
        is_return = form.action == "return"
        if not form.text:
            raise Incomplete("请写明退回的原因。" if is_return else "请写明办了什么。")
        photo = await _checked(form.photo) if form.photo else None
        answer = LinkAnswer(form.name, form.text, is_return, photo)
        await self.database.write(answer_by_link, token, answer, now=self.clock.now())


async def _checked(content: bytes) -> CheckedFile:
    """The photo made anew without its metadata, in a thread: it takes up to a second of computing."""
    try:
        return await asyncio.to_thread(checked, AttachmentKind.PHOTO, content)
    except Unkept as error:
        raise Incomplete(f"照片没有收下：{error}请换一张，或不附照片。") from error


def _refused(refusal: UserError) -> web.Response:
    """404 for what never was a link, 410 for one that leads nowhere any more, and whom to call."""
    if isinstance(refusal, LinkUnknown):
        return _page(message_page("没有找到交办单", str(refusal)), status=404)
    title = "链接已失效" if isinstance(refusal, LinkEnded) else "没有提交成功"
    return _page(message_page(title, str(refusal)), status=410)


def _page(text: str, *, status: int = 200) -> web.Response:
    return web.Response(text=text, content_type="text/html", status=status, headers=HEADERS)
