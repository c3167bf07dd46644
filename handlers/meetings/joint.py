"""Joint meetings (联席会): on fixed days with a standing roster; each is called a week ahead by itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from handlers.broadcasts.recurring import next_time
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.cases.states import CaseAction, next_status
from handlers.consultation.telling import News, news_of, tell_desk
from handlers.errors import NotAllowed, UserError
from handlers.errors.joint_meetings import JointIncomplete, NoSuchJoint
from handlers.meetings.agenda import ensure_topic_is_free
from handlers.meetings.agreed import agreed_of
from handlers.meetings.calling import MeetingCalled, call_meeting
from handlers.meetings.carrying import TO_COME, open_decisions, unfinished_topics
from handlers.meetings.circle import Invited, by_name
from handlers.meetings.history import note
from handlers.meetings.invitees import invited_named
from handlers.meetings.plans import MeetingPlan, ensure_short
from handlers.replies import joint_meetings as texts
from handlers.rules import Rules
from storage import assignments, consultation, organization, people
from storage import cases as case_rows
from storage import joint_meetings as rows
from storage import topics as topic_rows
from storage.joint_meetings import Member
from storage.models.cases import OPEN_STATUSES, CaseStatus
from storage.models.consultation import Happening, Subject, Wake, WakeKind
from storage.models.meetings import JointMeeting, JointMember, Meeting
from storage.models.people import Person
from storage.models.topics import Topic
from storage.writers import savepoint

AHEAD: Final = timedelta(days=7)  # so long before it is called
TITLE: Final = "联席会"


def add_joint(
    db: Connection,
    staff: Person,
    *,
    rule: Mapping[str, Any] | None,
    place: str,
    title: str,
    names: Sequence[str],
    now: datetime,
) -> JointMeeting:
    """The meeting recurs by this rule with these on its roster; the next one is called a week ahead.

    Raises `NotAllowed`, `JointIncomplete`, `NoSuchTimes`, `MeetingTextTooLong`, `UnknownInvitees`,
    `AmbiguousInvitee`.
    """
    _ensure_staff(staff)
    if rule is None:
        raise JointIncomplete("哪几天开")
    if not place.strip():
        raise JointIncomplete("地点")
    ensure_short(title=title, place=place)
    roster = invited_named(db, staff.community_id or 0, names) if names else Invited()
    joint = rows.add_joint_meeting(
        db,
        {
            "community_id": staff.community_id,
            "title": title.strip() or TITLE,
            "place": place.strip(),
            "rule": dict(rule),
            "next_at": next_time(rule, after=now),
            "made_by_id": staff.id,
            "made_at": now,
        },
    )
    for member in _members(db, roster):
        rows.add_member(db, joint.id, member, is_required=False)
    _line(db, joint, Happening.CALLED, staff, now=now)
    _await_next(db, joint)
    return joint


def change_roster(
    db: Connection,
    staff: Person,
    number: int,
    names: Sequence[str],
    *,
    is_adding: bool,
    is_required: bool,
    now: datetime,
) -> tuple[JointMeeting, int]:
    """These belong to it from the next call on, or no more; gives how many that changed.

    Raises `NotAllowed`, `NoSuchJoint`, `UnknownInvitees`, `AmbiguousInvitee`.
    """
    _ensure_staff(staff)
    joint = _held(db, staff, number)
    members = _members(db, invited_named(db, joint.community_id, names))
    if is_adding:
        done = [rows.add_member(db, joint.id, each, is_required=is_required) for each in members]
    else:
        done = [rows.remove_member(db, joint.id, each) for each in members]
    data = {"names": list(names), "adding": is_adding}
    _line(db, joint, Happening.CHANGED, staff, now=now, data=data)
    return joint, sum(done) or (len(members) if is_required else 0)


def joint_shown(db: Connection, staff: Person, number: int) -> JointMeeting:
    """The community's joint meeting of this number; `NotAllowed`, `NoSuchJoint`."""
    _ensure_staff(staff)
    return _held(db, staff, number)


def joints_listed(db: Connection, staff: Person) -> list[JointMeeting]:
    """The community's joint meetings that go on, by number; `NotAllowed` for others than staff."""
    _ensure_staff(staff)
    return rows.joint_meetings_of(db, staff.community_id or 0)


def end_joint(
    db: Connection, staff: Person, number: int, *, now: datetime
) -> tuple[JointMeeting, list[Meeting]]:
    """It recurs no more; gives the meetings of it that are called already and still stand."""
    _ensure_staff(staff)
    joint = _held(db, staff, number)
    consultation.stop_wakes(db, Subject.JOINT_MEETING, joint.id)
    _line(db, joint, Happening.CLOSED, staff, now=now)
    ended = rows.change_joint_meeting(db, joint.id, next_at=None, ended_at=now)
    return ended, [each for each in rows.meetings_of_joint(db, joint.id) if each.status in TO_COME]


def roster_names(db: Connection, joint: JointMeeting) -> list[str]:
    """Who belongs to it, by name; those who must come are marked."""
    return [
        _name(db, each) + ("（必到）" if each.is_required else "") for each in rows.roster_of(db, joint.id)
    ]


def fire_next_meeting(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """The next one is called a week ahead, once, with what is unfinished; times missed are left out."""
    joint = rows.lock_joint_meeting(db, wake.subject_id)
    if joint.next_at is None:
        return
    at = joint.next_at if joint.next_at > now else next_time(joint.rule, after=now)
    if at - AHEAD > now:
        _await_next(db, rows.change_joint_meeting(db, joint.id, next_at=at))
        return
    known = [each for each in rows.meetings_of_joint(db, joint.id) if each.starts_at == at]
    if not known:
        _call(db, joint, at, secret=secret, now=now, rules=rules)
    following = next_time(joint.rule, after=at)
    _await_next(db, rows.change_joint_meeting(db, joint.id, next_at=following))


def _call(
    db: Connection, joint: JointMeeting, at: datetime, *, secret: str, now: datetime, rules: Rules
) -> None:
    """An ordinary meeting with the roster; a topic that cannot be taken up is left out and said."""
    caller = people.person_by_id(db, joint.made_by_id)
    event_id = _line(db, joint, Happening.CALLED, None, now=now, data={"at": at.isoformat()})
    news = news_of(
        Subject.JOINT_MEETING, joint.id, event_id, community_id=joint.community_id, now=now, rules=rules
    )
    unfinished = unfinished_topics(db, joint.id)
    topics: list[Topic] = []
    left_out: list[str] = []
    for each in unfinished:
        why = _why_not(db, each)
        topics += [] if why else [each]
        left_out += [f"议题{each.number}（{why}）"] if why else []
    plan = _plan(db, joint, at, topics)
    try:
        with savepoint(db):
            done = call_meeting(db, caller, plan, secret=secret, now=now, rules=rules)
    except UserError as refusal:
        tell_desk(db, news, texts.not_called(joint, str(refusal)), called=caller.id)
        return
    _tell(db, joint, done, news, topics=topics, left_out=left_out, now=now)


def _why_not(db: Connection, topic: Topic) -> str:
    """Why a topic cannot be taken up again now; empty when it can."""
    try:
        ensure_topic_is_free(db, topic)
        for case in topic_rows.case_rows_of_topic(db, topic.id):
            standing = case_rows.standing_for(db, case)
            if standing.status in OPEN_STATUSES and standing.status is not CaseStatus.CONSULTING:
                next_status(standing, CaseAction.CONSULT)
    except UserError as refusal:
        return str(refusal)
    return ""


def _tell(
    db: Connection,
    joint: JointMeeting,
    done: MeetingCalled,
    news: News,
    *,
    topics: Sequence[Topic],
    left_out: Sequence[str],
    now: datetime,
) -> None:
    """The desk reads what was called and carried over; the meeting's history has the open decisions."""
    open_ones = open_decisions(db, done.meeting)
    data = {"topics": [each.id for each in topics], "decisions": [each.id for each in open_ones]}
    note(db, done.meeting, Happening.CARRIED_OVER, None, now=now, data=data)
    text = texts.called(
        joint, done.meeting, topics=topics, open_ones=agreed_of(db, open_ones), left_out=left_out
    )
    tell_desk(db, news, text)


def _plan(db: Connection, joint: JointMeeting, at: datetime, topics: Sequence[Topic]) -> MeetingPlan:
    roster = rows.roster_of(db, joint.id)
    required = [each for each in roster if each.is_required]
    invited = Invited(
        person_ids=tuple(each.person_id for each in roster if each.person_id is not None),
        unit_ids=tuple(each.unit_id for each in roster if each.unit_id is not None),
        group_ids=tuple(each.group_id for each in roster if each.group_id is not None),
        required=frozenset(
            [("person", each.person_id) for each in required if each.person_id is not None]
            + [("unit", each.unit_id) for each in required if each.unit_id is not None]
        ),
    )
    return MeetingPlan(
        starts_at=at,
        place=joint.place,
        title=joint.title,
        topic_ids=tuple(each.id for each in topics),
        extra=invited,
        has_topic=False,
        joint_meeting_id=joint.id,
    )


def _members(db: Connection, invited: Invited) -> list[Member]:
    return [Member(each.party, each.person_id, each.unit_id, each.group_id) for each in by_name(db, invited)]


def _name(db: Connection, member: JointMember) -> str:
    if member.unit_id is not None:
        return assignments.unit_by_id(db, member.unit_id).name
    if member.person_id is not None:
        return people.person_by_id(db, member.person_id).name or "居民"
    groups = organization.groups_by_ids(db, [member.group_id]) if member.group_id is not None else []
    return groups[0].name if groups else "群"


def _held(db: Connection, staff: Person, number: int) -> JointMeeting:
    joint = rows.lock_joint_meeting_numbered(db, staff.community_id or 0, number)
    if joint is None or joint.ended_at is not None:
        raise NoSuchJoint(number)
    return joint


def _ensure_staff(who: Person) -> None:
    if who.role not in COMMUNITY_ROLES:
        raise NotAllowed("设联席会")


def _await_next(db: Connection, joint: JointMeeting) -> None:
    if joint.next_at is None:
        return
    consultation.set_wake(
        db,
        Subject.JOINT_MEETING,
        joint.id,
        WakeKind.NEXT_MEETING,
        community_id=joint.community_id,
        due_at=joint.next_at - AHEAD,
    )


def _line(
    db: Connection,
    joint: JointMeeting,
    kind: Happening,
    who: Person | None,
    *,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> int:
    return consultation.add_happening(
        db,
        Subject.JOINT_MEETING,
        joint.id,
        kind,
        community_id=joint.community_id,
        person_id=who.id if who else None,
        now=now,
        data=data,
    )
