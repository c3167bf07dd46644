"""The rest of the API under `/simulator/api/`: what is to be seen, the faults and the clock.

GET  world     people, groups, accounts, robots, apps, the platform's time.
GET  chats     every chat with its last message; GET chats/{id}?after=SEQUENCE&wait=SECONDS its messages
               that are new or changed since (waiting for one when there is none).
GET  tasks     group-send tasks; `?waiting=1` only those that wait for the owner's tap.
GET  ledgers   requests per endpoint and the last ones (`?path=`), callbacks, tokens, windows, pushes left;
               robots_left: by conversation what a robot on the long connection may still send; group_sends
               and group_sends_left, app_sends_left, app_dropped, mass_left, mass_jobs, consents.
GET  faults    those that are on, and the kinds there are; POST {kind, path?=*, seconds?, count?, every?,
               share?, seed?} switches one on for a path and all below it: each `every`-th time, with the
               chance `share` (0 to 1), alike for the same `seed`; DELETE (`?id=`) switches it, or all, off.
GET  clock     the time; POST {advance_seconds} moves it.
GET  stream    server-sent events: message, task, request, callback, fault, clock, menu, person, group,
               robot, reload.
GET  media/ID  a file that was sent; robots/NAME/media/CODE one as the robot has to decrypt it, for 5 minutes.
GET  samples/photo   a photo as a phone takes it, with place and orientation in its EXIF.
"""

import secrets
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

from aiohttp import web

from bot.simulator.api_groups import group_json, speaking_ledgers
from bot.simulator.faults import KINDS
from bot.simulator.feed import Happening
from bot.simulator.lookup import any_chat, robot_of
from bot.simulator.menus import menu_of
from bot.simulator.photos import phone_photo
from bot.simulator.platform import Platform
from bot.simulator.robot_answers import envelope_of
from bot.simulator.speech import Refusal
from bot.simulator.wire import Json, json_text

LONGEST_WAIT = 60.0  # seconds of a long poll
HEARTBEAT = 15.0  # seconds between two signs of life on the stream
LONGEST_JUMP = 10 * 366 * 86_400  # seconds


def world(platform: Platform) -> Json:
    everything = platform.world
    return {
        "now": platform.now().isoformat(),
        "accounts": [
            {
                "name": a.name,
                "display_name": a.display_name,
                "mode": a.mode,
                "menu": menu_of(platform, a),
                "has_notices": bool(a.notice_template),
            }
            for a in everything.accounts
        ],
        "robots": [
            {
                "name": r.name,
                "display_name": r.display_name,
                "mode": r.mode,
                "connected": platform.lines.of(r.name) is not None,
            }
            for r in everything.robots
        ],
        "people": [
            {
                "id": p.id,
                "name": p.name,
                "kind": p.kind,
                "role": p.role,
                "community": p.community,
                "estate": p.estate,
                "account": p.account,
                "follows": bool(p.openid) and p.openid not in platform.followers.unfollowed,
            }
            for p in everything.people
        ],
        "apps": [
            {
                "name": a.name,
                "display_name": a.display_name,
                "agent_id": a.agent_id,
                "has_callback": a.has_callback,
            }
            for a in everything.apps
        ],
        "groups": [group_json(g) for g in everything.groups],
        "receive_limit": platform.tasks.period,
    }


def chats(platform: Platform) -> Json:
    return {"chats": [chat.as_json() for chat in platform.chats.all()], "happening": platform.feed.number}


async def messages(platform: Platform, chat_id: str, query: Mapping[str, str]) -> Json:
    chat = any_chat(platform, chat_id)
    after = int(_number(query, "after", 0))
    seconds = min(_number(query, "wait", 0), LONGEST_WAIT)
    if seconds > 0:
        await platform.feed.wait_until(lambda: bool(platform.chats.since(chat.id, after)), seconds)
    found = platform.chats.since(chat.id, after)
    sequence = max((m.sequence for m in found), default=after)
    return {"chat": chat.as_json(), "messages": [m.as_json() for m in found], "sequence": sequence}


def tasks(platform: Platform, query: Mapping[str, str]) -> Json:
    found = platform.tasks.all()
    if query.get("waiting") in {"1", "true"}:
        found = [task for task in found if task.is_waiting]
    return {"tasks": [task.as_json() for task in found]}


def ledgers(platform: Platform, query: Mapping[str, str]) -> Json:
    now, path = platform.now(), query.get("path")
    residents = [p for p in platform.world.people if p.openid]
    keys = [g.webhook for g in platform.world.groups if g.webhook]
    return {
        "counts": dict(platform.journal.counts),
        "requests": [r for r in platform.journal.requests if not path or r["path"] == path],
        "callbacks": [c for c in platform.journal.callbacks if not path or c["path"] == path],
        "tokens": [t.as_json() for t in platform.tokens.all()],
        "windows": {
            p.id: [g.as_json() for g in platform.allowances.of(p.openid, now=now)] for p in residents
        },
        "robots_left": {
            chat.id: platform.lines.rates.left(chat.id, now=now)
            for chat in platform.chats.all()
            if any(there == chat.id for _, there in platform.lines.addressed)
        },
        "pushes_left": {key: platform.pushes.left(key, now=now) for key in keys},
        "group_sends": {
            g.chat_id: platform.tasks.received(g.chat_id, now=now)
            for g in platform.world.groups
            if g.kind == "residents"
        },
        **speaking_ledgers(platform),
    }


def faults(platform: Platform) -> Json:
    return {"faults": [fault.as_json() for fault in platform.faults.all()], "kinds": KINDS}


def switch_on(platform: Platform, body: Json) -> Json:
    kind, path = body.get("kind"), body.get("path") or "*"
    if kind not in KINDS:
        raise Refusal(f"kind 要是 {'、'.join(KINDS)} 之一。")
    if not isinstance(path, str) or (path != "*" and not path.startswith("/")):
        raise Refusal("path 要是 / 开头的路径，或 * 表示全部。")
    count, seconds = body.get("count"), body.get("seconds", 0)
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 1):
        raise Refusal("count 要是正整数，不写就一直生效。")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or abs(seconds) > 86_400:
        raise Refusal("seconds 要是一天以内的秒数。")
    if kind == "slow" and seconds <= 0:
        raise Refusal("slow 要写 seconds，慢几秒。")
    rhythm = _rhythm(body)
    fault = platform.faults.switch_on(str(kind), path, seconds=seconds, count=count, **rhythm)
    return fault.as_json()


def _rhythm(body: Json) -> Json:
    given = {key: value for key, value in body.items() if value is not None}
    every, share, seed = given.get("every", 1), given.get("share", 1.0), given.get("seed", 0)
    if isinstance(every, bool) or not isinstance(every, int) or every < 1:
        raise Refusal("every 要是正整数：每几次出一次毛病。")
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
        raise Refusal("share 要在 0 到 1 之间：出毛病的机会。")
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise Refusal("seed 要是整数。")
    return {"every": every, "share": float(share), "seed": seed}


def switch_off(platform: Platform, query: Mapping[str, str]) -> Json:
    fault_id = int(_number(query, "id", 0)) if "id" in query else None
    gone = platform.faults.switch_off(fault_id)
    return {"switched_off": gone}


def clock(platform: Platform) -> Json:
    return {"now": platform.now().isoformat()}


def advance(platform: Platform, body: Json) -> Json:
    seconds = body.get("advance_seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not abs(seconds) <= LONGEST_JUMP:
        raise Refusal("advance_seconds 要是秒数，最多十年。")
    platform.clock.move(timedelta(seconds=seconds))
    platform.feed.publish("clock", clock(platform))
    return clock(platform)


def media(platform: Platform, media_id: str) -> web.Response:
    file = platform.media.get(media_id, now=platform.now())
    if file is None:
        raise web.HTTPNotFound(text="没有这个文件，或已过三天。")
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
    return web.Response(body=file.data, content_type=file.content_type, headers=headers)


def sample() -> web.Response:
    """Another one each time, for a page whose reader has no photo at hand."""
    return web.Response(body=phone_photo(shade=secrets.randbelow(256)), content_type="image/jpeg")


def robot_media(platform: Platform, robot_name: str, code: str) -> web.Response:
    robot = robot_of(platform, robot_name)
    loan = platform.robot_files.get(robot.name, code, now=platform.now())
    if loan is None:
        raise web.HTTPNotFound(text="没有这个文件，或已过五分钟。")
    key = replace(robot, aes_key=loan.aes_key or robot.aes_key)
    sealed = envelope_of(key).encrypt_file(loan.file.data)
    return web.Response(body=sealed, content_type="application/octet-stream")


async def stream(platform: Platform, request: web.Request) -> web.StreamResponse:
    """Server-sent events from now on, or from the number the browser last saw."""
    last = request.headers.get("Last-Event-ID") or request.query.get("after") or ""
    after = min(int(last), platform.feed.number) if last.isdigit() else platform.feed.number
    headers = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    try:
        await response.write(b"retry: 1000\n\n")
        async with aclosing(platform.feed.follow(after, heartbeat=HEARTBEAT)) as happenings:
            async for happening in happenings:
                await response.write(_event_lines(happening))
    except ConnectionError:
        pass  # the page was closed
    return response


def _event_lines(happening: Happening | None) -> bytes:
    if happening is None:
        return b": still here\n\n"
    data = json_text(happening.data)
    return f"id: {happening.number}\nevent: {happening.kind}\ndata: {data}\n\n".encode()


def _number(query: Mapping[str, str], name: str, default: float) -> float:
    try:
        return float(query.get(name, default))
    except ValueError:
        raise Refusal(f"{name} 要是数字。") from None
