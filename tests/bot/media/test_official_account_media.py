"""Files by media id, as the platform gives them out (WECHAT 2.5)."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.channels.building import Tools
from bot.channels.client import PlatformClient
from bot.channels.errors import BackOff, DeliveryError, TryAgain
from bot.channels.official_account import channel as official_account
from bot.media.download import Downloader
from bot.media.fetching import Fetcher, Unkept
from storage.engine import Database
from tests.bot.media.pictures import MP4, picture
from tests.bot.media.store import MEDIA_GET, TOKEN, Store
from tests.bot.media.test_outcomes import TAKEN
from tests.bot.watch import Watch
from tests.settings import settings_with

LIMIT = 1 << 20  # bytes
PHOTO = picture()


@pytest.fixture
def fetcher(
    store: Store,
    downloader: Downloader,
    client: PlatformClient,
    sqlite_database: Database,
    watch: Watch,
) -> Fetcher:
    """The account `main`, as the process builds it."""
    account = {"app_id": "wx-main", "app_secret": "secret", "token": "abc", "api_base": store.base}
    settings = settings_with(official_accounts={"main": account})
    return official_account.build(Tools(settings, client, downloader, sqlite_database, watch)).fetchers[0]


async def fetch(fetcher: Fetcher, media_id: str) -> bytes:
    return await fetcher.fetch(replace(TAKEN, media_id=media_id), limit=LIMIT)


async def test_a_photo_comes_by_its_id_under_the_account_s_token(store: Store, fetcher: Fetcher) -> None:
    store.media["a-_9="] = PHOTO

    assert await fetch(fetcher, "a-_9=") == PHOTO
    assert await fetch(fetcher, "a-_9=") == PHOTO

    assert store.asked == [TOKEN, MEDIA_GET, MEDIA_GET]


async def test_a_video_comes_from_where_the_answer_says(store: Store, fetcher: Fetcher) -> None:
    store.media["v"] = {"video_url": store.put("/video.mp4", MP4, content_type="video/mp4")}

    assert await fetch(fetcher, "v") == MP4


async def test_what_the_platform_has_dropped_is_not_asked_for_again(store: Store, fetcher: Fetcher) -> None:
    with pytest.raises(DeliveryError) as refusal:
        await fetch(fetcher, "gone")

    assert (refusal.value.permanent, str(refusal.value)) == (True, "图片或文件已失效（40007）")


async def test_a_rejected_token_is_replaced_once(store: Store, fetcher: Fetcher) -> None:
    store.media["m"] = PHOTO
    await fetch(fetcher, "m")
    store.token = "token-2"
    store.asked.clear()

    assert await fetch(fetcher, "m") == PHOTO

    assert store.asked == [MEDIA_GET, TOKEN, MEDIA_GET]


async def test_a_token_that_stays_rejected_is_tried_again_later(store: Store, fetcher: Fetcher) -> None:
    store.media["m"] = {"errcode": 42001, "errmsg": "expired"}

    with pytest.raises(TryAgain):
        await fetch(fetcher, "m")

    assert store.asked.count(MEDIA_GET) == 2


@pytest.mark.parametrize(
    "answer",
    [{"errcode": -1}, {}, {"video_url": ""}, {"video_url": 5}, {"errcode": 45009}, {"errcode": 48001}],
    ids=str,
)
async def test_other_answers_are_tried_again_later(
    store: Store, fetcher: Fetcher, answer: dict[str, object]
) -> None:
    store.media["m"] = answer

    with pytest.raises(DeliveryError) as failure:
        await fetch(fetcher, "m")

    assert not failure.value.permanent


@pytest.mark.parametrize(
    "page", [b"<html>busy</html>", b"\n <?xml version='1.0'?><e/>", b'{"errcode": 4', b"[" * 9]
)
async def test_a_proxy_s_page_is_no_photo_whatever_it_calls_itself(
    store: Store, fetcher: Fetcher, page: bytes
) -> None:
    store.put(MEDIA_GET, page, content_type="text/plain")
    with pytest.raises(TryAgain):
        await fetch(fetcher, "m")

    if page[:1] != b"[":
        store.put(MEDIA_GET, page, content_type="image/jpeg")
        with pytest.raises(TryAgain):
            await fetch(fetcher, "m")


@pytest.mark.parametrize("status", [403, 404, 502])
async def test_a_status_of_a_proxy_is_not_the_platform_s_word(
    store: Store, fetcher: Fetcher, status: int
) -> None:
    store.put(MEDIA_GET, b"", status=status)

    with pytest.raises(TryAgain):
        await fetch(fetcher, "m")


async def test_a_photo_over_the_limit_is_refused(store: Store, fetcher: Fetcher) -> None:
    store.media["m"] = PHOTO + bytes(LIMIT)

    with pytest.raises(Unkept):
        await fetch(fetcher, "m")


async def test_a_video_over_the_limit_is_refused_too(store: Store, fetcher: Fetcher) -> None:
    store.media["v"] = {"video_url": store.put("/v", MP4 + bytes(LIMIT))}

    with pytest.raises(Unkept):
        await fetch(fetcher, "v")


async def test_an_account_that_is_not_configured_waits(fetcher: Fetcher, now: datetime) -> None:
    with pytest.raises(BackOff):
        await fetcher.fetch(replace(TAKEN, account="unknown"), limit=LIMIT)
