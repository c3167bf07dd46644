"""Files that workers sent to a robot: a short-lived address, and AES (WECHAT 3.6)."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.errors import BackOff, Refused, TryAgain
from bot.channels.wecom_robot.inbound import parse
from bot.channels.wecom_robot.media import RobotMedia
from bot.media.download import Downloader
from bot.media.fetching import Unkept
from handlers.cases.attaching import all_sent_of
from storage.models.attachments import AttachmentKind
from storage.models.outbox import Channel
from tests.bot.media.pictures import picture
from tests.bot.media.store import Store
from tests.bot.media.test_outcomes import TAKEN

LIMIT = 1 << 20  # bytes
PHOTO = picture()
KEY = base64.b64encode(bytes(range(32))).decode().rstrip("=")
OTHER_KEY = base64.b64encode(bytes(range(32, 64))).decode().rstrip("=")


def encrypted(content: bytes, key: str = KEY) -> bytes:
    raw = base64.b64decode(f"{key}=")
    padding = 32 - len(content) % 32
    encryptor = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).encryptor()
    return encryptor.update(content + bytes([padding]) * padding) + encryptor.finalize()


async def fetch(downloader: Downloader, url: str, *keys: str, robot: str = "main") -> bytes:
    media = RobotMedia(downloader, {"main": keys})
    sent = replace(TAKEN, channel=str(Channel.WECOM_ROBOT), account=robot, media_id=url)
    return await media.fetch(sent, limit=LIMIT)


@pytest.mark.parametrize("content", [PHOTO, b"", bytes(32), bytes(31), bytes(LIMIT)], ids=len)
async def test_a_file_is_decrypted(store: Store, downloader: Downloader, content: bytes) -> None:
    url = store.put("/file", encrypted(content), content_type="application/octet-stream")

    assert await fetch(downloader, url, KEY) == content


async def test_the_query_of_an_address_stays_as_it_was_signed(store: Store, downloader: Downloader) -> None:
    url = store.put("/file", encrypted(PHOTO)) + "?sign=q%2Ba%3D%26b&t=1;2"

    assert await fetch(downloader, url, KEY) == PHOTO


async def test_the_key_before_the_change_still_opens(store: Store, downloader: Downloader) -> None:
    assert await fetch(downloader, store.put("/file", encrypted(PHOTO, OTHER_KEY)), KEY, OTHER_KEY) == PHOTO


@pytest.mark.parametrize("keys", [(), (OTHER_KEY,)])
@pytest.mark.parametrize("mark", ["", "="])
async def test_a_file_with_a_key_of_its_own_needs_no_other(
    store: Store, downloader: Downloader, keys: tuple[str, ...], mark: str
) -> None:
    url = store.put("/file", encrypted(PHOTO)) + f"#aeskey={KEY}{mark}"

    assert await fetch(downloader, url, *keys) == PHOTO
    assert store.asked == ["/file"]


@pytest.mark.parametrize("key", ["x", "****", OTHER_KEY])
async def test_a_wrong_key_of_its_own_is_refused(store: Store, downloader: Downloader, key: str) -> None:
    url = store.put("/file", encrypted(PHOTO)) + f"#aeskey={key}"

    with pytest.raises(Refused) as raised:
        await fetch(downloader, url, KEY)
    assert key not in str(raised.value)


@pytest.mark.parametrize("content", [encrypted(PHOTO, OTHER_KEY), PHOTO[:33], b"x"])
async def test_what_no_key_opens_is_refused(store: Store, downloader: Downloader, content: bytes) -> None:
    with pytest.raises(Refused):
        await fetch(downloader, store.put("/file", content), KEY)


@pytest.mark.parametrize(("status", "error"), [(403, Refused), (404, Refused), (503, TryAgain)])
async def test_an_address_that_has_run_out_is_not_asked_again(
    store: Store, downloader: Downloader, *, status: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await fetch(downloader, store.put("/file", b"<Error/>", status=status), KEY)


async def test_too_large_a_file_is_refused(store: Store, downloader: Downloader) -> None:
    with pytest.raises(Unkept):
        await fetch(downloader, store.put("/file", encrypted(bytes(LIMIT + 64))), KEY)


URL = "https://files.example/a?sign=1"


@pytest.mark.parametrize(
    ("message", "text", "carried"),
    [
        ({"msgtype": "image", "image": {"url": URL}}, "", [(AttachmentKind.PHOTO, URL)]),
        ({"msgtype": "video", "video": {"url": URL}}, "", [(AttachmentKind.VIDEO, URL)]),
        ({"msgtype": "image", "image": {"url": f"{URL}\x00"}}, "", [(AttachmentKind.PHOTO, "")]),
        ({"msgtype": "text", "text": {"content": "办结 12", "url": URL}}, "办结 12", []),
        (
            {
                "msgtype": "mixed",
                "mixed": {
                    "msg_item": [
                        {"msgtype": "text", "text": {"content": "@回音 办结 12 已修好"}},
                        {"msgtype": "image", "image": {"url": URL}},
                        {"msgtype": "image", "image": {"url": 5}},
                        {"msgtype": "image", "image": {"url": f"{URL}2"}},
                    ]
                },
            },
            "办结 12 已修好",
            [(AttachmentKind.PHOTO, URL), (AttachmentKind.PHOTO, f"{URL}2")],
        ),
    ],
)
def test_where_the_files_of_a_message_lie(
    *, message: dict[str, Any], text: str, carried: list[tuple[AttachmentKind, str]]
) -> None:
    head = {"msgid": "m1", "from": {"userid": "wangfang"}, "chattype": "single"}

    received = parse(json.dumps(head | message), "main")

    assert received.text == text
    assert [(each.kind, each.media_id) for each in all_sent_of(received)] == carried


async def test_a_robot_without_a_key_waits(store: Store, downloader: Downloader) -> None:
    with pytest.raises(BackOff):
        await fetch(downloader, store.put("/file", PHOTO), KEY, robot="other")
    with pytest.raises(BackOff):
        await fetch(downloader, store.put("/file", PHOTO))
