"""What each error code means."""

from datetime import timedelta

import pytest

from bot.channels.errors import BackOff, DeliveryError, OnHold, Refused, TryAgain
from bot.channels.verdicts import (
    CORPORATION,
    GROUP_WEBHOOK,
    OFFICIAL_ACCOUNT,
    TOKEN_REQUEST,
    Rulings,
    judge,
)

Case = tuple[Rulings, int, type[DeliveryError], timedelta | None, bool]

TABLE: list[Case] = [
    (OFFICIAL_ACCOUNT, -1, TryAgain, None, False),
    (OFFICIAL_ACCOUNT, 40001, TryAgain, timedelta(minutes=1), True),
    (OFFICIAL_ACCOUNT, 42001, TryAgain, timedelta(minutes=1), True),
    (OFFICIAL_ACCOUNT, 40003, Refused, None, False),
    (OFFICIAL_ACCOUNT, 40164, BackOff, timedelta(minutes=5), True),
    (OFFICIAL_ACCOUNT, 43004, Refused, None, False),
    (OFFICIAL_ACCOUNT, 45002, Refused, None, False),
    (OFFICIAL_ACCOUNT, 45009, BackOff, timedelta(minutes=10), True),
    (OFFICIAL_ACCOUNT, 45011, BackOff, timedelta(minutes=1), True),
    (OFFICIAL_ACCOUNT, 45015, OnHold, None, False),
    (OFFICIAL_ACCOUNT, 45047, OnHold, None, False),
    (OFFICIAL_ACCOUNT, 46004, Refused, None, False),
    (OFFICIAL_ACCOUNT, 48001, Refused, None, False),
    (OFFICIAL_ACCOUNT, 48004, BackOff, timedelta(hours=1), True),
    (OFFICIAL_ACCOUNT, 87014, Refused, None, False),
    (OFFICIAL_ACCOUNT, 99999, TryAgain, None, False),
    (GROUP_WEBHOOK, 45009, BackOff, timedelta(minutes=1), False),
    (GROUP_WEBHOOK, 93000, Refused, None, False),
    (GROUP_WEBHOOK, 40008, Refused, None, False),
    (CORPORATION, 45009, BackOff, timedelta(minutes=1), True),
    (CORPORATION, 48002, BackOff, timedelta(minutes=5), True),
    (CORPORATION, 60020, BackOff, timedelta(minutes=5), True),
    (CORPORATION, 40007, Refused, None, False),
    (CORPORATION, 40056, BackOff, timedelta(minutes=5), True),
    (CORPORATION, 84061, Refused, None, False),
    (CORPORATION, 86003, Refused, None, False),
    (CORPORATION, 86008, Refused, None, False),
    (TOKEN_REQUEST, 40001, BackOff, timedelta(minutes=5), True),
    (TOKEN_REQUEST, 40125, BackOff, timedelta(minutes=5), True),
    (TOKEN_REQUEST, 60020, BackOff, timedelta(minutes=5), True),
]


@pytest.mark.parametrize(("rulings", "code", "error", "pause", "is_account_wide"), TABLE)
def test_a_code_has_one_consequence(
    rulings: Rulings, code: int, error: type[DeliveryError], pause: timedelta | None, is_account_wide: bool
) -> None:
    with pytest.raises(error) as raised:
        judge({"errcode": code, "errmsg": "whatever"}, rulings)

    assert type(raised.value) is error
    assert (raised.value.retry_after, raised.value.pauses_account) == (pause, is_account_wide)
    assert str(raised.value).endswith(f"（{code}）")
    assert "whatever" not in str(raised.value)


@pytest.mark.parametrize("answer", [{"errcode": 0, "errmsg": "ok"}, {}, {"access_token": "x"}])
def test_zero_and_absent_codes_are_success(answer: dict[str, object]) -> None:
    judge(answer, OFFICIAL_ACCOUNT)


@pytest.mark.parametrize("code", ["oops", None, 4.5])
def test_a_code_that_is_no_number_counts_as_busy(code: object) -> None:
    with pytest.raises(TryAgain):
        judge({"errcode": code}, OFFICIAL_ACCOUNT)
