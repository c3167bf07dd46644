"""Who may hear of what: quarrels, homes, complaints of workers, and what is published."""

import pytest

from handlers.privacy import is_between_neighbours, public_wording


@pytest.mark.parametrize(
    ("category", "text", "is_private"),
    [
        ("noise", "楼上天天半夜拖桌子", True),
        ("noise", "楼下打麻将吵到半夜", True),
        ("noise", "广场舞音响太吵", False),
        ("water", "我家水管爆了", True),
        ("water", "33号楼5单元下水道堵了", False),
        ("property", "楼下的路灯不亮", False),
        ("property", "隔壁把鞋柜放在楼道里", True),
    ],
)
def test_quarrels_and_homes_are_private(category: str, text: str, is_private: bool) -> None:
    assert is_between_neighbours(category, text) is is_private


@pytest.mark.parametrize("text", ["管道已疏通，改道方案已定", "灯换了，井盖也固定了"])
def test_a_harmless_result_is_published_as_it_is(text: str) -> None:
    assert public_wording(text) == text


@pytest.mark.parametrize("text", ["301张大爷家已疏通", "5单元已修好", "找13900001234", "王秀兰家换了水管"])
def test_what_points_to_a_person_or_a_door_is_not_published(text: str) -> None:
    assert public_wording(text) == ""
