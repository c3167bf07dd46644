"""A meeting changes: its seats, chair, title, agenda, time, place; it is put off; more are invited."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from handlers.errors.meetings import (
    MeetingHourMissing,
    MeetingReasonMissing,
    MeetingTimeMissing,
    NobodyInvited,
    NothingToSet,
)
from handlers.meetings.agenda import (
    call_off,
    consult,
    publicity_of,
    put_on_agenda,
    take_off_agenda,
    topics_planned,
)
from handlers.meetings.calling import keep_named
from handlers.meetings.capacity import let_in
from handlers.meetings.circle import Invited
from handlers.meetings.clashes import Remarks, remarks_on
from handlers.meetings.ending import await_end, stop_waiting
from handlers.meetings.history import note
from handlers.meetings.invitees import chair_named, invited_named
from handlers.meetings.inviting import (
    InvitedCounts,
    invite_all,
    invite_more,
    tell_cancelled,
    tell_changed,
    tell_postponed,
)
from handlers.meetings.plans import (
    MeetingOrder,
    ensure_ahead,
    ensure_amounts,
    ensure_may_begin,
    ensure_short,
    read_order,
)
from handlers.meetings.states import MeetingAction, next_status
from handlers.replies.formats import day_text
from handlers.rules import Rules
from handlers.surveys.closing import follow_meeting
from storage import meetings as rows
from storage import topics as topic_rows
from storage.models.consultation import Happening
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Person

NOTHING = MeetingOrder()
LONGEST_REASON = 200  # characters


@dataclass(frozen=True, slots=True)
class MeetingChange:
    """What is to be otherwise; `None` and empty leave it. `capacity` 0 takes the limit away.

    `add` are topics and cases that come onto the agenda, `drop` the numbers of topics that leave it.
    """

    capacity: int | None = None
    chair: str = ""
    title: str = ""
    online: str = ""
    minutes_long: int | None = None
    add: MeetingOrder = NOTHING
    drop: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingMove:
    """Another time, another place, or both; `later` counts from the time it had."""

    starts_at: datetime | None = None
    has_clock: bool = True
    place: str = ""
    online: str = ""
    later: timedelta | None = None


@dataclass(frozen=True, slots=True)
class MeetingChanged:
    """The meeting as it stands now and stood before, and what should be pointed out of its time."""

    meeting: Meeting
    before: Meeting
    remarks: Remarks


def set_meeting(
    db: Connection,
    who: Person,
    meeting: Meeting,
    change: MeetingChange,
    *,
    secret: str,
    now: datetime,
    rules: Rules,
) -> MeetingChanged:
    """The meeting, held by the caller, has these properties; whom that concerns is told.

    With more seats those who wait move up; a new chair and whom new topics concern are invited. Raises
    `NothingToSet`, `MeetingMoveNotAllowed`, `NoSuchChair`, `CapacityWrong`, `NotOnAgenda`, and what
    `topics_planned` does.
    """
    next_status(meeting, MeetingAction.SET)
    values = _columns(db, meeting, change)
    has_agenda = bool(change.add.topics or change.add.cases or change.drop)
    if not values and not has_agenda:
        raise NothingToSet(meeting.number)
    data = {name: value for name, value in values.items() if name != "chair_id"}
    note(db, meeting, Happening.CHANGED, who, now=now, data={"set": data})
    changed = rows.change_meeting(db, meeting.id, **values) if values else meeting
    if has_agenda:
        changed = _set_agenda(db, who, changed, change, now=now, rules=rules)
    if changed.status is MeetingStatus.INVITED:
        _tell_of(db, who, changed, meeting, secret=secret, has_agenda=has_agenda, now=now, rules=rules)
        await_end(db, changed)
    return MeetingChanged(changed, meeting, remarks_on(db, changed))


def move_meeting(
    db: Connection, who: Person, meeting: Meeting, move: MeetingMove, *, now: datetime, rules: Rules
) -> MeetingChanged:
    """The meeting, held by the caller, is at another time or place, and everybody invited reads so.

    A postponed one is called again. Raises `MeetingTimeMissing`, `MeetingHourMissing`, `MeetingInThePast`,
    `MeetingTooFar`, `MeetingTextTooLong`, `MeetingMoveNotAllowed`.
    """
    status = next_status(meeting, MeetingAction.MOVE)
    ensure_may_begin(MeetingOrder(move.starts_at, move.has_clock), now=now)  # 昨天 is over, at any hour
    starts_at = _new_time(meeting, move)
    place = " ".join(move.place.split())
    if starts_at is None and not place and not move.online:
        raise MeetingTimeMissing(meeting.number)
    if starts_at is None and meeting.status is MeetingStatus.POSTPONED:
        raise MeetingTimeMissing(meeting.number)
    if starts_at is not None:
        ensure_ahead(starts_at, now=now)
    ensure_short(place=place, online=move.online)
    moved = rows.change_meeting(
        db,
        meeting.id,
        status=status,
        starts_at=starts_at or meeting.starts_at,
        place=place or meeting.place,
        online=move.online or meeting.online,
        reason="",
        code="" if starts_at is not None else meeting.code,
        version=meeting.version + (meeting.status is not MeetingStatus.DRAFT),
    )
    note(db, moved, Happening.CHANGED, who, now=now, data={"from": _when(meeting), "to": _when(moved)})
    follow_meeting(db, moved, now=now, rules=rules)
    if moved.status is MeetingStatus.INVITED:
        tell_changed(db, moved, meeting, now=now, rules=rules)
        if meeting.status is MeetingStatus.POSTPONED:  # topics may have come meanwhile, and whom they concern
            invite_all(db, moved, who, Invited(), secret=moved.token, now=now, rules=rules)
        await_end(db, moved)
    return MeetingChanged(moved, meeting, remarks_on(db, moved))


def postpone_meeting(
    db: Connection, who: Person, meeting: Meeting, reason: str, *, now: datetime, rules: Rules
) -> Meeting:
    """The meeting, held by the caller, waits for another time, and everybody invited reads why.

    Its agenda stays. Raises `MeetingMoveNotAllowed`, `MeetingReasonMissing`.
    """
    status = next_status(meeting, MeetingAction.POSTPONE)
    reason = _reason(reason, "推迟", meeting)
    postponed = rows.change_meeting(
        db, meeting.id, status=status, starts_at=None, code="", reason=reason, version=meeting.version + 1
    )
    note(db, meeting, Happening.POSTPONED, who, now=now, data={"reason": reason, "from": _when(meeting)})
    stop_waiting(db, meeting)
    tell_postponed(db, postponed, meeting, now=now, rules=rules)
    return postponed


def cancel_meeting(
    db: Connection, who: Person, meeting: Meeting, reason: str, *, now: datetime, rules: Rules
) -> Meeting:
    """The meeting, held by the caller, is not held: its topics wait again, its cases are in progress.

    Everybody invited reads why; of a draft, which needs no reason, nobody does. Raises
    `MeetingMoveNotAllowed`, `MeetingReasonMissing`.
    """
    status = next_status(meeting, MeetingAction.CANCEL)
    is_draft = meeting.status is MeetingStatus.DRAFT
    reason = reason.strip() if is_draft else _reason(reason, "取消", meeting)
    cancelled = rows.change_meeting(
        db, meeting.id, status=status, code="", reason=reason, version=meeting.version + 1
    )
    note(db, meeting, Happening.CANCELLED, who, now=now, data={"reason": reason})
    stop_waiting(db, meeting)
    follow_meeting(db, cancelled, now=now, rules=rules)
    if not is_draft:
        call_off(db, who, cancelled, now=now)
        tell_cancelled(db, cancelled, meeting, now=now, rules=rules)
    return cancelled


def invite_to_meeting(
    db: Connection,
    who: Person,
    meeting: Meeting,
    names: list[str],
    *,
    is_required: bool,
    now: datetime,
    rules: Rules,
) -> InvitedCounts | None:
    """Those named are invited too, or must come; `None` for a draft, which keeps them until it goes out.

    Raises `NobodyInvited`, `UnknownInvitees`, `AmbiguousInvitee`, `MeetingMoveNotAllowed`.
    """
    next_status(meeting, MeetingAction.INVITE)
    if not names:
        raise NobodyInvited(meeting.number)
    required, others = (names, []) if is_required else ([], names)
    extra = invited_named(db, meeting.community_id, others, required=required)
    if meeting.status is MeetingStatus.DRAFT:
        keep_named(db, who, meeting, extra, now=now)
        return None
    return invite_more(db, meeting, who, extra, now=now, rules=rules)


def _columns(db: Connection, meeting: Meeting, change: MeetingChange) -> dict[str, object]:
    values: dict[str, object] = {}
    title = " ".join(change.title.split())
    ensure_short(title=title, online=change.online)
    ensure_amounts(capacity=change.capacity or None, minutes_long=change.minutes_long)
    if change.capacity is not None:
        values["capacity"] = change.capacity or None
    if change.chair:
        values["chair_id"] = chair_named(db, meeting.community_id, change.chair).id
    texts = {"title": title, "online": change.online, "minutes_long": change.minutes_long}
    return values | {name: value for name, value in texts.items() if value}


def _set_agenda(
    db: Connection, who: Person, meeting: Meeting, change: MeetingChange, *, now: datetime, rules: Rules
) -> Meeting:
    add = read_order(db, who, change.add)
    topics = topics_planned(db, who, add, now=now) if add.topic_ids or add.case_ids else []
    put_on_agenda(db, meeting, topics)
    for number in dict.fromkeys(change.drop):
        topic = topic_rows.lock_topic_numbered(db, meeting.community_id, number)
        if topic is not None:
            take_off_agenda(db, who, meeting, topic, now=now)
    if meeting.status is not MeetingStatus.DRAFT:
        consult(db, who, meeting, topics, now=now, rules=rules)
    is_public = publicity_of(db, meeting.id, title=meeting.title)
    return rows.change_meeting(db, meeting.id, is_public=is_public)


def _tell_of(
    db: Connection,
    who: Person,
    changed: Meeting,
    before: Meeting,
    *,
    secret: str,
    has_agenda: bool,
    now: datetime,
    rules: Rules,
) -> None:
    """Of a set property those whom it concerns read."""
    if has_agenda:
        invite_all(db, changed, who, Invited(), secret=secret, now=now, rules=rules)
    if changed.chair_id is not None and changed.chair_id != before.chair_id:
        chair = Invited((changed.chair_id,), required=frozenset({("person", changed.chair_id)}))
        invite_more(db, changed, who, chair, now=now, rules=rules)
    if changed.online != before.online:
        version = before.version + 1
        changed = rows.change_meeting(db, changed.id, version=version)
        tell_changed(db, changed, before, now=now, rules=rules)
    if changed.capacity != before.capacity:
        let_in(db, changed, now=now, rules=rules)


def _new_time(meeting: Meeting, move: MeetingMove) -> datetime | None:
    if move.later is not None and meeting.starts_at is not None:
        return meeting.starts_at + move.later
    if move.starts_at is not None and not move.has_clock:
        raise MeetingHourMissing(day_text(move.starts_at))
    return move.starts_at


def _when(meeting: Meeting) -> dict[str, str | None]:
    return {
        "time": meeting.starts_at.isoformat() if meeting.starts_at else None,
        "place": meeting.place,
        "online": meeting.online,
    }


def _reason(reason: str, what: str, meeting: Meeting) -> str:
    said = " ".join(reason.split())[:LONGEST_REASON]
    if not said:
        raise MeetingReasonMissing(what, meeting.number)
    return said
