"""What workers and staff type."""

from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.actions import Action
from nlp.commands import Command, CommandReader, parsed_time
from nlp.lexicon import Lexicon
from nlp.reading import Places

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # a Wednesday, ten in the morning in Shanghai


class Row(NamedTuple):
    text: str
    action: str
    case: int | None = None


ROWS = [
    Row("接单 1", "claim", 1),
    Row("@回音 接单 1", "claim", 1),
    Row("@回音\u2005接单 1", "claim", 1),
    Row("@助手 接单1", "claim", 1),
    Row("接单１２", "claim", 12),
    Row("23号我来处理", "claim", 23),
    Row("31 归我，我去看看", "claim", 31),
    Row("接单 2026-0023", "claim", 23),
    Row("办结 1 管道已疏通，改道方案已定", "resolve", 1),
    Row("@回音 23 已修好，换了阀门", "resolve", 23),
    Row("23 灯泡换上了，亮了", "resolve", 23),
    Row("进展 1 已联系疏通队", "progress", 1),
    Row("23 师傅下午三点上门", "progress", 23),
    Row("40那个到哪一步了", "progress", 40),
    Row("议 23", "consult", 23),
    Row("议 1 周五15:00 居委会会议室", "consult", 1),
    Row("下周二晚上七点在党群活动室开个议事会，商量地锁的事，请通知明园小区", "schedule_meeting"),
    Row("十一月二十号的会取消，物业来不了", "schedule_meeting"),
    Row("群发 枫桥苑 明天9点到11点停水，请备水", "broadcast"),
    Row("群发 明天上午9点到11点停水，请大家备水", "broadcast"),
    Row("@所有人 今晚降温，注意水管防冻", "broadcast"),
    Row("转物业 18", "dispatch", 18),
    Row("交办 18 物业", "dispatch", 18),
    Row("派单 18 给供热公司", "dispatch", 18),
    Row("吹哨 12 城管 物业 明天上午十点现场", "whistle", 12),
    Row("报到 12", "check_in", 12),
    Row("反馈 12 已更换配件，请居民查看", "feedback", 12),
    Row("退回 12 不是我们的管辖范围", "return", 12),
    Row("问 12 具体是哪个单元", "ask", 12),
    Row("不予受理 12 属于市政道路", "reject", 12),
    Row("延期 12 3天 等配件", "extend", 12),
    Row("督办 12", "supervise", 12),
    Row("合并 23 到 18", "merge", 23),
    Row("邀请 18 陈律师 周五来参加", "invite", 18),
    Row("纪要 18 拆除地锁，物业周五前完成", "minutes", 18),
    Row("明早八点提醒我去枫桥苑测温", "remind"),
    Row("今天未办", "list_open"),
    Row("还有几个没办的", "list_open"),
    Row("统计 本月", "stats"),
    Row("上周满意率多少", "stats"),
    Row("查 23", "show", 23),
    Row("看一下23号", "show", 23),
    Row("11号误报，电梯里没人", "reject", 11),
    Row("8 约周三晚上7点半物业办公室开会", "schedule_meeting", 8),
    Row("12办结了 灯换了井盖也固定了", "resolve", 12),
    Row("收到", "none"),
    Row("谢谢", "none"),
    Row("累死了", "none"),
    Row("好的", "none"),
    Row("帮助", "help"),
    Row("代报 枫桥苑3号楼路灯坏了", "report"),
    Row("确认 3721", "none"),
    Row("3721", "none"),
    Row("1", "none"),
    Row("", "none"),
    Row("@回音", "none"),
    Row("今天风真大", "none"),
    Row("哈哈哈", "none"),
]
NOT_NUMBERS = [
    "接单，10月25号前弄完",
    "接单，下午3点去",
    "接单 打13900000001联系",
    "接单，5号楼那个",
    "接单 33-5-201的",
    "接单，3天内办完",
    "接单，周五15:00上门",
    "接单，要花200元",
    "接单，第3次上门了",
]


@pytest.fixture(scope="session")
def commands(lexicon: Lexicon) -> CommandReader:
    return CommandReader(lexicon)


@pytest.mark.parametrize("row", ROWS, ids=[row.text for row in ROWS])
def test_command_is_understood(commands: CommandReader, places: Places, row: Row) -> None:
    command = commands.read(row.text, role="staff", now=NOW, places=places)

    assert (command.action, command.case) == (row.action, row.case)


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_other_numbers_are_not_the_cases(commands: CommandReader, text: str) -> None:
    assert commands.read(text, role="grid", now=NOW).case is None


def test_number_comes_from_the_quoted_card(commands: CommandReader) -> None:
    card = "【新诉求】编号 2026-0023\n枫桥苑33号楼5单元 下水道堵塞\n请在10:30前接单"

    command = commands.read("接单", role="grid", now=NOW, quoted=card)

    assert (command.action, command.case, command.args) == (Action.CLAIM, 23, {"year": 2026})


def test_number_in_the_text_wins_over_the_quoted_one(commands: CommandReader) -> None:
    assert commands.read("接单 7", role="grid", now=NOW, quoted="编号 2026-0023").case == 7


@pytest.mark.parametrize(
    ("text", "action", "case"),
    [
        ("办结 403室张建国家换了软管，楼下502李梅家也看了", "resolve", 12),
        ("办结 502李梅家换了软管", "resolve", 12),
        ("办结 5号楼灯修好了", "resolve", 12),
        ("办结 换了2个灯，花了300元", "resolve", 12),
        ("接单 5", "claim", 5),
        ("5号办结", "resolve", 5),
        ("编号7 已修好", "resolve", 7),
        ("23 已修好，换了阀门", "resolve", 23),
        ("这个我去", "claim", 12),
        ("我去", "claim", 12),
        ("已经挪车了", "progress", 12),
        ("误报", "reject", 12),
        ("收到", "none", None),
        ("谢谢，辛苦了", "none", None),
        ("累死了", "none", None),
    ],
)
def test_quoted_number_counts_unless_another_is_meant(
    commands: CommandReader, *, text: str, action: str, case: int | None
) -> None:
    command = commands.read(text, role="grid", now=NOW, quoted="编号 2026-0012")

    assert (command.action, command.case) == (action, case)


def test_note_of_a_quoted_card_is_what_was_written(commands: CommandReader) -> None:
    command = commands.read("已经挪车了", role="grid", now=NOW, quoted="编号 2026-0012")

    assert command.args == {"note": "已经挪车了", "year": 2026}


@pytest.mark.parametrize(
    ("text", "cases"),
    [("接单 5 6 7", [5, 6, 7]), ("接单 9、10", [9, 10]), ("接单5,6,7", [5, 6, 7]), ("5号6号接单", [5, 6])],
)
def test_several_cases_are_claimed_at_once(commands: CommandReader, text: str, cases: list[int]) -> None:
    command = commands.read(text, role="grid", now=NOW)

    assert (command.action, command.case, command.args) == (Action.CLAIM, cases[0], {"cases": cases})


def test_particle_after_the_command_is_not_part_of_the_result(commands: CommandReader) -> None:
    read = commands.read

    assert read("12办结了 灯换了井盖也固定了", role="grid", now=NOW).args == {"result": "灯换了井盖也固定了"}
    assert read("办结 12 了解情况后换了灯", role="grid", now=NOW).args == {"result": "了解情况后换了灯"}


def test_meeting_on_a_case_has_time_and_place(commands: CommandReader) -> None:
    command = commands.read("8 约周三晚上7点半物业办公室开会", role="grid", now=NOW)

    assert command.args == {"time": "2026-11-18T19:30:00+08:00", "place": "物业办公室"}


def test_result_is_what_the_worker_wrote(commands: CommandReader) -> None:
    command = commands.read("办结 1 管道已疏通，改道方案已定", role="grid", now=NOW)

    assert command == Command(Action.RESOLVE, 1, {"result": "管道已疏通，改道方案已定"})


def test_progress_carries_its_note(commands: CommandReader) -> None:
    command = commands.read("@回音 进展 1 已联系疏通队", role="grid", now=NOW)

    assert command.args == {"note": "已联系疏通队"}


def test_consultation_has_time_and_place(commands: CommandReader) -> None:
    command = commands.read("议 1 周五15:00 居委会会议室", role="grid", now=NOW)

    assert command.args == {"time": "2026-11-20T15:00:00+08:00", "place": "居委会会议室"}
    assert parsed_time(command) == datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def test_meeting_has_time_place_topic_and_audience(commands: CommandReader) -> None:
    text = "下周二晚上七点在党群活动室开个议事会，商量地锁的事，请通知明园小区"

    command = commands.read(text, role="staff", now=NOW)

    assert command.args == {
        "time": "2026-11-24T19:00:00+08:00",
        "place": "党群活动室",
        "topic": "地锁",
        "audience": "明园小区",
    }


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("群发 枫桥苑 明天9点到11点停水，请备水", {"target": "枫桥苑", "text": "明天9点到11点停水，请备水"}),
        ("群发 枫桥苑：Ａ座停水，ＯＫ？", {"target": "枫桥苑", "text": "Ａ座停水，ＯＫ？"}),
        ("群发 明天停水，枫桥苑请备水", {"target": None, "text": "明天停水，枫桥苑请备水"}),
        ("群发 枫桥苑5号楼停水", {"target": None, "text": "枫桥苑5号楼停水"}),
        ("给枫桥苑群发一条：今晚停电", {"target": "枫桥苑", "text": "今晚停电"}),
        ("群发 全部 春节值班电话…", {"target": "全部", "text": "春节值班电话…"}),
        ("发个通知给枫桥苑和明园小区：明天停水", {"target": "枫桥苑、明园小区", "text": "明天停水"}),
        ("发个通知给枫桥苑和月亮湾：明天停水", {"target": "枫桥苑和月亮湾", "text": "明天停水"}),
        ("帮我在群里说一声明天打疫苗", {"target": None, "text": "明天打疫苗"}),
        ("群发 停水通知 明天停水", {"target": None, "text": "停水通知 明天停水"}),
        ("群发 家里 没水的请备水", {"target": None, "text": "家里 没水的请备水"}),
        ("群发 第一行\n第二行", {"target": None, "text": "第一行\n第二行"}),
    ],
)
def test_broadcast_keeps_the_exact_words(
    commands: CommandReader, places: Places, text: str, args: dict[str, str | None]
) -> None:
    found = commands.read(text, role="staff", now=NOW, places=places).args

    assert {name: found[name] for name in args} == args


def test_broadcast_to_an_unknown_estate_names_it_as_it_was_said(commands: CommandReader) -> None:
    command = commands.read("群发 枫叶苑 明天停水", role="staff", now=NOW)

    assert (command.args["target"], command.args["text"]) == ("枫叶苑", "明天停水")


def test_command_without_time_has_none(commands: CommandReader) -> None:
    assert parsed_time(commands.read("议 23", role="grid", now=NOW)) is None


def test_own_robot_name_is_not_part_of_the_command(commands: CommandReader) -> None:
    command = commands.read("@小枫 办结 2 好了", role="grid", now=NOW, robot_name="小枫")

    assert command == Command(Action.RESOLVE, 2, {"result": "好了"})


@settings(max_examples=100, deadline=None)
@given(
    text=st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(["接单", "23号", " ", "周五", "@回音", "群发", "枫桥苑", "99点", "2月30日"]),
            max_size=8,
        ).map("".join),
    )
)
def test_reading_a_command_never_raises(commands: CommandReader, text: str) -> None:
    command = commands.read(text, role="grid", now=NOW)

    assert command.action in Action
    assert set(command.as_json()) == {"action", "case", "args"}


def test_ten_thousand_characters_are_read(commands: CommandReader, places: Places) -> None:
    text = "群发 " + "停水" * 5000

    command = commands.read(text, role="staff", now=NOW, places=places)

    assert command.args["text"] == "停水" * 5000


def test_long_row_of_pleasantries_is_read_in_one_pass(commands: CommandReader) -> None:
    """Backtracking over 好 and 好的 would not end."""
    assert commands.read("好的" * 4000 + "x", role="grid", now=NOW).action is Action.NONE


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("3号修好了吗", "show"),
        ("6 搞定了吗", "show"),
        ("3号别办结", "show"),
        ("这个先别接", "none"),
        ("群发了吗", "none"),
        ("办结 3 居民说不用处理了，问他还要不要查，他说不用了", "resolve"),
        ("办结 3 居民说不用处理了，问他还要不要查，他说不用了吗", "show"),
        ("群发 枫桥苑 周五晚上大家方便开会吗？", "broadcast"),
    ],
)
def test_what_is_asked_or_forbidden_is_not_done(commands: CommandReader, *, text: str, action: str) -> None:
    assert commands.read(text, role="staff", now=NOW).action == action
