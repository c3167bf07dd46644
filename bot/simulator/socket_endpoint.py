"""The platform's end of a robot's long connection: `GET /simulator/socket`, upgraded to a WebSocket.

Frames are done in the order they come. Pings are never struck by a fault, but by one that was switched on for
/simulator/socket/ping itself.
"""

import asyncio
import hmac

from aiohttp import WSCloseCode, WSMsgType, web

from bot.simulator.faults import Fault
from bot.simulator.platform import Platform
from bot.simulator.socket_answers import carry_out
from bot.simulator.socket_frames import (
    BAD_SECRET,
    LARGEST_FRAME,
    NOT_SUBSCRIBED,
    PING,
    SUBSCRIBE,
    Frame,
    acknowledgement,
    disconnected,
    read_frame,
)
from bot.simulator.socket_lines import SOCKET_PATH, Line
from bot.simulator.wire import ApiError, Json, text_field
from bot.simulator.world import Robot

CLOSE_LIMIT = 5.0  # real seconds for the other end to say goodbye
REFUSED = {"busy": (-1, "system error, system busy"), "quota": (45009, "api freq out of limit")}


async def connect(platform: Platform, request: web.Request) -> web.StreamResponse:
    """One connection, from its first frame to its end."""
    socket = web.WebSocketResponse(timeout=CLOSE_LIMIT, max_msg_size=LARGEST_FRAME, compress=False)
    await socket.prepare(request)
    line = Line(socket, request.transport)
    platform.lines.join(line)
    try:
        while await _next(platform, line):
            pass
        await socket.close()
    finally:
        platform.lines.leave(line)
    return socket


async def _next(platform: Platform, line: Line) -> bool:
    """Take one frame; whether the connection goes on."""
    try:
        incoming = await line.socket.receive(timeout=platform.lines.silence)
    except TimeoutError:
        return False
    if incoming.type is not WSMsgType.TEXT:
        if incoming.type is WSMsgType.BINARY:
            await line.socket.close(code=WSCloseCode.UNSUPPORTED_DATA)
        return False
    try:
        frame = read_frame(incoming.data)
    except ApiError as error:
        return await line.send(acknowledgement("", error.errcode, error.errmsg))
    return await _take(platform, line, frame)


async def _take(platform: Platform, line: Line, frame: Frame) -> bool:
    slow = _fault(platform, frame, ("slow",))
    fault = _fault(platform, frame, ("reset", "lost", *REFUSED))
    if fault and fault.kind == "reset":
        _note(platform, frame, "reset")
        line.drop()
        return False
    ack, goes_on = _work(platform, line, frame, fault=fault)
    if fault and fault.kind == "lost":
        _note(platform, frame, "lost")
        line.drop()
        return False
    _note(platform, frame, f"{ack['errcode']} {ack['errmsg']}")
    if slow:
        line.spawn(_later(line, ack, slow.seconds))
        return goes_on
    return await line.send(ack) and goes_on


def _work(platform: Platform, line: Line, frame: Frame, *, fault: Fault | None) -> tuple[Json, bool]:
    """The acknowledgement, and whether the connection goes on."""
    try:
        if fault and fault.kind in REFUSED:
            raise ApiError(*REFUSED[fault.kind])
        if frame.cmd == SUBSCRIBE:
            _subscribe(platform, line, frame)
        elif not line.robot:
            raise ApiError(NOT_SUBSCRIBED, "aibot websocket not subscribed")
        elif frame.cmd != PING:
            carry_out(platform, _robot_of(platform, line), frame)
    except ApiError as error:
        # Who was replaced stays until it has heard so.
        goes_on = bool(line.robot) or line.is_replaced
        return acknowledgement(frame.req_id, error.errcode, error.errmsg), goes_on
    return acknowledgement(frame.req_id), True


def _subscribe(platform: Platform, line: Line, frame: Frame) -> None:
    bot_id, secret = text_field(frame.body, "bot_id"), text_field(frame.body, "secret")
    robots = (r for r in platform.world.robots if r.mode == "socket" and r.bot_id == bot_id)
    robot = next(robots, None)
    if robot is None or not hmac.compare_digest(robot.secret.encode(), secret.encode()):
        raise ApiError(BAD_SECRET, "invalid bot_id or secret")
    if line.robot not in {"", robot.name}:
        raise ApiError(BAD_SECRET, "the connection is another robot's")
    if platform.faults.take(SOCKET_PATH, ("stale",)):
        platform.lines.forget_calls(robot.name)
    former = platform.lines.subscribe(line, robot.name)
    if former:
        platform.spawn(_show_out(platform, former, robot))


async def _show_out(platform: Platform, former: Line, robot: Robot) -> None:
    await former.send(disconnected(robot, now=platform.now()))
    await former.socket.close()
    former.drop()


async def _later(line: Line, ack: Json, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await line.send(ack)


def _fault(platform: Platform, frame: Frame, kinds: tuple[str, ...]) -> Fault | None:
    return platform.faults.take(f"{SOCKET_PATH}/{frame.cmd}", kinds, is_exact=frame.cmd == PING)


def _robot_of(platform: Platform, line: Line) -> Robot:
    robot = platform.world.robot(line.robot)
    if robot is None:
        raise ApiError(NOT_SUBSCRIBED, "the robot is gone")
    return robot


def _note(platform: Platform, frame: Frame, answer: str) -> None:
    if frame.cmd != PING:
        path = f"{SOCKET_PATH}/{frame.cmd}"
        platform.journal.request(path, query={}, raw=frame.shown(), answer=answer, at=platform.now())
