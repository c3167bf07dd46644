"""Access tokens: single flight, shared, renewed ahead, replaced once."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.channels.api import AccountApi
from bot.channels.client import PlatformClient
from bot.channels.errors import BackOff, TryAgain
from bot.channels.tokens import CorporationToken, StableToken, Tokens, wait_before_force
from bot.channels.verdicts import OFFICIAL_ACCOUNT
from storage import tokens as rows
from storage.engine import Database
from tests.bot.channels.platform import OK, RESET, FakePlatform
from tests.bot.watch import Watch
from tests.conftest import KEY

STABLE, SEND = "/cgi-bin/stable_token", "/cgi-bin/message/custom/send"
BAD = {"errcode": 40001, "errmsg": "invalid credential"}

MakeTokens = Callable[..., Tokens]


@pytest.fixture
def make_tokens(
    platform: FakePlatform, client: PlatformClient, sqlite_database: Database, watch: Watch
) -> MakeTokens:
    """Tokens of the account `wx1`; each call stands for a process of its own."""

    def make(database: Database = sqlite_database) -> Tokens:
        source = StableToken(client, platform.base, app_id="wx1", app_secret="app-secret")
        return Tokens(source, database=database, now=watch)

    return make


@pytest.fixture
def api(make_tokens: MakeTokens, platform: FakePlatform, client: PlatformClient) -> AccountApi:
    """The account's endpoints."""
    return AccountApi(client, platform.base, tokens=make_tokens(), rulings=OFFICIAL_ACCOUNT)


async def test_the_first_token_is_asked_for_without_force(
    make_tokens: MakeTokens, platform: FakePlatform
) -> None:
    assert await make_tokens().current() == "token-1"
    assert [call.body for call in platform.called(STABLE)] == [
        {"grant_type": "client_credential", "appid": "wx1", "secret": "app-secret", "force_refresh": False}
    ]


async def test_fifty_at_once_fetch_one_token(make_tokens: MakeTokens, platform: FakePlatform) -> None:
    tokens = make_tokens()

    assert set(await asyncio.gather(*(tokens.current() for _ in range(50)))) == {"token-1"}
    assert len(platform.called(STABLE)) == 1


async def test_processes_share_one_fetch(
    make_tokens: MakeTokens, platform: FakePlatform, sqlite_url: str
) -> None:
    platform.gate = asyncio.Event()
    other = Database(sqlite_url, encryption_key=KEY)
    both = [asyncio.create_task(make_tokens(*own).current()) for own in ((), (other,))]
    await platform.is_called.wait()

    platform.gate.set()

    assert await asyncio.gather(*both) == ["token-1", "token-1"]
    assert len(platform.called(STABLE)) == 1
    other.close()


async def test_the_stored_token_is_encrypted_and_used_after_a_restart(
    make_tokens: MakeTokens, platform: FakePlatform, sqlite_database: Database
) -> None:
    await make_tokens().current()

    assert await make_tokens().current() == "token-1"
    assert len(platform.called(STABLE)) == 1
    raw = sqlite_database.read_now(
        lambda db: db.exec_driver_sql("SELECT token FROM platform_tokens").scalar_one()
    )
    assert "token-1" not in raw


async def test_a_token_is_renewed_before_it_ends(
    make_tokens: MakeTokens, platform: FakePlatform, watch: Watch
) -> None:
    tokens = make_tokens()
    await tokens.current()
    platform.token = "token-2"

    watch.move(minutes=114)
    assert await tokens.current() == "token-1"
    watch.move(minutes=2)
    assert await tokens.current() == "token-2"


async def test_a_failed_renewal_leaves_the_old_token_while_it_lives(
    make_tokens: MakeTokens, platform: FakePlatform, watch: Watch
) -> None:
    tokens = make_tokens()
    await tokens.current()
    platform.answers(STABLE, {"errcode": -1}, RESET)
    watch.move(minutes=116)

    assert await tokens.current() == "token-1"
    assert await tokens.current() == "token-1"  # without asking again at once
    assert len(platform.called(STABLE)) == 2
    watch.move(minutes=5)
    with pytest.raises(TryAgain):
        await tokens.current()


async def test_fifty_sends_and_a_rejected_token_make_one_refresh(
    api: AccountApi, platform: FakePlatform
) -> None:
    await api.post(SEND, {})
    platform.renew("token-2")

    answers = await asyncio.gather(*(api.post(SEND, {}) for _ in range(50)))

    assert answers == [OK] * 50
    assert len(platform.called(STABLE)) == 2
    assert not any(call.body["force_refresh"] for call in platform.called(STABLE))


async def test_one_injected_rejection_makes_one_refresh(api: AccountApi, platform: FakePlatform) -> None:
    await api.post(SEND, {})
    platform.answers(SEND, BAD)

    assert await asyncio.gather(*(api.post(SEND, {}) for _ in range(50))) == [OK] * 50
    forced = [call.body["force_refresh"] for call in platform.called(STABLE)]
    assert forced == [False, False, True]  # the same token once more, and only then by force
    assert len(platform.called(SEND)) == 52


async def test_a_token_that_another_process_replaced_is_not_fetched_again(
    make_tokens: MakeTokens, platform: FakePlatform
) -> None:
    late, quick = make_tokens(), make_tokens()
    await asyncio.gather(late.current(), quick.current())
    platform.renew("token-2")
    await quick.replace("token-1")

    assert await late.replace("token-1") == "token-2"
    assert len(platform.called(STABLE)) == 2


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_token_rejected_for_ever_is_tried_twice_and_no_more(
    api: AccountApi, platform: FakePlatform, code: int
) -> None:
    platform.answers(SEND, *[{"errcode": code}] * 9)

    with pytest.raises(TryAgain) as raised:
        await api.post(SEND, {})
    assert (len(platform.called(SEND)), raised.value.pauses_account) == (2, True)


async def test_forced_refreshes_are_thirty_seconds_apart_in_all_processes(
    make_tokens: MakeTokens, watch: Watch
) -> None:
    first, second = make_tokens(), make_tokens()
    forced = await first.replace(await first.current())

    with pytest.raises(BackOff) as raised:
        await second.replace(forced)
    assert raised.value.retry_after == timedelta(seconds=30)
    watch.move(seconds=30)
    assert await second.replace(forced) == "token-1-forced-forced"


def test_no_more_than_twenty_forced_refreshes_a_day(now: datetime) -> None:
    forced = [(now - timedelta(hours=23, minutes=minute)).timestamp() for minute in range(20)]

    assert wait_before_force(forced[1:], now=now) == timedelta(0)
    assert wait_before_force(forced, now=now) == timedelta(minutes=41)


async def test_a_wrong_secret_pauses_the_account_and_one_failure_serves_all_who_wait(
    make_tokens: MakeTokens, platform: FakePlatform
) -> None:
    platform.answers(STABLE, {"errcode": 40125, "errmsg": "invalid appsecret"})
    tokens = make_tokens()
    platform.gate = asyncio.Event()
    waiting = [asyncio.create_task(tokens.current()) for _ in range(20)]
    await platform.is_called.wait()
    platform.gate.set()

    results = await asyncio.gather(*waiting, return_exceptions=True)

    assert all(isinstance(result, BackOff) and result.pauses_account for result in results)
    assert len(platform.called(STABLE)) == 1


async def test_a_refresher_that_is_cancelled_lets_the_next_one_fetch(
    make_tokens: MakeTokens, platform: FakePlatform
) -> None:
    tokens = make_tokens()
    platform.gate = asyncio.Event()
    task = asyncio.create_task(tokens.current())
    await platform.is_called.wait()

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    platform.gate.set()

    assert await tokens.current() == "token-1"


async def test_an_answer_without_a_token_is_tried_again(
    make_tokens: MakeTokens, platform: FakePlatform
) -> None:
    platform.answers(STABLE, {"expires_in": 7200})

    with pytest.raises(TryAgain):
        await make_tokens().current()


async def test_the_corporation_asks_with_id_and_secret_and_stores_neither(
    platform: FakePlatform, client: PlatformClient, sqlite_database: Database, watch: Watch
) -> None:
    source = CorporationToken(client, platform.base, corp_id="ww1", secret="corp-secret")

    assert await Tokens(source, database=sqlite_database, now=watch).current() == "token-1"
    assert platform.calls[0].query == {"corpid": "ww1", "corpsecret": "corp-secret"}
    assert "corp-secret" not in source.name
    stored = sqlite_database.read_now(rows.token_named, source.name)
    assert stored is not None
    assert stored.token == "token-1"
