"""What residents' groups do not say themselves: their numbers, since when they are, who joined when."""

from datetime import datetime

from bot.simulator.world import Group


class GroupBook:
    """Of all groups since the platform was started; `dismissed` are the ids of those that are gone."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._made: dict[str, datetime] = {}
        self._joined: dict[tuple[str, str], datetime] = {}
        self.dismissed: set[str] = set()

    def number(self, chat_id: str) -> int:
        """Grows from group to group, and stays when others go."""
        return self._numbers.setdefault(chat_id, len(self._numbers) + 1)

    def note_made(self, group: Group, *, now: datetime) -> None:
        self._made[group.chat_id] = now

    def note_joined(self, group: Group, person: str, *, now: datetime) -> None:
        self._joined[(group.chat_id, person)] = now

    def made_at(self, group: Group, *, start: datetime) -> datetime:
        return self._made.get(group.chat_id, start)

    def joined_at(self, group: Group, person: str, *, start: datetime) -> datetime:
        return self._joined.get((group.chat_id, person), self.made_at(group, start=start))
