"""What somebody with a link may see of a case: the sheet, and the residents' photos."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.answering import sheet_behind
from handlers.notices.assignments import words_for_units
from handlers.notices.reaching import estate_of
from handlers.replies.formats import kind_text, moment_text, place_text
from storage import assignments, attachments, organization
from storage import cases as case_rows
from storage.models.assignments import AssignmentKind
from storage.models.attachments import AttachmentKind, AttachmentStatus, MediaFile
from storage.models.cases import Case

SHOWN_PHOTOS = 6  # on one page; a phone on the road loads no more


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet as its page shows it; `photos` are numbers of attachments."""

    label: str
    unit: str
    kind: str
    place: str
    words: str
    task: str
    due: str
    is_late: bool
    lead: str
    has_to_come: bool
    has_come: bool
    community: str
    phone: str
    photos: tuple[int, ...]


def sheet_view(db: Connection, token: str, *, now: datetime) -> SheetView:
    """The sheet behind a link that still works; `LinkUnknown` or `LinkEnded` otherwise."""
    case, sheet = sheet_behind(db, token, now=now)
    community = organization.community_by_id(db, case.community_id)
    is_whistle = sheet.kind is AssignmentKind.WHISTLE
    return SheetView(
        label=case.label,
        unit=assignments.unit_by_id(db, sheet.unit_id).name,
        kind=kind_text(case),
        place=place_text(case, estate_of(db, case)),
        words=words_for_units(db, case),
        task=sheet.task,
        due=moment_text(sheet.due_at),
        is_late=sheet.due_at <= now,
        lead=_lead(db, case) if is_whistle else "",
        has_to_come=is_whistle and sheet.checked_in_at is None,
        has_come=is_whistle and sheet.checked_in_at is not None,
        community=community.name,
        phone=community.phone,
        photos=_photos(db, case),
    )


def photo_behind(db: Connection, token: str, attachment_id: int, *, now: datetime) -> MediaFile | None:
    """One of the photos that the page shows; `None` for any other."""
    case, _ = sheet_behind(db, token, now=now)
    return attachments.file_of(db, attachment_id) if attachment_id in _photos(db, case) else None


def _lead(db: Connection, case: Case) -> str:
    open_ones = assignments.open_assignments_of(db, case.id)
    return next((assignments.unit_by_id(db, each.unit_id).name for each in open_ones if each.is_lead), "")


def _photos(db: Connection, case: Case) -> tuple[int, ...]:
    """The newest photos of the trouble, oldest first; of a complaint about a worker none."""
    if case.is_confidential:
        return ()
    ids = {case.id, *(each.case_id for each in case_rows.reports_of(db, case.id))}
    kept = [
        each.id
        for each in attachments.attachments_of(db, ids)
        if each.kind is AttachmentKind.PHOTO and each.status is AttachmentStatus.KEPT and not each.is_proof
    ]
    return tuple(kept[-SHOWN_PHOTOS:])
