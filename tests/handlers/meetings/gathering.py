"""A meeting in the sample community that is called, and those who answer it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, update

from handlers.meetings.answering import Answer, Answered, answer_invitation
from handlers.meetings.inviting import Invited, InvitedCounts, invite_all
from handlers.rules import Rules
from storage import consultation, homes, invitations, organization, topics
from storage import meetings as meeting_rows
from storage.models.cases import Case
from storage.models.consultation import Happening, Subject
from storage.models.meetings import Invitation, InvitationAnswer, Meeting, MeetingStatus
from storage.models.organization import Community
from storage.models.people import Person, Role
from storage.models.people import people as people_rows
from storage.models.topics import TopicSource, TopicStatus
from tests.handlers.cases.scene import estate, named, resident

RULES: Final = Rules(public_url="https://huiyin.example")
SECRET: Final = "s" * 43
NOBODY: Final = Invited()


def community(db: Connection) -> Community:
    return organization.all_communities(db)[0]


def called_meeting(
    db: Connection,
    *,
    now: datetime,
    cases: Iterable[Case] = (),
    ahead: timedelta = timedelta(days=7),
    **more: Any,
) -> Meeting:
    """A meeting about these cases in a week, called by 李强; nobody is invited yet."""
    about = list(cases)
    staff = named(db, "李强")
    values = {
        "community_id": community(db).id,
        "title": "主管道怎么修",
        "starts_at": now + ahead,
        "place": "居委会会议室",
        "status": MeetingStatus.INVITED,
        "called_by_id": staff.id,
        "called_at": now,
        "is_public": all(each.is_public for each in about),
    }
    meeting = meeting_rows.add_meeting(db, values | more)
    topic = topics.add_topic(
        db,
        {
            "community_id": meeting.community_id,
            "title": meeting.title,
            "status": TopicStatus.SCHEDULED,
            "source": TopicSource.CASE,
            "is_public": meeting.is_public,
            "estate_id": about[0].estate_id if about else estate(db).id,
            "building": about[0].building if about else None,
            "proposed_by_id": staff.id,
            "proposed_at": now,
        },
        case_ids=[each.id for each in about],
    )
    meeting_rows.add_to_agenda(db, meeting.id, topic.id, position=1)
    return meeting


def invite(db: Connection, meeting: Meeting, extra: Invited = NOBODY, *, now: datetime) -> InvitedCounts:
    return invite_all(db, meeting, named(db, "李强"), extra, secret=SECRET, now=now, rules=RULES)


def neighbour(
    db: Connection, openid: str, *, now: datetime, at: str = "枫桥苑", building: str = "33"
) -> Person:
    """A resident who lives there."""
    person, here = resident(db, openid, now=now), estate(db, at)
    homes.settle_home(
        db, person, community_id=here.community_id, estate_id=here.id, building=building, unit="5", room="201"
    )
    return resident(db, openid, now=now)


def lead(db: Connection, openid: str, *, now: datetime, building: str = "33") -> Person:
    """A building lead who lives there."""
    person = neighbour(db, openid, now=now, building=building)
    db.execute(update(people_rows).where(people_rows.c.id == person.id).values(role=Role.BUILDING_LEAD))
    return resident(db, openid, now=now)


def name(db: Connection, person: Person, said: str) -> Person:
    db.execute(update(people_rows).where(people_rows.c.id == person.id).values(name=said))
    return person


def answers(
    db: Connection, person: Person, meeting: Meeting | None, answer: Answer, *, now: datetime
) -> Answered | None:
    number = meeting.number if meeting else None
    return answer_invitation(db, person, number, answer=answer, community=community(db), now=now, rules=RULES)


def comes(
    db: Connection, person: Person, meeting: Meeting, people: int = 1, *, now: datetime
) -> InvitationAnswer:
    """What the answer of somebody who wants to come with so many comes to."""
    done = answers(db, person, meeting, Answer(True, people), now=now)
    assert done is not None
    return done.invitation.answer


def declines(db: Connection, person: Person, meeting: Meeting, reason: str = "", *, now: datetime) -> None:
    assert answers(db, person, meeting, Answer(False, reason=reason), now=now) is not None


def row_of(db: Connection, meeting: Meeting, person: Person) -> Invitation:
    [row] = invitations.invitations_to(db, meeting.id, person_id=person.id)
    return row


def happened(db: Connection, meeting: Meeting, kind: Happening) -> list[dict[str, Any] | None]:
    found = consultation.happenings_of(db, Subject.MEETING, meeting.id, kinds=[kind])
    return [each.data for each in found]
