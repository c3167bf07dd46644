"""A decision item is reported done with proof, the watcher has the word, and its case is resolved."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from handlers.cases.judging import Judgement, evaluate_case
from handlers.decisions.changing import Said, drop_decision
from handlers.decisions.finishing import Done, report_done
from handlers.decisions.progress import report_progress
from handlers.decisions.watching import confirm_decision, doubt_decision
from handlers.errors.decisions import (
    DecisionNotOpen,
    DecisionProofMissing,
    DecisionResultMissing,
    DoubtReasonMissing,
    NoPhotoByStaffOnly,
    NoPhotoReasonMissing,
    NotReportedDone,
    NotTheWatcher,
    NotYourDecision,
    WatcherFirst,
)
from storage import cases as case_rows
from storage import meetings as meeting_rows
from storage.engine import Database
from storage.models.cases import CaseStatus, EventKind
from storage.models.consultation import Happening
from storage.models.decisions import Decision, DecisionStatus
from storage.models.meetings import MeetingStatus
from storage.models.people import Person
from tests.handlers.cases.scene import DESK, GRID_GROUP, PROPERTY, events, named, resident, sent_to, settle_in
from tests.handlers.decisions.table import (
    GROUP,
    PHOTO,
    RULES,
    agreed,
    came,
    fire_due,
    history,
    known,
    meeting,
    sewer,
    standing,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RESULT = "主管道已疏通，试水正常"


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


def finish(
    db: Connection, decision: Decision, now: datetime, *, who: str = "周经理", result: str = RESULT
) -> Decision:
    done = Done(result, PHOTO)
    return report_done(db, named(db, who), decision.number, done, now=now, rules=RULES)


def confirm(db: Connection, who: Person, decision: Decision, now: datetime, words: str = "") -> Decision:
    return confirm_decision(db, who, decision.number, words, now=now, rules=RULES)


def doubt(db: Connection, who: Person, decision: Decision, now: datetime, reason: str = "还漏") -> Decision:
    return doubt_decision(db, who, decision.number, reason, now=now, rules=RULES)


# ------------------------------------------------------------------ done, with proof


def test_done_needs_words_and_something_that_shows_it(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now)
    zhou = named(db, "周经理")

    with pytest.raises(DecisionResultMissing):
        report_done(db, zhou, decision.number, Done(""), now=now, rules=RULES)
    with pytest.raises(DecisionProofMissing):
        report_done(db, zhou, decision.number, Done(RESULT), now=now, rules=RULES)
    with pytest.raises(NoPhotoByStaffOnly):
        report_done(db, zhou, decision.number, Done(RESULT, no_photo="拍不了"), now=now, rules=RULES)
    with pytest.raises(NoPhotoReasonMissing):
        report_done(db, named(db, "李强"), decision.number, Done(RESULT, no_photo=""), now=now, rules=RULES)
    with pytest.raises(NotYourDecision):
        report_done(db, named(db, "赵磊"), decision.number, Done(RESULT, PHOTO), now=now, rules=RULES)

    assert standing(db, decision).status is DecisionStatus.OPEN


def test_staff_may_vouch_with_a_reason(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now)

    done = Done("已约谈商户", no_photo="约谈无法拍照")
    report_done(db, named(db, "李强"), decision.number, done, now=now, rules=RULES)

    assert standing(db, decision).status is DecisionStatus.REPORTED_DONE


def test_the_watcher_is_asked_and_everybody_else_told(db: Connection, now: datetime) -> None:
    watcher = known(db, "oWu", "吴桂兰", now=now)
    case = sewer(db, now=now)
    held = meeting(db, now=now, cases=(case,))
    came(db, held, now=now, person=known(db, "oZhang", "张伟", now=now).id)
    decision = agreed(db, held, now=now, cases=(case,), watcher=watcher)

    finish(db, decision, now)

    [asked] = sent_to(db, "oWu")
    assert f"决议{decision.number} 属实" in asked.body["text"]
    assert "11月23日 周一 10:00前没有回复" in asked.body["text"]
    assert len(sent_to(db, "oZhang", having="正在核实")) == 1
    assert len(sent_to(db, "oLi", having="正在核实")) == 1
    [desk] = sent_to(db, DESK, having="报完成")
    assert "等监督人核实" in desk.body["text"]
    assert sent_to(db, GROUP, having="核实") == []


def test_without_a_watcher_staff_are_asked_at_once(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now)

    finish(db, decision, now)

    [asked] = sent_to(db, DESK, having="请社区核实")
    assert "没有监督人" in asked.body["text"]
    assert f"@回音 确认 决议{decision.number}" in asked.body["text"]
    assert confirm(db, named(db, "李强"), decision, now).status is DecisionStatus.DONE


def test_reporting_done_twice_is_refused(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now)
    finish(db, decision, now)

    with pytest.raises(DecisionNotOpen, match="待核实"):
        finish(db, decision, now)


# ------------------------------------------------------------------ the watcher's word


def test_the_word_is_the_watchers_and_after_three_days_staffs(db: Connection, now: datetime) -> None:
    watcher = known(db, "oWu", "吴桂兰", now=now)
    decision = agreed(db, meeting(db, now=now), now=now, watcher=watcher)
    with pytest.raises(NotReportedDone):
        confirm(db, watcher, decision, now)
    finish(db, decision, now)

    with pytest.raises(NotTheWatcher):
        confirm(db, known(db, "oLi", "李秀英", now=now), decision, now)
    with pytest.raises(WatcherFirst, match="11月23日"):
        confirm(db, named(db, "李强"), decision, now + DAY)
    fire_due(db, now + 2 * DAY)
    assert len(sent_to(db, "oWu", having="再请您看一看")) == 1
    fire_due(db, now + 3 * DAY)
    assert len(sent_to(db, DESK, having="监督人三天没有答复")) == 1

    assert confirm(db, named(db, "李强"), decision, now + 3 * DAY).status is DecisionStatus.DONE


def test_staff_confirm_early_with_what_the_watcher_told_them(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now, watcher=known(db, "oWu", "吴桂兰", now=now))
    finish(db, decision, now)

    done = confirm(db, named(db, "李强"), decision, now, "电话问过监督人")

    assert done.status is DecisionStatus.DONE


def test_after_downtime_only_the_last_question_is_asked(db: Connection, now: datetime) -> None:
    watcher = known(db, "oWu", "吴桂兰", now=now)
    decision = agreed(db, meeting(db, now=now), now=now, watcher=watcher, due=30 * DAY)
    finish(db, decision, now)

    fire_due(db, now + 20 * DAY)
    fire_due(db, now + 21 * DAY)

    assert sent_to(db, "oWu", having="再请您看一看") == []
    [asked] = sent_to(db, DESK, having="请社区核实")
    assert asked.body["mentions"] == ["chenjing"]


def test_a_watcher_whom_nothing_reaches_is_asked_by_staff(db: Connection, now: datetime) -> None:
    watcher = named(db, "孙丽")  # of another community: no account of ours reaches her
    decision = agreed(db, meeting(db, now=now), now=now, watcher=watcher, due=None)
    db.exec_driver_sql("UPDATE people SET role = 'resident' WHERE name = '孙丽'")

    finish(db, decision, now)

    assert "监督人联系不上" in sent_to(db, DESK, having="请社区核实")[0].body["text"]
    assert confirm(db, named(db, "李强"), decision, now).status is DecisionStatus.DONE


def test_a_doubt_opens_it_again_one_level_higher(db: Connection, now: datetime) -> None:
    watcher = known(db, "oWu", "吴桂兰", now=now)
    decision = agreed(db, meeting(db, now=now), now=now, watcher=watcher, due=DAY)
    finish(db, decision, now)
    with pytest.raises(DoubtReasonMissing):
        doubt(db, watcher, decision, now, "")

    again = doubt(db, watcher, decision, now + 2 * DAY, "井盖没盖")

    assert (again.status, again.supervision_level) == (DecisionStatus.OPEN, 1)
    told = sent_to(db, PROPERTY, having="没做完")
    assert "> 井盖没盖" in told[0].body["text"]
    with pytest.raises(DecisionProofMissing):  # what showed it the first time does not
        report_done(db, named(db, "周经理"), decision.number, Done(RESULT), now=now + 3 * DAY, rules=RULES)
    fire_due(db, now + 4 * DAY)
    assert sent_to(db, PROPERTY, having="超期督办") == []  # three working days are left to mend it
    fire_due(db, now + 6 * DAY)
    assert len(sent_to(db, PROPERTY, having="超期督办")) == 1


# ------------------------------------------------------------------ the case


def test_the_case_is_resolved_when_its_last_item_is_done(db: Connection, now: datetime) -> None:
    case = sewer(db, now=now)
    held = meeting(db, now=now, cases=(case,))
    first = agreed(db, held, now=now, cases=(case,))
    second = agreed(db, held, now=now, cases=(case,), what="每季度巡查一次")
    dropped = agreed(db, held, now=now, cases=(case,), what="换整根管道")
    qiang = named(db, "李强")

    finish(db, first, now)
    confirm(db, qiang, first, now)
    assert case_rows.case_by_id(db, case.id).status is CaseStatus.IN_PROGRESS
    drop_decision(db, Said(qiang, now, RULES), dropped.number, "太贵")
    finish(db, second, now, result="已列入巡查表")
    confirm(db, qiang, second, now)

    settled = case_rows.case_by_id(db, case.id)
    assert settled.status is CaseStatus.RESOLVED
    assert settled.resolution == f"1. 疏通主管道：{RESULT}；2. 每季度巡查一次：已列入巡查表"
    assert settled.handler_id == named(db, "王芳").id
    assert len(sent_to(db, "oLi", having="满意")) == 1
    assert meeting_rows.meeting_by_id(db, held.id).status is MeetingStatus.FOLLOWED_UP


def test_a_case_whose_items_were_all_dropped_stays_with_its_handler(db: Connection, now: datetime) -> None:
    case = sewer(db, now=now)
    decision = agreed(db, meeting(db, now=now, cases=(case,)), now=now, cases=(case,))

    drop_decision(db, Said(named(db, "李强"), now, RULES), decision.number, "重复了")

    assert case_rows.case_by_id(db, case.id).status is CaseStatus.IN_PROGRESS
    assert len(sent_to(db, DESK, having="决议都撤销了")) == 1


def test_what_helped_nobody_does_not_resolve_a_reopened_case(db: Connection, now: datetime) -> None:
    case = sewer(db, now=now)
    held = meeting(db, now=now, cases=(case,))
    qiang = named(db, "李强")
    first = agreed(db, held, now=now, cases=(case,))
    finish(db, first, now)
    confirm(db, qiang, first, now)
    li = resident(db, "oLi", now=now)
    evaluate_case(db, li, case.id, Judgement(1, reason="又堵了"), now=now + DAY, rules=RULES)
    second = agreed(db, held, now=now + 2 * DAY, cases=(case,), what="换弯头")
    third = agreed(db, held, now=now + 2 * DAY, cases=(case,), what="加装格栅")

    drop_decision(db, Said(qiang, now + 3 * DAY, RULES), second.number, "不需要")
    assert case_rows.case_by_id(db, case.id).status is CaseStatus.IN_PROGRESS
    finish(db, third, now + 4 * DAY, result="已装格栅")
    confirm(db, qiang, third, now + 4 * DAY)

    settled = case_rows.case_by_id(db, case.id)
    assert (settled.status, settled.resolution) == (CaseStatus.RESOLVED, "已装格栅")
    assert standing(db, first).status is DecisionStatus.DONE  # stays on record


def test_a_case_that_asks_for_a_photo_has_the_one_of_its_item(db: Connection, now: datetime) -> None:
    cases = [sewer(db, now=now, by=by) for by in ("oLi", "oHe")]
    assert len({case.id for case in cases}) == 2
    decision = agreed(db, meeting(db, now=now, cases=tuple(cases)), now=now, cases=tuple(cases))

    finish(db, decision, now)
    confirm(db, named(db, "李强"), decision, now)

    statuses = [case_rows.case_by_id(db, case.id).status for case in cases]
    assert statuses == [CaseStatus.RESOLVED, CaseStatus.RESOLVED]
    assert all(len(events(db, case, EventKind.RESOLVED)) == 1 for case in cases)


def test_a_case_to_be_talked_over_again_is_not_resolved(db: Connection, now: datetime) -> None:
    case = sewer(db, now=now)
    decision = agreed(db, meeting(db, now=now, cases=(case,)), now=now, cases=(case,))
    meeting_rows.change_meeting(
        db, meeting(db, now=now, cases=(case,)).id, status=MeetingStatus.INVITED, starts_at=now + DAY
    )

    finish(db, decision, now)
    confirm(db, named(db, "李强"), decision, now)

    assert case_rows.case_by_id(db, case.id).status is CaseStatus.IN_PROGRESS


# ------------------------------------------------------------------ progress, and residents' groups


def test_progress_is_told_to_everybody_concerned_and_gathered_for_the_groups(
    db: Connection, now: datetime
) -> None:
    case = sewer(db, now=now)
    held = meeting(db, now=now, cases=(case,))
    first = agreed(db, held, now=now, cases=(case,))
    second = agreed(db, held, now=now, cases=(case,), what="每季度巡查一次")
    third = agreed(db, held, now=now, cases=(case,), what="给3单元201的王姐换水管")
    zhou = named(db, "周经理")

    said = [
        (first, "已联系疏通队"),
        (first, "周三进场"),
        (second, "找3单元201的王姐约时间"),
        (third, "已备料"),
    ]
    for decision, note in said:
        report_progress(db, zhou, decision.number, note, now=now, rules=RULES)

    assert len(sent_to(db, "oLi", having="有进展")) == 4
    assert len(sent_to(db, DESK, having="有进展")) == 4
    assert sent_to(db, GROUP) == []
    fire_due(db, now + 9 * HOUR)
    fire_due(db, now + 10 * HOUR)
    [told] = sent_to(db, GROUP)
    text = str(told.body["text"])
    assert "枫桥苑下水道议事会" in text
    assert "疏通主管道（枫桥物业）：周三进场" in text
    assert "每季度巡查一次（枫桥物业）：正在办理，有新进展" in text
    assert "一件议定事项（枫桥物业）：已备料" in text
    assert "王姐" not in text
    assert "https://huiyin.example/board/chenguang" in text


def test_a_private_item_is_told_in_no_group(db: Connection, now: datetime) -> None:
    case = sewer(db, now=now)
    case_rows.change_case(db, case.id, is_public=False)
    decision = agreed(db, meeting(db, now=now, cases=(case,)), now=now, cases=(case,))

    report_progress(db, named(db, "周经理"), decision.number, "已联系", now=now, rules=RULES)
    finish(db, decision, now)
    confirm(db, named(db, "李强"), decision, now)
    fire_due(db, now + 2 * DAY)

    assert sent_to(db, GROUP) == []


def test_the_strike_off_is_told_at_once_and_not_again(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now)
    report_progress(db, named(db, "周经理"), decision.number, "已联系", now=now, rules=RULES)
    finish(db, decision, now)
    confirm(db, named(db, "李强"), decision, now)
    fire_due(db, now + 2 * DAY)

    [told] = sent_to(db, GROUP)
    assert f"疏通主管道（枫桥物业）：已落实，销号。{RESULT}" in str(told.body["text"])


def test_what_the_group_reads_of_the_case_is_not_said_twice(db: Connection, now: datetime) -> None:
    case = sewer(db, now=now)
    decision = agreed(db, meeting(db, now=now, cases=(case,)), now=now, cases=(case,))
    finish(db, decision, now)
    confirm(db, named(db, "李强"), decision, now)
    fire_due(db, now + 2 * DAY)

    [told] = sent_to(db, GROUP)
    assert "销号" not in str(told.body["text"])
    assert RESULT in str(told.body["text"])


def test_the_chat_where_it_was_said_reads_it_once(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now)
    db.exec_driver_sql("UPDATE groups SET chat_id = 'chat-property' WHERE name = '物业工作群'")

    report_progress(
        db,
        named(db, "周经理"),
        decision.number,
        "已联系",
        said_in="chat-property",
        now=now,
        rules=RULES,
    )

    assert sent_to(db, PROPERTY) == []
    assert sent_to(db, GRID_GROUP) == []
    assert len(history(db, decision, Happening.PROGRESSED)) == 1
