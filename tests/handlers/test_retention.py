"""What was kept long enough is forgotten: words and photos go, figures stay."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from handlers.cases.handling import resolve_case
from handlers.cases.judging import Judgement, evaluate_case
from handlers.retention import forget_old_cases
from storage import cases as case_rows
from storage.engine import Database
from storage.models.cases import FORGOTTEN, CaseStatus, case_events, reports
from storage.models.judgements import evaluations
from storage.models.outbox import outbox
from tests.handlers.cases.scene import RULES, named, reported, resident, settle_in

WORDS = "3号楼2单元楼道灯不亮了，我叫李秀英"


def closed_case(db: Connection, *, now: datetime) -> int:
    settle_in(db, now=now)
    case = reported(db, now=now, text=WORDS)
    resolve_case(db, named(db, "王芳"), case.id, "李秀英家门口的灯换好了", now=now, rules=RULES)
    judgement = Judgement(5, False, "王芳来得快")
    evaluate_case(db, resident(db, now=now), case.id, judgement, now=now, rules=RULES)
    return case.id


def all_words(db: Connection) -> str:
    columns = (reports.c.text, evaluations.c.reason, outbox.c.body, case_events.c.data)
    return "".join(str(value) for column in columns for value in db.execute(select(column)).scalars())


def test_three_years_after_its_end_nobodys_words_are_left(database: Database, now: datetime) -> None:
    case_id = database.write_now(closed_case, now=now)

    database.write_now(forget_old_cases, now=now + timedelta(days=3 * 365 + 1), rules=RULES)

    case = database.read_now(case_rows.case_by_id, case_id)
    assert (case.summary, case.resolution, case.room) == (FORGOTTEN, "", None)
    assert "李秀英" not in database.read_now(all_words)
    assert "来得快" not in database.read_now(all_words)
    assert (case.status, case.category, case.building) == (CaseStatus.CLOSED, "property", "3")
    assert database.read_now(lambda db: db.scalar(select(func.count()).select_from(evaluations))) == 1


def test_before_that_nothing_is_touched(database: Database, now: datetime) -> None:
    case_id = database.write_now(closed_case, now=now)

    database.write_now(forget_old_cases, now=now + timedelta(days=3 * 365 - 1), rules=RULES)

    assert database.read_now(case_rows.case_by_id, case_id).summary == WORDS


def test_an_open_case_is_never_forgotten(database: Database, now: datetime) -> None:
    def begin(db: Connection) -> int:
        settle_in(db, now=now)
        return reported(db, now=now, text=WORDS).id

    case_id = database.write_now(begin)

    database.write_now(forget_old_cases, now=now + timedelta(days=10 * 365), rules=RULES)

    assert database.read_now(case_rows.case_by_id, case_id).summary == WORDS
