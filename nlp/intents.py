"""What a resident asks the bot to do, when the whole message is such a request."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from nlp.numerals import parse_number


class Intent(StrEnum):
    """The closed list of requests."""

    QUERY = "query"
    URGE = "urge"
    EVALUATE = "evaluate"
    SECOND = "second"
    WITHDRAW = "withdraw"
    CORRECT = "correct"
    RESIDE = "reside"
    CONTACT_CARD = "contact_card"
    HUMAN = "human"
    MY_DATA = "my_data"
    DELETE_DATA = "delete_data"
    JOIN = "join"
    DECLINE = "decline"
    AGREE = "agree"
    PROPOSE = "propose"
    HELP = "help"
    NONE = "none"


class Request(NamedTuple):
    """An intent with the case number, and its year, that the message names."""

    intent: Intent
    case_number: int | None = None
    case_year: int | None = None


LONGEST: Final = 220  # a longer message tells a story; no request
AROUND: Final = re.compile(r"^[^\w+#]+|\W+$")
MANNERS: Final = re.compile(
    r"^(?:你好|您好|请问|麻烦|请|帮我|帮忙|我想|我要)(?=.{2})|(?:谢谢|哈|啊|呀|哦|吧|呗|嘛|一下)$"
)
RATINGS: Final = (
    (1, re.compile(r"不太?满意|差评|没解决")),
    (3, re.compile(r"基本满意|部分解决")),
    (5, re.compile(r"满意|好评")),
)
STARS: Final = re.compile(r"([1-5一二两三四五])\s?[分星]|^评价\s*(?:[#\d-]+\s+)?([1-5])$")


def read_intent(
    folded: str, forms: Sequence[tuple[str, re.Pattern[str]]], any_form: re.Pattern[str]
) -> Request:
    """The request that the whole message is; Intent.NONE when it is anything else.

    `any_form` fits what at least one of the forms fits.
    """
    if len(folded) > LONGEST:
        return Request(Intent.NONE)
    plain = AROUND.sub("", folded) or folded.strip()
    for candidate in dict.fromkeys((plain, MANNERS.sub("", plain).strip(" ,"))):
        for intent, form in forms if any_form.fullmatch(candidate) else ():
            match = form.fullmatch(candidate)
            if match is not None:
                return _request(Intent(intent), match)
    return Request(Intent.NONE)


def read_rating(folded: str) -> int | None:
    """1 to 5 as the message says it: 满意 5, 基本满意 3, 不满意 1, 打4分 4; None when it does not."""
    stars = STARS.search(folded.strip())
    if stars is not None:
        return parse_number(stars[1] or stars[2])
    return next((rating for rating, words in RATINGS if words.search(folded)), None)


def _request(intent: Intent, match: re.Match[str]) -> Request:
    groups = match.groupdict()
    number = parse_number(groups["number"]) if groups.get("number") else None
    year = int(groups["year"]) if groups.get("year") else None
    return Request(intent, number, year)
