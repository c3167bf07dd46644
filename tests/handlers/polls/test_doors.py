"""Knocking on doors: whom to visit, what is entered for a household, and where it may not be."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Connection

from handlers.errors import polls as errors
from handlers.polls.doors import DoorSaid, enter_votes, note_visits
from handlers.polls.walking import EVERYWHERE, Start, list_doors
from handlers.replies import poll_answers
from storage import consultation
from storage.engine import Database
from storage.models.consultation import Happening, Subject
from storage.models.polls import Poll, VisitOutcome
from storage.polls import ballots
from tests.handlers.cases.scene import named, settle_in
from tests.handlers.polls.vote import DAYS, at, counting, list_rooms, living, opened, says


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        list_rooms(connection)
        yield connection


def rooms_shown(
    db: Connection, poll: Poll, now: datetime, *, who: str = "王芳", start: Start = EVERYWHERE
) -> list[str]:
    found = list_doors(db, named(db, who), poll, now=now, start=start)
    return [each.door.text for each in found.doors]


def not_met(room: str, outcome: VisitOutcome | None, *, unit: str | None = "5") -> DoorSaid:
    return DoorSaid("33", unit, room, "", outcome)


def test_households_without_a_vote_are_listed_floor_by_floor(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now)
    says(db, poll, living(db, "oLi", "102", now=now), "同意", now=now)
    wang = named(db, "王芳")
    note_visits(db, wang, poll.id, [not_met("201", VisitOutcome.NOBODY_HOME)] * 2, now=now)
    note_visits(db, wang, poll.id, [not_met("302", VisitOutcome.LATER)], now=now)

    text = poll_answers.doors_text(list_doors(db, wang, poll, now=now))

    assert text.splitlines()[:5] == [
        f"表决{poll.number} 枫桥苑33号楼：还有 5 户没投",
        "33号楼5单元",
        "1楼：101",
        "2楼：201（2次没人）、202",
        "3楼：301、302（改天再去）",
    ]
    assert f"代投 {poll.number} 33号楼5单元101室 同意" in text


def test_the_walk_goes_by_number_not_by_letter(db: Connection, now: datetime) -> None:
    list_rooms(db, building="9", floors=1, doors=1)
    list_rooms(db, building="10", units=("", "2", "10"), floors=1, doors=1)
    poll = opened(db, now=now, building=None)
    listed = replace(poll, is_listed=True)

    assert rooms_shown(db, listed, now)[:4] == [
        "9号楼5单元101室",
        "10号楼101室",
        "10号楼2单元101室",
        "10号楼10单元101室",
    ]


def test_a_long_list_is_cut_and_goes_on_from_a_door(db: Connection, now: datetime) -> None:
    list_rooms(db, units=("6",), floors=40)
    poll, wang = opened(db, now=now), named(db, "王芳")

    first = list_doors(db, wang, poll, now=now)
    assert (len(first.doors), first.total) == (60, 86)
    assert first.following is not None
    text = poll_answers.doors_text(first)
    assert f"还有 26 户，接着看请发“@回音 敲门 {poll.number} {first.following.text}起”" in text
    start = Start("33", "6", first.following.room)
    assert rooms_shown(db, poll, now, start=start)[0] == first.following.text
    assert len(rooms_shown(db, poll, now, start=start)) == 26
    assert len(rooms_shown(db, poll, now, start=Start("33", "5"))) == 6


def test_a_worker_sees_and_enters_only_the_own_buildings(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now)

    assert rooms_shown(db, poll, now, who="赵磊") == []
    assert len(rooms_shown(db, poll, now, who="李强")) == 6
    [entered] = enter_votes(db, named(db, "赵磊"), poll.id, [at("101", "同意")], is_in_group=True, now=now)
    assert not entered.is_done
    assert "不是您网格的楼" in entered.text
    with pytest.raises(errors.OnlyWorkersAndStaff):
        list_doors(db, named(db, "周经理"), poll, now=now)
    assert counting(db, poll) == []


def test_without_a_list_known_homes_are_shown(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now, building="34", households=24)
    living(db, "oLi", "101", now=now, building="34", unit="2")
    living(db, "oZhang", "101", now=now, building="34", unit="2")

    found = list_doors(db, named(db, "王芳"), poll, now=now)

    assert [each.door.text for each in found.doors] == ["34号楼2单元101室"]
    assert "没有户册" in poll_answers.doors_text(found)


def test_several_doors_are_entered_at_once_and_each_is_answered(db: Connection, now: datetime) -> None:
    poll, wang = opened(db, now=now), named(db, "王芳")
    says(db, poll, living(db, "oLi", "102", now=now), "同意", now=now)
    said = [
        at("101", "同意"),
        at("102", "不同意"),
        at("201", "说不好"),
        at("999", "同意"),
        at("202", "反对", unit=None),
        at("301", "同意", building="34"),
        at("302", "弃权", building=None),
    ]

    entered = enter_votes(db, wang, poll.id, said, is_in_group=True, now=now)

    assert [each.is_done for each in entered] == [True, False, False, False, True, False, True]
    assert counting(db, poll) == [("102", 0), ("101", 0), ("202", 1), ("302", 2)]
    text = poll_answers.entered_lines(poll, entered, done="录入")
    assert text.splitlines()[0] == f"表决{poll.number} 录入 3 户，4 户没有："
    assert "33号楼5单元102室：这户自己投过了" in text
    assert "33号楼5单元999室：户册里没有这一户" in text
    assert "34号楼5单元301室：不在这次表决的范围里" in text


def test_what_was_entered_is_marked_and_may_be_corrected(db: Connection, now: datetime) -> None:
    poll, wang = opened(db, now=now), named(db, "王芳")

    for words in ("同意", "同意", "不同意"):
        enter_votes(db, wang, poll.id, [at("101", words)], is_in_group=True, now=now)

    [counted] = ballots.counted_ballots(db, poll.id)
    history = consultation.happenings_of(db, Subject.POLL, poll.id, kinds=[Happening.VOTED])
    assert (counted.choice, counted.person_id, counted.entered_by_id) == (1, None, wang.id)
    assert [each.person_id for each in history] == [wang.id, wang.id]


def test_a_secret_vote_is_entered_alone_and_shows_nothing(db: Connection, now: datetime) -> None:
    poll, wang = opened(db, now=now, is_secret=True), named(db, "王芳")

    with pytest.raises(errors.SecretVoteInGroup):
        enter_votes(db, wang, poll.id, [at("101", "不同意")], is_in_group=True, now=now)
    [entered] = enter_votes(db, wang, poll.id, [at("101", "不同意")], is_in_group=False, now=now)
    history = consultation.happenings_of(db, Subject.POLL, poll.id, kinds=[Happening.VOTED])

    assert entered.text == "已录入"
    assert history[0].data == {"door": ballots.counted_ballots(db, poll.id)[0].door, "ballot": 1}


def test_visits_without_an_answer_are_noted(db: Connection, now: datetime) -> None:
    poll, wang = opened(db, now=now), named(db, "王芳")
    says(db, poll, living(db, "oLi", "102", now=now), "同意", now=now)
    said = [
        not_met("101", VisitOutcome.REFUSED),
        not_met("102", VisitOutcome.NOBODY_HOME),
        not_met("201", None),
        not_met("999", VisitOutcome.LATER),
    ]

    noted = note_visits(db, wang, poll.id, said, now=now)

    assert [each.is_done for each in noted] == [True, False, False, False]
    assert "已经投过了" in noted[1].text
    assert "“没人”“拒绝”或“改天”" in noted[2].text


def test_doors_are_of_a_vote_that_runs(db: Connection, now: datetime) -> None:
    poll, wang = opened(db, now=now), named(db, "王芳")

    with pytest.raises(errors.DoorsMissing):
        enter_votes(db, wang, poll.id, [], is_in_group=True, now=now)
    with pytest.raises(errors.DoorsMissing):
        note_visits(db, wang, poll.id, [], now=now)
    late = now + DAYS
    with pytest.raises(errors.PollNotOpen):
        enter_votes(db, wang, poll.id, [at("101", "同意")], is_in_group=True, now=late)
    with pytest.raises(errors.PollNotOpen):
        note_visits(db, wang, poll.id, [not_met("101", VisitOutcome.LATER)], now=late)
    with pytest.raises(errors.PollNotOpen):
        list_doors(db, wang, poll, now=late)


def test_everybody_voted_leaves_nothing_to_knock_at(db: Connection, now: datetime) -> None:
    poll, wang = opened(db, now=now), named(db, "王芳")
    said = [at(f"{floor}0{door}", "同意") for floor in (1, 2, 3) for door in (1, 2)]
    enter_votes(db, wang, poll.id, said, is_in_group=True, now=now)

    left = list_doors(db, wang, poll, now=now)

    assert "没有要上门的住户了" in poll_answers.doors_text(replace(left, poll=replace(poll, is_listed=True)))
    unlisted = poll_answers.doors_text(replace(left, poll=replace(poll, is_listed=False)))
    assert "别的住户列不出来" in unlisted
    assert "都投过了" not in unlisted


def test_a_door_entered_with_its_entrance_has_no_second_vote_without_it(
    db: Connection, now: datetime
) -> None:
    poll = opened(db, now=now, building="34", households=24)
    said = [at("101", "同意", building="34", unit="2")]
    enter_votes(db, named(db, "王芳"), poll.id, said, is_in_group=True, now=now)
    li = living(db, "oLi", "101", now=now, building="34", unit=None)

    with pytest.raises(errors.VoteUnitUnknown):
        says(db, poll, li, "不同意", now=now)
    says(db, poll, living(db, "oLi", "101", now=now, building="34", unit="2"), "不同意", now=now)

    assert [each.choice for each in ballots.counted_ballots(db, poll.id)] == [1]
