"""Photos, voices, videos and files: how they are sent, where the product gets them, how long."""

import base64
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from PIL import Image, ImageOps
from PIL.ExifTags import GPS, IFD, Base
from wechatpy.crypto.base import WeChatCipher

from bot.clock import Clock
from bot.simulator.client import SimulatorError
from bot.simulator.media import MediaStore, RobotFiles
from bot.simulator.photos import SAMPLE_PLACE, TURNED_RIGHT, phone_photo, sample_photo
from tests.bot.simulator.conftest import RESIDENTS, WORKERS, Stage

VIDEO = b"\x00\x00\x00\x18ftypmp42" + b"0" * 64
VOICE = b"#!AMR\n" + b"0" * 64
ALONE = "robot:main"
GET = "/cgi-bin/media/get"


async def fetched(stage: Stage, url: str) -> tuple[int, bytes, str]:
    async with stage.session.get(url) as response:
        return response.status, await response.read(), response.content_type


async def account_media(stage: Stage, media_id: str) -> tuple[int, bytes, str]:
    token = await stage.account_token()
    return await fetched(stage, f"{stage.url}{GET}?access_token={token}&media_id={media_id}")


def opened(stage: Stage, sealed: bytes) -> bytes:
    """What is in a robot's file, its padding checked as the platform makes it."""
    plain = WeChatCipher(base64.b64decode(stage.product.robot.aes_key + "=")).decrypt(sealed)
    padding = plain[-1]
    assert len(sealed) % 32 == 0
    assert plain[-padding:] == bytes([padding]) * padding
    return bytes(plain[:-padding])


def items(stage: Stage) -> list[dict[str, Any]]:
    return list(stage.product.seen[-1].message["mixed"]["msg_item"])


# ------------------------------------------------------------------ residents and the account


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
async def test_a_photo_comes_back_as_it_was_sent(stage: Stage, kind: str) -> None:
    photo = sample_photo(kind=kind)

    await stage.simulator.send_photo("lixiuying", photo)

    message = stage.product.seen[0].message
    answer = await account_media(stage, message["MediaId"])
    assert (message["MsgType"], answer) == ("image", (200, photo, f"image/{kind.lower()}"))


async def test_a_photo_without_bytes_is_one_of_a_phone(stage: Stage) -> None:
    await stage.simulator.send_photo("lixiuying")

    _, data, _ = await account_media(stage, stage.product.seen[0].message["MediaId"])
    photo = Image.open(BytesIO(data))
    exif = photo.getexif()
    assert exif[Base.Orientation] == TURNED_RIGHT
    degrees, minutes, seconds = (float(part) for part in exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude])
    assert degrees + minutes / 60 + seconds / 3600 == pytest.approx(SAMPLE_PLACE[0], abs=1e-5)
    upright = ImageOps.exif_transpose(photo)
    assert (photo.size, upright.size) == ((320, 240), (240, 320))
    corners = [upright.getpixel(at) for at in ((5, 5), (235, 5), (5, 315))]
    assert [isinstance(c, tuple) and c[0] > 240 for c in corners] == [
        True,
        False,
        False,
    ]  # of the yellow corner


async def test_a_voice_has_no_recognition_and_its_bytes_can_be_had(stage: Stage) -> None:
    await stage.simulator.say("lixiuying", voice=VOICE, transcript="楼道灯坏了")

    message = stage.product.seen[0].message
    assert (message["MsgType"], message["Format"], message["Recognition"]) == ("voice", "amr", None)
    assert await account_media(stage, message["MediaId"]) == (200, VOICE, "audio/amr")


async def test_a_video_is_answered_with_an_address_and_its_thumb_is_a_picture(stage: Stage) -> None:
    await stage.simulator.say("lixiuying", video=VIDEO)

    message = stage.product.seen[0].message
    token = await stage.account_token()
    answer = await stage.get(GET, access_token=token, media_id=message["MediaId"])
    assert list(answer) == ["video_url"]
    assert await fetched(stage, answer["video_url"]) == (200, VIDEO, "video/mp4")
    _, thumb, content_type = await account_media(stage, message["ThumbMediaId"])
    assert (content_type, Image.open(BytesIO(thumb)).size) == ("image/jpeg", (64, 48))


@pytest.mark.parametrize("content", [{"image": phone_photo()}, {"video": VIDEO}])
async def test_what_is_older_than_three_days_is_gone(stage: Stage, content: dict[str, Any]) -> None:
    await stage.simulator.say("lixiuying", **content)
    media_id = stage.product.seen[0].message["MediaId"]
    await stage.simulator.advance(3 * 86_400 - 1)
    token = await stage.account_token()
    async with stage.session.get(f"{stage.url}{GET}?access_token={token}&media_id={media_id}") as response:
        assert "errcode" not in await response.text(errors="replace")

    await stage.simulator.advance(1)

    assert (await stage.get(GET, access_token=token, media_id=media_id))["errcode"] == 40007


async def test_media_needs_a_living_token(stage: Stage) -> None:
    await stage.simulator.send_photo("lixiuying")
    media_id = stage.product.seen[0].message["MediaId"]
    token = await stage.account_token()

    foreign = await stage.get(GET, access_token=await stage.corporation_token(), media_id=media_id)
    missing = await stage.get(GET, media_id=media_id)
    unknown = await stage.get(GET, access_token=token, media_id="x")
    await stage.simulator.advance(7200)
    late = await stage.get(GET, access_token=token, media_id=media_id)

    assert [a["errcode"] for a in (foreign, missing, unknown, late)] == [40001, 41001, 40007, 42001]


async def test_a_product_may_upload_and_get_its_own_video(stage: Stage) -> None:
    token = await stage.account_token()
    form = aiohttp.FormData()
    form.add_field("media", VIDEO, filename="a.mp4")
    url = f"{stage.url}/cgi-bin/media/upload?type=video&access_token={token}"
    async with stage.session.post(url, data=form) as response:
        media_id = (await response.json())["media_id"]

    answer = await stage.get(GET, access_token=token, media_id=media_id)

    assert await fetched(stage, answer["video_url"]) == (200, VIDEO, "video/mp4")


@pytest.mark.parametrize(
    "content",
    [
        {"image": [phone_photo(), phone_photo(shade=9)]},
        {"image": phone_photo(), "text": "就是这里"},
        {"file": b"%PDF-1.7"},
        {"voice": b"#!AMR" + bytes(2 << 20)},
        {"image": []},
        {"image": b"<svg/>"},
    ],
    ids=["two photos", "photo with text", "file", "long voice", "no photo", "no picture"],
)
async def test_what_cannot_be_sent_to_an_account_is_refused(stage: Stage, content: dict[str, Any]) -> None:
    with pytest.raises(SimulatorError, match="。"):
        await stage.simulator.say("lixiuying", **content)

    assert stage.product.seen == []


# ------------------------------------------------------------------ workers and the robot


async def test_words_with_photos_arrive_as_mixed(stage: Stage) -> None:
    photos = [phone_photo(shade=n) for n in range(3)]

    said = await stage.simulator.send_photo("wangfang", text="办结 1 已疏通", chat=WORKERS)
    await stage.simulator.say("wangfang", "办结 1 已疏通", chat=WORKERS, image=photos)

    words, *pictures = items(stage)
    assert said["outcome"] == "silent"
    assert words == {"msgtype": "text", "text": {"content": "@回音 办结 1 已疏通"}}
    assert [p["msgtype"] for p in pictures] == ["image"] * 3
    answers = [await fetched(stage, p["image"]["url"]) for p in pictures]
    assert [opened(stage, sealed) for _, sealed, _ in answers] == photos
    assert {(status, kind) for status, _, kind in answers} == {(200, "application/octet-stream")}
    shown = (await stage.simulator.chat(WORKERS))[-1]
    assert len(shown["data"]["urls"]) == 3


@pytest.mark.parametrize("length", [1, 15, 16, 31, 32, 33, 64])
async def test_a_file_is_padded_to_whole_blocks_of_32(stage: Stage, length: int) -> None:
    data = b"#" * length

    await stage.simulator.say("wangfang", file=data, name="清单.txt", chat=ALONE)

    message = stage.product.seen[0].message
    _, sealed, _ = await fetched(stage, message["file"]["url"])
    assert (message["msgtype"], opened(stage, sealed)) == ("file", data)
    assert len(sealed) == (length // 32 + 1) * 32


async def test_an_address_ends_after_five_minutes_also_when_it_is_delivered_again(stage: Stage) -> None:
    said = await stage.simulator.send_photo("wangfang", chat=ALONE)
    url = stage.product.seen[0].message["image"]["url"]
    await stage.simulator.advance(299)
    assert (await fetched(stage, url))[0] == 200

    await stage.simulator.advance(1)
    await stage.simulator.redeliver(said["message"]["id"])

    assert stage.product.seen[1].message["image"]["url"] == url
    assert (await fetched(stage, url))[0] == 404


async def test_a_quoted_photo_gets_a_new_address(stage: Stage) -> None:
    photo = phone_photo()
    said = await stage.simulator.send_photo("zhangwei", photo, chat=RESIDENTS)
    worker = await stage.simulator.send_photo("wangfang", photo, text="现场", chat=WORKERS, mention=False)
    await stage.simulator.advance(3600)

    await stage.simulator.say("liqiang", "办结 1", chat=WORKERS, quote=worker["message"]["id"])

    quote = stage.product.seen[0].message["quote"]
    words, picture = quote["mixed"]["msg_item"]
    assert said["outcome"] == worker["outcome"] == "unheard"
    assert words["text"]["content"] == "现场"
    assert opened(stage, (await fetched(stage, picture["image"]["url"]))[1]) == photo


async def test_alone_the_robot_hears_voice_as_words(stage: Stage) -> None:
    await stage.simulator.say("wangfang", voice=VOICE, transcript="接单一号", chat=ALONE)
    await stage.simulator.say("wangfang", video=VIDEO, chat=ALONE)

    voice, video = (seen.message for seen in stage.product.seen)
    assert voice["voice"] == {"content": "接单一号"}
    assert opened(stage, (await fetched(stage, video["video"]["url"]))[1]) == VIDEO


@pytest.mark.parametrize("content", [{"voice": VOICE}, {"video": VIDEO}, {"file": b"%PDF"}])
async def test_in_a_group_only_words_and_pictures_can_carry_an_at(
    stage: Stage, content: dict[str, Any]
) -> None:
    said = await stage.simulator.say("wangfang", chat=WORKERS, **content)

    assert (said["outcome"], stage.product.seen) == ("unheard", [])
    assert (await stage.simulator.chat(WORKERS))[-1]["text"] == ""


async def test_another_robot_cannot_read_the_file() -> None:
    now, files = Clock().now(), RobotFiles()
    file = MediaStore().keep(b"x", kind="image", now=now)

    code = files.lend("main", file, now=now)

    lent = files.get("main", code, now=now)
    assert (lent and lent.file) == file
    assert files.get("other", code, now=now) is None


async def test_the_oldest_files_go_when_there_are_too_many() -> None:
    now, store = Clock().now(), MediaStore(kept_bytes=10)

    first, second, third = (store.keep(b"12345", kind="file", now=now) for _ in range(3))
    huge = store.keep(b"0" * 11, kind="file", now=now)

    kept = [file for file in (first, second, third, huge) if store.get(file.id, now=now)]
    assert kept == [huge]


async def test_the_page_gets_a_sample_photo(stage: Stage) -> None:
    status, data, kind = await fetched(stage, f"{stage.url}/simulator/api/samples/photo")

    assert (status, kind, Image.open(BytesIO(data)).format) == (200, "image/jpeg", "JPEG")
