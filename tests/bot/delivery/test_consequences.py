"""What follows from an attempt."""

from datetime import timedelta

import pytest

from bot.channels.errors import AnswerLost, BackOff, DeliveryError, OnHold, Refused, TryAgain, Unclear
from bot.channels.transport import Quota, Sent
from bot.delivery.consequences import Spending, consequence_of, next_look, pause_after, recent_after
from storage.models.outbox import DeliveryStatus
from tests.bot.channels.rows import NOW, make_message

MINUTE = timedelta(minutes=1)
S = DeliveryStatus


@pytest.mark.parametrize(
    ("outcome", "status", "spending", "wait", "attempts"),
    [
        (Sent(), S.SENT, Spending.SPENT, None, 3),
        (Sent(has_more=True), S.WAITING, Spending.SPENT, timedelta(0), 0),
        (Sent(S.AWAITING_OWNER, "msg"), S.AWAITING_OWNER, Spending.SPENT, timedelta(seconds=5), 3),
        (OnHold(), S.HELD, Spending.EXHAUSTED, None, 3),
        (AnswerLost(), S.UNCERTAIN, Spending.SPENT, None, 3),
        (Refused(), S.DEAD, Spending.RETURNED, None, 3),
        (DeliveryError("x", permanent=True), S.DEAD, Spending.RETURNED, None, 3),
        (BackOff(retry_after=MINUTE), S.WAITING, Spending.RETURNED, MINUTE, 2),
        (TryAgain(), S.WAITING, Spending.RETURNED, timedelta(seconds=20), 3),
        (TryAgain(retry_after=MINUTE), S.WAITING, Spending.RETURNED, MINUTE, 3),
    ],
)
def test_an_outcome_has_its_consequence(
    outcome: Sent | DeliveryError,
    status: DeliveryStatus,
    spending: Spending,
    wait: timedelta | None,
    attempts: int,
) -> None:
    consequence = consequence_of(outcome, make_message(attempts=3), now=NOW, chance=0.5)

    assert (consequence.verdict.status, consequence.spending) == (status, spending)
    assert consequence.verdict.next_at == (None if wait is None else NOW + wait)
    assert consequence.verdict.attempts == attempts


@pytest.mark.parametrize(
    ("outcome", "attempts", "status", "wait", "is_doubtful"),
    [
        (AnswerLost(), 3, S.WAITING, timedelta(seconds=20), True),
        (AnswerLost(), 11, S.WAITING, timedelta(hours=1), True),
        (AnswerLost(), 12, S.UNCERTAIN, None, False),  # the status says it
        (Unclear("a bug"), 3, S.UNCERTAIN, None, False),
        (TryAgain(), 3, S.WAITING, timedelta(seconds=20), False),
    ],
)
def test_a_channel_that_repeats_what_was_lost_pauses_counts_and_ends(
    outcome: DeliveryError, attempts: int, status: DeliveryStatus, wait: timedelta | None, is_doubtful: bool
) -> None:
    message = make_message(attempts=attempts)

    consequence = consequence_of(outcome, message, now=NOW, chance=0.5, repeats_lost=True)

    verdict = consequence.verdict
    assert (verdict.status, verdict.attempts, verdict.is_doubtful) == (status, attempts, is_doubtful)
    assert verdict.next_at == (None if wait is None else NOW + wait)
    assert verdict.error == str(outcome)
    expected = Spending.RETURNED if isinstance(outcome, TryAgain) else Spending.SPENT
    assert consequence.spending is expected  # the platform may have counted what was lost


def test_only_a_back_off_blocks_the_destination() -> None:
    outcomes = [BackOff(retry_after=MINUTE), TryAgain(retry_after=MINUTE), OnHold(), AnswerLost()]

    blocked = [consequence_of(each, make_message(), now=NOW, chance=0.5).blocked_until for each in outcomes]

    assert blocked == [NOW + MINUTE, None, None, None]


def test_the_twelfth_failure_is_the_last() -> None:
    statuses = [
        consequence_of(TryAgain(), make_message(attempts=tries), now=NOW, chance=0.5).verdict.status
        for tries in (11, 12)
    ]

    assert statuses == [S.WAITING, S.DEAD]


def test_a_message_that_met_nothing_but_quotas_for_three_days_is_dead() -> None:
    old = make_message(created_at=NOW - timedelta(days=3, seconds=1))

    assert consequence_of(BackOff(retry_after=MINUTE), old, now=NOW, chance=0.5).verdict.status is S.DEAD


def test_pauses_double_from_five_seconds_to_an_hour_with_jitter() -> None:
    middles = [pause_after(tries, chance=0.5).total_seconds() for tries in range(1, 13)]

    assert middles == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    assert [pause_after(1, chance=chance).total_seconds() for chance in (0, 1)] == [4, 6]


def test_an_owner_is_asked_about_often_at_first_then_hourly() -> None:
    ages = [timedelta(0), timedelta(minutes=4), timedelta(hours=2), timedelta(days=2)]

    waits = [next_look(NOW - age, now=NOW) - NOW for age in ages]

    assert waits == [timedelta(seconds=5), MINUTE, timedelta(minutes=30), timedelta(hours=1)]


@pytest.mark.parametrize(
    ("spending", "recent", "expected"),
    [
        (Spending.SPENT, [-9.0, -2.0], [-9.0, 0.0]),  # counted from its end
        (Spending.RETURNED, [-9.0, -2.0], [-9.0]),
        (Spending.EXHAUSTED, [-2.0], [0.0, 0.0, 0.0]),
        (Spending.SPENT, [], []),  # the resident wrote meanwhile: a new list
        (Spending.RETURNED, [], []),
    ],
)
def test_the_quota_follows_the_outcome(
    spending: Spending, recent: list[float], expected: list[float]
) -> None:
    base = NOW.timestamp()

    after = recent_after(
        spending,
        [base + at for at in recent],
        started_at=NOW - timedelta(seconds=2),
        now=NOW,
        quotas=[Quota(3, MINUTE)],
    )

    assert [at - base for at in after] == expected
