"""What units answer: they report in, feed back or give back, in their group or through the link."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.dispatching import hash_of
from handlers.cases.rights import own_assignment
from handlers.cases.states import CaseAction, next_status
from handlers.errors import ReasonMissing
from handlers.errors.units import AlreadyCheckedIn, AnswerIsTheUnits, FeedbackMissing, LinkEnded, LinkUnknown
from handlers.notices.assignments import tell_answered, tell_checked_in
from handlers.replies import say
from handlers.replies.formats import moment_text
from storage import assignments, attachments, organization
from storage import cases as case_rows
from storage.attachments import CheckedFile
from storage.models.assignments import Assignment, AssignmentKind, AssignmentStatus
from storage.models.attachments import AttachmentKind, AttachmentStatus
from storage.models.cases import Case, CaseStatus, EventKind
from storage.models.organization import Unit
from storage.models.people import Person, Role

S = AssignmentStatus
BY_LINK = "link"  # the channel of what was sent through a sheet's page


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """What somebody answered on a sheet's page; `photo` has been checked already."""

    name: str
    text: str
    is_return: bool
    photo: CheckedFile | None = None


def check_in(db: Connection, member: Person, case_id: int, *, now: datetime) -> Case:
    """The member's unit has come (报到), and the workers' group reads who has not.

    Raises `AnswerIsTheUnits`, `NotAssignedToYou`, `AlreadyCheckedIn`.
    """
    case = case_rows.lock_case(db, case_id)
    sheet = _own_sheet(db, member, case, what="报到")
    next_status(case, CaseAction.CHECK_IN)
    unit = assignments.unit_by_id(db, sheet.unit_id)
    if sheet.checked_in_at is not None:
        raise AlreadyCheckedIn(case.label, unit.name, case.number)
    return _come(db, case, sheet, unit, member=member, now=now)


def give_feedback(db: Connection, member: Person, case_id: int, text: str, *, now: datetime) -> Case:
    """The member's unit has done its part; with no other sheet open the case is its handler's to settle.

    Raises `AnswerIsTheUnits`, `NotAssignedToYou`, `FeedbackMissing`.
    """
    case = case_rows.lock_case(db, case_id)
    sheet = _own_sheet(db, member, case, what="反馈")
    if not text:
        raise FeedbackMissing(case.number)
    return _answer(db, case, sheet, LinkAnswer(member.name, text, is_return=False), member=member, now=now)


def return_sheet(db: Connection, member: Person, case_id: int, reason: str, *, now: datetime) -> Case:
    """The work is not the unit's: the handler reads why, and hands it to somebody else.

    Raises `AnswerIsTheUnits`, `NotAssignedToYou`, `ReasonMissing`.
    """
    case = case_rows.lock_case(db, case_id)
    sheet = _own_sheet(db, member, case, what="退回")
    if not reason:
        raise ReasonMissing(f"退回 {case.number} 不在我们的管养范围")
    return _answer(db, case, sheet, LinkAnswer(member.name, reason, is_return=True), member=member, now=now)


# ------------------------------------------------------------------ through the link


def sheet_behind(db: Connection, token: str, *, now: datetime) -> tuple[Case, Assignment]:
    """The case and the sheet that this link may still answer; `LinkUnknown`, or `LinkEnded` with why."""
    sheet = assignments.assignment_behind(db, hash_of(token))
    if sheet is None:
        raise LinkUnknown
    case = case_rows.case_by_id(db, sheet.case_id)
    reason = _why_ended(sheet, now=now)
    if reason is None:
        return case, sheet
    community = organization.community_by_id(db, case.community_id)
    raise LinkEnded(say(case.community_id, reason, label=case.label, phone=community.phone, **_facts(sheet)))


def answer_by_link(db: Connection, token: str, answer: LinkAnswer, *, now: datetime) -> Case:
    """The unit's sheet is answered by whoever was given the link, once; what comes later is `LinkEnded`."""
    case, sheet = _locked(db, token, now=now)
    if answer.photo is not None:
        _keep_photo(db, case, sheet, answer, now=now)
    return _answer(db, case, sheet, answer, member=None, now=now)


def check_in_by_link(db: Connection, token: str, *, now: datetime) -> Case:
    """The unit has come; the link still works for its answer. A second time changes nothing."""
    case, sheet = _locked(db, token, now=now)
    if sheet.kind is not AssignmentKind.WHISTLE or sheet.checked_in_at is not None:
        return case
    return _come(db, case, sheet, assignments.unit_by_id(db, sheet.unit_id), member=None, now=now)


def _locked(db: Connection, token: str, *, now: datetime) -> tuple[Case, Assignment]:
    """The sheet as it stands once nobody else can answer it."""
    case, _ = sheet_behind(db, token, now=now)
    case_rows.lock_case(db, case.id)
    return sheet_behind(db, token, now=now)


def _why_ended(sheet: Assignment, *, now: datetime) -> str | None:
    """The key of the sentence that says why the link leads nowhere; `None` while it works."""
    if sheet.status in (S.FED_BACK, S.RETURNED):
        return "link_used"
    if sheet.status is S.CANCELLED:
        return "link_not_needed"
    if sheet.link_ended_at is not None:
        return "link_revoked"
    return "link_expired" if sheet.link_until is None or sheet.link_until <= now else None


def _facts(sheet: Assignment) -> dict[str, str]:
    return {"when": moment_text(sheet.answered_at) if sheet.answered_at else ""}


def _keep_photo(db: Connection, case: Case, sheet: Assignment, answer: LinkAnswer, *, now: datetime) -> None:
    """The photo shows the work; who vouches for it is the one who gave the link away."""
    assert answer.photo is not None
    values = {
        "community_id": case.community_id,
        "case_id": case.id,
        "person_id": sheet.assigned_by_id,
        "kind": AttachmentKind.PHOTO,
        "channel": BY_LINK,
        "account": "",
        "media_id": "",
        "data": {"assignment": sheet.id, "by": answer.name},
        "received_at": now,
        "status": AttachmentStatus.WAITING,
        "attempts": 0,
        "next_at": now,
        "error": "",
        "is_proof": not answer.is_return,
    }
    attachments.keep_file(db, attachments.add_attachment(db, values), answer.photo, now=now)


# ------------------------------------------------------------------ both ways


def _own_sheet(db: Connection, member: Person, case: Case, *, what: str) -> Assignment:
    if member.role is not Role.UNIT_MEMBER:
        raise AnswerIsTheUnits(what, case.number)
    return own_assignment(db, member, case)


def _come(
    db: Connection, case: Case, sheet: Assignment, unit: Unit, *, member: Person | None, now: datetime
) -> Case:
    person_id = member.id if member else None
    assignments.change_assignment(db, sheet.id, checked_in_at=now, checked_in_by_id=person_id)
    data = {"assignment": sheet.id, "unit": unit.name}
    event_id = case_rows.add_event(db, case, EventKind.CHECKED_IN, person_id=person_id, now=now, data=data)
    tell_checked_in(db, case, unit, event_id, now=now)
    return case


def _answer(
    db: Connection,
    case: Case,
    sheet: Assignment,
    answer: LinkAnswer,
    *,
    member: Person | None,
    now: datetime,
) -> Case:
    """The sheet is answered, and its link used up; the case comes back when nobody else owes an answer."""
    person_id = member.id if member else None
    others = [each for each in assignments.open_assignments_of(db, case.id) if each.id != sheet.id]
    status = next_status(case, CaseAction.ANSWER_SHEET if others else CaseAction.ANSWER_LAST_SHEET)
    assignments.change_assignment(
        db,
        sheet.id,
        status=S.RETURNED if answer.is_return else S.FED_BACK,
        answer=answer.text,
        answered_at=now,
        answered_by_id=person_id,
        answered_by_name=answer.name,
        link_ended_at=now,
    )
    case_rows.change_case(db, case.id, status=status, **_back_from_waiting(case, has_others=bool(others)))
    data = {
        "assignment": sheet.id,
        "unit": assignments.unit_by_id(db, sheet.unit_id).name,
        "text": answer.text,
        "by": answer.name,
    }
    kind = EventKind.RETURNED if answer.is_return else EventKind.FED_BACK
    event_id = case_rows.add_event(db, case, kind, person_id=person_id, now=now, data=data)
    told = assignments.last_assignment_of_unit(db, case.id, sheet.unit_id) or sheet
    tell_answered(db, case, told, event_id, is_return=answer.is_return, by=answer.name, now=now)
    return case_rows.lock_case(db, case.id)


def _back_from_waiting(case: Case, *, has_others: bool) -> dict[str, object]:
    """A case that waits for its reporter does not go back to units that have all answered."""
    is_back = case.status is CaseStatus.WAITING and case.status_before is CaseStatus.DISPATCHED
    return {"status_before": CaseStatus.IN_PROGRESS} if is_back and not has_others else {}
