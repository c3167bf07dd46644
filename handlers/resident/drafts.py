"""A report that still lacks its place, kept in the conversation until it is complete."""

from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from handlers.cases.alike import Read, open_case_alike
from handlers.cases.attaching import Sent, attach, attach_recent
from handlers.cases.joining import How, Registered, join_case, report_problem
from handlers.cases.opening import CaseOpened, open_case
from handlers.cases.reports import Place, Report
from handlers.conversation import Move, move, settle
from handlers.on_behalf import in_whose_name
from handlers.places import spot_said
from handlers.replies import dialogue, residents
from handlers.rules import Rules
from nlp.reading import Reading
from storage import organization, outbox, people
from storage.models.attachments import AttachmentKind
from storage.models.cases import Urgency
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
    media: list[list[Any]] = field(default_factory=list)  # what was sent meanwhile
    estate_id: int | None = None  # where the case is to be opened should nothing more be said
    is_home: bool = False  # the place is the reporter's registered home, as none was said
    also: list[list[str]] = field(default_factory=list)  # further problems: category, subcategory
    on_behalf_of: str = ""  # 我妈, 李奶奶: whom the speaker reports for

    def as_json(self) -> dict[str, Any]:
        """The draft as the conversation keeps it."""
        return asdict(self)

    def place(self, estate: Estate | None) -> Place:
        """The place as far as it was said, in this estate."""
        return Place(estate, self.building, self.unit, self.room, self.spot)


def kept_draft(conversation: Conversation) -> Draft | None:
    """The draft the conversation keeps; `None` when it has none that this version can read."""
    return draft_from(conversation.draft or {})


def draft_from(kept: dict[str, Any]) -> Draft | None:
    """The draft that was kept so; `None` when this version cannot read it."""
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
        on_behalf_of=reading.on_behalf_of or "",
    )
    return with_location(draft, reading)


def with_location(draft: Draft, reading: Reading) -> Draft:
    """The draft with what another sentence says of the place; its words are kept."""
    text = draft.text if reading.text in draft.text else f"{draft.text}\n{reading.text}"
    location = reading.location
    if location is None:
        return replace(draft, text=text)
    is_whisper = draft.is_whisper or reading.is_confidential
    hides_door = is_whisper and location.is_home  # the door would tell who speaks
    return replace(
        draft,
        text=text,
        estate=location.estate or draft.estate,
        building=location.building or draft.building,
        unit=None if hides_door else location.unit or draft.unit,
        room=None if hides_door else location.room or draft.room,
        spot=spot_said(location) or draft.spot,
        is_whisper=is_whisper,
    )


def open_draft(
    db: Connection,
    reporter: Person,
    draft: Draft,
    estate: Estate | None,
    *,
    now: datetime,
    rules: Rules,
    read: Read,
) -> Registered:
    """The draft belongs to a case now; without an estate to one at the desk of the community."""
    person, report = in_whose_name(db, reporter, draft.on_behalf_of, _report_of(draft, estate), now=now)
    opened = report_problem(db, person, report, now=now, rules=rules, read=read)
    if person is not reporter:
        attach_recent(db, reporter, opened.case, now=now)
    for kind, *where in draft.media:
        attach(db, reporter, opened.case, Sent(AttachmentKind(kind), *where), now=now)
    return opened


def _report_of(draft: Draft, estate: Estate | None) -> Report:
    return Report(
        community_id=estate.community_id if estate else draft.community_id,
        category=draft.category,
        subcategory=draft.subcategory,
        urgency=Urgency(draft.urgency),
        text=draft.text,
        place=draft.place(estate),
        is_whisper=draft.is_whisper,
    )


def open_all(
    db: Connection,
    reporter: Person,
    draft: Draft,
    estate: Estate | None,
    *,
    now: datetime,
    rules: Rules,
    read: Read,
) -> list[Registered]:
    """Each problem of the draft belongs to a case of its own, in the same words; the main one comes first.

    The same words make them look alike: of what was opened here a moment ago none is joined.
    """
    opened = [open_draft(db, reporter, draft, estate, now=now, rules=rules, read=read)]
    for category, subcategory in draft.also:
        further = _report_of(replace(draft, category=category, subcategory=subcategory), estate)
        person, report = in_whose_name(db, reporter, draft.on_behalf_of, further, now=now)
        alike = open_case_alike(db, report, read)
        if alike is None or alike.id in {each.case.id for each in opened}:
            new = open_case(db, person, report, now=now, rules=rules)
            opened.append(Registered(new.case, new.grid, new.estate, How.OPENED, 1))
        else:
            opened.append(join_case(db, person, alike.id, report, now=now, rules=rules))
    return opened


def open_silent_draft(
    db: Connection, conversation: Conversation, *, now: datetime, rules: Rules, read: Read
) -> Registered | None:
    """A draft whose question stayed unanswered is a case, and the reporter is told its number.

    Where its place is not known either it lies at the desk, and a place said within the next day still
    reaches it. Of several problems each is a case. `None` when nothing is left to open: the case was open
    before and only its place was missing, or the draft cannot be read.
    """
    draft = kept_draft(conversation)
    if draft is None or draft.case_id is not None:
        settle(db, conversation)
        return None
    reporter = people.person_by_id(db, conversation.person_id)
    estate = None if draft.estate_id is None else organization.estate_by_id(db, draft.estate_id)
    opened, *further = open_all(db, reporter, draft, estate, now=now, rules=rules, read=read)
    if estate is None:
        waiting = replace(draft, case_id=opened.case.id, also=[]).as_json()
        move(db, conversation, Move.ASK_PLACE, draft=waiting, expires_at=now + rules.late_place_lifetime)
    else:
        settle(db, conversation)
    if reporter.unsubscribed_at is not None:
        return opened
    owner = owner_text(db, opened)
    told = residents.draft_opened(opened.case, owner)
    told = told if estate is None else dialogue.draft_opened(opened, owner)
    text = "\n".join([told, *dialogue.further_lines(further)])
    identities = people.external_ids_of(db, reporter.id)
    postings = [
        Posting(
            Address(channel, account, external_id),
            f"case:{opened.case.id}:silent-draft:{account}",
            {"text": text},
            Priority.ANSWER,
            opened.case.community_id,
            opened.case.id,
        )
        for channel, account, external_id in identities
        if (channel, account) == (Channel.OFFICIAL_ACCOUNT, conversation.account)
    ]
    outbox.post(db, postings, now=now)
    return opened


def owner_text(db: Connection, opened: CaseOpened | Registered) -> str:
    """Who has the case, in words: the grid and its worker, or the community."""
    if opened.grid is None:
        return organization.community_by_id(db, opened.case.community_id).name
    serving = organization.workers_of_grid(db, opened.grid.id)
    handler = next((each for each in serving if each.id == opened.case.handler_id), None)
    name = handler.name if handler else organization.first_worker_of_grid(db, opened.grid.id)
    return f"{opened.grid.name}{name}"
