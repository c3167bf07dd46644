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
    ("转人工", Intent.HUMAN, None),
    ("我的信息", Intent.MY_DATA, None),
    ("删除我的信息", Intent.DELETE_DATA, None),
    ("参加", Intent.JOIN, None),
    ("我报名", Intent.JOIN, None),
    ("请假", Intent.DECLINE, None),
    ("去不了", Intent.DECLINE, None),
    ("同意", Intent.AGREE, None),
    ("提议 给车棚装充电桩", Intent.PROPOSE, None),
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
