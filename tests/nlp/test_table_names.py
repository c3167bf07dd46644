"""A name that is said by itself is read; inside a report it is part of the report."""

from datetime import UTC, datetime

import pytest

from nlp.consultation.names import find_name
from nlp.consultation.said import Said
from nlp.places import Places

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


def name_in(text: str, *, is_resident: bool = True) -> object:
    found = find_name(Said(text, text, "", is_resident, Places.of([]), NOW))
    return found.args["name"] if found else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫李秀英", "李秀英"),
        ("我叫李秀英。", "李秀英"),
        ("我的名字叫王芳", "王芳"),
        ("姓名:张伟", "张伟"),
        ("我叫欧阳小雨", "欧阳小雨"),
        ("3号楼2单元楼道灯不亮了,我叫李秀英", None),
        ("我叫李秀英,住3号楼", None),
        ("我叫他别弄了", None),
        ("我叫人来修", None),
        ("我叫不开门", None),
        ("我叫什么名字", None),
        ("我叫了物业", None),
    ],
)
def test_only_a_name_by_itself_is_a_name(text: str, name: str | None) -> None:
    assert name_in(text) == name


def test_who_works_here_has_the_name_of_the_organization_file() -> None:
    assert name_in("我叫李秀英", is_resident=False) is None
