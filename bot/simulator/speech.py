"""What a person does on their phone: typing, sending a photo or a place; read from a request to the API."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.media import MediaFile
from bot.simulator.photos import thumbnail
from bot.simulator.platform import Platform
from bot.simulator.wire import Json

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # the phone drops them
KINDS = ("text", "image", "voice", "video", "file", "location", "link", "other")
LONGEST_TEXT = 20_000  # characters one can send at once
LARGEST = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 10 << 20}  # bytes, WECHAT 2.5
MOST_PICTURES = 9  # of one message


class Refusal(Exception):
    """A request to the simulator's API that cannot be done; the message is a sentence for its reader."""


@dataclass(frozen=True)
class Utterance:
    kind: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[MediaFile, ...] = ()
    thumb: MediaFile | None = None  # of a video


def read_utterance(platform: Platform, body: Json) -> Utterance:
    """The one thing that is said; Refusal when there is none, several, or it makes no sense."""
    given = [kind for kind in KINDS if body.get(kind) is not None]
    if len(given) != 1 and not (given == ["text", "image"]):
        raise Refusal(f"一次说一样：{'、'.join(KINDS)} 中的一个。")
    if given == ["text"]:
        return Utterance("text", _text(body["text"]), {"menu": body["menu"]} if body.get("menu") else {})
    if "image" in given:
        return _pictures(platform, body)
    kind = given[0]
    if kind in LARGEST:
        return _recording(platform, kind, body)
    if kind == "location":
        return _location(body["location"])
    return _link(body["link"]) if kind == "link" else _other(body["other"])


def media_path(file: MediaFile) -> str:
    return f"/simulator/api/media/{file.id}"


def _text(value: object) -> str:
    text = CONTROL.sub("", value).strip() if isinstance(value, str) else ""
    if not text:
        raise Refusal("text 要是一句话，不能为空。")
    if len(text) > LONGEST_TEXT:
        raise Refusal(f"text 最长 {LONGEST_TEXT} 字。")
    return text


def _pictures(platform: Platform, body: Json) -> Utterance:
    values = body["image"] if isinstance(body["image"], list) else [body["image"]]
    if not 1 <= len(values) <= MOST_PICTURES:
        raise Refusal(f"一次最多发 {MOST_PICTURES} 张照片。")
    text = _text(body["text"]) if body.get("text") is not None else ""
    files = tuple(_file(platform, "image", value) for value in values)
    if not all(file.content_type.startswith("image/") for file in files):
        raise Refusal("image 只收 PNG、JPEG 或 GIF。")
    urls = [media_path(file) for file in files]
    return Utterance("image", text, {"url": urls[0], "urls": urls}, files)


def _recording(platform: Platform, kind: str, body: Json) -> Utterance:
    file = _file(platform, kind, body[kind])
    data: Json = {"url": media_path(file)}
    if kind == "voice":
        data["transcript"] = CONTROL.sub("", str(body.get("transcript") or ""))
    if kind == "file":
        data["name"] = CONTROL.sub("", str(body.get("name") or "文件"))
    if kind != "video":
        return Utterance(kind, "", data, (file,))
    thumb = platform.media.keep(thumbnail(), kind="thumb", now=platform.now())
    return Utterance(kind, "", data, (file,), thumb)


def _file(platform: Platform, kind: str, value: object) -> MediaFile:
    encoded = value.split(",", 1)[-1] if isinstance(value, str) else ""
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(f"{kind} 要是 base64 的文件内容。") from None
    if not 0 < len(data) <= LARGEST[kind]:
        raise Refusal(f"{kind} 不能为空，也不能超过 {LARGEST[kind] >> 20} MB。")
    return platform.media.keep(data, kind=kind, now=platform.now())


def _location(value: object) -> Utterance:
    place = value if isinstance(value, dict) else {}
    lat, lng = place.get("lat"), place.get("lng")
    if not isinstance(lat, int | float) or not isinstance(lng, int | float):
        raise Refusal("location 要有数字 lat 和 lng。")
    if not (-90 <= lat <= 90 and -180 <= lng <= 180):
        raise Refusal("location 的 lat 在 -90 到 90 之间，lng 在 -180 到 180 之间。")
    label = CONTROL.sub("", str(place.get("label") or ""))
    return Utterance("location", label, {"lat": lat, "lng": lng, "label": label})


def _link(value: object) -> Utterance:
    link = value if isinstance(value, dict) else {}
    url = str(link.get("url") or "")
    if not url.startswith(("http://", "https://")):
        raise Refusal("link 要有 http 或 https 的 url。")
    title = CONTROL.sub("", str(link.get("title") or url))
    description = CONTROL.sub("", str(link.get("description") or ""))
    return Utterance("link", title, {"title": title, "description": description, "url": url})


def _other(value: object) -> Utterance:
    other = value if isinstance(value, dict) else {}
    if not isinstance(other.get("type"), str) or not isinstance(other.get("fields", {}), dict):
        raise Refusal("other 要有 type（消息类型）和 fields（字段表）。")
    return Utterance(
        "other", f"[{other['type']}]", {"type": other["type"], "fields": other.get("fields", {})}
    )
