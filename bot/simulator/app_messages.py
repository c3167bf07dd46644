"""The XML that the platform sends to a WeCom app: messages, events, taps, always encrypted (WECHAT 3.2)."""

from collections.abc import Mapping
from typing import Any

from bot.simulator.account_messages import render
from bot.simulator.envelope import Envelope
from bot.simulator.media import MediaFile
from bot.simulator.passive_delivery import path_of
from bot.simulator.platform import Callback, Platform
from bot.simulator.postman import Parcel
from bot.simulator.speech import Utterance, media_path
from bot.simulator.wire import Json, text_field
from bot.simulator.world import App

SYSTEM = "sys"  # who tells of changes of customer groups


def message_fields(platform: Platform, app: App, person: str, *, utterance: Utterance) -> Json:
    """The fields of what a worker said."""
    return {
        **_head(platform, app, person),
        **_content(platform, utterance),
        "MsgId": int(platform.new_message_id()),
        "AgentID": app.agent_id,
    }


def event_fields(platform: Platform, app: App, person: str, *, event: str, fields: Mapping[str, Any]) -> Json:
    """The fields of an event: no MsgId."""
    head = _head(platform, app, person)
    return {**head, "MsgType": "event", "Event": event, "AgentID": app.agent_id, **fields}


def system_fields(platform: Platform, app: App, *, event: str, fields: Mapping[str, Any]) -> Json:
    """An event that is nobody's act: it names no app."""
    return {**_head(platform, app, SYSTEM), "MsgType": "event", "Event": event, **fields}


def tap_fields(card: Json, *, key: str, chosen: Mapping[str, list[str]], code: str) -> Json:
    """What a template_card_event carries beside its head."""
    selected = [{"QuestionKey": question, "OptionIds": {"OptionId": ids}} for question, ids in chosen.items()]
    return {
        "EventKey": key,
        "TaskId": text_field(card, "task_id"),
        "CardType": text_field(card, "card_type"),
        "ResponseCode": code,
        "SelectedItems": {"SelectedItem": selected},
    }


def parcel_for(platform: Platform, app: App, callback: Callback) -> Parcel:
    """One request with its own timestamp, nonce and signature."""
    timestamp, nonce = platform.stamp(path_of(app.callback))
    sealed, signature = envelope_of(app).seal(render(callback.fields), timestamp=timestamp, nonce=nonce)
    query = {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}
    body = render({"ToUserName": app.corp_id, "AgentID": str(app.agent_id), "Encrypt": sealed})
    return Parcel(app.callback, query, body, "text/xml")


def envelope_of(app: App) -> Envelope:
    """The receive id of a self-built app is the corporation's."""
    return Envelope(app.token, app.aes_key, app.corp_id)


def _head(platform: Platform, app: App, person: str) -> Json:
    created = int(platform.now().timestamp())
    return {"ToUserName": app.corp_id, "FromUserName": person, "CreateTime": created}


def _content(platform: Platform, utterance: Utterance) -> Json:
    data = utterance.data
    if utterance.kind == "text":
        return {"MsgType": "text", "Content": utterance.text}
    if utterance.kind == "location":
        place = {"Location_X": round(float(data["lat"]), 6), "Location_Y": round(float(data["lng"]), 6)}
        return {"MsgType": "location", **place, "Scale": 16, "Label": data["label"], "AppType": "wxwork"}
    if utterance.kind == "link":
        shown = {"Title": data["title"], "Description": data["description"], "Url": data["url"]}
        return {"MsgType": "link", **shown, "PicUrl": ""}
    if utterance.kind == "other":
        return {"MsgType": data["type"], **data["fields"]}
    (media,) = utterance.files
    return {"MsgType": utterance.kind, **_media(platform, utterance, media)}


def _media(platform: Platform, utterance: Utterance, media: MediaFile) -> Json:
    if media.kind == "image":
        return {"PicUrl": platform.address + media_path(media), "MediaId": media.id}
    if media.kind == "voice":
        return {"MediaId": media.id, "Format": "amr"}
    return {"MediaId": media.id, "ThumbMediaId": utterance.thumb.id if utterance.thumb else ""}
