"""Bytes from a platform: streamed, and never more of them than allowed."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from yarl import URL

from bot.channels.errors import DeliveryError, Refused, TryAgain
from bot.media.fetching import Unkept

logger = logging.getLogger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=60, connect=5, sock_read=15)  # seconds; 10 MB over a slow line
CHUNK = 1 << 16  # bytes
JSON_LIMIT = 1 << 16  # bytes; longer ones are no platform's answer
TOO_LARGE = "文件超过{megabytes}MB，没有保存。"


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What came back; `content_type` is what the other side says it is. Only a 200 has content."""

    status: int
    content_type: str
    content: bytes

    def as_object(self) -> dict[str, Any] | None:
        """The JSON object that came instead of a file; `None` when it is something else."""
        if len(self.content) > JSON_LIMIT or not self.content.lstrip().startswith(b"{"):
            return None
        try:
            answer = json.loads(self.content)
        except (ValueError, RecursionError):
            return None
        return answer if isinstance(answer, dict) else None

    def as_file(self) -> bytes:
        """The bytes, when they can be a file; TryAgain when it is an error, a page of a proxy, or nothing."""
        is_page = self.content_type == "text/html"
        if self.status != HTTPStatus.OK or is_page or not self.content:
            raise TryAgain("平台没有给出文件")
        return self.content


class Downloader:
    """One session for all downloads."""

    def __init__(self, *, timeout: aiohttp.ClientTimeout = TIMEOUT) -> None:
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    async def get(self, url: str, *, limit: int, query: Mapping[str, str] | None = None) -> Downloaded:
        """What lies there; `Unkept` when it has more than `limit` bytes, TryAgain when nothing comes."""
        address = _address(url, query or {})
        try:
            async with self._open().get(address, allow_redirects=False) as response:
                is_file = response.status == HTTPStatus.OK
                content = await _read(response, limit) if is_file else b""
                return Downloaded(response.status, response.content_type.lower(), content)
        except (aiohttp.ClientError, TimeoutError) as error:
            logger.warning("%s: %s", address.path, type(error).__name__, extra={"action": "download_failed"})
            raise _meaning(error) from error

    async def close(self) -> None:
        """End all connections."""
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            jar = aiohttp.DummyCookieJar()
            self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=jar)
        return self._session


def _address(url: str, query: Mapping[str, str]) -> URL:
    try:
        address = URL(url, encoded=True)
        is_web = address.scheme in ("http", "https") and bool(address.host) and address.user is None
    except ValueError as error:
        raise Refused("文件的地址不对") from error
    if not is_web:
        raise Refused("文件的地址不对")
    return address.update_query(query) if query else address


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if response.content_length is not None and response.content_length > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_chunked(CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
    return b"".join(chunks)


def _too_large(limit: int) -> Unkept:
    return Unkept(TOO_LARGE.format(megabytes=limit >> 20))


def _meaning(error: Exception) -> DeliveryError:
    """Asking twice does no harm, so that nothing is ever in doubt."""
    return (
        Refused("文件的地址不对")
        if isinstance(error, aiohttp.InvalidURL)
        else TryAgain("连不上平台，或者传输中断")
    )
