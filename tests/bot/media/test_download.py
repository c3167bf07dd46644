"""Bytes come in bounded, and what goes wrong on the way has a name."""

import asyncio
import gzip

import pytest
from aiohttp import ClientTimeout, web

from bot.channels.errors import DeliveryError, Refused, TryAgain
from bot.media.download import Downloader
from bot.media.fetching import Unkept
from tests.bot.media.store import Store

LIMIT = 1 << 20  # bytes


async def test_a_file_comes_whole(store: Store, downloader: Downloader) -> None:
    url = store.put("/file", bytes(LIMIT))

    got = await downloader.get(url, limit=LIMIT)

    assert (got.as_file(), got.content_type, got.as_object()) == (bytes(LIMIT), "image/jpeg", None)


async def test_a_file_that_says_it_is_too_large_is_not_read(store: Store, downloader: Downloader) -> None:
    url = store.put("/file", bytes(LIMIT + 1))

    with pytest.raises(Unkept) as refusal:
        await downloader.get(url, limit=LIMIT)

    assert str(refusal.value) == "文件超过1MB，没有保存。"


@pytest.mark.parametrize("is_packed", [False, True])
async def test_a_file_that_hides_how_large_it_is_is_read_to_the_limit_only(
    store: Store, downloader: Downloader, *, is_packed: bool
) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Encoding": "gzip"} if is_packed else {})
        response.enable_chunked_encoding()
        await response.prepare(request)
        piece = gzip.compress(bytes(8 * LIMIT)) if is_packed else bytes(LIMIT // 4)
        for _ in range(1000):
            sent += 1
            await response.write(piece)
        return response

    store.paths["/endless"] = endless

    with pytest.raises(Unkept):
        await downloader.get(f"{store.base}/endless", limit=LIMIT)

    assert sent < 1000


@pytest.mark.parametrize(("status", "body"), [(500, b"x"), (302, b"x"), (404, b"x" * 2 * LIMIT), (200, b"")])
async def test_what_is_no_file_may_come_later(
    store: Store, downloader: Downloader, *, status: int, body: bytes
) -> None:
    got = await downloader.get(store.put("/file", body, status=status), limit=LIMIT)

    with pytest.raises(TryAgain):
        got.as_file()


async def test_a_page_is_no_file(store: Store, downloader: Downloader) -> None:
    got = await downloader.get(store.put("/file", b"busy", content_type="text/html"), limit=LIMIT)

    with pytest.raises(TryAgain):
        got.as_file()


async def test_a_transfer_that_breaks_off_is_tried_again(store: Store, downloader: Downloader) -> None:
    async def breaking(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(bytes(10))
        assert request.transport is not None
        request.transport.abort()
        return response

    store.paths["/breaking"] = breaking

    with pytest.raises(TryAgain):
        await downloader.get(f"{store.base}/breaking", limit=LIMIT)


async def test_silence_is_tried_again(store: Store) -> None:
    is_over = asyncio.Event()

    async def silent(_request: web.Request) -> web.StreamResponse:
        await is_over.wait()
        return web.Response()

    store.paths["/silent"] = silent
    downloader = Downloader(timeout=ClientTimeout(total=0.05))

    with pytest.raises(TryAgain):
        await downloader.get(f"{store.base}/silent", limit=LIMIT)

    is_over.set()
    await downloader.close()


async def test_nobody_there_is_tried_again(downloader: Downloader) -> None:
    with pytest.raises(TryAgain):
        await downloader.get("http://127.0.0.1:1/file", limit=LIMIT)


@pytest.mark.parametrize(
    "url", ["", "/etc/passwd", "file:///etc/passwd", "ftp://a/b", "http://", "http://a@b/c", "http://[::1/x"]
)
async def test_what_is_no_address_of_the_web_is_not_asked_for(downloader: Downloader, url: str) -> None:
    with pytest.raises(DeliveryError) as refusal:
        await downloader.get(url, limit=LIMIT)

    assert isinstance(refusal.value, Refused)


async def test_nobody_is_followed_elsewhere(store: Store, downloader: Downloader) -> None:
    async def elsewhere(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/inside")

    store.paths["/moved"] = elsewhere
    store.put("/inside", b"inside")

    got = await downloader.get(f"{store.base}/moved", limit=LIMIT)

    assert (got.status, got.content, store.asked) == (302, b"", ["/moved"])
