"""The one-time link over HTTP: read without an account, answered once, ended by time, staff or the case."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Connection, select

from bot.app import DISPATCHER
from bot.simulator.photos import sample_photo
from storage.models.assignments import Assignment, AssignmentStatus, assignments
from storage.models.attachments import Attachment, AttachmentStatus, attachments, media_files
from storage.models.cases import CaseEvent, CaseStatus, EventKind, case_events
from tests.conversations.conftest import LI, QIANG, WANG, Town

SEWER = "枫桥苑33号楼5单元下水道堵了，<b>污水</b>]]>往外冒，我电话13912345678"
FEEDBACK = {"action": "feedback", "name": "老孙", "text": "已派车疏通"}


def sheet(db: Connection) -> Assignment:
    return [Assignment(*row) for row in db.execute(select(*assignments.c).order_by(assignments.c.id))][-1]


def attached(db: Connection) -> list[Attachment]:
    return [Attachment(*row) for row in db.execute(select(*attachments.c).order_by(attachments.c.id))]


def answers(db: Connection) -> list[CaseEvent]:
    query = select(*case_events.c).where(case_events.c.kind.in_([EventKind.FED_BACK, EventKind.RETURNED]))
    return [CaseEvent(*row) for row in db.execute(query)]


def kept_files(db: Connection) -> list[bytes]:
    return list(db.execute(select(media_files.c.content)).scalars())


class Browser:
    """Somebody's phone: opens links and fills in what it finds there."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.session, self.base = session, base

    async def open(self, path: str) -> tuple[int, str]:
        async with self.session.get(self.base + path) as response:
            return response.status, await response.text()

    async def headers(self, path: str) -> dict[str, str]:
        async with self.session.get(self.base + path) as response:
            return dict(response.headers)

    async def send(self, path: str, fields: dict[str, str], photo: bytes | None = None) -> tuple[int, str]:
        with aiohttp.MultipartWriter("form-data") as form:
            for name, text in fields.items():
                part = form.append(BytesIO(text.encode()))
                part.set_content_disposition("form-data", name=name)
            if photo is not None:
                part = form.append(BytesIO(photo), {"Content-Type": "image/jpeg"})
                part.set_content_disposition("form-data", name="photo", filename="photo.jpg")
        async with self.session.post(self.base + path, data=form) as response:
            return response.status, await response.text()


@pytest.fixture
async def browser(town: Town) -> AsyncIterator[Browser]:
    address = town.app[DISPATCHER].rules.public_url
    async with aiohttp.ClientSession() as session:
        yield Browser(session, address)


async def link(town: Town, said: str = "交办 1 自来水公司 派人查一查", *, words: str = SEWER) -> str:
    """The path of the link that the worker is given to pass on."""
    await town.say(LI, words)
    answer = await town.say_in_group(WANG, said)
    found = re.search(r"http://[^/\s]+(/sheet/\w+)", answer)
    assert found is not None
    return found[1]


async def test_the_link_shows_the_sheet_without_an_account_and_leaks_nothing(
    town: Town, browser: Browser
) -> None:
    path = await link(town)

    status, page = await browser.open(path)
    headers = await browser.headers(path)

    assert status == 200
    assert "交办单 2026-0001" in page
    assert "自来水公司" in page
    assert "枫桥苑33号楼5单元" in page
    assert "派人查一查" in page
    assert "&lt;b&gt;污水&lt;/b&gt;]]&gt;往外冒" in page  # a resident's words are words
    assert "13912345678" not in page
    assert "<script" not in page
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "noindex" in headers["X-Robots-Tag"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    stored = await town.database.read(sheet)
    assert stored.token_hash == hashlib.sha256(path.rsplit("/", 1)[1].encode()).hexdigest()


async def test_feedback_through_the_link_reaches_the_handler_and_uses_the_link_up(
    town: Town, browser: Browser
) -> None:
    path = await link(town)
    await browser.open(path)

    status, page = await browser.send(path, FEEDBACK)

    assert status == 200
    assert "已收到，谢谢" in page
    told = (await town.texts(town.workers_chat))[-1]
    assert "自来水公司已反馈" in told
    assert "老孙" in told
    [case] = await town.cases()
    assert case.status is CaseStatus.IN_PROGRESS
    for status, page in (await browser.open(path), await browser.send(path, FEEDBACK)):
        assert status == 410
        assert "已在11月20日 周五 10:00答复" in page
        assert "0900-2020000" in page
    assert len(await town.database.read(answers)) == 1


async def test_a_return_through_the_link_needs_a_reason_and_keeps_what_was_filled_in(
    town: Town, browser: Browser
) -> None:
    path = await link(town)

    status, page = await browser.send(path, {"action": "return", "name": "老孙 <1>", "text": "  "})
    assert status == 400
    assert "请写明退回的原因" in page
    assert 'value="老孙 &lt;1&gt;"' in page
    assert (await browser.send(path, {**FEEDBACK, "name": ""}))[0] == 400
    assert (await browser.send(path, {**FEEDBACK, "action": "destroy"}))[0] == 400
    assert await town.database.read(answers) == []

    await browser.send(path, {"action": "return", "name": "老孙", "text": "不归我们管"})

    assert "被自来水公司退回" in (await town.texts(town.workers_chat))[-1]


async def test_two_people_at_once_answer_once(town: Town, browser: Browser) -> None:
    path = await link(town)

    got = await asyncio.gather(*(browser.send(path, FEEDBACK | {"name": f"第{n}人"}) for n in range(6)))

    assert sorted(status for status, _ in got) == [200, 410, 410, 410, 410, 410]
    assert len(await town.database.read(answers)) == 1
    told = [text for text in await town.texts(town.workers_chat) if "已反馈" in text]
    assert len(told) == 1


async def test_a_link_ends_by_time_by_the_worker_and_with_the_case(town: Town, browser: Browser) -> None:
    path = await link(town)
    await town.move(timedelta(days=14, minutes=-1))
    assert (await browser.open(path))[0] == 200
    await town.move(timedelta(minutes=2))
    for status, page in (await browser.open(path), await browser.send(path, FEEDBACK)):
        assert status == 410
        assert "已经过期" in page

    renewed = await link(town, "交办 1 自来水公司")
    assert (await browser.open(renewed))[0] == 200
    assert (await browser.open(path))[0] == 404  # the old one is forgotten
    assert "已撤销" in await town.say_in_group(WANG, "撤销链接 1")
    assert "已由社区撤销" in (await browser.open(renewed))[1]
    assert "没有可用的链接" in await town.say_in_group(QIANG, "撤销链接 1")
    assert (await town.database.read(sheet)).status is AssignmentStatus.OPEN

    last = await link(town, "交办 1 自来水公司")
    await town.say_in_group(WANG, "办结 1 通了")
    status, page = await browser.send(last, FEEDBACK)
    assert (status, "已经结束" in page) == (410, True)


async def test_what_is_no_link_is_not_found(town: Town, browser: Browser) -> None:
    await link(town)

    for path in ("/sheet/guess", "/sheet/%00", "/sheet/" + "a" * 3000, "/sheet/guess/photos/1"):
        status, page = await browser.open(path)
        assert (status, "没有找到这张交办单" in page) == (404, True)
    assert (await browser.send("/sheet/guess", FEEDBACK))[0] == 404


async def test_each_unit_of_a_whistle_has_a_link_of_its_own_and_can_report_in(
    town: Town, browser: Browser
) -> None:
    await town.say(LI, SEWER)
    answer = await town.say_in_group(WANG, "吹哨 1 自来水公司、派出所")
    first, second = re.findall(r"/sheet/\w+", answer)
    assert first != second

    status, page = await browser.send(first, {"action": "check_in"})

    assert status == 200
    assert "已报到" in page
    assert "自来水公司，已报到" in await town.say_in_group(WANG, "查 1")
    assert "派出所，未报到" in await town.say_in_group(WANG, "查 1")
    assert (await browser.send(first, FEEDBACK))[0] == 200  # reporting in has not used it up
    assert (await browser.open(second))[0] == 200


async def test_a_photo_is_made_anew_and_kept_with_the_case(town: Town, browser: Browser) -> None:
    path = await link(town)
    photo = sample_photo(place=(30.1, 120.2))

    status, _ = await browser.send(path, FEEDBACK, photo)

    assert status == 200
    [row] = await town.database.read(attached)
    assert (row.status, row.is_proof) == (AttachmentStatus.KEPT, True)
    [content] = await town.database.read(kept_files)
    assert content.startswith(b"\xff\xd8")
    assert b"Exif" not in content


@pytest.mark.parametrize("photo", [b"GIF89a broken", b"%PDF-1.7 no photo", b"\xff\xd8\xff\xe0 cut"])
async def test_what_is_no_photo_is_refused_and_the_words_stay(
    town: Town, browser: Browser, photo: bytes
) -> None:
    path = await link(town)

    status, page = await browser.send(path, FEEDBACK, photo)

    assert status == 400
    assert "照片没有收下" in page
    assert "已派车疏通" in page
    assert await town.database.read(attached) == []
    assert (await town.database.read(sheet)).status is AssignmentStatus.OPEN


async def test_huge_words_are_cut_and_huge_bodies_refused(town: Town, browser: Browser) -> None:
    path = await link(town)

    assert (await browser.send(path, {**FEEDBACK, "text": "啊" * 30_000}))[0] == 413  # over 64 KB
    assert (await browser.send(path, FEEDBACK, b"\xff\xd8" + bytes(11 * 1024 * 1024)))[0] == 413
    assert (await browser.send(path, {**FEEDBACK, "text": "堵]]>\x00" + "啊" * 20_000}))[0] == 200

    stored = await town.database.read(sheet)
    assert stored.answer.startswith("堵]]>啊")
    assert len(stored.answer) == 2000


async def test_a_body_that_is_no_form_of_ours_is_refused(town: Town, browser: Browser) -> None:
    path = browser.base + await link(town)
    bodies: list[dict[str, Any]] = [
        {"data": b"{}", "headers": {"Content-Type": "application/json"}},
        {"data": b"nothing", "headers": {"Content-Type": "multipart/form-data"}},
        {"data": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"data": b"", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
    ]

    for body in bodies:
        async with browser.session.post(path, **body) as response:
            assert response.status == 400

    assert (await town.database.read(sheet)).status is AssignmentStatus.OPEN


async def test_the_residents_photos_are_seen_through_the_link_alone(town: Town, browser: Browser) -> None:
    await town.say(LI, SEWER)
    await town.simulator.send_photo(LI)
    await town.eventually(lambda: town.database.read(has_file))
    path = await link(town)

    _, page = await browser.open(path)
    [photo] = re.findall(r'src="(/sheet/[^"]+)"', page)

    assert (await browser.headers(photo))["Content-Type"] == "image/jpeg"
    assert (await browser.open(path + "/photos/999"))[0] == 404
    assert (await browser.open(path + "/photos/x"))[0] == 404
    await browser.send(path, FEEDBACK)
    assert (await browser.open(photo))[0] == 410


def has_file(db: Connection) -> bool:
    return bool(kept_files(db))


async def test_the_page_of_a_complaint_about_a_worker_shows_neither_words_nor_photos(
    town: Town, browser: Browser
) -> None:
    await town.say(LI, "枫桥苑33号楼，我要投诉网格员王芳收钱不办事")
    await town.simulator.send_photo(LI)
    await town.eventually(lambda: town.database.read(has_file))
    answer = await town.say(QIANG, "交办 1 自来水公司 请协助了解情况", chat="robot:main")
    found = re.search(r"/sheet/\w+", answer)
    assert found is not None

    _, page = await browser.open(found[0])

    assert "请协助了解情况" in page
    assert "收钱" not in page
    assert "<img" not in page
