"""A photo of a case in the workers' group: what goes over the wire, and what cannot."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.channels.client import PlatformClient
from bot.channels.errors import Refused
from bot.channels.group_webhook.transport import PHOTO_BYTES, GroupWebhookTransport
from bot.channels.transport import Sent
from handlers.cases.attaching import attach, attach_recent, keep_for_later
from handlers.notices.photos import tell_kept_photo
from storage import attachments
from storage.attachments import CheckedFile
from storage.engine import Database
from storage.models.attachments import Attachment
from storage.models.cases import Case, cases
from storage.models.organization import Audience, groups
from storage.models.outbox import Channel
from storage.models.outbox import outbox as outgoing
from storage.models.people import Person
from tests.bot.channels.platform import FakePlatform
from tests.bot.channels.rows import NOW, make_destination, make_message
from tests.media_rows import make_case, make_community, make_person, make_sent

PUSH = "/cgi-bin/webhook/send"
GROUP = replace(make_destination(), channel=Channel.GROUP_WEBHOOK, address="key-1")


def sent(number: object) -> Any:
    return replace(make_message(""), body={"photo": number})


def kept(db: Connection, attachment: Attachment, content: bytes = b"jpeg") -> None:
    """The file was fetched and lies with the house."""
    taken = attachments.claim_waiting(db, now=NOW, channels=frozenset({attachment.channel}))
    assert taken is not None
    file = CheckedFile("image/jpeg", len(content), 1, 1, hashlib.sha256(content).hexdigest(), content)
    assert attachments.keep_file(db, taken, file, now=NOW)


@pytest.fixture
def db(sqlite_database: Database) -> Iterator[Connection]:
    """What a test changes is rolled back."""
    with sqlite_database.engine.connect() as connection:
        yield connection


def begin(db: Connection) -> tuple[Case, Person]:
    """A case whose workers have a group with a webhook, and who reported it."""
    values = {"community_id": make_community(db), "name": "值班群", "audience": Audience.WORKERS}
    db.execute(groups.insert().values(values | {"webhook": "key-1"}))
    return make_case(db, now=NOW), make_person(db, "李秀英", now=NOW)


def photos_posted(db: Connection) -> list[int]:
    return [row.body["photo"] for row in db.execute(outgoing.select()) if "photo" in row.body]


@pytest.fixture
def webhook(
    platform: FakePlatform, client: PlatformClient, sqlite_database: Database
) -> GroupWebhookTransport:
    return GroupWebhookTransport(client, platform.base, sqlite_database)


async def put(database: Database, content: bytes) -> int:
    def work(db: Connection) -> int:
        person = make_person(db, "李秀英", now=NOW)
        attachment = keep_for_later(db, person, make_sent(), now=NOW)
        kept(db, attachment, content)
        return attachment.id

    return await database.write(work)


async def test_a_photo_goes_with_its_checksum(
    webhook: GroupWebhookTransport, platform: FakePlatform, sqlite_database: Database
) -> None:
    number = await put(sqlite_database, b"jpeg")

    assert await webhook.send(GROUP, sent(number)) == Sent()

    [call] = platform.called(PUSH)
    assert call.body["msgtype"] == "image"
    assert base64.b64decode(call.body["image"]["base64"]) == b"jpeg"
    assert call.body["image"]["md5"] == hashlib.md5(b"jpeg", usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("number", [999, "1", None])
async def test_a_photo_that_is_gone_is_refused(webhook: GroupWebhookTransport, number: object) -> None:
    with pytest.raises(Refused, match="不在"):
        await webhook.send(GROUP, sent(number))


async def test_a_photo_above_the_platforms_limit_is_refused(
    webhook: GroupWebhookTransport, platform: FakePlatform, sqlite_database: Database
) -> None:
    number = await put(sqlite_database, b"x" * (PHOTO_BYTES + 1))

    with pytest.raises(Refused, match="2MB"):
        await webhook.send(GROUP, sent(number))

    assert platform.called(PUSH) == []


# ------------------------------------------------------------------ which photos follow


def test_a_photo_follows_once_it_is_fetched(db: Connection) -> None:
    case, resident = begin(db)
    attach(db, resident, case, make_sent(), now=NOW)
    [photo] = attachments.attachments_of(db, [case.id])
    tell_kept_photo(db, photo.id, now=NOW)
    assert photos_posted(db) == []  # not fetched yet

    kept(db, photo)
    tell_kept_photo(db, photo.id, now=NOW)
    tell_kept_photo(db, photo.id, now=NOW)

    assert photos_posted(db) == [photo.id]


def test_a_photo_fetched_before_the_words_follows_with_them(db: Connection) -> None:
    case, resident = begin(db)
    photo = keep_for_later(db, resident, make_sent(), now=NOW)
    kept(db, photo)
    tell_kept_photo(db, photo.id, now=NOW)
    assert photos_posted(db) == []

    attach_recent(db, resident, case, now=NOW)

    assert photos_posted(db) == [photo.id]


@pytest.mark.parametrize("secret", [{"is_confidential": True}, {"has_whisper": True}])
def test_nothing_said_in_confidence_is_shown(db: Connection, secret: dict[str, bool]) -> None:
    case, resident = begin(db)
    db.execute(cases.update().values(**secret))
    attach(db, resident, case, make_sent(), now=NOW)
    [photo] = attachments.attachments_of(db, [case.id])
    kept(db, photo)

    tell_kept_photo(db, photo.id, now=NOW)

    assert photos_posted(db) == []


def test_a_workers_own_photo_is_not_sent_back(db: Connection) -> None:
    case, resident = begin(db)
    attach(db, resident, case, make_sent(), now=NOW, is_proof=True)
    attach(db, resident, case, make_sent("url-1", channel=Channel.WECOM_ROBOT), now=NOW)
    for photo in attachments.attachments_of(db, [case.id]):
        kept(db, photo)
        tell_kept_photo(db, photo.id, now=NOW)

    assert photos_posted(db) == []
