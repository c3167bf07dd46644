"""Our small description of a card as the template card that robots and apps push (WW/101032, WW/90236).

The platforms' limits hold for every card: what is too long ends with an ellipsis, what is too many is left
out. Counts of characters are those the pages advise for robots; apps show a little more.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.channels.parts import abridge
from bot.channels.texts import clean

SOURCE = "回音"
TITLE, ABOUT, WORDS = 26, 30, 112  # characters of main_title.title, main_title.desc and sub_title_text
LINES, LINE_NAME, LINE_VALUE = 6, 5, 26  # horizontal_content_list: how many, and characters of each half
BUTTONS, BUTTON_TEXT = 6, 10  # how many, characters
OPTIONS, OPTION_TEXT, CHOICE_TITLE = 10, 10, 13  # of a drop-down: how many, characters
KEY, OPTION_ID = 1024, 128  # bytes; what is longer would come back as something else
FIRST, OTHER = 1, 2  # button styles
SETTLED = "settled"  # the key of the one button that a replaced card still has: its tap asks for nothing

TASK_ID = re.compile(r"[0-9A-Za-z_@-]{1,128}", re.ASCII)

Json = dict[str, Any]  # JSON leaves here
Pair = tuple[str, str]


def template_card(card: Mapping[str, Any]) -> Json:
    """The card as it is pushed; empty when it cannot be one, so that its text is sent instead.

    A card needs a task id, a title or words, and a button or the note of what became of it.
    """
    task_id, note = _line(card, "task_id"), _line(card, "note")
    buttons = _buttons(card, note)
    title, words = abridge(_line(card, "title"), TITLE), _words(card, note)
    if not TASK_ID.fullmatch(task_id) or not buttons or not (title or words):
        return {}
    return _without_empty({
        "card_type": "button_interaction",
        "source": {"desc": SOURCE},
        "main_title": _without_empty({"title": title, "desc": abridge(_line(card, "about"), ABOUT)}),
        "sub_title_text": words,
        "horizontal_content_list": [
            {"keyname": abridge(name, LINE_NAME), "value": abridge(value, LINE_VALUE)}
            for name, value in _lines(card.get("lines"))
        ][:LINES],
        "button_selection": _choice(card.get("choice")),
        "button_list": buttons,
        "task_id": task_id,
    })  # fmt: skip


def replaced(card: Mapping[str, Any], note: str) -> Json:
    """What stands where the card was once somebody has settled it: the same without choices, and the note."""
    kept = {name: value for name, value in card.items() if name not in ("choice", "buttons")}
    return kept | {"note": note}


def card_of(body: Mapping[str, Any]) -> Json:
    """The template card of a message's body; empty when it has none."""
    card = body.get("card")
    return template_card(card) if isinstance(card, dict) else {}


def _words(card: Mapping[str, Any], note: str) -> str:
    """The words below the title; a note that no button has room for stands above them."""
    words = card.get("words")
    text = clean(words).strip() if isinstance(words, str) else ""
    return abridge(f"{note}\n{text}".strip() if len(note) > BUTTON_TEXT else text, WORDS)


def _buttons(card: Mapping[str, Any], note: str) -> list[Json]:
    if note:
        short = (
            note if len(note) <= BUTTON_TEXT else note.split(maxsplit=1)[0]
        )  # the rest stands above the words
        return [{"text": abridge(short, BUTTON_TEXT), "style": OTHER, "key": SETTLED}]
    return [
        {"text": abridge(text, BUTTON_TEXT), "style": OTHER if number else FIRST, "key": key}
        for number, (key, text) in enumerate(_keyed(card.get("buttons"), KEY)[:BUTTONS])
    ]


def _choice(choice: object) -> Json:
    """The drop-down; empty without a key or an option."""
    if not isinstance(choice, dict):
        return {}
    key, title = _line(choice, "key"), abridge(_line(choice, "title"), CHOICE_TITLE)
    options = [
        {"id": option, "text": abridge(text, OPTION_TEXT)}
        for option, text in _keyed(choice.get("options"), OPTION_ID)[:OPTIONS]
    ]
    if not options or not _is_key(key, KEY):
        return {}
    return _without_empty({"question_key": key, "title": title, "option_list": options})


def _lines(pairs: object) -> list[Pair]:
    """Names with their values, those without either left out."""
    lines = [(_in_one_line(name), _in_one_line(value)) for name, value in _pairs(pairs)]
    return [(name, value) for name, value in lines if name and value]


def _keyed(pairs: object, limit: int) -> list[Pair]:
    """Keys with their texts; what the platform would refuse or confuse is left out."""
    found: dict[str, str] = {}
    for key, text in _pairs(pairs):
        if _is_key(key, limit) and _in_one_line(text):
            found.setdefault(key, _in_one_line(text))
    return list(found.items())


def _is_key(key: str, limit: int) -> bool:
    return bool(key) and _in_one_line(key) == key and len(key.encode()) <= limit


def _pairs(values: object) -> Iterable[Pair]:
    """The pairs of a list; whatever is no pair of texts is left out."""
    for each in values if isinstance(values, list | tuple) else ():
        if isinstance(each, list | tuple) and len(each) == 2 and all(isinstance(half, str) for half in each):
            yield each[0], each[1]


def _line(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return _in_one_line(value) if isinstance(value, str) else ""


def _in_one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _without_empty(values: Json) -> Json:
    """The values there are; the platform wants a main title even when nothing is in it."""
    return {name: value for name, value in values.items() if value or name == "main_title"}
