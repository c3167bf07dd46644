"""Puts the platform on an aiohttp application: the page, its API, and the platform's endpoints."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from aiohttp import web

from bot.simulator import account_endpoints as oa
from bot.simulator import (
    account_sending,
    api,
    api_groups,
    api_reading,
    app_chats,
    app_endpoints,
    customer_groups,
    mass_sending,
    menus,
    socket_endpoint,
    task_endpoints,
    task_list,
)
from bot.simulator import corporation_endpoints as corp
from bot.simulator.endpoint import Endpoint, Handler
from bot.simulator.platform import Platform
from bot.simulator.socket_lines import SOCKET_PATH
from bot.simulator.speech import Refusal
from bot.simulator.wire import Json, json_response, read_body

STATIC = Path(__file__).parent / "static"
LARGEST_REQUEST = 16 << 20  # bytes: a photo of 10 MB in base64
POLICY = "default-src 'self'; img-src 'self' data: blob: https: http:; base-uri 'none'; form-action 'none'"

Action = Callable[[Platform, Json], Awaitable[Json]]
Work = Callable[[web.Request], Awaitable[Json | web.StreamResponse]]

ACCOUNT = "account"
CORP = "corp"
ANY = "any"
# path under /cgi-bin, method, handler, whose access token it needs
ENDPOINTS: tuple[tuple[str, str, Handler, str], ...] = (
    ("token", "GET", oa.token, ""),
    ("stable_token", "POST", oa.stable_token, ""),
    ("message/custom/send", "POST", account_sending.custom_send, ACCOUNT),
    ("message/custom/typing", "POST", account_sending.custom_typing, ACCOUNT),
    ("message/subscribe/bizsend", "POST", account_sending.subscribe_bizsend, ACCOUNT),
    ("message/template/send", "POST", account_sending.template_send, ACCOUNT),
    ("message/mass/send", "POST", mass_sending.mass_send, ACCOUNT),
    ("message/mass/get", "POST", mass_sending.mass_get, ACCOUNT),
    ("media/get", "GET", oa.get_media, ANY),
    ("media/upload", "POST", oa.upload_media, ANY),
    ("qrcode/create", "POST", oa.create_qrcode, ACCOUNT),
    ("menu/create", "POST", menus.create_menu, ACCOUNT),
    ("menu/get", "GET", menus.get_menu, ACCOUNT),
    ("menu/delete", "GET", menus.delete_menu, ACCOUNT),
    ("user/info", "GET", oa.user_info, ACCOUNT),
    ("gettoken", "GET", corp.get_token, ""),
    ("webhook/send", "POST", corp.webhook_send, ""),
    ("message/send", "POST", app_endpoints.send_message, CORP),
    ("message/update_template_card", "POST", app_endpoints.update_template_card, CORP),
    ("appchat/create", "POST", app_chats.create, CORP),
    ("appchat/get", "GET", app_chats.get, CORP),
    ("appchat/update", "POST", app_chats.update, CORP),
    ("appchat/send", "POST", app_chats.send, CORP),
    ("externalcontact/add_msg_template", "POST", task_endpoints.add_msg_template, CORP),
    ("externalcontact/get_groupmsg_send_result", "POST", task_endpoints.get_groupmsg_send_result, CORP),
    ("externalcontact/get_groupmsg_list_v2", "POST", task_list.get_groupmsg_list, CORP),
    ("externalcontact/get_groupmsg_task", "POST", task_endpoints.get_groupmsg_task, CORP),
    ("externalcontact/remind_groupmsg_send", "POST", task_endpoints.remind_groupmsg_send, CORP),
    ("externalcontact/cancel_groupmsg_send", "POST", task_endpoints.cancel_groupmsg_send, CORP),
    ("externalcontact/groupchat/list", "POST", customer_groups.list_group_chats, CORP),
    ("externalcontact/groupchat/get", "POST", customer_groups.get_group_chat, CORP),
    ("aibot/response", "POST", corp.robot_response, ""),
)
ACTIONS: dict[str, Action] = {
    "say": api.say,
    "event": api.event,
    "tap": api.tap,
    "confirm": api_groups.confirm,
    "group": api_groups.change_group,
    "receive_limit": api_groups.set_receive_limit,
    "redeliver": api.redeliver,
    "verify": api.verify,
}


def add_routes(app: web.Application, platform: Platform) -> None:
    """Register everything on this application, which then starts and stops the platform."""
    for path, method, handler, side in ENDPOINTS:
        app.router.add_route(method, f"/cgi-bin/{path}", Endpoint(platform, handler, side=side).answer)
    for name, action in ACTIONS.items():
        app.router.add_post(f"/simulator/api/{name}", _acting(platform, action))
    _add_reading(app, platform)
    _add_socket(app, platform)
    app.router.add_get("/simulator", _page)
    app.router.add_get("/simulator/", _page)
    app.router.add_static("/simulator/static", STATIC)
    app.on_shutdown.append(_let_followers_go(platform))
    app.cleanup_ctx.append(_lifetime(platform))


def create_app(platform: Platform) -> web.Application:
    """A server of the platform's own, with the product in another process."""
    app = web.Application()
    add_routes(app, platform)
    return app


def _add_socket(app: web.Application, platform: Platform) -> None:
    async def connect(request: web.Request) -> web.StreamResponse:
        return await socket_endpoint.connect(platform, request)

    app.router.add_get(SOCKET_PATH, _guarded(platform, connect))


def _add_reading(app: web.Application, platform: Platform) -> None:
    async def world(_: web.Request) -> Json:
        return api_reading.world(platform)

    async def chats(_: web.Request) -> Json:
        return api_reading.chats(platform)

    async def messages(request: web.Request) -> Json:
        return await api_reading.messages(platform, request.match_info["chat"], request.query)

    async def tasks(request: web.Request) -> Json:
        return api_reading.tasks(platform, request.query)

    async def ledgers(request: web.Request) -> Json:
        return api_reading.ledgers(platform, request.query)

    async def media(request: web.Request) -> web.Response:
        return api_reading.media(platform, request.match_info["media"])

    async def robot_media(request: web.Request) -> web.Response:
        return api_reading.robot_media(platform, request.match_info["robot"], request.match_info["media"])

    async def sample(_: web.Request) -> web.Response:
        return api_reading.sample()

    async def stream(request: web.Request) -> web.StreamResponse:
        return await api_reading.stream(platform, request)

    readings: dict[str, Work] = {
        "world": world,
        "chats": chats,
        "chats/{chat}": messages,
        "tasks": tasks,
        "ledgers": ledgers,
        "media/{media}": media,
        "robots/{robot}/media/{media}": robot_media,
        "samples/photo": sample,
        "stream": stream,
    }
    for path, work in readings.items():
        app.router.add_get(f"/simulator/api/{path}", _guarded(platform, work))
    _add_faults_and_clock(app, platform)


def _add_faults_and_clock(app: web.Application, platform: Platform) -> None:
    async def faults(_: web.Request) -> Json:
        return api_reading.faults(platform)

    async def switch_on(_: Platform, body: Json) -> Json:
        return api_reading.switch_on(platform, body)

    async def switch_off(request: web.Request) -> Json:
        return api_reading.switch_off(platform, request.query)

    async def clock(_: web.Request) -> Json:
        return api_reading.clock(platform)

    async def advance(_: Platform, body: Json) -> Json:
        return api_reading.advance(platform, body)

    app.router.add_get("/simulator/api/faults", _guarded(platform, faults))
    app.router.add_post("/simulator/api/faults", _acting(platform, switch_on))
    app.router.add_delete("/simulator/api/faults", _guarded(platform, switch_off))
    app.router.add_get("/simulator/api/clock", _guarded(platform, clock))
    app.router.add_post("/simulator/api/clock", _acting(platform, advance))


def _acting(platform: Platform, action: Action) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def work(request: web.Request) -> Json:
        return await action(platform, await _json_body(request))

    return _guarded(platform, work)


def _guarded(platform: Platform, work: Work) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        if not platform.address:
            platform.address = str(request.url.origin())
        try:
            result = await work(request)
        except Refusal as refusal:
            return json_response({"error": str(refusal)}, status=400)
        return result if isinstance(result, web.StreamResponse) else json_response(result)

    return handle


async def _json_body(request: web.Request) -> Json:
    if request.content_type != "application/json":  # also keeps other sites' pages from posting here
        raise Refusal("请用 Content-Type: application/json 发送 JSON。")
    raw = await read_body(request, LARGEST_REQUEST)
    try:
        body = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refusal("请求内容不是 JSON。") from None
    if not isinstance(body, dict):
        raise Refusal("请求内容要是 JSON 对象。")
    return body


async def _page(_: web.Request) -> web.StreamResponse:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return web.FileResponse(STATIC / "index.html", headers=headers)


def _let_followers_go(platform: Platform) -> Callable[[web.Application], Awaitable[None]]:
    async def close(_: web.Application) -> None:
        platform.feed.close()
        platform.lines.close()

    return close


def _lifetime(platform: Platform) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(_: web.Application) -> AsyncIterator[None]:
        await platform.start()
        yield
        await platform.close()

    return run
