"""Evidence: photos sent just before or with the words, kept once, by those whose business it is."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from handlers.cases.attaching import Sent, keep_for_later
from handlers.decisions.evidence import add_to_decision, add_to_meeting
from handlers.errors.decisions import NoSuchDecision, NotYourDecision
from handlers.errors.meetings import NoSuchMeeting, NotYourMeeting
from handlers.errors.minutes import EvidenceMissing, WordsTooLong
from handlers.meetings.clashes import Remarks
from handlers.meetings.showing import show_meeting
from handlers.replies.meeting_views import meeting_text
from storage import evidence
from storage.engine import Database
from storage.models.attachments import AttachmentKind
from storage.models.decisions import Decision
from storage.models.meetings import Meeting
from tests.handlers.cases.scene import DESK, named, sent_to, settle_in
from tests.handlers.meetings.minutes_scene import RULES, held, sewer, write

PHOTO = Sent(AttachmentKind.PHOTO, "wecom_robot", "main", "https://photos.example/1")


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


@pytest.fixture
def meeting(db: Connection, now: datetime) -> Meeting:
    return held(db, now=now, cases=[sewer(db, now=now)])


@pytest.fixture
def decision(db: Connection, now: datetime, meeting: Meeting) -> Decision:
    return write(db, meeting, "决议：枫桥物业 11月30日前 疏通主管道", now=now).made[0].decision


def add(
    db: Connection, who: str, decision: Decision, words: str, *sent: Sent, now: datetime
) -> tuple[int, bool]:
    kept = add_to_decision(db, named(db, who), decision.number, words, sent=sent, now=now, rules=RULES)
    return kept.photos, kept.has_words


def test_a_photo_before_and_one_with_the_words_stand_with_them(
    db: Connection, now: datetime, decision: Decision
) -> None:
    keep_for_later(db, named(db, "周经理"), PHOTO, now=now - timedelta(minutes=9))
    keep_for_later(db, named(db, "周经理"), PHOTO, now=now - timedelta(minutes=11))

    assert add(db, "周经理", decision, "水质合格", PHOTO, now=now) == (2, True)

    kept = evidence.evidence_of_decision(db, decision.id)
    assert [(each.words, each.attachment_id is not None) for each in kept] == [("水质合格", True), ("", True)]
    assert len(sent_to(db, DESK, having="有新凭证")) == 1


def test_a_photo_is_evidence_once(db: Connection, now: datetime, decision: Decision) -> None:
    keep_for_later(db, named(db, "周经理"), PHOTO, now=now)
    add(db, "周经理", decision, "", now=now)

    with pytest.raises(EvidenceMissing):
        add(db, "周经理", decision, " ", now=now)


def test_words_alone_are_evidence_too(db: Connection, now: datetime, decision: Decision) -> None:
    assert add(db, "李强", decision, "检测报告在档案柜", now=now) == (0, True)
    with pytest.raises(WordsTooLong):
        add(db, "李强", decision, "长" * 501, now=now)


def test_others_add_nothing(db: Connection, now: datetime, decision: Decision, meeting: Meeting) -> None:
    stranger = named(db, "赵磊")

    with pytest.raises((NotYourDecision, NoSuchDecision)):
        add(db, stranger.name, decision, "…", now=now)
    with pytest.raises(NoSuchDecision):
        add_to_decision(db, named(db, "李强"), 99, "…", sent=(), now=now, rules=RULES)
    with pytest.raises(NotYourMeeting):
        add_to_meeting(db, stranger, meeting.number, "…", sent=(), now=now)
    with pytest.raises(NoSuchMeeting):
        add_to_meeting(db, named(db, "李强"), 99, "…", sent=(), now=now)


def test_a_meeting_has_evidence_of_its_own(db: Connection, now: datetime, meeting: Meeting) -> None:
    kept = add_to_meeting(db, named(db, "李强"), meeting.number, "签到表", sent=(PHOTO,), now=now)

    assert (kept.photos, kept.has_words) == (1, True)
    shown = meeting_text(
        meeting,
        [],
        [],
        chair="李强",
        counts=show_meeting(db, named(db, "李强"), meeting.number).counts,
        decisions=[],
        remarks=Remarks(),
    )
    assert "凭证：1 份" in shown.splitlines()
