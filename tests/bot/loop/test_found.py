"""Stories that the machine found, each told once more by itself."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from storage.models.base import many
from storage.models.cases import Case, CaseEvent, CaseStatus, case_events, cases
from storage.models.cases import EventKind as E
from storage.models.timers import TimerKind, timers
from tests.bot.loop.invariants import Ledger, draft_of
from tests.bot.loop.world import RESIDENTS, World

LI, HE, SUN = RESIDENTS
WANG, QIANG = "wangfang", "liqiang"


@pytest.fixture
def world(town: Path) -> Iterator[World]:
    world = World(town)
    yield world
    world.close()


def say(world: World, who: str, text: str) -> str:
    return world.deliver(world.message(who, text)).text


def all_cases(world: World) -> list[Case]:
    def read(db: Connection) -> list[Case]:
        Ledger().look(db, now=world.now)
        return many(Case, db.execute(select(*cases.c).order_by(cases.c.id)))

    return world.database.read_now(read)


def events(world: World, kind: E) -> list[CaseEvent]:
    query = select(*case_events.c).where(case_events.c.kind == kind)
    return world.database.read_now(lambda db: many(CaseEvent, db.execute(query)))


def test_more_words_on_an_emergency_whose_place_is_awaited_are_kept(world: World) -> None:
    say(world, LI, "家里有煤气味")
    say(world, LI, "家里煤气味更大了，老人头晕")

    [_case] = all_cases(world)
    assert "老人头晕" in str(events(world, E.SUPPLEMENTED))


def test_taking_back_one_case_leaves_the_draft_of_another(world: World) -> None:
    say(world, LI, "枫桥苑3号楼2单元下水道堵了，污水往外冒")
    say(world, LI, "楼道灯坏了")

    assert "2026-0001 已撤回" in say(world, LI, "撤销 1")

    assert world.database.read_now(draft_of, LI) == ["楼道灯坏了"]


@pytest.mark.parametrize("ending", ["办结 1 灯换好了", "不予受理 1 请找供热公司"])
def test_a_place_said_after_the_end_of_its_case_changes_nothing(world: World, ending: str) -> None:
    say(world, LI, "楼道灯坏了")
    world.clock.move(timedelta(minutes=31))
    world.tick()
    say(world, QIANG, ending)
    [before] = all_cases(world)

    say(world, LI, "银杏里2号楼")

    assert all_cases(world) == [before]


def test_a_case_that_moved_away_is_not_moved_twice(world: World) -> None:
    say(world, LI, "楼道灯坏了")
    world.clock.move(timedelta(minutes=31))
    say(world, LI, "银杏里2号楼")

    say(world, LI, "说错了，是银杏里5号楼")

    assert [case.status for case in all_cases(world)] == [CaseStatus.WITHDRAWN, CaseStatus.REGISTERED]


def test_who_moves_a_report_elsewhere_takes_it_from_nobody_else(world: World) -> None:
    say(world, LI, "枫桥苑5号楼电梯坏了")
    say(world, HE, "枫桥苑5号楼电梯坏了，上不去")

    say(world, HE, "说错了，是银杏里5号楼")

    assert [case.status for case in all_cases(world)] == [CaseStatus.REGISTERED] * 2
    assert [event.kind for event in events(world, E.LEFT)] == [E.LEFT]


def test_a_case_that_waits_can_move_away(world: World) -> None:
    say(world, LI, "枫桥苑5号楼电梯坏了")
    say(world, WANG, "接单 1")
    say(world, WANG, "问 1 具体哪一户")

    say(world, LI, "说错了，是银杏里5号楼")

    assert [case.status for case in all_cases(world)] == [CaseStatus.WITHDRAWN, CaseStatus.REGISTERED]


def test_an_emergency_that_was_given_back_is_alarmed_whatever_else_changes(world: World) -> None:
    say(world, LI, "枫桥苑3号楼着火了")
    say(world, WANG, "接单 1")
    say(world, WANG, "不接 1 不在我的网格")

    say(world, QIANG, "改类 1 物业")

    all_cases(world)
    kinds = select(timers.c.kind)
    assert TimerKind.ALARM in world.database.read_now(lambda db: list(db.execute(kinds).scalars()))
