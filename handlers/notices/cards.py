"""The card of a case: whom it can be handed to, and what it shows at this moment."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.notices.reaching import CardOf, estate_of
from handlers.notices.words import words_for_workers
from handlers.replies import cards
from handlers.replies.cards import Card, CardFacts, Option
from handlers.working_days import local
from storage import assignments, attachments, organization, people
from storage import cases as case_rows
from storage.models.attachments import AttachmentKind
from storage.models.cases import Case, CaseStatus, EventKind, Report
from storage.models.organization import Group, Unit, UnitKind
from storage.models.people import Person, Role

MOST_OPTIONS: Final = 9  # of the ten of a drop-down; one says that nobody is chosen
MOST_WORKERS: Final = 4  # of them
JUST_SENT: Final = timedelta(minutes=10)  # photos before the words count as the case's
TASK: Final = re.compile(r"case-(?P<case>\d{1,18})-(?P<event>\d{1,18})-(?:p?\d{1,18})", re.ASCII)


def task_of(case: Case, event_id: int, place: str) -> str:
    """The id of a card; a card of one event in one group is one."""
    return f"case-{case.id}-{event_id}-{place}"


def cards_of(
    db: Connection, case: Case, event_id: int, *, about: str = "", words: str = "", now: datetime
) -> CardOf:
    """What draws the card of a case for each group that has buttons; none once nobody can take the case.

    `words`: what was said now, instead of what the case is about.
    """

    def card(group: Group) -> Card | None:
        if group.unit_id is not None:
            return None
        return _card(db, case, task_of(case, event_id, str(group.id)), about=about, words=words, now=now)

    return card


def card_of_person(
    db: Connection, case: Case, event_id: int, person: Person, *, about: str = "", now: datetime
) -> Card | None:
    """The card of a case for one person alone; `None` once nobody can take the case."""
    return _card(db, case, task_of(case, event_id, f"p{person.id}"), about=about, words="", now=now)


def present_card(db: Connection, case: Case, *, task_id: str, now: datetime) -> Card:
    """The card as it is to be seen now: with buttons while somebody can take the case, else with a note."""
    standing = case_rows.case_by_id(db, case.id)
    facts = facts_of(db, standing, now=now)
    if can_be_taken(standing):
        return cards.case_card(standing, facts, task_id=task_id)
    note = _note(db, standing, facts, now=now)
    return cards.settled_card(standing, facts, task_id=task_id, note=note)


def can_be_taken(case: Case) -> bool:
    """Whether somebody can claim it: nobody has it, or it came back and nobody has answered yet."""
    is_again = case.status is CaseStatus.IN_PROGRESS and case.responded_at is None
    return case.status is CaseStatus.REGISTERED or is_again


def facts_of(db: Connection, case: Case, *, now: datetime) -> CardFacts:
    """What the card says beside the case itself."""
    reports = case_rows.reports_of(db, case.id)
    handler = people.person_by_id(db, case.handler_id).name if case.handler_id else ""
    return CardFacts(
        estate=estate_of(db, case),
        words=words_for_workers(db, case, case.summary),
        reporters=case_rows.number_of_reporters(db, case.id),
        photos=0 if case.is_confidential else _photos(db, case, reports, now=now),
        source=reports[0].source,
        handler=handler,
        options=[] if case.is_confidential else _options(db, case),
        is_proposed=proposed_today(db, case, now=now),
    )


def proposed_today(db: Connection, case: Case, *, now: datetime) -> bool:
    """Whether somebody said today, in Asia/Shanghai, that the case needs a meeting."""
    proposals = case_rows.events_of(db, case.id, kinds=[EventKind.CONSULTATION_PROPOSED])
    return any(local(each.happened_at).date() == local(now).date() for each in proposals)


def names_to_choose(db: Connection, case: Case, by: Person) -> list[str]:
    """A colleague and a unit to whom this person could hand the case; what is confidential goes to nobody."""
    options = [] if case.is_confidential else _options(db, case)
    people_ = [name for key, name in options if key.startswith("person:") and key != f"person:{by.id}"]
    return people_[:1] + [name for key, name in options if key.startswith("unit:")][:1]


def _card(db: Connection, case: Case, task_id: str, *, about: str, words: str, now: datetime) -> Card | None:
    standing = case_rows.case_by_id(db, case.id)
    if not can_be_taken(standing):
        return None
    facts = facts_of(db, standing, now=now)
    facts = replace(facts, words=words) if words else facts
    return cards.case_card(standing, facts, task_id=task_id, about=about)


def _photos(db: Connection, case: Case, reports: Sequence[Report], *, now: datetime) -> int:
    """Those of the case, and those its reporters have sent just before the words."""
    family, reporters = {case.id, *(each.case_id for each in reports)}, {each.person_id for each in reports}
    kept = attachments.attachment_counts(db, family).get(AttachmentKind.PHOTO, 0)
    is_new = now - case.opened_at < JUST_SENT
    return kept + (attachments.photos_without_case(db, reporters, since=now - JUST_SENT) if is_new else 0)


def _options(db: Connection, case: Case) -> list[Option]:
    """The units that serve the estate, the grid's other workers, and the community's desk."""
    served = organization.workers_of_grid(db, case.grid_id) if case.grid_id else []
    others = [each for each in served if each.id != case.handler_id and each.role is Role.GRID_WORKER]
    workers = [(f"person:{each.id}", each.name) for each in others[:MOST_WORKERS]]
    units = [(f"unit:{each.id}", each.name) for each in _units(db, case)]
    return [*units[: MOST_OPTIONS - len(workers) - 1], *workers, (cards.DESK, "社区")]


def _units(db: Connection, case: Case) -> list[Unit]:
    """Those that look after the case's estate first, then the departments."""
    served = assignments.estates_served(db, case.community_id)
    units = assignments.units_of_community(db, case.community_id)
    here = [each for each in units if case.estate_id in served.get(each.id, ())]
    return here + [each for each in units if each not in here and each.kind is UnitKind.DEPARTMENT]


def _note(db: Connection, case: Case, facts: CardFacts, *, now: datetime) -> str:
    if case.status is CaseStatus.MERGED:
        return cards.merged_note(case_rows.standing_for(db, case))
    if case.status is CaseStatus.DISPATCHED:
        sheets = assignments.open_assignments_of(db, case.id)
        return cards.dispatched_note([assignments.unit_by_id(db, each.unit_id).name for each in sheets])
    taken = case_rows.events_of(db, case.id, kinds=[EventKind.CLAIMED, EventKind.ASSIGNED])
    if case.status is not CaseStatus.CLAIMED or not taken:
        return cards.status_note(case, facts.handler)
    note = cards.claimed_note if taken[-1].kind is EventKind.CLAIMED else cards.handed_note
    return note(facts.handler or "社区", taken[-1].happened_at, now=now)
