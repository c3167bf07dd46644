"""A vote ends once, at its time or earlier, and its result reaches those it concerns."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from handlers.errors import NotAllowed
from handlers.errors import polls as errors
from handlers.polls.closing import close_early
from handlers.polls.counting import Outcome, count, tally_of
from handlers.polls.doors import enter_votes
from handlers.polls.reminding import remind_voters
from handlers.polls.results import public_results
from handlers.polls.showing import own_part, standing_of, votes_for
from handlers.replies import poll_answers
from storage import topics
from storage.engine import Database
from storage.models.people import people
from storage.models.polls import Poll, PollStatus
from storage.models.topics import TopicSource, TopicStatus
from storage.polls import ballots
from tests.handlers.cases.scene import DESK, estate, named, sent_to, settle_in, texts
from tests.handlers.polls.vote import (
    DAYS,
    GROUP,
    RULES,
    at,
    filed,
    fire_due,
    list_rooms,
    living,
    opened,
    says,
    stands,
)

ALL = ("101", "102", "201", "202", "301", "302")


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        list_rooms(connection)
        yield connection


def enter(db: Connection, poll: Poll, words: str, *rooms: str, now: datetime) -> None:
    said = [at(room, words) for room in rooms]
    enter_votes(db, named(db, "王芳"), poll.id, said, is_in_group=False, now=now)


def topic(db: Connection, *, now: datetime, is_public: bool) -> int:
    values = {
        "community_id": 1,
        "title": "电梯",
        "status": TopicStatus.ACCEPTED,
        "source": TopicSource.PROPOSAL,
        "is_public": is_public,
        "estate_id": estate(db).id,
        "proposed_at": now,
    }
    return topics.add_topic(db, values).number


def test_it_ends_at_its_time_and_the_result_is_told(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now)
    enter(db, poll, "同意", *ALL[:5], now=now)

    fire_due(db, now + DAYS)

    closed = stands(db, poll)
    assert (closed.status, closed.closed_at) == (PollStatus.CLOSED, now + DAYS)
    group, desk = texts(sent_to(db, GROUP))[-1], texts(sent_to(db, DESK))[-1]
    for text in (group, desk):
        assert "同意 5 户，占 6 户的 83.3%，达到 80%，通过" in text
        assert "没投 1 户" in text
    assert sent_to(db, DESK)[-1].body["mentions"] == ["liqiang"]


def test_a_day_of_downtime_changes_nothing_and_nothing_is_told_twice(db: Connection, now: datetime) -> None:
    poll, li = opened(db, now=now), living(db, "oLi", "101", now=now)
    enter(db, poll, "同意", *ALL[:4], now=now)

    late = now + DAYS + timedelta(days=1)
    with pytest.raises(errors.PollNotOpen):
        says(db, poll, li, "同意", now=late)
    fire_due(db, late)
    told = filed(db)
    fire_due(db, late + timedelta(days=1))

    assert filed(db) == told
    assert len(sent_to(db, GROUP, having="结果")) == 1
    assert len(sent_to(db, DESK, having="结果")) == 1
    assert sent_to(db, DESK, having="已提醒") == []
    assert "同意 4 户，占 6 户的 66.6%，没有达到 80%，未通过" in texts(sent_to(db, GROUP))[-1]


def test_the_result_can_be_counted_again_from_the_rows(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now)
    enter(db, poll, "同意", *ALL[:2], now=now)
    li = living(db, "oLi", "101", now=now)
    for words in ("反对", "同意", "弃权"):
        says(db, poll, li, words, now=now)
    fire_due(db, now + DAYS)

    closed = stands(db, poll)
    rows = ballots.ballots_of(db, poll.id)
    assert closed.result is not None
    assert len(rows) == 5
    assert count(reversed(rows), closed) == tally_of(closed.result)
    assert tally_of(closed.result).votes == (1, 0, 1)


def test_it_ends_early_only_when_the_rest_cannot_change_it(db: Connection, now: datetime) -> None:
    poll, staff = opened(db, now=now), named(db, "李强")
    enter(db, poll, "同意", *ALL[:4], now=now)

    with pytest.raises(errors.NotSettledYet, match="还有 2 户没投"):
        close_early(db, staff, poll.number, is_sure=False, now=now, rules=RULES)
    enter(db, poll, "同意", ALL[4], now=now)
    closed = close_early(db, staff, poll.number, is_sure=False, now=now, rules=RULES)

    assert closed.status is PollStatus.CLOSED
    assert "提前结束" in texts(sent_to(db, GROUP))[-1]
    with pytest.raises(errors.PollEnded):
        close_early(db, staff, poll.number, is_sure=True, now=now, rules=RULES)
    told = filed(db)
    fire_due(db, now + DAYS)
    assert filed(db) == told


def test_a_contested_door_may_still_change_it(db: Connection, now: datetime) -> None:
    poll, staff = opened(db, now=now), named(db, "李强")
    enter(db, poll, "同意", *ALL[:4], now=now)
    says(db, poll, living(db, "oLi", "301", now=now), "同意", now=now)
    says(db, poll, living(db, "oZhang", "301", now=now), "反对", now=now)

    with pytest.raises(errors.NotSettledYet, match="1 户意见不一致"):
        close_early(db, staff, poll.number, is_sure=False, now=now, rules=RULES)
    close_early(db, staff, poll.number, is_sure=True, now=now, rules=RULES)

    assert "有 1 户意见不一致没有认定，按先投的计票" in texts(sent_to(db, DESK))[-1]
    assert "通过" in texts(sent_to(db, GROUP))[-1]


def test_only_staff_of_the_community_end_it(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now)

    with pytest.raises(NotAllowed):
        close_early(db, named(db, "王芳"), poll.number, is_sure=True, now=now, rules=RULES)
    with pytest.raises(errors.NoSuchPoll):
        close_early(db, named(db, "马建国"), poll.number, is_sure=True, now=now, rules=RULES)


def test_of_a_private_matter_groups_and_board_read_nothing(db: Connection, now: datetime) -> None:
    number = topic(db, now=now, is_public=False)
    living(db, "oLi", "101", now=now)
    poll = opened(db, now=now, topic=number)
    fire_due(db, now + DAYS)

    assert stands(db, poll).status is PollStatus.CLOSED
    assert sent_to(db, GROUP) == []
    assert public_results(db, 1, 10) == []
    assert len(sent_to(db, "oLi", having="结果")) == 1


def test_the_board_lists_results_without_names_or_doors(db: Connection, now: datetime) -> None:
    number = topic(db, now=now, is_public=True)
    first = opened(db, now=now, topic=number, title="33号楼5单元加装电梯", unit="5")
    fire_due(db, now + DAYS)
    second = opened(db, now=now + DAYS, title="加装门禁", closes_at=now + 2 * DAYS)
    enter(db, second, "同意", *ALL, now=now + DAYS)
    fire_due(db, now + 2 * DAYS)
    opened(db, now=now + 2 * DAYS, title="还在投", closes_at=now + 3 * DAYS)

    found = public_results(db, 1, 10)

    assert [(each.number, each.title, each.place, each.outcome) for each in found] == [
        (second.number, "加装门禁", "枫桥苑33号楼", Outcome.PASSED),
        (first.number, "居民表决", "枫桥苑33号楼", Outcome.FAILED),
    ]
    assert found[0].lines == [
        "同意 6 户，占 6 户的 100%",
        "不同意 0 户，占 6 户的 0%",
        "弃权 0 户，占 6 户的 0%",
        "没投 0 户",
    ]
    assert len(public_results(db, 1, 1)) == 1


def test_staff_see_turnout_by_building(db: Connection, now: datetime) -> None:
    list_rooms(db, building="9", units=("1",), floors=1)
    poll = opened(db, now=now, building=None)
    enter(db, poll, "同意", "101", "102", now=now)
    says(db, poll, living(db, "oLi", "101", now=now, building="9", unit="1"), "反对", now=now)

    text = poll_answers.standing_text(standing_of(db, stands(db, poll)), now=now)

    assert "已投 3 户，占 1280 户的 0.2%（代投 2 户）" in text
    assert text.index("9号楼：1") < text.index("33号楼：2")
    assert "同意 2 户，占 1280 户的 0.1%" in text


def test_while_a_secret_vote_runs_not_even_the_sums_are_shown(db: Connection, now: datetime) -> None:
    poll, li = opened(db, now=now, is_secret=True), living(db, "oLi", "101", now=now)
    says(db, poll, li, "反对", now=now)

    standing = poll_answers.standing_text(standing_of(db, stands(db, poll)), now=now)
    own = poll_answers.own_text(own_part(db, stands(db, poll), li), now=now)
    fire_due(db, now + DAYS)
    after = poll_answers.standing_text(standing_of(db, stands(db, poll)), now=now + DAYS)

    assert "1 户，占 6 户" in standing
    assert "不同意 1 户" not in standing
    assert "您家已经投了，" in own
    assert "不同意 1 户" in after


def test_a_resident_sees_the_own_part(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now)
    li, roomless = living(db, "oLi", "101", now=now), living(db, "oNew", None, now=now, unit=None)
    far = living(db, "oFar", "101", now=now, place="明园小区")
    before = poll_answers.own_text(own_part(db, poll, li), now=now)
    says(db, poll, li, "同意", now=now)

    assert "您家还没有投" in before
    assert "您家已经投了“同意”" in poll_answers.own_text(own_part(db, poll, li), now=now)
    assert "请先说您住哪里" in poll_answers.own_text(own_part(db, poll, roomless), now=now)
    assert "您家" not in poll_answers.own_text(own_part(db, poll, far), now=now)
    assert ([each.id for each in votes_for(db, li)], votes_for(db, far)) == ([poll.id], [])


def test_reminders_go_to_households_that_are_silent(db: Connection, now: datetime) -> None:
    li, zhang = living(db, "oLi", "101", now=now), living(db, "oZhang", "101", now=now)
    living(db, "oSilent", "201", now=now)
    living(db, "oNew", None, now=now, unit=None)
    poll = opened(db, now=now)
    says(db, poll, li, "同意", now=now)
    assert zhang.room == "101"

    fire_due(db, now + DAYS / 2)
    half = {who: len(sent_to(db, who, having="还没有投票")) for who in ("oLi", "oZhang", "oSilent", "oNew")}
    fire_due(db, now + DAYS - timedelta(days=1))
    fire_due(db, now + DAYS - timedelta(hours=1))

    assert half == {"oLi": 0, "oZhang": 0, "oSilent": 1, "oNew": 1}
    assert len(sent_to(db, "oSilent", having="还没有投票")) == 2
    assert len(sent_to(db, DESK, having="还有 5 户没投")) == 2


def test_reminders_missed_in_downtime_are_made_up_for_once(db: Connection, now: datetime) -> None:
    living(db, "oSilent", "201", now=now)
    opened(db, now=now)

    fire_due(db, now + DAYS - timedelta(hours=3))
    fire_due(db, now + DAYS - timedelta(hours=2))

    assert len(sent_to(db, "oSilent", having="还没有投票")) == 1


def test_nobody_is_reminded_by_time_just_after_staff_asked(db: Connection, now: datetime) -> None:
    living(db, "oSilent", "201", now=now)
    poll = opened(db, now=now)
    half = now + DAYS / 2

    remind_voters(db, named(db, "李强"), poll.number, now=half - timedelta(hours=1))
    fire_due(db, half)

    assert len(sent_to(db, "oSilent", having="还没有投票")) == 1


def test_a_short_vote_is_not_full_of_reminders(db: Connection, now: datetime) -> None:
    living(db, "oSilent", "201", now=now)
    opened(db, now=now, closes_at=now + timedelta(hours=2))

    for minutes in range(0, 120, 10):
        fire_due(db, now + timedelta(minutes=minutes))

    assert sent_to(db, "oSilent", having="还没有投票") == []


def test_staff_ask_again_but_not_all_the_time(db: Connection, now: datetime) -> None:
    from_there = now + timedelta(hours=13)
    living(db, "oSilent", "201", now=now)
    gone = living(db, "oGone", "202", now=now)
    db.execute(update(people).where(people.c.id == gone.id).values(unsubscribed_at=now))
    poll, staff = opened(db, now=now), named(db, "李强")

    with pytest.raises(errors.RemindedJustNow):
        remind_voters(db, staff, poll.number, now=now + timedelta(hours=1))
    remind_voters(db, staff, poll.number, now=from_there)
    fire_due(db, from_there)
    with pytest.raises(errors.RemindedJustNow):
        remind_voters(db, staff, poll.number, now=from_there)
    with pytest.raises(NotAllowed):
        remind_voters(db, named(db, "王芳"), poll.number, now=from_there + DAYS)
    with pytest.raises(errors.PollNotOpen):
        remind_voters(db, staff, poll.number, now=now + DAYS)

    assert len(sent_to(db, "oSilent", having="还没有投票")) == 1
    assert sent_to(db, "oGone") == []


def test_a_resident_of_elsewhere_reads_what_groups_read(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now, title="201室的张伟能否装棚", options=("同意", "拆掉201的棚"))
    far = living(db, "oFar", "101", now=now, place="明园小区")

    running = poll_answers.own_text(own_part(db, poll, far), now=now)
    fire_due(db, now + DAYS)
    ended = poll_answers.own_text(own_part(db, stands(db, poll), far), now=now + DAYS)

    assert "居民表决" in running
    assert "未通过" in ended
    assert not [words for words in ("张伟", "201") if words in running + ended]
