"""A vote is counted in exact fractions, from the rows alone, the same in whatever order they are read."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.polls.counting import Outcome, count, is_settled, tally_of
from handlers.replies.polls import outcome_text, percent
from storage.models.polls import Ballot, BallotStatus, Basis, Poll, PollKind, PollStatus

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
END = NOW + timedelta(days=10)
YES, NO, ABSTAINS = 0, 1, 2


def poll(households: int = 1280, **more: Any) -> Poll:
    values: dict[str, Any] = {
        "id": 1,
        "community_id": 1,
        "number": 2,
        "kind": PollKind.VOTE,
        "title": "是否加装电梯",
        "options": ["同意", "不同意", "弃权"],
        "estate_id": 1,
        "building": None,
        "unit": None,
        "households": households,
        "area": None,
        "is_listed": True,
        "basis": Basis.HOUSEHOLDS,
        "quorum": "",
        "threshold": "4/5",
        "is_of_cast": False,
        "is_secret": False,
        "status": PollStatus.OPEN,
        "opened_at": NOW,
        "closes_at": END,
        "closed_at": None,
        "result": None,
        "made_by_id": 1,
        "made_at": NOW,
        "topic_id": None,
        "meeting_id": None,
        "measure_id": None,
        "phase": None,
    }
    return Poll(**(values | more))


def ballot(number: int, choice: int | None, *, area: int | None = None, **more: Any) -> Ballot:
    values: dict[str, Any] = {
        "id": number,
        "poll_id": 1,
        "door": f"1|33|5|{number}",
        "person_id": number,
        "choice": choice,
        "words": "",
        "people": None,
        "area": area,
        "entered_by_id": None,
        "cast_at": NOW,
        "status": BallotStatus.COUNTED,
    }
    return Ballot(**(values | more))


def ballots(*votes: int, area: int | None = None) -> list[Ballot]:
    """So many of each option, in the options' order."""
    choices = [choice for choice, number in enumerate(votes) for _ in range(number)]
    return [ballot(index, choice, area=area) for index, choice in enumerate(choices, 1)]


@pytest.mark.parametrize(
    ("votes", "terms", "outcome"),
    [
        ((1024, 0), {}, Outcome.PASSED),
        ((1023, 257), {}, Outcome.FAILED),
        ((640, 640), {"threshold": ">1/2"}, Outcome.FAILED),
        ((641, 0), {"threshold": ">1/2"}, Outcome.PASSED),
        ((640, 0), {"threshold": "1/2"}, Outcome.PASSED),
        ((853, 0), {"quorum": "2/3", "threshold": ">1/2", "is_of_cast": True}, Outcome.QUORUM_MISSED),
        ((854, 0), {"quorum": "2/3", "threshold": ">1/2", "is_of_cast": True}, Outcome.PASSED),
        ((427, 427), {"quorum": "2/3", "threshold": ">1/2", "is_of_cast": True}, Outcome.FAILED),
        ((428, 426), {"quorum": "2/3", "threshold": ">1/2", "is_of_cast": True}, Outcome.PASSED),
        ((300, 0, 554), {"quorum": "2/3", "threshold": "1/3", "is_of_cast": True}, Outcome.PASSED),
        ((1280, 1), {}, Outcome.MISCOUNTED),
        ((), {}, Outcome.FAILED),
        ((), {"quorum": "2/3"}, Outcome.QUORUM_MISSED),
        ((), {"threshold": "1/3", "is_of_cast": True}, Outcome.FAILED),
    ],
)
def test_the_share_decides_exactly(votes: tuple[int, ...], terms: dict[str, Any], outcome: Outcome) -> None:
    assert count(ballots(*votes), poll(**terms)).outcome is outcome


def test_by_area_large_rooms_weigh_more() -> None:
    said = [ballot(1, YES, area=20_000), ballot(2, NO, area=4_000), ballot(3, NO, area=4_000)]

    assert count(said, poll(3, area=28_000, basis=Basis.AREA, threshold="2/3")).outcome is Outcome.PASSED
    assert count(said, poll(3, area=28_000, basis=Basis.BOTH, threshold="2/3")).outcome is Outcome.FAILED
    assert (
        count(said, poll(3, area=28_000, basis=Basis.HOUSEHOLDS, threshold="1/2")).outcome is Outcome.FAILED
    )


def test_of_several_options_the_one_ahead_wins_and_a_tie_has_no_winner() -> None:
    choice = poll(24, options=["划线", "限时", "弃权"], threshold="")

    assert (count(ballots(9, 8, 7), choice).leader, count(ballots(9, 8, 7), choice).outcome) == (
        0,
        Outcome.PASSED,
    )
    assert (count(ballots(8, 8, 8), choice).leader, count(ballots(8, 8, 8), choice).outcome) == (
        None,
        Outcome.FAILED,
    )
    assert count(ballots(1, 2, 20), choice).leader == 1


def test_what_came_after_the_end_or_does_not_count_is_left_out() -> None:
    said = [
        ballot(1, YES),
        ballot(2, YES, cast_at=END),
        ballot(3, YES, cast_at=END - timedelta(microseconds=1)),
        ballot(4, YES, status=BallotStatus.REPLACED),
        ballot(5, YES, status=BallotStatus.CONTESTED),
        ballot(6, 7),
        ballot(7, None),
    ]

    assert count(said, poll()).votes == (2, 0, 0)


shares = st.fractions(min_value=Fraction(1, 100), max_value=1, max_denominator=100)
said = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 20_000), st.booleans(), st.booleans()), max_size=40
)


@given(said, shares, st.booleans(), st.sampled_from(list(Basis)), st.data())
def test_the_order_of_the_rows_changes_nothing(
    rows: list[tuple[int, int, bool, bool]], share: Fraction, of_cast: bool, basis: Basis, data: st.DataObject
) -> None:
    made = [
        ballot(
            index,
            choice,
            area=area,
            status=BallotStatus.COUNTED if is_counted else BallotStatus.REPLACED,
            cast_at=NOW if is_early else END,
        )
        for index, (choice, area, is_counted, is_early) in enumerate(rows, 1)
    ]
    vote = poll(
        50,
        area=1_000_000,
        basis=basis,
        threshold=f"{share.numerator}/{share.denominator}",
        quorum="1/5",
        is_of_cast=of_cast,
    )

    tally = count(made, vote)

    assert count(data.draw(st.permutations(made)), vote) == tally
    assert tally_of(tally.as_json()) == tally
    assert tally.cast == sum(is_counted and is_early for _, _, is_counted, is_early in rows)


numbers = st.integers(0, 30)


@given(st.tuples(numbers, numbers), st.tuples(numbers, numbers), shares, st.booleans())
def test_a_settled_vote_stays_as_it_is_whatever_the_rest_says(
    said: tuple[int, int], rest: tuple[int, int], share: Fraction, of_cast: bool
) -> None:
    (yes, no), (more_yes, more_no) = said, rest
    vote = poll(
        yes + no + more_yes + more_no,
        threshold=f"{share.numerator}/{share.denominator}",
        quorum="1/2",
        is_of_cast=of_cast,
    )
    before = count(ballots(yes, no), vote)

    if is_settled(ballots(yes, no), vote):
        assert count(ballots(yes + more_yes, no + more_no), vote).outcome is before.outcome


def test_what_can_still_change_is_not_settled() -> None:
    assert is_settled(ballots(1024, 0), poll())
    assert not is_settled(ballots(1023, 256), poll())
    assert is_settled(ballots(1023, 257), poll())
    assert is_settled(ballots(0, 257), poll())
    assert not is_settled(ballots(1024, 0), poll(), contested=["1|33|5|1"])
    assert not is_settled(ballots(8, 7), poll(16, options=["划线", "限时"], threshold=""))
    assert is_settled(ballots(9, 7), poll(16, options=["划线", "限时"], threshold=""))


@pytest.mark.parametrize(
    ("part", "whole", "near", "text"),
    [
        (1024, 1280, "4/5", "80%"),
        (1023, 1280, "4/5", "79.9%"),
        (641, 1280, ">1/2", "50.07%"),
        (640, 1280, ">1/2", "50%"),
        (2, 3, "2/3", "66.6%"),
        (799_999, 1_000_000, "4/5", "79.9%"),
        (800_001, 1_000_000, "4/5", "80.0001%"),
        (0, 1280, "", "0%"),
        (1, 100_000, "", "0%"),
        (0, 0, "", "0%"),
    ],
)
def test_shares_are_shown_rounded_down_and_never_as_what_they_are_not(
    part: int, whole: int, near: str, text: str
) -> None:
    assert percent(part, whole, near) == text


def test_the_result_is_told_with_exact_numbers() -> None:
    passed, failed = poll(), poll()
    both = poll(3, area=30_000, basis=Basis.BOTH, quorum="2/3", threshold="3/4", is_of_cast=True)

    assert outcome_text(passed, count(ballots(1024, 100), passed)) == (
        "同意 1024 户，占 1280 户的 80%，达到 80%，通过。"
    )
    assert outcome_text(failed, count(ballots(1023, 257), failed)) == (
        "同意 1023 户，占 1280 户的 79.9%，没有达到 80%，未通过。"
    )
    assert outcome_text(both, count(ballots(2, area=10_000), both)) == (
        "参与 2 户，占 3 户的 66.6%，达到 2/3；参与面积 200平方米，占 300平方米的 66.6%，达到 2/3；"
        "同意 2 户，占投票的 2 户的 100%，达到 75%；"
        "同意的面积 200平方米，占投票的 200平方米的 100%，达到 75%，通过。"
    )
    assert outcome_text(both, count(ballots(1, area=10_000), both)) == (
        "参与 1 户，占 3 户的 33.3%，没有达到 2/3；参与面积 100平方米，占 300平方米的 33.3%，没有达到 2/3，"
        "参与不足，表决无效。"
    )
    over = poll(1)
    assert "结果待社区核对" in outcome_text(over, count(ballots(2), over))
