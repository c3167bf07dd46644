"""Template cards as the platform takes them: what they must hold, and that no task_id is used twice."""

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from bot.simulator.wire import Json, byte_length, table_field, text_field

KINDS = frozenset(
    {"text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction"}
)
NOTICES = frozenset({"text_notice", "news_notice"})  # what a group webhook takes, WECHAT 3.5
TASK_ID = re.compile(r"[0-9A-Za-z_@-]{1,128}")
LONGEST_KEY = 1024  # bytes, of buttons and questions
LONGEST_OPTION_ID = 128  # bytes
MOST_LINES, MOST_BUTTONS, MOST_OPTIONS, MOST_CHOICES, MOST_SELECTIONS, MOST_JUMPS = 6, 6, 10, 20, 3, 3
KEPT = 20_000  # cards whose task_id is remembered


class BadCard(Exception):
    """A card that the platform refuses; the message says why."""


def read_card(
    card: Json, *, kinds: frozenset[str] = KINDS, needs_action: bool = False, is_update: bool = False
) -> Json:
    """The card when it keeps to the limits, else BadCard.

    `needs_action`: message/send and webhooks want a card_action on notices. `is_update`: it replaces a card
    that was tapped, and may therefore have no buttons any more.
    """
    kind = text_field(card, "card_type")
    if kind not in kinds:
        raise BadCard(f"card_type {kind!r} cannot be sent here")
    title = table_field(card, "main_title")
    if not text_field(title, "title").strip() and not text_field(card, "sub_title_text").strip():
        raise BadCard("template_card has neither main_title.title nor sub_title_text")
    _ensure_lines(_list(card, "horizontal_content_list", MOST_LINES))
    _list(card, "jump_list", MOST_JUMPS)
    if kind in NOTICES:
        _ensure_notice(card, needs_action=needs_action)
    else:
        _ensure_questions(card)
        _ensure_buttons(card, kind, is_update=is_update)
    is_needed = kind not in NOTICES or card.get("task_id") not in (None, "")
    if is_needed and not TASK_ID.fullmatch(text_field(card, "task_id")):
        raise BadCard("task_id must be 1 to 128 of 0-9 A-Z a-z _ - @")
    return card


def questions_of(card: Json) -> list[Json]:
    """The drop-downs of a card, in its order; a notice has none."""
    if card.get("card_type") in NOTICES:
        return []
    single = table_field(card, "button_selection")
    return [single] if single else list(_tables(card.get("select_list")))


def choices_of(card: Json, options: Mapping[str, Any]) -> dict[str, list[str]]:
    """What each question of the card stands at: as chosen, else its preset, else its first option.

    `options`: the ids chosen, by question; BadCard (with a sentence) when the card has no such thing.
    """
    found = {text_field(question, "question_key"): _preset(question) for question in questions_of(card)}
    checkbox = table_field(card, "checkbox")
    if checkbox and card.get("card_type") not in NOTICES:
        found[text_field(checkbox, "question_key")] = []
    for key, given in options.items():
        ids = [given] if isinstance(given, str) else given
        if key not in found or not isinstance(ids, list) or not set(map(str, ids)) <= _offered(card, key):
            raise BadCard("卡片上没有这个选项。")
        found[key] = [str(each) for each in ids]
    return found


def keys_of(card: Json) -> set[str]:
    """What can be tapped; nothing of a notice."""
    if card.get("card_type") in NOTICES:
        return set()
    buttons = [*_tables(card.get("button_list")), table_field(card, "submit_button")]
    return {text_field(button, "key") for button in buttons if button}


def title_of(card: Json) -> str:
    """The one line that stands for the card in a list of chats."""
    return text_field(table_field(card, "main_title"), "title") or text_field(card, "sub_title_text")


def seen_by(person: str, data: Any) -> Json:
    """The card of a message as this person sees it: an update can be for some only."""
    return dict(data.get("cards_for", {}).get(person) or data.get("card") or {})


class CardBook:
    """Which cards each robot or app has sent; `sender` is robot:NAME or app:NAME."""

    def __init__(self) -> None:
        self._keys: OrderedDict[tuple[str, str], set[str]] = OrderedDict()

    def is_used(self, sender: str, card: Json) -> bool:
        """Whether this sender has sent a card with that task_id before."""
        return (sender, text_field(card, "task_id")) in self._keys

    def note(self, sender: str, card: Json) -> None:
        """A new card, or a change of it, is on somebody's screen."""
        task_id = text_field(card, "task_id")
        if task_id:
            self._keys.setdefault((sender, task_id), set()).update(keys_of(card))
        while len(self._keys) > KEPT:
            self._keys.popitem(last=False)

    def was_shown(self, sender: str, card: Json, key: str) -> bool:
        """Whether the card had such a button at any time: a slow screen may still show it."""
        return key in self._keys.get((sender, text_field(card, "task_id")), keys_of(card))


def _preset(question: Json) -> list[str]:
    ids = [text_field(option, "id") for option in _tables(question.get("option_list"))]
    preset = text_field(question, "selected_id")
    return [preset] if preset in ids else ids[:1]


def _offered(card: Json, key: str) -> set[str]:
    asked = [*questions_of(card), table_field(card, "checkbox")]
    options = [o for q in asked if q.get("question_key") == key for o in _tables(q.get("option_list"))]
    return {text_field(option, "id") for option in options}


def _ensure_notice(card: Json, *, needs_action: bool) -> None:
    action = card.get("card_action")
    if action is None and not needs_action:
        return
    table = table_field(card, "card_action")
    wanted = _wanted(table, {1: "url", 2: "appid"})
    if (wanted and not text_field(table, wanted)) or (needs_action and not wanted):
        raise BadCard("card_action needs type 1 with url, or type 2 with appid")


def _ensure_lines(lines: list[Json]) -> None:
    for line in lines:
        if not text_field(line, "keyname") or not isinstance(line.get("value", ""), str):
            raise BadCard("a line of horizontal_content_list has no keyname, or a value that is no string")
        wanted = _wanted(line, {1: "url", 3: "userid"})
        if wanted and not text_field(line, wanted):
            raise BadCard(f"a line of horizontal_content_list has no {wanted}")


def _wanted(table: Json, by_type: Mapping[int, str]) -> str:
    """The field that a table of this type must have; empty when none."""
    kind = table.get("type", 0)
    return by_type.get(kind, "") if isinstance(kind, int) else ""


def _ensure_questions(card: Json) -> None:
    _list(card, "select_list", MOST_SELECTIONS)
    asked = [(question, MOST_OPTIONS) for question in questions_of(card)]
    if card.get("checkbox") is not None:
        asked.append((table_field(card, "checkbox"), MOST_CHOICES))
    for question, most in asked:
        _ensure_key(text_field(question, "question_key"), "question_key", LONGEST_KEY)
        options = _list(question, "option_list", most)
        ids = [text_field(option, "id") for option in options]
        if not options or not all(text_field(option, "text").strip() for option in options):
            raise BadCard("option_list is empty, or an option has no text")
        for each in ids:
            _ensure_key(each, "an option's id", LONGEST_OPTION_ID)
        _ensure_distinct(ids, "option_list")
    _ensure_distinct([text_field(question, "question_key") for question, _ in asked], "question_key")


def _ensure_buttons(card: Json, kind: str, *, is_update: bool) -> None:
    if kind == "button_interaction":
        buttons = _list(card, "button_list", MOST_BUTTONS)
    else:
        buttons = [card["submit_button"]] if isinstance(card.get("submit_button"), dict) else []
    if not buttons and not is_update:
        raise BadCard(f"{kind} has nothing to tap")
    for button in buttons:
        if not text_field(button, "text").strip():
            raise BadCard("a button has no text")
        _ensure_key(text_field(button, "key"), "a button's key", LONGEST_KEY)
    _ensure_distinct([text_field(button, "key") for button in buttons], "button_list")


def _ensure_key(key: str, name: str, most: int) -> None:
    if not 1 <= byte_length(key) <= most:
        raise BadCard(f"{name} must have 1 to {most} bytes")


def _ensure_distinct(keys: list[str], name: str) -> None:
    if len(set(keys)) < len(keys):
        raise BadCard(f"{name} names the same twice")


def _list(table: Json, name: str, most: int) -> list[Json]:
    value = table.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > most or not all(isinstance(e, dict) for e in value):
        raise BadCard(f"{name} must be a list of at most {most}")
    return value


def _tables(value: object) -> Iterable[Json]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()
