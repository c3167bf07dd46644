"""Evidence of a decision or a meeting: a water test report, the work done; words, photos, or both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.attaching import ATTACHED_WITHIN, Sent, keep_for_later
from handlers.consultation import telling
from handlers.consultation.telling import news_of
from handlers.decisions.rights import ensure_may_work, held_decision
from handlers.errors.minutes import EvidenceMissing, WordsTooLong
from handlers.meetings.finding import ensure_runs, meeting_meant
from handlers.replies import minutes as texts
from handlers.rules import Rules
from storage import consultation, evidence
from storage.models.attachments import AttachmentKind
from storage.models.consultation import Happening, Subject
from storage.models.decisions import Decision
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Person

LONGEST = 500  # characters of words
MOST = 20  # photos at once
PICTURES = (AttachmentKind.PHOTO, AttachmentKind.VIDEO)


@dataclass(frozen=True, slots=True)
class EvidenceAdded:
    """What was added: how many photos, and whether words."""

    of: Decision | Meeting
    photos: int
    has_words: bool


def add_to_decision(
    db: Connection,
    who: Person,
    number: int,
    words: str,
    *,
    sent: Sequence[Sent],
    now: datetime,
    rules: Rules,
) -> EvidenceAdded:
    """The words and photos stand with the decision, and the desk reads that they came.

    `sent` came with the words; so does what the person sent within ten minutes before. Only the owner, a
    worker of its grid and staff (`NotYourDecision`). Raises `EvidenceMissing` when there is nothing to add.
    """
    decision = held_decision(db, who.community_id, number)
    ensure_may_work(db, who, decision)
    photos = keep_evidence(db, who, decision, words, sent=sent, now=now)
    if not photos and not words.strip():
        raise EvidenceMissing(f"凭证 决议{number} 水质检测合格")
    event_id = _add_line(db, who, decision, Subject.DECISION, words=words, photos=photos, now=now)
    news = news_of(
        Subject.DECISION, decision.id, event_id, community_id=decision.community_id, now=now, rules=rules
    )
    telling.tell_desk(db, news, texts.evidence_came(f"决议{number}", words, photos=photos, by=who))
    return EvidenceAdded(decision, photos, bool(words.strip()))


def add_to_meeting(
    db: Connection, who: Person, number: int, words: str, *, sent: Sequence[Sent], now: datetime
) -> EvidenceAdded:
    """The words and photos stand with the meeting; only who runs it may (`NotYourMeeting`)."""
    meeting = meeting_meant(db, who, number, of=tuple(MeetingStatus), example="凭证 议事会{number} 签到表")
    ensure_runs(who, meeting)
    photos = keep_evidence(db, who, meeting, words, sent=sent, now=now)
    if not photos and not words.strip():
        raise EvidenceMissing(f"凭证 议事会{number} 签到表")
    _add_line(db, who, meeting, Subject.MEETING, words=words, photos=photos, now=now)
    return EvidenceAdded(meeting, photos, bool(words.strip()))


def keep_evidence(
    db: Connection, who: Person, of: Decision | Meeting, words: str, *, sent: Sequence[Sent], now: datetime
) -> int:
    """What the person sent now, and within ten minutes before, is evidence of it; how many photos.

    The words stand with the first photo, or alone. Tells nobody and writes no line of the history.
    """
    words = words.strip()
    if len(words) > LONGEST:
        raise WordsTooLong("凭证说明", LONGEST)
    recent = evidence.recent_uploads(db, who.id, since=now - ATTACHED_WITHIN)
    pictures = [each for each in sent if each.kind in PICTURES]
    found = [*recent, *(keep_for_later(db, who, each, now=now).id for each in pictures)][:MOST]
    about = "decision_id" if isinstance(of, Decision) else "meeting_id"
    row = {"community_id": of.community_id, about: of.id, "added_by_id": who.id, "added_at": now}
    for index, attachment_id in enumerate(found):
        said = words if index == 0 else ""
        evidence.add_evidence(db, row | {"attachment_id": attachment_id, "words": said})
    if words and not found:
        evidence.add_evidence(db, row | {"words": words})
    return len(found)


def _add_line(
    db: Connection,
    who: Person,
    of: Decision | Meeting,
    subject: Subject,
    *,
    words: str,
    photos: int,
    now: datetime,
) -> int:
    return consultation.add_happening(
        db,
        subject,
        of.id,
        Happening.EVIDENCE_ADDED,
        community_id=of.community_id,
        person_id=who.id,
        now=now,
        data={"words": words.strip(), "photos": photos},
    )
