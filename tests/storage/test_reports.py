"""Reports for others, protected homes, the audit log, and turns: on both databases."""

import threading
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, text

from storage import audit, cases, households, organization, people, reports
from storage.engine import Database
from storage.models.cases import Source
from storage.models.organization import GridMode, estates, grids
from storage.models.people import Person, Role
from tests.media_rows import make_case, make_community, make_person


def entered(
    db: Connection, person: Person, by: Person, number: int, *, now: datetime, outside: str = ""
) -> int:
    case = make_case(db, number, now=now)
    cases.add_report(
        db,
        case,
        person_id=person.id,
        text="漏水",
        now=now,
        source=Source.PHONE,
        outside_number=outside,
        entered_by_id=by.id,
    )
    return case.id


def make_estate(db: Connection, name: str = "枫桥苑") -> int:
    community_id = make_community(db)
    db.execute(insert(estates).values(community_id=community_id, name=name, aliases=[], buildings=""))
    return int(db.execute(select(estates.c.id).where(estates.c.name == name)).scalar_one())


def test_whom_somebody_spoke_for_is_found_by_name_and_for_nobody_else(
    database: Database, now: datetime
) -> None:
    def story(db: Connection) -> list[str | None]:
        daughter, neighbour = make_person(db, "李", now=now), make_person(db, "吴", now=now)
        community_id = daughter.community_id or 0
        mother = reports.add_stand_in(db, community_id=community_id, name="我妈", phone=None, now=now)
        entered(db, mother, daughter, 1, now=now)
        found = [
            reports.spoken_for(db, speaker.id, community_id=community_id, name=name)
            for speaker, name in ((daughter, "我妈"), (daughter, "我爸"), (neighbour, "我妈"))
        ]
        return [each.name if each else None for each in found]

    assert database.write_now(story) == ["我妈", None, None]


def test_only_those_whom_staff_entered_are_compared_with_a_caller(database: Database, now: datetime) -> None:
    def story(db: Connection) -> list[str | None]:
        staff = make_person(db, "李强", now=now, role=Role.STAFF)
        neighbour = make_person(db, "吴", now=now)
        community_id = staff.community_id or 0
        for number, (by, phone) in enumerate(((staff, "13900000001"), (neighbour, "13900000002")), start=1):
            caller = reports.add_stand_in(db, community_id=community_id, name="张", phone=phone, now=now)
            entered(db, caller, by, number, now=now)
        return [each.phone for each in reports.entered_by_staff(db, community_id, "张", limit=9)]

    assert database.write_now(story) == ["13900000001"]


def test_an_outside_number_finds_its_case_in_its_community_only(database: Database, now: datetime) -> None:
    def story(db: Connection) -> list[int | None]:
        staff = make_person(db, "李强", now=now, role=Role.STAFF)
        community_id = staff.community_id or 0
        case_id = entered(db, staff, staff, 1, now=now, outside="HX-1")
        entered(db, staff, staff, 2, now=now)
        asked = (
            (community_id, "HX-1"),
            (community_id, "HX-2"),
            (community_id, ""),
            (community_id + 1, "HX-1"),
        )
        found = [reports.case_with_outside_number(db, *each) for each in asked]
        return [None if each is None else each.id - case_id for each in found]

    assert database.write_now(story) == [0, None, None, None]


def test_ones_own_cases_include_those_reported_for_others(database: Database, now: datetime) -> None:
    def story(db: Connection) -> tuple[list[int], list[int], list[int]]:
        daughter, mother = make_person(db, "李", now=now), make_person(db, "我妈", now=now)
        stranger = make_person(db, "吴", now=now)
        entered(db, mother, daughter, 1, now=now)
        entered(db, daughter, daughter, 2, now=now)
        found = [cases.cases_of_person(db, each.id, limit=9) for each in (daughter, mother, stranger)]
        own, hers, others = ([case.number for case in each] for each in found)
        return own, hers, others

    assert database.write_now(story) == ([2, 1], [1], [])


def test_a_home_is_found_by_its_door_and_the_unit_only_where_both_say_it(
    database: Database, now: datetime
) -> None:
    def story(db: Connection) -> list[int]:
        staff, estate_id = make_person(db, "李强", now=now, role=Role.STAFF), make_estate(db)
        for unit, kinds in (("2", ["infant"]), ("2", ["disabled", "infant"]), ("", ["other"])):
            households.keep_household(
                db,
                staff.community_id or 0,
                door=(estate_id, "3", unit, "501"),
                kinds=kinds,
                note="轮椅",
                entered_by_id=staff.id,
                now=now,
            )
        doors = (
            ("3", "2", "501"),
            ("3", "1", "501"),
            ("3", None, "501"),
            ("3", "2", "502"),
            ("5", "2", "501"),
        )
        found = [
            households.households_behind(db, estate_id, building=building, unit=unit, room=room)
            for building, unit, room in doors
        ]
        [first, _] = found[0]
        assert (first.kinds, first.note) == (["disabled", "infant"], "轮椅")
        raw = db.execute(text("SELECT note FROM households")).scalars()
        assert all("轮椅" not in note for note in raw)
        return [len(each) for each in found]

    assert database.write_now(story) == [2, 1, 2, 0, 0]


def test_the_log_is_read_newest_first(database: Database, now: datetime) -> None:
    def story(db: Connection) -> list[str]:
        staff = make_person(db, "李强", now=now, role=Role.STAFF)
        for minutes, action in enumerate(("a", "b")):
            moment = now + timedelta(minutes=minutes)
            audit.add_entry(db, action, person_id=staff.id, community_id=staff.community_id, now=moment)
        return [each.action for each in audit.entries_of(db, staff.community_id or 0, limit=9)]

    assert database.write_now(story) == ["b", "a"]


def test_people_are_found_by_name_and_role(database: Database, now: datetime) -> None:
    def story(db: Connection) -> tuple[int, int]:
        make_person(db, "赵磊", now=now, role=Role.GRID_WORKER)
        community_id = make_community(db)
        workers = people.people_named(db, community_id, "赵磊", {Role.GRID_WORKER})
        return len(workers), len(people.people_named(db, community_id, "赵磊", {Role.STAFF}))

    assert database.write_now(story) == (1, 0)


def test_no_turn_is_given_twice_and_one_undone_is_given_again(database: Database) -> None:
    def make_grid(db: Connection) -> int:
        row = {"community_id": make_community(db), "name": "一", "mode": GridMode.TURN, "turns": 0}
        db.execute(insert(grids).values(row))
        return int(db.execute(select(grids.c.id)).scalar_one())

    def undone(db: Connection) -> None:
        organization.take_turn(db, grid_id)
        raise LookupError

    grid_id = database.write_now(make_grid)
    taken: list[int] = []

    def take() -> None:
        taken.extend(database.write_now(organization.take_turn, grid_id) for _ in range(5))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        database.write_now(undone)
    except LookupError:
        taken.append(database.write_now(organization.take_turn, grid_id))

    assert sorted(taken) == list(range(1, 22))
