"""Shared costs: exact to the cent, each household speaks for itself, nothing per household in a group."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from handlers.decisions import costs
from handlers.decisions.consents import consent, consent_for, record_paid
from handlers.decisions.costs import Sharing, divided, share_cost
from handlers.errors import NotAllowed
from handlers.errors.costs import (
    AlreadyPaid,
    AlreadyShared,
    CostIncomplete,
    HomeUnknown,
    NoShareForYou,
    NoSuchRoom,
    PartOfACent,
    RefusalReasonMissing,
    SharesDoNotAddUp,
    TooManyRooms,
    WhichShare,
)
from handlers.errors.decisions import NoSuchDecision
from storage import costs as rows
from storage import decisions, homes
from storage.engine import Database
from storage.models.decisions import Consent, CostKind, Decision
from storage.models.people import Person
from tests.handlers.cases.scene import DESK, estate, named, resident, sent_to, settle_in, texts
from tests.handlers.meetings.minutes_scene import ESTATE_GROUP, RULES, held, sewer, write

ROOMS = ("101", "102", "201", "202")


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


@pytest.fixture
def decision(db: Connection, now: datetime) -> Decision:
    meeting = held(db, now=now, cases=[sewer(db, now=now)])
    return write(db, meeting, "决议：枫桥物业 11月30日前 疏通主管道", now=now).made[0].decision


def home(db: Connection, openid: str, room: str, *, now: datetime) -> Person:
    person = resident(db, openid, now=now)
    here = estate(db).id
    homes.settle_home(db, person, community_id=1, estate_id=here, building="33", unit="5", room=room)
    return resident(db, openid, now=now)


def sharing(db: Connection, **change: Any) -> Sharing:
    given: dict[str, Any] = {
        "cents": 120_000,
        "each": None,
        "estate": estate(db),
        "building": "33",
        "unit": "5",
        "rooms": ROOMS,
        "own": {},
    }
    return Sharing(**(given | change))


def shared(db: Connection, decision: Decision, *, now: datetime, **change: Any) -> costs.Shared:
    return share_cost(db, named(db, "李强"), decision.number, sharing(db, **change), now=now, rules=RULES)


def says(
    db: Connection, who: Person, *, agrees: bool, now: datetime, reason: str = "", number: int | None = None
) -> Any:
    return consent(db, who, number, agrees=agrees, reason=reason, now=now, rules=RULES)


@given(st.integers(1, 10**9), st.integers(1, 300))
def test_the_parts_are_the_whole_and_differ_by_a_cent_at_most(cents: int, count: int) -> None:
    parts = divided(cents, count)

    assert sum(parts) == cents
    assert max(parts) - min(parts) <= 1
    assert parts == sorted(parts, reverse=True)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, [30_000, 30_000, 30_000, 30_000]),
        ({"cents": 100_001}, [25_001, 25_000, 25_000, 25_000]),
        ({"own": {"101": 60_000}}, [60_000, 20_000, 20_000, 20_000]),
        ({"cents": None, "each": 12_345}, [12_345] * 4),
        ({"cents": None, "rooms": (), "own": {"101": 5, "102": 6}}, None),
    ],
)
def test_everybody_pays_exactly(
    db: Connection, now: datetime, decision: Decision, *, change: dict[str, Any], expected: list[int] | None
) -> None:
    if expected is None:
        with pytest.raises(CostIncomplete):
            shared(db, decision, now=now, **change)
        return
    done = shared(db, decision, now=now, **change)

    assert [each.cents for each in done.shares] == expected
    assert done.cost.cents == sum(expected)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"rooms": ()}, CostIncomplete),
        ({"estate": None}, CostIncomplete),
        ({"building": ""}, CostIncomplete),
        ({"cents": None}, CostIncomplete),
        ({"cents": 3}, SharesDoNotAddUp),
        ({"own": {"101": 130_000}}, SharesDoNotAddUp),
        ({"own": {"101": 120_000}}, SharesDoNotAddUp),
        ({"has_part_of_cent": True}, PartOfACent),
        ({"rooms": tuple(str(each) for each in range(1000, 1201))}, TooManyRooms),
    ],
)
def test_what_does_not_add_up_is_refused(
    db: Connection, now: datetime, decision: Decision, *, change: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        shared(db, decision, now=now, **change)


def test_each_household_is_asked_alone_and_no_group_reads_rooms(
    db: Connection, now: datetime, decision: Decision
) -> None:
    home(db, "oA", "101", now=now)
    home(db, "oB", "101", now=now)
    before = len(sent_to(db, ESTATE_GROUP))

    done = shared(db, decision, now=now)

    for openid in ("oA", "oB"):
        [text] = texts(sent_to(db, openid, having="分摊"))
        assert "您家300元" in text
    assert done.silent == ("102", "201", "202")
    assert len(sent_to(db, ESTATE_GROUP)) == before


def test_a_household_agrees_and_may_change_its_word(
    db: Connection, now: datetime, decision: Decision
) -> None:
    first, second = home(db, "oA", "101", now=now), home(db, "oB", "101", now=now)
    shared(db, decision, now=now)

    assert says(db, first, agrees=True, now=now).share.consent is Consent.AGREED
    done = says(db, second, agrees=False, reason="太贵", now=now)

    assert (done.before, done.share.consent) == (Consent.AGREED, Consent.REFUSED)
    [told] = texts(sent_to(db, DESK, having="不同意分摊"))
    assert "太贵" in told


def test_when_all_agree_everybody_hears_the_total_without_rooms(
    db: Connection, now: datetime, decision: Decision
) -> None:
    people = [home(db, f"o{room}", room, now=now) for room in ROOMS]
    shared(db, decision, now=now)

    for person in people:
        says(db, person, agrees=True, now=now)

    [told] = texts(sent_to(db, DESK, having="全部同意"))
    assert "4户共1200元" in told
    assert texts(sent_to(db, "oLi", having="已全部同意")) != []
    assert not any(room in text for text in texts(sent_to(db, "oLi", having="分摊")) for room in ROOMS)


def test_a_refusal_needs_its_reason(db: Connection, now: datetime, decision: Decision) -> None:
    person = home(db, "oA", "101", now=now)
    shared(db, decision, now=now)

    with pytest.raises(RefusalReasonMissing):
        says(db, person, agrees=False, now=now)


def test_who_is_not_asked_is_told_so_or_passed_on(db: Connection, now: datetime, decision: Decision) -> None:
    shared(db, decision, now=now)
    elsewhere, nowhere = home(db, "oC", "901", now=now), resident(db, "oD", now=now)

    assert says(db, elsewhere, agrees=True, now=now) is None
    with pytest.raises(NoShareForYou):
        says(db, elsewhere, agrees=True, now=now, number=decision.number)
    with pytest.raises((HomeUnknown, NoSuchDecision)):
        says(db, nowhere, agrees=True, now=now, number=decision.number)


def test_with_two_costs_the_household_says_which(db: Connection, now: datetime, decision: Decision) -> None:
    person = home(db, "oA", "101", now=now)
    meeting = held(db, now=now)
    other = write(db, meeting, "决议：枫桥物业 12月1日前 换门", now=now).made[0].decision
    shared(db, decision, now=now)
    shared(db, other, now=now)

    with pytest.raises(WhichShare):
        says(db, person, agrees=True, now=now)
    assert says(db, person, agrees=True, now=now, number=other.number).decision.id == other.id


def test_a_worker_answers_for_a_household_and_it_is_marked(
    db: Connection, now: datetime, decision: Decision
) -> None:
    person = home(db, "oA", "101", now=now)
    shared(db, decision, now=now)
    staff = named(db, "李强")

    done = consent_for(
        db, staff, decision.number, ("101", "102"), agrees=True, reason="", now=now, rules=RULES
    )

    assert [each.share.entered_by_id for each in done] == [staff.id, staff.id]
    assert texts(sent_to(db, "oA", having="替您家记了")) != []
    says(db, person, agrees=False, reason="不是我说的", now=now)
    cost = rows.lock_shared_cost(db, decision.id)
    assert cost is not None
    assert rows.shares_of(db, cost.id)[0].entered_by_id is None


def test_a_wrong_room_undoes_nothing_because_nothing_is_done(
    db: Connection, now: datetime, decision: Decision
) -> None:
    shared(db, decision, now=now)

    with pytest.raises(NoSuchRoom):
        consent_for(
            db,
            named(db, "李强"),
            decision.number,
            ("101", "999"),
            agrees=True,
            reason="",
            now=now,
            rules=RULES,
        )

    cost = rows.lock_shared_cost(db, decision.id)
    assert cost is not None
    assert {each.consent for each in rows.shares_of(db, cost.id)} == {Consent.OPEN}


def test_what_is_paid_stands(db: Connection, now: datetime, decision: Decision) -> None:
    person = home(db, "oA", "101", now=now)
    shared(db, decision, now=now)
    says(db, person, agrees=True, now=now)

    def pay(*, is_paid: bool = True, is_all: bool = False) -> int:
        names = () if is_all else ("101",)
        staff = named(db, "李强")
        return record_paid(
            db, staff, decision.number, names, is_all=is_all, is_paid=is_paid, now=now, rules=RULES
        )[2]

    assert pay() == 3
    assert pay() == 3
    assert len(sent_to(db, "oA", having="已收到您家分摊款")) == 1
    with pytest.raises(AlreadyPaid):
        says(db, person, agrees=False, reason="反悔", now=now, number=decision.number)
    assert pay(is_paid=False) == 4
    assert pay(is_all=True) == 0


def test_a_cost_is_shared_anew_until_somebody_spoke(
    db: Connection, now: datetime, decision: Decision
) -> None:
    person = home(db, "oA", "101", now=now)
    shared(db, decision, now=now)

    again = shared(db, decision, now=now, cents=80_000)

    assert [each.cents for each in rows.costs_of(db, decision.id)] == [80_000]
    assert again.cost.cents == 80_000
    says(db, person, agrees=True, now=now)
    with pytest.raises(AlreadyShared):
        shared(db, decision, now=now)


def test_units_know_nothing_of_what_households_pay(db: Connection, now: datetime, decision: Decision) -> None:
    zhou = named(db, "周经理")

    with pytest.raises(NotAllowed):
        share_cost(db, zhou, decision.number, sharing(db), now=now, rules=RULES)
    with pytest.raises(NotAllowed):
        costs.shares_for(db, zhou, decision.number)


def test_funds_add_up(db: Connection, now: datetime, decision: Decision) -> None:
    staff = named(db, "李强")
    for cents in (3_000_000, 50):
        _, _, total = costs.record_fund(
            db, staff, decision.number, CostKind.MAINTENANCE_FUND, cents=cents, note="", now=now
        )

    assert total == 3_000_050
    assert decisions.decision_by_id(db, decision.id).what == "疏通主管道"


def test_what_was_paid_is_not_shared_anew(db: Connection, now: datetime, decision: Decision) -> None:
    shared(db, decision, now=now)
    staff = named(db, "李强")
    record_paid(db, staff, decision.number, ("101",), is_all=False, is_paid=True, now=now, rules=RULES)

    with pytest.raises(AlreadyShared):
        shared(db, decision, now=now, cents=240_000)


def test_where_two_entrances_have_the_room_the_entrance_is_asked_for(
    db: Connection, now: datetime, decision: Decision
) -> None:
    home(db, "oLi", "101", now=now)
    shared(db, decision, now=now, unit="")
    other = resident(db, "oWu", now=now)
    homes.settle_home(db, other, community_id=1, estate_id=estate(db).id, building="33", unit="4", room="101")

    with pytest.raises(CostIncomplete, match="单元"):
        shared(db, decision, now=now, unit="")
    assert len(shared(db, decision, now=now, unit="5").shares) == 4
