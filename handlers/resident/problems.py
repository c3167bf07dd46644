"""Whether one sentence tells of several problems, or of one in many words."""

import re
from typing import Final

from nlp.categories import Problem
from nlp.reading import Kind, Reading

LONGEST: Final = 60  # characters; a longer message tells one story, whatever it mentions
JOINER: Final = re.compile(
    r"另外|还有|此外|同时|再有|再就是|以及|顺便|第二|其次|而且|[；;。！!\n]"
    r"|[，,、 ](?:[^，,。]{0,6})?[还也又]"
)


def separate_problems(reading: Reading) -> list[Problem]:
    """The further problems that stand apart from the main one: in words of their own, joined by 还有 or 也.

    Cause and effect (管道漏水，楼梯都结冰了) are one problem: nothing joins them but a comma.
    """
    if reading.kind is not Kind.REPORT or len(reading.text) > LONGEST:
        return []
    main = [
        (one.start, one.end)
        for one in reading.evidence
        if one.purpose == f"{reading.category}/{reading.subcategory}"
    ]
    return [one for one in reading.also if any(_is_apart(reading.text, one.span, span) for span in main)]


def _is_apart(text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    first, second = sorted((one, other))
    return first[1] <= second[0] and JOINER.search(text, first[1], second[0]) is not None
