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
    MOVED = "moved"  # away, without saying where to
    SPLIT = "split"  # no, that is another trouble
    REOPEN = "reopen"
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


def _request(intent: Intent, match: re.Match[str]) -> Request:
    groups = match.groupdict()
    number = parse_number(groups["number"]) if groups.get("number") else None
    year = int(groups["year"]) if groups.get("year") else None
    return Request(intent, number, year)
