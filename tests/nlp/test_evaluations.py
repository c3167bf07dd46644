"""How residents judge what was done."""

import pytest

from nlp.reading import Intent, Kind, Places, Reader

ROWS = [  # text, rating, partly, reason, case number
    ("5", 5, False, "", None),
    ("４", 4, False, "", None),
    (" 3 ", 3, False, "", None),
    ("1。", 1, False, "", None),
    ("4分", 4, False, "", None),
    ("五分", 5, False, "", None),
    ("五星", 5, False, "", None),
    ("五星好评", 5, False, "", None),
    ("三颗星", 3, False, "", None),
    ("⭐⭐⭐⭐", 4, False, "", None),
    ("打3分", 3, False, "", None),
    ("我给5分", 5, False, "", None),
    ("打1分，等了一个月", 1, False, "等了一个月", None),
    ("5分，谢谢王芳", 5, False, "谢谢王芳", None),
    ("5分，谢谢", 5, False, "", None),
    ("满意", 5, False, "", None),
    ("满意！", 5, False, "", None),
    ("满意，谢谢", 5, False, "", None),
    ("满意👍", 5, False, "", None),
    ("很满意", 5, False, "", None),
    ("非常满意", 5, False, "", None),
    ("非常满意，处理得很及时", 5, False, "处理得很及时", None),
    ("对这次处理很满意", 5, False, "", None),
    ("我觉得挺满意的", 5, False, "", None),
    ("处理结果满意", 5, False, "", None),
    ("挺好的", 5, False, "", None),
    ("很好，谢谢你们", 5, False, "", None),
    ("好评", 5, False, "", None),
    ("满意，小王师傅人很好", 5, False, "小王师傅人很好", None),
    ("满意满意", 5, False, "", None),
    ("滿意", 5, False, "", None),
    ("比较满意", 4, False, "", None),
    ("还算满意", 4, False, "", None),
    ("基本满意", 3, False, "", None),
    ("基本满意，就是慢了点", 3, False, "就是慢了点", None),
    ("一般", 3, False, "", None),
    ("一般般吧", 3, False, "", None),
    ("还行", 3, False, "", None),
    ("还行，就是慢了点", 3, False, "就是慢了点", None),
    ("还可以", 3, False, "", None),
    ("马马虎虎", 3, False, "", None),
    ("不太满意", 1, False, "", None),
    ("不是很满意", 2, False, "", None),
    ("不满意", 1, False, "", None),
    ("不满意，还是没人来", 1, False, "还是没人来", None),
    ("不满意还是没人来", 1, False, "还是没人来", None),
    ("不满意，为什么没人来？", 1, False, "为什么没人来？", None),
    ("非常不满意！！修完又漏", 1, False, "修完又漏", None),
    ("差评", 1, False, "", None),
    ("给差评，态度太差", 1, False, "态度太差", None),
    ("没解决", 1, False, "", None),
    ("没解决，水还在漏", 1, False, "水还在漏", None),
    ("部分解决", 2, True, "", None),
    ("部分解决，厨房还有点渗", 2, True, "厨房还有点渗", None),
    ("部分解决还有点渗", 2, True, "还有点渗", None),
    ("解决了一部分", 2, True, "", None),
    ("解决了一部分：灯亮了，门没修", 2, True, "灯亮了，门没修", None),
    ("修了一半", 2, True, "", None),
    ("修了一半，还有一半没弄", 2, True, "还有一半没弄", None),
    ("只解决了一半。南边还堵", 2, True, "南边还堵", None),
    ("没完全解决，偶尔还漏", 2, True, "偶尔还漏", None),
    ("12 部分解决，厨房还渗", 2, True, "厨房还渗", 12),
    ("修好了，满意", 5, False, "", None),
    ("谢谢，很满意", 5, False, "", None),
    ("已经修好了，非常满意，速度快", 5, False, "速度快", None),
    ("评价", None, False, "", None),
    ("我要评价", None, False, "", None),
    ("评价 12", None, False, "", 12),
    ("评价 5", 5, False, "", None),
    ("评价 12 4 来得快", 4, False, "来得快", 12),
    ("评价 12 4", 4, False, "", 12),
    ("评价12 4分", 4, False, "", 12),
    ("评价 2026-0012 5", 5, False, "", 12),
    ("评价 12 满意", 5, False, "", 12),
    ("评价 12 不满意 没人来", 1, False, "没人来", 12),
    ("评价 12 部分解决，还渗", 2, True, "还渗", 12),
    ("评价 12 来得快", None, False, "来得快", 12),
    ("12 满意", 5, False, "", 12),
    ("12号不满意，还漏", 1, False, "还漏", 12),
    ("满意 12", 5, False, "", 12),
    ("评价：五颗星，速度快", 5, False, "速度快", None),
    ("评价 3 2", 2, False, "", 3),
]
OTHERS = [
    "6",
    "0",
    "55",
    "125分",
    "5分钟前停水了",
    "三分之一的灯不亮",
    "三星期没水了",
    "5星级酒店油烟大",
    "5楼",
    "5-2-301",
    "5号楼电梯坏了",
    "一般几点开门",
    "一般，几点开门？",
    "一般情况下要几天",
    "还行吗",
    "满意度调查怎么填",
    "满意吗？",
    "怎么样才算满意",
    "小区管理混乱，没一样让人满意",
    "我没签字，怎么就满意了",
    "评价页面只能点满意，啥意思",
    "物业说我满意了，可楼道灯还是不亮",
    "枫桥苑3号楼漏水，对物业不满意",
    "修了一半路就停工了，灰大",
    "解决了吗",
    "修好了",
    "修好了，一般几天能用",
    "好的",
    "好",
    "可以",
    "谢谢",
    "评价 12号楼电梯坏了",
    "十分满意不了，楼道灯还不亮",
]


@pytest.mark.parametrize(
    ("text", "rating", "is_partly", "reason", "number"), ROWS, ids=[row[0] for row in ROWS]
)
def test_judgement_is_read_with_its_reason(
    reader: Reader,
    places: Places,
    *,
    text: str,
    rating: int | None,
    is_partly: bool,
    reason: str,
    number: int | None,
) -> None:
    reading = reader.read(text, places)

    assert reading.intent is Intent.EVALUATE
    assert (reading.rating, reading.is_partly, reading.reason) == (rating, is_partly, reason)
    assert reading.case_number == number
    assert reading.opens_case is False


@pytest.mark.parametrize("text", OTHERS, ids=OTHERS)
def test_other_messages_are_no_judgement(reader: Reader, places: Places, text: str) -> None:
    reading = reader.read(text, places)

    assert (reading.intent is Intent.EVALUATE, reading.rating, reading.reason) == (False, None, "")


def test_year_of_the_judged_case_is_kept(reader: Reader, places: Places) -> None:
    assert reader.read("评价 2026-0012 5", places).case_year == 2026


@pytest.mark.parametrize("text", ["不满意，家里着火了", "部分解决，有人困在电梯里了"])
def test_danger_comes_before_a_judgement(reader: Reader, places: Places, text: str) -> None:
    assert reader.read(text, places).kind is Kind.EMERGENCY


def test_partly_solved_is_no_praise(reader: Reader, places: Places) -> None:
    assert reader.read("部分解决", places).kind is Kind.FEEDBACK_NEGATIVE
