"""Sentences in the community's own words, in an organization file."""

import pytest

from handlers.organization import parse_organization
from handlers.organization.mistakes import OrganizationRefused
from handlers.organization.sheets import organization_from_sheets

MINIMAL = {"code": "pingan", "name": "平安社区", "phone": "0900-1000000"}


def test_sentences_are_taken_over_by_key() -> None:
    table = {"communities": [MINIMAL | {"wording": {"welcome": "您好，{community}在听。"}}]}

    [community] = parse_organization(table).communities

    assert community.wording == (("welcome", "您好，{community}在听。"),)


@pytest.mark.parametrize(
    ("wording", "sentence"),
    [
        ({"nosuch": "您好"}, "没有“nosuch”这句话"),
        ({"welcome": "您好，{phone}"}, "phone"),
        ({"welcome": "您好，{community"}, "花括号"),
        ({"welcome": ""}, "1 到 500 个字"),
        ({"welcome": 3}, "1 到 500 个字"),
        ("您好", "应是表"),
    ],
)
def test_what_the_bot_cannot_say_is_refused(wording: object, sentence: str) -> None:
    with pytest.raises(OrganizationRefused, match=sentence):
        parse_organization({"communities": [MINIMAL | {"wording": wording}]})


def test_sentences_may_stand_in_a_sheet() -> None:
    sheets = {
        "社区": [["代码", "名称", "电话"], ["pingan", "平安社区", "0900-1000000"]],
        "措辞": [["句子", "文字"], ["welcome", "您好，{community}在听。"]],
    }

    [community] = organization_from_sheets(sheets).communities

    assert community.wording == (("welcome", "您好，{community}在听。"),)
