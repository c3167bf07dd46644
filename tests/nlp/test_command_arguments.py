"""What goes with a command, in the words that people choose."""

from datetime import UTC, datetime

import pytest

from nlp.addresses import find_addresses
from nlp.arguments import Arguments
from nlp.case_numbers import find_case_number
from nlp.command_arguments import Typed, find_arguments
from nlp.lexicon import Lexicon
from nlp.places import Places
from nlp.times import find_moments

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday, 10:00 in Shanghai


@pytest.fixture
def arguments(lexicon: Lexicon, places: Places) -> "Finder":
    return Finder(lexicon, places)


class Finder:
    """The arguments of a text whose action is known."""

    def __init__(self, lexicon: Lexicon, places: Places) -> None:
        self._lexicon, self._places = lexicon, places

    def of(self, action: str, text: str) -> Arguments:
        lexicon, folded = self._lexicon, self._lexicon.spelling.fold(text)
        moments = tuple(find_moments(folded, NOW))
        taken = [(one.start, one.end) for one in moments]
        taken += [(one.start, one.end) for one in find_addresses(folded)]
        matches = lexicon.commands.find(folded, lexicon.tokenizer.words(folded))
        deciding = tuple(match for match in matches if match.rule.target == action)
        number = find_case_number(folded, taken)
        return find_arguments(
            action, Typed(text, folded, moments, number, deciding, self._places, lexicon.verbs)
        )


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("23修好了，换了阀门", "修好了，换了阀门"),
        ("二十三号那个修好了", "修好了"),
        ("办结23换了阀门", "换了阀门"),
        ("23号，楼道灯修好了", "楼道灯修好了"),
        ("修好了，23", "修好了"),
        ("办结 23：灯泡换新，已试亮", "灯泡换新，已试亮"),
        ("把23办结了吧，水通了", "水通了"),
        ("办结", None),
    ],
)
def test_result_is_what_was_done(arguments: Finder, text: str, result: str | None) -> None:
    assert arguments.of("resolve", text).get("result") == result


@pytest.mark.parametrize(
    ("text", "days", "reason"),
    [
        ("延期 12 3天 等配件", 3, "等配件"),
        ("12再给三天，师傅请假", 3, "师傅请假"),
        ("58再给我一周，三方还没坐到一起", 7, "三方还没坐到一起"),
        ("206 10个工作日", 10, None),
        ("二十八号 批准延长10天，原因：冬季停工", 10, "冬季停工"),
        ("12延期半个月", 15, None),
        ("延长24小时", 1, None),
        ("12宽限两三天，等料", 3, "等料"),
        ("12号因为下雨，延期3天", 3, "下雨"),
    ],
)
def test_extension_has_days_and_reason(
    arguments: Finder, *, text: str, days: int, reason: str | None
) -> None:
    found = arguments.of("extend", text)

    assert (found.get("days"), found.get("reason")) == (days, reason)


@pytest.mark.parametrize(
    ("text", "day", "reason"),
    [
        ("12延期到下周五，配件没到", "2026-11-27", "配件没到"),
        ("申请延期 40 到月底", "2026-11-30", None),
        ("七十一号能不能推到下礼拜三，业主出差", "2026-11-25", "业主出差"),
        ("延到12月5号", "2026-12-05", None),
    ],
)
def test_extension_has_a_day_instead(arguments: Finder, *, text: str, day: str, reason: str | None) -> None:
    found = arguments.of("extend", text)

    assert (str(found["time"])[:10], found.get("days"), found.get("reason")) == (day, None, reason)


@pytest.mark.parametrize(
    ("text", "to", "note"),
    [
        ("41转老孙", "老孙", None),
        ("62 请陈波接手，我孩子发烧走不开", "陈波", "我孩子发烧走不开"),
        ("26改由王芳负责，原网格员请做好交接", "王芳", "原网格员请做好交接"),
        ("把6换给副网格员张倩", "张倩", None),
        ("三十六那个让海燕跟吧，我下周住院", "海燕", "我下周住院"),
        ("把23转给小王", "小王", None),
        ("#23 转物业", "物业", None),
        ("交办 107 城管中队 3天内答复", "城管中队", "3天内答复"),
        ("派物业 64", "物业", None),
        ("19 让电梯维保来看", "电梯维保", None),
        ("五十五号那个转给市场监管所，涉及食品", "市场监管所", "涉及食品"),
        ("请物业处理23，限24小时", "物业", "限24小时"),
        ("104号诉求请环卫所承办，7个工作日反馈", "环卫所", "7个工作日反馈"),
        ("9，物业", "物业", None),
        ("派给枫桥物业公司，周五前", "枫桥物业公司", "周五前"),
        ("71交消防，现场已经看过", "消防", "现场已经看过"),
        ("26派交警去看看", "交警", None),
        ("交办", None, None),
    ],
)
def test_work_is_handed_to_somebody(
    arguments: Finder, *, text: str, to: str | None, note: str | None
) -> None:
    found = arguments.of("dispatch", text)

    assert (found.get("to"), found.get("note")) == (to, note)


def test_colleague_stands_after_the_number(arguments: Finder) -> None:
    assert arguments.of("transfer", "转 23 给李娟") == {"to": "李娟"}


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("吹哨 12 城管 物业 明天上午十点现场", ["城管", "物业"]),
        ("33要吹哨，喊上交警、城管", ["交警", "城管"]),
        ("四十一吹个哨，叫供电和通信一起来", ["供电", "通信"]),
        ("66吹消防、电力两家的哨", ["消防", "电力"]),
        ("2026-0150启动吹哨，参加单位：卫健、民政、派出所", ["卫健", "民政", "派出所"]),
        ("52 吹哨城管物业", ["城管", "物业"]),
        ("吹哨", None),
    ],
)
def test_whistle_calls_the_departments(arguments: Finder, text: str, units: list[str] | None) -> None:
    assert arguments.of("whistle", text).get("to") == units


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "下周五晚上七点在物业二楼开议事会，议题充电棚选址",
            {"time": "2026-11-27T19:00:00+08:00", "place": "物业二楼", "topic": "充电棚选址"},
        ),
        ("开会 12月2日 19:30 党群中心二楼", {"time": "2026-12-02T19:30:00+08:00", "place": "党群中心二楼"}),
        (
            "23的议事会定在周三下午四点，物业办公室",
            {"time": "2026-11-25T16:00:00+08:00", "place": "物业办公室"},
        ),
        (
            "会议通知：明天9点，3号楼前凉亭，说电梯",
            {"time": "2026-11-21T09:00:00+08:00", "place": "3号楼前凉亭", "topic": "电梯"},
        ),
        (
            "下礼拜二下午两点半咱们在社区大会议室碰一下把停车的事情议一议",
            {"time": "2026-11-24T14:30:00+08:00", "place": "社区大会议室", "topic": "停车"},
        ),
        (
            "周三晚七点在3号楼架空层商量加装电梯的事，通知3号楼业主",
            {
                "time": "2026-11-25T19:00:00+08:00",
                "place": "3号楼架空层",
                "topic": "加装电梯",
                "audience": "3号楼业主",
            },
        ),
        (
            "十二月二十号的会取消，物业来不了",
            {"time": "2026-12-20T09:00:00+08:00", "cancel": True},
        ),
    ],
)
def test_meeting_has_its_time_place_topic_and_audience(
    arguments: Finder, text: str, expected: Arguments
) -> None:
    assert arguments.of("schedule_meeting", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("议 102 加装电梯", {"topic": "加装电梯"}),
        ("23 周六上午10点社区201开会", {"time": "2026-11-21T10:00:00+08:00", "place": "社区201"}),
        ("54 我看要协商，涉及一百多户", {}),
    ],
)
def test_consultation_has_what_was_said_of_it(arguments: Finder, text: str, expected: Arguments) -> None:
    assert arguments.of("consult", text) == expected


@pytest.mark.parametrize(
    ("text", "into"),
    [
        ("合并 23 到 12", 12),
        ("12和23是一回事，并到12", 12),
        ("三十九那个先来的，四十并给它", 39),
        ("5号楼漏水有两单，14合到13里，房号都是602", 13),
        ("并到12", 12),
        ("是一码事，并了吧", None),
    ],
)
def test_merging_names_the_case_that_stays(arguments: Finder, text: str, into: int | None) -> None:
    assert arguments.of("merge", text).get("into") == into


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("邀请 18 陈律师 周五来参加", ["陈律师"]),
        ("23 请2号楼楼长参加", ["2号楼楼长"]),
        ("66议事会增加列席：派出所片警小徐", ["派出所片警小徐"]),
        ("请物业、业委会、供电所各派一人参加23的协商", ["物业", "业委会", "供电所"]),
    ],
)
def test_invitation_names_the_guests(arguments: Finder, text: str, who: list[str]) -> None:
    assert arguments.of("invite", text).get("who") == who


@pytest.mark.parametrize(
    ("action", "text", "expected"),
    [
        ("reject", "不予受理 12 属于市政道路", {"reason": "属于市政道路"}),
        ("return", "23退回，不是我们的", {"reason": "不是我们的"}),
        ("ask", "问 12 具体是哪个单元", {"question": "具体是哪个单元"}),
        ("supervise", "督办 90 两天没动静", {"note": "两天没动静"}),
        (
            "remind",
            "半小时后叫我一声，炉子上炖着汤",
            {"time": "2026-11-20T10:30:00+08:00", "note": "炉子上炖着汤"},
        ),
        (
            "broadcast",
            "群发 明天停水",
            {"target": None, "text": "明天停水", "audience": "residents_groups", "targets": []},
        ),
        ("claim", "接单 23", {}),
    ],
)
def test_other_commands_keep_the_persons_words(
    arguments: Finder, *, action: str, text: str, expected: Arguments
) -> None:
    assert arguments.of(action, text) == expected
