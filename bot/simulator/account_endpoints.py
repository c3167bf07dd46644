"""The Official Account's endpoints (api.weixin.qq.com): tokens, users, QR codes, media."""

import secrets
from datetime import timedelta

from aiohttp import BodyPartReader, web

from bot.simulator.followers import Scene
from bot.simulator.platform import Platform
from bot.simulator.speech import media_path
from bot.simulator.tokens import Token
from bot.simulator.wire import ApiError, Call, Json, table_field, text_field
from bot.simulator.world import Account, Person

UPLOAD_LIMITS = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "thumb": 64 << 10}  # bytes
CORPORATION_LIMITS = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}  # WW/96484
SCENE_LIFE = 60  # seconds, when none are asked for
LONGEST_SCENE_LIFE = 2_592_000  # seconds, 30 days
SCENE_KINDS = {"QR_SCENE": "id", "QR_LIMIT_SCENE": "id", "QR_STR_SCENE": "str", "QR_LIMIT_STR_SCENE": "str"}


async def token(platform: Platform, call: Call) -> Json:
    """GET token: each call invalidates the token before."""
    if call.query.get("grant_type") != "client_credential":
        raise ApiError(40002, "invalid grant_type")
    account = _account_of(platform, call.query.get("appid", ""), call.query.get("secret", ""))
    issued = platform.tokens.issue(f"account:{account.name}", now=platform.now())
    return _token_answer(platform, issued)


async def stable_token(platform: Platform, call: Call) -> Json:
    """POST stable_token: the same token until it is about to end."""
    body = call.json()
    if text_field(body, "grant_type") != "client_credential":
        raise ApiError(40002, "invalid grant_type")
    account = _account_of(platform, text_field(body, "appid"), text_field(body, "secret"))
    issued = platform.tokens.issue_stable(
        f"account:{account.name}", is_forced=body.get("force_refresh") is True, now=platform.now()
    )
    return _token_answer(platform, issued)


async def user_info(platform: Platform, call: Call) -> Json:
    """GET user/info: no nickname and no picture, as since 2021."""
    person = follower(platform, call, call.query.get("openid", ""))
    if person.openid in platform.followers.unfollowed:
        return {"subscribe": 0, "openid": person.openid}
    since = platform.followers.since.get(person.openid)
    scene = since.scene if since else ""
    return {
        "subscribe": 1,
        "openid": person.openid,
        "nickname": "",
        "headimgurl": "",
        "language": "zh_CN",
        "subscribe_time": int((since.at if since else platform.started_at).timestamp()),
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_QR_CODE" if scene else "ADD_SCENE_SEARCH",
        "qr_scene": int(scene) if scene.isdecimal() else 0,
        "qr_scene_str": "" if scene.isdecimal() else scene,
    }


async def create_qrcode(platform: Platform, call: Call) -> Json:
    """POST qrcode/create; the scene can then be scanned through the simulator's API."""
    body = call.json()
    action = text_field(body, "action_name")
    kind = SCENE_KINDS.get(action)
    scene = table_field(table_field(body, "action_info"), "scene")
    value = scene.get("scene_id") if kind == "id" else scene.get("scene_str")
    if kind is None or not _is_scene(action, value):
        raise ApiError(40053, "invalid action info")
    is_lasting = action.startswith("QR_LIMIT")
    seconds = LONGEST_SCENE_LIFE if is_lasting else body.get("expire_seconds", SCENE_LIFE)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 1 <= seconds <= LONGEST_SCENE_LIFE:
        raise ApiError(40052, "invalid expire_seconds")
    ticket = "gQ" + secrets.token_urlsafe(48)
    url = f"http://weixin.qq.com/q/{secrets.token_urlsafe(16)}"
    expires = None if is_lasting else platform.now() + timedelta(seconds=seconds)
    account = call.account.name if call.account else ""
    platform.scenes[ticket] = Scene(account, str(value), ticket, url, expires)
    answer: Json = {"ticket": ticket, "url": url}
    return answer if is_lasting else {**answer, "expire_seconds": seconds}


async def get_media(platform: Platform, call: Call) -> Json | web.Response:
    """GET media/get: the bytes, for three days; of an account's video only where it can be downloaded.

    Neither side reads the other's: an account's token opens what residents sent, a corporation's what was
    sent to its apps.
    """
    file = platform.media.get(call.query.get("media_id", ""), now=platform.now())
    if file is None:
        raise ApiError(40007, "invalid media_id")
    if (file.id in platform.apps.media) == (call.account is not None):
        raise ApiError(40001, "invalid credential, access_token is of the other platform")
    if file.kind == "video" and call.account:
        origin = platform.address or str(call.request.url.origin())
        return {"video_url": origin + media_path(file)}
    extension = file.content_type.rsplit("/", 1)[-1]
    return web.Response(
        body=file.data,
        content_type=file.content_type,
        headers={"Content-Disposition": f'attachment; filename="{file.id}.{extension}"'},
    )


async def upload_media(platform: Platform, call: Call) -> Json:
    """POST media/upload, multipart field `media`."""
    kind = call.query.get("type", "")
    limits = UPLOAD_LIMITS if call.account else CORPORATION_LIMITS
    if kind not in limits:
        raise ApiError(40004, "invalid media type")
    data = await _uploaded(call.request, limits[kind])
    file = platform.media.keep(data, kind=kind, now=platform.now())
    if call.account is None:
        platform.apps.media.add(file.id)
    return {"type": kind, "media_id": file.id, "created_at": int(platform.now().timestamp())}


def follower(platform: Platform, call: Call, openid: str) -> Person:
    """The resident of that openid, who must be of the token's account; ApiError 40003."""
    person = platform.world.resident(openid)
    if person is None or call.account is None or person.account != call.account.name:
        raise ApiError(40003, "invalid openid")
    return person


def _account_of(platform: Platform, app_id: str, secret: str) -> Account:
    account = next((a for a in platform.world.accounts if a.app_id == app_id), None)
    if account is None:
        raise ApiError(40013, "invalid appid")
    if account.app_secret != secret:
        raise ApiError(40125, "invalid appsecret")
    return account


def _token_answer(platform: Platform, issued: Token) -> Json:
    seconds = int((issued.expires_at - platform.now()).total_seconds())
    return {"access_token": issued.value, "expires_in": seconds}


def _is_scene(action: str, value: object) -> bool:
    if SCENE_KINDS[action] == "str":
        return isinstance(value, str) and 1 <= len(value) <= 64
    highest = 100_000 if action == "QR_LIMIT_SCENE" else 2**32 - 1
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= highest


async def _uploaded(request: web.Request, limit: int) -> bytes:
    if not request.content_type.startswith("multipart/"):
        raise ApiError(41005, "media data missing")
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "media":
            data = await _read_part(part, limit)
            if data:
                return data
    raise ApiError(41005, "media data missing")


async def _read_part(part: BodyPartReader, limit: int) -> bytes:
    data = b""
    while chunk := await part.read_chunk(1 << 16):
        data += chunk
        if len(data) > limit:
            raise ApiError(40009, "invalid media size")
    return data
