"""Photos of a case follow its words into the workers' group, where a picture can be pushed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from handlers.notices.reaching import URGENT, workers_groups
from storage import attachments, outbox
from storage import cases as case_rows
from storage.models.attachments import Attachment, AttachmentKind, AttachmentStatus
from storage.models.cases import OPEN_STATUSES, Case
from storage.models.outbox import Channel, Priority
from storage.outbox import Address, Posting


def tell_kept_photo(db: Connection, attachment_id: int, *, now: datetime) -> None:
    """A file lies with the house: if it is a photo of a case, those who have the case see it."""
    found = attachments.attachment_by_id(db, attachment_id)
    if found is not None and found.case_id is not None:
        tell_photos(db, case_rows.case_by_id(db, found.case_id), [found], now=now)


def tell_photos(db: Connection, case: Case, photos: Sequence[Attachment], *, now: datetime) -> None:
    """Those of these that are photos of the trouble and kept go to the workers, each once.

    Never what was said in confidence, nor what a worker sent to show the work, or wrote in a group.
    """
    standing = case_rows.standing_for(db, case)
    if standing.status not in OPEN_STATUSES or any(_is_secret(each) for each in (case, standing)):
        return
    postings = [
        Posting(
            Address(Channel.GROUP_WEBHOOK, "", group.webhook),
            f"photo:{photo.id}:group:{group.id}",
            {"photo": photo.id},
            URGENT.get(standing.urgency, Priority.NOTICE),
            standing.community_id,
            standing.id,
        )
        for group in workers_groups(db, standing)
        if group.webhook
        for photo in photos
        if _is_to_be_seen(photo)
    ]
    outbox.post(db, postings, now=now)


def _is_secret(case: Case) -> bool:
    return case.is_confidential or case.has_whisper


def _is_to_be_seen(photo: Attachment) -> bool:
    is_photo = photo.kind is AttachmentKind.PHOTO and photo.status is AttachmentStatus.KEPT
    return is_photo and not photo.is_proof and photo.channel != Channel.WECOM_ROBOT
