"""When each message of a broadcast goes out, and whether a second person must agree."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.rules import BroadcastRules

TURN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """So many messages a minute, each minute's at once; nothing in the quiet hours unless it is urgent.

    `quiet_until`: the time asked for lies in the quiet hours, which end then.
    """

    per_minute: int
    turns: tuple[datetime, ...]
    quiet_until: datetime | None = None

    @property
    def starts_at(self) -> datetime:
        """When the first go out."""
        return self.turns[0]

    @property
    def ends_at(self) -> datetime:
        """When the last go out."""
        return self.turns[-1]

    def at(self, index: int) -> datetime:
        """When the message of this place in the order goes out, from 0."""
        return self.turns[index // self.per_minute]


def plan_of(messages: int, *, at: datetime, is_urgent: bool, rules: BroadcastRules) -> Plan:
    """The plan of so many messages that are to go out from a time on."""
    quiet_until = None if is_urgent else rules.quiet.ends_at(at)
    turn, turns = quiet_until or at, []
    for _ in range(0, max(messages, 1), rules.per_minute):
        turn = (None if is_urgent else rules.quiet.ends_at(turn)) or turn
        turns.append(turn)
        turn += TURN
    return Plan(rules.per_minute, tuple(turns), quiet_until)


def needs_approval(people: int, *, is_everyone: bool, rules: BroadcastRules) -> bool:
    """Whether it reaches so many that a second member of staff must agree."""
    return is_everyone or people > rules.approval_above
