"""Several doors in one message, each with what was said there: 33号楼5单元201 202 同意 301 没人."""

import re
from typing import Final, NamedTuple

from nlp.addresses import Address, find_addresses
from nlp.arguments import Json
from nlp.numerals import to_digits
from nlp.places import Places

SPLIT: Final = re.compile(r"[\s,、;。和]+")
ROOM: Final = re.compile(r"(?P<room>\d{2,4}[A-Za-z]?)(?:室|房|户|号)?(?P<rest>\D.*)?$", re.DOTALL)
HAS_SIGN: Final = re.compile(r"号楼|单元|[栋幢座#]|\d-\d")
MOST: Final = 200  # doors of one message


class DoorWords(NamedTuple):
    """The doors named, each with the words after it; what stands before the first door is `lead`."""

    doors: list[Json]
    lead: str


def read_doors(text: str, places: Places) -> DoorWords:
    """Each door as estate, building, unit, room and the words said of it; absent parts are `None`.

    A building or unit holds for the rooms after it, words for all rooms before them that have none yet.
    `text` is folded.
    """
    reader = _Reader(places)
    for token in SPLIT.split(text):
        if token:
            reader.take(token)
    return DoorWords(reader.doors[:MOST], " ".join(reader.lead))


class _Reader:
    """Goes through the words one by one and keeps the place they are at."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.doors: list[Json] = []
        self.lead: list[str] = []
        self._waiting: list[dict[str, Json]] = []
        self._last: list[dict[str, Json]] = []
        self._place: dict[str, Json] = {"estate": None, "building": None, "unit": None}

    def take(self, token: str) -> None:
        """One word: a place, a room, or what was said there."""
        mentions = self.places.find(token)
        if mentions and mentions[0].start == 0:
            names = mentions[0].estates
            self._at(estate=names[0] if len(names) == 1 else None, building=None, unit=None)
            token = token[mentions[0].end :]
        address = self._address(token)
        if address is not None:
            self._go(address)
            token = token[address.end :].lstrip("室房户号的:")
        elif (found := ROOM.match(token)) is not None:
            self._open(found["room"])
            token = (found["rest"] or "").lstrip(":")
        if token:
            self._say(token)

    @staticmethod
    def _address(token: str) -> Address | None:
        found = find_addresses(token, frozenset({0})) if HAS_SIGN.search(token) else []
        return found[0] if found and found[0].start == 0 else None

    def _go(self, address: Address) -> None:
        if address.building is not None:
            self._at(building=address.building, unit=address.unit)
        elif address.unit is not None:
            self._at(unit=address.unit)
        if address.room is not None:
            self._open(address.room)

    def _at(self, **parts: Json) -> None:
        self._place = {**self._place, **parts}

    def _open(self, room: str) -> None:
        number = to_digits(room) if room.isdigit() else room.upper()
        door: dict[str, Json] = {**self._place, "room": number, "words": ""}
        self._waiting.append(door)
        self.doors.append(door)

    def _say(self, word: str) -> None:
        if not self._waiting and not self._last:
            self.lead.append(word)
            return
        rooms = self._waiting or self._last
        for door in rooms:
            door["words"] = f"{door['words']} {word}".strip()
        self._last, self._waiting = rooms, []
