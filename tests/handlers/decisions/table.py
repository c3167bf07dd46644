"""A meeting that has been held in the sample community, who sat there, and what was agreed on."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from handlers.cases.attaching import Sent
from handlers.consultation.firing import fire_wake
from handlers.decisions.supervision import start_supervision
from handlers.rules import Rules
from storage import cases as case_rows
from storage import consultation, decisions, topics
from storage import meetings as meeting_rows
from storage.models.attachments import AttachmentKind
from storage.models.cases import Case, CaseStatus
from storage.models.consultation import Happening, HappeningRow, Subject, WakeKind
from storage.models.decisions import Decision
from storage.models.meetings import InvitationAnswer, Meeting, MeetingStatus, Party, invitations
from storage.models.organization import units
from storage.models.people import Person, people
from storage.models.topics import TopicSource, TopicStatus
from tests.handlers.cases.scene import estate, named, reported, resident

RULES = Rules(public_url="https://huiyin.example")
GROUP = "wrSampleFengqiao"  # the residents' group of the estate
KINDS = (WakeKind.SUPERVISION, WakeKind.CONFIRMATION, WakeKind.GROUP_NEWS)
PHOTO = (Sent(AttachmentKind.PHOTO, "wecom_robot", "main", "https://photos.example/1"),)


def unit_id(db: Connection, name: str = "枫桥物业") -> int:
    return int(db.execute(select(units.c.id).where(units.c.name == name)).scalar_one())


def known(db: Connection, openid: str, name: str, *, now: datetime) -> Person:
    """A resident who has told us the name."""
    person = resident(db, openid, now=now)
    db.execute(update(people).where(people.c.id == person.id).values(name=name, community_id=1))
    return resident(db, openid, now=now)


def sewer(db: Connection, *, now: datetime, by: str = "oLi", **more: Any) -> Case:
    """A case under consultation that the first grid's worker has."""
    case = reported(db, now=now, by=by, kind=("water", "sewer"), text="3号楼下水道堵了", **more)
    worker = named(db, "王芳")
    case_rows.change_case(db, case.id, status=CaseStatus.IN_PROGRESS, handler_id=worker.id)
    return case_rows.case_by_id(db, case.id)


def meeting(
    db: Connection, *, now: datetime, cases: tuple[Case, ...] = (), is_public: bool = True
) -> Meeting:
    """A meeting about these cases, with minutes; the property company came, and the first reporter."""
    staff = named(db, "李强")
    made = meeting_rows.add_meeting(
        db,
        {
            "community_id": 1,
            "title": "枫桥苑下水道议事会",
            "starts_at": now - timedelta(hours=2),
            "place": "居委会会议室",
            "status": MeetingStatus.MINUTED,
            "called_by_id": staff.id,
            "called_at": now - timedelta(days=3),
            "is_public": is_public,
        },
    )
    topic = topics.add_topic(
        db,
        {
            "community_id": 1,
            "title": "下水道反复堵",
            "status": TopicStatus.SETTLED,
            "source": TopicSource.CASE,
            "is_public": is_public,
            "estate_id": estate(db).id,
            "proposed_by_id": staff.id,
            "proposed_at": now,
        },
        case_ids=[each.id for each in cases],
    )
    meeting_rows.add_to_agenda(db, made.id, topic.id, position=1)
    came(db, made, now=now, unit=unit_id(db))
    return made


def came(
    db: Connection, held: Meeting, *, now: datetime, unit: int | None = None, person: int | None = None
) -> None:
    row = {
        "community_id": held.community_id,
        "meeting_id": held.id,
        "party": Party.PROPERTY if unit else Party.RESIDENT,
        "unit_id": unit,
        "person_id": person,
        "invited_at": now,
        "answer": InvitationAnswer.COMING,
    }
    db.execute(insert(invitations), row)


def agreed(
    db: Connection,
    held: Meeting,
    *,
    now: datetime,
    cases: tuple[Case, ...] = (),
    what: str = "疏通主管道",
    due: timedelta | None = timedelta(days=10),
    watcher: Person | None = None,
    **more: Any,
) -> Decision:
    """An item of that meeting; the property company has to do it unless `more` says who."""
    topic_id = meeting_rows.agenda_of(db, held.id)[0].topic_id
    owner = {} if "owner_id" in more or "owner" in more else {"unit_id": unit_id(db)}
    values = {
        "community_id": held.community_id,
        "meeting_id": held.id,
        "topic_id": topic_id,
        "what": what,
        "watcher_id": watcher.id if watcher else None,
        "due_at": now + due if due is not None else None,
        "made_at": now,
        "made_by_id": named(db, "李强").id,
    }
    made = decisions.add_decision(db, values | owner | more, case_ids=[each.id for each in cases])
    start_supervision(db, made, rules=RULES, now=now)
    return made


def fire_due(db: Connection, now: datetime) -> None:
    """What one tick does with decisions."""
    while due := [each for each in consultation.due_wakes(db, now=now, limit=100) if each.kind in KINDS]:
        for wake in due:
            fire_wake(db, wake, secret="s" * 40, now=now, rules=RULES)


def standing(db: Connection, decision: Decision) -> Decision:
    return decisions.decision_by_id(db, decision.id)


def history(db: Connection, decision: Decision, *kinds: Happening) -> list[HappeningRow]:
    return consultation.happenings_of(db, Subject.DECISION, decision.id, kinds=kinds)
