"""HTTP to the platforms, and what it means when no answer comes."""

import asyncio
import logging
import socket

import aiohttp
import pytest
from aiohttp import web

from bot.channels.client import PlatformClient
from bot.channels.errors import AnswerLost, Refused, TryAgain
from tests.bot.channels.platform import OK, RESET, FakePlatform, html

SEND = "/cgi-bin/message/custom/send"


async def test_json_goes_out_as_unescaped_utf8(platform: FakePlatform, client: PlatformClient) -> None:
    answer = await client.post(platform.base + SEND, {"content": '<a href="x">水</a>👍'})

    assert answer == OK
    assert '<a href=\\"x\\">水</a>👍'.encode() in platform.calls[0].raw
    assert platform.calls[0].content_type == "application/json; charset=utf-8"


async def test_nobody_listening_means_nothing_went_out(client: PlatformClient) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(TryAgain):
            await client.post(f"http://127.0.0.1:{unused.getsockname()[1]}{SEND}", {})


async def test_a_connection_that_breaks_after_the_request_leaves_doubt(
    platform: FakePlatform, client: PlatformClient
) -> None:
    platform.answers(SEND, RESET)

    with pytest.raises(AnswerLost):
        await client.post(platform.base + SEND, {})
    assert len(platform.calls) == 1


async def test_an_answer_that_does_not_come_leaves_doubt(platform: FakePlatform) -> None:
    client = PlatformClient(timeout=aiohttp.ClientTimeout(total=0.05))
    platform.gate = asyncio.Event()

    with pytest.raises(AnswerLost):
        await client.post(platform.base + SEND, {})
    platform.gate.set()
    await client.close()


@pytest.mark.parametrize(
    "answer",
    [
        html(),
        html(503),
        lambda: web.Response(text=""),
        lambda: web.Response(text="[1]", content_type="application/json"),
        lambda: web.Response(body=b'{"errcode": \xff', content_type="application/json"),
        lambda: web.Response(status=302, headers={"Location": "http://elsewhere.example/"}),
        lambda: web.Response(body=b"x" * (2 << 20)),
    ],
    ids=["html", "busy", "empty", "list", "broken", "redirect", "huge"],
)
async def test_what_is_no_json_object_is_tried_again(
    platform: FakePlatform, client: PlatformClient, answer: object
) -> None:
    platform.answers(SEND, answer)  # type: ignore[arg-type]  # pytest hands the table's entries through as object

    with pytest.raises(TryAgain):
        await client.post(platform.base + SEND, {})


@pytest.mark.parametrize("status", [502, 504])
async def test_a_gateway_that_lost_the_platform_leaves_doubt(
    platform: FakePlatform, client: PlatformClient, status: int
) -> None:
    platform.answers(SEND, html(status))

    with pytest.raises(AnswerLost):
        await client.post(platform.base + SEND, {})


async def test_json_of_any_content_type_and_status_is_read(
    platform: FakePlatform, client: PlatformClient
) -> None:
    platform.answers(
        SEND, lambda: web.Response(text='{"errcode": 45015}', content_type="text/plain", status=412)
    )

    assert await client.post(platform.base + SEND, {}) == {"errcode": 45015}


async def test_the_log_shows_the_answer_without_the_secret(
    platform: FakePlatform, client: PlatformClient, caplog: pytest.LogCaptureFixture
) -> None:
    page = "<html>/cgi-bin/webhook/send?key=SECRETKEY not found</html>"
    platform.answers("/cgi-bin/webhook/send", lambda: web.Response(text=page, content_type="text/html"))

    with caplog.at_level(logging.DEBUG), pytest.raises(TryAgain):
        await client.post(f"{platform.base}/cgi-bin/webhook/send", {}, query={"key": "SECRETKEY"})
    assert "not found" in caplog.text
    assert "SECRETKEY" not in caplog.text


async def test_an_address_that_is_none_is_refused(client: PlatformClient) -> None:
    with pytest.raises(Refused):
        await client.post("nonsense", {})
