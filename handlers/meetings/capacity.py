"""Seats: how many are free, who waits for one, and who of those has one now.

Seats count people. A required party always has a seat: it never waits, and while it has not answered one is
kept for it, of half the room at most. Units, grids and staff never wait either: one of them may stand. The
caller holds the meeting's lock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.consultation.telling import news_of
from handlers.meetings.reaching import Words, tell_invited
from handlers.replies.invitations import promoted_text
from handlers.rules import Rules
from storage import consultation, invitations
from storage.models.consultation import Happening, Subject
from storage.models.meetings import Invitation, InvitationAnswer, Meeting, MeetingStatus, Party

OFFICIAL: Final = frozenset({Party.PROPERTY, Party.DEPARTMENT, Party.WORKER, Party.STAFF})


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of a meeting; `capacity` is `None` where there is no limit, and nothing is kept then."""

    capacity: int | None
    coming: int
    kept: int

    @property
    def free(self) -> int | None:
        """How many more people may come; `None` for as many as like."""
        return None if self.capacity is None else max(0, self.capacity - self.coming - self.kept)

    def has_room_for(self, people: int) -> bool:
        """Whether so many more may come."""
        return self.free is None or people <= self.free


def seats_of(meeting: Meeting, rows: Iterable[Invitation], *, but: int | None = None) -> Seats:
    """The seats as they are taken now, the invitation `but` left out."""
    others = [each for each in rows if each.id != but]
    coming = sum(each.people for each in others if each.answer is InvitationAnswer.COMING)
    silent = sum(each.is_required and each.answer is InvitationAnswer.OPEN for each in others)
    kept = 0 if meeting.capacity is None else min(silent, meeting.capacity // 2)
    return Seats(meeting.capacity, coming, kept)


def never_waits(row: Invitation) -> bool:
    """Whether this party has a seat even in a full room."""
    return row.is_required or row.party in OFFICIAL


def waiting_list(rows: Iterable[Invitation]) -> list[Invitation]:
    """Who waits for a seat, the first first."""
    waiting = [each for each in rows if each.answer is InvitationAnswer.WAITING]
    return sorted(waiting, key=lambda each: (each.answered_at or each.invited_at, each.id))


def position_of(rows: Iterable[Invitation], invitation_id: int) -> int:
    """The place on the waiting list, from 1; 0 for who does not wait."""
    places = [each.id for each in waiting_list(rows)]
    return places.index(invitation_id) + 1 if invitation_id in places else 0


def let_in(
    db: Connection, meeting: Meeting, *, now: datetime, rules: Rules, but: int | None = None
) -> list[Invitation]:
    """Who waited and fits into the seats that are free has one, in the order of the list, and is told.

    Who does not fit is passed over and keeps the place. `but`: whose invitation was just answered, they read
    it in the answer. To be called when somebody stays away, comes with fewer, or the capacity grows.
    """
    if meeting.status is not MeetingStatus.INVITED or meeting.starts_at is None or meeting.starts_at <= now:
        return []
    rows = invitations.invitations_of(db, meeting.id)
    chosen = _fitting(seats_of(meeting, rows), waiting_list(rows))
    promoted = [
        invitations.change_invitation(db, each.id, answer=InvitationAnswer.COMING, promoted_at=now)
        for each in chosen
    ]
    for each in promoted:
        _promoted(db, meeting, each, but=but, now=now, rules=rules)
    return promoted


def _fitting(seats: Seats, waiting: Sequence[Invitation]) -> list[Invitation]:
    free = seats.free
    if free is None:
        return list(waiting)
    chosen: list[Invitation] = []
    for each in waiting:
        if each.people <= free:
            chosen.append(each)
            free -= each.people
    return chosen


def _promoted(
    db: Connection, meeting: Meeting, row: Invitation, *, but: int | None, now: datetime, rules: Rules
) -> None:
    event_id = consultation.add_happening(
        db,
        Subject.MEETING,
        meeting.id,
        Happening.PROMOTED,
        community_id=meeting.community_id,
        person_id=row.person_id,
        now=now,
        data={"invitation": row.id, "people": row.people},
    )
    if row.id == but:
        return
    news = news_of(
        Subject.MEETING, meeting.id, event_id, community_id=meeting.community_id, now=now, rules=rules
    )
    words = Words(lambda each: promoted_text(meeting, each), about="候补有位子了")
    tell_invited(db, news, meeting, [row], words=words)
