"""What waits is fetched, checked and kept; what goes wrong stops nothing."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import Connection, select

from bot.channels.errors import Refused, TryAgain
from bot.media import checking
from bot.media.fetching import Unkept
from bot.media.worker import MediaWorker
from handlers.cases.attaching import keep_for_later
from storage.attachments import LEASE, file_of
from storage.engine import Database
from storage.models.attachments import (
    Attachment,
    AttachmentKind,
    AttachmentStatus,
    MediaFile,
    attachments,
)
from storage.models.outbox import Channel
from tests.bot.media.pictures import AMR, GPS, MP4, opened, picture
from tests.bot.watch import Watch
from tests.conftest import KEY
from tests.media_rows import make_person, make_sent

K, S = AttachmentKind, AttachmentStatus


@dataclass
class FakeFetcher:
    """Gives what it was told to, by media id; what is a gate is waited for."""

    channel: ClassVar[Channel] = Channel.OFFICIAL_ACCOUNT
    life: ClassVar[timedelta] = timedelta(days=3)
    answers: dict[str, deque[bytes | Exception]] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)
    gate: asyncio.Event | None = None
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)
    after: Callable[[], None] = lambda: None

    def gives(self, media_id: str, *answers: bytes | Exception) -> None:
        self.answers[media_id] = deque(answers)

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        self.fetched.append(attachment.media_id)
        self.limits.append(limit)
        self.is_asked.set()
        if self.gate is not None:
            await self.gate.wait()
        answer = self.answers[attachment.media_id].popleft()
        self.after()
        if isinstance(answer, Exception):
            raise answer
        return answer


def make_worker(database: Database, fetcher: FakeFetcher, watch: Watch, *, workers: int = 2) -> MediaWorker:
    return MediaWorker(database, [fetcher], now=watch, chance=lambda: 0.5, workers=workers)


def wait_for(
    database: Database, media_id: str, *, now: datetime, kind: AttachmentKind = K.PHOTO
) -> Attachment:
    """Something somebody sent that waits to be fetched."""

    def act(db: Connection) -> Attachment:
        person = make_person(db, f"陈 {media_id}", now=now)
        return keep_for_later(db, person, make_sent(media_id, kind), now=now)

    return database.write_now(act)


def row(database: Database, media_id: str) -> Attachment:
    query = select(*attachments.c).where(attachments.c.media_id == media_id)
    return Attachment(*database.read_now(lambda db: db.execute(query).one()))


def file(database: Database, media_id: str) -> MediaFile | None:
    return database.read_now(file_of, row(database, media_id).id)


async def test_a_photo_is_kept_without_its_place(database: Database, watch: Watch) -> None:
    fetcher = FakeFetcher()
    fetcher.gives("m", picture(orientation=6, gps=True))
    wait_for(database, "m", now=watch())
    worker = make_worker(database, fetcher, watch)

    assert await worker.fetch_one()
    assert not await worker.fetch_one()

    kept = file(database, "m")
    assert kept is not None
    assert (kept.content_type, kept.width, kept.height) == ("image/jpeg", 40, 80)
    assert opened(kept.content).getexif().get_ifd(GPS) == {}
    assert (row(database, "m").status, row(database, "m").attempts) == (S.KEPT, 1)


async def test_voices_and_videos_have_their_own_limits(database: Database, watch: Watch) -> None:
    fetcher = FakeFetcher()
    given = {"voice": (K.VOICE, AMR), "video": (K.VIDEO, MP4)}
    for name, (kind, content) in given.items():
        fetcher.gives(name, content)
        wait_for(database, name, kind=kind, now=watch())
    worker = make_worker(database, fetcher, watch)

    while await worker.fetch_one():
        pass

    assert dict(zip(fetcher.fetched, fetcher.limits, strict=True)) == {"voice": 2 << 20, "video": 10 << 20}
    for name, (_, content) in given.items():
        kept = file(database, name)
        assert kept is not None
        assert kept.content == content


async def test_what_is_not_what_it_seems_is_refused_with_a_sentence(database: Database, watch: Watch) -> None:
    fetcher = FakeFetcher()
    fetcher.gives("m", b"MZ\x90\x00")
    fetcher.gives("large", Unkept("文件超过10MB，没有保存。"))
    for name, kind in (("m", K.VOICE), ("large", K.PHOTO)):
        wait_for(database, name, kind=kind, now=watch())
    worker = make_worker(database, fetcher, watch)

    while await worker.fetch_one():
        pass

    assert (row(database, "m").status, row(database, "m").error) == (S.REFUSED, checking.NO_VOICE)
    assert (row(database, "large").status, row(database, "large").error) == (
        S.REFUSED,
        "文件超过10MB，没有保存。",
    )
    assert (file(database, "m"), file(database, "large")) == (None, None)


async def test_a_failure_is_tried_again_after_a_pause(database: Database, watch: Watch) -> None:
    fetcher = FakeFetcher()
    fetcher.gives("m", TryAgain("平台繁忙"), KeyError("a bug"), picture())
    wait_for(database, "m", now=watch())
    worker = make_worker(database, fetcher, watch)

    assert await worker.fetch_one()
    assert (row(database, "m").error, row(database, "m").next_at) == (
        "平台繁忙",
        watch() + timedelta(seconds=5),
    )
    assert not await worker.fetch_one()
    watch.move(seconds=5)
    assert await worker.fetch_one()
    assert row(database, "m").next_at == watch() + timedelta(seconds=10)
    watch.move(seconds=10)
    assert await worker.fetch_one()

    assert (row(database, "m").status, row(database, "m").error) == (S.KEPT, "")


async def test_what_the_platform_dropped_is_lost(database: Database, watch: Watch) -> None:
    fetcher = FakeFetcher()
    fetcher.gives("gone", Refused("图片或文件已失效（40007）"))
    fetcher.gives("late", TryAgain("平台繁忙"))
    wait_for(database, "gone", now=watch())
    wait_for(database, "late", now=watch() - timedelta(days=3))
    worker = make_worker(database, fetcher, watch)

    while await worker.fetch_one():
        pass

    assert (row(database, "gone").status, row(database, "gone").error) == (
        S.LOST,
        "图片或文件已失效（40007）",
    )
    assert row(database, "late").status is S.LOST
    watch.move(days=30)
    assert not await worker.fetch_one()


async def test_two_processes_never_fetch_the_same(
    database: Database, database_url: str, watch: Watch
) -> None:
    other = Database(database_url, encryption_key=KEY)
    fetcher = FakeFetcher(gate=asyncio.Event())
    assert fetcher.gate is not None
    names = [f"m{number}" for number in range(4)]
    for name in names:
        fetcher.gives(name, AMR)
        wait_for(database, name, kind=K.VOICE, now=watch())
    workers = [make_worker(each, fetcher, watch) for each in (database, other, database, other, database)]

    attempts = [asyncio.create_task(worker.fetch_one()) for worker in workers]
    while len(fetcher.fetched) + sum(task.done() for task in attempts) < len(workers):
        await asyncio.wait(attempts, timeout=0.01)
    fetcher.gate.set()
    found = await asyncio.gather(*attempts)
    other.close()

    assert (sorted(fetcher.fetched), sorted(found)) == (names, [False, True, True, True, True])


async def test_an_attempt_that_lost_its_lease_changes_nothing(database: Database, watch: Watch) -> None:
    slow, quick = FakeFetcher(gate=asyncio.Event()), FakeFetcher()
    assert slow.gate is not None
    slow.gives("m", Refused("太晚"))
    quick.gives("m", picture())
    wait_for(database, "m", now=watch())

    late = asyncio.create_task(make_worker(database, slow, watch).fetch_one())
    await slow.is_asked.wait()
    watch.move(seconds=LEASE.total_seconds())
    assert await make_worker(database, quick, watch).fetch_one()
    slow.gate.set()
    assert await late

    assert (row(database, "m").status, row(database, "m").attempts) == (S.KEPT, 2)


async def test_a_running_worker_fetches_when_woken_and_what_another_process_left(
    sqlite_database: Database, watch: Watch
) -> None:
    fetcher, kept = FakeFetcher(), asyncio.Event()
    for name in ("left", "woken"):
        fetcher.gives(name, AMR)
    wait_for(sqlite_database, "left", kind=K.VOICE, now=watch())
    worker = make_worker(sqlite_database, fetcher, watch)
    fetcher.after = kept.set

    worker.start()
    await kept.wait()
    kept.clear()
    wait_for(sqlite_database, "woken", kind=K.VOICE, now=watch())
    worker.wake()
    await kept.wait()
    await worker.stop()

    assert [row(sqlite_database, name).status for name in ("left", "woken")] == [S.KEPT, S.KEPT]


async def test_a_download_that_does_not_end_is_left_to_its_lease(
    sqlite_database: Database, watch: Watch
) -> None:
    fetcher = FakeFetcher(gate=asyncio.Event())
    wait_for(sqlite_database, "m", now=watch())
    worker = make_worker(sqlite_database, fetcher, watch)

    worker.start()
    await fetcher.is_asked.wait()
    await worker.stop(grace_seconds=0)

    interrupted = row(sqlite_database, "m")
    assert (interrupted.status, interrupted.next_at) == (S.WAITING, watch() + LEASE)


async def test_stopping_what_never_started_is_no_error(sqlite_database: Database, watch: Watch) -> None:
    await make_worker(sqlite_database, FakeFetcher(), watch).stop()
