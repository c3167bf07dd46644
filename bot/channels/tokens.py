"""Access tokens: one for all processes, fetched by one of them, ahead of its end, and once when rejected."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.client import Answer, PlatformClient
from bot.channels.errors import AnswerLost, BackOff, DeliveryError, TryAgain
from bot.channels.verdicts import TOKEN_REQUEST, judge
from storage import tokens as rows
from storage.engine import Database
from storage.models.outbox import PlatformToken

AHEAD = timedelta(
    minutes=5
)  # before its end a token is renewed; stable_token gives the next one from then on
LOOK_AGAIN = timedelta(seconds=30)  # when the platform still gave the old one, or gave none
WAITING = 15  # seconds a message waits for a token, whoever fetches it
POLL = 0.1  # seconds between looks at what another process fetches
FORCED_PER_DAY = 20  # force_refresh of stable_token (api_getstableaccesstoken)
FORCED_APART = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A token as the platform gave it, and how long it lives from now."""

    token: str = field(repr=False)
    life: timedelta


class TokenSource(Protocol):
    """Where an account's tokens come from."""

    name: str  # of the stored row; tells accounts apart, holds no secret
    can_force: bool  # whether the platform can be told to end the present token

    async def fetch(self, *, force: bool) -> Fetched:
        """A token from the platform; DeliveryError when it gives none."""


class StableToken:
    """The token of an Official Account from stable_token, where no call ends the life of another's token."""

    can_force = True

    def __init__(self, client: PlatformClient, base: str, *, app_id: str, app_secret: str) -> None:
        self.name = f"official_account:{app_id}"
        self._client = client
        self._url = f"{base.rstrip('/')}/cgi-bin/stable_token"
        self._body = {"grant_type": "client_credential", "appid": app_id, "secret": app_secret}

    async def fetch(self, *, force: bool) -> Fetched:
        """The present token, or a new one by force."""
        return _fetched(await self._client.post(self._url, self._body | {"force_refresh": force}))


class CorporationToken:
    """The token of one secret of a WeCom corporation; the same while it is valid."""

    can_force = False

    def __init__(self, client: PlatformClient, base: str, *, corp_id: str, secret: str) -> None:
        self.name = f"wecom:{corp_id}:{hashlib.sha256(secret.encode()).hexdigest()[:12]}"
        self._client = client
        self._url = f"{base.rstrip('/')}/cgi-bin/gettoken"
        self._query = {"corpid": corp_id, "corpsecret": secret}

    async def fetch(self, *, force: bool) -> Fetched:
        """The present token; nothing here can be forced."""
        return _fetched(await self._client.get(self._url, query=self._query))


class Tokens:
    """The current token of one account, for all senders of this process."""

    def __init__(self, source: TokenSource, *, database: Database, now: Callable[[], datetime]) -> None:
        self._source = source
        self._database = database
        self._now = now
        self._lock = asyncio.Lock()
        self._token: str | None = None
        self._expires_at: datetime | None = None
        self._renew_at: datetime | None = None
        self._failures = 0
        self._failure: DeliveryError | None = None

    async def current(self) -> str:
        """A token that holds; fetched when there is none or its end is near."""
        return self._usable(None) or await self._wait_for(None)

    async def replace(self, rejected: str) -> str:
        """Another token than the one the platform has just rejected, unless it insists on that one."""
        return self._usable(rejected) or await self._wait_for(rejected)

    def _usable(self, rejected: str | None) -> str | None:
        is_young = self._renew_at is not None and self._now() < self._renew_at
        return self._token if is_young and self._token != rejected else None

    async def _wait_for(self, rejected: str | None) -> str:
        failures = self._failures
        try:
            async with asyncio.timeout(WAITING), self._lock:
                if token := self._usable(rejected):
                    return token  # another sender fetched it while this one waited
                if self._failure is not None and self._failures != failures:
                    raise self._failure  # another sender tried in vain while this one waited
                return await self._obtain_or_keep(rejected)
        except TimeoutError as error:
            raise TryAgain("等不到访问凭证") from error
        except SQLAlchemyError as error:  # nothing went out yet: not to be taken for a lost answer
            raise TryAgain("数据库暂时不可用") from error

    async def _obtain_or_keep(self, rejected: str | None) -> str:
        try:
            return await self._obtain(rejected)
        except DeliveryError as error:
            if rejected is None and self._token and self._expires_at and self._now() < self._expires_at:
                self._renew_at = min(self._now() + LOOK_AGAIN, self._expires_at)
                return self._token  # it lives a few minutes more: time to try again
            self._failures += 1
            self._failure = error
            raise

    async def _obtain(self, rejected: str | None) -> str:
        name = self._source.name
        while True:
            until = self._now() + AHEAD
            stored = await self._database.read(rows.token_named, name)
            if stored is not None and rows.is_usable(stored, rejected=rejected, until=until):
                return self._remember(stored.token or "", stored.expires_at or until)
            claimed = await self._database.write(rows.claim_refresh, name, rejected=rejected, until=until)
            if claimed is not None:
                return await self._refresh(claimed, rejected)
            await asyncio.sleep(POLL)  # another process is at it

    async def _refresh(self, claimed: PlatformToken, rejected: str | None) -> str:
        try:
            fetched = await self._fetch(claimed, rejected)
        except BaseException:
            await self._database.write(rows.give_up_refresh, claimed)
            raise
        expires_at = self._now() + fetched.life
        await self._database.write(rows.store_token, claimed, token=fetched.token, expires_at=expires_at)
        return self._remember(fetched.token, expires_at)

    async def _fetch(self, claimed: PlatformToken, rejected: str | None) -> Fetched:
        try:
            fetched = await self._source.fetch(force=False)
            if fetched.token != rejected or not self._source.can_force:
                return fetched
            await self._count_forced(claimed)
            return await self._source.fetch(force=True)
        except AnswerLost as error:
            raise TryAgain("平台没有给出访问凭证") from error  # asking twice does no harm

    async def _count_forced(self, claimed: PlatformToken) -> None:
        now = self._now()
        wait = wait_before_force(claimed.forced, now=now)
        if wait:
            raise BackOff("访问凭证被拒，刷新次数已用完", retry_after=wait, pauses_account=True)
        await self._database.write(rows.count_forced, claimed, now=now)

    def _remember(self, token: str, expires_at: datetime) -> str:
        self._token, self._expires_at = token, expires_at
        self._renew_at = min(max(expires_at - AHEAD, self._now() + LOOK_AGAIN), expires_at)
        self._failure = None
        return token


def wait_before_force(forced: list[float], *, now: datetime) -> timedelta:
    """How long until the platform allows one more forced refresh; zero when it does now."""
    day_ago = (now - rows.DAY).timestamp()
    recent = [at for at in sorted(forced) if day_ago < at <= now.timestamp()]
    waits = [timedelta(0)]
    if recent:
        waits.append(timedelta(seconds=recent[-1] - now.timestamp()) + FORCED_APART)
    if len(recent) >= FORCED_PER_DAY:
        waits.append(timedelta(seconds=recent[-FORCED_PER_DAY] - day_ago))
    return max(waits)


def _fetched(answer: Answer) -> Fetched:
    judge(answer, TOKEN_REQUEST)
    token, life = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(token, str) or not token or not isinstance(life, int) or life <= 0:
        raise TryAgain("平台没有给出访问凭证")
    return Fetched(token, timedelta(seconds=life))
