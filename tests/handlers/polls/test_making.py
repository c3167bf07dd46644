"""A vote is drafted as ordered, refused where it cannot be held, begun once, called off with a reason."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from handlers.errors import NotAllowed, UserError
from handlers.errors import polls as errors
from handlers.polls import making
from handlers.polls.making import PollOrder
from handlers.replies import poll_answers
from storage import organization
from storage.engine import Database
from storage.models.polls import Basis, PollStatus
from storage.polls import rows
from tests.handlers.cases.scene import DESK, named, sent_to, settle_in, texts
from tests.handlers.polls.vote import (
    DAYS,
    GROUP,
    ORDER,
    OTHER_GROUP,
    RULES,
    drafted,
    filed,
    fire_due,
    list_rooms,
    living,
    opened,
    stands,
)


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


def test_a_draft_tells_nobody_and_shows_everything(db: Connection, now: datetime) -> None:
    list_rooms(db)
    order = replace(ORDER, closes_at=now + DAYS)

    made = making.draft_vote(db, named(db, "李强"), order, now=now)

    text = poll_answers.draft_text(made)
    assert filed(db) == 0
    assert made.poll.status is PollStatus.DRAFT
    assert (made.poll.households, made.poll.is_listed, made.poll.threshold) == (6, True, "4/5")
    for words in ("是否加装电梯", "枫桥苑33号楼，共 6 户", "按户册", "A.同意 B.不同意 C.弃权", "达到 80%"):
        assert words in text
    assert "11月30日 周一 10:00" in text
    assert f"开始表决{made.poll.number}" in text


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"title": ""}, errors.PollTitleMissing),
        ({"title": "长" * 61}, errors.PollTextTooLong),
        ({"options": ("同意",)}, errors.OptionsWrong),
        ({"options": tuple("甲乙丙丁戊己庚辛壬")}, errors.OptionsWrong),
        ({"options": ("同意", "长" * 21)}, errors.PollTextTooLong),
        ({"unread": ("很多",)}, errors.ShareUnread),
        ({"estate": None}, errors.ScopeMissing),
        ({"estate": "银杏里", "estates": ("银杏里",)}, errors.ScopeMissing),
        ({"is_several": True}, errors.ScopeTooWide),
        ({"estates": ("枫桥苑", "明园小区")}, errors.ScopeTooWide),
        ({"building": None, "unit": "5"}, errors.NoSuchBuilding),
        ({"building": "41"}, errors.NoSuchBuilding),
        ({"households": None, "building": "34"}, errors.HouseholdsUnknown),
        ({"households": 0, "building": "34"}, errors.HouseholdsWrong),
        ({"households": 24}, errors.HouseholdsDiffer),
        ({"basis": Basis.AREA, "building": "34", "households": 24}, errors.AreasUnknown),
        ({"closes_at": None}, errors.ClosingMissing),
        ({"closes_at": timedelta(minutes=59)}, errors.ClosingWrong),
        ({"closes_at": timedelta(days=-1)}, errors.ClosingWrong),
        ({"closes_at": timedelta(days=181)}, errors.ClosingWrong),
        ({"topic": 9}, errors.AttachedUnknown),
        ({"meeting": 9}, errors.AttachedUnknown),
        ({"decision": 9}, errors.AttachedUnknown),
    ],
)
def test_what_cannot_be_held_is_refused_and_not_kept(
    db: Connection, now: datetime, *, change: dict[str, Any], refusal: type[UserError]
) -> None:
    list_rooms(db)
    closes = change.get("closes_at", DAYS)
    wanted = replace(ORDER, **change | {"closes_at": now + closes if closes is not None else None})

    with pytest.raises(refusal):
        making.draft_vote(db, named(db, "李强"), wanted, now=now)

    assert rows.polls_of(db, 1, limit=5) == ([], 0)


def test_only_staff_make_votes(db: Connection, now: datetime) -> None:
    list_rooms(db)
    wanted = replace(ORDER, closes_at=now + DAYS)

    for name in ("王芳", "周经理"):
        with pytest.raises(NotAllowed):
            making.draft_vote(db, named(db, name), wanted, now=now)


def test_who_counts_as_all(db: Connection, now: datetime) -> None:
    list_rooms(db, units=("5", "6"), area=None)

    whole = drafted(db, now=now, order=PollOrder("改造", estate="枫桥苑"))
    unit = drafted(db, now=now, unit="6")
    said = drafted(db, now=now, building="34", households=24)
    with pytest.raises(errors.AreasUnknown, match="12 户没有面积"):
        drafted(db, now=now, basis=Basis.BOTH)

    assert (whole.households, whole.is_listed) == (1280, False)  # the list has only 12 of them
    assert (unit.households, unit.is_listed) == (6, True)
    assert (said.households, said.is_listed) == (24, False)
    assert (whole.threshold, whole.is_of_cast) == (">1/2", False)


def test_a_quorum_without_a_share_needs_most_of_those_who_take_part(db: Connection, now: datetime) -> None:
    list_rooms(db)
    poll = drafted(db, now=now, threshold="", quorum="2/3", basis=Basis.BOTH)

    assert (poll.quorum, poll.threshold, poll.is_of_cast, poll.area) == ("2/3", ">1/2", True, 6 * 8950)


def test_opening_tells_the_estate_and_those_who_may_vote(db: Connection, now: datetime) -> None:
    list_rooms(db)
    for openid, room, more in (
        ("oIn", "101", {}),
        ("oNoRoom", None, {"building": None, "unit": None}),
        ("oElsewhere", "101", {"building": "34"}),
        ("oFar", "101", {"place": "明园小区"}),
    ):
        living(db, openid, room, now=now, **more)
    poll = drafted(db, now=now)

    made = making.open_vote(db, named(db, "李强"), poll.number, now=now, rules=RULES)
    fire_due(db, now)
    fire_due(db, now)

    assert made.groups == ["枫桥苑居民群"]
    [group] = texts(sent_to(db, GROUP))
    assert "是否加装电梯" in group
    assert "33号楼住户" in group
    assert f"回复“表决{poll.number} 同意”" in group
    assert sent_to(db, OTHER_GROUP) == []
    told = {openid: len(sent_to(db, openid)) for openid in ("oIn", "oNoRoom", "oElsewhere", "oFar")}
    assert told == {"oIn": 1, "oNoRoom": 1, "oElsewhere": 0, "oFar": 0}


def test_a_group_never_reads_of_an_entrance_or_a_person(db: Connection, now: datetime) -> None:
    list_rooms(db)
    opened(db, now=now, unit="5", title="枫桥苑33号楼5单元加装电梯")

    [group] = texts(sent_to(db, GROUP))
    assert "5单元" not in group
    assert "居民表决" in group
    assert "33号楼部分住户" in group


def test_a_vote_begins_once(db: Connection, now: datetime) -> None:
    list_rooms(db)
    poll = opened(db, now=now)

    with pytest.raises(errors.PollNotDraft):
        making.open_vote(db, named(db, "李强"), poll.number, now=now, rules=RULES)
    with pytest.raises(errors.NoSuchPoll):
        making.open_vote(db, named(db, "李强"), 99, now=now, rules=RULES)
    with pytest.raises(errors.NoSuchPoll):
        making.open_vote(db, named(db, "马建国"), poll.number, now=now, rules=RULES)
    with pytest.raises(errors.PollAlreadyThere):
        drafted(db, now=now)


def test_a_draft_whose_end_came_near_is_not_begun(db: Connection, now: datetime) -> None:
    list_rooms(db)
    poll = drafted(db, now=now)

    with pytest.raises(errors.ClosingWrong):
        making.open_vote(db, named(db, "李强"), poll.number, now=now + DAYS, rules=RULES)
    assert stands(db, poll).status is PollStatus.DRAFT


def test_rooms_listed_since_the_draft_count_too(db: Connection, now: datetime) -> None:
    list_rooms(db)
    poll = drafted(db, now=now)
    list_rooms(db, units=("6",))

    making.open_vote(db, named(db, "李强"), poll.number, now=now, rules=RULES)

    assert stands(db, poll).households == 12


def test_two_thousand_residents_are_told_in_portions_each_once(db: Connection, now: datetime) -> None:
    list_rooms(db)
    for number in range(450):
        living(db, f"oMany{number}", "101", now=now)
    poll = drafted(db, now=now)
    making.open_vote(db, named(db, "李强"), poll.number, now=now, rules=RULES)

    portions = fire_due(db, now)

    assert portions == 3
    assert {len(sent_to(db, f"oMany{number}")) for number in range(0, 450, 49)} == {1}


def test_calling_off_needs_a_reason_and_reaches_everybody(db: Connection, now: datetime) -> None:
    list_rooms(db)
    living(db, "oIn", "101", now=now)
    poll, staff = opened(db, now=now), named(db, "李强")

    with pytest.raises(errors.PollReasonMissing):
        making.cancel_vote(db, staff, poll.number, "", now=now, rules=RULES)
    making.cancel_vote(db, staff, poll.number, "方案要改，张先生电话13912345678", now=now, rules=RULES)
    fire_due(db, now)
    with pytest.raises(errors.PollEnded):
        making.cancel_vote(db, staff, poll.number, "再来", now=now, rules=RULES)

    assert "方案要改" in texts(sent_to(db, "oIn"))[-1]
    group = texts(sent_to(db, GROUP))[-1]
    assert "已取消" in group
    assert "139" not in group
    assert fire_due(db, now + DAYS) == 0
    assert sent_to(db, DESK) == []


def test_a_draft_is_called_off_in_silence(db: Connection, now: datetime) -> None:
    list_rooms(db)
    poll = drafted(db, now=now)

    making.cancel_vote(db, named(db, "李强"), poll.number, "", now=now, rules=RULES)

    assert filed(db) == 0
    assert organization.community_by_id(db, poll.community_id).name == "晨光社区"
    assert drafted(db, now=now).number == poll.number + 1
