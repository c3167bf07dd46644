"""Knocking on doors: which households have not voted, and what was said or not said at the door."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from handlers.errors import UserError
from handlers.errors.polls import DoorRefused, DoorsMissing, SecretVoteInGroup
from handlers.polls.eligibility import Door, Scope, door_said, scope_of
from handlers.polls.voting import ensure_runs, option_meant
from handlers.polls.walking import covering, ensure_may_knock
from handlers.replies import polls as texts
from storage import consultation
from storage.models.consultation import Happening, Subject
from storage.models.people import Person
from storage.models.polls import Ballot, BallotStatus, Poll, VisitOutcome
from storage.polls import ballots, rows
from storage.polls.doors import add_visit


@dataclass(frozen=True, slots=True)
class DoorSaid:
    """A door as it was named, and the words of it; what was not named is `None`."""

    building: str | None
    unit: str | None
    room: str
    words: str
    outcome: VisitOutcome | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of one door of a message: how it was entered, or why it was not."""

    name: str
    text: str
    is_done: bool


def doors_of(args: Mapping[str, Any]) -> list[DoorSaid]:
    """The doors as they were read from one message."""
    return [
        DoorSaid(
            each.get("building"),
            each.get("unit"),
            str(each["room"]),
            str(each.get("words") or ""),
            VisitOutcome(each["outcome"]) if each.get("outcome") else None,
        )
        for each in args.get("doors") or []
    ]


def enter_votes(
    db: Connection,
    worker: Person,
    poll_id: int,
    said: Sequence[DoorSaid],
    *,
    is_in_group: bool,
    now: datetime,
) -> list[Entered]:
    """What households said at their doors is on record as theirs, marked with who entered it.

    One after the other: a door that is refused does not keep the others back. Where the household has
    spoken itself nothing changes. `PollNotOpen`, `DoorsMissing`, `SecretVoteInGroup`, `OnlyWorkersAndStaff`.
    """
    ensure_may_knock(worker)
    poll = rows.lock_poll(db, poll_id)
    ensure_runs(poll, now=now)
    if not said:
        raise DoorsMissing(poll.number, "代投")
    if poll.is_secret and is_in_group:
        raise SecretVoteInGroup(poll.number)
    scope = scope_of(db, poll)
    covers = covering(db, worker, scope)

    def enter(each: DoorSaid) -> Entered:
        door = _door(db, poll, scope, each, covers=covers)
        option = option_meant(poll, each.words)
        current = ballots.counted_ballot(db, poll.id, door.key)
        if current is not None and current.person_id is not None:
            return Entered(door.text, texts.SPOKE_ITSELF, False)
        if current is not None and current.choice == option:
            return Entered(door.text, texts.ENTERED_BEFORE, True)
        _replace(db, poll, door, worker=worker, option=option, current=current, now=now)
        choice = "" if poll.is_secret else poll.options[option]
        return Entered(door.text, texts.entered_text(choice, is_changed=current is not None), True)

    return [_tried(enter, each) for each in said]


def note_visits(
    db: Connection, worker: Person, poll_id: int, said: Sequence[DoorSaid], *, now: datetime
) -> list[Entered]:
    """That somebody knocked and got no answer is on record, door by door; the same refusals."""
    ensure_may_knock(worker)
    poll = rows.lock_poll(db, poll_id)
    ensure_runs(poll, now=now)
    if not said:
        raise DoorsMissing(poll.number, "敲门")
    scope = scope_of(db, poll)
    covers = covering(db, worker, scope)

    def note(each: DoorSaid) -> Entered:
        door = _door(db, poll, scope, each, covers=covers)
        if each.outcome is None:
            return Entered(door.text, texts.OUTCOME_UNREAD, False)
        if ballots.counted_ballot(db, poll.id, door.key) is not None:
            return Entered(door.text, texts.HAS_VOTED, False)
        add_visit(db, poll.id, door.key, worker_id=worker.id, outcome=each.outcome, now=now)
        return Entered(door.text, texts.OUTCOMES[each.outcome], True)

    return [_tried(note, each) for each in said]


# ------------------------------------------------------------------ who may, and which doors


def _door(db: Connection, poll: Poll, scope: Scope, said: DoorSaid, *, covers: Callable[[str], bool]) -> Door:
    building = said.building or scope.building
    if building is None:
        raise DoorRefused(texts.BUILDING_UNSAID)
    if not covers(building):
        raise DoorRefused(texts.NOT_YOUR_BUILDING)
    try:
        return door_said(db, poll, scope, (building, said.unit or scope.unit, said.room))
    except UserError as refused:
        raise DoorRefused(texts.refused_door(refused)) from refused


def _tried(act: Callable[[DoorSaid], Entered], said: DoorSaid) -> Entered:
    """One door; what is refused is said of it, and nothing of it was changed."""
    try:
        return act(said)
    except UserError as refused:
        name = Door(0, said.building or "", said.unit or "", said.room).text
        return Entered(name, str(refused), False)


def _replace(
    db: Connection,
    poll: Poll,
    door: Door,
    *,
    worker: Person,
    option: int,
    current: Ballot | None,
    now: datetime,
) -> None:
    if current is not None:
        ballots.set_ballot_status(db, current.id, BallotStatus.REPLACED)
    ballot_id = ballots.add_ballot(
        db,
        poll.id,
        door.key,
        person_id=None,
        choice=option,
        now=now,
        area=door.area,
        entered_by_id=worker.id,
    )
    consultation.add_happening(
        db,
        Subject.POLL,
        poll.id,
        Happening.VOTED,
        community_id=poll.community_id,
        person_id=worker.id,
        now=now,
        data={"door": door.key, "ballot": ballot_id},
    )
