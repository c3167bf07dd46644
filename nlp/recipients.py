"""To whom a worker hands something: a company, a department, a colleague."""

import re
from typing import Final

from nlp.lexicon import read_rows

WORDS: Final = {role: words.split() for role, words in read_rows("recipients.tsv")}


def _any(role: str) -> str:
    return "|".join(sorted(WORDS[role], key=lambda word: (-len(word), word)))


STOP: Final = re.compile(
    rf"(?P<kept>{_any('unit')})|{_any('give')}|这个|应该|吹个?哨?|吹|属于|需要?|和|与|跟|同|及|、|召集|参加单位|涉及"
)
NAME: Final = rf"(?:{_any('unit')})(?:{_any('tail')})*"
UNIT: Final = re.compile(rf"[\u4e00-\u9fff]{{0,6}}?{NAME}")
GIVEN: Final = re.compile(
    rf"(?:{_any('give')})\s?(?!(?:{_any('nobody')})(?![\u4e00-\u9fff]))(?P<who>[\u4e00-\u9fff]{{0,4}}?{NAME}|[A-Za-z\u4e00-\u9fff]{{2,12}}?)"
    rf"(?=(?:{_any('end')})|[^A-Za-z\u4e00-\u9fff]|$)(?:{_any('end')})*"
)
DUTY: Final = re.compile(r"^(?:副?网格员|同志)(?=[\u4e00-\u9fff]{2})")  # 副网格员张倩


def find_units(folded: str) -> list[str]:
    """The offices and companies that a text names, once each, in order."""
    plain = STOP.sub(lambda match: match["kept"] or " " * len(match.group()), folded)
    return list(dict.fromkeys(match.group() for match in UNIT.finditer(plain)))


def find_recipient(folded: str) -> str | None:
    """The one who gets the work: an office before a person, None when nobody is named."""
    given = [match["who"] for match in GIVEN.finditer(folded) if match["who"] not in WORDS["nobody"]]
    units = [unit for who in given for unit in find_units(who)] or find_units(folded)
    if given and not any(not unit.endswith("网格员") for unit in units):
        return DUTY.sub("", given[0])
    return units[0] if units else None


def without_recipient(text: str) -> str:
    """A note without the words at its beginning that only hand it over: 派给物业，3天内 leaves 3天内."""
    found = re.match(r"\s*(?:把|将)?\s*", text)
    start = found.end() if found else 0
    handed = GIVEN.match(text, start) or UNIT.match(text, start)
    return text[handed.end() :] if handed else text
