"""Those who have not voted are reminded: at half time, a day before the end, and when staff ask."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.consultation.telling import news_of, tell_desk
from handlers.errors.polls import NoSuchPoll, PollNotOpen, RemindedJustNow
from handlers.polls.eligibility import scope_of
from handlers.polls.finding import ensure_staff
from handlers.polls.telling import tell_voters
from handlers.replies import polls as texts
from handlers.replies.formats import moment_text
from handlers.rules import Rules
from storage import consultation
from storage.models.consultation import Happening, Subject, Wake, WakeKind
from storage.models.people import Person
from storage.models.polls import BallotStatus, Poll, PollStatus
from storage.polls import ballots, rows

BEFORE_END: Final = timedelta(days=1)
SHORTEST: Final = timedelta(hours=6)  # of a vote that has a half time
APART: Final = timedelta(hours=12)  # between two reminders
HALF: Final = "half"
LAST: Final = "last"


def plan_reminders(db: Connection, poll: Poll, *, after: datetime) -> None:
    """The vote's first reminder after that time falls due; none when the end is too near."""
    ahead = [(step, due) for step, due in _steps(poll) if due > after]
    if not ahead:
        return
    step, due = ahead[0]
    consultation.set_wake(
        db,
        Subject.POLL,
        poll.id,
        WakeKind.REMIND_VOTERS,
        community_id=poll.community_id,
        due_at=due,
        step=step,
    )


def fire_reminder(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """Whoever has not voted is reminded, once for all reminders missed; staff read how it stands."""
    poll = rows.lock_poll(db, wake.subject_id)
    if poll.status is not PollStatus.OPEN or now >= poll.closes_at:
        return
    last = _last(db, poll, Happening.REMINDED)
    if last is None or now - last >= APART:
        _remind(db, poll, now=now, rules=rules)
    plan_reminders(db, poll, after=now + APART)


def remind_voters(db: Connection, staff: Person, number: int, *, now: datetime) -> Poll:
    """Staff ask everybody who has not voted once more.

    `NoSuchPoll`, `PollNotOpen`, `RemindedJustNow` within half a day of the last time.
    """
    ensure_staff(staff, "催票")
    poll = rows.lock_poll_numbered(db, staff.community_id or 0, number)
    if poll is None:
        raise NoSuchPoll(number)
    if poll.status is not PollStatus.OPEN or now >= poll.closes_at:
        raise PollNotOpen(poll.number, texts.status_text(poll, now))
    last = _last(db, poll, Happening.OPENED, Happening.REMINDED)
    if last is not None and now - last < APART:
        raise RemindedJustNow(poll.number, moment_text(last))
    tell_voters(db, poll, _reminded(db, poll, staff.id, now=now), now=now)
    return poll


def _last(db: Connection, poll: Poll, *kinds: Happening) -> datetime | None:
    history = consultation.happenings_of(db, Subject.POLL, poll.id, kinds=kinds)
    return history[-1].happened_at if history else None


def _remind(db: Connection, poll: Poll, *, now: datetime, rules: Rules) -> None:
    event_id = _reminded(db, poll, None, now=now)
    tell_voters(db, poll, event_id, now=now)
    contested = len({each.door for each in ballots.ballots_of(db, poll.id, status=[BallotStatus.CONTESTED])})
    cast = ballots.counted_number(db, poll.id)
    news = news_of(Subject.POLL, poll.id, event_id, community_id=poll.community_id, now=now, rules=rules)
    tell_desk(db, news, texts.turnout_for_desk(poll, scope_of(db, poll), cast=cast, contested=contested))


def _reminded(db: Connection, poll: Poll, by: int | None, *, now: datetime) -> int:
    return consultation.add_happening(
        db,
        Subject.POLL,
        poll.id,
        Happening.REMINDED,
        community_id=poll.community_id,
        person_id=by,
        now=now,
    )


def _steps(poll: Poll) -> list[tuple[str, datetime]]:
    """The reminders of the vote, in order; of two that come too close together only the later."""
    if poll.opened_at is None:
        return []
    long = poll.closes_at - poll.opened_at
    half, last = poll.opened_at + long / 2, poll.closes_at - BEFORE_END
    if last - half >= APART:
        return [(HALF, half), (LAST, last)]
    if last > poll.opened_at + APART:
        return [(LAST, last)]
    return [(HALF, half)] if long >= SHORTEST else []
