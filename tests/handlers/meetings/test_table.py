"""At the table: each line becomes a case, a topic or a decision; items and cases are taken on the spot."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from handlers.cases.reports import Place, Report
from handlers.errors import NoSuchCase, NotAllowed
from handlers.errors.decisions import NoSuchDecision
from handlers.errors.minutes import (
    AlreadyWithYou,
    BatchEmpty,
    ClaimedCaseNotAtTable,
    DueOver,
    MinutesTooEarly,
    OwnedByOther,
)
from handlers.meetings.raised import Raised
from handlers.meetings.table import claim_case, claim_decision, enter_batch
from nlp.consultation.minutes import read_batch
from nlp.lexicon import Lexicon
from nlp.reading import Places, Reader
from storage import assignments, invitations, meetings, topics
from storage import cases as case_rows
from storage.engine import Database
from storage.models.cases import CaseStatus, Source, Urgency
from storage.models.decisions import Decision
from storage.models.meetings import Meeting
from storage.models.topics import TopicStatus
from tests.handlers.cases.scene import PROPERTY, estate, named, reported, sent_to, settle_in
from tests.handlers.decisions.table import unit_id
from tests.handlers.meetings.gathering import called_meeting
from tests.handlers.meetings.minutes_scene import RULES, held, known, sat, sewer, write
from tests.words import loaded_lexicon

BATCH = """
诉求 33号楼5单元楼道灯不亮 反映人李秀英
议题 自行车棚建在哪里
决议 枫桥物业 11月30日前 换楼道灯
随便说说
决议 11月1日
"""


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return loaded_lexicon()


def enter(
    db: Connection, meeting: Meeting, text: str, lexicon: Lexicon, *, now: datetime
) -> tuple[Raised, ...]:
    def report_of(words: str) -> Report:
        place = Place(estate(db), "33", "5")
        return Report(1, "property", "lighting", Urgency.NORMAL, words, place, source=Source.TABLE)

    lines: list[Any] = read_batch(text, now)
    places = Places.of([("枫桥苑", ())])
    return enter_batch(
        db,
        named(db, "李强"),
        meeting,
        lines,
        report_of=report_of,
        read=lambda words: Reader(lexicon).read(words, places),
        said_in="",
        now=now,
        rules=RULES,
    )


def test_each_line_becomes_what_it_says_and_a_bad_one_costs_no_other(
    db: Connection, now: datetime, lexicon: Lexicon
) -> None:
    li = known(db, "oLi", "李秀英", now=now)
    meeting = held(db, now=now)
    sat(db, meeting, now=now, person=li)

    case, topic, decision, unknown, empty = enter(db, meeting, BATCH, lexicon, now=now)

    assert case.case is not None
    assert case_rows.is_reporter(db, case.case.case.id, li.id)
    assert topic.topic is not None
    assert (topic.topic.status, topic.topic.title) == (TopicStatus.ACCEPTED, "自行车棚建在哪里")
    assert decision.made is not None
    assert decision.made.decision.unit_id == unit_id(db)
    assert unknown.refusal.startswith("没写是什么")
    assert empty.refusal.startswith("请写明决议")


def test_the_same_trouble_joins_the_open_case(db: Connection, now: datetime, lexicon: Lexicon) -> None:
    meeting = held(db, now=now)
    first = enter(db, meeting, "诉求 33号楼5单元楼道灯不亮", lexicon, now=now)[0]
    known(db, "oWu", "吴大妈", now=now)

    again = enter(db, meeting, "诉求 33号楼5单元楼道灯不亮 反映人吴大妈", lexicon, now=now)[0]

    assert first.case is not None
    assert again.case is not None
    assert again.case.case.id == first.case.case.id
    assert again.case.reporters == 2


def test_a_batch_has_a_limit_and_says_so(db: Connection, now: datetime, lexicon: Lexicon) -> None:
    meeting = held(db, now=now)

    raised = enter(db, meeting, "\n".join(f"议题 第{each}件事" for each in range(52)), lexicon, now=now)

    assert sum(each.topic is not None for each in raised) == 50
    assert all("再发一次" in each.refusal for each in raised[50:])


def test_an_empty_batch_and_one_before_the_meeting_are_refused(
    db: Connection, now: datetime, lexicon: Lexicon
) -> None:
    with pytest.raises(BatchEmpty):
        enter(db, held(db, now=now), "", lexicon, now=now)
    with pytest.raises(MinutesTooEarly):
        enter(db, called_meeting(db, now=now), "议题 车棚", lexicon, now=now)


# ------------------------------------------------------------------ taken on the spot


def agreed(db: Connection, line: str, *, now: datetime) -> Decision:
    meeting = held(db, now=now, cases=[sewer(db, now=now)])
    return write(db, meeting, f"决议：{line}", now=now).made[0].decision


def claim(
    db: Connection, who: str, number: int, *, now: datetime, due_at: datetime | None = None
) -> Decision:
    return claim_decision(db, named(db, who), number, due_at=due_at, said_in="", now=now, rules=RULES)


def test_a_free_item_is_the_units_who_claims_it(db: Connection, now: datetime) -> None:
    decision = agreed(db, "疏通主管道", now=now)
    due = now + timedelta(days=5)

    claimed = claim(db, "周经理", decision.number, now=now, due_at=due)

    assert (claimed.unit_id, claimed.due_at, claimed.claimed_at) == (unit_id(db), due, now)
    with pytest.raises(OwnedByOther):
        claim(db, "王芳", decision.number, now=now)


def test_the_owner_claims_its_own_item(db: Connection, now: datetime) -> None:
    decision = agreed(db, "枫桥物业 11月30日前 疏通", now=now)

    claimed = claim(db, "周经理", decision.number, now=now)

    assert (claimed.claimed_at, claimed.due_at) == (now, decision.due_at)


def test_a_date_that_is_over_and_a_number_nobody_has_are_refused(db: Connection, now: datetime) -> None:
    decision = agreed(db, "疏通主管道", now=now)

    with pytest.raises(DueOver):
        claim(db, "王芳", decision.number, now=now, due_at=now - timedelta(days=1))
    with pytest.raises(NoSuchDecision):
        claim(db, "王芳", 999, now=now)


def test_an_owner_who_claims_gives_itself_no_more_time(db: Connection, now: datetime) -> None:
    decision = agreed(db, "枫桥物业 11月30日前 疏通", now=now)
    assert decision.due_at is not None

    with pytest.raises(NotAllowed):
        claim(db, "周经理", decision.number, now=now, due_at=decision.due_at + timedelta(days=3))
    sooner = decision.due_at - timedelta(days=1)
    assert claim(db, "周经理", decision.number, now=now, due_at=sooner).due_at == sooner


def test_a_private_item_is_taken_by_who_sat_there_alone(db: Connection, now: datetime) -> None:
    decision = agreed(db, "疏通主管道", now=now)
    assert decision.topic_id is not None
    assert decision.meeting_id is not None
    topics.change_topic(db, decision.topic_id, is_public=False)

    with pytest.raises(NoSuchDecision):
        claim(db, "周经理", decision.number, now=now)
    sat(db, meetings.meeting_by_id(db, decision.meeting_id), now=now, unit_id=unit_id(db))
    assert claim(db, "周经理", decision.number, now=now).unit_id == unit_id(db)


def take(db: Connection, number: int, *, now: datetime) -> str:
    member = named(db, "周经理")
    return claim_case(db, member, number, year=None, due_at=None, secret="s" * 43, now=now, rules=RULES)


def test_a_unit_that_sat_there_takes_a_case_and_has_a_sheet(db: Connection, now: datetime) -> None:
    case = sewer(db, now=now)
    meeting = held(db, now=now, cases=[case])
    sat(db, meeting, now=now, unit_id=unit_id(db))

    label = take(db, case.number, now=now)

    assert label == case.label
    sheet = assignments.open_assignment_of_unit(db, case.id, unit_id(db))
    assert sheet is not None
    assert case_rows.case_by_id(db, case.id).status is CaseStatus.DISPATCHED
    assert sent_to(db, PROPERTY, having=case.label) != []
    with pytest.raises(AlreadyWithYou):
        take(db, case.number, now=now)


def test_a_case_of_another_table_is_not_taken(db: Connection, now: datetime) -> None:
    case = sewer(db, now=now)
    held(db, now=now, cases=[case])
    other = reported(db, now=now, by="oWu")

    for number, refusal in (
        (case.number, ClaimedCaseNotAtTable),
        (other.number, ClaimedCaseNotAtTable),
        (999, NoSuchCase),
    ):
        with pytest.raises(refusal):
            take(db, number, now=now)
    assert invitations.invitations_to(db, 1, unit_id=unit_id(db)) == []
