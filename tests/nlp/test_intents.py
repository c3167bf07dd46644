"""What residents ask the bot for."""

import pytest

from nlp.reading import Intent, Kind, Places, Reader

REQUESTS = [
    ("查", Intent.QUERY, None),
    ("查 12", Intent.QUERY, 12),
    ("查１２", Intent.QUERY, 12),
    ("查 2026-0012", Intent.QUERY, 12),
    ("查询12号", Intent.QUERY, 12),
    ("12到哪一步了", Intent.QUERY, 12),
    ("到哪一步了？", Intent.QUERY, None),
    ("请问我的诉求到哪一步了", Intent.NONE, None),
    ("催", Intent.URGE, None),
    ("催办 12", Intent.URGE, 12),
    ("满意", Intent.EVALUATE, None),
    ("不满意", Intent.EVALUATE, None),
    ("基本满意", Intent.EVALUATE, None),
    ("附议", Intent.SECOND, None),
    ("附议 123", Intent.SECOND, 123),
    ("撤销", Intent.WITHDRAW, None),
    ("撤销 12", Intent.WITHDRAW, 12),
    ("算了", Intent.WITHDRAW, None),
    ("更正 34号楼", Intent.CORRECT, None),
    ("不对，是34号楼", Intent.CORRECT, None),
    ("我住枫桥苑33号楼5单元301", Intent.RESIDE, None),
    ("明白卡", Intent.CONTACT_CARD, None),
    ("物业电话多少？", Intent.CONTACT_CARD, None),
    ("燃气公司电话多少", Intent.CONTACT_CARD, None),
    ("社区的联系方式", Intent.CONTACT_CARD, None),
    ("停水找谁", Intent.CONTACT_CARD, None),
    ("停电了打哪个电话", Intent.CONTACT_CARD, None),
    ("物业电话没人接，楼道灯还不亮", Intent.NONE, None),
    ("转人工", Intent.HUMAN, None),
    ("我的信息", Intent.MY_DATA, None),
    ("删除我的信息", Intent.DELETE_DATA, None),
    ("参加", Intent.JOIN, None),
    ("我报名", Intent.JOIN, None),
    ("请假", Intent.DECLINE, None),
    ("去不了", Intent.DECLINE, None),
    ("同意", Intent.AGREE, None),
    ("提议 给车棚装充电桩", Intent.PROPOSE, None),
    ("转人工服务", Intent.HUMAN, None),
    ("人工服务", Intent.HUMAN, None),
    ("叫个活人来", Intent.HUMAN, None),
    ("我不要跟机器人说话", Intent.HUMAN, None),
    ("你是真人吗", Intent.HUMAN, None),
    ("找工作人员", Intent.HUMAN, None),
    ("人工", Intent.HUMAN, None),
    ("不用管了，算了", Intent.WITHDRAW, None),
    ("不用了", Intent.WITHDRAW, None),
    ("不用来了", Intent.WITHDRAW, None),
    ("取消吧", Intent.WITHDRAW, None),
    ("6号那个取消吧，来水了", Intent.WITHDRAW, 6),
    ("不用修了，谢谢", Intent.WITHDRAW, None),
    ("刚才说错了，是9号楼不是8号楼", Intent.CORRECT, None),
    ("不是12号楼，是11号楼", Intent.CORRECT, None),
    ("说错了，是11号楼", Intent.CORRECT, None),
    ("谢谢，已经来水了不用来了", Intent.NONE, None),
    ("楼道灯坏了，不用急", Intent.NONE, None),
    ("算了，枫桥苑3号楼水管爆了", Intent.NONE, None),
    ("不是我说，楼上是真的吵", Intent.NONE, None),
    ("枫桥苑3号楼不用水水表也转", Intent.NONE, None),
    ("我搬家了", Intent.MOVED, None),
    ("我搬走了", Intent.MOVED, None),
    ("我们已经搬走了。", Intent.MOVED, None),
    ("我家搬家了", Intent.MOVED, None),
    ("搬家了", Intent.MOVED, None),
    ("换地方住了", Intent.MOVED, None),
    ("我换地方住了", Intent.MOVED, None),
    ("我不住这里了", Intent.MOVED, None),
    ("我要换住址", Intent.MOVED, None),
    ("我搬到枫桥苑3号楼了", Intent.RESIDE, None),
    ("我搬家了，现在住枫桥苑3号楼2单元", Intent.RESIDE, None),
    ("楼上搬走了", Intent.NONE, None),
    ("杂物已经搬走了，谢谢", Intent.NONE, None),
    ("搬家公司的车堵了门口", Intent.NONE, None),
    ("邻居搬家了，留下一堆垃圾", Intent.NONE, None),
    ("帮助", Intent.HELP, None),
    ("你能干啥", Intent.HELP, None),
    ("枫桥苑33号楼下水道堵了", Intent.NONE, None),
    ("今天天气不错", Intent.NONE, None),
    ("我同意邻居的看法，不过楼道灯还是不亮", Intent.NONE, None),
]


@pytest.mark.parametrize(("text", "intent", "number"), REQUESTS, ids=[row[0] for row in REQUESTS])
def test_request_is_recognised_when_the_whole_message_is_one(
    reader: Reader, places: Places, *, text: str, intent: Intent, number: int | None
) -> None:
    reading = reader.read(text, places)

    assert (reading.intent, reading.case_number) == (intent, number)


@pytest.mark.parametrize(
    "text", [row[0] for row in REQUESTS if row[1] not in (Intent.NONE, Intent.PROPOSE, Intent.CORRECT)]
)
def test_request_to_the_bot_opens_no_case(reader: Reader, places: Places, text: str) -> None:
    assert reader.read(text, places).opens_case is False


def test_full_number_keeps_its_year(reader: Reader, places: Places) -> None:
    reading = reader.read("查 2026-0012", places)

    assert (reading.case_year, reading.case_number) == (2026, 12)


@pytest.mark.parametrize(
    ("text", "rating", "kind"),
    [
        ("满意", 5, Kind.FEEDBACK_POSITIVE),
        ("非常满意", 5, Kind.FEEDBACK_POSITIVE),
        ("基本满意", 3, Kind.FEEDBACK_POSITIVE),
        ("不满意", 1, Kind.FEEDBACK_NEGATIVE),
        ("不太满意", 1, Kind.FEEDBACK_NEGATIVE),
        ("打4分", 4, Kind.FEEDBACK_POSITIVE),
        ("五星", 5, Kind.FEEDBACK_POSITIVE),
        ("评价 2", 2, Kind.FEEDBACK_NEGATIVE),
        ("1分", 1, Kind.FEEDBACK_NEGATIVE),
    ],
)
def test_evaluation_carries_its_rating(
    reader: Reader, places: Places, *, text: str, rating: int, kind: Kind
) -> None:
    reading = reader.read(text, places)

    assert (reading.rating, reading.kind) == (rating, kind)


def test_correction_gives_the_new_place(reader: Reader, places: Places) -> None:
    location = reader.read("不对，是34号楼2单元", places).location

    assert location is not None
    assert (location.building, location.unit) == ("34", "2")


@pytest.mark.parametrize(
    ("text", "estate", "building"),
    [
        ("刚才说错了，是9号楼不是8号楼", None, "9"),
        ("不是12号楼，是11号楼", None, "11"),
        ("说错了，是11号楼", None, "11"),
        ("不是枫桥苑，是明园小区", "明园小区", None),
        ("我不是3号楼的", None, "3"),
        ("是不是3号楼停水了", None, "3"),
    ],
)
def test_place_that_it_is_not_gives_way(
    reader: Reader, places: Places, *, text: str, estate: str | None, building: str | None
) -> None:
    location = reader.read(text, places).location

    assert location is not None
    assert (location.estate, location.building) == (estate, building)
