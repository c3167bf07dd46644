"""Which place a message means, with its span in the text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

from nlp.addresses import Address, Part, find_addresses
from nlp.characters import fold
from nlp.floors import Floor, find_floor
from nlp.homes import find_home, is_home_before, is_others_home
from nlp.places import EstateMention, Places
from nlp.spots import Span, find_spot
from nlp.unlisted import UNLISTED, find_unlisted
from nlp.zones import Zone, find_zone, zone_of_name

Found = TypeVar("Found", Address, EstateMention)

DENIED: Final = re.compile(  # 不是12号楼,是11号楼: the place that it is not
    r"(?<!是)(?:不是|并非|不在)\s?([^,。!?;]{1,20}?)(?=[,。!?;]|\s?(?:而|应该)?是|$)"
)

MOST: Final = 20  # mentions looked at; a message names one or two places
APART: Final = 6  # characters between two parts of a place, from which on they stand apart
BESIDE: Final = 4  # characters within which a zone or a floor belongs to an address


@dataclass(frozen=True, slots=True)
class Location:
    """A place as a message names it; parts it does not name are None."""

    estate: str | None = None  # as the organization writes it
    building: str | None = None  # "33", "A3"
    unit: str | None = None
    room: str | None = None  # "301", "4楼西户"
    spot: str | None = None  # 地下车库负一层, 南门, 3号楼楼下
    text: str = ""  # the words themselves; when parts stand far apart, the longest run of them
    span: tuple[int, int] = (0, 0)
    is_home: bool = (
        False  # the reporter's own home (我家): what is missing may be filled in from what is known
    )
    candidates: tuple[str, ...] = ()  # when the name means several estates: all of them, and estate is None
    unlisted: str | None = None  # what looks like an estate but is none of the organization's
    zone: str | None = None  # 二期, B区, 南区; also when it is part of the estate's name
    floor: str | None = None  # "4", "-1", "顶"; never guessed from a room
    spans: tuple[Part, ...] = field(default=(), compare=False)  # where each is named, in order

    @property
    def is_address(self) -> bool:
        """Whether an estate or a building is named, so that somebody could go there."""
        return self.estate is not None or self.building is not None

    @property
    def is_somewhere(self) -> bool:
        """Whether more is named than a home, a zone, a floor or a door: an estate, a building or a spot."""
        return self.is_address or bool(self.spot or self.candidates or self.unlisted)


def find_location(folded: str, places: Places, spots: re.Pattern[str], *, text: str) -> Location | None:
    """The place that a message is about: the reporter's own address if given, else the spot, else None."""
    found = _look(folded, places, spots)
    if not found.spans:
        return None
    start, end = _longest_run(found.spans)
    address, floor, zone = found.address, found.floor, found.zone
    estates = found.mention.estates if found.mention else ()
    room = address.room if address else None
    level = address.floor if address else None
    return Location(
        estate=estates[0] if len(estates) == 1 else None,
        building=address.building if address else None,
        unit=address.unit if address else None,
        room=room or (floor.room if floor else None),
        spot=text[slice(*found.spot)] if found.spot else None,
        text=text[start:end],
        span=(start, end),
        is_home=found.is_home,
        candidates=estates if len(estates) > 1 else (),
        unlisted=text[slice(*found.unlisted)] if found.unlisted else None,
        zone=zone.name if zone else _zone_of(estates),
        floor=level or (floor.level if floor else None),
        spans=tuple(sorted(found.parts(), key=lambda part: (part.start, part.end, part.name))),
    )


class _Found(NamedTuple):
    """What one look at a text finds, with the spans that make up the place."""

    mention: EstateMention | None
    unlisted: Span | None
    address: Address | None
    zone: Zone | None
    floor: Floor | None
    spot: Span | None
    is_home: bool
    spans: tuple[Span, ...]

    def parts(self) -> Iterator[Part]:
        """Every part that is named, with its place in the text."""
        if self.mention:
            yield Part("estate", self.mention.start, self.mention.end)
        if self.unlisted:
            yield Part("unlisted", *self.unlisted)
        if self.zone and self.zone.part.end:
            yield self.zone.part
        if self.address:
            yield from self.address.parts
        if self.floor:
            yield self.floor.part
            if self.floor.room:
                yield Part("room", *self.floor.span)
        if self.spot:
            yield Part("spot", *self.spot)


def _look(folded: str, places: Places, spots: re.Pattern[str]) -> _Found:
    mentions = places.find_near(folded)[:MOST]
    names = [mention.end for mention in mentions] or [found.end() for found in UNLISTED.finditer(folded)]
    addresses = find_addresses(folded, frozenset(names))[:MOST]
    denied = [found.span(1) for found in DENIED.finditer(folded)]
    mentions, addresses = _undenied(mentions, denied), _undenied(addresses, denied)
    address = _best_address(folded, addresses, mentions)
    mention = _best_mention(mentions, address)
    unlisted = None if mention else find_unlisted(folded, address)
    named: list[Span] = [(one.start, one.end) for one in (mention, address) if one is not None]
    named += [unlisted] if unlisted else []
    zone = _zone(folded, mention, unlisted=unlisted, address=address)
    zone = zone if zone and _is_beside(zone.part, named) else None
    taken = [(one.start, one.end) for one in (address, mention, zone.part if named and zone else None) if one]
    spot = find_spot(folded, spots, address=address, taken=taken)
    floor = find_floor(folded) if address is None or address.room is None else None
    floor = (
        floor if floor and _is_beside(floor.part, [*named, *([spot] if spot and address else [])]) else None
    )
    spans = [*named, *([spot] if spot else []), *([floor.span] if floor else [])]
    spans += [(zone.part.start, zone.part.end)] if zone else []
    home = find_home(folded, named)
    is_home = home is not None and _is_own(folded, home, named=named, spot=None if address else spot)
    if home is not None and not spans:
        spans.append(home)
    return _Found(mention, unlisted, address, zone, floor, spot, is_home, tuple(spans))


def _longest_run(spans: Sequence[Span]) -> Span:
    """From the first to the last of the spans that stand together: between far ones is the matter."""
    runs: list[Span] = []
    for start, end in sorted(spans):
        if runs and start <= runs[-1][1] + APART:
            runs[-1] = (runs[-1][0], max(end, runs[-1][1]))
        else:
            runs.append((start, end))
    return max(runs, key=lambda run: run[1] - run[0])


def _is_beside(part: Part, named: Sequence[Span]) -> bool:
    """Whether a zone or floor belongs to what else is named; by itself it stands for a place."""
    return not named or any(part.start <= end + BESIDE and start <= part.end + BESIDE for start, end in named)


def _is_own(folded: str, home: Span, *, named: Sequence[Span], spot: Span | None) -> bool:
    """Whether the place is the home named: not a spot elsewhere, nor where somebody else lives."""
    if any(is_others_home(folded, start) for start, _ in named):
        return False
    return spot is None or home[0] <= spot[0] <= home[1] + 1


def _zone(
    folded: str, mention: EstateMention | None, *, unlisted: Span | None, address: Address | None
) -> Zone | None:
    """The zone said after the estate's name, in it, before the address, or alone."""
    name = (mention.start, mention.end) if mention else unlisted
    said = find_zone(folded, after=name[1] if name else None, before=address.start if address else None)
    if said is not None or name is None:
        return said
    inside = zone_of_name(folded[slice(*name)])
    if inside is None:
        return None
    _, start, end = inside.part
    return Zone(inside.name, Part("zone", name[0] + start, name[0] + end))


def _zone_of(estates: Sequence[str]) -> str | None:
    """The zone that is part of the estate's own name."""
    zone = zone_of_name(fold(estates[0])) if len(estates) == 1 else None
    return zone.name if zone else None


def _undenied(found: list[Found], denied: Sequence[tuple[int, int]]) -> list[Found]:
    """What is left without the places that the message says it is not; all when nothing would be left."""
    left = [one for one in found if not any(start <= one.start < end for start, end in denied)]
    return left or found


def _best_address(
    text: str, addresses: Sequence[Address], mentions: Sequence[EstateMention]
) -> Address | None:
    """Sort key: after 住 or 我家, then right after an estate, then most parts, then first."""
    if not addresses:
        return None

    def key(address: Address) -> tuple[bool, bool, int, int]:
        begin = max((m.start for m in mentions if m.end <= address.start <= m.end + 2), default=address.start)
        is_whole = address.building is not None or not any(one.building for one in addresses)
        is_home = is_home_before(text, begin) and is_whole  # not 602 of 3号楼水压小，我住602
        return not is_home, begin == address.start, -address.size, address.start

    best = min(addresses, key=key)
    following = [one for one in addresses if best.end <= one.start <= best.end + 2]
    return _joined(best, following[0]) if following else best


def _joined(first: Address, second: Address) -> Address:
    """3号楼, 2单元: two finds next to each other that complete one another are one address."""
    if second.building is not None or (first.unit is not None and second.unit is not None):
        return first
    known = {part.name for part in first.parts}
    return Address(
        first.building,
        first.unit or second.unit,
        first.room or second.room,
        first.start,
        second.end,
        first.floor or second.floor,
        (*first.parts, *(part for part in second.parts if part.name not in known)),
    )


def _best_mention(mentions: Sequence[EstateMention], address: Address | None) -> EstateMention | None:
    """The estate that stands before the address, as near as can be; else the first."""
    if not mentions:
        return None
    if address is None:
        return mentions[0]
    before = [mention for mention in mentions if mention.end <= address.start]
    return max(before, key=lambda mention: mention.end) if before else mentions[0]
