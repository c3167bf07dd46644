"""A poll ends: at its time, however late the process comes to it, or earlier when staff say so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import Connection

from handlers.consultation.lapsing import let_lapse
from handlers.consultation.telling import news_of, tell_desk
from handlers.errors.polls import NoSuchPoll, NotSettledYet, PollEnded, PollNotOpen
from handlers.polls.counting import Tally, count, is_settled
from handlers.polls.eligibility import scope_of
from handlers.polls.finding import ensure_staff
from handlers.polls.publicity import is_public
from handlers.polls.telling import tell_groups_of, tell_voters
from handlers.replies import polls as texts
from handlers.rules import Rules
from handlers.surveys.closing import close_due_survey
from storage import consultation
from storage.models.consultation import Happening, Subject, Wake
from storage.models.people import Person
from storage.models.polls import BallotStatus, Poll, PollKind, PollStatus
from storage.polls import ballots, rows


class Closer(Protocol):
    """What ends a poll of one kind when its time may be over; the poll is held and open."""

    def __call__(self, db: Connection, poll: Poll, *, now: datetime, rules: Rules) -> object:
        """It has ended."""


def fire_close(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """The poll's time is over: it ends, unless it has ended before."""
    poll = rows.lock_poll(db, wake.subject_id)
    if poll.status is PollStatus.OPEN:
        CLOSERS[poll.kind](db, poll, now=now, rules=rules)


def _close_due(db: Connection, poll: Poll, *, now: datetime, rules: Rules) -> None:
    if now >= poll.closes_at:
        close_vote(db, poll, now=now, rules=rules)


def close_vote(db: Connection, poll: Poll, *, now: datetime, rules: Rules, by: Person | None = None) -> Poll:
    """The held vote is counted from its rows and has a result, which groups, the desk and the board tell.

    What was said after its end does not count, whenever it is closed. A vote that groups may not read of
    tells those it concerns one by one.
    """
    tally = count(ballots.counted_ballots(db, poll.id), poll)
    poll = rows.change_poll(db, poll.id, status=PollStatus.CLOSED, closed_at=now, result=tally.as_json())
    consultation.stop_wakes(db, Subject.POLL, poll.id)
    let_lapse(db, Subject.POLL, poll.id, (Happening.OPENED, Happening.REMINDED), now=now)
    event_id = consultation.add_happening(
        db,
        Subject.POLL,
        poll.id,
        Happening.COUNTED,
        community_id=poll.community_id,
        person_id=by.id if by else None,
        now=now,
        data=tally.as_json(),
    )
    _tell_result(db, poll, event_id, now=now, rules=rules)
    return poll


def close_early(
    db: Connection, staff: Person, number: int, *, is_sure: bool, now: datetime, rules: Rules
) -> Poll:
    """The vote ends now; unless staff are sure, only when those who have not voted cannot change the result.

    `NoSuchPoll`, `PollEnded`, `PollNotOpen` for a draft, `NotSettledYet`.
    """
    ensure_staff(staff, "结束表决")
    poll = rows.lock_poll_numbered(db, staff.community_id or 0, number)
    if poll is None:
        raise NoSuchPoll(number)
    if poll.status in rows.ENDED_POLLS:
        raise PollEnded(poll.number, texts.status_text(poll))
    if poll.status is PollStatus.DRAFT:
        raise PollNotOpen(poll.number, texts.status_text(poll))
    if now >= poll.closes_at or is_sure or _is_settled(db, poll):
        return close_vote(db, poll, now=now, rules=rules, by=staff)
    tally = count(ballots.counted_ballots(db, poll.id), poll)
    raise NotSettledYet(poll.number, max(0, tally.households - tally.cast), len(contested_doors(db, poll)))


def contested_doors(db: Connection, poll: Poll) -> set[str]:
    """The doors whose people disagree and staff have not decided."""
    return {each.door for each in ballots.ballots_of(db, poll.id, status=[BallotStatus.CONTESTED])}


def tally_now(db: Connection, poll: Poll) -> Tally:
    """What the rows give as they stand."""
    return count(ballots.counted_ballots(db, poll.id), poll)


def _is_settled(db: Connection, poll: Poll) -> bool:
    return is_settled(ballots.counted_ballots(db, poll.id), poll, contested=contested_doors(db, poll))


def _tell_result(db: Connection, poll: Poll, event_id: int, *, now: datetime, rules: Rules) -> None:
    scope = scope_of(db, poll)
    tell_groups_of(db, poll, event_id, texts.result_for_groups, now=now, rules=rules)
    news = news_of(Subject.POLL, poll.id, event_id, community_id=poll.community_id, now=now, rules=rules)
    contested = len(contested_doors(db, poll))
    tell_desk(db, news, texts.result_for_desk(poll, scope, contested=contested), called=poll.made_by_id)
    if not is_public(db, poll):
        tell_voters(db, poll, event_id, now=now)


CLOSERS: Final[Mapping[PollKind, Closer]] = {
    PollKind.VOTE: _close_due,
    PollKind.SURVEY: close_due_survey,
}
