"""Decision items climb the ladder of cases: reminded, overdue, higher; once each, also after downtime."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from handlers.decisions.supervision import start_supervision, supervise_decision
from handlers.errors import NotAllowed
from handlers.errors.decisions import DecisionNotOpen, NoSuchDecision
from handlers.working_days import SHANGHAI
from storage import consultation, decisions
from storage.engine import Database
from storage.models.consultation import Happening, Subject, WakeKind
from storage.models.decisions import Decision, DecisionStatus
from tests.handlers.cases.scene import DESK, PROPERTY, named, sent_to, settle_in
from tests.handlers.decisions.table import RULES, agreed, fire_due, history, meeting, standing

DAY = timedelta(days=1)
DUE = datetime(2026, 11, 30, 18, tzinfo=SHANGHAI).astimezone(UTC)  # a Monday


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


def steps(db: Connection, decision: Decision) -> list[str]:
    lines = history(db, decision, Happening.SUPERVISED)
    return [str((line.data or {})["step"]) for line in lines if "step" in (line.data or {})]


def test_each_step_reaches_those_it_concerns(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now, due=DUE - now)
    told = []
    for moment in (DUE - 2 * DAY, DUE, DUE + DAY, DUE + 7 * DAY):
        before = (len(sent_to(db, PROPERTY)), len(sent_to(db, DESK)))
        fire_due(db, moment)
        told.append((len(sent_to(db, PROPERTY)) - before[0], len(sent_to(db, DESK)) - before[1]))

    assert steps(db, decision) == ["remind", "overdue", "head", "street"]
    assert told == [(1, 0), (1, 1), (0, 1), (0, 1)]
    reminder = sent_to(db, PROPERTY, having="临期提醒")[0].body["text"]
    assert f"**决议{decision.number} 临期提醒**" in reminder
    assert "期限：11月30日 周一 18:00（还有 2 天）" in reminder
    assert f"@回音 进展 决议{decision.number} " in reminder
    head = sent_to(db, DESK, having="提请社区负责人过问")[0]
    assert head.body["mentions"] == ["chenjing"]
    assert "已超期 1 天" in head.body["text"]
    assert "没有登记街道联系人" in sent_to(db, DESK, having="提请街道过问")[0].body["text"]


def test_steps_missed_in_downtime_are_told_once(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now, due=DUE - now)

    fire_due(db, DUE + 30 * DAY)
    fire_due(db, DUE + 31 * DAY)

    assert steps(db, decision) == ["remind", "overdue", "head", "street"]
    assert len(sent_to(db, PROPERTY)) == 1
    assert len(sent_to(db, DESK)) == 1
    assert consultation.wakes_of(db, Subject.DECISION, decision.id) == []


def test_a_doubted_item_goes_one_step_higher(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now, due=DUE - now)
    decisions.change_decision(db, decision.id, supervision_level=1)

    fire_due(db, DUE - 2 * DAY)

    assert len(sent_to(db, PROPERTY, having="临期提醒")) == 1
    assert len(sent_to(db, DESK, having="临期提醒")) == 1


def test_a_date_that_moved_has_its_own_ladder(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now, due=DUE - now)
    fire_due(db, DUE)
    later = decisions.change_decision(db, decision.id, due_at=DUE + 14 * DAY)
    start_supervision(db, later, rules=RULES, now=DUE)

    fire_due(db, DUE + DAY)
    assert steps(db, decision) == ["remind", "overdue"]
    fire_due(db, DUE + 14 * DAY)

    assert steps(db, decision) == ["remind", "overdue", "remind", "overdue"]


def test_without_a_date_staff_are_asked_for_one_again_and_again(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now, due=None)

    fire_due(db, now + DAY)  # Saturday: no working day has passed
    assert sent_to(db, DESK) == []
    fire_due(db, now + 3 * DAY)
    fire_due(db, now + 4 * DAY)

    [asked] = sent_to(db, DESK, having="还没有定期限")
    assert f"期限 决议{decision.number} 11月30日" in asked.body["text"]
    fire_due(db, now + 10 * DAY)
    assert len(sent_to(db, DESK, having="还没有定期限")) == 2


@pytest.mark.parametrize(
    "status", [DecisionStatus.REPORTED_DONE, DecisionStatus.DONE, DecisionStatus.DROPPED]
)
def test_what_is_not_open_is_not_supervised(db: Connection, now: datetime, status: DecisionStatus) -> None:
    decision = agreed(db, meeting(db, now=now), now=now, due=DUE - now)
    decisions.change_decision(db, decision.id, status=status)

    fire_due(db, DUE + 30 * DAY)

    assert steps(db, decision) == []
    assert sent_to(db, PROPERTY) == []


def test_an_owner_without_a_chat_is_told_through_the_desk(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now, due=DUE - now, owner="业委会")

    fire_due(db, DUE - 2 * DAY)

    [passed_on] = sent_to(db, DESK, having="临期提醒")
    assert "业委会在这里联系不上，请工作人员转告" in passed_on.body["text"]
    assert steps(db, decision) == ["remind"]


def test_staff_supervise_and_others_may_not(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now)

    supervise_decision(db, named(db, "李强"), decision.number, "请本周完成", now=now, rules=RULES)

    [told] = sent_to(db, PROPERTY)
    assert "李强督办" in told.body["text"]
    assert "请本周完成" in told.body["text"]
    with pytest.raises(NotAllowed):
        supervise_decision(db, named(db, "王芳"), decision.number, "", now=now, rules=RULES)
    with pytest.raises(NoSuchDecision):
        supervise_decision(db, named(db, "马建国"), decision.number, "", now=now, rules=RULES)
    decisions.change_decision(db, decision.id, status=DecisionStatus.DONE)
    with pytest.raises(DecisionNotOpen):
        supervise_decision(db, named(db, "李强"), decision.number, "", now=now, rules=RULES)


def test_a_date_given_later_starts_the_ladder(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now, due=None)
    dated = decisions.change_decision(db, decision.id, due_at=DUE)
    start_supervision(db, dated, rules=RULES, now=now)

    [wake] = consultation.wakes_of(db, Subject.DECISION, decision.id)

    assert (wake.kind, wake.step) == (WakeKind.SUPERVISION, "remind")
    assert now < wake.due_at < DUE
    assert standing(db, decision).due_at == DUE
