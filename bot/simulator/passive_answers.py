"""The XML with which the product answers a callback at once, for Official Accounts and apps alike."""

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree import ElementTree

from bot.simulator.envelope import Envelope, EnvelopeError
from bot.simulator.media import MediaFile
from bot.simulator.speech import media_path
from bot.simulator.wire import Json, byte_length

LONGEST_TEXT = 2048  # bytes of UTF-8, WECHAT 1.7
MOST_ARTICLES = 8
SEALED_FIELDS = frozenset({"Encrypt", "MsgSignature", "TimeStamp", "Nonce"})

FindMedia = Callable[[str], MediaFile | None]
Fields = dict[str, ElementTree.Element]


class BadAnswer(Exception):
    """An answer that the platform does not take; the message says why."""


@dataclass(frozen=True)
class PassiveReply:
    kind: str
    text: str
    data: Json = field(default_factory=dict)


def is_silence(body: str) -> bool:
    """Whether the product only says that it has the message."""
    return body.strip() in {"", "success"}


def read_fields(body: str) -> Fields:
    """The elements below `<xml>` by name; BadAnswer for anything else."""
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
    return children(root)


def children(element: ElementTree.Element) -> Fields:
    """The elements below this one by name, of which none may come twice."""
    fields: Fields = {}
    for child in element:
        if child.tag in fields:
            raise BadAnswer(f"{child.tag} appears twice")
        fields[child.tag] = child
    return fields


def opened(fields: Fields, envelope: Envelope) -> Fields:
    """What is inside an encrypted answer."""
    missing = SEALED_FIELDS - fields.keys()
    if missing:
        raise BadAnswer(f"the encrypted answer has no {', '.join(sorted(missing))}")
    timestamp = text(fields, "TimeStamp")
    if not timestamp.isdigit():
        raise BadAnswer("TimeStamp of the encrypted answer is no number")
    try:
        inside = envelope.open(
            text(fields, "Encrypt"),
            signature=text(fields, "MsgSignature"),
            timestamp=timestamp,
            nonce=text(fields, "Nonce"),
        )
    except EnvelopeError as error:
        raise BadAnswer(str(error)) from None
    return read_fields(inside)


def ensure_created(fields: Fields) -> None:
    """The answer says when it was made."""
    created = text(fields, "CreateTime")
    if not (created.isdigit() and created.isascii()):
        raise BadAnswer("CreateTime is no number of seconds")


def usual_reply(fields: Fields, find_media: FindMedia) -> PassiveReply | None:
    """A text, image, voice, video or news; None for any other kind."""
    kind = text(fields, "MsgType")
    if kind == "text":
        return PassiveReply("text", _content(fields))
    if kind in {"image", "voice", "video"}:
        return _media(fields, kind, find_media)
    return _news(fields) if kind == "news" else None


def nested(fields: Fields, name: str) -> Fields:
    """The elements inside that one; BadAnswer when there is no such element."""
    if name not in fields:
        raise BadAnswer(f"{name} is missing")
    return children(fields[name])


def text(fields: Fields, name: str) -> str:
    """The text of that element, empty when there is none."""
    element = fields.get(name)
    if element is None:
        return ""
    if len(element):
        raise BadAnswer(f"{name} holds elements instead of text")
    return element.text or ""


def _content(fields: Fields) -> str:
    content = text(fields, "Content")
    if not content.strip():
        raise BadAnswer("Content is empty")
    if byte_length(content) > LONGEST_TEXT:
        raise BadAnswer(f"Content has {byte_length(content)} bytes, more than {LONGEST_TEXT}")
    return content


def _media(fields: Fields, kind: str, find_media: FindMedia) -> PassiveReply:
    media_id = text(nested(fields, kind.capitalize()), "MediaId")
    file = find_media(media_id)
    if file is None:
        raise BadAnswer(f"MediaId {media_id!r} is unknown")
    return PassiveReply(kind, "", {"url": media_path(file)})


def _news(fields: Fields) -> PassiveReply:
    articles = [children(item) for item in fields["Articles"]] if "Articles" in fields else []
    if not 1 <= len(articles) <= MOST_ARTICLES or text(fields, "ArticleCount") != str(len(articles)):
        raise BadAnswer("ArticleCount and Articles do not agree, or there are too many")
    shown = [
        {
            "title": text(a, "Title"),
            "description": text(a, "Description"),
            "url": text(a, "Url"),
            "picture": text(a, "PicUrl"),
        }
        for a in articles
    ]
    return PassiveReply("news", shown[0]["title"], {"articles": shown})
