"""The endpoints by which an Official Account speaks unasked: customer messages and notices."""

import secrets
from typing import Any

from bot.simulator.account import report, show_from_account
from bot.simulator.account_answers import LONGEST_TEXT, AccountReply
from bot.simulator.account_endpoints import follower
from bot.simulator.platform import Platform
from bot.simulator.wire import (
    ApiError,
    Call,
    Json,
    byte_length,
    has_spoiling_escape,
    table_field,
    text_field,
)
from bot.simulator.world import Account, Person

OK: Json = {"errcode": 0, "errmsg": "ok"}
BARE_KINDS = frozenset({"music", "mpnews", "mpnewsarticle", "wxcard", "miniprogrampage", "link"})
# longest values of a notice by the kind of their key (thing1, phrase2 …), in characters
VALUE_LIMITS = {
    "thing": 20,
    "character_string": 32,
    "phrase": 5,
    "name": 10,
    "number": 32,
    "phone_number": 17,
}


async def custom_send(platform: Platform, call: Call) -> Json:
    """POST message/custom/send, within the resident's windows."""
    if has_spoiling_escape(call.raw):
        raise ApiError(
            40033, "invalid charset. please check your request, if include \\uxxxx will create fail!"
        )
    body = call.json()
    account = _account(call)
    if not account.customer_messages:
        raise ApiError(48001, "api unauthorized")
    person = follower(platform, call, text_field(body, "touser"))
    reply = _customer_reply(platform, body)
    _ensure_follows(platform, person)
    platform.allowances.spend(person.openid, now=platform.now())
    show_from_account(platform, person, reply)
    return OK


async def custom_typing(platform: Platform, call: Call) -> Json:
    """POST message/custom/typing."""
    body = call.json()
    follower(platform, call, text_field(body, "touser"))
    if text_field(body, "command") not in {"Typing", "CancelTyping"}:
        raise ApiError(40058, "invalid command")
    return OK


async def subscribe_bizsend(platform: Platform, call: Call) -> Json:
    """POST message/subscribe/bizsend: one notice per consent the resident has given."""
    body = call.json()
    person = follower(platform, call, text_field(body, "touser"))
    template = text_field(body, "template_id")
    text, data = _notice(_account(call), template, body)
    _ensure_follows(platform, person)
    key = (person.openid, template)
    if platform.followers.subscriptions.get(key, 0) < 1:
        raise ApiError(43101, "user refuse to accept the msg")
    platform.followers.subscriptions[key] -= 1
    message_id = _show_notice(platform, person, text, data=data)
    item = {"TemplateId": template, "MsgID": message_id, "ErrorCode": 0, "ErrorStatus": "success"}
    report(platform, person, "subscribe_msg_sent_event", fields={"SubscribeMsgSentEvent": {"List": item}})
    return OK


async def template_send(platform: Platform, call: Call) -> Json:
    """POST message/template/send, to followers; its outcome comes as an event."""
    body = call.json()
    person = follower(platform, call, text_field(body, "touser"))
    text, data = _notice(_account(call), text_field(body, "template_id"), body)
    _ensure_follows(platform, person)
    message_id = _show_notice(platform, person, text, data=data)
    report(platform, person, "TEMPLATESENDJOBFINISH", fields={"MsgID": message_id, "Status": "success"})
    return {**OK, "msgid": message_id}


def _ensure_follows(platform: Platform, person: Person) -> None:
    if person.openid in platform.followers.unfollowed:
        raise ApiError(43004, "require subscribe")


def _account(call: Call) -> Account:
    if call.account is None:
        raise ApiError(41001, "access_token missing")
    return call.account


def _customer_reply(platform: Platform, body: Json) -> AccountReply:
    kind = text_field(body, "msgtype")
    part = table_field(body, kind)
    if kind == "text":
        return AccountReply("text", _content(part.get("content")))
    if kind in {"image", "voice", "video"}:
        file = platform.media.get(text_field(part, "media_id"), now=platform.now())
        if file is None:
            raise ApiError(40007, "invalid media_id")
        return AccountReply(kind, "", {"url": f"/simulator/api/media/{file.id}"})
    if kind == "msgmenu":
        return _menu(part)
    if kind == "news":
        articles = part.get("articles")
        if not isinstance(articles, list) or len(articles) != 1 or not isinstance(articles[0], dict):
            raise ApiError(45008, "article size out of limit")
        return _article(articles[0])
    if kind in BARE_KINDS and part:
        return AccountReply("text", f"[{text_field(part, 'title') or kind}]")
    raise ApiError(40008, "invalid message type")


def _content(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ApiError(44004, "empty content")
    if byte_length(value) > LONGEST_TEXT:
        raise ApiError(45002, "content size out of limit")
    return value


def _menu(part: Json) -> AccountReply:
    options = part.get("list")
    if not isinstance(options, list) or not all(isinstance(o, dict) and o.get("content") for o in options):
        raise ApiError(40035, "invalid parameter")
    shown = [{"id": str(o.get("id", "")), "content": str(o["content"])} for o in options]
    data = {"menu": shown, "tail": text_field(part, "tail_content")}
    return AccountReply("menu", _content(part.get("head_content")), data)


def _article(article: Json) -> AccountReply:
    shown = {
        "title": text_field(article, "title"),
        "description": text_field(article, "description"),
        "url": text_field(article, "url"),
        "picture": text_field(article, "picurl"),
    }
    return AccountReply("news", shown["title"], {"articles": [shown]})


def _notice(account: Account, template: str, body: Json) -> tuple[str, Json]:
    if not template or template != account.notice_template:
        raise ApiError(40037, "invalid template_id")
    values: Json = {}
    for key, part in table_field(body, "data").items():
        value = part.get("value") if isinstance(part, dict) else None
        limit = VALUE_LIMITS.get(key.rstrip("0123456789"), 1000)
        if not isinstance(value, str | int) or not str(value) or len(str(value)) > limit:
            raise ApiError(47003, f"argument invalid! data.{key}.value is empty or too long")
        values[key] = str(value)
    if not values:
        raise ApiError(47003, "argument invalid! data is empty")
    return "\n".join(values.values()), {
        "values": values,
        "url": text_field(body, "url") or text_field(body, "page"),
    }


def _show_notice(platform: Platform, person: Person, text: str, *, data: Json) -> int:
    show_from_account(platform, person, AccountReply("notice", text, data))
    return int(platform.now().timestamp()) * 1000 + secrets.randbelow(1000)
