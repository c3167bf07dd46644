"""WeCom's endpoints (qyapi.weixin.qq.com): tokens, group webhooks, response_url."""

import base64
import binascii
import hashlib

from bot.simulator.cards import KINDS, NOTICES, BadCard, read_card, title_of
from bot.simulator.chats import Draft
from bot.simulator.platform import Platform
from bot.simulator.robot import show_card, show_markdown
from bot.simulator.robot_answers import LONGEST_STREAM
from bot.simulator.speech import media_path
from bot.simulator.wire import ApiError, Call, Json, byte_length, table_field, text_field
from bot.simulator.world import PUSH_NAME

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
        if platform.cards.is_used(f"robot:{robot.name}", card):
            raise ApiError(40058, "task_id has been used before")
        held.is_used = True
        show_card(platform, robot, held.chat, card=card)
    else:
        raise ApiError(40008, "invalid message type")
    return OK


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
        card = _card(part, kinds=NOTICES, needs_action=True)
        return Draft("webhook", PUSH_NAME, "card", title_of(card), {"card": card})
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


def _card(part: Json, *, kinds: frozenset[str] = KINDS, needs_action: bool = False) -> Json:
    try:
        return read_card(part, kinds=kinds, needs_action=needs_action)
    except BadCard as bad:
        raise ApiError(40058, str(bad)) from None
