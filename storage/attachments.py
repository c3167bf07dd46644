"""What was sent beside the words: by case, by person, and what is still to be fetched from the platforms."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, literal_column, select, update

from storage.dialects import insert_row
from storage.models.attachments import (
    Attachment,
    AttachmentKind,
    AttachmentStatus,
    MediaFile,
    attachments,
    media_files,
)
from storage.models.base import many, one
from storage.models.cases import Case

LEASE = timedelta(minutes=2)  # an attempt to fetch is one worker's for so long, twice as long each time
LONGEST_LEASE = timedelta(hours=1)
THERE = (AttachmentStatus.WAITING, AttachmentStatus.KEPT)  # neither refused nor lost
SHOWS_WORK = (AttachmentKind.PHOTO, AttachmentKind.VIDEO)

_MOMENT = attachments.c.received_at.type
_WAITING = attachments.c.status == literal_column("'waiting'")  # literal, so that the partial index serves

_ADD = insert(attachments)
_ADD_FILE = insert(media_files)
_JOIN = (
    update(attachments)
    .where(
        attachments.c.person_id == bindparam("sender_id"),
        attachments.c.case_id.is_(None),
        attachments.c.received_at >= bindparam("since", type_=_MOMENT),
    )
    .values(
        case_id=bindparam("new_case_id"),
        community_id=bindparam("new_community_id"),
        is_proof=bindparam("as_proof"),
    )
    .returning(attachments.c.id, attachments.c.kind)
)
_DUE = (
    select(*attachments.c)
    .where(
        _WAITING,
        attachments.c.next_at <= bindparam("now", type_=_MOMENT),
        attachments.c.channel.in_(bindparam("channels", expanding=True)),
    )
    .order_by(attachments.c.next_at, attachments.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_THIS_ATTEMPT = (
    attachments.c.id == bindparam("attachment_id"),
    attachments.c.attempts == bindparam("attempts_seen"),
    _WAITING,
)
_START = (
    update(attachments)
    .where(*_THIS_ATTEMPT)
    .values(attempts=attachments.c.attempts + 1, next_at=bindparam("lease_end", type_=_MOMENT))
    .returning(*attachments.c)
)
_SETTLE = (
    update(attachments)
    .where(*_THIS_ATTEMPT)
    .values(
        status=bindparam("new_status", type_=attachments.c.status.type),
        error=bindparam("why"),
        next_at=bindparam("again_at", type_=_MOMENT),
    )
)


def add_attachment(db: Connection, values: dict[str, Any]) -> Attachment:
    """A new row of `attachments`, whole: `values` has every column but the id."""
    return Attachment(insert_row(db, _ADD, values), **values)


def join_case(
    db: Connection, case: Case, *, person_id: int, since: datetime, is_proof: bool
) -> list[AttachmentKind]:
    """What this person sent since then without a case belongs to this one; its kinds, oldest first."""
    row = {"sender_id": person_id, "since": since, "as_proof": is_proof}
    joined = db.execute(_JOIN, row | {"new_case_id": case.id, "new_community_id": case.community_id})
    return [each.kind for each in sorted(joined, key=lambda each: each.id)]


def attachment_by_id(db: Connection, attachment_id: int) -> Attachment | None:
    """The attachment of this number as it stands; `None` when there is none."""
    query = select(*attachments.c).where(attachments.c.id == attachment_id)
    return one(Attachment, db.execute(query).first())


def attachments_of(db: Connection, case_ids: Collection[int]) -> list[Attachment]:
    """What stands with these cases, oldest first; also what was refused or lost."""
    query = select(*attachments.c).where(attachments.c.case_id.in_(sorted(case_ids)))
    return many(Attachment, db.execute(query.order_by(attachments.c.id)))


def attachment_counts(db: Connection, case_ids: Collection[int]) -> dict[AttachmentKind, int]:
    """How many of each kind stand with these cases; absent are kinds without any, and what was lost."""
    query = select(attachments.c.kind, func.count()).where(
        attachments.c.case_id.in_(sorted(case_ids)), attachments.c.status.in_(THERE)
    )
    counted = {row[0]: row[1] for row in db.execute(query.group_by(attachments.c.kind))}
    return {kind: counted[kind] for kind in AttachmentKind if kind in counted}


def photos_without_case(db: Connection, person_ids: Collection[int], *, since: datetime) -> int:
    """How many photos these people sent since then that belong to no case yet."""
    query = select(func.count()).where(
        attachments.c.person_id.in_(sorted(person_ids)),
        attachments.c.case_id.is_(None),
        attachments.c.received_at >= since,
        attachments.c.kind == AttachmentKind.PHOTO,
        attachments.c.status.in_(THERE),
    )
    number: int = db.execute(query).scalar_one()
    return number


def has_proof(db: Connection, case_ids: Collection[int], *, since: datetime) -> bool:
    """Whether a worker has sent a photo or video of the work at one of these cases since then."""
    query = select(attachments.c.id).where(
        attachments.c.case_id.in_(sorted(case_ids)),
        attachments.c.is_proof,
        attachments.c.received_at >= since,
        attachments.c.kind.in_(SHOWS_WORK),
        attachments.c.status.in_(THERE),
    )
    return db.execute(query.limit(1)).first() is not None


def file_of(db: Connection, attachment_id: int) -> MediaFile | None:
    """The file of an attachment; `None` when it is not, or not yet, kept. The caller knows who may see it."""
    query = select(*media_files.c).where(media_files.c.attachment_id == attachment_id)
    return one(MediaFile, db.execute(query).first())


# ------------------------------------------------------------------ fetching


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be kept: its real type, its size in bytes, of photos width and height in pixels."""

    content_type: str
    size: int
    width: int | None
    height: int | None
    sha256: str
    content: bytes


def claim_waiting(db: Connection, *, now: datetime, channels: frozenset[str]) -> Attachment | None:
    """The attachment that has waited longest is the caller's to fetch, and the attempt is counted.

    Nobody else gets it until its lease is over. The lease grows with the attempts: a file that ends the
    process each time does so more and more seldom. `None` when nothing of these channels is due.
    """
    due = one(Attachment, db.execute(_DUE, {"now": now, "channels": sorted(channels)}).first())
    if due is None:
        return None
    lease = min(LEASE * 2 ** min(due.attempts, 16), LONGEST_LEASE)
    attempt = {"attachment_id": due.id, "attempts_seen": due.attempts, "lease_end": now + lease}
    return one(Attachment, db.execute(_START, attempt).first())


def next_fetch_at(db: Connection, channels: frozenset[str]) -> datetime | None:
    """When the next attachment of these channels wants fetching; `None` when none waits."""
    query = select(attachments.c.next_at).where(_WAITING, attachments.c.channel.in_(sorted(channels)))
    soonest: datetime | None = db.execute(query.order_by(attachments.c.next_at).limit(1)).scalar()
    return soonest


def keep_file(db: Connection, attachment: Attachment, file: CheckedFile, *, now: datetime) -> bool:
    """The file lies with the house; false, and nothing changed, when another attempt counts by now."""
    if not settle(db, attachment, AttachmentStatus.KEPT):
        return False
    db.execute(_ADD_FILE, asdict(file) | {"attachment_id": attachment.id, "kept_at": now})
    return True


def settle(
    db: Connection,
    attachment: Attachment,
    status: AttachmentStatus,
    *,
    error: str = "",
    next_at: datetime | None = None,
) -> bool:
    """What became of the attempt stands in the row: given up with its reason, or waiting until `next_at`.

    False, and nothing changed, when another attempt counts by now.
    """
    attempt = {"attachment_id": attachment.id, "attempts_seen": attachment.attempts}
    became = {"new_status": status, "why": error, "again_at": next_at or attachment.next_at}
    return db.execute(_SETTLE, attempt | became).rowcount == 1
