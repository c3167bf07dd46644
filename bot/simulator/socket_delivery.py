"""Sends a callback over the robot's long connection and waits for what comes back.

The platform does not repeat itself here: what finds nobody connected is lost, what is not answered stays so.
"""

import asyncio

from bot.simulator.journal import Attempt
from bot.simulator.platform import Callback, Outcome, Platform
from bot.simulator.robot_messages import occasion_of
from bot.simulator.socket_frames import callback_frame
from bot.simulator.socket_lines import SOCKET_PATH, STREAM_LIFE, Call
from bot.simulator.world import Robot

NOT_CONNECTED = "the robot is not connected"


async def deliver(platform: Platform, robot: Robot, callback: Callback) -> Outcome:
    """The outcome, when the answer (with the whole of its stream) is there or the time is up."""
    line = platform.lines.of(robot.name)
    if line is None:
        return Outcome("failed", callback.id, NOT_CONNECTED)
    call = Call(
        callback=callback.id,
        robot=robot.name,
        person=callback.person,
        chat=callback.chat,
        occasion=occasion_of(callback),
        card_message=int(callback.fields.get("card_message") or 0),
        sent_at=platform.now(),
    )
    fields = {key: value for key, value in callback.fields.items() if key != "card_message"}
    copies = 2 if platform.faults.take(SOCKET_PATH, ("duplicate",)) else 1
    frames = [callback_frame(platform.lines.open_call(call), fields) for _ in range(copies)]
    if not any([await line.send(frame) for frame in frames]):
        return Outcome("failed", callback.id, NOT_CONNECTED)
    return await _answer(platform, call)


async def _answer(platform: Platform, call: Call) -> Outcome:
    seconds = platform.postman.answer_timeout
    while not call.replies and call.age < seconds:
        await _change(call, seconds - call.age)
    if not call.replies:
        reason = call.refusals[-1] if call.refusals else ""
        attempt = Attempt(1, None, call.age, "", reason or "timeout")
        return Outcome("failed" if reason else "silent", call.callback, reason, (attempt,))
    first = call.age
    reason = await _to_the_end(platform, call)
    text = call.replies[0].text
    attempt = Attempt(1, 200, first, text)
    return Outcome("answered", call.callback, reason, (attempt,), tuple(call.replies), text)


async def _to_the_end(platform: Platform, call: Call) -> str:
    """Why its stream never finished; empty when it did."""
    while call.is_growing:
        await _change(call, platform.poll_interval)
        for stream_id, message in call.streams.items():
            if not message.is_final and platform.now() >= message.at + STREAM_LIFE:
                call.streams[stream_id] = cut = platform.chats.change(message, is_final=True)
                call.note(cut)
                return "the stream did not finish within 10 minutes"
    return ""


async def _change(call: Call, seconds: float) -> None:
    """Until the next answer, at most so many real seconds."""
    call.changed.clear()
    try:
        async with asyncio.timeout(seconds):
            await call.changed.wait()
    except TimeoutError:
        return
