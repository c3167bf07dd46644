"""Carries callbacks to the product: five seconds for an answer, three requests in all."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from bot.clock import Clock
from bot.simulator.journal import Attempt

REQUESTS = 3  # in all; WECHAT 1.6
ANSWER_LIMIT = 1 << 20  # bytes read of an answer


@dataclass(frozen=True)
class Parcel:
    """One request, freshly stamped and signed."""

    url: str
    query: dict[str, str]
    body: str
    content_type: str


@dataclass(frozen=True)
class Receipt:
    """How the last request went and all there were."""

    attempts: tuple[Attempt, ...]
    parcel: Parcel

    @property
    def last(self) -> Attempt:
        return self.attempts[-1]


class Postman:
    def __init__(self, answer_timeout: float) -> None:
        self.answer_timeout = answer_timeout
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
        )

    async def close(self) -> None:
        if self._session:
            await self._session.close()
            self._session = None

    async def deliver(self, make: Callable[[], Parcel], *, requests: int = REQUESTS) -> Receipt:
        """Ask until there is an answer; each request is made anew, with its own stamp and signature.

        Whatever status answers ends it: only silence and a broken connection are tried again.
        """
        attempts: list[Attempt] = []
        while True:
            parcel = make()
            attempt = await self._post(parcel, number=len(attempts) + 1)
            attempts.append(attempt)
            if attempt.status is not None or len(attempts) == requests:
                return Receipt(tuple(attempts), parcel)
            await asyncio.sleep(max(0.0, self.answer_timeout - attempt.seconds))

    async def ask(self, url: str, query: dict[str, str]) -> tuple[int, str]:
        """Status and body of a GET, as for the verification of a callback address."""
        async with asyncio.timeout(self.answer_timeout):
            async with self._ready().get(url, params=query, allow_redirects=False) as response:
                return response.status, (await response.content.read(ANSWER_LIMIT)).decode("utf-8", "replace")

    async def _post(self, parcel: Parcel, *, number: int) -> Attempt:
        started = Clock.monotonic()
        status, answer, trouble = None, "", ""
        try:
            async with asyncio.timeout(self.answer_timeout):
                status, answer = await self._exchange(parcel)
        except TimeoutError:
            status, trouble = None, "timeout"
        except (aiohttp.ClientError, OSError) as error:
            status, trouble = None, f"connection: {type(error).__name__}"
        return Attempt(number, status, Clock.monotonic() - started, answer, trouble)

    async def _exchange(self, parcel: Parcel) -> tuple[int, str]:
        async with self._ready().post(
            parcel.url,
            params=parcel.query,
            data=parcel.body.encode("utf-8"),
            headers={"Content-Type": parcel.content_type, "User-Agent": "Mozilla/4.0"},
            allow_redirects=False,
        ) as response:
            body = await _read(response)
            return response.status, body.decode("utf-8", "replace")

    def _ready(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the platform has not been started")
        return self._session


async def _read(response: aiohttp.ClientResponse) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > ANSWER_LIMIT:
            break
    return b"".join(parts)
