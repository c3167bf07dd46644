"""The public board: what everybody may read, overdue first, what was done struck off, and nothing private."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.board.views import DONE_WITHIN, MOST, BoardView, board_view
from bot.pages.rendering import rendered
from handlers.polls.counting import Outcome
from handlers.polls.results import PublicResult
from storage import cases as case_rows
from storage import decisions
from storage import meetings as meeting_rows
from storage.engine import Database
from storage.models.decisions import DecisionStatus
from storage.models.meetings import MeetingStatus
from tests.handlers.cases.scene import named, settle_in
from tests.handlers.decisions.table import agreed, known, meeting, sewer, unit_id

DAY = timedelta(days=1)
PRIVATE = ("李秀英", "王芳", "张伟", "3单元", "201", "13912345678")


def boarded(db: Connection, now: datetime) -> None:
    """Items of every kind, with things in them that nobody outside may read."""
    settle_in(db, now=now)
    case, whisper = sewer(db, now=now), sewer(db, now=now, by="oHe")
    case_rows.change_case(db, whisper.id, is_public=False)
    held = meeting(db, now=now, cases=(case,))
    li = known(db, "oLi", "李秀英", now=now)
    agreed(db, held, now=now, cases=(case,), due=9 * DAY, watcher=li)
    agreed(db, held, now=now, due=DAY, what="清理公共车位地锁", unit_id=unit_id(db, "综合执法中队"))
    agreed(db, held, now=now, due=None, what="每月巡查井盖", owner_id=named(db, "王芳").id)
    agreed(db, held, now=now, what="到3单元201找张伟，电话13912345678", owner="张伟")
    agreed(db, held, now=now, what="公布维修账目", owner="业委会")
    agreed(db, held, now=now, cases=(whisper,), what="约谈楼上住户")
    agreed(db, meeting(db, now=now, is_public=False), now=now, what="调解两家纠纷")
    for what, ago in (("拆除废弃车棚", 5 * DAY), ("补种草坪", DONE_WITHIN + DAY)):
        done = agreed(db, held, now=now - 100 * DAY, what=what)
        decisions.change_decision(db, done.id, status=DecisionStatus.DONE, done_at=now - ago)
    dropped = agreed(db, held, now=now, what="换整根管道")
    decisions.change_decision(db, dropped.id, status=DecisionStatus.DROPPED, done_at=now)
    for is_public in (True, False):
        ahead = meeting(db, now=now, is_public=is_public)
        meeting_rows.change_meeting(
            db, ahead.id, status=MeetingStatus.INVITED, starts_at=now + 3 * DAY, title="电动车充电议事会"
        )


def view(db: Connection, now: datetime, code: str = "chenguang") -> BoardView:
    found = board_view(db, code, now=now)
    assert found is not None
    return found


@pytest.fixture
def board(database: Database, now: datetime) -> BoardView:
    database.write_now(boarded, now)
    return database.write_now(view, now + 2 * DAY)


def test_it_shows_public_items_overdue_first(board: BoardView) -> None:
    assert [each.what for each in board.items] == [
        "清理公共车位地锁",
        "疏通主管道",
        "一件议定事项",
        "公布维修账目",
        "每月巡查井盖",
    ]
    assert [each.is_late for each in board.items] == [True, False, False, False, False]
    assert board.items[0].due == "11月21日 周六 10:00（已超期 1 天）"
    assert (board.counts.open, board.counts.overdue, board.counts.done) == (5, 1, 1)


def test_owners_are_units_roles_or_harmless_names(board: BoardView) -> None:
    assert [each.owner for each in board.items] == [
        "综合执法中队",
        "枫桥物业",
        "相关责任人",
        "业委会",
        "网格员",
    ]


def test_what_was_done_lately_is_struck_off(board: BoardView) -> None:
    assert [(each.what, each.state) for each in board.done] == [("拆除废弃车棚", "11月15日落实销号")]
    assert "<s>拆除废弃车棚</s>" in rendered("board.html", board=board)


def test_only_public_meetings_ahead_are_announced(board: BoardView) -> None:
    [ahead] = board.meetings
    text = rendered("board.html", board=board)

    assert (ahead.title, ahead.when) == ("电动车充电议事会", "11月23日 周一 10:00")
    assert f"议事会{ahead.number} · 11月23日" in text
    assert f"发“参加 议事会{ahead.number}”" in text


def test_nothing_on_the_page_points_to_a_person_or_a_door(board: BoardView) -> None:
    text = rendered("board.html", board=board)

    assert [each for each in PRIVATE if each in text] == []
    assert "调解" not in text
    assert "约谈" not in text


def test_results_of_votes_stand_with_their_numbers(board: BoardView, now: datetime) -> None:
    sentence = "同意 1024 户，占 1280 户的 80%，达到 80%，通过。"
    result = PublicResult(
        2, "雨污分流改造", "枫桥苑", now, Outcome.PASSED, sentence, ["同意 1024 户", "不同意 12 户"]
    )

    text = rendered("board.html", board=replace(board, polls=[result]))

    assert all(each in text for each in ("雨污分流改造", "表决2 · 枫桥苑", sentence, "不同意 12 户"))


def test_of_a_huge_list_the_rest_is_counted(database: Database, now: datetime) -> None:
    def many(db: Connection) -> None:
        settle_in(db, now=now)
        held = meeting(db, now=now)
        for number in range(MOST + 7):
            agreed(db, held, now=now, what=f"事项{number}号井盖", due=number * timedelta(minutes=1) + DAY)

    database.write_now(many)

    board = database.write_now(view, now)

    assert (len(board.items), board.more, board.counts.open) == (MOST, 7, MOST + 7)
    assert "另有 7 件没有列出" in rendered("board.html", board=board)


def test_an_empty_board_says_so(database: Database, now: datetime) -> None:
    database.write_now(lambda db: settle_in(db, now=now))

    text = rendered("board.html", board=database.write_now(view, now, "hupan"))

    assert "湖畔社区公示栏" in text
    assert 'href="tel:0900-3030000"' in text
    assert "现在没有在办的议定事项" in text
    assert database.write_now(lambda db: board_view(db, "nowhere", now=now)) is None


def test_a_community_without_a_telephone_offers_none(board: BoardView) -> None:
    text = rendered("board.html", board=replace(board, phone=""))

    assert "更新。" in text
    assert "请打" not in text.split('<p class="small">')[-1]
