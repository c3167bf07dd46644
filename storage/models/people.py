"""People and the accounts by which a channel knows them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, String, Table, UniqueConstraint

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
    reference("community_id", "communities", optional=True, indexed=True),
    Column("name", String(64), nullable=False, default=""),
    Column("role", EnumText(Role), nullable=False),
    Column("phone", EncryptedText, nullable=True),
    reference("unit_id", "units", optional=True),
    moment("created_at"),
)

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
    """A row of `people`."""

    id: int
    community_id: int | None
    name: str
    role: Role
    phone: str | None
    unit_id: int | None
    created_at: datetime
