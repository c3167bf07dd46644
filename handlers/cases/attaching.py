"""What people send beside their words joins a case, or waits for the words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from handlers.messages import IncomingMessage, MessageKind
from handlers.notices.photos import tell_photos
from storage import attachments
from storage import cases as case_rows
from storage.models.attachments import Attachment, AttachmentKind, AttachmentStatus
from storage.models.cases import Case, EventKind
from storage.models.people import Person

ATTACHED_WITHIN = timedelta(minutes=10)  # before the words; what was sent earlier may be of anything

KINDS: Final[Mapping[MessageKind, AttachmentKind]] = {
    MessageKind.IMAGE: AttachmentKind.PHOTO,
    MessageKind.VIDEO: AttachmentKind.VIDEO,
    MessageKind.VOICE: AttachmentKind.VOICE,
    MessageKind.LOCATION: AttachmentKind.LOCATION,
}
KNOWN: Final = ("latitude", "longitude", "scale", "label", "format")  # of the payload, kept with the row
WITHOUT_FILE = "平台没有说这个文件在哪里，请对方重新发送。"


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent beside the words: where it lies until it is fetched, and what is known of it.

    `media_id` is the platform's name of the file, or its address; a location has none, only `data`.
    """

    kind: AttachmentKind
    channel: str
    account: str
    media_id: str
    data: dict[str, Any] = field(default_factory=dict)

    def as_list(self) -> list[Any]:
        """The values in their order, as a conversation keeps them; `Sent` of them is the same again."""
        return [self.kind.value, self.channel, self.account, self.media_id, self.data]


def sent_of(message: IncomingMessage) -> Sent | None:
    """What the message carries beside its words, the first if it carries several; `None`: words only."""
    return next(iter(all_sent_of(message)), None)


def all_sent_of(message: IncomingMessage) -> list[Sent]:
    """Everything the message carries beside its words; text with pictures in it carries each of them."""
    payload = message.payload
    kind = KINDS.get(message.kind)
    if kind is None:  # "urls": the pictures in a text to the robot
        pictures = payload.get("urls", []) if message.kind is MessageKind.TEXT else []
        return [Sent(AttachmentKind.PHOTO, message.channel, message.account, url) for url in pictures]
    data: dict[str, Any] = {name: payload[name] for name in KNOWN if name in payload}
    is_file = kind is not AttachmentKind.LOCATION
    place = str(payload.get("media_id") or payload.get("url") or "") if is_file else ""
    return [Sent(kind, message.channel, message.account, place, data)]


def attach(
    db: Connection, sender: Person, case: Case, sent: Sent, *, now: datetime, is_proof: bool = False
) -> Case:
    """What the person sent beside the words stands with the case, and its history says so.

    `is_proof`: a worker shows with it that the work is done.
    """
    _add(db, sender, sent, case=case, is_proof=is_proof, now=now)
    _add_event(db, sender, case, sent.kind, now=now)
    return case


def keep_for_later(db: Connection, sender: Person, sent: Sent, *, now: datetime) -> Attachment:
    """What came before the words is fetched already, and waits for the case that the words will make."""
    return _add(db, sender, sent, case=None, is_proof=False, now=now)


def attach_recent(
    db: Connection, sender: Person, case: Case, *, now: datetime, is_proof: bool = False
) -> int:
    """Everything this person sent in the last ten minutes without a case stands with this one; how many."""
    since = now - ATTACHED_WITHIN
    kinds = attachments.join_case(db, case, person_id=sender.id, since=since, is_proof=is_proof)
    for kind in kinds:
        _add_event(db, sender, case, kind, now=now)
    if kinds and not is_proof:  # what is fetched already; the rest follows once it is
        tell_photos(db, case, attachments.attachments_of(db, [case.id]), now=now)
    return len(kinds)


def _add(
    db: Connection, sender: Person, sent: Sent, *, case: Case | None, is_proof: bool, now: datetime
) -> Attachment:
    status, error = _beginning(sent)
    values = {
        "community_id": case.community_id if case else sender.community_id,
        "case_id": case.id if case else None,
        "person_id": sender.id,
        "kind": sent.kind,
        "channel": str(sent.channel),
        "account": sent.account,
        "media_id": sent.media_id,
        "data": sent.data or None,
        "received_at": now,
        "status": status,
        "attempts": 0,
        "next_at": now,
        "error": error,
        "is_proof": is_proof,
    }
    return attachments.add_attachment(db, values)


def _beginning(sent: Sent) -> tuple[AttachmentStatus, str]:
    """A location is whole as it came; a file is to be fetched, if it is known from where."""
    if sent.kind is AttachmentKind.LOCATION:
        return AttachmentStatus.KEPT, ""
    return (AttachmentStatus.WAITING, "") if sent.media_id else (AttachmentStatus.LOST, WITHOUT_FILE)


def _add_event(db: Connection, sender: Person, case: Case, kind: AttachmentKind, *, now: datetime) -> None:
    data = {"attached": kind.value}
    case_rows.add_event(db, case, EventKind.SUPPLEMENTED, person_id=sender.id, now=now, data=data)
