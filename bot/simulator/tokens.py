"""Access tokens: who holds which, until when, and which calls end the life of others."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.simulator.wire import ApiError, Json

LIFE = timedelta(seconds=7200)  # both platforms
RENEWED_EARLY = timedelta(minutes=5)  # stable_token gives the next one so long before the end
FORCED_PER_DAY = 20  # force_refresh of stable_token
FORCED_APART = timedelta(seconds=30)


@dataclass
class Token:
    value: str
    owner: str  # account:NAME or corp
    kind: str  # token, stable or corp
    key: str  # the secret or account it was issued for
    issued_at: datetime
    expires_at: datetime
    is_revoked: bool = False

    def as_json(self) -> Json:
        return {
            "owner": self.owner,
            "kind": self.kind,
            "token": self.value[:12] + "…",
            "issued_at": self.issued_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
            "revoked": self.is_revoked,
        }


class Tokens:
    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}
        self._current: dict[tuple[str, str], Token] = {}
        self._forced: dict[str, list[datetime]] = {}

    def all(self) -> Iterator[Token]:
        return iter(self._tokens.values())

    def issue(self, owner: str, *, now: datetime) -> Token:
        """A token of `/cgi-bin/token`: each call invalidates the one before."""
        self._revoke("token", owner)
        return self._new("token", owner, owner, now=now)

    def issue_stable(self, owner: str, *, is_forced: bool, now: datetime) -> Token:
        """A token of `/cgi-bin/stable_token`: the same until it is about to end, or forced."""
        if is_forced:
            self._count_forced(owner, now)
            self._revoke("stable", owner)
        current = self._current.get(("stable", owner))
        if current and not current.is_revoked and current.expires_at - now > RENEWED_EARLY:
            return current
        return self._new("stable", owner, owner, now=now)

    def issue_corporation(self, secret: str, *, now: datetime) -> Token:
        """A token of `/cgi-bin/gettoken`: one per secret, the same while it is valid."""
        current = self._current.get(("corp", secret))
        if current and not current.is_revoked and current.expires_at > now:
            return current
        return self._new("corp", "corp", secret, now=now)

    def owner_of(self, value: str, *, side: str, now: datetime) -> str:
        """Whose token it is; ApiError 41001, 40001/40014 or 42001 when it opens nothing.

        `side` is account or corp: neither takes the other's tokens; any takes both.
        """
        if not value:
            raise ApiError(41001, "access_token missing")
        token = self._tokens.get(value)
        is_meant = token is not None and side in {"any", token.owner.split(":")[0]}
        if token is None or not is_meant or token.is_revoked:
            if side == "corp":
                raise ApiError(40014, "invalid access_token")
            raise ApiError(40001, "invalid credential, access_token is invalid or not latest")
        if token.expires_at <= now:
            raise ApiError(42001, "access_token expired")
        return token.owner

    def key_of(self, value: str) -> str:
        """The secret or account that the token was issued for; empty when there is no such token."""
        token = self._tokens.get(value)
        return token.key if token else ""

    def forget(self, value: str) -> None:
        """End this token's life before its time."""
        token = self._tokens.get(value)
        if token:
            token.is_revoked = True

    def _new(self, kind: str, owner: str, key: str, *, now: datetime) -> Token:
        self._prune(now)
        token = Token(f"{kind}_{secrets.token_urlsafe(96)}", owner, kind, key, now, now + LIFE)
        self._tokens[token.value] = token
        self._current[(kind, key)] = token
        return token

    def _revoke(self, kind: str, key: str) -> None:
        current = self._current.get((kind, key))
        if current:
            current.is_revoked = True

    def _prune(self, now: datetime) -> None:
        long_gone = now - timedelta(days=1)
        self._tokens = {v: t for v, t in self._tokens.items() if t.expires_at > long_gone}

    def _count_forced(self, owner: str, now: datetime) -> None:
        day_ago = now - timedelta(days=1)
        forced = [at for at in self._forced.get(owner, []) if at > day_ago]
        if forced and now - forced[-1] < FORCED_APART:
            raise ApiError(45011, "api minute-quota reach limit, force_refresh is too frequent")
        if len(forced) >= FORCED_PER_DAY:
            raise ApiError(45009, "reach max api daily quota limit")
        self._forced[owner] = [*forced, now]
