"""`/board/{community_code}`: everybody may read it, and nothing on it points to a person or a door."""

from dataclasses import dataclass

from aiohttp import web

from bot.board.views import board_view
from bot.clock import Clock
from bot.pages.rendering import message_page, page, rendered
from storage.engine import Database


@dataclass(frozen=True, slots=True)
class BoardPages:
    """The boards of all communities."""

    database: Database
    clock: Clock

    def add_routes(self, app: web.Application) -> None:
        """Serve the boards."""
        app.router.add_get("/board/{code}", self.show)
        for path in ("/board", "/board/", "/board/{code}/{rest:.*}"):
            app.router.add_get(path, _no_board)

    async def show(self, request: web.Request) -> web.Response:
        """The board as it stands now; 404 for what is no community."""
        code = request.match_info["code"]
        board = await self.database.read(board_view, code, now=self.clock.now())
        if board is None:
            return await _no_board(request)
        return page(rendered("board.html", board=board))


async def _no_board(_: web.Request) -> web.Response:
    return message_page("没有这个公示栏", "请核对网址，或在公众号里发“公示栏”。", status=404)
