"""The order of a walk: building by building, entrance by entrance, floor by floor."""

import re

from handlers.polls.eligibility import Door

PIECE = re.compile(r"\d+|\D+")
Natural = tuple[tuple[int, int, str], ...]


def natural(text: str) -> Natural:
    """A key by which 9 comes before 10, and A2 before A10."""
    return tuple((0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in PIECE.findall(text))


def door_order(door: Door) -> tuple[Natural, Natural, Natural]:
    """Where the door comes in a walk."""
    return natural(door.building), natural(door.unit), natural(door.room)


def floor_of(room: str) -> str:
    """The floor of a room: 201 is on 2, 1203 on 12; empty where the number does not say."""
    return room[:-2] if room.isdecimal() and len(room) in (3, 4) else ""
