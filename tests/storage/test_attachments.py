"""What was sent beside the words, and whose turn it is to fetch it; on both databases."""

import asyncio
import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select

from storage import attachments as rows
from storage.attachments import LEASE, LONGEST_LEASE, CheckedFile
from storage.engine import Database
from storage.models.attachments import (
    Attachment,
    AttachmentKind,
    AttachmentStatus,
    attachments,
    media_files,
)
from storage.models.outbox import Channel
from tests.conftest import KEY
from tests.media_rows import make_case, make_community, make_person

ALL = frozenset({str(Channel.OFFICIAL_ACCOUNT), str(Channel.WECOM_ROBOT)})
BYTES = bytes(range(256)) * 1024
FILE = CheckedFile("image/jpeg", len(BYTES), 640, 480, hashlib.sha256(BYTES).hexdigest(), BYTES)
K, S = AttachmentKind, AttachmentStatus


def add(db: Connection, /, media_id: str = "m", *, now: datetime, **changes: Any) -> Attachment:
    """A photo of Mrs Chen's that belongs to no case, with changes."""
    person_id = changes.pop("person_id", None) or make_person(db, f"陈 {media_id}", now=now).id
    values = {
        "community_id": make_community(db),
        "case_id": None,
        "person_id": person_id,
        "kind": K.PHOTO,
        "channel": str(Channel.OFFICIAL_ACCOUNT),
        "account": "main",
        "media_id": media_id,
        "data": None,
        "received_at": now,
        "status": S.WAITING,
        "attempts": 0,
        "next_at": now,
        "error": "",
        "is_proof": False,
    }
    return rows.add_attachment(db, values | changes)


def claim(db: Connection, *, now: datetime) -> Attachment | None:
    return rows.claim_waiting(db, now=now, channels=ALL)


def claimed(db: Connection, *, now: datetime) -> Attachment:
    taken = claim(db, now=now)
    assert taken is not None
    return taken


def row(db: Connection, attachment_id: int) -> Attachment:
    query = select(*attachments.c).where(attachments.c.id == attachment_id)
    return Attachment(*db.execute(query).one())


def files(db: Connection) -> int:
    return int(db.execute(select(func.count()).select_from(media_files)).scalar_one())


async def test_many_who_claim_at_once_get_one_attachment_each(database: Database, now: datetime) -> None:
    for number in range(5):
        database.write_now(add, f"m{number}", now=now)

    got = await asyncio.gather(*(database.write(claim, now=now) for _ in range(20)))

    assert sorted(each.media_id for each in got if each is not None) == [f"m{n}" for n in range(5)]


def test_a_claim_is_counted_and_lasts_longer_each_time(database: Database, now: datetime) -> None:
    first = database.write_now(add, now=now)
    moments, at = [], now

    for attempt in range(1, 9):
        taken = database.write_now(claimed, now=at)
        assert (taken.id, taken.attempts) == (first.id, attempt)
        assert database.write_now(claim, now=taken.next_at - timedelta(seconds=1)) is None
        moments.append(taken.next_at - at)
        at = taken.next_at

    assert moments == [min(LEASE * 2**n, LONGEST_LEASE) for n in range(8)]


def test_what_waits_longest_is_claimed_first_and_only_of_channels_served(
    database: Database, now: datetime
) -> None:
    def story(db: Connection) -> list[str]:
        add(db, "second", now=now - timedelta(minutes=1))
        add(db, "first", now=now - timedelta(minutes=2))
        add(db, "other", now=now - timedelta(minutes=3), channel="carrier_pigeon")
        add(db, "future", now=now, next_at=now + timedelta(seconds=1))
        add(db, "kept", now=now, status=S.KEPT)
        taken = [claim(db, now=now) for _ in range(3)]
        assert rows.claim_waiting(db, now=now, channels=frozenset()) is None
        return [each.media_id for each in taken if each is not None]

    assert database.write_now(story) == ["first", "second"]
    assert database.read_now(rows.next_fetch_at, ALL) == now + timedelta(seconds=1)
    assert database.read_now(rows.next_fetch_at, frozenset()) is None


def test_a_kept_file_is_there_to_the_last_byte(database: Database, now: datetime) -> None:
    added = database.write_now(add, now=now)
    assert database.read_now(rows.file_of, added.id) is None
    taken = database.write_now(claimed, now=now)

    assert database.write_now(rows.keep_file, taken, FILE, now=now)

    file = database.read_now(rows.file_of, added.id)
    assert file is not None
    assert (file.content, file.size, file.sha256) == (BYTES, len(BYTES), FILE.sha256)
    assert (file.content_type, file.width, file.height, file.kept_at) == ("image/jpeg", 640, 480, now)
    assert database.read_now(row, added.id).status is S.KEPT
    assert database.write_now(claim, now=now + timedelta(days=1)) is None


def test_an_outcome_counts_only_for_the_attempt_it_belongs_to(database: Database, now: datetime) -> None:
    database.write_now(add, now=now)
    first = database.write_now(claimed, now=now)
    second = database.write_now(claimed, now=first.next_at)

    assert not database.write_now(rows.keep_file, first, FILE, now=now)
    assert not database.write_now(rows.settle, first, S.LOST, error="晚了")
    assert (database.read_now(row, first.id), database.read_now(files)) == (second, 0)
    assert database.write_now(rows.keep_file, second, FILE, now=now)
    assert not database.write_now(rows.keep_file, second, FILE, now=now)
    assert database.read_now(files) == 1


def test_a_failed_attempt_waits_again_or_is_given_up(database: Database, now: datetime) -> None:
    added = database.write_now(add, now=now)
    soon = now + timedelta(seconds=5)
    first = database.write_now(claimed, now=now)

    assert database.write_now(rows.settle, first, S.WAITING, error="平台繁忙", next_at=soon)
    assert (database.read_now(row, added.id).next_at, database.read_now(row, added.id).error) == (
        soon,
        "平台繁忙",
    )
    second = database.write_now(claimed, now=soon)
    assert database.write_now(rows.settle, second, S.REFUSED, error="图片已损坏，打不开。")

    settled = database.read_now(row, added.id)
    assert (settled.status, settled.error) == (S.REFUSED, "图片已损坏，打不开。")
    assert database.read_now(rows.next_fetch_at, ALL) is None


def test_only_own_recent_things_without_a_case_join(database: Database, now: datetime) -> None:
    def story(db: Connection) -> tuple[list[AttachmentKind], list[str]]:
        chen, lin = make_person(db, "陈", now=now), make_person(db, "林", now=now)
        case, other = make_case(db, 1, now=now), make_case(db, 2, now=now)
        add(db, "voice", person_id=chen.id, kind=K.VOICE, now=now - timedelta(minutes=9))
        add(db, "photo", person_id=chen.id, now=now)
        add(db, "old", person_id=chen.id, now=now - timedelta(minutes=11))
        add(db, "hers", person_id=lin.id, now=now)
        add(db, "elsewhere", person_id=chen.id, case_id=other.id, now=now)
        since = now - timedelta(minutes=10)
        kinds = rows.join_case(db, case, person_id=chen.id, since=since, is_proof=False)
        assert rows.join_case(db, case, person_id=chen.id, since=since, is_proof=False) == []
        return kinds, [each.media_id for each in rows.attachments_of(db, [case.id])]

    assert database.write_now(story) == ([K.VOICE, K.PHOTO], ["voice", "photo"])


def test_the_counts_leave_out_what_the_house_does_not_have(database: Database, now: datetime) -> None:
    def story(db: Connection) -> dict[AttachmentKind, int]:
        case, merged = make_case(db, 1, now=now), make_case(db, 2, now=now)
        chen = make_person(db, "陈", now=now).id
        given = [(K.VIDEO, S.WAITING), (K.PHOTO, S.KEPT), (K.PHOTO, S.REFUSED), (K.VOICE, S.LOST)]
        for kind, status in given:
            add(db, person_id=chen, case_id=case.id, kind=kind, status=status, now=now)
        add(db, person_id=chen, case_id=merged.id, now=now)
        assert rows.attachment_counts(db, []) == {}
        return rows.attachment_counts(db, [case.id, merged.id])

    assert database.write_now(story) == {K.PHOTO: 2, K.VIDEO: 1}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"kind": K.VIDEO, "status": S.KEPT}, True),
        ({"is_proof": False}, False),
        ({"kind": K.VOICE}, False),
        ({"status": S.REFUSED}, False),
        ({"status": S.LOST}, False),
        ({"received_at": datetime.fromisoformat("2026-11-20T01:59:59+00:00")}, False),
    ],
)
def test_what_counts_as_proof(
    database: Database, now: datetime, *, changes: dict[str, Any], expected: bool
) -> None:
    def story(db: Connection) -> bool:
        case, other = make_case(db, 1, now=now), make_case(db, 2, now=now)
        add(db, case_id=case.id, now=now, **({"is_proof": True} | changes))
        assert not rows.has_proof(db, [other.id], since=now)
        return rows.has_proof(db, [case.id, other.id], since=now)

    assert database.write_now(story) is expected


def test_no_question_a_worker_asks_reads_what_is_long_fetched(sqlite_url: str, now: datetime) -> None:
    database = Database(sqlite_url, encryption_key=KEY)
    asked: list[tuple[str, tuple[object, ...]]] = []

    def on_execute(_db: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        asked.append((statement, parameters))

    def ask(db: Connection) -> list[str]:
        case = make_case(db, now=now)
        added = add(db, now=now)
        event.listen(db, "before_cursor_execute", on_execute)
        rows.next_fetch_at(db, ALL)
        rows.settle(db, claimed(db, now=now), S.KEPT)
        rows.join_case(db, case, person_id=added.person_id, since=now, is_proof=False)
        rows.attachments_of(db, [case.id])
        rows.has_proof(db, [case.id], since=now)
        event.remove(db, "before_cursor_execute", on_execute)
        return [
            str(step[3])
            for statement, parameters in asked
            for step in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]

    plan = database.write_now(ask)
    database.close()

    assert [step for step in plan if step == "SCAN attachments" or "TEMP B-TREE" in step] == []
    assert len([step for step in plan if "ix_attachments_" in step]) >= 5
