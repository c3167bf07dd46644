"""A meeting is called, or drafted and sent later: its topics, its time and place, and who is invited."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors import NotAllowed
from handlers.errors.meetings import MeetingIncomplete, OwnCasesOnly
from handlers.meetings.agenda import consult, publicity_of, put_on_agenda, topics_planned
from handlers.meetings.circle import Invited
from handlers.meetings.clashes import Remarks, remarks_on
from handlers.meetings.ending import await_end
from handlers.meetings.history import note
from handlers.meetings.invitees import as_json, invited_from, merged
from handlers.meetings.inviting import InvitedCounts, invite_all
from handlers.meetings.plans import MeetingPlan, ensure_ahead, ensure_fits
from handlers.meetings.states import MeetingAction, next_status
from handlers.rules import Rules
from storage import consultation, meeting_circles
from storage import meetings as rows
from storage.models.cases import Case
from storage.models.consultation import Happening, Subject
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Person, Role
from storage.models.topics import Topic

UNTITLED = "议事会"


@dataclass(frozen=True, slots=True)
class MeetingCalled:
    """The meeting, its topics and the cases now under consultation; `invited` is `None` for a draft."""

    meeting: Meeting
    topics: tuple[Topic, ...]
    cases: tuple[Case, ...]
    invited: InvitedCounts | None
    remarks: Remarks


def call_meeting(
    db: Connection, caller: Person, plan: MeetingPlan, *, secret: str, now: datetime, rules: Rules
) -> MeetingCalled:
    """The meeting stands, its cases are under consultation, and whoever it concerns is invited.

    A draft waits: nobody is told of it. Staff call meetings about anything, a grid worker about cases of the
    own grids. `secret` is fresh and random: the links of the meeting are made of it. Raises `OwnCasesOnly`,
    `NotAllowed`, what `ensure_fits` and `topics_planned` raise, and `MoveNotAllowed` for a case that cannot
    be consulted on; nothing is made then.
    """
    ensure_may_call(caller, plan)
    plan = ensure_fits(plan, now=now)
    topics = topics_planned(db, caller, plan, now=now)
    meeting = _made(db, caller, plan, topics, secret=secret, now=now)
    put_on_agenda(db, meeting, topics)
    is_public = publicity_of(db, meeting.id, title=meeting.title)
    meeting = rows.change_meeting(db, meeting.id, is_public=is_public)
    if plan.is_draft:
        note(db, meeting, Happening.DRAFTED, caller, now=now, data={"extra": as_json(plan.extra)})
        return MeetingCalled(meeting, tuple(topics), (), None, remarks_on(db, meeting))
    return _sent(db, caller, meeting, plan.extra, secret=secret, now=now, rules=rules)


def send_meeting(
    db: Connection, caller: Person, meeting: Meeting, *, secret: str, now: datetime, rules: Rules
) -> MeetingCalled:
    """A draft, held by the caller, goes out: as `call_meeting`, with everybody who was named meanwhile.

    Raises `MeetingMoveNotAllowed`, `MeetingIncomplete`, `MeetingInThePast`, and what `consult` raises.
    """
    status = next_status(meeting, MeetingAction.SEND)
    if meeting.starts_at is None or not (meeting.place or meeting.online):
        raise MeetingIncomplete(f"议事会{meeting.number} 改到 周五15:00 地点 居委会会议室")
    ensure_ahead(meeting.starts_at, now=now)
    sent = rows.change_meeting(db, meeting.id, status=status, called_at=now)
    extra = named_before(db, meeting)
    return _sent(db, caller, sent, extra, secret=secret, now=now, rules=rules)


def named_before(db: Connection, meeting: Meeting) -> Invited:
    """Everybody who was named for a draft."""
    named = Invited()
    kinds = [Happening.DRAFTED, Happening.INVITED]
    for line in consultation.happenings_of(db, Subject.MEETING, meeting.id, kinds=kinds):
        kept = (line.data or {}).get("extra")
        named = merged(named, invited_from(kept)) if kept else named
    return named


def keep_named(db: Connection, who: Person, meeting: Meeting, extra: Invited, *, now: datetime) -> None:
    """They are invited when the draft goes out."""
    note(db, meeting, Happening.INVITED, who, now=now, data={"extra": as_json(extra)})


def _sent(
    db: Connection,
    caller: Person,
    meeting: Meeting,
    extra: Invited,
    *,
    secret: str,
    now: datetime,
    rules: Rules,
) -> MeetingCalled:
    topics = meeting_circles.topics_of_meeting(db, meeting.id)
    cases = consult(db, caller, meeting, topics, now=now, rules=rules)
    is_public = publicity_of(db, meeting.id, title=meeting.title)
    meeting = rows.change_meeting(db, meeting.id, is_public=is_public)
    note(db, meeting, Happening.CALLED, caller, now=now)
    invited = invite_all(db, meeting, caller, extra, secret=secret, now=now, rules=rules)
    await_end(db, meeting)
    topics = meeting_circles.topics_of_meeting(db, meeting.id)
    return MeetingCalled(meeting, tuple(topics), tuple(cases), invited, remarks_on(db, meeting))


def ensure_may_call(caller: Person, plan: MeetingPlan) -> None:
    """Refuse who may not call this meeting: `NotAllowed`, `OwnCasesOnly`."""
    if caller.role in COMMUNITY_ROLES:
        return
    if caller.role is not Role.GRID_WORKER:
        raise NotAllowed("召集议事会")
    if plan.topic_ids or not plan.case_ids:
        raise OwnCasesOnly


def _made(
    db: Connection,
    caller: Person,
    plan: MeetingPlan,
    topics: list[Topic],
    *,
    secret: str,
    now: datetime,
) -> Meeting:
    title = plan.title or title_of(topics)
    values = {
        "community_id": topics[0].community_id if topics else caller.community_id,
        "title": title,
        "starts_at": plan.starts_at,
        "minutes_long": plan.minutes_long,
        "place": plan.place,
        "online": plan.online,
        "capacity": plan.capacity,
        "chair_id": plan.chair_id,
        "status": MeetingStatus.DRAFT if plan.is_draft else MeetingStatus.INVITED,
        "called_by_id": caller.id,
        "called_at": now,
        "joint_meeting_id": plan.joint_meeting_id,
    }
    meeting = rows.add_meeting(db, values)
    token, desk_token = _token(secret, meeting, "page"), _token(secret, meeting, "desk")
    return rows.change_meeting(db, meeting.id, token=token, desk_token=desk_token)


def title_of(topics: list[Topic]) -> str:
    """What a meeting about these topics is called when nobody gave it a title."""
    if not topics:
        return UNTITLED
    return topics[0].title if len(topics) == 1 else f"{topics[0].title}等{len(topics)}个议题"


def _token(secret: str, meeting: Meeting, page: str) -> str:
    """Part of a link; whoever knows it can make no other of it."""
    return hashlib.sha256(f"{secret}:{meeting.id}:{page}".encode()).hexdigest()[:43]  # 172 bits
