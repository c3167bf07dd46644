"""Files that workers sent to an app, as the platform gives them out."""

from dataclasses import replace

import pytest

from bot.channels.client import PlatformClient
from bot.channels.errors import BackOff, DeliveryError, TryAgain
from bot.channels.media import MediaAccount
from bot.channels.tokens import CorporationToken, Tokens
from bot.channels.wecom_app.media import WecomAppMedia
from bot.media.download import Downloader
from bot.media.fetching import Unkept
from storage.engine import Database
from storage.models.outbox import Channel
from tests.bot.media.pictures import MP4, picture
from tests.bot.media.store import CORP_TOKEN, MEDIA_GET, Store
from tests.bot.media.test_outcomes import TAKEN
from tests.bot.watch import Watch

LIMIT = 1 << 20  # bytes
PHOTO = picture()


@pytest.fixture
def fetcher(
    store: Store, downloader: Downloader, client: PlatformClient, sqlite_database: Database, watch: Watch
) -> WecomAppMedia:
    """The files of the app `work`."""
    source = CorporationToken(client, store.base, corp_id="ww1", secret="s-work")
    tokens = Tokens(source, database=sqlite_database, now=watch)
    return WecomAppMedia(downloader, {"work": MediaAccount(f"{store.base}/", tokens)})


async def fetch(fetcher: WecomAppMedia, media_id: str, *, account: str = "work") -> bytes:
    taken = replace(TAKEN, channel=Channel.WECOM_APP, account=account, media_id=media_id)
    return await fetcher.fetch(taken, limit=LIMIT)


@pytest.mark.parametrize("content", [PHOTO, MP4])
async def test_a_file_comes_by_its_id_under_the_app_s_token(
    store: Store, fetcher: WecomAppMedia, content: bytes
) -> None:
    store.media["a-_9="] = content

    assert await fetch(fetcher, "a-_9=") == content
    assert await fetch(fetcher, "a-_9=") == content

    assert store.asked == [CORP_TOKEN, MEDIA_GET, MEDIA_GET]


async def test_what_the_platform_has_dropped_is_not_asked_for_again(
    store: Store, fetcher: WecomAppMedia
) -> None:
    with pytest.raises(DeliveryError) as refusal:
        await fetch(fetcher, "gone")

    assert (refusal.value.permanent, str(refusal.value)) == (True, "图片或文件已失效（40007）")


async def test_a_rejected_token_is_replaced_once(store: Store, fetcher: WecomAppMedia) -> None:
    store.media["m"] = PHOTO
    await fetch(fetcher, "m")
    store.token = "token-2"
    store.asked.clear()

    assert await fetch(fetcher, "m") == PHOTO

    assert store.asked == [MEDIA_GET, CORP_TOKEN, MEDIA_GET]


@pytest.mark.parametrize(
    "answer",
    [{"errcode": -1}, {}, {"errcode": 0}, {"errcode": 42001}, {"errcode": 60020}, {"video_url": "http://x"}],
    ids=str,
)
async def test_other_answers_are_tried_again_later(
    store: Store, fetcher: WecomAppMedia, answer: dict[str, object]
) -> None:
    store.media["m"] = answer

    with pytest.raises(DeliveryError) as failure:
        await fetch(fetcher, "m")

    assert not failure.value.permanent


async def test_a_proxy_s_page_is_no_photo(store: Store, fetcher: WecomAppMedia) -> None:
    store.put(MEDIA_GET, b"<html>busy</html>", content_type="image/jpeg")

    with pytest.raises(TryAgain):
        await fetch(fetcher, "m")


async def test_a_file_over_the_limit_is_not_kept(store: Store, fetcher: WecomAppMedia) -> None:
    store.media["m"] = PHOTO + bytes(LIMIT)

    with pytest.raises(Unkept):
        await fetch(fetcher, "m")


async def test_an_app_that_is_not_configured_waits(store: Store, fetcher: WecomAppMedia) -> None:
    with pytest.raises(BackOff):
        await fetch(fetcher, "m", account="unknown")
    assert store.asked == []
