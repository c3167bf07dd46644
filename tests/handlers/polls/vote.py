"""A vote in the sample community: rooms, people who live in them, and the way to its result."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from handlers.consultation.firing import fire_wake
from handlers.polls import making
from handlers.polls.doors import DoorSaid
from handlers.polls.making import PollOrder
from handlers.polls.voting import VoteCast, cast_vote
from handlers.rules import Rules
from storage import consultation
from storage.models.consultation import Subject
from storage.models.outbox import outbox
from storage.models.people import Person, people
from storage.models.polls import Ballot, BallotStatus, Poll
from storage.polls import ballots, rooms, rows
from tests.handlers.cases.scene import estate, named, resident

RULES = Rules(public_url="https://huiyin.example")
GROUP = "wrSampleFengqiao"  # the residents' group of the estate
OTHER_GROUP = "wrSampleMingyuan"
GRID_GROUP = "sample-webhook-grid-1"
DAYS = timedelta(days=10)
ORDER = PollOrder("是否加装电梯", estate="枫桥苑", building="33", threshold="4/5")


def list_rooms(
    db: Connection,
    *,
    building: str = "33",
    units: tuple[str, ...] = ("5",),
    floors: int = 3,
    doors: int = 2,
    area: int | None = 8950,
) -> int:
    """So many rooms of the estate are on the list: 101, 102, 201, …"""
    here = estate(db)
    numbers = [f"{floor}{door:02d}" for floor in range(1, floors + 1) for door in range(1, doors + 1)]
    made = [
        {
            "community_id": here.community_id,
            "estate_id": here.id,
            "building": building,
            "unit": unit,
            "room": room,
            "area": area,
        }
        for unit in units
        for room in numbers
    ]
    rooms.add_rooms(db, made)
    return len(made)


def living(
    db: Connection,
    openid: str,
    room: str | None,
    *,
    now: datetime,
    building: str | None = "33",
    unit: str | None = "5",
    name: str = "",
    place: str = "枫桥苑",
) -> Person:
    """A resident who has said where they live."""
    person = resident(db, openid, now=now)
    here = estate(db, place)
    home = {"community_id": here.community_id, "estate_id": here.id, "building": building}
    row = home | {"unit": unit, "room": room, "name": name}
    db.execute(update(people).where(people.c.id == person.id).values(**row))
    return resident(db, openid, now=now)


def drafted(db: Connection, *, now: datetime, order: PollOrder = ORDER, **more: Any) -> Poll:
    """A draft by staff, ten days long unless `more` says otherwise."""
    wanted = replace(order, **({"closes_at": now + DAYS} | more))
    return making.draft_vote(db, named(db, "李强"), wanted, now=now).poll


def opened(db: Connection, *, now: datetime, order: PollOrder = ORDER, **more: Any) -> Poll:
    """A vote that runs; those it concerns have been told."""
    poll = drafted(db, now=now, order=order, **more)
    making.open_vote(db, named(db, "李强"), poll.number, now=now, rules=RULES)
    fire_due(db, now)
    return rows.poll_by_id(db, poll.id)


def says(db: Connection, poll: Poll, person: Person, words: str, *, now: datetime) -> VoteCast:
    return cast_vote(db, person, poll.id, words, now=now, rules=RULES)


def at(room: str, words: str, *, building: str | None = "33", unit: str | None = "5") -> DoorSaid:
    return DoorSaid(building, unit, room, words)


def fire_due(db: Connection, now: datetime) -> int:
    """What one tick does with polls; gives how many wakes there were."""
    fired = 0
    while due := [
        each for each in consultation.due_wakes(db, now=now, limit=100) if each.subject is Subject.POLL
    ]:
        for wake in due:
            fire_wake(db, wake, secret="s" * 40, now=now, rules=RULES)
            fired += 1
    return fired


def counting(db: Connection, poll: Poll) -> list[tuple[str, int | None]]:
    """The doors whose word counts, and what it is."""
    return [(each.door.split("|")[-1], each.choice) for each in ballots.counted_ballots(db, poll.id)]


def contested(db: Connection, poll: Poll) -> list[Ballot]:
    return ballots.ballots_of(db, poll.id, status=[BallotStatus.CONTESTED])


def filed(db: Connection) -> int:
    """How many messages were ever filed."""
    return int(db.execute(select(func.count()).select_from(outbox)).scalar_one())


def stands(db: Connection, poll: Poll) -> Poll:
    return rows.poll_by_id(db, poll.id)
