"""Names of kinds of trouble in [deadlines.kinds."…"]: known ones only, a wrong one with its remedy."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator

from bot.config.errors import nearest
from bot.config.values import rule
from handlers.cases.subcategories import CATEGORY_LABELS, SUBCATEGORIES
from storage.models.cases import Urgency


def _kind_name(name: str) -> str:
    kind, colon, urgency = name.partition(":")
    category, slash, code = kind.partition("/")
    if category == "*":
        _ensure_any(slash, colon)
    else:
        _ensure_known("category", category, CATEGORY_LABELS)
    if slash:
        _ensure_known("subcategory", code, [each for found, each in SUBCATEGORIES if found == category])
    if colon:
        _ensure_known("urgency", urgency, [str(each) for each in Urgency])
    return name


def _ensure_any(slash: str, colon: str) -> None:
    if slash or not colon:
        raise rule('means every kind and needs an urgency alone: write "*:high", or use [deadlines] itself.')


def _ensure_known(what: str, word: str, known: Iterable[str]) -> None:
    known = list(known)
    if word in known:
        return
    meant = nearest(word, known)
    remedy = f'did you mean "{meant}"?' if meant else f"write one of {', '.join(sorted(known))}."
    raise rule(f'names the {what} "{word}", which Huiyin does not know: {remedy}')


KindName = Annotated[str, AfterValidator(_kind_name)]
