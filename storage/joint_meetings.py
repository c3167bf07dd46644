"""Joint meetings (联席会): made, found, ended; and who belongs to them."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from storage.consultation import take_number
from storage.dialects import insert_row
from storage.models.base import many, one
from storage.models.consultation import Subject
from storage.models.meetings import (
    JointMeeting,
    JointMember,
    Meeting,
    Party,
    joint_meetings,
    joint_members,
    meetings,
)

_ADD = insert(joint_meetings)


class Member(NamedTuple):
    """Who belongs to a joint meeting, and as what; exactly one of person, unit and group is set."""

    party: Party
    person_id: int | None = None
    unit_id: int | None = None
    group_id: int | None = None


def add_joint_meeting(db: Connection, values: dict[str, Any]) -> JointMeeting:
    """A meeting that recurs, with the community's next number."""
    number = take_number(db, values["community_id"], Subject.JOINT_MEETING)
    return lock_joint_meeting(db, insert_row(db, _ADD, values | {"number": number}))


def lock_joint_meeting(db: Connection, joint_id: int) -> JointMeeting:
    """The joint meeting as it stands now, held until the transaction ends."""
    query = select(*joint_meetings.c).where(joint_meetings.c.id == joint_id).with_for_update()
    return JointMeeting(*db.execute(query).one())


def lock_joint_meeting_numbered(db: Connection, community_id: int, number: int) -> JointMeeting | None:
    """The community's joint meeting of this number, held; `None` when it has none."""
    query = select(*joint_meetings.c).where(
        joint_meetings.c.community_id == community_id, joint_meetings.c.number == number
    )
    return one(JointMeeting, db.execute(query.with_for_update()).first())


def change_joint_meeting(db: Connection, joint_id: int, **values: object) -> JointMeeting:
    """These columns have new values; gives it as it now stands, held."""
    db.execute(update(joint_meetings).where(joint_meetings.c.id == joint_id).values(**values))
    return lock_joint_meeting(db, joint_id)


def joint_meetings_of(db: Connection, community_id: int) -> list[JointMeeting]:
    """The community's joint meetings that go on, by number."""
    query = select(*joint_meetings.c).where(
        joint_meetings.c.community_id == community_id, joint_meetings.c.ended_at.is_(None)
    )
    return many(JointMeeting, db.execute(query.order_by(joint_meetings.c.number)))


def meetings_of_joint(db: Connection, joint_id: int) -> list[Meeting]:
    """Every meeting it was called for, the newest first, also those called off."""
    query = select(*meetings.c).where(meetings.c.joint_meeting_id == joint_id)
    return many(Meeting, db.execute(query.order_by(meetings.c.id.desc())))


# ------------------------------------------------------------------ the roster


def roster_of(db: Connection, joint_id: int) -> list[JointMember]:
    """Who belongs to it, in the order they were added."""
    query = select(*joint_members.c).where(joint_members.c.joint_meeting_id == joint_id)
    return many(JointMember, db.execute(query.order_by(joint_members.c.id)))


def add_member(db: Connection, joint_id: int, member: Member, *, is_required: bool) -> bool:
    """They belong to it; false when they did already, with `is_required` as now said.

    The caller holds the joint meeting.
    """
    mine = (
        (joint_members.c.joint_meeting_id == joint_id)
        & joint_members.c.person_id.is_not_distinct_from(member.person_id)
        & joint_members.c.unit_id.is_not_distinct_from(member.unit_id)
        & joint_members.c.group_id.is_not_distinct_from(member.group_id)
    )
    known = db.execute(select(joint_members.c.id).where(mine)).scalar()
    if known is not None:
        if is_required:
            db.execute(update(joint_members).where(joint_members.c.id == known).values(is_required=True))
        return False
    row = member._asdict() | {"joint_meeting_id": joint_id, "is_required": is_required}
    db.execute(insert(joint_members), row)
    return True


def remove_member(db: Connection, joint_id: int, member: Member) -> bool:
    """They belong to it no more; false when they did not. The caller holds the joint meeting."""
    mine = (
        (joint_members.c.joint_meeting_id == joint_id)
        & joint_members.c.person_id.is_not_distinct_from(member.person_id)
        & joint_members.c.unit_id.is_not_distinct_from(member.unit_id)
        & joint_members.c.group_id.is_not_distinct_from(member.group_id)
    )
    return db.execute(delete(joint_members).where(mine)).rowcount > 0
