"""Residents' groups (客户群): what the corporation can read of them, and how their people change them."""

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime

from bot.simulator import apps
from bot.simulator.groups import put_group, remove_group
from bot.simulator.platform import Callback, Platform
from bot.simulator.speech import Refusal
from bot.simulator.wire import ApiError, Call, Json, table_field, text_field
from bot.simulator.world import Group, Person

OK: Json = {"errcode": 0, "errmsg": "ok"}
CHANGE_EVENT = "change_external_chat"
LONGEST_NAME = 30  # characters
INVITED, SCANNED = 0, 3  # JoinScene, WECHAT 3.8
LEFT = 0  # QuitScene
NO_SUCH_GROUP = 40050
DISMISSED = 49008  # unverified


async def list_group_chats(platform: Platform, call: Call) -> Json:
    """POST externalcontact/groupchat/list: no owner here has left, so every group's status is 0."""
    body = call.json()
    limit, status = body.get("limit", 1000), body.get("status_filter", 0)
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= 1000:
        raise ApiError(40058, "limit must be 1 to 1000")
    if isinstance(status, bool) or not isinstance(status, int) or not 0 <= status <= 3:
        raise ApiError(40058, "status_filter must be 0 to 3")
    owners = table_field(body, "owner_filter").get("userid_list") or []
    if not isinstance(owners, list) or len(owners) > 100:
        raise ApiError(40058, "owner_filter.userid_list must hold at most 100 userids")
    cursor = text_field(body, "cursor")
    if cursor and not (cursor.isascii() and cursor.isdigit()):
        raise ApiError(40058, "invalid cursor")
    numbers = {g.chat_id: platform.groups.number(g.chat_id) for g in customer_groups(platform)}
    found = [g for g in customer_groups(platform) if status == 0 and (not owners or g.owner in owners)]
    rest = [g for g in found if numbers[g.chat_id] > int(cursor or 0)]
    page = [{"chat_id": g.chat_id, "status": 0} for g in rest[:limit]]
    more = {"next_cursor": str(numbers[rest[limit - 1].chat_id])} if len(rest) > limit else {}
    return {**OK, "group_chat_list": page, **more}


async def get_group_chat(platform: Platform, call: Call) -> Json:
    """POST externalcontact/groupchat/get."""
    body = call.json()
    chat_id = text_field(body, "chat_id")
    if chat_id in platform.groups.dismissed:
        raise ApiError(DISMISSED, "the group chat has been dismissed")
    group = platform.world.group(chat_id)
    if group is None or group.kind != "residents":
        raise ApiError(NO_SUCH_GROUP, "invalid chat_id")
    people = [p for p in platform.world.people if p.id in group.members]
    members = [
        {
            "userid": external_id(p),
            "type": 1 if p.kind == "worker" else 2,
            "join_time": _seconds(platform.groups.joined_at(group, p.id, start=platform.started_at)),
            "join_scene": 1 if p.kind == "worker" else SCANNED,
            **({"name": p.name} if body.get("need_name") == 1 else {}),
        }
        for p in people
    ]
    made = _seconds(platform.groups.made_at(group, start=platform.started_at))
    detail = {"chat_id": group.chat_id, "name": group.name, "owner": group.owner, "create_time": made}
    version = {"member_version": _version(group.members)}
    return {**OK, "group_chat": {**detail, "notice": "", "member_list": members, "admin_list": [], **version}}


def customer_groups(platform: Platform) -> list[Group]:
    """In the order in which they were made."""
    return [g for g in platform.world.groups if g.kind == "residents"]


def external_id(person: Person) -> str:
    """A worker's userid, a resident's external_userid."""
    return person.id if person.kind == "worker" else f"wm{person.openid}"


def create(platform: Platform, name: str, owner: Person, *, people: list[Person]) -> tuple[Group, Json]:
    """The owner makes a group on the phone; who tells the product gets these fields."""
    members = tuple(dict.fromkeys(p.id for p in (owner, *people)))
    chat_id = "wr" + secrets.token_urlsafe(18)
    group = Group(chat_id, _name(name), "residents", _owner(owner).community, members, owner=owner.id)
    platform.groups.note_made(group, now=platform.now())
    put_group(platform, group)
    return group, _fields(group, "create")


def rename(platform: Platform, group: Group, name: str) -> tuple[Group, Json]:
    changed = replace(group, name=_name(name))
    put_group(platform, changed)
    return changed, _fields(group, "update", UpdateDetail="change_name")


def hand_over(platform: Platform, group: Group, owner: Person) -> tuple[Group, Json]:
    """Another worker who is in the group owns it."""
    if _owner(owner).id not in group.members:
        raise Refusal(f"{owner.name}不在“{group.name}”里，先进群才能当群主。")
    changed = replace(group, owner=owner.id)
    put_group(platform, changed)
    return changed, _fields(group, "update", UpdateDetail="change_owner")


def join(platform: Platform, group: Group, people: list[Person]) -> tuple[Group, Json]:
    """They scan the group's code, or are invited by their colleagues."""
    fresh = [p for p in people if p.id not in group.members]
    if not fresh:
        raise Refusal(f"他们已经在“{group.name}”里了。")
    changed = replace(group, members=(*group.members, *(p.id for p in fresh)))
    for person in fresh:
        platform.groups.note_joined(group, person.id, now=platform.now())
    put_group(platform, changed)
    scene = SCANNED if all(p.kind == "resident" for p in fresh) else INVITED
    moved = _moved(group, changed, fresh)
    return changed, _fields(group, "update", UpdateDetail="add_member", JoinScene=scene, **moved)


def leave(platform: Platform, group: Group, people: list[Person]) -> tuple[Group, Json]:
    """They leave; an owner hands the group over first."""
    gone = [p for p in people if p.id in group.members]
    if not gone:
        raise Refusal(f"他们不在“{group.name}”里。")
    if group.owner in {p.id for p in gone}:
        raise Refusal("群主要先转让群主，才能退群。")
    left = {p.id for p in gone}
    changed = replace(group, members=tuple(m for m in group.members if m not in left))
    put_group(platform, changed)
    moved = _moved(group, changed, gone)
    return changed, _fields(group, "update", UpdateDetail="del_member", QuitScene=LEFT, **moved)


def dismiss(platform: Platform, group: Group) -> tuple[Group, Json]:
    platform.groups.dismissed.add(group.chat_id)
    remove_group(platform, group)
    return replace(group, members=()), _fields(group, "dismiss")


def announcement(platform: Platform, fields: Json) -> Callback | None:
    """The callback that is now to be sent, to the first app that has any."""
    app = next((a for a in platform.world.apps if a.has_callback), None)
    return apps.announce(platform, app, CHANGE_EVENT, fields=fields) if app else None


def _fields(group: Group, change: str, **more: object) -> Json:
    return {"ChatId": group.chat_id, "ChangeType": change, **more}


def _moved(before: Group, after: Group, people: list[Person]) -> Json:
    return {
        "MemChangeCnt": len(people),
        "MemChangeList": {"Item": [external_id(p) for p in people]},
        "LastMemVer": _version(before.members),
        "CurMemVer": _version(after.members),
    }


def _version(members: tuple[str, ...]) -> str:
    return hashlib.sha256("\x00".join(members).encode()).hexdigest()[:32]


def _owner(person: Person) -> Person:
    if person.kind != "worker":
        raise Refusal("居民群的群主要是工作人员。")
    return person


def _name(name: str) -> str:
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Refusal(f"群名要有 1 到 {LONGEST_NAME} 个字。")
    return name.strip()


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
