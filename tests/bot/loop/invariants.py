"""What must be true after whatever happened: looked up in the rows, and compared with the history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, or_, select

from handlers.cases.ladder import LadderStep, due_at
from handlers.conversation import WITH_DRAFT
from storage import cases as case_rows
from storage import timers as timer_rows
from storage.models.assignments import Assignment, AssignmentStatus, assignments
from storage.models.base import many
from storage.models.cases import (
    OPEN_STATUSES,
    Case,
    CaseEvent,
    CaseStatus,
    Urgency,
    case_counters,
    case_events,
    cases,
    reports,
)
from storage.models.cases import EventKind as E
from storage.models.conversations import Conversation, Step, conversations, receipts
from storage.models.outbox import Channel, outbox
from storage.models.people import identities
from storage.models.timers import Timer, timers
from storage.models.timers import TimerKind as T
from tests.bot.loop.history import Told
from tests.bot.loop.world import RULES

TOLD_TO_REPORTERS: Final = frozenset({E.CLAIMED, E.PROGRESSED, E.RESOLVED, E.REOPENED})
OF_WORK: Final = frozenset({T.RESPONSE, T.SUPERVISION, T.ALARM})
UNIQUE: Final = "天了"  # words that end so are said once
SWEPT: Final = (*WITH_DRAFT, Step.WITH_STAFF)  # talks that a tick ends


@dataclass
class Words:
    """Something a resident reported, and how much had been written down before."""

    text: str
    reports: int
    events: int
    outbox: int


@dataclass
class Ledger:
    """What has been seen so far; `pending` are words that stand nowhere for good yet."""

    told: dict[int, Told] = field(default_factory=dict)
    said: set[tuple[int, str]] = field(default_factory=set)
    last_event: int = 0
    last_report: int = 0
    last_posting: int = 0
    pending: list[Words] = field(default_factory=list)

    def expect(self, text: str) -> None:
        """These words must not be lost from now on."""
        if all(each.text != text for each in self.pending):
            self.pending.append(Words(text, self.last_report, self.last_event, self.last_posting))

    def forget(self, texts: Iterable[str]) -> None:
        """The resident took these words back before they were registered."""
        gone = set(texts)
        self.pending = [each for each in self.pending if each.text not in gone]

    def is_kept(self, db: Connection, text: str) -> bool:
        """Whether these words stand somewhere for good by now."""
        return any(each.text == text and _is_kept(db, each) for each in self.pending)

    def look(self, db: Connection, *, now: datetime) -> None:
        """Everything is as it must be."""
        rows = self.witness(db)
        _check_timers(db, rows, self.told)
        _check_numbers(db)
        self._check_words(db)
        self.last_report = db.scalar(select(func.max(reports.c.id))) or 0
        self.last_posting = db.scalar(select(func.max(outbox.c.id))) or 0

    def witness(self, db: Connection) -> dict[int, Case]:
        """One more transaction is committed: the history and the notices of what happened in it are right."""
        rows = {case.id: case for case in many(Case, db.execute(select(*cases.c)))}
        for case in rows.values():
            self.told.setdefault(case.id, Told(case.handler_id))
        fresh = self._hear(db)
        self.last_event = max([self.last_event, *(event.id for event in fresh)])
        for case in rows.values():
            self.told[case.id].check(case)
        _check_notices(db, fresh)
        _check_reports(db, fresh)
        self._check_said_once(fresh)
        return rows

    def _check_said_once(self, fresh: Iterable[CaseEvent]) -> None:
        """No message was handled twice: its words stand once in the history of a case."""
        for event in fresh:
            said = (event.case_id, str((event.data or {}).get("text", "")))
            if said[1].endswith(UNIQUE):
                assert said not in self.said, f"twice: {said}"
                self.said.add(said)

    def _hear(self, db: Connection) -> list[CaseEvent]:
        query = select(*case_events.c).where(case_events.c.id > self.last_event).order_by(case_events.c.id)
        fresh = many(CaseEvent, db.execute(query))
        for event in fresh:
            self.told[event.case_id].hear(event)
        return fresh

    def _check_words(self, db: Connection) -> None:
        """Every word is kept for good, or waits where it cannot be forgotten."""
        waiting = _waiting_texts(db)
        self.pending = [each for each in self.pending if not _is_kept(db, each)]
        lost = [each.text for each in self.pending if not any(each.text in text for text in waiting)]
        assert not lost, f"lost: {lost}"
        for draft in drafts(db):
            for line in draft.split("\n"):
                self.expect(line)

    def check_nothing_is_late(self, db: Connection, *, now: datetime) -> None:
        """After a tick: whatever the time asked for has happened."""
        assert timer_rows.due_timers(db, now=now, limit=10) == []
        for case in many(Case, db.execute(select(*cases.c))):
            self._check_is_punctual(case, now)
        due = select(conversations.c.id).where(
            conversations.c.step.in_(SWEPT), conversations.c.expires_at <= now
        )
        assert db.execute(due).all() == []

    def _check_is_punctual(self, case: Case, now: datetime) -> None:
        told, rules = self.told[case.id], RULES.supervision
        if case.status is CaseStatus.RESOLVED and case.resolved_at is not None:
            silent = now - case.resolved_at
            assert silent < rules.judge_wait, f"{case.label} is not closed"
            assert silent < rules.judge_reminder_after or E.EVALUATION_REMINDED in told.kinds
        if case.status is CaseStatus.WAITING and case.paused_at is not None:
            assert now - case.paused_at < rules.answer_wait, f"{case.label} waits on"
        if case.status not in OPEN_STATUSES or case.paused_at is not None:
            return
        assert missed_steps(case, told, now) == [], case.label
        if case.responded_at is None and case.respond_by <= now:
            assert E.RESPONSE_MISSED in told.kinds, case.label


def missed_steps(case: Case, told: Told, now: datetime) -> list[LadderStep]:
    """The steps of the ladder whose time has come, and that nobody took in this round."""
    due = {
        step: due_at(step, opened_at=case.round_at, resolve_by=case.resolve_by, rules=RULES.supervision)
        for step in LadderStep
    }
    return [step for step in LadderStep if due[step] <= now and step not in told.steps()]


def drafts(db: Connection) -> list[str]:
    """The words of reports that wait in a talk for their last answer."""
    query = select(*conversations.c).where(conversations.c.step.in_(WITH_DRAFT))
    found = [each.draft or {} for each in many(Conversation, db.execute(query))]
    return [str(draft["text"]) for draft in found if draft.get("case_id") is None]


def draft_of(db: Connection, openid: str) -> list[str]:
    """The lines of what this resident's talk keeps unregistered."""
    query = (
        select(*conversations.c)
        .join(identities, identities.c.person_id == conversations.c.person_id)
        .where(identities.c.external_id == openid, conversations.c.step.in_(WITH_DRAFT))
    )
    found = [each.draft or {} for each in many(Conversation, db.execute(query))]
    return [line for draft in found for line in str(draft["text"]).split("\n") if draft["case_id"] is None]


def _waiting_texts(db: Connection) -> list[str]:
    deferred = select(receipts.c.text).where(receipts.c.deferred_until.is_not(None))
    return [*drafts(db), *db.execute(deferred).scalars()]


def _is_kept(db: Connection, words: Words) -> bool:
    """In a report, in the history of a case, or told to the staff who speak with the resident."""
    said = db.execute(select(reports.c.text).where(reports.c.id > words.reports)).scalars().all()
    history = db.execute(select(case_events.c.data).where(case_events.c.id > words.events)).scalars().all()
    relayed = select(outbox.c.body).where(outbox.c.id > words.outbox, outbox.c.key.like("talk:%"))
    posted = db.execute(relayed).scalars().all()
    texts = [*said, *_strings([*history, *posted])]
    return any(words.text in text for text in texts)


def _strings(found: Iterable[Mapping[str, Any] | None]) -> list[str]:
    return [value for data in found for value in (data or {}).values() if isinstance(value, str)]


def _check_notices(db: Connection, fresh: Iterable[CaseEvent]) -> None:
    """Each reporter of the moment reads each event of the kinds told to reporters, once."""
    for event in fresh:
        if event.kind not in TOLD_TO_REPORTERS:
            continue
        prefix = f"case:{event.case_id}:{event.id}:person:"
        keys = db.execute(select(outbox.c.key).where(outbox.c.key.like(f"{prefix}%"))).scalars().all()
        reached = sorted(int(key.removeprefix(prefix).split(":")[0]) for key in keys if ":by:" not in key)
        but = event.person_id if event.kind is E.REOPENED else None
        people = {each.id for each in case_rows.reporters_of(db, event.case_id)} - {but}
        account = identities.c.channel == Channel.OFFICIAL_ACCOUNT
        reachable = select(identities.c.person_id).where(account, identities.c.person_id.in_(people))
        expected = sorted(db.execute(reachable).scalars())
        assert reached == expected, f"{event.kind} of case {event.case_id}: {reached}, not {expected}"


def _check_reports(db: Connection, fresh: Iterable[CaseEvent]) -> None:
    """Whoever joined a case, or brought it back without having reported it, reports it from then on."""
    for event in fresh:
        if event.kind is E.JOINED or (event.data or {}).get("is_recurrence"):
            own = select(reports.c.id).where(
                reports.c.case_id == event.case_id,
                or_(reports.c.person_id == event.person_id, reports.c.entered_by_id == event.person_id),
            )
            assert db.execute(own).first(), f"{event.person_id} does not report case {event.case_id}"


def _check_timers(db: Connection, rows: Mapping[int, Case], told: Mapping[int, Told]) -> None:
    set_now: dict[int, set[T]] = {case_id: set() for case_id in rows}
    for timer in many(Timer, db.execute(select(*timers.c))):
        set_now[timer.case_id].add(timer.kind)
    unwatched = _sheets_to_watch(db, told)
    for case in rows.values():
        kinds, least, most = set_now[case.id], *_expected_timers(case, told[case.id])
        if case.status in OPEN_STATUSES:
            least, most = least | {T.SHEET} if case.id in unwatched else least, most | {T.SHEET}
        assert least <= kinds <= most, f"{case.label}, {case.status}: {sorted(kinds)}, not {least} to {most}"


def _sheets_to_watch(db: Connection, told: Mapping[int, Told]) -> set[int]:
    """The cases with a sheet that is open, and that no unit was reminded of for its due date."""
    query = select(*assignments.c).where(assignments.c.status == AssignmentStatus.OPEN)
    return {
        sheet.case_id
        for sheet in many(Assignment, db.execute(query))
        if f"{sheet.id}:{sheet.due_at.isoformat()}" not in told[sheet.case_id].reminded
    }


def _expected_timers(case: Case, told: Told) -> tuple[set[T], set[T]]:
    """Those that the case must have, and those that it may have."""
    if case.status is CaseStatus.RESOLVED:
        return {T.JUDGEMENT}, {T.JUDGEMENT}
    if case.status not in OPEN_STATUSES:
        return set(), set()
    if case.paused_at is not None:
        return {T.ANSWER}, {T.ANSWER}
    least = set()
    if LadderStep.STREET not in told.steps():
        least.add(T.SUPERVISION)
    if case.responded_at is None and E.RESPONSE_MISSED not in told.kinds:
        least.add(T.RESPONSE)
    if case.urgency is Urgency.EMERGENCY and (case.responded_at is None or case.handler_id is None):
        least.add(T.ALARM)
    return least, set(OF_WORK)


def _check_numbers(db: Connection) -> None:
    """Each year of each community counts its cases from one, without a gap."""
    counters = db.execute(select(*case_counters.c)).all()
    last = {(row.community_id, row.year): row.last for row in counters}
    given: dict[tuple[int, int], list[int]] = {}
    for row in db.execute(select(cases.c.community_id, cases.c.year, cases.c.number)):
        given.setdefault((row.community_id, row.year), []).append(row.number)
    for key, numbers in given.items():
        assert sorted(numbers) == list(range(1, last[key] + 1)), f"numbers of {key}: {sorted(numbers)}"
