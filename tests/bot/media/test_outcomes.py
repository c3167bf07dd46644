"""What follows from a failed attempt to fetch."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.errors import BackOff, Refused, TryAgain
from bot.media.fetching import Unkept
from bot.media.outcomes import Failed, failed
from storage.models.attachments import Attachment, AttachmentKind, AttachmentStatus

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
THREE_DAYS = timedelta(days=3)
TAKEN = Attachment(
    id=1,
    community_id=1,
    case_id=None,
    person_id=1,
    kind=AttachmentKind.PHOTO,
    channel="official_account",
    account="main",
    media_id="m",
    data=None,
    received_at=NOW,
    status=AttachmentStatus.WAITING,
    attempts=1,
    next_at=NOW,
    error="",
    is_proof=False,
)
S = AttachmentStatus


def after(error: Exception, *, attempts: int = 1, at: datetime = NOW, life: timedelta = THREE_DAYS) -> Failed:
    return failed(error, replace(TAKEN, attempts=attempts), life=life, now=at, chance=0.5)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 5), (2, 10), (3, 20), (10, 2560), (11, 3600), (99, 3600)]
)
def test_pauses_double_up_to_an_hour(attempts: int, seconds: int) -> None:
    expected = Failed(S.WAITING, "平台繁忙", NOW + timedelta(seconds=seconds))

    assert after(TryAgain("平台繁忙"), attempts=attempts) == expected


def test_a_platform_that_asks_for_patience_gets_it() -> None:
    asked = BackOff("调用太频繁", retry_after=timedelta(minutes=10))

    assert after(asked) == Failed(S.WAITING, "调用太频繁", NOW + timedelta(minutes=10))


def test_what_the_platform_has_dropped_is_lost_at_once() -> None:
    assert after(Refused("图片或文件已失效")) == Failed(S.LOST, "图片或文件已失效")


def test_what_must_not_be_kept_is_refused() -> None:
    assert after(Unkept("图片已损坏，打不开。")) == Failed(S.REFUSED, "图片已损坏，打不开。")


@pytest.mark.parametrize(
    ("life", "age", "is_lost"),
    [
        (THREE_DAYS, timedelta(days=2, hours=22), False),
        (THREE_DAYS, timedelta(days=2, hours=23), True),
        (timedelta(minutes=5), timedelta(minutes=4), True),
    ],
)
def test_nobody_asks_when_the_platform_will_have_dropped_it(
    *, life: timedelta, age: timedelta, is_lost: bool
) -> None:
    outcome = after(TryAgain("平台繁忙"), attempts=20, at=NOW + age, life=life)

    assert (outcome.status is S.LOST) is is_lost
    assert outcome.error == ("没有在平台保存的时间内取到：平台繁忙" if is_lost else "平台繁忙")


def test_a_bug_is_tried_again_and_its_text_is_shown_to_nobody() -> None:
    assert after(KeyError("secret")) == Failed(S.WAITING, "程序出错", NOW + timedelta(seconds=5))
