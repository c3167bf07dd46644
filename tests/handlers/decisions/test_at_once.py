"""PostgreSQL: two processes end decision items at the same moment."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from handlers.decisions.finishing import Done, report_done
from handlers.decisions.progress import report_progress
from handlers.decisions.rights import held_decision
from handlers.decisions.watching import confirm_decision
from handlers.errors.decisions import DecisionNotOpen
from storage import cases as case_rows
from storage.engine import Database
from storage.models.cases import CaseStatus, EventKind
from storage.models.consultation import Happening
from tests.handlers.broadcasts.test_at_once import another_waits
from tests.handlers.cases.scene import events, named, sent_to, settle_in, texts
from tests.handlers.decisions.table import GROUP, PHOTO, RULES, agreed, fire_due, history, meeting, sewer

pytestmark = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


def two_reported_done(db: Connection, now: datetime) -> tuple[int, tuple[int, int]]:
    """A case that waits for two items, both of them done but for staff's word."""
    settle_in(db, now=now)
    case = sewer(db, now=now)
    held = meeting(db, now=now, cases=(case,))
    items = [agreed(db, held, now=now, cases=(case,), what=what) for what in ("疏通主管道", "换弯头")]
    for each in items:
        done = Done("做好了", PHOTO)
        report_done(db, named(db, "周经理"), each.number, done, now=now, rules=RULES)
    return case.id, (items[0].number, items[1].number)


def confirm(db: Connection, number: int, now: datetime) -> None:
    confirm_decision(db, named(db, "李强"), number, "", now=now, rules=RULES)


async def test_of_two_last_items_confirmed_at_once_the_later_resolves_the_case(
    database: Database, now: datetime
) -> None:
    case_id, (one, two) = await database.write(two_reported_done, now)

    async with another_waits(database, lambda db: confirm(db, one, now), lambda db: confirm(db, two, now)):
        pass

    case = await database.read(case_rows.case_by_id, case_id)
    assert case.status is CaseStatus.RESOLVED
    assert len(await database.read(lambda db: events(db, case, EventKind.RESOLVED))) == 1


async def test_one_item_confirmed_twice_at_once_is_confirmed_once(database: Database, now: datetime) -> None:
    _, (one, _) = await database.write(two_reported_done, now)

    def again(db: Connection) -> str:
        try:
            confirm(db, one, now)
        except DecisionNotOpen as refusal:
            return str(refusal)
        return ""

    async with another_waits(database, lambda db: confirm(db, one, now), again) as other:
        pass

    assert "已落实" in other.result()
    found = await database.read(lambda db: history(db, held_decision(db, 1, one), Happening.CONFIRMED))
    assert len(found) == 1


async def test_progress_kept_while_another_item_is_told_of_is_told_later(
    database: Database, now: datetime
) -> None:
    def prepare(db: Connection) -> tuple[int, int]:
        settle_in(db, now=now)
        held = meeting(db, now=now)
        moving, done = (agreed(db, held, now=now, what=what) for what in ("疏通主管道", "换弯头"))
        report_done(db, named(db, "周经理"), done.number, Done("做好了", PHOTO), now=now, rules=RULES)
        return moving.number, done.number

    def progress(db: Connection, number: int) -> None:
        report_progress(db, named(db, "周经理"), number, "明天来人", now=now, rules=RULES)

    moving, done = await database.write(prepare)
    async with another_waits(
        database, lambda db: progress(db, moving), lambda db: confirm(db, done, now)
    ) as other:
        pass
    assert other.done()
    await database.write(lambda db: fire_due(db, now + timedelta(days=1)))

    told = await database.read(lambda db: texts(sent_to(db, GROUP)))
    assert [sum(what in each for each in told) for what in ("换弯头", "明天来人")] == [1, 1]
