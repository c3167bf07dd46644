"""A report that still lacks its place, kept in the conversation until it is complete."""

from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from handlers import replies
from handlers.cases.opening import CaseOpened, Place, Report, attach, report_problem
from handlers.conversation import Move, move, settle
from handlers.places import spot_said
from handlers.rules import Rules
from nlp.reading import Reading
from storage import organization, outbox, people
from storage.models.cases import AttachmentKind, Case, Urgency
from storage.models.conversations import Conversation
from storage.models.organization import Estate
from storage.models.outbox import Channel, Priority
from storage.models.people import Person
from storage.outbox import Address, Posting


@dataclass(frozen=True, slots=True)
class Draft:
    """What was understood so far; `case_id` when the case is open already and only its place is missing."""

    text: str
    category: str
    subcategory: str | None
    urgency: str
    community_id: int
    estate: str | None = None
    building: str | None = None
    unit: str | None = None
    room: str | None = None
    spot: str | None = None
    has_asked_estate: bool = False
    case_id: int | None = None
    is_whisper: bool = False
    media: list[list[str]] = field(default_factory=list)  # kind and media id of what was sent meanwhile

    def as_json(self) -> dict[str, Any]:
        """The draft as the conversation keeps it."""
        return asdict(self)

    def place(self, estate: Estate | None) -> Place:
        """The place as far as it was said, in this estate."""
        return Place(estate, self.building, self.unit, self.room, self.spot)


def kept_draft(conversation: Conversation) -> Draft | None:
    """The draft the conversation keeps; `None` when it has none that this version can read."""
    kept = conversation.draft or {}
    try:
        return Draft(**{each.name: kept[each.name] for each in fields(Draft) if each.name in kept})
    except TypeError:
        return None


def draft_of(reading: Reading, *, community_id: int) -> Draft:
    """What one sentence says of a problem."""
    draft = Draft(
        text=reading.text,
        category=reading.category or "other",
        subcategory=reading.subcategory,
        urgency=reading.urgency.value,
        community_id=community_id,
        is_whisper=reading.is_confidential,
    )
    return with_location(draft, reading)


def draft_again(settled: Case, reading: Reading) -> Draft:
    """What is said of a trouble that was settled and is there again, at the same place."""
    return Draft(
        text=f"（{settled.label} 办结后再次反映）{reading.text}",
        category=settled.category,
        subcategory=settled.subcategory,
        urgency=reading.urgency.value,
        community_id=settled.community_id,
        building=settled.building,
        unit=settled.unit,
        room=settled.room,
        spot=settled.spot,
    )


def with_location(draft: Draft, reading: Reading) -> Draft:
    """The draft with what another sentence says of the place; its words are kept."""
    text = draft.text if reading.text in draft.text else f"{draft.text}\n{reading.text}"
    location = reading.location
    if location is None:
        return replace(draft, text=text)
    return replace(
        draft,
        text=text,
        estate=location.estate or draft.estate,
        building=location.building or draft.building,
        unit=location.unit or draft.unit,
        room=location.room or draft.room,
        spot=spot_said(location) or draft.spot,
        is_whisper=draft.is_whisper or reading.is_confidential,
    )


def open_draft(
    db: Connection, reporter: Person, draft: Draft, estate: Estate | None, *, now: datetime, rules: Rules
) -> CaseOpened:
    """The draft is a case now; without an estate at the desk of the community."""
    report = Report(
        community_id=estate.community_id if estate else draft.community_id,
        category=draft.category,
        subcategory=draft.subcategory,
        urgency=Urgency(draft.urgency),
        text=draft.text,
        place=draft.place(estate),
        is_whisper=draft.is_whisper,
    )
    opened = report_problem(db, reporter, report, now=now, rules=rules)
    for kind, media_id in draft.media:
        attach(db, reporter, opened.case, kind=AttachmentKind(kind), media_id=media_id, now=now)
    return opened


def open_silent_draft(
    db: Connection, conversation: Conversation, *, now: datetime, rules: Rules
) -> CaseOpened | None:
    """A draft whose question stayed unanswered is a case at the desk, and the reporter is told its number.

    A place said within the next day still reaches it. `None` when nothing is left to open: the case was open
    before and only its place was missing, or the draft cannot be read.
    """
    draft = kept_draft(conversation)
    if draft is None or draft.case_id is not None:
        settle(db, conversation)
        return None
    reporter = people.person_by_id(db, conversation.person_id)
    opened = open_draft(db, reporter, draft, None, now=now, rules=rules)
    waiting = replace(draft, case_id=opened.case.id).as_json()
    move(db, conversation, Move.ASK_PLACE, draft=waiting, expires_at=now + rules.late_place_lifetime)
    owner = owner_text(db, opened)
    identities = people.external_ids_of(db, reporter.id)
    postings = [
        Posting(
            Address(channel, account, external_id),
            f"case:{opened.case.id}:silent-draft:{account}",
            {"text": replies.draft_opened(opened.case, owner)},
            Priority.ANSWER,
            opened.case.community_id,
            opened.case.id,
        )
        for channel, account, external_id in identities
        if (channel, account) == (Channel.OFFICIAL_ACCOUNT, conversation.account)
    ]
    outbox.post(db, postings, now=now)
    return opened


def owner_text(db: Connection, opened: CaseOpened) -> str:
    """Who has the case, in words: the grid and its worker, or the community."""
    if opened.grid is None:
        return organization.community_by_id(db, opened.case.community_id).name
    return f"{opened.grid.name}{organization.first_worker_of_grid(db, opened.grid.id)}"
