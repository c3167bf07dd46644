"""群发 模板 停水 小区=枫桥苑 时间=明天9点到11点: which template, and what its variables are."""

import re
from typing import Final

from nlp.characters import fold

NAME: Final = r"[^\s,:;。=“”\"「」【】]{1,16}?"
BEFORE: Final = re.compile(
    rf"(?:使?用|按照?|套用|以)\s?[“\"「【]?(?P<name>{NAME})[”\"」】]?\s?的?(?:通知|公告)?的?模[板版]"
)
BEHIND: Final = re.compile(
    rf"(?:使?用)?模[板版]\s*[:“\"「【]?\s*(?P<name>{NAME})[”\"」】]?(?=[\s,:;。]|$)"
    rf"|[“\"「【]?(?P<first>{NAME})[”\"」】]?的?(?:通知|公告)?模[板版](?=[\s,:;。]|$|群?发|给|通知)"
)
# 群发 停水 小区=枫桥苑 时间=明天: the variables tell that a template is meant.
BARE: Final = re.compile(
    r"(?P<name>[\u4e00-\u9fffA-Za-z]{2,8})(?=[\s,]+[\u4e00-\u9fff]{1,6}\s*=\s*[^\s=])(?P<first>)"
)
KEY: Final = r"(?:^|(?<=[\s,;、。]))(?P<key>[\u4e00-\u9fffA-Za-z_]{1,10})\s*"
EQUALS: Final = re.compile(rf"{KEY}=\s*")
COLONS: Final = re.compile(rf"{KEY}[=:]\s*")
USUAL: Final = r"(?:小区|楼栋|范围|时间|日期|原因|地点|内容|单位)"
MIXED: Final = re.compile(rf"{KEY}=\s*|(?:^|(?<=[\s,;、。]))(?P<usual>{USUAL})\s*:\s*")
QUOTES: Final = {"“": "”", '"': '"', "「": "」", "『": "』", "'": "'", "‘": "’"}
ENDS: Final = " \t\r\n\u3000,，;；、"


def find_variables(text: str) -> tuple[str, dict[str, str]]:
    """What stands before the first variable, and the variables; a value may hold spaces or be quoted.

    Beside signs of equality, colons divide only after the usual names: 原因=检修，电话：0900 is one value.
    """
    folded = fold(text)
    form = MIXED if EQUALS.search(folded) else COLONS
    values: dict[str, str] = {}
    first: int | None = None
    at = 0
    while (key := form.search(folded, at)) is not None:
        first = key.start() if first is None else first
        closing = QUOTES.get(text[key.end() : key.end() + 1])
        close = text.find(closing, key.end() + 1) if closing else -1
        following = form.search(folded, key.end())
        if close >= 0:
            value, at = text[key.end() + 1 : close], close + 1
        else:
            at = following.start() if following else len(text)
            value = text[key.end() : at].strip(ENDS)
        values[text[slice(*key.span(key.lastgroup or "key"))]] = value
    return text[:first].strip(ENDS + ":："), values
