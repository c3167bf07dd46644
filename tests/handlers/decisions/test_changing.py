"""More time, another owner, another watcher; lists; and two who speak at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from handlers.decisions.changing import (
    More,
    Said,
    decide_extension,
    drop_decision,
    extend_decision,
    give_back,
    hand_over,
    set_due,
)
from handlers.decisions.listing import listed_decisions, shown_decision
from handlers.decisions.progress import report_progress
from handlers.decisions.watchers import answer_watching, set_watcher
from handlers.errors import NotAllowed, UserError
from handlers.errors.decisions import (
    DropReasonMissing,
    DueNotAhead,
    ExtensionIncomplete,
    NoSuchDecision,
    NothingAskedFor,
    NotWatching,
    NotYourDecision,
    OwnerAlready,
    OwnerCannotWatch,
    SeveralWatchers,
    UnknownOwner,
    UnknownWatcher,
)
from handlers.replies.decision_lists import decision_shown
from handlers.working_days import SHANGHAI
from storage import decisions
from storage.engine import Database
from storage.models.decisions import DecisionStatus
from tests.handlers.cases.scene import DESK, PROPERTY, named, resident, sent_to, settle_in
from tests.handlers.decisions.table import RULES, agreed, came, known, meeting, sewer, standing, unit_id

DAY = timedelta(days=1)
DUE = datetime(2026, 11, 30, 18, tzinfo=SHANGHAI).astimezone(UTC)  # a Monday


@pytest.fixture
def db(database: Database, now: datetime) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        settle_in(connection, now=now)
        yield connection


def said(db: Connection, who: str, now: datetime) -> Said:
    return Said(named(db, who), now, RULES)


# ------------------------------------------------------------------ more time


def test_staff_extend_at_once_in_working_days(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now, due=DUE - now)

    done = extend_decision(db, said(db, "李强", now), decision.number, More(5, None, "等配件"))

    assert done.is_granted
    assert standing(db, decision).due_at == datetime(2026, 12, 7, 18, tzinfo=SHANGHAI)
    assert standing(db, decision).extension_days == 5
    [told] = sent_to(db, PROPERTY)
    assert "期限：12月7日 周一 18:00" in told.body["text"]
    assert "等配件" in told.body["text"]


def test_an_owner_asks_and_staff_answer(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now, due=DUE - now)
    number = decision.number
    with pytest.raises(NothingAskedFor):
        decide_extension(db, said(db, "李强", now), number, grants=True, reason="")

    asked = extend_decision(db, said(db, "周经理", now), number, More(3, None, "等配件"))
    assert not asked.is_granted
    assert standing(db, decision).due_at == DUE
    assert f"同意延期 决议{number}" in sent_to(db, DESK, having="申请延期")[0].body["text"]
    decide_extension(db, said(db, "李强", now), number, grants=False, reason="工期够")
    assert "工期够" in sent_to(db, PROPERTY, having="没有同意延期")[0].body["text"]
    with pytest.raises(NothingAskedFor):
        decide_extension(db, said(db, "李强", now), number, grants=True, reason="")
    extend_decision(db, said(db, "周经理", now), number, More(3, None, "等配件"))
    decide_extension(db, said(db, "李强", now), number, grants=True, reason="")

    assert standing(db, decision).due_at == datetime(2026, 12, 3, 18, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        (More(3, None, ""), ExtensionIncomplete),
        (More(None, None, "等配件"), ExtensionIncomplete),
        (More(0, None, "等配件"), ExtensionIncomplete),
        (More(61, None, "等配件"), ExtensionIncomplete),
        (More(None, DUE, "等配件"), DueNotAhead),
        (More(None, DUE + timedelta(days=365), "等配件"), ExtensionIncomplete),
    ],
)
def test_what_is_no_extension_is_refused(
    db: Connection, now: datetime, more: More, refusal: type[UserError]
) -> None:
    decision = agreed(db, meeting(db, now=now), now=now, due=DUE - now)

    with pytest.raises(refusal):
        extend_decision(db, said(db, "李强", now), decision.number, more)


def test_the_owner_sets_only_the_first_date(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now, due=None)

    set_due(db, said(db, "周经理", now), decision.number, More(due=DUE))

    assert standing(db, decision).due_at == DUE
    with pytest.raises(NotAllowed):
        set_due(db, said(db, "周经理", now), decision.number, More(due=DUE + DAY))
    with pytest.raises(DueNotAhead):
        set_due(db, said(db, "李强", now), decision.number, More(due=now - DAY))
    set_due(db, said(db, "李强", now), decision.number, More(due=DUE - 3 * DAY))
    assert standing(db, decision).due_at == DUE - 3 * DAY


# ------------------------------------------------------------------ another owner, called off


def test_handing_over_tells_both(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now)

    hand_over(db, said(db, "李强", now), decision.number, "执法", reason="不归物业")

    assert standing(db, decision).unit_id == unit_id(db, "综合执法中队")
    assert "由枫桥物业转交综合执法中队" in sent_to(db, PROPERTY)[0].body["text"]
    with pytest.raises(OwnerAlready):
        hand_over(db, said(db, "李强", now), decision.number, "综合执法中队", reason="")
    with pytest.raises(UnknownOwner, match="枫桥物业"):
        hand_over(db, said(db, "李强", now), decision.number, "丰桥物业", reason="")
    with pytest.raises(NotAllowed):
        hand_over(db, said(db, "王芳", now), decision.number, "物业", reason="")


def test_a_worker_may_own_it(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now)

    hand_over(db, said(db, "李强", now), decision.number, "赵磊", reason="")

    changed = standing(db, decision)
    assert (changed.unit_id, changed.owner_id) == (None, named(db, "赵磊").id)
    assert len(sent_to(db, "sample-webhook-grid-2")) >= 1


def test_an_owner_gives_back_and_it_stays_theirs(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now)

    give_back(db, said(db, "周经理", now), decision.number, "不在管养范围")

    assert f"转交 决议{decision.number}" in sent_to(db, DESK, having="退回")[0].body["text"]
    assert standing(db, decision).unit_id == unit_id(db)
    with pytest.raises(NotYourDecision):
        give_back(db, said(db, "李强", now), decision.number, "不在管养范围")


def test_calling_off_needs_a_reason_and_staff(db: Connection, now: datetime) -> None:
    case = sewer(db, now=now)
    decision = agreed(db, meeting(db, now=now, cases=(case,)), now=now, cases=(case,))
    with pytest.raises(DropReasonMissing):
        drop_decision(db, said(db, "李强", now), decision.number, "")
    with pytest.raises(NotAllowed):
        drop_decision(db, said(db, "周经理", now), decision.number, "不想办")

    dropped = drop_decision(db, said(db, "李强", now), decision.number, "业主大会另有安排")

    assert dropped.status is DecisionStatus.DROPPED
    assert "业主大会另有安排" in sent_to(db, "oLi", having="不再办理")[0].body["text"]


# ------------------------------------------------------------------ the watcher


def test_a_watcher_is_named_asked_and_may_decline(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now)
    wu = known(db, "oWu", "吴桂兰", now=now)

    set_watcher(db, said(db, "李强", now), decision.number, "吴桂兰")
    [asked] = sent_to(db, "oWu")
    assert f"不当监督人 决议{decision.number}" in asked.body["text"]
    answer_watching(db, Said(wu, now, RULES), None, agrees=False)

    assert standing(db, decision).watcher_id is None
    assert len(sent_to(db, DESK, having="不再担任")) == 1
    with pytest.raises(NotWatching):
        answer_watching(db, Said(wu, now, RULES), None, agrees=False)


def test_of_several_of_a_name_who_sat_at_the_table_is_meant(db: Connection, now: datetime) -> None:
    held = meeting(db, now=now)
    decision = agreed(db, held, now=now)
    first, second = (known(db, openid, "张伟", now=now) for openid in ("oA", "oB"))
    with pytest.raises(SeveralWatchers):
        set_watcher(db, said(db, "李强", now), decision.number, "张伟")
    with pytest.raises(UnknownWatcher):
        set_watcher(db, said(db, "李强", now), decision.number, "王五")

    came(db, held, now=now, person=second.id)
    set_watcher(db, said(db, "李强", now), decision.number, "张伟")

    assert standing(db, decision).watcher_id == second.id
    decisions.change_decision(db, decision.id, unit_id=None, owner_id=second.id, watcher_id=None)
    with pytest.raises(OwnerCannotWatch):
        set_watcher(db, said(db, "李强", now), decision.number, "张伟")
    assert first.id != second.id


# ------------------------------------------------------------------ lists


def test_each_sees_their_own_and_overdue_first(db: Connection, now: datetime) -> None:
    case = sewer(db, now=now)
    public = meeting(db, now=now, cases=(case,))
    private = meeting(db, now=now, is_public=False)
    later = agreed(db, public, now=now, cases=(case,), due=9 * DAY)
    late = agreed(db, public, now=now, due=DAY, what="清理地锁")
    undated = agreed(db, private, now=now, due=None, owner_id=named(db, "赵磊").id)
    seen = {
        who: [each.number for each, _ in listed_decisions(db, person, now=now + 2 * DAY).items]
        for who, person in {
            "staff": named(db, "李强"),
            "unit": named(db, "周经理"),
            "grid": named(db, "王芳"),
            "owner": named(db, "赵磊"),
            "resident": resident(db, "oHe", now=now),
            "elsewhere": named(db, "马建国"),
        }.items()
    }

    assert seen["staff"] == [late.number, later.number, undated.number]
    assert seen["unit"] == [late.number, later.number]
    assert seen["grid"] == [later.number]
    assert seen["owner"] == [undated.number]
    assert seen["elsewhere"] == []


def test_a_resident_sees_public_items_without_names(db: Connection, now: datetime) -> None:
    he = known(db, "oHe", "何涛", now=now)
    public = agreed(db, meeting(db, now=now), now=now, owner_id=named(db, "王芳").id)
    private = agreed(db, meeting(db, now=now, is_public=False), now=now)

    shown = shown_decision(db, he, 1, public.number)

    assert (shown.owner, shown.watcher, shown.cases) == ("网格员", "", [])
    with pytest.raises(NoSuchDecision):
        shown_decision(db, he, 1, private.number)


def test_a_long_list_is_cut_and_counted(db: Connection, now: datetime) -> None:
    held = meeting(db, now=now)
    for number in range(23):
        agreed(db, held, now=now, what=f"事项{number}")

    pages = [listed_decisions(db, named(db, "李强"), page=page, now=now) for page in (1, 2, 3, 4)]

    assert [len(each.items) for each in pages] == [10, 10, 3, 0]
    assert [each.rest for each in pages] == [13, 3, 0, 0]
    assert {each.total for each in pages} == {23}


def test_an_extension_is_not_granted_once_its_date_is_over(db: Connection, now: datetime) -> None:
    decision = agreed(db, meeting(db, now=now), now=now)
    wanted = More(due=now + 12 * DAY, reason="等配件")
    extend_decision(db, said(db, "周经理", now), decision.number, wanted)

    with pytest.raises(DueNotAhead):
        decide_extension(db, said(db, "李强", now + 13 * DAY), decision.number, grants=True, reason="")


def test_other_residents_read_no_name_and_no_door_of_a_public_item(db: Connection, now: datetime) -> None:
    held = meeting(db, now=now)
    decision = agreed(db, held, now=now, what="给33号楼5单元201换弯头")
    report_progress(
        db, named(db, "周经理"), decision.number, "和201的张伟约了，电话13812345678", now=now, rules=RULES
    )
    li, wu = known(db, "oLi", "李秀英", now=now), known(db, "oWu", "", now=now)
    came(db, held, now=now, person=li.id)

    invited, other = (
        decision_shown(shown_decision(db, who, 1, decision.number), now=now, is_resident=True)
        for who in (li, wu)
    )

    assert "给33号楼5单元201换弯头" in invited
    assert "一件议定事项" in other
    assert not [words for words in ("201", "张伟", "1381") if words in other]
    [(listed, _)] = listed_decisions(db, wu, now=now).items
    assert listed.what == "一件议定事项"


def test_where_a_unit_reads_along_nobody_is_named_as_watcher(db: Connection, now: datetime) -> None:
    li = known(db, "oLi", "李秀英", now=now)
    decision = agreed(db, meeting(db, now=now), now=now, watcher=li)

    staff = named(db, "李强")
    shown = [shown_decision(db, staff, 1, decision.number, is_alone=alone) for alone in (True, False)]

    assert [each.watcher for each in shown] == ["李秀英", "已定"]
