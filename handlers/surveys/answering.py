"""A resident answers a survey, once, and may change it until it ends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.errors.polls import NoSuchPoll
from handlers.errors.surveys import (
    NoSuchOption,
    SurveyAnswerMissing,
    SurveyOver,
    SurveyPeopleWrong,
)
from handlers.polls.choices import options_text
from handlers.surveys.circle import ensure_may_answer
from nlp.consultation.surveys import SurveyAnswer, read_answer
from storage import meetings
from storage.models.meetings import MeetingStatus
from storage.models.people import Person
from storage.models.polls import Ballot, BallotStatus, Poll, PollKind, PollStatus
from storage.polls import ballots, rows

MOST_PEOPLE: Final = 50
BEGUN: Final = frozenset(
    {MeetingStatus.HELD, MeetingStatus.MINUTED, MeetingStatus.FOLLOWED_UP, MeetingStatus.CLOSED}
)


@dataclass(frozen=True, slots=True)
class SurveyAnswered:
    """What counts now for this person; `before` is what counted until now, the same when nothing changed."""

    poll: Poll
    ballot: Ballot
    before: Ballot | None


def answer_survey(db: Connection, person: Person, number: int, said: str, *, now: datetime) -> SurveyAnswered:
    """Option, number of people and words count for this person; what is not said anew stays as it was.

    Raises `NoSuchPoll`, `SurveyOver`, `SurveyNotForYou`, `NoSuchOption`, `SurveyPeopleWrong`,
    `SurveyAnswerMissing`.
    """
    poll = rows.lock_poll_numbered(db, person.community_id or 0, number)
    if poll is None or poll.kind is not PollKind.SURVEY:
        raise NoSuchPoll(number)
    ensure_open(db, poll, now=now)
    ensure_may_answer(db, person, poll)
    answer = read_answer(said, poll.options)
    _ensure_counts(poll, answer)
    before = ballots.counted_ballot(db, poll.id, door_of(person))
    merged = _merged(answer, before)
    if before is not None and (before.choice, before.people, before.words) == merged:
        return SurveyAnswered(poll, before, before)
    if before is not None:
        ballots.set_ballot_status(db, before.id, BallotStatus.REPLACED)
    choice, people, words = merged
    ballots.add_ballot(
        db,
        poll.id,
        door_of(person),
        person_id=person.id,
        choice=choice,
        words=words,
        people=people,
        now=now,
    )
    counted = ballots.counted_ballot(db, poll.id, door_of(person))
    assert counted is not None
    return SurveyAnswered(poll, counted, before)


def own_answer(db: Connection, person: Person, poll: Poll) -> Ballot | None:
    """What counts for this person; `None` while they have not answered."""
    return ballots.counted_ballot(db, poll.id, door_of(person))


def door_of(person: Person) -> str:
    """A survey asks persons, not households."""
    return f"person:{person.id}"


def ensure_open(db: Connection, poll: Poll, *, now: datetime) -> None:
    """It runs, its time is not over, and its meeting has not begun; else `SurveyOver`."""
    is_cancelled = poll.status is PollStatus.CANCELLED
    if poll.status is not PollStatus.OPEN or poll.closes_at <= now:
        raise SurveyOver(poll.number, is_cancelled=is_cancelled)
    meeting = meetings.meeting_by_id(db, poll.meeting_id) if poll.meeting_id is not None else None
    has_begun = meeting is not None and meeting.starts_at is not None and meeting.starts_at <= now
    if meeting is not None and (has_begun or meeting.status in BEGUN):
        raise SurveyOver(poll.number)


def _ensure_counts(poll: Poll, answer: SurveyAnswer) -> None:
    if answer.unknown:
        raise NoSuchOption(poll.number, answer.unknown, options_text(poll.options))
    if answer.people is not None and not 1 <= answer.people <= MOST_PEOPLE:
        raise SurveyPeopleWrong(poll.number, MOST_PEOPLE)
    if answer.choice is None and answer.people is None and not answer.words:
        raise SurveyAnswerMissing(poll.number, options_text(poll.options))


def _merged(answer: SurveyAnswer, before: Ballot | None) -> tuple[int | None, int | None, str]:
    """B, and later 家里3人, are one answer; words said with another choice stand alone."""
    if before is None:
        return answer.choice, answer.people, answer.words
    choice = before.choice if answer.choice is None else answer.choice
    people = before.people if answer.people is None else answer.people
    is_addition = answer.choice is None and bool(before.words) and answer.words not in before.words
    words = f"{before.words}；{answer.words}" if is_addition and answer.words else answer.words
    return choice, people, words or before.words
