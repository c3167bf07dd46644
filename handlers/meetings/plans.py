"""A meeting as it was said, and as it is understood: topics, cases, chair and invited by their rows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from handlers.errors import MeetingInThePast, NoSuchCase
from handlers.errors.meetings import (
    CALL,
    CapacityWrong,
    MeetingHourMissing,
    MeetingIncomplete,
    MeetingLengthWrong,
    MeetingTextTooLong,
    MeetingTooFar,
)
from handlers.errors.topics import NoSuchTopic
from handlers.meetings.circle import Invited
from handlers.meetings.invitees import chair_named, invited_named
from handlers.replies.formats import day_text, moment_text
from handlers.working_days import local
from storage import cases as case_rows
from storage import topics as topic_rows
from storage.models.meetings import Meeting
from storage.models.people import Person

LONGEST_TITLE: Final = 60  # characters
LONGEST_PLACE: Final = 60
LONGEST_ONLINE: Final = 200
MOST_PEOPLE: Final = 10_000
SHORTEST, LONGEST = 10, 12 * 60  # minutes of a meeting
FARTHEST: Final = timedelta(days=366)
USUAL_MINUTES: Final = 90
NOBODY: Final = Invited()


@dataclass(frozen=True, slots=True)
class MeetingOrder:
    """A meeting as somebody said it; `starts_at` is aware, at nine when only a day was said.

    `title` is what is to be talked over where neither topics nor cases are given. Numbers are those that
    people use, `case_ids` rows of cases found already; `capacity` 0 is no limit.
    """

    starts_at: datetime | None = None
    has_clock: bool = True
    place: str = ""
    title: str = ""
    topics: tuple[int, ...] = ()
    cases: tuple[int, ...] = ()
    case_ids: tuple[int, ...] = ()
    capacity: int | None = None
    chair: str = ""
    minutes_long: int | None = None
    online: str = ""
    names: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    is_draft: bool = False

    @property
    def is_about_something(self) -> bool:
        """Whether it says what is to be talked over."""
        return bool(self.topics or self.cases or self.case_ids or self.title)

    @property
    def has_place(self) -> bool:
        """Whether it says where."""
        return bool(self.place or self.online)

    def as_json(self) -> dict[str, Any]:
        """The same words as arguments, as a dialogue keeps them."""
        return {
            "time": self.starts_at.isoformat() if self.starts_at else None,
            "has_clock": self.has_clock,
            "place": self.place,
            "title": self.title,
            "topics": list(self.topics),
            "cases": list(self.cases),
            "case_ids": list(self.case_ids),
            "capacity": self.capacity,
            "chair": self.chair,
            "minutes_long": self.minutes_long,
            "online": self.online,
            "names": list(self.names),
            "required": list(self.required),
            "draft": self.is_draft,
        }


def order_from(args: Mapping[str, Any]) -> MeetingOrder:
    """The order that these arguments of a sentence, or of a dialogue's draft, give."""
    time = args.get("time")
    return MeetingOrder(
        datetime.fromisoformat(time) if isinstance(time, str) else None,
        has_clock=bool(args.get("has_clock", True)),
        place=str(args.get("place") or ""),
        title=str(args.get("title") or ""),
        topics=tuple(int(each) for each in args.get("topics") or ()),
        cases=tuple(int(each) for each in args.get("cases") or ()),
        case_ids=tuple(int(each) for each in args.get("case_ids") or ()),
        capacity=args.get("capacity"),
        chair=str(args.get("chair") or ""),
        minutes_long=args.get("minutes_long"),
        online=str(args.get("online") or ""),
        names=tuple(str(each) for each in args.get("names") or ()),
        required=tuple(str(each) for each in args.get("required") or ()),
        is_draft=bool(args.get("draft")),
    )


@dataclass(frozen=True, slots=True)
class MeetingPlan:
    """A meeting to be called, everything by its row; `starts_at` is aware.

    `title` alone, without topics and cases, is the title of a new topic unless `has_topic` says that the
    meeting has none. `extra` are invited beside those whom the topics concern. The cases are one
    topic. `joint_meeting_id`: the recurring meeting it belongs to.
    """

    starts_at: datetime | None = None
    place: str = ""
    title: str = ""
    topic_ids: tuple[int, ...] = ()
    case_ids: tuple[int, ...] = ()
    capacity: int | None = None
    chair_id: int | None = None
    minutes_long: int = USUAL_MINUTES
    online: str = ""
    extra: Invited = NOBODY
    is_draft: bool = False
    has_topic: bool = True
    joint_meeting_id: int | None = None


def read_order(db: Connection, caller: Person, order: MeetingOrder, *, is_whole: bool = True) -> MeetingPlan:
    """What the order means in the caller's community; unless it is whole, the hour may be missing.

    Raises `MeetingHourMissing`, `NoSuchTopic`, `NoSuchCase`, `NoSuchChair`, `UnknownInvitees`,
    `AmbiguousInvitee`.
    """
    community_id = caller.community_id or 0
    if is_whole and order.starts_at is not None and not order.has_clock:
        raise MeetingHourMissing(day_text(order.starts_at))
    return MeetingPlan(
        order.starts_at,
        order.place,
        order.title,
        tuple(topic_id_of(db, community_id, each) for each in dict.fromkeys(order.topics)),
        tuple(dict.fromkeys([*order.case_ids, *(_case_id(db, community_id, each) for each in order.cases)])),
        capacity=order.capacity,
        chair_id=chair_named(db, community_id, order.chair).id if order.chair else None,
        minutes_long=USUAL_MINUTES if order.minutes_long is None else order.minutes_long,
        online=order.online,
        extra=invited_named(db, community_id, order.names, required=order.required),
        is_draft=order.is_draft,
    )


def topic_id_of(db: Connection, community_id: int, number: int) -> int:
    """The row of the community's topic of this number; `NoSuchTopic`."""
    topic = topic_rows.topic_numbered(db, community_id, number)
    if topic is None:
        raise NoSuchTopic(number, is_resident=False)
    return topic.id


def _case_id(db: Connection, community_id: int, number: int) -> int:
    case = case_rows.case_numbered(db, community_id=community_id, number=number)
    if case is None:
        raise NoSuchCase(str(number))
    return case.id


def ensure_fits(plan: MeetingPlan, *, now: datetime) -> MeetingPlan:
    """The plan, tidy; a draft may lack time and place.

    Raises `MeetingIncomplete`, `MeetingInThePast`, `MeetingTooFar`, `MeetingTextTooLong`, `CapacityWrong`,
    `MeetingLengthWrong`.
    """
    tidy = replace(
        plan,
        place=" ".join(plan.place.split()),
        title=" ".join(plan.title.split()),
        capacity=plan.capacity or None,
    )
    if not tidy.is_draft and (tidy.starts_at is None or not (tidy.place or tidy.online)):
        raise MeetingIncomplete(CALL)
    if tidy.starts_at is not None:
        ensure_ahead(tidy.starts_at, now=now)
    ensure_short(title=tidy.title, place=tidy.place, online=tidy.online)
    ensure_amounts(capacity=tidy.capacity, minutes_long=tidy.minutes_long)
    return tidy


def ensure_ahead(starts_at: datetime, *, now: datetime) -> None:
    """Refuse with `MeetingInThePast` or `MeetingTooFar` what lies not within a year from now."""
    if starts_at <= now:
        raise MeetingInThePast(moment_text(starts_at))
    if starts_at > now + FARTHEST:
        raise MeetingTooFar(day_text(starts_at))


def ensure_may_begin(order: MeetingOrder, *, now: datetime) -> None:
    """Refuse with `MeetingInThePast` or `MeetingTooFar` a time that cannot be meant, before more is asked."""
    if order.starts_at is None:
        return
    if order.has_clock:
        ensure_ahead(order.starts_at, now=now)
    elif local(order.starts_at).date() < local(now).date():
        raise MeetingInThePast(day_text(order.starts_at))


def ensure_short(*, title: str = "", place: str = "", online: str = "") -> None:
    """Refuse with `MeetingTextTooLong` what does not fit."""
    for what, text, limit in (
        ("标题", title, LONGEST_TITLE),
        ("地点", place, LONGEST_PLACE),
        ("线上地址", online, LONGEST_ONLINE),
    ):
        if len(text) > limit:
            raise MeetingTextTooLong(what, limit)


def ensure_amounts(*, capacity: int | None = None, minutes_long: int | None = None) -> None:
    """Refuse with `CapacityWrong` or `MeetingLengthWrong` what no meeting has."""
    if capacity is not None and not 0 < capacity <= MOST_PEOPLE:
        raise CapacityWrong(MOST_PEOPLE)
    if minutes_long is not None and not SHORTEST <= minutes_long <= LONGEST:
        raise MeetingLengthWrong


def ends_at(meeting: Meeting) -> datetime | None:
    """When the meeting is over as planned; `None` while it has no time."""
    return meeting.starts_at + timedelta(minutes=meeting.minutes_long) if meeting.starts_at else None
