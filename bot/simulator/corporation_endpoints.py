"""WeCom's endpoints (qyapi.weixin.qq.com): tokens, group webhooks, customer groups, response_url."""

import base64
import binascii
import hashlib

from bot.simulator.chats import Draft
from bot.simulator.platform import Platform
from bot.simulator.robot import show_card, show_markdown
from bot.simulator.robot_answers import LONGEST_STREAM, BadRobotAnswer, read_card
from bot.simulator.speech import media_path
from bot.simulator.wire import ApiError, Call, Json, byte_length, table_field, text_field
from bot.simulator.world import PUSH_NAME, Group

OK: Json = {"errcode": 0, "errmsg": "ok"}
LONGEST_PUSH = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}  # bytes, WECHAT 3.5
LARGEST_IMAGE = 2 << 20  # bytes


async def get_token(platform: Platform, call: Call) -> Json:
    """GET gettoken: one token per secret, the same while it is valid."""
    corporation = platform.world.corporation
    if corporation is None or call.query.get("corpid") != corporation.corp_id:
        raise ApiError(40013, "invalid corpid")
    secret = call.query.get("corpsecret", "")
    if secret not in corporation.secrets:
        raise ApiError(40001, "invalid credential")
    token = platform.tokens.issue_corporation(secret, now=platform.now())
    seconds = int((token.expires_at - platform.now()).total_seconds())
    return {**OK, "access_token": token.value, "expires_in": seconds}


async def webhook_send(platform: Platform, call: Call) -> Json:
    """POST webhook/send?key=: into the workers' group of that key, 20 in any minute."""
    key = call.query.get("key", "")
    group = next((g for g in platform.world.groups if g.webhook and g.webhook == key), None)
    if group is None:
        raise ApiError(93000, "invalid webhook url, hint: [simulator]")
    draft = _push(platform, call.json())
    platform.pushes.spend(key, now=platform.now())
    platform.show(group.chat_id, draft)
    return OK


async def list_group_chats(platform: Platform, call: Call) -> Json:
    """POST externalcontact/groupchat/list."""
    body = call.json()
    limit = body.get("limit", 1000)
    if not isinstance(limit, int) or not 1 <= limit <= 1000:
        raise ApiError(40058, "limit must be 1 to 1000")
    owners = table_field(body, "owner_filter").get("userid_list")
    groups = [g for g in _customer_groups(platform) if not owners or g.owner in owners]
    start = int(body["cursor"]) if str(body.get("cursor") or "").isdigit() else 0
    page = [{"chat_id": g.chat_id, "status": 0} for g in groups[start : start + limit]]
    following = {"next_cursor": str(start + limit)} if start + limit < len(groups) else {}
    return {**OK, "group_chat_list": page, **following}


async def get_group_chat(platform: Platform, call: Call) -> Json:
    """POST externalcontact/groupchat/get."""
    body = call.json()
    group = platform.world.group(text_field(body, "chat_id"))
    if group is None or group.kind != "residents":
        raise ApiError(40050, "invalid chat_id")
    people = [p for p in platform.world.people if p.id in group.members]
    joined = int(platform.now().timestamp())
    members = [
        {
            "userid": p.id if p.kind == "worker" else f"wm{p.openid}",
            "type": 1 if p.kind == "worker" else 2,
            "join_time": joined,
            "join_scene": 1 if p.kind == "worker" else 3,
            **({"name": p.name} if body.get("need_name") == 1 else {}),
        }
        for p in people
    ]
    detail = {"chat_id": group.chat_id, "name": group.name, "owner": group.owner, "create_time": joined}
    return {**OK, "group_chat": {**detail, "notice": "", "member_list": members, "admin_list": []}}


async def add_msg_template(platform: Platform, call: Call) -> Json:
    """POST externalcontact/add_msg_template: a task that waits for the group owner's tap."""
    body = call.json()
    if text_field(body, "chat_type") != "group":
        raise ApiError(40058, "chat_type must be group here")
    sender = text_field(body, "sender")
    if not sender:
        raise ApiError(40058, "sender is missing")
    person = platform.world.person(sender)
    if person is None or person.kind != "worker":
        raise ApiError(60111, "userid not found")
    text, attachments = _task_content(body)
    owned = [g.chat_id for g in _customer_groups(platform) if g.owner == sender]
    wanted = body.get("chat_id_list") or owned
    if not isinstance(wanted, list) or len(wanted) > 2000:
        raise ApiError(40058, "chat_id_list must hold at most 2000 chats")
    failed = [chat for chat in wanted if chat not in owned]
    reached = list(dict.fromkeys(chat for chat in wanted if chat in owned))
    if not reached:
        raise ApiError(41048, "no customer group that the sender owns")
    task = platform.tasks.add(sender, text, reached, attachments=attachments, now=platform.now())
    return {**OK, "fail_list": failed, "msgid": task.msgid}


async def get_groupmsg_send_result(platform: Platform, call: Call) -> Json:
    """POST externalcontact/get_groupmsg_send_result: 0 not sent, 1 sent, 3 the month's share is used up."""
    body = call.json()
    task = platform.tasks.get(text_field(body, "msgid"))
    if task is None or text_field(body, "userid") != task.sender:
        raise ApiError(40058, "msgid or userid is wrong")
    sent = [
        {
            "chat_id": chat,
            "userid": task.sender,
            "status": status,
            **({"send_time": int(task.sent_at[chat].timestamp())} if chat in task.sent_at else {}),
        }
        for chat, status in task.status.items()
    ]
    return {**OK, "next_cursor": "", "send_list": sent}


async def robot_response(platform: Platform, call: Call) -> Json:
    """POST aibot/response?response_code=: one use, within the hour."""
    held = platform.response_codes.get(call.query.get("response_code", ""))
    if held is None or held.is_used or held.expires_at <= platform.now():
        raise ApiError(40058, "response_code is unknown, used or expired")
    robot = platform.world.robot(held.robot)
    if robot is None:
        raise ApiError(40058, "the robot is gone")
    body = call.json()
    kind = text_field(body, "msgtype")
    if kind == "markdown":
        text = _content(table_field(body, "markdown"), LONGEST_STREAM)
        held.is_used = True
        show_markdown(platform, robot, held.chat, text=text)
    elif kind == "template_card":
        card = _card(table_field(body, "template_card"))
        held.is_used = True
        show_card(platform, robot, held.chat, card=card)
    else:
        raise ApiError(40008, "invalid message type")
    return OK


def _customer_groups(platform: Platform) -> list[Group]:
    return [g for g in platform.world.groups if g.kind == "residents"]


def _push(platform: Platform, body: Json) -> Draft:
    kind = text_field(body, "msgtype")
    part = table_field(body, kind)
    if kind in LONGEST_PUSH:
        text = _content(part, LONGEST_PUSH[kind])
        mentioned = [str(m) for m in part.get("mentioned_list") or []]
        return Draft(
            "webhook", PUSH_NAME, "text" if kind == "text" else "markdown", text, {"mentioned": mentioned}
        )
    if kind == "template_card":
        card = _card(part)
        title = table_field(card, "main_title").get("title") or card.get("sub_title_text")
        return Draft("webhook", PUSH_NAME, "card", str(title), {"card": card})
    if kind == "image":
        return _pushed_image(platform, part)
    if kind == "news":
        articles = part.get("articles")
        return _pushed_news(articles if isinstance(articles, list) else [])
    raise ApiError(40008, "invalid message type")


def _pushed_news(articles: list[Json]) -> Draft:
    if not 1 <= len(articles) <= 8 or not all(isinstance(a, dict) for a in articles):
        raise ApiError(40058, "articles must be 1 to 8")
    fields = {"title": "title", "description": "description", "url": "url", "picture": "picurl"}
    shown = [{ours: text_field(a, theirs) for ours, theirs in fields.items()} for a in articles]
    return Draft("webhook", PUSH_NAME, "news", shown[0]["title"], {"articles": shown})


def _pushed_image(platform: Platform, part: Json) -> Draft:
    try:
        data = base64.b64decode(text_field(part, "base64"), validate=True)
    except (binascii.Error, ValueError):
        raise ApiError(40058, "image.base64 is no base64") from None
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    if not data or len(data) > LARGEST_IMAGE or digest != text_field(part, "md5"):
        raise ApiError(40058, "image is empty, above 2 MB, or its md5 is wrong")
    file = platform.media.keep(data, kind="image", now=platform.now())
    return Draft("webhook", PUSH_NAME, "image", "", {"url": media_path(file)})


def _content(part: Json, limit: int) -> str:
    content = text_field(part, "content")
    if not content.strip():
        raise ApiError(44004, "empty content")
    if byte_length(content) > limit:
        raise ApiError(45002, "content size out of limit")
    return content


def _card(part: Json) -> Json:
    try:
        return read_card(part)
    except BadRobotAnswer as bad:
        raise ApiError(40058, str(bad)) from None


def _task_content(body: Json) -> tuple[str, list[Json]]:
    text = text_field(table_field(body, "text"), "content")
    attachments = body.get("attachments") or []
    if not isinstance(attachments, list) or len(attachments) > 9:
        raise ApiError(40058, "at most 9 attachments")
    if not text.strip() and not attachments:
        raise ApiError(44004, "empty content")
    if byte_length(text) > 4000:
        raise ApiError(45002, "content size out of limit")
    return text, [a for a in attachments if isinstance(a, dict)]
