"""A listening day begins: it is called, once, whoever looks and however late."""

from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from handlers.consultation.telling import News, news_of, tell_desk, tell_residents_groups
from handlers.listening.days import PlannedDay, next_day
from handlers.listening.planning import set_call
from handlers.listening.room import groups_with_room
from handlers.replies import listening as texts
from handlers.rules import Rules
from storage import consultation, listening, organization
from storage.models.consultation import Happening, Subject, Wake, WakeKind
from storage.models.listening import ListeningDay, ListeningSeries


def call_due_day(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """The day that is on now is called; days that went by while nobody ran are not, the desk reads of them.

    Nothing happens when the series was ended meanwhile. Where two series of a community fall on one day, it
    is called once.
    """
    standing = listening.lock_standing_series(db, wake.community_id)
    series = next((each for each in standing if each.id == wake.subject_id), None)
    if series is None:
        return
    due, following = _due_days(series, date.fromisoformat(wake.step), now=now)
    set_call(db, series, following)
    fresh = [each for each in due if not _is_called(db, series, each)]
    missed = [each for each in fresh if each.ends_at <= now]
    for each in missed[:-1]:
        _add(db, series, each, called_at=None, summarised_at=now)
    if missed:
        _note_missed(db, series, missed, now=now, rules=rules)
    for each in fresh:
        if each.ends_at > now:
            _call(db, series, each, now=now, rules=rules)


def _is_called(db: Connection, series: ListeningSeries, planned: PlannedDay) -> bool:
    """Whether the community listens in these hours already, by another series."""
    return any(
        other.called_at is not None
        and other.starts_at < planned.ends_at
        and planned.starts_at < other.ends_at
        for other in listening.days_on(db, series.community_id, planned.day)
    )


def _due_days(
    series: ListeningSeries, planned: date, *, now: datetime
) -> tuple[list[PlannedDay], PlannedDay]:
    """The days that have begun since the last, as the calendar of holidays is known now; and the next one."""
    due: list[PlannedDay] = []
    each = next_day(series, after=planned - timedelta(days=1))
    while each.starts_at <= now:
        due.append(each)
        each = next_day(series, after=each.day)
    return due, each


def _add(
    db: Connection,
    series: ListeningSeries,
    planned: PlannedDay,
    *,
    called_at: datetime | None,
    summarised_at: datetime | None = None,
) -> ListeningDay | None:
    return listening.add_day(
        db,
        {
            "community_id": series.community_id,
            "series_id": series.id,
            "day": planned.day,
            "starts_at": planned.starts_at,
            "ends_at": planned.ends_at,
            "called_at": called_at,
            "summarised_at": summarised_at,
        },
    )


def _note_missed(
    db: Connection, series: ListeningSeries, missed: list[PlannedDay], *, now: datetime, rules: Rules
) -> None:
    """The last of them has its summary at the desk; of the others the desk reads that they were missed."""
    day = _add(db, series, missed[-1], called_at=None)
    if day is not None:
        _await_summary(db, day, due_at=now)
    if len(missed) > 1:
        key = f"{Subject.LISTENING_DAYS.value}:{series.id}:missed:{missed[-1].day}"
        news = News(series.community_id, key, now, rules)
        tell_desk(db, news, texts.days_missed([each.day for each in missed[:-1]]))


def _call(
    db: Connection, series: ListeningSeries, planned: PlannedDay, *, now: datetime, rules: Rules
) -> None:
    day = _add(db, series, planned, called_at=now)
    if day is None:
        return
    event_id = consultation.add_happening(
        db,
        Subject.LISTENING_DAY,
        day.id,
        Happening.CALLED,
        community_id=day.community_id,
        person_id=None,
        now=now,
    )
    news = news_of(
        Subject.LISTENING_DAY, day.id, event_id, community_id=day.community_id, now=now, rules=rules
    )
    groups, without = groups_with_room(db, day.community_id, until=day.ends_at, now=now, rules=rules)
    community = organization.community_by_id(db, day.community_id)
    without += tell_residents_groups(db, news, groups, texts.call(community, series, day))
    reached = len(groups) - sum(each in groups for each in without)
    tell_desk(db, news, texts.call_told(day, reached=reached, without=[each.name for each in without]))
    _await_summary(db, day, due_at=day.ends_at)


def _await_summary(db: Connection, day: ListeningDay, *, due_at: datetime) -> None:
    consultation.set_wake(
        db,
        Subject.LISTENING_DAY,
        day.id,
        WakeKind.SUMMARY,
        community_id=day.community_id,
        due_at=due_at,
    )
