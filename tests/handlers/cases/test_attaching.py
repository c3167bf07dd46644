"""What people send beside their words, before or after them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from handlers.cases.attaching import (
    ATTACHED_WITHIN,
    Sent,
    all_sent_of,
    attach,
    attach_recent,
    keep_for_later,
    sent_of,
)
from handlers.messages import IncomingMessage, MessageKind
from storage import attachments as rows
from storage.engine import Database
from storage.models.attachments import AttachmentKind, AttachmentStatus
from storage.models.cases import EventKind, case_events
from storage.models.outbox import Channel
from storage.models.people import Role
from tests.media_rows import make_case, make_person, make_sent

K = AttachmentKind


def message(kind: MessageKind, **payload: Any) -> IncomingMessage:
    return IncomingMessage(Channel.OFFICIAL_ACCOUNT, "main", "key", "openid-chen", kind, payload=payload)


def sent(kind: AttachmentKind, media_id: str, **data: object) -> Sent:
    return Sent(kind, Channel.OFFICIAL_ACCOUNT, "main", media_id, data)


def history(db: Connection, case_id: int) -> list[tuple[EventKind, dict[str, Any]]]:
    query = select(case_events.c.kind, case_events.c.data).where(case_events.c.case_id == case_id)
    return [(row[0], row[1]) for row in db.execute(query.order_by(case_events.c.id))]


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (message(MessageKind.IMAGE, media_id="m1", url="http://pic"), sent(K.PHOTO, "m1")),
        (message(MessageKind.IMAGE, url="https://robot/file"), sent(K.PHOTO, "https://robot/file")),
        (message(MessageKind.VOICE, media_id="m2", format="amr"), sent(K.VOICE, "m2", format="amr")),
        (message(MessageKind.VIDEO, media_id="m3", thumb_media_id="t"), sent(K.VIDEO, "m3")),
        (
            message(MessageKind.LOCATION, latitude="30.1", longitude="120.2", label="枫桥苑", url="x"),
            sent(K.LOCATION, "", latitude="30.1", longitude="120.2", label="枫桥苑"),
        ),
        (message(MessageKind.TEXT), None),
        (message(MessageKind.FILE, url="https://robot/file"), None),
        (message(MessageKind.IMAGE), sent(K.PHOTO, "")),
    ],
)
def test_what_a_message_carries(received: IncomingMessage, expected: Sent | None) -> None:
    assert sent_of(received) == expected


def test_every_picture_in_a_text_is_carried() -> None:
    received = message(MessageKind.TEXT, type="mixed", urls=["https://a", "https://b"])

    assert all_sent_of(received) == [sent(K.PHOTO, "https://a"), sent(K.PHOTO, "https://b")]
    assert sent_of(received) == sent(K.PHOTO, "https://a")


def test_what_a_conversation_keeps_is_the_same_again() -> None:
    kept = sent(K.VOICE, "m2", format="amr")

    kind, *rest = kept.as_list()

    assert Sent(AttachmentKind(kind), *rest) == kept


def test_what_comes_after_the_words_joins_the_case_and_its_history(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        chen, case = make_person(db, "陈", now=now), make_case(db, now=now)

        assert attach(db, chen, case, make_sent(), now=now) == case

        [row] = rows.attachments_of(db, [case.id])
        assert (row.case_id, row.community_id, row.person_id) == (case.id, case.community_id, chen.id)
        assert (row.status, row.next_at, row.media_id) == (AttachmentStatus.WAITING, now, "media-1")
        assert (row.channel, row.account, row.data, row.is_proof) == ("official_account", "main", None, False)
        assert history(db, case.id) == [(EventKind.SUPPLEMENTED, {"attached": "photo"})]

    database.write_now(story)


def test_what_comes_before_the_words_waits_for_them_ten_minutes(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        chen, case = make_person(db, "陈", now=now), make_case(db, now=now)
        keep_for_later(db, chen, make_sent("too old"), now=now - ATTACHED_WITHIN - timedelta(seconds=1))
        keep_for_later(db, chen, make_sent("voice", K.VOICE), now=now - ATTACHED_WITHIN)
        alone = keep_for_later(db, chen, make_sent("photo"), now=now)
        assert (alone.case_id, alone.status) == (None, AttachmentStatus.WAITING)

        assert attach_recent(db, chen, case, now=now) == 2
        assert attach_recent(db, chen, case, now=now) == 0

        joined = rows.attachments_of(db, [case.id])
        assert [each.media_id for each in joined] == ["voice", "photo"]
        assert [data["attached"] for _, data in history(db, case.id)] == ["voice", "photo"]

    database.write_now(story)


def test_the_worker_s_photo_is_the_proof_before_or_with_the_command(
    database: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        wang = make_person(db, "王", now=now, role=Role.GRID_WORKER)
        for number, is_with in enumerate((True, False), start=1):
            case = make_case(db, number, now=now)
            attach(db, wang, case, make_sent(), now=now)
            assert not rows.has_proof(db, [case.id], since=now)
            if is_with:
                attach(db, wang, case, make_sent(), now=now, is_proof=True)
            else:
                keep_for_later(db, wang, make_sent(), now=now)
                attach_recent(db, wang, case, now=now, is_proof=True)
            assert rows.has_proof(db, [case.id], since=now)

    database.write_now(story)


def test_a_place_on_the_map_is_whole_as_it_came(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        chen, case = make_person(db, "陈", now=now), make_case(db, now=now)

        attach(db, chen, case, sent(K.LOCATION, "", latitude="30.1", longitude="120.2"), now=now)

        [row] = rows.attachments_of(db, [case.id])
        assert row.data == {"latitude": "30.1", "longitude": "120.2"}
        assert row.status is AttachmentStatus.KEPT

    database.write_now(story)


def test_a_file_nobody_can_find_is_lost_from_the_start(database: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        row = keep_for_later(db, make_person(db, "陈", now=now), make_sent(""), now=now)

        assert (row.status, row.error) == (
            AttachmentStatus.LOST,
            "平台没有说这个文件在哪里，请对方重新发送。",
        )

    database.write_now(story)
