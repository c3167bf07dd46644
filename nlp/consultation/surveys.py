"""What an answer to a survey says: which option, how many people it concerns, and the person's own words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nlp.characters import fold
from nlp.numerals import parse_number

LETTERS: Final = "ABCDEFGH"
EDGES: Final = " \t\r\n,，。;；:：、!！~"
COUNT: Final = r"(?P<{name}>\d{{1,4}}|[一二两三四五六七八九十]{{1,3}})\s*(?:口人|个人|口|人)"
APART: Final = r"[\s,;。、]"
PEOPLE: Final = re.compile(
    r"(?:我?们?家里?|全家|一家|家中|影响|涉及)\s*(?:一?共|总共|有|约)?\s*"
    + COUNT.format(name="people")
    + rf"|(?:^|(?<={APART})){COUNT.format(name='alone')}(?=$|{APART})"
)
CHOSEN: Final = re.compile(
    r"(?:我?(?:们|家)?)?(?:选择?|投|答案?是?)?\s*(?:第)?(?:(?P<letter>[A-Za-z])(?![A-Za-z])|(?P<digit>\d)(?=[.、项号]?(?:$|[\s,;。、])))[项号.、]?"
)
LABEL: Final = re.compile(r"^(?:意见|建议|补充|备注|说明|理由|原因)(?:是|为)?[:\s]+")


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """`choice` is the option's place from 0; `unknown` a letter or number that stands for no option."""

    choice: int | None
    people: int | None
    words: str
    unknown: str = ""


def read_answer(text: str, options: Sequence[str]) -> SurveyAnswer:
    """B 家里3人 希望先修主管道: any part may be missing. Two different options named are none chosen."""
    rest, people = _people(text.strip(EDGES))
    folded = fold(rest)
    choice, unknown, end = _chosen(folded, options)
    if not unknown and choice is None:
        choice, end = _named(folded, options)
    words = rest[end:].strip(EDGES)
    label = LABEL.match(fold(words))
    return SurveyAnswer(choice, people, words[label.end() :].strip(EDGES) if label else words, unknown)


def _people(text: str) -> tuple[str, int | None]:
    """The text without the words for the number of people, where they stand apart."""
    found = PEOPLE.search(fold(text))
    if found is None:
        return text, None
    count = parse_number(found["people"] or found["alone"])
    return f"{text[: found.start()].rstrip(EDGES)} {text[found.end() :].lstrip(EDGES)}".strip(), count


def _chosen(folded: str, options: Sequence[str]) -> tuple[int | None, str, int]:
    """By its letter or number: B, 选B, 2, 第2项."""
    found = CHOSEN.match(folded)
    if found is None or not options:
        return None, "", 0
    said = found["letter"] or found["digit"]
    place = LETTERS.find(said.upper()) if found["letter"] else int(said) - 1
    if 0 <= place < len(options):
        return place, "", found.end()
    return None, said, 0


def _named(folded: str, options: Sequence[str]) -> tuple[int | None, int]:
    """By its words, which are kept when more is said around them; a longer option hides one within it."""
    names = sorted(((fold(each), place) for place, each in enumerate(options)), key=lambda one: -len(one[0]))
    for name, place in names:
        if folded.startswith(name):
            return place, len(name)
    left, found = folded, set[int]()
    for name, place in names:
        if name in left:
            found.add(place)
            left = left.replace(name, "\n" * len(name))
    return (found.pop() if len(found) == 1 else None), 0
