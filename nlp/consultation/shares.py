"""Shares as people write them, exact: 80%, 百分之八十, 4/5, 五分之四, 三分之二, 八成, 过半, 超过60%."""

import re
from fractions import Fraction
from typing import Final

from nlp.numerals import parse_number

SPOKEN: Final = "[零〇一二两三四五六七八九十百]{1,5}"
SHARE: Final = re.compile(
    rf"""(?P<over>超过|大于|多于|高于|不止)?\s*(?:
        (?P<percent>\d{{1,3}}(?:\.\d{{1,4}})?)\s*%
      | (?P<top>\d{{1,4}})\s?/\s?(?P<bottom>\d{{1,4}})(?!\d)
      | 百分之(?P<hundredths>\d{{1,3}}(?:\.\d{{1,4}})?|{SPOKEN})
      | (?P<below>{SPOKEN}|\d{{1,4}})分之(?P<above>{SPOKEN}|\d{{1,4}})
      | (?P<tenths>[一二三四五六七八九两\d])成
      | (?P<most>过半数?|超过半数|半数以上|多数)
      | (?P<all>全体一致|一致(?:同意|通过)|全部同意|全票)
    )""",
    re.VERBOSE,
)
MOST_SIGNS: Final = 16  # what a column holds


def read_share(folded: str) -> str | None:
    """The first share in the text: "4/5" is at least that, ">1/2" more than that; `None` without a sound one.

    过半 and 半数以上 are more than half: with half there is no majority.
    """
    found = SHARE.search(folded)
    if found is None:
        return None
    if found["most"]:
        return ">1/2"
    value = Fraction(1) if found["all"] else _value(found)
    if value is None or not 0 < value <= 1 or (found["over"] and value == 1):
        return None
    written = f"{'>' if found['over'] else ''}{value.numerator}/{value.denominator}"
    return written if len(written) <= MOST_SIGNS else None


def _value(found: re.Match[str]) -> Fraction | None:
    if found["percent"]:
        return Fraction(found["percent"]) / 100
    if found["hundredths"]:
        spoken = found["hundredths"]
        number = Fraction(spoken) if spoken[0].isdigit() else Fraction(parse_number(spoken) or 0)
        return number / 100
    if found["tenths"]:
        return Fraction(parse_number(found["tenths"]) or 0, 10)
    top, bottom = (found["top"], found["bottom"]) if found["top"] else (found["above"], found["below"])
    below = parse_number(bottom) or 0
    return Fraction(parse_number(top) or 0, below) if below else None
