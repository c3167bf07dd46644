"""A resident, a worker and a case to attach things to, whatever other columns a case may have."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from handlers.cases.attaching import Sent
from storage.models.attachments import AttachmentKind
from storage.models.cases import Case, CaseStatus, Urgency, cases
from storage.models.organization import communities
from storage.models.outbox import Channel
from storage.models.people import Person, Role, people
from storage.types import UtcDateTime


def make_community(db: Connection, code: str = "fengqiao") -> int:
    """A community of this code, made when it is not there."""
    by_code = select(communities.c.id).where(communities.c.code == code)
    if db.execute(by_code).first() is None:
        db.execute(insert(communities).values(code=code, name="枫桥社区", phone="", official_account=""))
    return int(db.execute(by_code).scalar_one())


def make_person(db: Connection, name: str, *, now: datetime, role: Role = Role.RESIDENT) -> Person:
    """A person of the community."""
    values = {"community_id": make_community(db), "name": name, "role": role, "created_at": now}
    db.execute(insert(people).values(values))
    return Person(*db.execute(select(*people.c).where(people.c.name == name)).one())


def make_case(db: Connection, number: int = 1, *, now: datetime) -> Case:
    """An open case; every moment that a case must have is now."""
    values: dict[str, Any] = {
        column.name: now for column in cases.c if isinstance(column.type, UtcDateTime) and not column.nullable
    }
    values |= {
        "community_id": make_community(db),
        "year": 2026,
        "number": number,
        "category": "water",
        "subcategory": "leak",
        "urgency": Urgency.NORMAL,
        "status": CaseStatus.REGISTERED,
        "is_public": True,
        "is_confidential": False,
        "summary": "漏水",
    }
    db.execute(insert(cases).values(values))
    return Case(*db.execute(select(*cases.c).where(cases.c.number == number)).one())


def make_sent(
    media_id: str = "media-1",
    kind: AttachmentKind = AttachmentKind.PHOTO,
    channel: Channel = Channel.OFFICIAL_ACCOUNT,
) -> Sent:
    """A photo to the Official Account."""
    return Sent(kind, channel, "main", media_id)
