"""One text as the readers of consultation take it, and what they find in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from nlp.arguments import Json
from nlp.consultation.actions import TableAction
from nlp.places import Places


@dataclass(frozen=True, slots=True)
class Said:
    """What was said: `body` as typed without the robot's name, `folded` the same with one form of each sign.

    Positions in both are the same. `quoted` is the message it answers, folded too, empty without one.
    `is_resident`: said one-to-one to the Official Account; else by a worker, a unit or staff. `now` is aware.
    """

    body: str
    folded: str
    quoted: str
    is_resident: bool
    places: Places
    now: datetime


@dataclass(frozen=True, slots=True)
class TableWord:
    """One thing said; `number` is the topic's, meeting's, decision's or poll's own, `None` without one."""

    action: TableAction
    number: int | None = None
    args: Mapping[str, Json] = field(default_factory=dict)
