"""Those a vote concerns are told: groups at once, the residents one-to-one, a portion at a time."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.consultation.telling import News, news_of, tell_people, tell_residents_groups
from handlers.polls.eligibility import Scope, scope_of
from handlers.polls.publicity import is_public
from handlers.polls.silent import is_silent
from handlers.replies import polls as texts
from handlers.rules import Rules
from storage import consultation, organization
from storage.models.consultation import Happening, HappeningRow, Subject, Wake, WakeKind
from storage.models.organization import Group
from storage.models.polls import Poll, PollStatus
from storage.polls import ballots, rows
from storage.polls.voters import voters_after

PORTION: Final = 200  # residents in one transaction
GroupText = Callable[..., str]  # of the poll and its scope, with the words that go with it
RUNNING: Final = frozenset({Happening.OPENED, Happening.REMINDED})


def tell_groups_of(
    db: Connection,
    poll: Poll,
    event_id: int,
    text: GroupText,
    *,
    now: datetime,
    rules: Rules,
    words: str = "",
) -> list[Group]:
    """The residents' groups of the estate are told, where the vote is public; gives those that are."""
    scope = scope_of(db, poll)
    if not is_public(db, poll):
        return []
    groups = organization.residents_groups_of_estate(db, scope.estate.id)
    unreached = tell_residents_groups(
        db, _news(poll, event_id, now=now, rules=rules), groups, text(poll, scope, words)
    )
    missed = {each.id for each in unreached}
    return [each for each in groups if each.id not in missed]


def tell_voters(db: Connection, poll: Poll, event_id: int, *, now: datetime) -> None:
    """Every resident whom this line of the vote's history concerns will be told, in portions."""
    _go_on(db, poll, event_id, after_id=0, now=now)


def fire_telling(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """The next portion of residents is told; then the next one is due at once, until all are.

    What is said about a vote that runs is not said any more when it has ended.
    """
    poll = rows.lock_poll(db, wake.subject_id)
    event_id, after_id = (int(part) for part in wake.step.split(":"))
    event = _event(db, poll, event_id)
    is_running = poll.status is PollStatus.OPEN and now < poll.closes_at
    if event is None or (event.kind in RUNNING and not is_running):
        return
    scope = scope_of(db, poll)
    portion = voters_after(db, scope.estate.id, scope.building, scope.unit, after_id=after_id, limit=PORTION)
    told = portion
    if event.kind is Happening.REMINDED:
        answered = ballots.answered_doors(db, poll.id)
        told = [each for each in portion if is_silent(db, poll, each, answered)]
    tell_people(db, _news(poll, event_id, now=now, rules=rules), told, _words(poll, scope, event))
    if len(portion) == PORTION:
        _go_on(db, poll, event_id, after_id=portion[-1].id, now=now)


def _words(poll: Poll, scope: Scope, event: HappeningRow) -> str:
    """What this line of the history says to one resident."""
    data = event.data or {}
    if event.kind is Happening.CANCELLED:
        return texts.cancelled_for_one(poll, scope, str(data.get("reason") or ""))
    if event.kind is Happening.REMINDED:
        return texts.reminder(poll, scope)
    return texts.opened_for_one(poll, scope) if event.kind is Happening.OPENED else texts.result(poll, scope)


def _event(db: Connection, poll: Poll, event_id: int) -> HappeningRow | None:
    kinds = (Happening.OPENED, Happening.REMINDED, Happening.CANCELLED, Happening.COUNTED)
    history = consultation.happenings_of(db, Subject.POLL, poll.id, kinds=kinds)
    return next((each for each in history if each.id == event_id), None)


def _go_on(db: Connection, poll: Poll, event_id: int, *, after_id: int, now: datetime) -> None:
    consultation.set_wake(
        db,
        Subject.POLL,
        poll.id,
        WakeKind.TELL_VOTERS,
        community_id=poll.community_id,
        due_at=now,
        step=f"{event_id}:{after_id}",
    )


def _news(poll: Poll, event_id: int, *, now: datetime, rules: Rules) -> News:
    return news_of(Subject.POLL, poll.id, event_id, community_id=poll.community_id, now=now, rules=rules)
