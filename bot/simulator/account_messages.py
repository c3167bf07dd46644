"""The XML that the platform sends to an Official Account: messages, events, the three modes."""

import re
from collections.abc import Mapping
from typing import Any

from bot.simulator.envelope import Envelope, sign
from bot.simulator.media import MediaFile
from bot.simulator.passive_delivery import path_of
from bot.simulator.platform import Callback, Platform
from bot.simulator.postman import Parcel
from bot.simulator.speech import Utterance, media_path
from bot.simulator.wire import Json
from bot.simulator.world import Account, Person

NAME = re.compile(r"[A-Za-z_][\w.-]*")


def message_fields(platform: Platform, person: Person, utterance: Utterance) -> Json:
    """The fields of a message, WECHAT 1.4."""
    return {
        **_head(platform, person),
        **_content(platform, utterance),
        "MsgId": int(platform.new_message_id()),
    }


def event_fields(platform: Platform, person: Person, event: str, *, fields: Mapping[str, Any]) -> Json:
    """The fields of an event, WECHAT 1.5: no MsgId."""
    return {**_head(platform, person), "MsgType": "event", "Event": event, **fields}


def parcel_for(platform: Platform, account: Account, callback: Callback) -> Parcel:
    """One request with its own timestamp, nonce and signature."""
    timestamp, nonce = platform.stamp(path_of(account.callback))
    query = {
        "signature": sign(account.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": callback.fields["FromUserName"],
    }
    body = render(callback.fields)
    if account.mode != "plain":
        sealed, signature = envelope_of(account).seal(body, timestamp=timestamp, nonce=nonce)
        query |= {"encrypt_type": "aes", "msg_signature": signature}
        shown = callback.fields if account.mode == "compatible" else {"ToUserName": account.gh_id}
        body = render({**shown, "Encrypt": sealed})
    return Parcel(account.callback, query, body, "text/xml")


def envelope_of(account: Account) -> Envelope:
    return Envelope(account.token, account.aes_key, account.app_id)


def render(fields: Mapping[str, Any]) -> str:
    """`<xml>` with one element per field; a list repeats its element, a mapping nests."""
    return "<xml>" + "".join(_element(name, value) for name, value in fields.items()) + "</xml>"


def _head(platform: Platform, person: Person) -> Json:
    account = platform.world.account(person.account)
    return {
        "ToUserName": account.gh_id,
        "FromUserName": person.openid,
        "CreateTime": int(platform.now().timestamp()),
    }


def _content(platform: Platform, utterance: Utterance) -> Json:
    data = utterance.data
    if utterance.kind == "text":
        menu = {"bizmsgmenuid": str(data["menu"])} if "menu" in data else {}
        return {"MsgType": "text", "Content": utterance.text, **menu}
    if utterance.kind == "location":
        return {
            "MsgType": "location",
            "Location_X": round(float(data["lat"]), 6),
            "Location_Y": round(float(data["lng"]), 6),
            "Scale": 16,
            "Label": data["label"],
        }
    if utterance.kind == "link":
        return {
            "MsgType": "link",
            "Title": data["title"],
            "Description": data["description"],
            "Url": data["url"],
        }
    if utterance.kind == "other":
        return {"MsgType": data["type"], **data["fields"]}
    (media,) = utterance.files
    return {"MsgType": utterance.kind, "MediaId": media.id, **_media_extra(platform, utterance, media)}


def _media_extra(platform: Platform, utterance: Utterance, media: MediaFile) -> Json:
    if media.kind == "image":
        return {"PicUrl": platform.address + media_path(media)}
    if media.kind == "voice":
        return {"Format": "amr", "Recognition": ""}  # recognition was withdrawn: it arrives empty
    return {"ThumbMediaId": utterance.thumb.id if utterance.thumb else ""}


def _element(name: str, value: object) -> str:
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no element name")
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if isinstance(value, Mapping):
        inner = "".join(_element(child, item) for child, item in value.items())
        return f"<{name}>{inner}</{name}>"
    if isinstance(value, int | float):
        return f"<{name}>{value}</{name}>"
    text = str(value).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{text}]]></{name}>"
