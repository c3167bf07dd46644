"""What is forged, stale, too large or unreadable: refused or taken, and nothing stored of it."""

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from tests.edge import (
    ACCOUNT,
    APP,
    OPENID,
    ROBOT,
    SEWER,
    Edge,
    ensure_one_case,
    robot_json,
    running_edge,
    text_xml,
)
from tests.wire import Wire

LIMIT = 64 * 1024  # bytes
STRANGER = Wire("anothertoken", "Z" * 42 + "8", "wx0000000000000000")


@pytest.fixture
async def edge(database_url: str, now: datetime) -> AsyncIterator[Edge]:
    async with running_edge(database_url, now) as running:
        yield running


@pytest.fixture
async def sqlite_edge(sqlite_url: str, now: datetime) -> AsyncIterator[Edge]:
    """Where the database is never reached, one kind is enough."""
    async with running_edge(sqlite_url, now) as running:
        yield running


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1000 + 1):
        yield b"x" * 1000


async def test_what_is_forged_or_stale_is_refused_and_leaves_no_trace(edge: Edge) -> None:
    before, xml, json_text = await edge.counts(), text_xml(SEWER), robot_json("接单 1", key="1")
    query, body = ACCOUNT.safe(xml, edge.now)
    plain = ACCOUNT.plain_query(edge.now)
    robot_query, robot_body = ROBOT.robot(json_text, edge.now)
    app_query, app_body = APP.app(xml, edge.now)
    requests = [
        ("/wechat/main", {}, xml.encode()),
        ("/wechat/main", {**plain, "signature": "0" * 40}, xml.encode()),
        ("/wechat/main", STRANGER.plain_query(edge.now), xml.encode()),
        ("/wechat/main", ACCOUNT.plain_query(edge.now - 301), xml.encode()),
        ("/wechat/main", ACCOUNT.plain_query(edge.now + 301), xml.encode()),
        ("/wechat/main", {**plain, "nonce": "2"}, xml.encode()),
        ("/wechat/main", {**plain, "encrypt_type": "aes"}, xml.encode()),
        ("/wechat/main", *STRANGER.safe(xml, edge.now)),
        ("/wechat/main", *ACCOUNT.safe(xml, edge.now - 301)),
        ("/wechat/main", *ACCOUNT.safe(xml, edge.now + 301)),
        ("/wechat/main", {**query, "msg_signature": query["signature"]}, body),
        ("/wechat/main", query, body.replace(b"<Encrypt>", b"<Encrypt>x")),
        ("/wechat/main", query, ACCOUNT.safe(text_xml("别的话"), edge.now)[1]),
        ("/wechat/main", *Wire(ACCOUNT.token, ACCOUNT.key, "wx-other").safe(xml, edge.now)),
        ("/wechat/main", query, b""),
        ("/wechat/main", robot_query, robot_body),
        ("/wecom/robot/main", query, body),
        ("/wecom/robot/main", robot_query, b""),
        ("/wecom/robot/main", robot_query, b"[" * 50_000),
        ("/wecom/robot/main", robot_query, b'{"encrypt": "\\ud800"}'),
        ("/wecom/robot/main", {}, robot_body),
        ("/wecom/robot/main", *STRANGER.robot(json_text, edge.now)),
        ("/wecom/robot/main", *ROBOT.robot(json_text, edge.now - 301)),
        ("/wecom/robot/main", *Wire(ROBOT.token, ROBOT.key, "ww-corp").robot(json_text, edge.now)),
        ("/wecom/app/main", {}, app_body),
        ("/wecom/app/main", app_query, b""),
        ("/wecom/app/main", query, body),
        ("/wecom/app/main", *STRANGER.app(xml, edge.now)),
        ("/wecom/app/main", *APP.app(xml, edge.now - 301)),
        ("/wecom/app/main", *Wire(APP.token, APP.key, "ww-other").app(xml, edge.now)),
    ]

    statuses = [(await edge.post(*request))[0] for request in requests]

    assert statuses == [403] * len(requests)
    assert await edge.counts() == before
    assert await edge.refused() == {"forged": len(requests)}


async def test_a_replayed_callback_does_nothing_a_second_time_and_is_counted(edge: Edge) -> None:
    query, body = ACCOUNT.safe(text_xml(SEWER), edge.now)
    first = await edge.post("/wechat/main", query, body)

    again = [await edge.post("/wechat/main", query, body) for _ in range(3)]

    assert first[0] == 200
    assert [status for status, _ in again] == [200, 200, 200]
    await ensure_one_case(edge)
    assert await edge.refused() == {"replayed": 3}
    await edge.say(SEWER, key="1")  # the platform repeats the message under a stamp of its own
    await ensure_one_case(edge)
    assert await edge.refused() == {"replayed": 3}


async def test_the_window_follows_the_processs_clock(sqlite_edge: Edge) -> None:
    query, body = ACCOUNT.safe(text_xml("你好"), sqlite_edge.now)
    sqlite_edge.clock.move(timedelta(minutes=6))

    stale, _ = await sqlite_edge.post("/wechat/main", query, body)
    sqlite_edge.clock.move(timedelta(minutes=-6))
    fresh, _ = await sqlite_edge.post("/wechat/main", query, body)

    assert (stale, fresh) == (403, 200)


@pytest.mark.parametrize("path", ["/wechat/main", "/wecom/robot/main"])
async def test_what_is_too_large_is_refused_said_or_not(sqlite_edge: Edge, path: str) -> None:
    query, _ = ACCOUNT.safe(text_xml(SEWER), sqlite_edge.now)

    said, _ = await sqlite_edge.post(path, query, b"x" * (LIMIT + 1))
    unsaid, _ = await sqlite_edge.post(path, query, chunks(LIMIT + 1))
    endless, _ = await sqlite_edge.post(path, query, chunks(4_000_000))
    just_fits, _ = await sqlite_edge.post(path, query, b"x" * LIMIT)

    assert (said, unsaid, endless, just_fits) == (413, 413, 413, 403)
    assert (await sqlite_edge.counts())["receipts"] == 0


async def test_an_authentic_message_that_is_too_large_is_refused_all_the_same(sqlite_edge: Edge) -> None:
    heard = await sqlite_edge.send_plain(text_xml("楼" * LIMIT))

    assert heard.status == 413
    assert (await sqlite_edge.counts())["receipts"] == 0


async def test_compressed_bodies_are_not_unpacked(
    sqlite_edge: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    query = ACCOUNT.plain_query(sqlite_edge.now)
    bomb = gzip.compress(b"\x00" * 10_000_000)

    answers = [
        await sqlite_edge.post("/wechat/main", query, body, **{"Content-Encoding": "gzip"})
        for body in (bomb, b"no gzip", gzip.compress(text_xml(SEWER).encode()))
    ]

    assert [status for status, _ in answers] == [415, 415, 415]
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []
    assert (await sqlite_edge.counts())["receipts"] == 0


async def test_who_leaves_in_the_middle_of_a_body_is_forgotten(
    sqlite_edge: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    host, port = sqlite_edge.url.removeprefix("http://").split(":")
    for head in (b"Content-Length: 50", b"Transfer-Encoding: chunked"):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /wechat/main HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n5\r\nhalf ")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    heard = await sqlite_edge.say("你好")

    assert heard.status == 200
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


UNREADABLE_XML = ["", "<xml/>", "no XML", "<!DOCTYPE xml><xml/>", "<a>" * 9000 + "</a>" * 9000,
                  text_xml(SEWER).replace("<CreateTime>0<", "<CreateTime>soon<"),
                  text_xml(SEWER).replace(OPENID, "")]  # fmt: skip
UNREADABLE_JSON = [
    "",
    "null",
    "{}",
    "[" * 20_000,
    robot_json("接单 1", key=""),
    robot_json("接单 1", key="\x00"),
    robot_json("接单 1", key="1", sender="\ud800"),
    robot_json("接单 1", key="1", chatid={}),
]


async def test_what_is_authentic_but_unreadable_is_taken_counted_and_not_stored(edge: Edge) -> None:
    before = await edge.counts()

    safe = [await edge.send(xml) for xml in UNREADABLE_XML if len(xml) < 30_000]
    plain = [await edge.send_plain(xml) for xml in UNREADABLE_XML]
    robot = [await edge.tell_robot(text) for text in UNREADABLE_JSON]

    assert {(heard.status, heard.body) for heard in safe + plain} == {(200, "success")}
    assert {(heard.status, heard.body) for heard in robot} == {(200, "")}
    assert await edge.counts() == before
    assert await edge.refused() == {"unreadable": len(safe) + len(plain) + len(robot)}


async def test_the_log_quotes_nothing_of_an_unreadable_message(
    sqlite_edge: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    await sqlite_edge.send_plain(text_xml("秘密").replace("</xml>", ""))
    await sqlite_edge.tell_robot('{"text": "秘密"')

    assert len([each for each in caplog.records if each.name == "bot.callbacks"]) == 2
    assert "秘密" not in caplog.text
