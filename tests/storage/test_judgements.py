"""What is kept of judgements and thanks, and that the figures are found without reading every case."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, event

from storage import cases as case_rows
from storage import judgements as rows
from storage.engine import Database
from storage.models.cases import Case, CaseStatus
from storage.models.people import Role
from storage.rates import Unit, figures_by_unit
from tests.media_rows import make_case, make_community, make_person

DAY = timedelta(days=1)


def settled(db: Connection, number: int, *, now: datetime, **changes: object) -> Case:
    case = make_case(db, number, now=now)
    case_rows.change_case(
        db, case.id, **({"status": CaseStatus.RESOLVED, "resolved_at": now + number * DAY} | changes)
    )
    return case_rows.lock_case(db, case.id)


def test_everybody_has_one_word_in_a_round_and_the_latest_counts(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        chen, wu = make_person(db, "陈", now=now), make_person(db, "吴", now=now)
        case = settled(db, 1, now=now)
        for person, rating, moment in ((chen, 5, now), (wu, 4, now + DAY), (chen, 1, now + 2 * DAY)):
            rows.keep_evaluation(
                db, case, person.id, rating=rating, is_partly=False, reason=str(rating), now=moment
            )

        said = rows.evaluations_of_round(db, case.id, 0)

        assert [(each.person_id, each.rating, each.reason) for each in said] == [
            (wu.id, 4, "4"),
            (chen.id, 1, "1"),
        ]
        assert rows.judged_at(db, chen.id, [case.id]) == {case.id: now + 2 * DAY}
        case_rows.change_case(db, case.id, reopen_count=1)
        assert rows.judged_at(db, chen.id, [case.id]) == {}

    database.write_now(story)


def test_what_may_be_judged_the_newest_resolution_first(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        chen = make_person(db, "陈", now=now)
        older, newer = settled(db, 1, now=now), settled(db, 2, now=now)
        fresh = settled(db, 3, now=now, status=CaseStatus.CLOSED, closed_at=now)
        stale = settled(db, 4, now=now, status=CaseStatus.CLOSED, closed_at=now - timedelta(seconds=1))
        merged = settled(db, 5, now=now, status=CaseStatus.MERGED, merged_into_id=newer.id)
        root = settled(db, 6, now=now)
        middle = settled(db, 7, now=now, status=CaseStatus.MERGED, merged_into_id=root.id)
        leaf = settled(db, 8, now=now, status=CaseStatus.MERGED, merged_into_id=middle.id)
        left = settled(db, 9, now=now)
        running = settled(db, 10, now=now, status=CaseStatus.IN_PROGRESS)
        for case in (older, newer, fresh, stale, merged, leaf, left, running):
            case_rows.add_report(db, case, person_id=chen.id, text="漏水", now=now)
        case_rows.leave_case(db, left.id, chen.id, now=now)

        found = rows.cases_to_judge(db, chen.id, closed_since=now)

        assert [case.number for case in found] == [6, 3, 2, 1]
        assert rows.cases_to_judge(db, make_person(db, "何", now=now).id, closed_since=now) == []

    database.write_now(story)


def test_thanks_are_kept_newest_first_and_found_since_a_day(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        chen = make_person(db, "陈", now=now)
        wang = make_person(db, "王芳", now=now, role=Role.GRID_WORKER)
        make_person(db, "", now=now, role=Role.GRID_WORKER)
        for moment in (now - 2 * DAY, now):
            rows.keep_commendation(db, wang, chen.id, f"谢谢 {moment.day}", case_id=None, now=moment)

        assert [each.said_at for each in rows.commendations_of(db, wang.id, limit=5)] == [now, now - 2 * DAY]
        assert rows.commendation_since(db, wang.id, chen.id, since=now) is not None
        assert rows.commendation_since(db, wang.id, wang.id, since=now - 9 * DAY) is None
        assert rows.workers_of_community(db, make_community(db)) == [wang]

    database.write_now(story)


def test_figures_of_a_period_are_found_by_their_moment(sqlite_url: str, now: datetime) -> None:
    database = Database(sqlite_url, encryption_key="k")

    def plans(db: Connection) -> str:
        asked: list[tuple[str, Any]] = []
        event.listen(db, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])), named=False)
        figures_by_unit(db, [1], unit=Unit.GRID, start=now, end=now + DAY)
        looked = [db.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values) for words, values in asked[:3]]
        return "\n".join(str(row[3]) for rows_of_plan in looked for row in rows_of_plan)

    plan = database.read_now(plans)
    database.close()

    for index in ("cases_community_id_respond_by", "cases_closed", "evaluations_community_id_evaluated_at"):
        assert index in plan
    assert "SCAN cases" not in plan
    assert "SCAN evaluations" not in plan
