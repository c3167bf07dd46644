"""Reads the product's answer to a WeCom app's callback as strictly as the platform does."""

import re
from xml.etree import ElementTree

from bot.simulator.app_messages import envelope_of
from bot.simulator.cards import BadCard, read_card, title_of
from bot.simulator.passive_answers import (
    BadAnswer,
    Fields,
    FindMedia,
    PassiveReply,
    ensure_created,
    is_silence,
    nested,
    opened,
    read_fields,
    text,
    usual_reply,
)
from bot.simulator.wire import Json, text_field
from bot.simulator.world import App

CARD_UPDATE = "card_update"  # kind of the reply that changes the card which was tapped
LISTS = frozenset(
    {"HorizontalContentList", "ButtonList", "OptionList", "SelectList", "JumpList", "ActionList"}
    | {"VerticalContentList"}
)
NUMBERS = frozenset({"Style", "Type", "DescColor", "Mode"})
JOINED = {"KeyName": "keyname", "AppId": "appid", "PagePath": "pagepath", "UserId": "userid"}


def read_answer(
    body: str, app: App, person: str, *, card: Json | None, find_media: FindMedia
) -> PassiveReply | None:
    """The reply to show, None for `success` and an empty body; BadAnswer for anything malformed.

    `card`: the one that was tapped, if this answers a tap; only then can it be changed.
    """
    if is_silence(body):
        return None
    fields = read_fields(body)
    if "Encrypt" not in fields:
        raise BadAnswer("an app's answer must be encrypted")
    fields = opened(fields, envelope_of(app))
    if text(fields, "ToUserName") != person:
        raise BadAnswer("ToUserName is not the member's userid")
    if text(fields, "FromUserName") != app.corp_id:
        raise BadAnswer("FromUserName is not the corporation")
    ensure_created(fields)
    return usual_reply(fields, find_media) or _update(fields, card)


def _update(fields: Fields, card: Json | None) -> PassiveReply:
    kind = text(fields, "MsgType")
    if kind not in {"update_template_card", "update_button"}:
        raise BadAnswer(f"MsgType {kind!r} is no kind of reply")
    if card is None:
        raise BadAnswer(f"{kind} answers no tap")
    if kind == "update_button":
        name = text(nested(fields, "Button"), "ReplaceName")
        if not name:
            raise BadAnswer("Button has no ReplaceName")
        return PassiveReply(CARD_UPDATE, title_of(card), {"card": settled(card, name)})
    if "TemplateCard" not in fields:
        raise BadAnswer("TemplateCard is missing")
    try:
        changed = changed_card(card, _table(fields["TemplateCard"]))
    except BadCard as bad:
        raise BadAnswer(str(bad)) from None
    return PassiveReply(CARD_UPDATE, title_of(changed), {"card": changed})


def settled(card: Json, name: str) -> Json:
    """The card with one dead button of that name instead of those it had."""
    return {**card, "button_list": [], "submit_button": None, "replace_text": name}


def changed_card(card: Json, new: Json) -> Json:
    """The card in the place of another: it keeps the task_id, or BadCard."""
    task_id = text_field(card, "task_id")
    if text_field(new, "task_id") not in {"", task_id}:
        raise BadCard("the changed card has another task_id")
    return read_card({**new, "task_id": task_id}, is_update=True)


def _table(element: ElementTree.Element) -> Json:
    """XML of a card in the names of its JSON; an element that may repeat makes a list."""
    table: Json = {}
    for child in element:
        name = JOINED.get(child.tag) or re.sub(r"(?<!^)(?=[A-Z])", "_", child.tag).lower()
        if child.tag in LISTS:
            table.setdefault(name, []).append(_table(child))
        elif name in table:
            raise BadAnswer(f"{child.tag} appears twice")
        elif len(child):
            table[name] = _table(child)
        else:
            table[name] = _value(child)
    return table


def _value(element: ElementTree.Element) -> str | int:
    value = element.text or ""
    return int(value) if element.tag in NUMBERS and value.isdecimal() else value
