"""Which entries of the contact card somebody asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.contacts import contact_asked

LABELS = [
    "物业",
    "自来水",
    "供热",
    "社区",
    "网格员",
    "燃气",
    "供电局",
    "派出所",
    "电梯维保",
    "119",
    "社区医院",
]
ROWS: list[tuple[str, list[str]]] = [
    ("物业电话多少", ["物业"]),
    ("物业的电话", ["物业"]),
    ("停水找谁", ["自来水"]),
    ("家里没水了找谁", ["自来水"]),
    ("水费问谁", ["自来水"]),
    ("暖气不热找谁", ["供热"]),
    ("热力公司电话", ["供热"]),
    ("居委会电话", ["社区"]),
    ("网格员是谁", ["网格员"]),
    ("煤气公司电话多少", ["燃气"]),
    ("停电打哪个电话", ["供电局"]),
    ("供电局电话", ["供电局"]),
    ("片警电话", ["派出所"]),
    ("车被偷了找谁", ["派出所"]),
    ("电梯维保电话", ["电梯维保"]),
    ("电梯困人了打什么电话", ["电梯维保"]),
    ("火警电话", ["119"]),
    ("社区医院电话", ["社区医院"]),
    ("楼道灯坏了找谁", ["物业"]),
    ("物業電話", ["物业"]),
    ("物业和自来水的电话", ["物业", "自来水"]),
    ("明白卡", []),
    ("电话", []),
    ("联系方式", []),
    ("常用电话", []),
    ("找谁", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "wanted"), ROWS, ids=[row[0] for row in ROWS])
def test_contact_is_found(text: str, wanted: list[str]) -> None:
    assert [LABELS[index] for index in contact_asked(text, LABELS)] == wanted


def test_example_of_three_labels() -> None:
    labels = ["物业", "自来水", "供热"]

    assert contact_asked("物业电话多少", labels) == [0]
    assert contact_asked("停水找谁", labels) == [1]
    assert contact_asked("明白卡", labels) == []


def test_label_with_a_name_is_found_by_its_office() -> None:
    assert contact_asked("物业电话", ["枫桥物业", "明园物业", "晨光社区"]) == [0, 1]


def test_office_that_the_card_lacks_asks_for_all() -> None:
    assert contact_asked("燃气公司电话", ["物业", "社区"]) == []


def test_trouble_falls_to_whom_the_card_has() -> None:
    assert contact_asked("下水道堵了找谁", ["社区", "物业"]) == [1]


@given(st.text(max_size=60), st.lists(st.text(max_size=6), max_size=5))
def test_any_text_and_labels_give_positions_in_order(text: str, labels: list[str]) -> None:
    found = contact_asked(text, labels)

    assert found == sorted(set(found) & set(range(len(labels))))
