"""Who decides with several reporters, and what the use-cases do with a word and with silence."""

from datetime import datetime, timedelta
from itertools import combinations_with_replacement, product
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from handlers.cases.commending import commend_workers
from handlers.cases.judging import (
    Judgement,
    JudgementStep,
    Verdict,
    await_judgement,
    evaluate_case,
    expire_case,
    fire_judgement,
    give_reason,
    verdict_on,
)
from handlers.errors import JudgedTooLate, NotYetSettled, NotYourCase
from handlers.rules import Rules
from storage import cases as case_rows
from storage import judgements as rows
from storage import timers
from storage.engine import Database
from storage.models.cases import Case, CaseStatus, EventKind, Source
from storage.models.judgements import commendations
from storage.models.organization import Audience, groups
from storage.models.outbox import outbox
from storage.models.people import Person, Role
from storage.models.timers import Timer, TimerKind
from tests.media_rows import make_case, make_community, make_person

SAID = {  # how each answer is written in the tables below
    "-": None,
    "5": Judgement(5),
    "3": Judgement(3),
    "1": Judgement(1),
    "p": Judgement(2, is_partly=True),
}
BAD = {"1", "p"}
RULES = Rules()
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "others"),
    [
        (first, "".join(others))
        for first, number in product(SAID, range(4))
        for others in combinations_with_replacement("531p", number)
    ],
)
def test_who_decides_over_the_full_product(first: str, others: str) -> None:
    found = verdict_on(SAID[first], [each for each in map(SAID.get, others) if each is not None])

    answers = {first, *others} - {"-"}
    if answers & BAD:
        assert found is Verdict.REOPEN
    elif answers:
        assert found is Verdict.CLOSE
    else:
        assert found is None


@pytest.mark.parametrize(
    ("first", "others", "expected"),
    [
        ("5", "", Verdict.CLOSE),
        ("3", "", Verdict.CLOSE),
        ("1", "", Verdict.REOPEN),
        ("p", "", Verdict.REOPEN),
        ("-", "5", Verdict.CLOSE),  # one of one that answered is most
        ("-", "33", Verdict.CLOSE),
        ("-", "1", Verdict.REOPEN),
        ("5", "555p", Verdict.REOPEN),
        ("1", "555", Verdict.REOPEN),
        ("-", "", None),
    ],
)
def test_the_rule_in_examples(first: str, others: str, expected: Verdict | None) -> None:
    assert verdict_on(SAID[first], [each for each in map(SAID.get, others) if each is not None]) is expected


@pytest.mark.parametrize(
    ("rating", "is_partly", "is_good"),
    [
        (1, False, False),
        (2, False, False),
        (3, False, True),
        (4, False, True),
        (5, False, True),
        (5, True, False),
    ],
)
def test_which_word_is_good(rating: int, *, is_partly: bool, is_good: bool) -> None:
    assert Judgement(rating, is_partly).is_good is is_good


def resolved(db: Connection, *reporters: Person, now: datetime, number: int = 1, **changes: Any) -> Case:
    """A case these people reported one after the other, resolved now."""
    case = make_case(db, number, now=now)
    for minutes, reporter in enumerate(reporters):
        case_rows.add_report(
            db, case, person_id=reporter.id, text="漏水", now=now + timedelta(minutes=minutes)
        )
    values = {"status": CaseStatus.RESOLVED, "resolved_at": now, "resolution": "修好了"} | changes
    case_rows.change_case(db, case.id, **values)
    return case_rows.lock_case(db, case.id)


def judge(db: Connection, who: Person, case: Case, rating: int, *, now: datetime, reason: str = "") -> Case:
    return evaluate_case(db, who, case.id, Judgement(rating, reason=reason), now=now, rules=RULES).case


def kinds(db: Connection, case: Case) -> list[EventKind]:
    return [event.kind for event in case_rows.events_of(db, case.id)]


def step_of(db: Connection, case: Case) -> tuple[str, datetime] | None:
    found = [timer for timer in timers.timers_of(db, case.id) if timer.kind is TimerKind.JUDGEMENT]
    return (found[0].step, found[0].due_at) if found else None


def test_satisfaction_closes_and_stops_what_was_to_happen(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        chen = make_person(db, "陈", now=now)
        case = resolved(db, chen, now=now)
        await_judgement(db, case, rules=RULES)
        assert step_of(db, case) == (JudgementStep.REMIND, now + 2 * DAY)

        closed = judge(db, chen, case, 4, now=now + DAY)

        assert (closed.status, closed.is_judged, closed.closed_at) == (CaseStatus.CLOSED, True, now + DAY)
        assert kinds(db, case) == [EventKind.EVALUATED, EventKind.CLOSED]
        assert step_of(db, case) is None

    database.write_now(story)


def test_a_later_bad_word_of_anybody_reopens_what_was_closed(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        chen, wu = make_person(db, "陈", now=now), make_person(db, "吴", now=now)
        case = resolved(db, chen, wu, now=now, handler_id=chen.id)
        judge(db, chen, case, 5, now=now)

        again = judge(db, wu, case, 2, now=now + 14 * DAY, reason="还在漏")

        assert (again.status, again.reopen_count, again.supervision_level) == (CaseStatus.IN_PROGRESS, 1, 1)
        reopened = case_rows.events_of(db, case.id, kinds=[EventKind.REOPENED])[-1]
        assert "还在漏" in (reopened.data or {})["reason"]

    database.write_now(story)


def test_the_window_ends_after_fourteen_days_of_the_first_closing(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        chen, wu = make_person(db, "陈", now=now), make_person(db, "吴", now=now)
        case = resolved(db, chen, wu, now=now)
        judge(db, chen, case, 5, now=now)
        judge(db, wu, case, 5, now=now + 10 * DAY)

        with pytest.raises(JudgedTooLate):
            judge(db, wu, case, 1, now=now + 14 * DAY + timedelta(seconds=1))

        assert case_rows.lock_case(db, case.id).closed_at == now
        assert kinds(db, case).count(EventKind.CLOSED) == 1

    database.write_now(story)


@pytest.mark.parametrize(
    "status", [each for each in CaseStatus if each not in (CaseStatus.RESOLVED, CaseStatus.CLOSED)]
)
def test_only_what_was_resolved_is_judged(database: Database, now: datetime, status: CaseStatus) -> None:
    def story(db: Connection) -> None:
        chen = make_person(db, "陈", now=now)
        case = resolved(db, chen, now=now, status=status)

        with pytest.raises(NotYetSettled):
            judge(db, chen, case, 5, now=now)

        assert rows.evaluations_of_round(db, case.id, 0) == []

    database.write_now(story)


def test_only_those_who_report_it_judge_and_who_left_does_not(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        chen, wu, he = (make_person(db, name, now=now) for name in "陈吴何")
        case = resolved(db, chen, wu, now=now)
        case_rows.leave_case(db, case.id, chen.id, now=now)

        for stranger in (chen, he):
            with pytest.raises(NotYourCase):
                judge(db, stranger, case, 5, now=now)

        assert judge(db, wu, case, 5, now=now).status is CaseStatus.CLOSED

    database.write_now(story)


def test_who_reported_for_somebody_judges_in_their_place(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        granny, lead = make_person(db, "奶奶", now=now), make_person(db, "楼长", now=now)
        case = resolved(db, now=now)
        case_rows.add_report(
            db,
            case,
            person_id=granny.id,
            text="灯坏了",
            now=now,
            source=Source.ON_BEHALF,
            entered_by_id=lead.id,
        )
        since = now - 14 * DAY
        assert rows.cases_to_judge(db, lead.id, closed_since=since) == [case]

        judge(db, lead, case, 5, now=now)

        assert [each.person_id for each in rows.evaluations_of_round(db, case.id, 0)] == [granny.id]

    database.write_now(story)


def test_a_reason_given_later_stands_with_the_judgement_and_in_the_history(
    database: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        chen = make_person(db, "陈", now=now)
        case = resolved(db, chen, now=now)
        judge(db, chen, case, 1, now=now)

        give_reason(db, chen, case.id, "没人上门", now=now)

        assert [each.reason for each in rows.evaluations_of_round(db, case.id, 0)] == ["没人上门"]
        supplement = case_rows.events_of(db, case.id, kinds=[EventKind.SUPPLEMENTED])[-1]
        assert supplement.data == {"text": "没人上门"}

    database.write_now(story)


def test_silence_reminds_and_then_closes_unjudged(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        case = resolved(db, make_person(db, "陈", now=now), now=now)
        await_judgement(db, case, rules=RULES)

        fire(db, case, now=now + 2 * DAY)
        assert step_of(db, case) == (JudgementStep.EXPIRE, now + 7 * DAY)

        fire(db, case, now=now + 7 * DAY)
        closed = case_rows.lock_case(db, case.id)
        assert (closed.status, closed.is_judged) == (CaseStatus.CLOSED, False)
        assert kinds(db, case) == [EventKind.EVALUATION_REMINDED, EventKind.CLOSED]
        assert case_rows.events_of(db, case.id)[-1].data == {"judged": False}
        assert step_of(db, case) is None

    database.write_now(story)


def test_a_timer_that_comes_after_the_judgement_does_nothing(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        chen = make_person(db, "陈", now=now)
        case = resolved(db, chen, now=now)
        await_judgement(db, case, rules=RULES)
        [timer] = timers.timers_of(db, case.id)
        closed = judge(db, chen, case, 5, now=now)

        fire_judgement(db, closed, timer, now=now + 7 * DAY, rules=RULES)

        assert kinds(db, case) == [EventKind.EVALUATED, EventKind.CLOSED]

    database.write_now(story)


def test_what_expired_may_still_be_judged_and_then_counts_as_judged(
    database: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        chen = make_person(db, "陈", now=now)
        case = resolved(db, chen, now=now)
        expire_case(db, case, now=now, rules=RULES)

        closed = judge(db, chen, case, 3, now=now + DAY)

        assert (closed.is_judged, closed.closed_at) == (True, now)

    database.write_now(story)


def fire(db: Connection, case: Case, *, now: datetime) -> None:
    """What is due of the case is taken and done, as the schedule does it."""
    due: list[Timer] = [timer for timer in timers.timers_of(db, case.id) if timer.due_at <= now]
    for timer in due:
        assert timers.take_timer(db, timer)
        fire_judgement(db, case_rows.lock_case(db, case.id), timer, now=now, rules=RULES)


# ------------------------------------------------------------------ thanks


@pytest.mark.parametrize(
    ("text", "thanked"),
    [
        ("谢谢王芳", ["王芳"]),
        ("感谢王芳和赵磊，辛苦了", ["王芳", "赵磊"]),
        ("感谢王芳芳", ["王芳芳"]),  # the longer name, not the one inside it
        ("王芳芳和王芳都来了，谢谢", ["王芳芳", "王芳"]),
        ("谢谢你们", []),
        ("谢谢王芳，收了钱不办事", []),
        ("谢谢陈老师", []),  # a resident, and no name of a worker
    ],
)
def test_whom_thanks_name(database: Database, now: datetime, text: str, thanked: list[str]) -> None:
    def story(db: Connection) -> None:
        chen = make_person(db, "陈老师", now=now)
        for name in ("王芳", "赵磊", "王芳芳"):
            make_person(db, name, now=now, role=Role.GRID_WORKER)
        community_id = make_community(db)
        db.execute(insert(groups).values(_desk(community_id)))

        found = commend_workers(db, chen, text, community_id=community_id, now=now)

        assert [worker.name for worker in found] == thanked
        assert len(db.execute(select(commendations.c.id)).all()) == len(thanked)
        assert len(db.execute(select(outbox.c.id)).all()) == len(thanked)

    database.write_now(story)


def test_the_case_that_is_thanked_for_is_the_workers(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        chen = make_person(db, "陈", now=now)
        wang = make_person(db, "王芳", now=now, role=Role.GRID_WORKER)
        other = make_person(db, "赵磊", now=now, role=Role.GRID_WORKER)
        hers = resolved(db, chen, now=now, handler_id=wang.id)
        resolved(db, chen, now=now, number=2, handler_id=other.id)

        commend_workers(db, chen, "谢谢王芳", community_id=make_community(db), now=now)

        [kept] = rows.commendations_of(db, wang.id, limit=5)
        assert kept.case_id == hers.id
        assert kinds(db, hers) == [EventKind.THANKED]

    database.write_now(story)


def _desk(community_id: int) -> dict[str, object]:
    return {
        "community_id": community_id,
        "name": "社区工作群",
        "audience": Audience.WORKERS,
        "webhook": "desk",
    }
