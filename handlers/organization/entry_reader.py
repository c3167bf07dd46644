"""One entry of a parsed organization file, read key by key; what does not fit is a collected mistake."""

import contextlib
import difflib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from handlers.organization.buildings import Span, parse_spans
from handlers.organization.mistakes import Mistakes

E = TypeVar("E", bound=StrEnum)

SHORT = 32  # characters; the widths of the database's columns
NAME = 64
LONG = 128
LONGEST_SENTENCE = 500  # characters; 2,048 bytes are one message
MOST_HOUSEHOLDS = 100_000


class EntryReader:
    """Reads one entry; every key asked for is a known one, and what is left over is unknown."""

    def __init__(self, entry: Mapping[str, Any], where: str, mistakes: Mistakes) -> None:
        self.entry = entry
        self.where = where
        self.mistakes = mistakes
        self.asked: set[str] = set()

    def text(self, key: str, *, longest: int = NAME) -> str:
        """A text, empty when absent."""
        value = self._value(key)
        if value is None:
            return ""
        return self._text(key, value, longest)

    def required(self, key: str, *, longest: int = NAME) -> str:
        """A text that must be there."""
        found = self.text(key, longest=longest)
        value = self.entry.get(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            self.wrong(key, "没有填写，请填写。")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty when absent."""
        value = self._value(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(key, f'应是列表，请写成 {key} = ["…"]。')
            return ()
        found = [self._text(key, each, NAME) for each in value]
        return tuple(dict.fromkeys(each for each in found if each))

    def names_or_entries(self, key: str) -> list[str | Mapping[str, Any]]:
        """A list of names and of entries, empty when absent; a name given twice counts once."""
        value = self._value(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(key, f'应是列表，请写成 {key} = ["…"]。')
            return []
        read = [each if isinstance(each, Mapping) else self._text(key, each, NAME) for each in value]
        found = enumerate(read)
        return [
            each for place, each in found if each and (isinstance(each, Mapping) or each not in read[:place])
        ]

    def day(self, key: str) -> date | None:
        """A day such as 2026-11-20, `None` when absent."""
        value = self._value(key)
        if isinstance(value, datetime):
            value = value.date()
        if value is None or isinstance(value, date):
            return value
        with contextlib.suppress(ValueError):
            return date.fromisoformat(str(value).strip())
        self.wrong(key, f"“{value}”不是日期，请写成 2026-11-20。")
        return None

    def entries(self, key: str) -> list[Mapping[str, Any]]:
        """A list of entries, empty when absent."""
        value = self._value(key)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
            return value
        self.wrong(key, f"应是条目的列表，请写成 {key} = [{{ … }}]。")
        return []

    def sentences(self, key: str) -> tuple[tuple[str, str], ...]:
        """A table of sentences by name, empty when absent; a sentence may have several lines."""
        value = self._value(key)
        if value is None:
            return ()
        if not isinstance(value, Mapping):
            self.wrong(key, f'应是表，请写成 {key} = {{ welcome = "…" }}。')
            return ()
        found = [(str(name), text.strip()) for name, text in value.items() if isinstance(text, str)]
        for name, text in value.items():
            if not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST_SENTENCE:
                self.wrong(key, f"“{name}”应是 1 到 {LONGEST_SENTENCE} 个字的文字，请改正。")
        return tuple(found)

    def count(self, key: str) -> int | None:
        """A whole number, `None` when absent."""
        value = self._value(key)
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # Excel knows no whole numbers
        if isinstance(value, str) and value.strip().isdecimal():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_HOUSEHOLDS:
            return value
        self.wrong(key, f"“{value}”不是 0 到 {MOST_HOUSEHOLDS} 的整数，请改正。")
        return None

    def choice(
        self, key: str, among: type[E], *, otherwise: E, may_lack: bool = False, but: Sequence[E] = ()
    ) -> E:
        """One of a closed list of words; a wrong one is a mistake and counts as `otherwise`."""
        allowed = [member for member in among if member not in but]
        value = self.text(key)
        if not value and may_lack:
            return otherwise
        if value in [member.value for member in allowed]:
            return among(value)
        choices = "、".join(member.value for member in allowed)
        matter = f"“{value}”不在可选的词里" if value else "没有填写"
        self.wrong(key, f"{matter}，请从 {choices} 中选一个。")
        return otherwise

    def spans(self, key: str) -> tuple[Span, ...]:
        """Building numbers, empty when absent."""
        value = self.text(key, longest=LONG)
        if not value:
            return ()
        spans = parse_spans(value)
        if spans is None:
            self.wrong(key, f"“{value}”不是楼号范围，请写成 1-40 或 1-12,15,20-22，从小到大且不重复。")
        return spans or ()

    def wrong(self, key: str, sentence: str) -> None:
        """This key is mistaken."""
        self.mistakes.add(f"{self.where} · {key}", sentence)

    def finish(self) -> None:
        """Every key nobody asked for is unknown."""
        for key in self.entry:
            if key in self.asked:
                continue
            close = difflib.get_close_matches(str(key), sorted(self.asked), n=1)
            remedy = f"是不是 {close[0]}？" if close else "请删去，或看说明里的写法。"
            self.mistakes.add(self.where, f"没有 {key} 这一项，{remedy}")

    def _value(self, key: str) -> Any:  # Any: whatever the file holds
        self.asked.add(key)
        return self.entry.get(key)

    def _text(self, key: str, value: object, longest: int) -> str:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, date | time):
            self.wrong(key, f"“{value}”成了日期，请把单元格设为文本再填。")
            return ""
        if not isinstance(value, str):
            self.wrong(key, f"“{value}”不是文字，请加上引号。")
            return ""
        found = value.strip()
        if len(found) > longest or any(ord(character) < ord(" ") for character in found):
            self.wrong(key, f"应是一行、最多 {longest} 个字，请缩短。")
            return ""
        return found
