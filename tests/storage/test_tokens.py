"""Access tokens, shared by all processes; on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from storage import tokens
from storage.engine import Database
from storage.models.outbox import PlatformToken, platform_tokens

HOUR = timedelta(hours=1)


def claim(database: Database, now: datetime, *, rejected: str | None = None) -> PlatformToken | None:
    return database.write_now(tokens.claim_refresh, "account", rejected=rejected, until=now)


def stored(database: Database, now: datetime, *, token: str) -> PlatformToken:
    claimed = claim(database, now)
    assert claimed is not None
    assert database.write_now(tokens.store_token, claimed, token=token, expires_at=now + HOUR)
    found = database.read_now(tokens.token_named, "account")
    assert found is not None
    return found


def test_an_account_never_heard_of_has_no_token(database: Database) -> None:
    assert database.read_now(tokens.token_named, "account") is None


async def test_of_many_who_want_to_refresh_one_may(database: Database, now: datetime) -> None:
    wants = [database.write(tokens.claim_refresh, "account", rejected=None, until=now) for _ in range(20)]

    claims = await asyncio.gather(*wants)

    assert sum(claimed is not None for claimed in claims) == 1


def test_a_token_that_holds_is_not_refreshed(database: Database, now: datetime) -> None:
    stored(database, now, token="t1")

    assert claim(database, now) is None
    assert claim(database, now + HOUR) is not None


def test_a_rejected_token_is_refreshed_only_while_it_is_the_stored_one(
    database: Database, now: datetime
) -> None:
    stored(database, now, token="t2")

    assert claim(database, now, rejected="t1") is None
    assert claim(database, now, rejected="t2") is not None


def test_a_refresh_given_up_is_free_at_once(database: Database, now: datetime) -> None:
    claimed = claim(database, now)
    assert claimed is not None
    assert claim(database, now) is None

    database.write_now(tokens.give_up_refresh, claimed)

    assert claim(database, now) is not None


def test_a_claim_that_ran_out_stores_nothing(database: Database, now: datetime) -> None:
    slow = claim(database, now)
    assert slow is not None
    past = update(platform_tokens).values(claimed_until=datetime(2020, 1, 1, tzinfo=UTC))
    database.write_now(lambda db: db.execute(past))
    assert stored(database, now, token="new").token == "new"

    assert not database.write_now(tokens.store_token, slow, token="old", expires_at=now + HOUR)
    database.write_now(tokens.give_up_refresh, slow)

    found = database.read_now(tokens.token_named, "account")
    assert found is not None
    assert found.token == "new"


def test_forced_refreshes_of_the_last_day_are_remembered(database: Database, now: datetime) -> None:
    row = stored(database, now, token="t1")
    for at in (now - timedelta(hours=25), now - HOUR, now):
        database.write_now(tokens.count_forced, row, now=at)
        found = database.read_now(tokens.token_named, "account")
        assert found is not None
        row = found

    assert row.forced == [(now - HOUR).timestamp(), now.timestamp()]
