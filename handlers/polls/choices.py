"""Which option somebody means: its letter, its own words, or words that mean the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Final

EDGES: Final = " \t\r\n,，。;；:：、.!！~"
LEADS: Final = ("我们家", "我家", "本户", "我", "选择", "选", "投", "第")
MEANING: Final = {  # what people say for what is written
    "同意": ("同意", "赞成", "赞同", "支持"),
    "不同意": ("不同意", "反对", "不赞成", "不支持", "不赞同"),
    "弃权": ("弃权",),
}
WIDE: Final = {ord("Ａ") + index: letter for index, letter in enumerate(ascii_uppercase)} | {
    ord("ａ") + index: letter for index, letter in enumerate(ascii_uppercase)
}
DIGITS: Final = "一二三四五六七八"


@dataclass(frozen=True, slots=True)
class Chosen:
    """An option by its place in the list, from 0 (`None`: none of them was said), and the words after it."""

    option: int | None
    words: str


def option_of(options: Sequence[str], said: str) -> Chosen:
    """What was chosen: 选A, A, 1, 同意, or the option's own words at the beginning; the longest that fits."""
    text = said.translate(WIDE).strip(EDGES)
    for lead in LEADS:
        bare = text.removeprefix(lead).strip(EDGES)
        if bare:
            text = bare
    written = _written(options, text)
    if written is not None:
        return written
    lettered = _lettered(options, text)
    return lettered if lettered is not None else Chosen(None, said.strip(EDGES))


def options_text(options: Sequence[str]) -> str:
    """The options with their letters: A.同意 B.不同意 C.弃权."""
    return " ".join(f"{ascii_uppercase[index]}.{option}" for index, option in enumerate(options))


def _written(options: Sequence[str], text: str) -> Chosen | None:
    forms: list[tuple[str, int]] = []
    for index, option in enumerate(options):
        known = next((each for each in MEANING.values() if option in each), (option,))
        forms += [(form, index) for form in {option, *known}]
    forms.sort(key=lambda form: -len(form[0]))
    for form, index in forms:
        if text.startswith(form):
            return Chosen(index, text[len(form) :].removeprefix("票").removeprefix("项").strip(EDGES))
    return None


def _lettered(options: Sequence[str], text: str) -> Chosen | None:
    if not text or (len(text) > 1 and (text[1].isalnum() and text[1].isascii())):
        return None
    sign = text[0].upper()
    row = next((row for row in (ascii_uppercase, "12345678", DIGITS) if sign in row), None)
    index = row.index(sign) if row else -1
    is_word = row == DIGITS and len(text) > 1 and text[1] not in EDGES + "项号个"
    if not 0 <= index < len(options) or is_word:
        return None
    return Chosen(index, text[1:].removeprefix("项").strip(EDGES))
