"""At the table: what is raised there becomes cases, topics and decisions, and is taken on the spot."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from handlers.cases.alike import Read
from handlers.cases.dispatching import Order, dispatch_case
from handlers.cases.joining import report_problem
from handlers.cases.reports import Report
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.consultation.telling import RESIDENTS
from handlers.decisions.ownership import is_owner, owner_name
from handlers.decisions.rights import ensure_stands, held_decision
from handlers.decisions.supervision import add_line, start_supervision
from handlers.decisions.telling import Movement, plain, tell_circle
from handlers.errors import NoSuchCase, NotAllowed, UserError
from handlers.errors.decisions import NoSuchDecision
from handlers.errors.minutes import (
    AlreadyWithYou,
    BatchEmpty,
    ClaimedCaseNotAtTable,
    DueOver,
    OwnedByOther,
)
from handlers.meetings.agreed import Writing, agreed_of, tell_owners
from handlers.meetings.history import note
from handlers.meetings.items import line_of
from handlers.meetings.minutes import Writ, ensure_begun, make_all
from handlers.meetings.raised import Raised
from handlers.meetings.states import MeetingAction, next_status
from handlers.replies import table as texts
from handlers.replies.formats import moment_text
from handlers.rules import Rules
from handlers.topics.making import topic_titled
from handlers.working_days import after_working_days
from storage import assignments, consultation, decision_lists, decisions, invitations, meetings, people
from storage import cases as case_rows
from storage.models.consultation import Happening, Subject
from storage.models.decisions import Decision, DecisionStatus
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Person, Role
from storage.models.topics import TopicSource
from storage.writers import savepoint

MOST: Final = 50  # lines of one batch
AT_TABLE: Final = (
    MeetingStatus.INVITED,
    MeetingStatus.HELD,
    MeetingStatus.MINUTED,
    MeetingStatus.FOLLOWED_UP,
)
ReadReport = Callable[[str], Report]


def enter_batch(
    db: Connection,
    who: Person,
    meeting: Meeting,
    lines: Sequence[Mapping[str, Any]],
    *,
    report_of: ReadReport,
    read: Read,
    said_in: str,
    now: datetime,
    rules: Rules,
) -> tuple[Raised, ...]:
    """Each line is a case, a topic or a decision; what is refused is undone for that line alone.

    The caller holds the meeting. `report_of` makes a report of words. Owners of decisions read of
    them at once. Raises `BatchEmpty`, `MinutesTooEarly`, `MeetingMoveNotAllowed`.
    """
    if not lines:
        raise BatchEmpty(meeting.number)
    next_status(meeting, MeetingAction.MINUTE)
    ensure_begun(meeting, now=now)
    entry = _Entry(db, who, meeting, report_of, read, now, rules)
    raised = tuple(entry.line(each) for each in lines[:MOST])
    raised += tuple(Raised(str(each.get("words")), refusal=texts.TOO_MANY) for each in lines[MOST:])
    data = {
        "cases": [each.case.case.id for each in raised if each.case],
        "topics": [each.topic.id for each in raised if each.topic],
        "decisions": [each.made.decision.id for each in raised if each.made],
    }
    event_id = note(db, meeting, Happening.RAISED, who, now=now, data=data)
    made = [each.made.decision for each in raised if each.made]
    tell_owners(db, Writing(meeting, who, event_id, said_in, now, rules), agreed_of(db, made))
    return raised


def claim_decision(
    db: Connection,
    who: Person,
    number: int,
    *,
    due_at: datetime | None,
    working_days: int | None = None,
    said_in: str,
    now: datetime,
    rules: Rules,
) -> Decision:
    """A unit, by its member, or who works here takes the item on, with a date where one is said.

    Free ones and their own only; a unit free ones that it may read of. Raises `NoSuchDecision`,
    `OwnedByOther`, `DecisionNotOpen`, `DueOver`, and `NotAllowed` for a later date than was agreed.
    """
    decision = held_decision(db, who.community_id, number)
    is_free = decision.unit_id is None and decision.owner_id is None and not decision.owner
    if not is_free and not is_owner(decision, who):
        raise OwnedByOther(number, owner_name(db, decision))
    if is_free and who.role is Role.UNIT_MEMBER and not _may_take(db, who, decision):
        raise NoSuchDecision(number)
    ensure_stands(decision, (DecisionStatus.OPEN,), "认领")
    due_at = after_working_days(now, working_days) if working_days else due_at
    if due_at is not None and due_at <= now:
        raise DueOver(moment_text(due_at))
    if due_at and decision.due_at and due_at > decision.due_at and who.role not in COMMUNITY_ROLES:
        raise NotAllowed("改期限")
    values: dict[str, object] = {"claimed_at": now}
    if is_free:
        values |= {"unit_id": who.unit_id} if who.unit_id is not None else {"owner_id": who.id}
    values |= {"due_at": due_at} if due_at is not None else {}
    decision = decisions.change_decision(db, decision.id, **values)
    event_id = add_line(db, decision, Happening.CLAIMED, who, data={"due": _iso(decision.due_at)}, now=now)
    start_supervision(db, decision, rules=rules, now=now)
    movement = Movement(decision, event_id, now, rules, by=who, said_in=said_in)
    text = texts.claimed(decision, owner=owner_name(db, decision))
    tell_circle(db, movement, to_residents=plain(text), to_workers=text)
    return decision


def _may_take(db: Connection, member: Person, decision: Decision) -> bool:
    """Whether a unit sat at the table where it was agreed, or everybody may read of it."""
    sat = decision.meeting_id is not None and invitations.invitations_to(
        db, decision.meeting_id, person_id=member.id, unit_id=member.unit_id
    )
    return bool(sat) or decision_lists.is_public(db, decision.id)


def claim_case(
    db: Connection,
    member: Person,
    number: int,
    *,
    year: int | None,
    due_at: datetime | None,
    secret: str,
    now: datetime,
    rules: Rules,
) -> str:
    """A unit that sat at the table takes a case of it: it has a sheet from who called the meeting.

    Gives the case's label. Raises `NoSuchCase`, `ClaimedCaseNotAtTable`, `AlreadyWithYou`, and what
    `dispatch_case` raises.
    """
    found = case_rows.case_numbered(db, community_id=member.community_id or 0, number=number, year=year)
    if found is None or member.unit_id is None:
        raise NoSuchCase(str(number))
    case = case_rows.standing_for(db, found)
    if assignments.open_assignment_of_unit(db, case.id, member.unit_id) is not None:
        raise AlreadyWithYou(case.label, case.number)
    meeting = _meeting_on(db, case.id, member)
    if meeting is None:
        raise ClaimedCaseNotAtTable(case.number)
    unit = assignments.unit_by_id(db, member.unit_id)
    caller = people.person_by_id(db, meeting.called_by_id)
    order = Order((unit.name,), texts.sheet_task(meeting), secret, due_at)
    done = dispatch_case(db, caller, case.id, order, now=now, rules=rules)
    return done.case.label


@dataclass(frozen=True, slots=True)
class _Entry:
    """The entering of a batch, line by line."""

    db: Connection
    who: Person
    meeting: Meeting
    report_of: ReadReport
    read: Read
    now: datetime
    rules: Rules

    def line(self, line: Mapping[str, Any]) -> Raised:
        """What became of it."""
        words = str(line.get("words") or "")
        makers = {"case": self._case, "topic": self._topic, "decision": self._decision}
        make = makers.get(str(line.get("kind")))
        if make is None:
            return Raised(words, refusal=texts.WHICH_KIND)
        try:
            with savepoint(self.db):
                return make(line, words)
        except UserError as refusal:
            return Raised(words, refusal=str(refusal))

    def _case(self, line: Mapping[str, Any], words: str) -> Raised:
        name = str(line.get("reporter") or "")
        reporter = self._reporter(name)
        said = words if reporter.id != self.who.id or not name or name in words else f"{words}（{name}提出）"
        report = self.report_of(said)
        registered = report_problem(self.db, reporter, report, now=self.now, rules=self.rules, read=self.read)
        return Raised(words, case=registered)

    def _topic(self, _line: Mapping[str, Any], words: str) -> Raised:
        estates = invitations.estates_of_meeting(self.db, self.meeting.id)
        topic = topic_titled(
            self.db,
            self.who,
            words,
            source=TopicSource.TABLE,
            estate_id=estates[0] if len(estates) == 1 else None,
            now=self.now,
        )
        return Raised(words, topic=topic)

    def _decision(self, line: Mapping[str, Any], words: str) -> Raised:
        writ = Writ(lines=(line_of(line),))
        (made,) = make_all(self.db, self.who, self.meeting, writ, now=self.now, rules=self.rules)
        return Raised(words, made=made)

    def _reporter(self, name: str) -> Person:
        """Who is named, if one resident invited or known here is called so; else who enters it."""
        if not name:
            return self.who
        there = [each for each in invitations.invited_people(self.db, self.meeting.id) if each.name == name]
        found = there or people.people_named(self.db, self.meeting.community_id, name, RESIDENTS)
        return found[0] if len(found) == 1 else self.who


def _meeting_on(db: Connection, case_id: int, member: Person) -> Meeting | None:
    """The newest meeting about the case, or where it was raised, to which the member's unit is invited."""
    found = meetings.meetings_about_case(db, case_id, AT_TABLE)
    held, _ = meetings.meetings_in(db, member.community_id or 0, AT_TABLE, limit=20, is_newest=True)
    raised = [each for each in held if case_id in _raised_cases(db, each)]
    for each in [*found, *raised]:
        if invitations.invitations_to(db, each.id, person_id=member.id, unit_id=member.unit_id):
            return each
    return None


def _raised_cases(db: Connection, meeting: Meeting) -> set[int]:
    lines = consultation.happenings_of(db, Subject.MEETING, meeting.id, kinds=(Happening.RAISED,))
    return {each for line in lines for each in (line.data or {}).get("cases", ())}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
