"""One vote per household: the first voice counts, may change until the end, and others are heard by staff."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from handlers.consultation.telling import news_of, tell_desk
from handlers.errors.polls import OptionUnknown, PollNotOpen, RuledOtherwise, VotedForAnotherDoor
from handlers.polls.choices import option_of, options_text
from handlers.polls.eligibility import Door, Scope, door_of_home, door_of_key, scope_of
from handlers.replies import polls as texts
from handlers.rules import Rules
from storage import consultation, organization
from storage.models.consultation import Happening, Subject
from storage.models.people import Person
from storage.models.polls import Ballot, BallotStatus, Poll, PollStatus
from storage.polls import ballots, rows


class Cast(StrEnum):
    """What became of somebody's word."""

    COUNTED = "counted"  # the household's first
    CHANGED = "changed"  # the household's word is another now
    SAME = "same"  # the same person said the same
    JOINED = "joined"  # somebody of the household had said the same
    CONTESTED = "contested"  # somebody of the household had said something else


@dataclass(frozen=True, slots=True)
class VoteCast:
    """What became of one vote; `option` is what was chosen, by its place in the list."""

    poll: Poll
    scope: Scope
    door: Door
    option: int
    cast: Cast


def cast_vote(
    db: Connection, voter: Person, poll_id: int, words: str, *, now: datetime, rules: Rules
) -> VoteCast:
    """The resident's household has spoken in the vote, if it may.

    `PollNotOpen`; `OptionUnknown`; the refusals of `door_of_home`; `VotedForAnotherDoor` when this person
    has spoken for another home, whose word stays; `RuledOtherwise` when staff have decided whose word counts.
    """
    poll = rows.lock_poll(db, poll_id)
    ensure_runs(poll, now=now)
    option = option_meant(poll, words)
    scope = scope_of(db, poll)
    _ensure_one_home(db, poll, voter, scope)
    door = door_of_home(db, poll, voter)
    current = ballots.counted_ballot(db, poll.id, door.key)
    if current is None:
        _add(db, poll, door, voter, option=option, now=now)
        return VoteCast(poll, scope, door, option, Cast.COUNTED)
    cast = _beside(db, poll, door, voter, option=option, current=current, now=now, rules=rules)
    return VoteCast(poll, scope, door, option, cast)


def ensure_runs(poll: Poll, *, now: datetime) -> None:
    """The vote can be answered now; `PollNotOpen`, also when its time is over and it is not closed yet."""
    if poll.status is not PollStatus.OPEN or now >= poll.closes_at:
        raise PollNotOpen(poll.number, texts.status_text(poll, now))


def option_meant(poll: Poll, words: str) -> int:
    """The option's place in the list; `OptionUnknown`."""
    option = option_of(poll.options, words).option
    if option is None:
        raise OptionUnknown(poll.number, options_text(poll.options))
    return option


def ruled_for(db: Connection, poll: Poll, door: Door) -> int | None:
    """Whose word counts for the door by the staff's decision; `None` where they have decided nothing."""
    history = consultation.happenings_of(db, Subject.POLL, poll.id, kinds=[Happening.RULED])
    ruled = [each.data for each in history if each.data and each.data["door"] == door.key]
    return ruled[-1]["person"] if ruled else None


def _ensure_one_home(db: Connection, poll: Poll, voter: Person, scope: Scope) -> None:
    """Nobody votes for several doors by moving from one to the next."""
    said = [each for each in ballots.ballots_by(db, poll.id, voter.id) if _stands(each)]
    if not said:
        return
    door = door_of_key(said[0].door)
    is_there = (voter.building, voter.room) == (door.building, door.room) and (
        voter.estate_id == door.estate_id and (not door.unit or voter.unit in (None, door.unit))
    )
    if not is_there:
        raise VotedForAnotherDoor(poll.number, scope.estate.name + door.text)


def _stands(ballot: Ballot) -> bool:
    return ballot.status is not BallotStatus.REPLACED


def _beside(
    db: Connection,
    poll: Poll,
    door: Door,
    voter: Person,
    *,
    option: int,
    current: Ballot,
    now: datetime,
    rules: Rules,
) -> Cast:
    """Somebody has spoken for the door already: the same person, a worker on its behalf, or another of it.

    In a secret vote nobody learns from what becomes of their word what another has chosen.
    """
    is_own = current.person_id == voter.id
    is_by_other = not is_own and current.person_id is not None
    may_know = is_own or not poll.is_secret
    if is_by_other and not may_know:
        _ensure_not_ruled(db, poll, door, current)
    if current.choice == option and (may_know or is_by_other):
        _withdraw_claims(db, poll, door, of=None if is_own else voter.id, agreeing=option)
        return Cast.SAME if is_own else Cast.JOINED
    if is_own or current.person_id is None:
        ballots.set_ballot_status(db, current.id, BallotStatus.REPLACED)
        _add(db, poll, door, voter, option=option, now=now)
        _withdraw_claims(db, poll, door, of=voter.id, agreeing=option)
        return Cast.CHANGED
    _ensure_not_ruled(db, poll, door, current)
    _contest(db, poll, door, voter, option=option, now=now, rules=rules)
    return Cast.CONTESTED


def _ensure_not_ruled(db: Connection, poll: Poll, door: Door, current: Ballot) -> None:
    if ruled_for(db, poll, door) == current.person_id:
        phone = organization.community_by_id(db, poll.community_id).phone
        raise RuledOtherwise(poll.number, phone)


def _add(
    db: Connection,
    poll: Poll,
    door: Door,
    voter: Person,
    *,
    option: int,
    now: datetime,
    status: BallotStatus = BallotStatus.COUNTED,
) -> int:
    return ballots.add_ballot(
        db, poll.id, door.key, person_id=voter.id, choice=option, now=now, area=door.area, status=status
    )


def _withdraw_claims(db: Connection, poll: Poll, door: Door, *, of: int | None, agreeing: int) -> None:
    """What waited for staff at this door waits no more where its speaker, or agreement, has settled it."""
    for each in ballots.ballots_at(db, poll.id, door.key):
        if each.status is BallotStatus.CONTESTED and (each.person_id == of or each.choice == agreeing):
            ballots.set_ballot_status(db, each.id, BallotStatus.REPLACED)


def _contest(
    db: Connection, poll: Poll, door: Door, voter: Person, *, option: int, now: datetime, rules: Rules
) -> None:
    """Staff hear of the door once, however often its people speak."""
    waiting = [
        each for each in ballots.ballots_at(db, poll.id, door.key) if each.status is BallotStatus.CONTESTED
    ]
    mine = [each for each in waiting if each.person_id == voter.id]
    if any(each.choice == option for each in mine):
        return
    for each in mine:
        ballots.set_ballot_status(db, each.id, BallotStatus.REPLACED)
    _add(db, poll, door, voter, option=option, now=now, status=BallotStatus.CONTESTED)
    event_id = consultation.add_happening(
        db,
        Subject.POLL,
        poll.id,
        Happening.CONTESTED,
        community_id=poll.community_id,
        person_id=voter.id,
        now=now,
        data={"door": door.key},
    )
    if not waiting:
        news = news_of(Subject.POLL, poll.id, event_id, community_id=poll.community_id, now=now, rules=rules)
        tell_desk(db, news, texts.contested_for_desk(poll, scope_of(db, poll), door))
