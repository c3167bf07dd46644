"""What is due happens once, whoever looks, after downtime, beside a bug, and in any order of events."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, Engine

from bot.firing import AT_ONCE, fire_due
from handlers.cases.assigning import assign_case, decline_case
from handlers.cases.extending import extend_deadline
from handlers.cases.firing import fire_timer
from handlers.cases.handling import claim_case, report_progress, resolve_case
from handlers.cases.ladder import LadderStep, due_at
from handlers.cases.recategorizing import recategorize_case
from handlers.cases.reopening import reopen_case
from handlers.cases.rounds import events_of_round
from handlers.cases.waiting import answer_question, ask_reporter
from handlers.errors import UserError
from handlers.meetings.calling import call_meeting
from handlers.meetings.plans import MeetingPlan
from storage import cases as case_rows
from storage import timers
from storage.engine import Database
from storage.models.cases import OPEN_STATUSES, Case, EventKind, Urgency
from storage.models.timers import Timer, TimerKind
from tests.conftest import KEY
from tests.handlers.cases.scene import (
    RULES,
    events,
    named,
    reported,
    resident,
    settle_in,
    steps,
    timers_by_kind,
)

LATE = timedelta(days=60)
FIRED = (EventKind.SUPERVISED, EventKind.RESPONSE_MISSED, EventKind.ALARMED)


@pytest.fixture
def settled(sqlite_url: str, now: datetime) -> Iterator[Database]:
    """The sample communities, on SQLite."""
    database = Database(sqlite_url, encryption_key=KEY)
    database.write_now(settle_in, now=now)
    yield database
    database.close()


@pytest.fixture
def cases(database: Database, now: datetime) -> list[Case]:
    """Three open cases, the last an emergency."""

    def report(db: Connection) -> list[Case]:
        settle_in(db, now=now)
        lamps = [reported(db, now=now, text=f"{number}号楼楼道灯坏了") for number in (3, 5)]
        fire = reported(db, now=now, kind=("other", "fire"), urgency=Urgency.EMERGENCY, text="着火了")
        return [*lamps, fire]

    return database.write_now(report)


async def test_two_processes_take_everything_missed_in_downtime_once_and_in_order(
    database: Database, database_url: str, cases: list[Case], now: datetime
) -> None:
    other = Database(database_url, encryption_key=KEY)
    await asyncio.gather(*(fire_due(each, RULES, now=now + LATE) for each in (database, other)))
    other.close()

    def taken(db: Connection) -> list[tuple[list[str], Counter[EventKind]]]:
        return [
            (steps(db, case), Counter(event.kind for event in events(db, case, *FIRED))) for case in cases
        ]

    ladder = [step.value for step in LadderStep]
    once = {EventKind.SUPERVISED: 4, EventKind.RESPONSE_MISSED: 1}
    assert database.read_now(taken) == [
        (ladder, Counter(once)),
        (ladder, Counter(once)),
        (ladder, Counter(once | {EventKind.ALARMED: 1})),
    ]


def test_who_saw_a_timer_that_another_took_does_nothing(
    database: Database, cases: list[Case], now: datetime
) -> None:
    seen = database.read_now(timers.due_timers, now=now + LATE, limit=100)

    for _process in range(2):
        for timer in seen:
            database.write_now(fire_timer, timer, now=now + LATE, rules=RULES)

    assert database.read_now(lambda db: steps(db, cases[0])) == ["remind"]
    assert len(database.read_now(lambda db: events(db, cases[2], EventKind.ALARMED))) == 1


async def test_a_bug_in_one_case_stops_no_other_and_is_tried_again_later(
    database: Database,
    cases: list[Case],
    now: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, whole, _ = cases

    def break_history(db: Connection) -> None:
        data = {"step": "remind"}  # without its deadline, as no version writes it
        case_rows.add_event(db, broken, EventKind.SUPERVISED, person_id=None, now=now, data=data)

    database.write_now(break_history)
    await fire_due(database, RULES, now=now + LATE)

    assert database.read_now(lambda db: steps(db, whole)) == [step.value for step in LadderStep]
    kept = database.read_now(lambda db: timers_by_kind(db, broken))[TimerKind.SUPERVISION]
    assert (kept.due_at, kept.step) == (now + LATE + timedelta(hours=1), "remind")
    assert "did not happen" in caplog.text


async def test_more_than_one_look_of_timers_is_fired_in_one_tick(settled: Database, now: datetime) -> None:
    def report(db: Connection) -> None:
        for number in range(AT_ONCE + 20):
            reported(db, now=now, text=f"第{number}盏灯坏了")

    settled.write_now(report)
    later = now + timedelta(hours=25)

    await fire_due(settled, RULES, now=later)

    assert settled.read_now(timers.due_timers, now=later, limit=10) == []


# ------------------------------------------------------------------ any order of events


ACTS = (
    "claim",
    "progress",
    "resolve",
    "reopen",
    "ask",
    "answer",
    "extend",
    "extend more",
    "lift",
    "lighting",
    "assign",
    "decline",
    "meet",
)


class TheClock(RuleBasedStateMachine):
    """One case through anything its people and two processes may do, while time jumps."""

    engine: Engine
    began: datetime

    @initialize(urgency=st.sampled_from([Urgency.NORMAL, Urgency.HIGH, Urgency.EMERGENCY]))
    def open(self, urgency: Urgency) -> None:
        self.stack = ExitStack()
        self.db = self.stack.enter_context(self.engine.connect())
        self.stack.callback(self.db.rollback)
        self.now = self.began
        self.seen: dict[int, list[Timer]] = {0: [], 1: []}
        self.worker, self.staff = named(self.db, "王芳"), named(self.db, "李强")
        self.li = resident(self.db, now=self.now)
        self.case_id = reported(self.db, now=self.now, urgency=urgency).id

    @property
    def case(self) -> Case:
        return case_rows.case_by_id(self.db, self.case_id)

    @rule(hours=st.sampled_from([0.1, 0.5, 2, 9, 24, 24 * 3, 24 * 12, 24 * 40]), is_up=st.booleans())
    def time_passes(self, hours: float, is_up: bool) -> None:
        self.now += timedelta(hours=hours)
        if is_up:
            self.a_tick_ends()

    def may(self, do: Callable[..., object], *what: object, **more: object) -> None:
        """It is done, or refused."""
        with contextlib.suppress(UserError), self.db.begin_nested():
            do(self.db, *what, now=self.now, **more)

    @rule(what=st.sampled_from(ACTS))
    def somebody_acts(self, what: str) -> None:
        case_id, rules = self.case_id, RULES
        meeting = MeetingPlan(self.now + timedelta(days=1), "居委会", case_ids=(case_id,))
        match what:
            case "claim":
                self.may(claim_case, self.worker, case_id)
            case "progress":
                self.may(report_progress, self.worker, case_id, "在办")
            case "resolve":
                self.may(resolve_case, self.worker, case_id, "灯换好了", rules=rules)
            case "reopen":
                self.may(reopen_case, self.li, case_id, "又不亮了", rules=rules)
            case "ask":
                self.may(claim_case, self.worker, case_id)
                self.may(ask_reporter, self.worker, case_id, "哪一层", rules=rules)
            case "answer":
                self.may(answer_question, self.li, case_id, "五层", rules=rules)
            case "extend":
                self.may(extend_deadline, self.worker, case_id, 3, reason="等配件", rules=rules)
            case "extend more":
                self.may(extend_deadline, self.staff, case_id, 9, reason="等配件", rules=rules)
            case "lift" | "lighting":
                self.may(recategorize_case, self.staff, case_id, "property", subcategory=what, rules=rules)
            case "assign":
                self.may(assign_case, self.staff, case_id, self.worker, rules=rules)
            case "decline":
                self.may(decline_case, self.worker, case_id, "不在我的网格", rules=rules)
            case _:
                self.may(call_meeting, self.worker, meeting, secret="s", rules=rules)

    @rule(who=st.integers(0, 1))
    def a_process_looks(self, who: int) -> None:
        self.seen[who] = timers.due_timers(self.db, now=self.now, limit=10)

    @precondition(lambda self: any(self.seen.values()))
    @rule(who=st.integers(0, 1))
    def a_process_fires(self, who: int) -> None:
        """What it saw may be long gone."""
        if self.seen[who]:
            fire_timer(self.db, self.seen[who].pop(0), now=self.now, rules=RULES)

    @rule()
    def a_tick_ends(self) -> None:
        while due := timers.due_timers(self.db, now=self.now, limit=10):
            fire_timer(self.db, due[0], now=self.now, rules=RULES)
        case = self.case
        if case.status not in OPEN_STATUSES or case.paused_at is not None:
            return
        history = events_of_round(self.db, case, *FIRED)
        taken = {(event.data or {}).get("step") for event in history}
        for step in LadderStep:
            due_by = due_at(
                step, opened_at=case.round_at, resolve_by=case.resolve_by, rules=RULES.supervision
            )
            assert (due_by > self.now) or (step.value in taken), step
        kinds = {event.kind for event in history}
        if case.responded_at is None and case.respond_by <= self.now:
            assert EventKind.RESPONSE_MISSED in kinds
        if case.responded_at is None and case.urgency is Urgency.EMERGENCY:
            assert TimerKind.ALARM in timers_by_kind(self.db, case)

    @invariant()
    def nothing_is_said_twice(self) -> None:
        said: Counter[tuple[int, str, str]] = Counter()
        number = 0
        for event in events(self.db, self.case):
            number += event.kind is EventKind.REOPENED
            if event.kind is EventKind.SUPERVISED and event.data:
                said[number, event.data["step"], event.data["deadline"]] += 1
            if event.kind is EventKind.RESPONSE_MISSED:
                said[number, event.kind.value, ""] += 1
        assert max(said.values(), default=1) == 1

    @invariant()
    def a_paused_or_ended_case_is_left_alone(self) -> None:
        case = self.case
        running = set(timers_by_kind(self.db, case))
        if case.paused_at is not None:
            assert running == {TimerKind.ANSWER}
        elif case.status in OPEN_STATUSES:
            assert TimerKind.ANSWER not in running
        else:
            assert running <= {TimerKind.JUDGEMENT}

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()


def test_whatever_happens_each_step_is_taken_once_for_its_deadline(settled: Database, now: datetime) -> None:
    here = type("Here", (TheClock,), {"engine": settled.engine, "began": now})

    run_state_machine_as_test(
        here,
        settings=settings(
            max_examples=100,
            stateful_step_count=40,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
