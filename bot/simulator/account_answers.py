"""Reads the product's answer to an Official Account callback as strictly as the platform does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree import ElementTree

from bot.simulator.account_messages import envelope_of
from bot.simulator.envelope import EnvelopeError
from bot.simulator.media import MediaFile
from bot.simulator.wire import Json, byte_length
from bot.simulator.world import Account

LONGEST_TEXT = 2048  # bytes of UTF-8, WECHAT 1.7
MOST_ARTICLES = 8
SEALED_FIELDS = frozenset({"Encrypt", "MsgSignature", "TimeStamp", "Nonce"})

FindMedia = Callable[[str], MediaFile | None]


class BadAnswer(Exception):
    """An answer for which the resident is told that the service failed; the message says why."""


@dataclass(frozen=True)
class AccountReply:
    kind: str
    text: str
    data: Json = field(default_factory=dict)


def read_answer(body: str, account: Account, openid: str, *, find_media: FindMedia) -> AccountReply | None:
    """The reply to show, None for `success` and an empty body; BadAnswer for anything malformed."""
    if body.strip() in {"", "success"}:
        return None
    fields = _fields(body)
    if "Encrypt" in fields:
        fields = _fields(_opened(fields, account))
    elif account.mode == "safe":
        raise BadAnswer("a plain answer in safe mode")
    _ensure_head(fields, account, openid)
    return _reply(fields, find_media)


Fields = dict[str, ElementTree.Element]


def _fields(body: str) -> Fields:
    if "\ufffd" in body:
        raise BadAnswer("the answer is not UTF-8")
    if "<!DOCTYPE" in body or "<!ENTITY" in body:
        raise BadAnswer("the answer declares a document type")
    try:
        root = ElementTree.fromstring(body.strip())  # noqa: S314 -- no DOCTYPE, see above
    except (ElementTree.ParseError, ValueError) as error:
        raise BadAnswer(f"the answer is not XML: {error}") from None
    if root.tag != "xml":
        raise BadAnswer(f"the answer's root is <{root.tag}>, not <xml>")
    return _children(root)


def _children(element: ElementTree.Element) -> Fields:
    fields: Fields = {}
    for child in element:
        if child.tag in fields:
            raise BadAnswer(f"{child.tag} appears twice")
        fields[child.tag] = child
    return fields


def _opened(fields: Fields, account: Account) -> str:
    if account.mode == "plain":
        raise BadAnswer("an encrypted answer in plain mode")
    missing = SEALED_FIELDS - fields.keys()
    if missing:
        raise BadAnswer(f"the encrypted answer has no {', '.join(sorted(missing))}")
    timestamp = _text(fields, "TimeStamp")
    if not timestamp.isdigit():
        raise BadAnswer("TimeStamp of the encrypted answer is no number")
    try:
        return envelope_of(account).open(
            _text(fields, "Encrypt"),
            signature=_text(fields, "MsgSignature"),
            timestamp=timestamp,
            nonce=_text(fields, "Nonce"),
        )
    except EnvelopeError as error:
        raise BadAnswer(str(error)) from None


def _ensure_head(fields: Fields, account: Account, openid: str) -> None:
    if _text(fields, "ToUserName") != openid:
        raise BadAnswer("ToUserName is not the resident's openid")
    if _text(fields, "FromUserName") != account.gh_id:
        raise BadAnswer("FromUserName is not the account")
    created = _text(fields, "CreateTime")
    if not (created.isdigit() and created.isascii()):
        raise BadAnswer("CreateTime is no number of seconds")


def _reply(fields: Fields, find_media: FindMedia) -> AccountReply:
    kind = _text(fields, "MsgType")
    if kind == "text":
        return AccountReply("text", _content(fields))
    if kind in {"image", "voice", "video"}:
        return _media_reply(fields, kind, find_media)
    if kind == "news":
        return _news(fields)
    if kind == "music":
        return AccountReply("link", _text(_nested(fields, "Music"), "Title") or "音乐")
    if kind == "transfer_customer_service":
        return AccountReply("system", "已转接人工客服")
    raise BadAnswer(f"MsgType {kind!r} is no kind of reply")


def _content(fields: Fields) -> str:
    content = _text(fields, "Content")
    if not content.strip():
        raise BadAnswer("Content is empty")
    if byte_length(content) > LONGEST_TEXT:
        raise BadAnswer(f"Content has {byte_length(content)} bytes, more than {LONGEST_TEXT}")
    return content


def _media_reply(fields: Fields, kind: str, find_media: FindMedia) -> AccountReply:
    media_id = _text(_nested(fields, kind.capitalize()), "MediaId")
    file = find_media(media_id)
    if file is None:
        raise BadAnswer(f"MediaId {media_id!r} is unknown")
    return AccountReply(kind, "", {"url": f"/simulator/api/media/{file.id}"})


def _news(fields: Fields) -> AccountReply:
    articles = [_children(item) for item in fields["Articles"]] if "Articles" in fields else []
    if not 1 <= len(articles) <= MOST_ARTICLES or _text(fields, "ArticleCount") != str(len(articles)):
        raise BadAnswer("ArticleCount and Articles do not agree, or there are too many")
    shown = [
        {
            "title": _text(a, "Title"),
            "description": _text(a, "Description"),
            "url": _text(a, "Url"),
            "picture": _text(a, "PicUrl"),
        }
        for a in articles
    ]
    return AccountReply("news", shown[0]["title"], {"articles": shown})


def _nested(fields: Fields, name: str) -> Fields:
    if name not in fields:
        raise BadAnswer(f"{name} is missing")
    return _children(fields[name])


def _text(fields: Fields, name: str) -> str:
    element = fields.get(name)
    if element is None:
        return ""
    if len(element):
        raise BadAnswer(f"{name} holds elements instead of text")
    return element.text or ""
