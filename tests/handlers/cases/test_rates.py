"""The three rates: exact shares with their samples, by unit and period, never better than they are."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from handlers.cases.rates import Period, Rate, ThreeRates, period_named, rates_by_unit, rates_of, three_rates
from handlers.replies.rates import rate_text
from handlers.replies.rates import three_rates as rates_text
from handlers.working_days import SHANGHAI
from storage import cases as case_rows
from storage import judgements as rows
from storage.engine import Database
from storage.models.cases import Case, CaseStatus
from storage.models.organization import GridMode, grids
from storage.models.people import Person, Role
from storage.rates import Figures, Unit
from tests.media_rows import make_case, make_community, make_person

DAY = timedelta(days=1)


def week(now: datetime) -> Period:
    return Period("本周", now - 4 * DAY, now + 3 * DAY)


def make(db: Connection, number: int, *, now: datetime, **changes: Any) -> Case:
    """A case of the week whose first response fell due now."""
    case = make_case(db, number, now=now)
    case_rows.change_case(db, case.id, **({"respond_by": now} | changes))
    return case_rows.lock_case(db, case.id)


def said(
    db: Connection, case: Case, person: Person, rating: int, *, now: datetime, is_partly: bool = False
) -> None:
    rows.keep_evaluation(db, case, person.id, rating=rating, is_partly=is_partly, reason="", now=now)


def community(db: Connection, now: datetime, *, start: datetime | None = None) -> ThreeRates:
    period = week(now) if start is None else Period("", start, start + 7 * DAY)
    return rates_of(db, [make_community(db)], Unit.COMMUNITY, period=period)


def test_of_nothing_there_is_no_share() -> None:
    rates = three_rates(Figures())

    assert rates.response.share is None
    assert rates.satisfaction == Rate(0, 0)


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Rate(0, 0), "暂无评价"),
        (Rate(2, 3), "66.6%（2/3）"),
        (Rate(1, 2), "50%（1/2）"),
        (Rate(9999, 10000), "99.9%（9999/10000）"),  # never rounded up to all
        (Rate(5, 5), "100%（5/5）"),
        (Rate(0, 7), "0%（0/7）"),
    ],
)
def test_shares_as_they_are_read(rate: Rate, text: str) -> None:
    assert rate_text(rate, "暂无评价") == text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"responded_at": timedelta(0)}, Rate(1, 1)),  # at the last moment
        ({"responded_at": timedelta(seconds=1)}, Rate(0, 1)),
        ({}, Rate(0, 1)),
        ({"status": CaseStatus.WITHDRAWN, "closed_at": -DAY}, Rate(0, 0)),  # nobody waited any more
        ({"status": CaseStatus.WITHDRAWN, "closed_at": DAY}, Rate(0, 1)),
        ({"status": CaseStatus.MERGED}, Rate(0, 0)),
        ({"status": CaseStatus.REJECTED, "closed_at": -DAY}, Rate(1, 1)),  # a refusal is an answer
        ({"status": CaseStatus.REJECTED, "closed_at": DAY}, Rate(0, 1)),
        ({"respond_by": -5 * DAY}, Rate(0, 0)),  # of the week before
        ({"respond_by": 3 * DAY}, Rate(0, 0)),  # the end belongs to the next
    ],
)
def test_who_was_answered_in_time(
    database: Database, now: datetime, changes: dict[str, Any], expected: Rate
) -> None:
    moments = {key: now + value if isinstance(value, timedelta) else value for key, value in changes.items()}

    def story(db: Connection) -> Rate:
        make(db, 1, now=now, **moments)
        return community(db, now).response

    assert database.write_now(story) == expected


def test_what_was_judged_and_what_nobody_judged(database: Database, now: datetime) -> None:
    def story(db: Connection) -> ThreeRates:
        chen = make_person(db, "陈", now=now)
        for number, (rating, is_partly) in enumerate(
            [(5, False), (4, False), (3, False), (2, True), (1, False)], start=1
        ):
            said(db, make(db, number, now=now), chen, rating, now=now, is_partly=is_partly)
        closed = {"status": CaseStatus.CLOSED, "closed_at": now, "is_judged": False}
        make(db, 6, now=now, **closed)
        make(db, 7, now=now, **(closed | {"closed_at": now - 5 * DAY}))
        make(db, 8, now=now, **(closed | {"is_judged": True}))
        return community(db, now)

    rates = database.write_now(story)

    assert rates.solution == Rate(3, 5)
    assert rates.satisfaction == Rate(3, 5)
    assert rates.satisfaction.share == Fraction(3, 5)
    assert rates.unjudged == Rate(1, 6)


def test_the_last_word_of_the_last_round_counts_in_its_period(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        chen, wu = make_person(db, "陈", now=now), make_person(db, "吴", now=now)
        case = make(db, 1, now=now)
        said(db, case, chen, 5, now=now - 3 * DAY)
        said(db, case, wu, 1, now=now - 2 * DAY)
        assert community(db, now).satisfaction == Rate(0, 1)

        case_rows.change_case(db, case.id, reopen_count=1)
        said(db, case_rows.lock_case(db, case.id), chen, 4, now=now)
        assert community(db, now).satisfaction == Rate(1, 1)

        said(db, case_rows.lock_case(db, case.id), chen, 3, now=now + DAY)  # another word of the same round
        assert community(db, now).satisfaction == Rate(1, 1)
        assert community(db, now, start=now - 3 * DAY).satisfaction == Rate(1, 1)
        assert community(db, now, start=now - 8 * DAY).satisfaction == Rate(0, 1)

    database.write_now(story)


def test_by_grid_by_worker_and_across_communities(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        here, there = make_community(db), make_community(db, "other")
        first, second = (make_grid(db, here, name) for name in ("一", "二"))
        wang = make_person(db, "王", now=now, role=Role.GRID_WORKER)
        make(db, 1, now=now, grid_id=first, handler_id=wang.id, responded_at=now)
        make(db, 2, now=now, grid_id=first)
        make(db, 3, now=now, grid_id=second, handler_id=wang.id, responded_at=now)
        make(db, 4, now=now)
        make(db, 5, now=now, community_id=there)

        by_grid = rates_by_unit(db, [here], Unit.GRID, period=week(now))
        assert {key: rates.response for key, rates in by_grid.items()} == {
            first: Rate(1, 2),
            second: Rate(1, 1),
            None: Rate(0, 1),
        }
        by_worker = rates_by_unit(db, [here], Unit.WORKER, period=week(now))
        assert by_worker[wang.id].response == Rate(2, 2)
        both = rates_by_unit(db, [here, there], Unit.COMMUNITY, period=week(now))
        assert {key: rates.response.of for key, rates in both.items()} == {here: 4, there: 1}
        own = rates_of(db, [here], Unit.GRID, among=[first, second], period=week(now))
        assert own.response == Rate(2, 3)

    database.write_now(story)


def make_grid(db: Connection, community_id: int, name: str) -> int:
    db.execute(insert(grids).values(community_id=community_id, name=name, mode=GridMode.FIXED, turns=0))
    return int(db.execute(select(grids.c.id).where(grids.c.name == name)).scalar_one())


FRIDAY = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("named", "label", "start", "end"),
    [
        ("", "本周", (11, 16), None),
        ("本周", "本周", (11, 16), None),
        ("这个星期", "本周", (11, 16), None),
        ("上周", "上周", (11, 9), (11, 16)),
        ("上个月", "上月", (10, 1), (11, 1)),
        ("本月", "本月", (11, 1), None),
        ("昨天", "昨天", (11, 19), (11, 20)),
        ("今年", "今年", (1, 1), None),
        ("近三天", "本周", (11, 16), None),
    ],
)
def test_periods_begin_at_midnight_of_the_place_and_do_not_reach_into_the_future(
    named: str, label: str, start: tuple[int, int], end: tuple[int, int] | None
) -> None:
    now = FRIDAY.astimezone(UTC)

    found = period_named(named, now=now)

    assert found.label == label
    assert found.start == datetime(2026, *start, tzinfo=SHANGHAI)
    assert found.end == (datetime(2026, *end, tzinfo=SHANGHAI) if end else now)


def test_january_looks_back_into_the_year_before() -> None:
    found = period_named("上月", now=datetime(2027, 1, 5, tzinfo=UTC))

    assert (found.start, found.end) == (
        datetime(2026, 12, 1, tzinfo=SHANGHAI),
        datetime(2027, 1, 1, tzinfo=SHANGHAI),
    )


def test_the_words_of_the_figures_name_samples_and_definitions(now: datetime) -> None:
    text = rates_text(three_rates(Figures(due=12, in_time=11, silent=2)), week(now), of="第一网格")

    assert "第一网格 本周（11月16日至11月23日）" in text
    assert "响应率 91.6%（11/12）" in text
    assert "解决率 暂无评价" in text
    assert "满意率 暂无评价" in text
    assert "未评价 100%（2/2）" in text
    assert "满意率=满意和基本满意/有评价的" in text
