"""Two of one household say different things: staff see it, and decide whose word counts."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.auditing import Audited, record
from handlers.errors.polls import ClaimantUnknown, NoClaimThere
from handlers.polls.doors import DoorSaid
from handlers.polls.eligibility import Door, Scope, door_of_key, door_said, scope_of
from handlers.polls.finding import ensure_staff
from handlers.polls.order import door_order
from handlers.polls.voting import ensure_runs
from handlers.replies import polls as texts
from storage import consultation, people
from storage.models.consultation import Happening, Subject
from storage.models.people import Person
from storage.models.polls import Ballot, BallotStatus, Poll
from storage.polls import ballots, rows

NTH: Final = re.compile(r"(?:第\s?)?([1-9一二三四五六七八九])\s?(?:位|个|人)?")
DIGITS: Final = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Voice:
    """One of those who spoke for a household; `choice` is empty in a secret vote."""

    person_id: int | None
    name: str
    choice: str
    is_counted: bool
    cast_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A household whose people disagree: the voices in the order in which they were raised."""

    door: Door
    voices: list[Voice]


@dataclass(frozen=True, slots=True)
class ClaimRuled:
    """Whose word counts for a household from now on."""

    poll: Poll
    door: Door
    voice: Voice


def list_claims(db: Connection, staff: Person, poll: Poll, *, now: datetime) -> list[Claim]:
    """The households of the vote whose people disagree, in the order of a walk.

    What each chose is left out of a secret vote. That staff looked is on record.
    """
    ensure_staff(staff, "查看意见不一致的住户")
    record(db, staff, Audited.CLAIMS_SHOWN, now=now, data={"poll": poll.number})
    contested = ballots.ballots_of(db, poll.id, status=[BallotStatus.CONTESTED])
    doors = {each.door: door_of_key(each.door) for each in contested}
    return [_claim(db, poll, door) for door in sorted(doors.values(), key=door_order)]


def decide_claim(db: Connection, staff: Person, poll_id: int, said: DoorSaid, *, now: datetime) -> ClaimRuled:
    """The word of the person named (by name, or as 第2位) counts for the household, others no more.

    `PollNotOpen`; the refusals of a door; `NoClaimThere`; `ClaimantUnknown`.
    """
    ensure_staff(staff, "认定以谁的为准")
    poll = rows.lock_poll(db, poll_id)
    ensure_runs(poll, now=now)
    scope = scope_of(db, poll)
    door = _door(db, poll, scope, said)
    claim = _claim(db, poll, door)
    if not any(not voice.is_counted for voice in claim.voices):
        raise NoClaimThere(poll.number, door.text)
    voice = _meant(claim, said.words)
    if voice is None:
        known = "、".join(f"第{index}位 {each.name}" for index, each in enumerate(claim.voices, 1))
        raise ClaimantUnknown(poll.number, door.text, known)
    for each in ballots.ballots_at(db, poll.id, door.key):
        if each.status is not BallotStatus.REPLACED and each.person_id != voice.person_id:
            ballots.set_ballot_status(db, each.id, BallotStatus.REPLACED)
    for each in ballots.ballots_at(db, poll.id, door.key):
        if each.status is BallotStatus.CONTESTED:
            ballots.set_ballot_status(db, each.id, BallotStatus.COUNTED)
    consultation.add_happening(
        db,
        Subject.POLL,
        poll.id,
        Happening.RULED,
        community_id=poll.community_id,
        person_id=staff.id,
        now=now,
        data={"door": door.key, "person": voice.person_id},
    )
    record(db, staff, Audited.CLAIM_RULED, now=now, data={"poll": poll.number})
    return ClaimRuled(poll, door, voice)


def _claim(db: Connection, poll: Poll, door: Door) -> Claim:
    said = [
        each for each in ballots.ballots_at(db, poll.id, door.key) if each.status is not BallotStatus.REPLACED
    ]
    known = people.people_by_ids(db, [each.person_id for each in said if each.person_id is not None])
    return Claim(door, [_voice(poll, each, known.get(each.person_id or 0)) for each in said])


def _voice(poll: Poll, ballot: Ballot, person: Person | None) -> Voice:
    choice = "" if poll.is_secret or ballot.choice is None else poll.options[ballot.choice]
    name = (person.name if person else "") or texts.NAMELESS
    is_counted = ballot.status is BallotStatus.COUNTED
    return Voice(ballot.person_id, name, choice, is_counted, ballot.cast_at)


def _door(db: Connection, poll: Poll, scope: Scope, said: DoorSaid) -> Door:
    building = said.building or scope.building or ""
    return door_said(db, poll, scope, (building, said.unit or scope.unit, said.room))


def _meant(claim: Claim, words: str) -> Voice | None:
    text = words.strip().removeprefix("以").removesuffix("为准").strip()
    named = [each for each in claim.voices if each.name == text and text != texts.NAMELESS]
    if len(named) == 1:
        return named[0]
    nth = NTH.fullmatch(text)
    if nth is None:
        return None
    index = DIGITS.index(nth[1]) if nth[1] in DIGITS else int(nth[1]) - 1
    return claim.voices[index] if index < len(claim.voices) else None
