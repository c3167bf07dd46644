"""Access tokens of the platforms, shared by all processes; one of them refreshes."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from storage.dialects import PerDialect
from storage.engine import database_now
from storage.models.base import one
from storage.models.outbox import PlatformToken, platform_tokens

REFRESH_LEASE = timedelta(seconds=30)  # longer than the two calls of 10 s a refresh may take
DAY = timedelta(days=1)

_BIRTH = PerDialect(
    platform_tokens,
    lambda statement: statement.on_conflict_do_nothing(index_elements=[platform_tokens.c.name]),
)


def token_named(db: Connection, name: str) -> PlatformToken | None:
    """The stored token of an account; `None` when it was never fetched."""
    row = db.execute(select(*platform_tokens.c).where(platform_tokens.c.name == name)).first()
    return one(PlatformToken, row)


def is_usable(stored: PlatformToken | None, *, rejected: str | None, until: datetime) -> bool:
    """Whether the stored token is another than the rejected one and lives beyond `until`."""
    return (
        stored is not None
        and stored.token is not None
        and stored.token != rejected
        and stored.expires_at is not None
        and stored.expires_at > until
    )


def claim_refresh(
    db: Connection, name: str, *, rejected: str | None, until: datetime
) -> PlatformToken | None:
    """The row, when the caller is the one to fetch a new token now; its `claimed_until` is the claim.

    `None` when somebody else is at it, or has been: the stored token is another than the one that was
    rejected and lives beyond `until`.
    """
    db.execute(_BIRTH.on(db), {"name": name, "forced": []})
    row = db.execute(select(*platform_tokens.c).where(platform_tokens.c.name == name).with_for_update()).one()
    stored = PlatformToken(*row)
    clock = database_now(db)
    if stored.claimed_until is not None and stored.claimed_until > clock:
        return None
    if is_usable(stored, rejected=rejected, until=until):
        return None
    claim = update(platform_tokens).where(platform_tokens.c.id == stored.id)
    claimed = claim.values(claimed_until=clock + REFRESH_LEASE).returning(*platform_tokens.c)
    return PlatformToken(*db.execute(claimed).one())


def count_forced(db: Connection, claimed: PlatformToken, *, now: datetime) -> None:
    """A forced refresh is counted before it is made: the platform allows few a day."""
    recent = [at for at in claimed.forced if at > (now - DAY).timestamp()]
    row = update(platform_tokens).where(platform_tokens.c.id == claimed.id)
    db.execute(row.values(forced=[*recent, now.timestamp()]))


def store_token(db: Connection, claimed: PlatformToken, *, token: str, expires_at: datetime) -> bool:
    """Every process uses this token from now on; false when the claim had passed to somebody else."""
    mine = (platform_tokens.c.id == claimed.id, platform_tokens.c.claimed_until == claimed.claimed_until)
    values = {"token": token, "expires_at": expires_at, "claimed_until": None}
    return db.execute(update(platform_tokens).where(*mine).values(values)).rowcount == 1


def give_up_refresh(db: Connection, claimed: PlatformToken) -> None:
    """The refresh failed; somebody else may try at once."""
    mine = (platform_tokens.c.id == claimed.id, platform_tokens.c.claimed_until == claimed.claimed_until)
    db.execute(update(platform_tokens).where(*mine).values(claimed_until=None))
