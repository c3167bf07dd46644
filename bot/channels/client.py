"""HTTP to the platforms: one session, a timeout, JSON in UTF-8, and what it means when no answer comes."""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

import aiohttp
from yarl import URL

from bot.channels.errors import AnswerLost, DeliveryError, Refused, TryAgain
from bot.channels.verdicts import error_code

logger = logging.getLogger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)  # seconds; connecting alone can fail without doubt
KEEP_ALIVE = 4  # seconds; below the 5 and more of common servers, so that we hang up first and lose no answer
ANSWER_LIMIT = 1 << 20  # bytes
LOGGED = 500  # characters of an answer
JSON_TYPE = {"Content-Type": "application/json; charset=utf-8"}
FROM_A_GATEWAY = frozenset({502, 504})  # the HTTP statuses that leave open whether the platform acted

Answer = dict[str, Any]  # JSON enters here


class PlatformClient:
    """Calls endpoints and gives back the JSON object they answer; a DeliveryError when there is none."""

    def __init__(self, *, timeout: aiohttp.ClientTimeout = TIMEOUT) -> None:
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    async def get(self, url: str, *, query: Mapping[str, str] | None = None) -> Answer:
        """The answer to a GET."""
        return await self._call("GET", url, query=query)

    async def post(
        self, url: str, body: Mapping[str, Any], *, query: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer to a POST of this JSON, its Chinese unescaped."""
        return await self._call("POST", url, query=query, body=body)

    async def close(self) -> None:
        """End all connections."""
        if self._session is not None:
            await self._session.close()

    async def _call(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        address = URL(url, encoded=True)
        address = address.update_query(query) if query else address
        secrets = [value for value in address.query.values() if value]
        status, raw = await self._exchange(method, address, body)
        answer = _as_object(raw)
        if answer is None or error_code(answer) != 0:
            shown = _shown(raw, secrets)
            logger.warning(
                "%s answered %s: %s", address.path, status, shown, extra={"action": "platform_answer"}
            )
        if answer is None:
            raise AnswerLost() if status in FROM_A_GATEWAY else TryAgain("平台的回答无法识别")
        return answer

    async def _exchange(self, method: str, address: URL, body: Mapping[str, Any] | None) -> tuple[int, bytes]:
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        try:
            async with self._open().request(
                method, address, data=data, headers=JSON_TYPE if data else None, allow_redirects=False
            ) as response:
                return response.status, await _read(response)
        except (aiohttp.ClientError, TimeoutError) as error:
            logger.warning("%s: %s", address.path, type(error).__name__, extra={"action": "platform_silent"})
            raise _meaning(error) from error

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE)
            self._session = aiohttp.ClientSession(
                timeout=self._timeout, connector=connector, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session


def _meaning(error: Exception) -> DeliveryError:
    """Before the connection stood nothing went out; afterwards nobody knows."""
    if isinstance(error, aiohttp.InvalidURL):
        return Refused("平台地址不对")
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return TryAgain("连不上平台")
    return AnswerLost()


async def _read(response: aiohttp.ClientResponse) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_chunked(1 << 16):
        chunks.append(chunk)
        size += len(chunk)
        if size > ANSWER_LIMIT:
            break
    return b"".join(chunks)


def _as_object(raw: bytes) -> Answer | None:
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _shown(raw: bytes, secrets: Iterable[str]) -> str:
    text = raw[: 4 * LOGGED].decode("utf-8", "replace")
    for secret in secrets:
        text = text.replace(secret, "…")
    return " ".join(text[:LOGGED].split())
