"""One vote per household: who speaks for a door, who may change it, and what is left to staff."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from handlers.errors import NotAllowed, UserError
from handlers.errors import polls as errors
from handlers.polls.claims import decide_claim, list_claims
from handlers.polls.closing import tally_now
from handlers.polls.doors import enter_votes
from handlers.polls.voting import Cast, cast_vote
from handlers.replies import poll_answers
from storage import audit
from storage.engine import Database
from storage.models.polls import BallotStatus
from storage.polls import ballots
from tests.handlers.cases.scene import DESK, named, sent_to, settle_in, texts
from tests.handlers.polls.vote import DAYS, RULES, at, contested, counting, list_rooms, living, opened, says

HOUR = timedelta(hours=1)


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        list_rooms(connection)
        yield connection


def test_the_first_voice_of_a_household_counts(db: Connection, now: datetime) -> None:
    poll, li = opened(db, now=now), living(db, "oLi", "101", now=now)

    cast = says(db, poll, li, "同意", now=now)

    assert cast.cast is Cast.COUNTED
    assert counting(db, poll) == [("101", 0)]
    assert ballots.counted_ballots(db, poll.id)[0].area == 8950
    assert "枫桥苑33号楼5单元101室：同意" in poll_answers.cast_text(cast)


@pytest.mark.parametrize(
    ("words", "option"),
    [
        ("同意", 0),
        ("赞成", 0),
        ("不同意", 1),
        ("反对", 1),
        ("我家反对", 1),
        ("弃权", 2),
        ("A", 0),
        ("ｂ", 1),
        ("选C", 2),
        ("选2", 1),
        ("投同意票", 0),
        ("同意，希望快点", 0),
    ],
)
def test_an_option_is_said_in_many_ways(db: Connection, now: datetime, *, words: str, option: int) -> None:
    poll, li = opened(db, now=now), living(db, "oLi", "101", now=now)

    assert says(db, poll, li, words, now=now).option == option


@pytest.mark.parametrize("words", ["", "D", "随便", "选9", "我不知道"])
def test_words_that_are_no_option_are_asked_again(db: Connection, now: datetime, words: str) -> None:
    poll, li = opened(db, now=now), living(db, "oLi", "101", now=now)

    with pytest.raises(errors.OptionUnknown, match=r"A\.同意 B\.不同意 C\.弃权"):
        says(db, poll, li, words, now=now)


def test_the_same_person_may_change_until_the_end(db: Connection, now: datetime) -> None:
    poll, li = opened(db, now=now), living(db, "oLi", "101", now=now)

    said = [says(db, poll, li, words, now=now).cast for words in ("同意", "同意", "反对", "同意")]

    assert said == [Cast.COUNTED, Cast.SAME, Cast.CHANGED, Cast.CHANGED]
    assert counting(db, poll) == [("101", 0)]
    assert [each.status for each in ballots.ballots_of(db, poll.id)] == [
        BallotStatus.REPLACED,
        BallotStatus.REPLACED,
        BallotStatus.COUNTED,
    ]


def test_the_same_word_of_another_of_the_household_is_one_vote(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now)
    li, zhang = living(db, "oLi", "101", now=now), living(db, "oZhang", "101", now=now)
    says(db, poll, li, "同意", now=now)

    assert says(db, poll, zhang, "同意", now=now).cast is Cast.JOINED
    assert tally_now(db, poll).votes == (1, 0, 0)
    assert sent_to(db, DESK) == []


def test_another_word_of_the_household_waits_for_staff(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now)
    li = living(db, "oLi", "101", now=now, name="李秀英")
    zhang = living(db, "oZhang", "101", now=now, name="张伟")
    says(db, poll, li, "同意", now=now)

    said = [says(db, poll, zhang, words, now=now).cast for words in ("反对", "反对", "弃权")]

    assert set(said) == {Cast.CONTESTED}
    assert counting(db, poll) == [("101", 0)]
    assert [each.choice for each in contested(db, poll)] == [2]
    assert len(sent_to(db, DESK, having="两个人投的不一样")) == 1
    shown = poll_answers.claims_text(poll, list_claims(db, named(db, "李强"), poll, now=now))
    assert "第1位 李秀英“同意”；第2位 张伟“弃权”" in shown
    assert "claims_shown" in {each.action for each in audit.entries_of(db, 1, limit=5)}


@pytest.mark.parametrize("words", ["张伟", "第2位", "2", "以张伟为准"])
def test_staff_say_whose_word_counts(db: Connection, now: datetime, words: str) -> None:
    poll, staff = opened(db, now=now), named(db, "李强")
    li = living(db, "oLi", "101", now=now, name="李秀英")
    zhang = living(db, "oZhang", "101", now=now, name="张伟")
    says(db, poll, li, "同意", now=now)
    says(db, poll, zhang, "反对", now=now)

    decide_claim(db, staff, poll.id, at("101", words), now=now)

    assert counting(db, poll) == [("101", 1)]
    assert contested(db, poll) == []
    with pytest.raises(errors.RuledOtherwise):
        says(db, poll, li, "同意", now=now)
    assert says(db, poll, zhang, "弃权", now=now).cast is Cast.CHANGED
    with pytest.raises(errors.NoClaimThere):
        decide_claim(db, staff, poll.id, at("101", words), now=now)


def test_who_is_decided_must_be_one_of_them_and_staff_decide(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now)
    for openid, words in (("oLi", "同意"), ("oZhang", "反对")):
        says(db, poll, living(db, openid, "101", now=now), words, now=now)

    for name in ("王五", "第3位", "", "没登记姓名的住户"):
        with pytest.raises(errors.ClaimantUnknown, match="第1位 没登记姓名的住户、第2位"):
            decide_claim(db, named(db, "李强"), poll.id, at("101", name), now=now)
    with pytest.raises(NotAllowed):
        decide_claim(db, named(db, "王芳"), poll.id, at("101", "第1位"), now=now)
    with pytest.raises(NotAllowed):
        list_claims(db, named(db, "王芳"), poll, now=now)


def test_a_household_that_agrees_with_itself_waits_no_more(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now)
    li, zhang = living(db, "oLi", "101", now=now), living(db, "oZhang", "101", now=now)
    says(db, poll, li, "同意", now=now)
    says(db, poll, zhang, "反对", now=now)
    says(db, poll, li, "反对", now=now)
    first = contested(db, poll)
    says(db, poll, li, "同意", now=now)
    says(db, poll, zhang, "弃权", now=now)

    assert says(db, poll, zhang, "同意", now=now).cast is Cast.JOINED
    assert (first, contested(db, poll)) == ([], [])
    assert counting(db, poll) == [("101", 0)]


def test_a_secret_vote_shows_no_choice_anywhere(db: Connection, now: datetime) -> None:
    poll, staff = opened(db, now=now, is_secret=True), named(db, "李强")
    li, zhang = living(db, "oLi", "101", now=now), living(db, "oZhang", "101", now=now)

    answers = [
        poll_answers.cast_text(says(db, poll, person, words, now=now))
        for person, words in ((li, "弃权"), (li, "不同意"), (li, "不同意"), (zhang, "弃权"))
    ]
    answers.append(poll_answers.claims_text(poll, list_claims(db, staff, poll, now=now)))
    answers += texts(sent_to(db, DESK))
    answers.append(poll_answers.ruled_text(decide_claim(db, staff, poll.id, at("101", "2"), now=now)))

    assert [each for each in answers if "弃权" in each or "同意" in each] == []


@pytest.mark.parametrize(
    ("home", "refusal"),
    [
        ({"room": None}, errors.VoteHomeUnknown),
        ({"room": "101", "building": None}, errors.VoteHomeUnknown),
        ({"room": "101", "building": "34"}, errors.OutsideScope),
        ({"room": "101", "place": "明园小区"}, errors.OutsideScope),
        ({"room": "999"}, errors.RoomNotListed),
        ({"room": "101", "unit": "6"}, errors.RoomNotListed),
    ],
)
def test_a_home_that_does_not_vote_is_told_what_to_do(
    db: Connection, now: datetime, *, home: dict[str, str], refusal: type[UserError]
) -> None:
    poll = opened(db, now=now)
    person = living(db, "oLi", now=now, **home)

    with pytest.raises(refusal):
        says(db, poll, person, "同意", now=now)
    assert ballots.ballots_of(db, poll.id) == []


def test_the_list_knows_the_entrance_where_only_one_fits(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now)
    li = living(db, "oLi", "101", now=now, unit=None)

    assert says(db, poll, li, "同意", now=now).door.unit == "5"


def test_the_entrance_is_asked_where_several_fit(db: Connection, now: datetime) -> None:
    list_rooms(db, units=("6",))
    poll = opened(db, now=now)
    li = living(db, "oLi", "101", now=now, unit=None)

    with pytest.raises(errors.VoteUnitUnknown):
        says(db, poll, li, "同意", now=now)


def test_without_a_list_no_household_speaks_twice(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now, building="34", households=24)
    bare = living(db, "oBare", "101", now=now, building="34", unit=None)
    says(db, poll, bare, "同意", now=now)
    exact = living(db, "oExact", "101", now=now, building="34", unit="2")
    late = living(db, "oLate", "201", now=now, building="34", unit=None)

    assert says(db, poll, exact, "同意", now=now).cast is Cast.JOINED
    with pytest.raises(errors.VoteUnitUnknown):
        says(db, poll, late, "同意", now=now)
    assert len(counting(db, poll)) == 1


def test_who_moves_keeps_the_word_and_gets_no_second(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now)
    says(db, poll, living(db, "oLi", "101", now=now), "同意", now=now)
    moved = living(db, "oLi", "202", now=now)

    with pytest.raises(errors.VotedForAnotherDoor, match="33号楼5单元101室"):
        says(db, poll, moved, "反对", now=now)
    assert counting(db, poll) == [("101", 0)]


def test_nothing_counts_after_the_end_even_before_it_is_closed(db: Connection, now: datetime) -> None:
    poll, li = opened(db, now=now), living(db, "oLi", "101", now=now)

    with pytest.raises(errors.PollNotOpen):
        says(db, poll, li, "同意", now=now + DAYS)
    assert says(db, poll, li, "同意", now=now + DAYS - timedelta(seconds=1)).cast is Cast.COUNTED


def test_what_a_worker_entered_the_household_may_correct(db: Connection, now: datetime) -> None:
    poll, wang = opened(db, now=now), named(db, "王芳")
    li, zhang = living(db, "oLi", "101", now=now), living(db, "oZhang", "101", now=now)
    enter_votes(db, wang, poll.id, [at("101", "不同意")], is_in_group=True, now=now)
    before = counting(db, poll)

    assert says(db, poll, zhang, "不同意", now=now).cast is Cast.JOINED
    assert says(db, poll, li, "同意", now=now).cast is Cast.CHANGED
    assert before == [("101", 1)]
    assert counting(db, poll) == [("101", 0)]


def test_two_of_a_household_at_once_are_one_vote(database: Database, now: datetime) -> None:
    with database.engine.begin() as db:
        settle_in(db, now=now)
        list_rooms(db)
        poll = opened(db, now=now)
        people = [living(db, f"oAtOnce{number}", "101", now=now) for number in range(6)]

    def vote(number: int) -> Cast:
        words = "同意" if number % 2 else "不同意"
        cast = database.write_now(cast_vote, people[number], poll.id, words, now=now, rules=RULES)
        return cast.cast

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(vote, range(6)))

    with database.engine.begin() as db:
        assert len(counting(db, poll)) == 1
        assert outcomes.count(Cast.COUNTED) == 1
        assert outcomes.count(Cast.JOINED) == 2
        assert len(contested(db, poll)) == 3


def test_nobody_learns_in_a_secret_vote_what_another_of_the_door_chose(db: Connection, now: datetime) -> None:
    poll = opened(db, now=now, is_secret=True)
    for room in ("101", "102"):
        says(db, poll, living(db, f"oFirst{room}", room, now=now), "同意", now=now)
        entered = [at(f"2{room[1:]}", "同意")]
        enter_votes(db, named(db, "李强"), poll.id, entered, is_in_group=False, now=now)

    def told(openid: str, room: str, words: str) -> str:
        cast = says(db, poll, living(db, openid, room, now=now), words, now=now)
        return poll_answers.cast_text(cast).replace(room, "")

    assert told("oSame", "101", "同意") == told("oOther", "102", "不同意")
    assert told("oAgreeing", "201", "同意") == told("oDiffering", "202", "不同意")
    assert counting(db, poll) == [("101", 0), ("102", 0), ("201", 0), ("202", 1)]
