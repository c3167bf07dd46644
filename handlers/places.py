"""Which estate a resident means."""

from collections.abc import Sequence

from nlp.locations import Location
from storage.models.organization import Community, Estate
from storage.models.people import Person


def estate_meant(estates: Sequence[Estate], location: Location | None, speaker: Person) -> Estate | None:
    """The estate a sentence is about; `None` when it must be asked.

    The one named; of several communities with the same name the speaker's own; when nothing is named, the
    only one there is.
    """
    if location is not None and location.estate is None and len(estates) == 1:
        return estates[0]
    return estate_named(estates, location.estate if location else None, speaker)


def estate_named(estates: Sequence[Estate], name: str | None, speaker: Person) -> Estate | None:
    """The estate of this name or alias; of several the speaker's own."""
    named = [estate for estate in estates if name in (estate.name, *estate.aliases)]
    own = [estate for estate in named if estate.community_id == speaker.community_id]
    return next(iter(own or named), None)


def estate_chosen(estates: Sequence[Estate], text: str) -> Estate | None:
    """The estate picked from the numbered list, by its number."""
    said = text.strip().rstrip("。.、 ")
    index = int(said) if said.isdecimal() and len(said) < 3 else 0
    return estates[index - 1] if 1 <= index <= len(estates) else None


def home_community(communities: Sequence[Community], speaker: Person) -> Community:
    """The community a sentence without a place belongs to: the one last used, else the account's first."""
    own = (each for each in communities if each.id == speaker.community_id)
    return next(own, communities[0])
