"""Which estate a resident means."""

import re
from collections.abc import Sequence
from typing import Final

from nlp.locations import Location
from nlp.reading import Reading
from storage.models.organization import Community, Estate
from storage.models.people import Person

VAGUE: Final = re.compile(r"[这那哪](?:边|里|儿|块|头)|老地方|跟前|附近|旁边|隔壁|对面|门口")


def names_somewhere(reading: Reading) -> bool:
    """Whether the words name a place, however vaguely: 就是那边老地方嘛."""
    return reading.location is not None or VAGUE.search(reading.text) is not None


def estate_meant(estates: Sequence[Estate], location: Location | None, speaker: Person) -> Estate | None:
    """The estate a sentence is about; `None` when it must be asked.

    The one named; of several communities with the same name the speaker's own; when nothing is named, the
    only one there is.
    """
    if location is not None and location.estate is None and len(estates) == 1:
        return estates[0]
    return estate_named(estates, location.estate if location else None, speaker)


def spot_said(location: Location) -> str | None:
    """The spot with the zone before it, unless the estate's name holds it; a floor alone is a spot too."""
    zone = location.zone or ""
    zone = "" if (location.estate or "").endswith(zone) else zone
    floor = "" if location.room or location.floor is None else _floor(location.floor)
    return f"{zone}{location.spot or floor}" or None


def _floor(code: str) -> str:
    """4 is 4楼, 顶 is 顶楼, -1 is 负1层."""
    return f"负{code[1:]}层" if code.startswith("-") else f"{code}楼"


def estate_named(estates: Sequence[Estate], name: str | None, speaker: Person) -> Estate | None:
    """The estate of this name or alias; of several the speaker's own."""
    named = [estate for estate in estates if name in (estate.name, *estate.aliases)]
    own = [estate for estate in named if estate.community_id == speaker.community_id]
    return next(iter(own or named), None)


def estates_offered(estates: Sequence[Estate], speaker: Person) -> list[Estate]:
    """The estates a resident is asked to choose from: those of the own community, when it is known."""
    own = [each for each in estates if each.community_id == speaker.community_id]
    return own or list(estates)


def estate_chosen(estates: Sequence[Estate], text: str) -> Estate | None:
    """The estate picked from the numbered list, by its number."""
    said = text.strip().rstrip("。.、 ")
    index = int(said) if said.isdecimal() and len(said) < 3 else 0
    return estates[index - 1] if 1 <= index <= len(estates) else None


def home_community(communities: Sequence[Community], speaker: Person) -> Community:
    """The community a sentence without a place belongs to: the one last used, else the account's first."""
    own = (each for each in communities if each.id == speaker.community_id)
    return next(own, communities[0])
