"""The name of a grid as people say it: 第二网格, 2号网格, 二网格."""

import re
from typing import Final, NamedTuple

from nlp.numerals import parse_number

NUMBER: Final = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
OWN_GRID: Final = re.compile(r"(?:我们?的?|咱们?的?|本|全|这个?)网格")
GRID: Final = re.compile(  # of 第一、第二网格 the first is a grid too
    rf"(?:第?(?P<number>{NUMBER})号?(?=网格|(?:[、,和及与]第?{NUMBER}号?)+网格)"
    r"|(?!各|所有|全部|每个|[和跟给到往向在与]|的)(?P<name>[\u4e00-\u9fff]{2,6}?)(?=网格))(?:网格)?"
)
NO_GRID: Final = re.compile(r"[我你他她说听了的没不去来干这那有是个]")
DIGITS: Final = "零一二三四五六七八九"


class NamedGrid(NamedTuple):
    """A grid's name, 第二网格 for 2号网格, and where the words for it end; an own grid has no name."""

    name: str
    end: int


def find_grid(text: str, folded: str, at: int) -> NamedGrid | None:
    """The grid named at this place; 我网格 is the speaker's own."""
    own = OWN_GRID.match(folded, at)
    if own is not None:
        return NamedGrid("", own.end())
    found = GRID.match(folded, at)
    if found is None or NO_GRID.search(found["name"] or ""):
        return None
    number = parse_number(found["number"]) if found["number"] else None
    return NamedGrid(f"第{in_chinese(number)}网格" if number else text[at : found.end()], found.end())


def in_chinese(number: int) -> str:
    """12 as 十二, below a hundred."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else DIGITS[tens]) + ("十" if tens else "") + (DIGITS[ones] if ones else "")
