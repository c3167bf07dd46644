"""A survey is asked, answered once each, changed, ended, and told without names."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from handlers.errors.meetings import NoSuchMeeting
from handlers.errors.polls import NoSuchPoll, OptionsWrong, PollTextTooLong
from handlers.errors.surveys import (
    NoSuchOption,
    SameSurvey,
    SurveyAnswerMissing,
    SurveyMeetingOver,
    SurveyNamesSomebody,
    SurveyNotForYou,
    SurveyOver,
    SurveyPeopleWrong,
    SurveyTimeWrong,
    SurveyTitleMissing,
)
from handlers.meetings.changing import MeetingMove, cancel_meeting, move_meeting
from handlers.surveys.answering import answer_survey, own_answer
from handlers.surveys.circle import surveys_concerning
from handlers.surveys.closing import cancel_survey, close_survey, follow_meeting
from handlers.surveys.summing import summarised, summary_of
from storage import meetings, surveys
from storage.engine import Database
from storage.models.people import Person
from storage.models.polls import Ballot, BallotStatus, Poll, PollStatus
from storage.polls import ballots, rows
from tests.handlers.cases.scene import DESK, estate, named, reported, sent_to, settle_in, texts
from tests.handlers.meetings.gathering import called_meeting, invite
from tests.handlers.surveys.asking import OPTIONS, RULES, asked, fire, living, many_say, poll_of, says

GROUP = "wrSampleFengqiao"


@pytest.fixture
def here(database: Database, now: datetime) -> Database:
    """The sample communities."""
    database.write_now(settle_in, now=now)
    return database


def desk_reads(db: Connection) -> list[str]:
    return texts(sent_to(db, DESK, having="征询小结"))


def test_it_is_asked_in_the_groups_of_the_estate_until_three_days_later(
    here: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        opened = asked(db, now=now)

        [question] = texts(sent_to(db, GROUP))
        assert question.splitlines()[:4] == ["【征询】暖气热不热", "A 不热", "B 还可以", "C 很热"]
        assert "征询1 A 家里3人 想说的话" in question
        assert sent_to(db, "wrSampleMingyuan") == []
        assert (opened.groups, opened.people) == (1, 0)
        assert opened.poll.closes_at == now.replace(hour=12) + timedelta(days=3)

    here.write_now(story)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"title": ""}, SurveyTitleMissing),
        ({"title": "问" * 101}, PollTextTooLong),
        ({"title": "33号楼5单元201的狗吵不吵"}, SurveyNamesSomebody),
        ({"title": "打13900001111问问"}, SurveyNamesSomebody),
        ({"options": ("好",)}, OptionsWrong),
        ({"options": tuple("一二三四五六七八九")}, OptionsWrong),
        ({"closes_at": -1}, SurveyTimeWrong),
        ({"closes_at": 200}, SurveyTimeWrong),
        ({"meeting": 9}, NoSuchMeeting),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_kept(
    here: Database, now: datetime, *, more: dict[str, Any], refusal: type[Exception]
) -> None:
    if "closes_at" in more:
        more = {"closes_at": now + timedelta(days=more["closes_at"])}
    order = {"title": "暖气热不热"} | more
    with pytest.raises(refusal):
        here.write_now(lambda db: asked(db, now=now, **order))

    assert here.read_now(surveys.open_surveys, 1) == []


def test_the_same_question_is_not_asked_twice_at_once(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        asked(db, now=now)
        with pytest.raises(SameSurvey, match="征询1"):
            asked(db, now=now)

    here.write_now(story)


# ------------------------------------------------------------------ answers


def test_one_answer_each_that_may_be_changed_and_completed(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        asked(db, now=now)
        first = says(db, "oLi", "B", now=now)
        assert (first.ballot.choice, first.before) == (1, None)
        more = says(db, "oLi", "家里3人", now=now)
        assert (more.ballot.choice, more.ballot.people) == (1, 3)
        again = says(db, "oLi", "b 家里3人", now=now)
        assert again.ballot == again.before == more.ballot
        changed = says(db, "oLi", "A 晚上只有15度", now=now)
        assert (changed.ballot.choice, changed.ballot.people, changed.ballot.words) == (0, 3, "晚上只有15度")
        added = says(db, "oLi", "西屋更冷", now=now)
        assert added.ballot.words == "晚上只有15度；西屋更冷"

        assert ballots.counted_number(db, poll_of(db).id) == 1
        kept = ballots.ballots_of(db, poll_of(db).id, status=[BallotStatus.REPLACED])
        assert len(kept) == 3
        assert own_answer(db, living(db, "oLi", now=now), poll_of(db)) == added.ballot

    here.write_now(story)


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("", SurveyAnswerMissing),
        ("D", NoSuchOption),
        ("A 家里60人", SurveyPeopleWrong),
        ("A 家里0人", SurveyPeopleWrong),
    ],
)
def test_what_cannot_be_counted_is_refused(
    here: Database, now: datetime, *, words: str, refusal: type[Exception]
) -> None:
    def story(db: Connection) -> None:
        asked(db, now=now)
        with pytest.raises(refusal):
            says(db, "oLi", words, now=now)

    here.write_now(story)


def test_others_numbers_other_estates_and_other_communities_are_refused(
    here: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        asked(db, now=now)
        with pytest.raises(NoSuchPoll):
            says(db, "oLi", "A", now=now, number=2)
        with pytest.raises(SurveyNotForYou, match="枫桥苑的居民"):
            answer_survey(db, living(db, "oHe", now=now, at="明园小区"), 1, "A", now=now)
        with pytest.raises(NoSuchPoll):
            answer_survey(db, living(db, "oFar", now=now, at="银杏里"), 1, "A", now=now)
        assert [each.number for each in surveys_concerning(db, living(db, "oLi", now=now), now=now)] == [1]
        assert surveys_concerning(db, living(db, "oHe", now=now, at="明园小区"), now=now) == []

    here.write_now(story)


def test_who_answers_several_times_at_once_counts_once(here: Database, now: datetime) -> None:
    people = [here.write_now(joined, who, now=now) for who in ("oLi", "oHe")]
    here.write_now(lambda db: asked(db, now=now))
    said = [(person, "ABC"[turn % 3]) for turn in range(6) for person in people]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: here.write_now(answered, *one, now=now), said))

    def looked(db: Connection) -> None:
        rows_of = ballots.ballots_of(db, poll_of(db).id)
        counted = [each.door for each in rows_of if each.status is BallotStatus.COUNTED]
        assert sorted(counted) == sorted(f"person:{person.id}" for person in people)
        assert summary_of(db, poll_of(db), is_for_staff=True).answers == 2

    here.read_now(looked)


def joined(db: Connection, openid: str, /, *, now: datetime) -> Person:
    return living(db, openid, now=now)


def answered(db: Connection, person: Person, words: str, /, *, now: datetime) -> None:
    answer_survey(db, person, 1, words, now=now)


# ------------------------------------------------------------------ what it gave


def test_the_desk_reads_counts_people_and_words_without_names(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        poll = asked(db, now=now).poll
        answer_survey(
            db, living(db, "oLi", now=now, name="张伟"), 1, "A 家里3人 我是张伟，33号楼5单元201不热", now=now
        )
        says(db, "oHe", "A 家里2人 晚上冷", now=now)
        says(db, "oWu", "A 晚上冷。", now=now)
        says(db, "oZhao", "C", now=now)
        says(db, "oQian", "希望早点供", now=now)
        fire(db, poll.closes_at)
        fire(db, poll.closes_at + timedelta(hours=1))

        [told] = desk_reads(db)
        assert "5 人回答，涉及 5 人（2 份写了人数）。" in told
        assert "A 不热：3（60.0%）" in told
        assert "B 还可以：0（0.0%）" in told
        assert "没有选选项、只说了意见：1" in told
        assert "· A 晚上冷（2 人）" in told
        for private in ("张伟", "201", "5单元"):
            assert private not in told
        assert sent_to(db, GROUP, having="小结") == []
        closed = poll_of(db)
        assert (closed.status, closed.result) == (
            PollStatus.CLOSED,
            {"answers": 5, "counts": [3, 0, 1], "without_choice": 1, "people": 5, "households": 2},
        )
        with pytest.raises(SurveyOver):
            says(db, "oLi", "B", now=poll.closes_at)

    here.write_now(story)


def test_after_its_end_nothing_counts_also_while_nobody_closed_it(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        poll = asked(db, now=now).poll
        with pytest.raises(SurveyOver):
            says(db, "oLi", "A", now=poll.closes_at)
        fire(db, poll.closes_at + timedelta(days=2))

        [told] = desk_reads(db)
        assert "还没有人回答。" in told

    here.write_now(story)


def test_hundreds_of_words_are_cut_with_the_rest_counted(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        poll = asked(db, now=now).poll
        many_say(db, (f"A 第{number}个办法更好" for number in range(120)), now=now)
        close_survey(db, named(db, "李强"), rows.lock_poll(db, poll.id), now=now, rules=RULES)

        [told] = desk_reads(db)
        assert "120 人回答" in told
        assert "· 还有 105 条" in told
        assert len(told) < 1500

    here.write_now(story)


def test_words_of_few_and_words_that_point_to_somebody_are_for_staff_alone(
    here: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        poll = asked(db, now=now).poll
        many_say(db, ["A 太冷了", "A 我家三楼冷"], now=now)
        assert summary_of(db, poll, is_for_staff=False).words == ()
        assert len(summary_of(db, poll, is_for_staff=True).words) == 2

        says(db, "oThird", "B", now=now)
        public = summary_of(db, poll, is_for_staff=False)
        assert [each.words for each in public.words] == ["太冷了"]
        assert public.hidden == 1

    here.write_now(story)


def test_cancelled_it_gives_nothing_and_may_be_asked_again(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        poll = asked(db, now=now).poll
        cancel_survey(db, named(db, "李强"), rows.lock_poll(db, poll.id), reason="写错了", now=now)
        fire(db, poll.closes_at)

        assert desk_reads(db) == []
        with pytest.raises(SurveyOver, match="已取消"):
            says(db, "oLi", "A", now=now)
        assert asked(db, now=now).poll.number == 2

    here.write_now(story)


def test_words_are_forgotten_at_their_word_and_the_choice_still_counts(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        poll = asked(db, now=now).poll
        person = says(db, "oLi", "A 太冷了", now=now).ballot.person_id or 0
        surveys.forget_answers(db, person)

        summary = summary_of(db, poll, is_for_staff=True)
        assert (summary.counts[0], summary.words) == (1, ())

    here.write_now(story)


@given(st.permutations(range(12)))
def test_the_numbers_do_not_depend_on_the_order_of_saying(order: list[int]) -> None:
    at = datetime.fromisoformat("2026-11-20T02:00:00+00:00")
    said = [
        ("冷", 0, 3),
        ("冷。", 0, None),
        ("热", 2, 1),
        ("", 1, None),
        ("看情况", None, 2),
        ("冷", 2, None),
    ] * 2
    told = [
        Ballot(
            place, 1, f"person:{place}", place, choice, words, people, None, None, at, BallotStatus.COUNTED
        )
        for place, (words, choice, people) in enumerate(said)
    ]
    poll = survey_row(at)

    straight = summarised(poll, told, names=(), is_for_staff=True)
    mixed = summarised(poll, [told[place] for place in order], names=(), is_for_staff=True)

    assert mixed == straight
    assert straight.answers == sum(straight.counts) + straight.without_choice
    assert straight.people == 12


def survey_row(at: datetime) -> Poll:
    values: dict[str, Any] = dict.fromkeys(Poll.__slots__)
    return Poll(**values | {"options": list(OPTIONS), "closes_at": at, "number": 1, "title": "?"})


# ------------------------------------------------------------------ ahead of a meeting


def test_before_a_meeting_reporters_are_asked_alone_and_it_ends_an_hour_before(
    here: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        case = reported(db, now=now, kind=("water", "sewer"), text="33号楼下水道堵了")
        meeting = called_meeting(db, now=now, cases=[case], chair_id=named(db, "李强").id)
        assert meeting.starts_at is not None
        opened = asked(db, now=now, meeting=meeting.number)

        assert (opened.groups, opened.people) == (1, 1)
        [question] = texts(sent_to(db, "oLi", having="征询"))
        assert "议事会之前，想先听听大家的意见" in question
        assert opened.poll.closes_at == meeting.starts_at - timedelta(hours=1)
        says(db, "oLi", "A", now=now)
        fire(db, opened.poll.closes_at)

        [told] = desk_reads(db)
        assert f"会前征询：议事会 {meeting.number}" in told

    here.write_now(story)


def test_of_a_meeting_that_is_not_public_only_those_it_concerns_hear_and_answer(
    here: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        case = reported(db, now=now, kind=("noise", "upstairs"), text="楼上半夜拖椅子")
        meeting = called_meeting(db, now=now, cases=[case])
        invite(db, meeting, now=now)
        asked(db, now=now, meeting=meeting.number)

        assert sent_to(db, GROUP, having="征询") == []
        assert len(sent_to(db, "oLi", having="【征询】")) == 1
        says(db, "oLi", "A", now=now)
        with pytest.raises(SurveyNotForYou):
            says(db, "oStranger", "A", now=now)

    here.write_now(story)


def test_it_moves_with_its_meeting_and_ends_when_that_begins_or_is_cancelled(
    here: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        staff = named(db, "李强")
        meeting = called_meeting(db, now=now)
        poll = asked(db, now=now, meeting=meeting.number).poll
        later = now + timedelta(days=9)
        moved = move_meeting(db, staff, meeting, MeetingMove(later), now=now, rules=RULES).meeting
        assert poll_of(db).closes_at == later - timedelta(hours=1)
        fire(db, poll.closes_at)
        assert poll_of(db).status is PollStatus.OPEN

        sooner = now + timedelta(hours=5)
        moved = move_meeting(db, staff, moved, MeetingMove(sooner), now=now, rules=RULES).meeting
        assert poll_of(db).closes_at == sooner - timedelta(hours=1)
        cancel_meeting(db, staff, moved, "没人能来", now=now, rules=RULES)
        assert poll_of(db).status is PollStatus.CLOSED
        assert len(desk_reads(db)) == 1

    here.write_now(story)


def test_when_the_meeting_begins_nothing_is_asked_any_more(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        meeting = called_meeting(db, now=now)
        assert meeting.starts_at is not None
        asked(db, now=now, meeting=meeting.number, closes_at=meeting.starts_at)
        begun = meetings.change_meeting(db, meeting.id, code="4821")
        follow_meeting(db, begun, now=meeting.starts_at - timedelta(minutes=20), rules=RULES)

        assert poll_of(db).status is PollStatus.CLOSED
        with pytest.raises(SurveyMeetingOver):
            asked(db, "另一个问题", now=meeting.starts_at, meeting=meeting.number)

    here.write_now(story)


def test_an_end_said_by_staff_stays_but_never_lies_behind_the_beginning(
    here: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        meeting = called_meeting(db, now=now)
        said = now + timedelta(days=2)
        asked(db, now=now, meeting=meeting.number, closes_at=said)
        move_meeting(
            db, named(db, "李强"), meeting, MeetingMove(now + timedelta(days=1)), now=now, rules=RULES
        )

        assert poll_of(db).closes_at == now + timedelta(days=1)

    here.write_now(story)


def test_the_whole_community_is_asked_without_a_place(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        opened = asked(db, now=now, estate_id=None)
        assert opened.groups == 2
        answer_survey(db, living(db, "oHe", now=now, at="明园小区"), 1, "很热", now=now)
        assert summary_of(db, opened.poll, is_for_staff=True).counts == (0, 0, 1)
        assert estate(db).id

    here.write_now(story)
