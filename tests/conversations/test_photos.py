"""Photos: fetched before the platform drops them, rid of where they were taken, and with their case."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import Connection, select

from bot.simulator.photos import phone_photo
from storage.models.attachments import Attachment, AttachmentStatus, attachments, media_files
from storage.models.cases import CaseStatus
from tests.conversations.conftest import LI, WANG, Town

GPS = 0x8825  # the EXIF directory that says where a photo was taken
LOCK = "枫桥苑3号楼前面的车位装了地锁，没人管"


def sent(db: Connection) -> list[Attachment]:
    return [Attachment(*row) for row in db.execute(select(*attachments.c).order_by(attachments.c.id))]


def contents(db: Connection) -> list[bytes]:
    return list(db.execute(select(media_files.c.content).order_by(media_files.c.attachment_id)).scalars())


async def kept(town: Town, number: int) -> list[Attachment]:
    async def are_kept() -> bool:
        rows = await town.database.read(sent)
        return len(rows) == number and all(row.status is AttachmentStatus.KEPT for row in rows)

    await town.eventually(are_kept)
    return await town.database.read(sent)


async def test_a_photo_before_the_words_joins_their_case_without_saying_where_it_was_taken(
    town: Town,
) -> None:
    photo = phone_photo()
    assert Image.open(BytesIO(photo)).getexif().get_ifd(GPS)

    await town.simulator.send_photo(LI, photo)
    await town.say(LI, LOCK)

    [case] = await town.cases()
    [row] = await kept(town, 1)
    assert row.case_id == case.id
    [content] = await town.database.read(contents)
    image = Image.open(BytesIO(content))
    assert not image.getexif().get_ifd(GPS)
    assert max(image.size) <= 1600


async def test_a_picture_made_to_burst_is_refused_and_the_words_are_kept(town: Town) -> None:
    bomb = BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, "PNG")  # a few KB that unpack to 81 million points

    await town.say(LI, LOCK)
    await town.simulator.send_photo(LI, bomb.getvalue())

    async def is_refused() -> bool:
        return [row.status for row in await town.database.read(sent)] == [AttachmentStatus.REFUSED]

    await town.eventually(is_refused)
    assert await town.database.read(contents) == []
    assert await town.has_cases(1)


@pytest.mark.parametrize("first", ["photo", "words"])
async def test_what_can_be_seen_is_settled_only_with_a_photo(town: Town, first: str) -> None:
    await town.say(LI, LOCK)
    await town.say_in_group(WANG, "接单 1")

    refused = await town.say_in_group(WANG, "办结 1 地锁已拆除")

    assert "照片" in refused
    assert [case.status for case in await town.cases()] == [CaseStatus.CLAIMED]
    if first == "photo":
        await town.simulator.send_photo(WANG, text="1", chat=town.workers_chat)
        await town.say_in_group(WANG, "办结 1 地锁已拆除")
    else:
        await town.simulator.send_photo(WANG, text="办结 1 地锁已拆除", chat=town.workers_chat)
    assert [case.status for case in await town.cases()] == [CaseStatus.RESOLVED]
    [proof] = await kept(town, 1)
    assert proof.is_proof
