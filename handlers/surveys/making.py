"""Staff ask: a survey is open as soon as it is ordered, and those it concerns read of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.auditing import Audited, record
from handlers.consultation.telling import News, news_of, tell_people, tell_residents_groups
from handlers.errors.meetings import NoSuchMeeting
from handlers.errors.polls import OptionsWrong, PollTextTooLong
from handlers.errors.surveys import (
    SameSurvey,
    SurveyMeetingOver,
    SurveyNamesSomebody,
    SurveyTimeWrong,
    SurveyTitleMissing,
)
from handlers.errors.topics import NoSuchTopic
from handlers.replies import surveys as texts
from handlers.rules import Rules
from handlers.surveys.circle import asked_alone, groups_of_survey
from handlers.working_days import SHANGHAI, local
from nlp.masking import mask_identity
from storage import consultation, meetings, surveys, topics
from storage.models.consultation import Happening, Subject, WakeKind
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Person
from storage.models.polls import Phase, Poll, PollKind, PollStatus
from storage.polls import rows

MOST_OPTIONS: Final = 8
LONGEST_TITLE: Final = 100  # characters
LONGEST_OPTION: Final = 30
USUAL_DAYS: Final = timedelta(days=3)
USUAL_END: Final = time(20)  # Asia/Shanghai
FARTHEST: Final = timedelta(days=183)
BEFORE_MEETING: Final = timedelta(hours=1)  # it ends so long before its meeting
AHEAD: Final = frozenset({MeetingStatus.DRAFT, MeetingStatus.INVITED, MeetingStatus.POSTPONED})


@dataclass(frozen=True, slots=True)
class SurveyOrder:
    """What is asked; without options only words are gathered. Meeting and topic by the numbers people use.

    `closes_at` is aware; `None`: an hour before its meeting, else in three days at 20:00.
    """

    title: str
    options: tuple[str, ...] = ()
    closes_at: datetime | None = None
    estate_id: int | None = None
    building: str | None = None
    meeting: int | None = None
    topic: int | None = None
    measure_id: int | None = None
    phase: Phase | None = None
    about: str = ""  # heads what is read: 枫桥苑雨污分流改造（改造前）


@dataclass(frozen=True, slots=True)
class SurveyOpened:
    """The survey, how many groups and people read of it, and the names of the groups that cannot."""

    poll: Poll
    groups: int
    people: int
    unreached: tuple[str, ...]


def open_survey(
    db: Connection, staff: Person, order: SurveyOrder, *, now: datetime, rules: Rules
) -> SurveyOpened:
    """The question is asked in residents' groups, and one by one of those its meeting or topic concerns.

    Raises `SurveyTitleMissing`, `PollTextTooLong`, `OptionsWrong`, `SurveyTimeWrong`, `SurveyMeetingOver`,
    `SurveyNamesSomebody`, `SameSurvey`, and `NoSuchMeeting` or `NoSuchTopic`.
    """
    _ensure_fits(order)
    community_id = staff.community_id or 0
    meeting = _meeting(db, community_id, order.meeting, now=now)
    closes_at = _closing(order, meeting, now=now)
    poll = rows.add_poll(
        db,
        {
            "community_id": community_id,
            "kind": PollKind.SURVEY,
            "title": order.title,
            "options": list(order.options),
            "estate_id": order.estate_id,
            "building": order.building,
            "status": PollStatus.OPEN,
            "opened_at": now,
            "closes_at": closes_at,
            "made_by_id": staff.id,
            "made_at": now,
            "meeting_id": meeting.id if meeting else None,
            "topic_id": _topic_id(db, community_id, order.topic),
            "measure_id": order.measure_id,
            "phase": order.phase,
        },
    )
    _ensure_new(surveys.open_surveys(db, community_id), poll)  # whoever asks meanwhile waited for the number
    await_closing(db, poll)
    record(db, staff, Audited.SURVEY_OPENED, now=now, data={"poll": poll.number})
    event_id = consultation.add_happening(
        db,
        Subject.POLL,
        poll.id,
        Happening.OPENED,
        community_id=community_id,
        person_id=staff.id,
        now=now,
        data={"is_usual_end": order.closes_at is None},
    )
    news = news_of(Subject.POLL, poll.id, event_id, community_id=community_id, now=now, rules=rules)
    return _told(db, news, poll, texts.asked(poll, meeting, about=order.about))


def usual_closing(meeting: Meeting | None, *, now: datetime) -> datetime:
    """An hour before the meeting, its very beginning when that hour has come; else in three days at 20:00."""
    if meeting is not None and meeting.starts_at is not None:
        early = meeting.starts_at - BEFORE_MEETING
        return early if early > now else meeting.starts_at
    return datetime.combine(local(now).date() + USUAL_DAYS, USUAL_END, tzinfo=SHANGHAI)


def await_closing(db: Connection, poll: Poll) -> None:
    """The survey ends by itself at its time."""
    consultation.set_wake(
        db,
        Subject.POLL,
        poll.id,
        WakeKind.CLOSE,
        community_id=poll.community_id,
        due_at=poll.closes_at,
    )


def _ensure_fits(order: SurveyOrder) -> None:
    if not order.title:
        raise SurveyTitleMissing
    if len(order.title) > LONGEST_TITLE:
        raise PollTextTooLong("题目", LONGEST_TITLE)
    if any(len(option) > LONGEST_OPTION for option in order.options):
        raise PollTextTooLong("选项", LONGEST_OPTION)
    if len(order.options) == 1 or len(order.options) > MOST_OPTIONS:
        raise OptionsWrong(MOST_OPTIONS)
    if any(mask_identity(text) != text for text in (order.title, *order.options)):
        raise SurveyNamesSomebody


def _meeting(db: Connection, community_id: int, number: int | None, *, now: datetime) -> Meeting | None:
    if number is None:
        return None
    meeting = meetings.lock_meeting_numbered(db, community_id, number)
    if meeting is None:
        raise NoSuchMeeting(number)
    is_over = meeting.starts_at is not None and meeting.starts_at <= now
    if meeting.status not in AHEAD or is_over:
        raise SurveyMeetingOver(number)
    return meeting


def _topic_id(db: Connection, community_id: int, number: int | None) -> int | None:
    if number is None:
        return None
    topic = topics.topic_numbered(db, community_id, number)
    if topic is None:
        raise NoSuchTopic(number, is_resident=False)
    return topic.id


def _closing(order: SurveyOrder, meeting: Meeting | None, *, now: datetime) -> datetime:
    closes_at = order.closes_at or usual_closing(meeting, now=now)
    if not now < closes_at <= now + FARTHEST:
        raise SurveyTimeWrong
    begins = meeting.starts_at if meeting else None
    return min(closes_at, begins) if begins is not None else closes_at


def _ensure_new(running: Sequence[Poll], poll: Poll) -> None:
    mine = (poll.title, poll.options, poll.estate_id, poll.meeting_id, poll.phase)
    for each in running:
        theirs = (each.title, each.options, each.estate_id, each.meeting_id, each.phase)
        if each.id != poll.id and theirs == mine:
            raise SameSurvey(each.number)


def _told(db: Connection, news: News, poll: Poll, text: str) -> SurveyOpened:
    groups, persons = groups_of_survey(db, poll), asked_alone(db, poll)
    unheard = tell_residents_groups(db, news, groups, text)
    missed = tell_people(db, news, persons, text)
    return SurveyOpened(
        poll, len(groups) - len(unheard), len(persons) - len(missed), tuple(each.name for each in unheard)
    )
