"""What was sent beside the words: photos, voices, videos, places on the map; and the files themselves."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.models.base import identity, metadata, moment, reference
from storage.types import EnumText, Json


class AttachmentKind(StrEnum):
    """What was sent beside the words."""

    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    LOCATION = "location"


class AttachmentStatus(StrEnum):
    """Whether the house has it: the platforms give it out for a short time only."""

    WAITING = "waiting"  # to be fetched from the platform
    KEPT = "kept"
    REFUSED = "refused"  # too large, broken, or not what it pretends to be
    LOST = "lost"  # the platform does not give it out any more


attachments = Table(  # What was sent beside the words; without a case as long as the words are missing.
    "attachments",
    metadata,
    identity(),
    reference("community_id", "communities", optional=True),
    reference("case_id", "cases", optional=True, indexed=True),
    reference("person_id", "people"),
    Column("kind", EnumText(AttachmentKind), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("media_id", Text, nullable=False, default=""),  # of a robot's file its address
    Column("data", Json, nullable=True),
    moment("received_at"),
    Column("status", EnumText(AttachmentStatus), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    moment("next_at"),
    Column("error", Text, nullable=False, default=""),
    Column("is_proof", Boolean, nullable=False, default=False),
)
_TO_FETCH = text("status = 'waiting'")
Index(
    "ix_attachments_waiting",
    attachments.c.next_at,
    attachments.c.id,
    sqlite_where=_TO_FETCH,
    postgresql_where=_TO_FETCH,
)
_WITHOUT_CASE = text("case_id IS NULL")
Index(
    "ix_attachments_without_case",
    attachments.c.person_id,
    attachments.c.received_at,
    sqlite_where=_WITHOUT_CASE,
    postgresql_where=_WITHOUT_CASE,
)

media_files = Table(  # The file of an attachment as the house keeps it, checked and without its metadata.
    "media_files",
    metadata,
    identity(),
    reference("attachment_id", "attachments"),
    Column("content_type", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("width", Integer, nullable=True),
    Column("height", Integer, nullable=True),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    moment("kept_at"),
    UniqueConstraint("attachment_id"),
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A row of `attachments`.

    `media_id` is the platform's name of the file, for a robot's file its address, empty for a location.
    `data` keeps a location's coordinates and label, a voice's format. While it waits it is fetched at
    `next_at`, which an attempt under way has pushed forward. `is_proof`: a worker sent it to show the work.
    """

    id: int
    community_id: int | None
    case_id: int | None
    person_id: int
    kind: AttachmentKind
    channel: str
    account: str
    media_id: str
    data: dict[str, Any] | None
    received_at: datetime
    status: AttachmentStatus
    attempts: int
    next_at: datetime
    error: str
    is_proof: bool


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A row of `media_files`; `width` and `height` in pixels, of photos only."""

    id: int
    attachment_id: int
    content_type: str
    size: int
    width: int | None
    height: int | None
    sha256: str
    content: bytes
    kept_at: datetime
