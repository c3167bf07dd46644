"""One WebSocket to the platform: what we send is acknowledged, what the platform sends is handed on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import aiohttp
from aiohttp import WSMsgType

from bot.channels.envelope import Unreadable
from bot.channels.errors import AnswerLost, TryAgain
from bot.channels.wecom_robot.frames import Frame, Json, command, new_id, read_frame

NOT_CONNECTED = "机器人的长连接断开了"
TROUBLES = (aiohttp.ClientError, OSError, RuntimeError)  # of a socket that is going or gone


@dataclass(eq=False)
class Connection:
    """Frames out and in, as long as `may_send` says that this process may use it at all."""

    socket: aiohttp.ClientWebSocketResponse
    may_send: Callable[[], bool]
    ack_seconds: float
    was_taken_over: bool = False
    _awaited: dict[str, asyncio.Future[Json | None]] = field(default_factory=dict)

    async def ask(self, cmd: str, body: Json | None = None, *, req_id: str = "") -> Json:
        """The platform's acknowledgement, with its errcode.

        TryAgain when nothing was sent, AnswerLost when it was and nobody knows what became of it.
        """
        req_id = req_id or new_id(cmd)
        if self.socket.closed or not self.may_send() or req_id in self._awaited:
            raise TryAgain(NOT_CONNECTED)
        awaited: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._awaited[req_id] = awaited
        try:
            async with asyncio.timeout(self.ack_seconds):
                await self.socket.send_str(command(cmd, req_id, body))
                answer = await awaited
        except (TimeoutError, *TROUBLES) as error:
            raise AnswerLost() from error
        finally:
            del self._awaited[req_id]
        if answer is None:
            raise AnswerLost()
        return answer

    async def callbacks(self, *, on_unreadable: Callable[[str], None]) -> AsyncIterator[Frame]:
        """What the platform sends of its own accord, until the connection ends."""
        try:
            async for message in self.socket:
                try:
                    frame = read_frame(message.data if message.type is WSMsgType.TEXT else None)
                except Unreadable as error:
                    on_unreadable(str(error))
                    continue
                if frame.is_farewell:
                    self.was_taken_over = True
                    return
                if frame.is_callback:
                    yield frame
                elif not frame.cmd:
                    self._acknowledge(frame)
        finally:
            self._end()

    async def close(self, *, seconds: float) -> None:
        """Say goodbye, but not for longer than that."""
        self._end()
        try:
            async with asyncio.timeout(seconds):
                await self.socket.close()
        except (TimeoutError, *TROUBLES):
            return

    def _acknowledge(self, frame: Frame) -> None:
        awaited = self._awaited.get(frame.req_id)
        if awaited is not None and not awaited.done():
            awaited.set_result(frame.answer)

    def _end(self) -> None:
        """Nobody waits for an acknowledgement that cannot come any more."""
        for awaited in self._awaited.values():
            if not awaited.done():
                awaited.set_result(None)
