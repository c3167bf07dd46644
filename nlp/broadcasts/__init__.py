"""A broadcast as staff type it: whom it is for, how and when, and its words exactly as they were typed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from nlp.arguments import Arguments
from nlp.broadcasts.asking import asks_about_broadcasts
from nlp.broadcasts.naming import Namer
from nlp.broadcasts.order import Order
from nlp.broadcasts.orders import OrderReader
from nlp.broadcasts.targets import Audience, Target, TargetKind
from nlp.broadcasts.templates import find_variables
from nlp.broadcasts.verbs import SPACE
from nlp.characters import fold
from nlp.places import Places
from nlp.times import Moment

__all__ = ["asks_about_broadcasts", "find_broadcast", "orders_broadcast"]

HEAD: Final = 400  # characters in which an order is looked for
LAST: Final = 60  # characters of the last clause, which may be an order
COLON: Final = re.compile(r"(?:群发|通知|公告|广播|发(?:一条|一下|到\S{0,8}群|消息)?)[^:]{0,14}:")
CLAUSE: Final = re.compile(
    r"(?P<kept>[。!]*)(?:[,;\n(【-]+|(?<=[。!]))\s*(?=[^,。;!\n(【-]{2,40}$)|\s+(?=(?:加急|特急)$)"
)
TITLE: Final = re.compile(r"[^发都把给各群全]{1,10}(?:通知|公告|通告):")
ENDING: Final = re.compile(r"[。!)】;\s]*$")
MOST_CLAUSES: Final = 3  # that may close a message as orders
SENDS: Final = re.compile(r"[群发裙说讲喊通公推]")
SENDING: Final = re.compile(r"群?发|转发|推送")
ORDERED: Final = re.compile(r"群\s?发(?!现|生|表|言)|发一?[个条份则](?:通知|公告|消息)")
LAST_WORDS: Final = re.compile(
    r"[,。;!\s]+(?:请|麻烦|辛苦)?[你您]?(?:帮我|帮忙|替我|帮)?(?:群发|(?:发|通知|公告|广播)一?下|发一?[个条份则](?:通知|公告|消息))(?:出去)?(?:吧|哈|呗|谢谢|[,。!\s])*$"
)
LABEL: Final = 16  # characters of an order that is not understood, by which it is asked about
QUOTES: Final = {"“": "”", "「": "」", "『": "』", '"': '"'}


def find_broadcast(text: str, folded: str, places: Places, *, moments: Sequence[Moment]) -> Arguments:
    """The arguments of a broadcast; `target` is None when nobody is named, 全部 for everybody.

    Known estates come in the organization's spelling, joined with 、; others as they were typed.
    """
    order = _reader(text, folded[:HEAD], 0, places=places, moments=moments).read(0)
    if not order.is_order:
        order = _before_colon(text, folded, places)
    end = len(text)
    for _ in range(MOST_CLAUSES):
        closing = _closing(text, folded[:end], order, places=places, moments=moments)
        if closing is None:
            break
        end, order = closing
    if not order.is_order and end == len(text):
        order, end = _unread(text, folded, places)
    return _arguments(order, text[order.end : end], places)


def orders_broadcast(text: str, folded: str, places: Places, *, moments: Sequence[Moment]) -> bool:
    """Whether the text opens with words that can only order a broadcast, whatever the rest is about."""
    if not SENDS.search(folded, 0, LAST):
        return False
    order = _reader(text, folded[:HEAD], 0, places=places, moments=moments).read(0)
    return order.is_order and order.is_plain and bool(text[order.end :].strip())


def _reader(text: str, folded: str, start: int, *, places: Places, moments: Sequence[Moment]) -> OrderReader:
    found = (
        one._replace(start=one.start + start, end=one.end + start) for one in places.find(folded[start:])
    )
    within = [one for one in moments if one.end <= len(folded)]
    return OrderReader(text, folded, mentions={one.start: one for one in found}, moments=within)


def _before_colon(text: str, folded: str, places: Places) -> Order:
    """各群都发一遍：… : an order that is not understood, up to a colon, with the estates that it names."""
    colon = COLON.search(folded[:60])
    if colon is None or TITLE.fullmatch(folded, 0, colon.end()):
        return Order(0)
    named = [one for one in places.find(folded[: colon.end()]) if len(one.estates) == 1]
    targets = [
        Target(TargetKind.ESTATE, one.estates[0], text[one.start : one.end])
        for one in {one.estates: one for one in named}.values()
    ]
    return Order(colon.end(), is_big=True, has_audience=bool(targets), targets=targets)


def _unread(text: str, folded: str, places: Places) -> tuple[Order, int]:
    """枫桥苑的水箱明天清洗，帮我发个通知: no order that is understood, and where the words to send end.

    Who is named first is told; when a place or a word for sending stands there otherwise, it is asked whom.
    """
    head = folded[:HEAD]
    last = LAST_WORDS.search(folded)
    end = last.start() if last else len(text)
    mentions = {one.start: one for one in places.find(head)}
    named = Namer(text, head, mentions).read(0, False)
    if named is not None and named.targets and not named.is_surmised:
        return Order(0, has_audience=True, targets=[*named.targets]), end
    sends = ORDERED.search(head, 1)
    if (sends is None or last is not None) and not mentions:
        return Order(0), end
    said = text[: min(sends.start() if sends and last is None else LABEL, LABEL)].strip(SPACE)
    return Order(0, has_audience=True, targets=[Target(TargetKind.UNKNOWN, said, said)]), end


def _closing(
    text: str, folded: str, order: Order, *, places: Places, moments: Sequence[Moment]
) -> tuple[int, Order] | None:
    """……。这条发到全部小区群: where the words to send end, and the order with what the last clause adds."""
    ending = ENDING.search(folded)
    end = ending.start() if ending else len(folded)
    clause = CLAUSE.search(folded, max(order.end, end - LAST), end)
    if clause is None or clause.start() <= order.end or order.template is not None:
        return None
    read = _reader(text, folded[:end], clause.end(), places=places, moments=moments).read(clause.end())
    says = (read.is_big or read.is_sent) and SENDING.search(folded, clause.end(), end) is not None
    if read.end < end or not ((says and read.says_more) or read.is_urgent):
        return None
    if read.targets and order.targets:
        read = replace(read, targets=[])
    return clause.end("kept") if clause["kept"] else clause.start(), _with(order, read)


def _with(order: Order, more: Order) -> Order:
    """The order at the beginning, with what a later one says beyond it."""
    return replace(
        order,
        audience=order.audience or more.audience,
        targets=order.targets or more.targets,
        said=order.said or (more.said if not order.targets else None),
        at=order.at or more.at,
        repeat=order.repeat or more.repeat,
        at_time=order.at_time or more.at_time,
        at_unknown=order.at_unknown or more.at_unknown,
        is_urgent=order.is_urgent or more.is_urgent,
    )


def _arguments(order: Order, rest: str, places: Places) -> Arguments:
    text = _words(rest)
    variables: dict[str, str] = {}
    targets = order.targets
    if order.template is not None:
        text, variables = find_variables(text)
        targets = targets or _of_variables(variables, places)
    names = order.said or "、".join(dict.fromkeys(one.label for one in targets)) or None
    is_told_alone = any(one.kind is TargetKind.CATEGORY for one in targets)
    audience = order.audience or (Audience.RESIDENTS if is_told_alone else Audience.RESIDENTS_GROUPS)
    found: Arguments = {"target": names, "text": text, "audience": str(audience)}
    found["targets"] = [one.as_json() for one in dict.fromkeys(targets)]
    if order.at or order.repeat:
        found.update({"repeat": order.repeat, "at_time": order.at_time} if order.repeat else {"at": order.at})
    if order.at_unknown:
        found["at_unknown"] = order.at_unknown
    if order.is_urgent:
        found["urgent"] = True
    if order.template is not None:
        found.update(template=order.template, variables=dict(variables))
    return found


def _words(rest: str) -> str:
    """What is sent, out of the quotation marks that enclose all of it."""
    words = rest.lstrip(SPACE)
    closing = QUOTES.get(words[:1])
    bare = words.rstrip()
    if closing and bare.endswith(closing) and closing not in bare[1:-1] and len(bare) > 2:
        return bare[1:-1]
    return words


def _of_variables(variables: Mapping[str, str], places: Places) -> list[Target]:
    """小区=枫桥苑 楼栋=3号楼: a template's place is also whom it is for, when nobody else is named."""
    place = variables.get("小区", "").strip()
    for said in (f"{place} {variables.get('楼栋', '')}".strip(), place):
        folded = fold(said)
        namer = Namer(said, folded, {one.start: one for one in places.find(folded)})
        named = namer.read(0, is_led=True) if said else None
        if named is not None and named.targets and named.end == len(said):
            return [*named.targets]
    folded = fold(place)
    mentions = {one.start: one for one in places.find(folded)}
    return [*Namer(place, folded, mentions).whole(0, len(folded))]
