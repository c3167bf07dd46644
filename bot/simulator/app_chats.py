"""Groups that an app creates (appchat): into which it can speak, and from which it hears nothing."""

import re
import secrets
from dataclasses import replace

from bot.simulator.app_endpoints import draft_of
from bot.simulator.groups import put_group
from bot.simulator.platform import Platform
from bot.simulator.wire import ApiError, Call, Json, text_field
from bot.simulator.world import App, Group

OK: Json = {"errcode": 0, "errmsg": "ok"}
CHAT_ID = re.compile(r"[0-9A-Za-z]{1,32}")
LONGEST_NAME = 50  # characters
FEWEST, MOST = 2, 2000  # members; older text says at most 500
KINDS = frozenset({"text", "image", "voice", "video", "file", "textcard", "news", "markdown"})
BAD_CHAT_ID, NO_SUCH_CHAT, BAD_NAME, BAD_OWNER = 86001, 86003, 86004, 86005  # WECHAT 3.4
BAD_SIZE, BAD_MEMBER, NOT_OWN = 86006, 86007, 86008
CHAT_ID_TAKEN = 86215  # unverified


async def create(platform: Platform, call: Call) -> Json:
    """POST appchat/create: at most 1000 a day."""
    app, body = _app(call), call.json()
    members = _members(platform, body.get("userlist"))
    if not FEWEST <= len(members) <= MOST:
        raise ApiError(BAD_SIZE, "invalid chat member list size")
    owner = text_field(body, "owner") or members[0]
    if owner not in members:
        raise ApiError(BAD_OWNER, "invalid chat owner")
    chat_id = text_field(body, "chatid") or secrets.token_hex(16)
    if not CHAT_ID.fullmatch(chat_id):
        raise ApiError(BAD_CHAT_ID, "invalid chatid")
    if _find(platform, chat_id) or platform.chats.get(chat_id):
        raise ApiError(CHAT_ID_TAKEN, "chatid exists")
    name = _name(body) or "群聊"
    platform.apps.creations.spend(app.name, now=platform.now())
    group = Group(
        chat_id=chat_id,
        name=name,
        kind="workers",
        community=_community(platform, owner),
        members=tuple(members),
        owner=owner,
        appchat=chat_id,
        app=app.name,
    )
    put_group(platform, group)
    return {**OK, "chatid": chat_id}


async def get(platform: Platform, call: Call) -> Json:
    """GET appchat/get."""
    group = _own(platform, _app(call), call.query.get("chatid", ""))
    info = {"chatid": group.appchat, "name": group.name, "owner": group.owner or group.members[0]}
    return {**OK, "chat_info": {**info, "userlist": list(group.members), "chat_type": 0}}


async def update(platform: Platform, call: Call) -> Json:
    """POST appchat/update: name, owner, who joins and who leaves."""
    body = call.json()
    group = _own(platform, _app(call), text_field(body, "chatid"))
    leaving = set(_members(platform, body.get("del_user_list") or []))
    joining = [m for m in _members(platform, body.get("add_user_list") or []) if m not in group.members]
    members = [m for m in (*group.members, *joining) if m not in leaving]
    if not FEWEST <= len(members) <= MOST:
        raise ApiError(BAD_SIZE, "invalid chat member list size")
    owner = text_field(body, "owner") or group.owner or members[0]
    if owner not in members:
        raise ApiError(BAD_OWNER, "invalid chat owner")
    put_group(platform, replace(group, name=_name(body) or group.name, members=tuple(members), owner=owner))
    return OK


async def send(platform: Platform, call: Call) -> Json:
    """POST appchat/send: shown to every member whose limit is not used up, silently not to the others."""
    app, body = _app(call), call.json()
    group = _own(platform, app, text_field(body, "chatid"))
    if text_field(body, "msgtype") not in KINDS:
        raise ApiError(40008, "invalid message type")
    draft = draft_of(platform, app, body)
    now = platform.now()
    missed = [m for m in group.members if not platform.apps.chat_sends.take(m, now=now)]
    for member in missed:
        platform.apps.drop(app, member, draft.text, now=now)
    if len(missed) < len(group.members):
        unseen = {"unseen_by": missed} if missed else {}
        platform.show(group.chat_id, replace(draft, data={**draft.data, **unseen}))
    return OK


def _app(call: Call) -> App:
    if call.app is None:
        raise ApiError(48002, "api forbidden")
    return call.app


def _find(platform: Platform, chat_id: str) -> Group | None:
    return next((g for g in platform.world.groups if g.appchat and g.appchat == chat_id), None)


def _own(platform: Platform, app: App, chat_id: str) -> Group:
    group = _find(platform, chat_id)
    if group is None and not CHAT_ID.fullmatch(chat_id):
        raise ApiError(BAD_CHAT_ID, "invalid chatid")
    if group is None:
        raise ApiError(NO_SUCH_CHAT, "chatid not exist")
    if group.app != app.name:
        raise ApiError(NOT_OWN, "not the group created by the app")
    return group


def _members(platform: Platform, value: object) -> list[str]:
    if not isinstance(value, list):
        raise ApiError(40035, "a list of userids is missing")
    workers = {p.id for p in platform.world.people if p.kind == "worker"}
    names = list(dict.fromkeys(str(each) for each in value))
    if not set(names) <= workers:
        raise ApiError(BAD_MEMBER, "invalid chat member")
    return names


def _name(body: Json) -> str:
    name = text_field(body, "name")
    if len(name) > LONGEST_NAME:
        raise ApiError(BAD_NAME, "invalid chat name")
    return name


def _community(platform: Platform, userid: str) -> str:
    person = platform.world.person(userid)
    return person.community if person else ""
