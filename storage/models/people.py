"""People and the accounts by which a channel knows them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Index, String, Table, UniqueConstraint, text

from storage.models.base import identity, metadata, moment, reference
from storage.types import EncryptedText, EnumText


class Role(StrEnum):
    """What a person is to the community."""

    RESIDENT = "resident"
    BUILDING_LEAD = "building_lead"
    GRID_WORKER = "grid_worker"
    UNIT_MEMBER = "unit_member"
    STAFF = "staff"
    HEAD = "head"
    STREET = "street"
    ADMIN = "admin"


people = Table(  # A person; a resident's community is the one bound or last used, and may be unknown.
    "people",
    metadata,
    identity(),
    reference("community_id", "communities", optional=True),
    Column("name", String(64), nullable=False, default=""),
    Column("role", EnumText(Role), nullable=False),
    Column("phone", EncryptedText, nullable=True),
    reference("unit_id", "units", optional=True),
    moment("created_at"),
    reference("estate_id", "estates", optional=True),
    Column("building", String(16), nullable=True),
    Column("unit", String(16), nullable=True),
    Column("room", String(16), nullable=True),
    moment("unsubscribed_at", optional=True),
)

Index("ix_people_community_id_role", people.c.community_id, people.c.role)
NAMED = text("name <> ''")  # SQLite uses the index only for queries that say it literally
_NAME = (people.c.community_id, people.c.name)
Index("ix_people_community_id_name", *_NAME, sqlite_where=NAMED, postgresql_where=NAMED)
HOME = text("estate_id IS NOT NULL")
_HOME = (people.c.estate_id, people.c.building)
Index("ix_people_home", *_HOME, sqlite_where=HOME, postgresql_where=HOME)

identities = Table(  # One account of a person on one channel: an openid, a WeCom user id.
    "identities",
    metadata,
    identity(),
    reference("person_id", "people", indexed=True),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("external_id", String(128), nullable=False),
    UniqueConstraint("channel", "account", "external_id"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A row of `people`.

    `unit_id` is the body somebody works for; `estate_id`, `building`, `unit` and `room` are the home a
    resident told of. Nothing is pushed to somebody who has unsubscribed.
    """

    id: int
    community_id: int | None
    name: str
    role: Role
    phone: str | None
    unit_id: int | None
    created_at: datetime
    estate_id: int | None = None
    building: str | None = None
    unit: str | None = None
    room: str | None = None
    unsubscribed_at: datetime | None = None
