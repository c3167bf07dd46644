"""Who hears of sheets: the unit in its group, the handler in the workers' group, the reporters who has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.notices.reaching import (
    URGENT,
    estate_of,
    group_posting,
    tell_groups,
    tell_reporters,
    tell_workers,
    worker_postings,
)
from handlers.notices.words import words_for_workers
from handlers.privacy import concerns_a_worker
from handlers.replies import assignments as wording
from handlers.replies import say
from handlers.replies.formats import moment_text
from handlers.rules import Rules
from nlp.speakers import mask_speaker
from storage import assignments, attachments, organization, outbox
from storage import cases as case_rows
from storage.models.assignments import Assignment
from storage.models.attachments import AttachmentKind
from storage.models.cases import Case
from storage.models.organization import Group, Unit
from storage.models.outbox import Priority


@dataclass(frozen=True, slots=True)
class SheetGiven:
    """A sheet as it was given; `token` is empty without a link, `group` without one that can be reached."""

    assignment: Assignment
    unit: Unit
    token: str
    group: Group | None


def link_of(public_url: str, token: str) -> str:
    """The address of a sheet's page; empty without a token."""
    return f"{public_url.rstrip('/')}/sheet/{token}" if token else ""


def tell_dispatched(
    db: Connection,
    case: Case,
    sheet: SheetGiven,
    event_id: int,
    *,
    rules: Rules,
    is_new: bool,
    now: datetime,
) -> None:
    """The unit's group has the sheet; reporters hear who has the case, once for each sheet."""
    _tell_sheet(db, case, sheet, event_id, lead="", rules=rules, now=now)
    if is_new:
        text = wording.reporters_dispatched(case, sheet.unit.name, sheet.assignment)
        tell_reporters(db, case, event_id, text, now=now)


def tell_whistled(
    db: Connection,
    case: Case,
    sheets: Sequence[SheetGiven],
    event_id: int,
    *,
    lead: Unit,
    rules: Rules,
    now: datetime,
) -> None:
    """Every unit's group has its sheet, which names the lead; reporters hear who comes."""
    for sheet in sheets:
        _tell_sheet(db, case, sheet, event_id, lead=lead.name, rules=rules, now=now)
    units = [sheet.unit.name for sheet in sheets]
    due = moment_text(sheets[0].assignment.due_at)
    tell_reporters(
        db, case, event_id, wording.reporters_whistled(case, units, lead=lead.name, due=due), now=now
    )


def tell_answered(
    db: Connection,
    case: Case,
    sheet: Assignment,
    event_id: int,
    *,
    is_return: bool,
    by: str,
    now: datetime,
) -> None:
    """The case's handler reads what the unit did, or why it gave the sheet back, and who is still at it."""
    unit = assignments.unit_by_id(db, sheet.unit_id).name
    words = words_for_workers(db, case, sheet.answer)
    said = wording.returned if is_return else wording.fed_back
    text = said(case, unit, words, by=by, waiting=units_waited_for(db, case))
    userid = organization.wecom_userid_of(db, case.handler_id) if case.handler_id else None
    tell_workers(db, case, event_id, text, mentions=[userid] if userid else [], is_urgent=is_return, now=now)


def tell_checked_in(db: Connection, case: Case, unit: Unit, event_id: int, *, now: datetime) -> None:
    """The workers' group reads that a unit has come, and who has not."""
    missing = [
        assignments.unit_by_id(db, each.unit_id).name
        for each in assignments.open_assignments_of(db, case.id)
        if each.checked_in_at is None
    ]
    tell_workers(db, case, event_id, wording.checked_in(case, unit.name, missing), now=now)


def tell_cancelled(db: Connection, case: Case, sheet: Assignment, *, now: datetime) -> None:
    """The unit's group reads that nothing is to be done any more."""
    group = assignments.group_of_unit(db, sheet.unit_id)
    if group is None:
        return
    body = {"text": wording.cancelled(case), "format": "markdown", "mentions": []}
    key = f"assignment:{sheet.id}:cancelled"
    posting = group_posting(db, group, body, key=key, priority=Priority.NOTICE, case_id=case.id)
    outbox.post(db, [posting] if posting else [], now=now)


def tell_link_cancelled(
    db: Connection, case: Case, sheets: Sequence[Assignment], event_id: int, *, now: datetime
) -> None:
    """The units that have a group read there that the link leads nowhere."""
    found = [assignments.group_of_unit(db, sheet.unit_id) for sheet in sheets]
    groups = [group for group in found if group is not None]
    tell_groups(db, case, event_id, wording.link_cancelled(case), groups=groups, now=now)


def tell_agreed(db: Connection, case: Case, agreement: str, event_id: int, *, now: datetime) -> None:
    """Those who reported the quarrel read on what the neighbours agreed, and nothing of the others."""
    text = say(case.community_id, "case_agreed", label=case.label, agreement=agreement)
    tell_reporters(db, case, event_id, text, now=now)


def units_waited_for(db: Connection, case: Case) -> list[str]:
    """The names of the units that still owe an answer, the lead first."""
    return [
        assignments.unit_by_id(db, each.unit_id).name for each in assignments.open_assignments_of(db, case.id)
    ]


def words_for_units(db: Connection, case: Case) -> str:
    """What a unit may read of a resident's words: as a worker does; of a complaint nothing."""
    if case.is_confidential or concerns_a_worker(db, case.community_id, case.summary):
        return say(case.community_id, "confidential_to_units")
    return mask_speaker(words_for_workers(db, case, case.summary))


def photos_of(db: Connection, case: Case) -> int:
    """How many photos stand with the case and those merged into it; of a complaint a unit sees none."""
    if case.is_confidential:
        return 0
    ids = {case.id, *(each.case_id for each in case_rows.reports_of(db, case.id))}
    return attachments.attachment_counts(db, ids).get(AttachmentKind.PHOTO, 0)


def _tell_sheet(
    db: Connection,
    case: Case,
    sheet: SheetGiven,
    event_id: int,
    *,
    lead: str,
    rules: Rules,
    now: datetime,
) -> None:
    """In the unit's group; of a unit without one its members read it one by one, where an app is there."""
    text = wording.sheet_card(
        case,
        estate_of(db, case),
        sheet.assignment,
        words=words_for_units(db, case),
        photos=photos_of(db, case),
        lead=lead,
        link=link_of(rules.public_url, sheet.token),
    )
    priority = URGENT.get(case.urgency, Priority.NOTICE)
    if sheet.group is not None:
        tell_groups(db, case, event_id, text, groups=[sheet.group], priority=priority, now=now)
        return
    body = {"text": text, "format": "markdown"}
    for member in assignments.members_of_unit(db, sheet.unit.id):
        key = f"case:{case.id}:{event_id}:person:{member.id}"
        outbox.post(
            db,
            worker_postings(db, member, body, key=key, rules=rules, priority=priority, case_id=case.id),
            now=now,
        )
