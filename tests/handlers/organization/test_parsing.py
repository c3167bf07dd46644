"""Organization files: what is understood, and what every mistake is answered with."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from handlers.organization import OrganizationRefused, parse_organization
from storage.models.organization import Audience, GridMode, UnitKind
from storage.models.people import Role
from tests.handlers.organization.sample import Table, entry, heping, organization, pingan

Bend = Callable[[Table], object]


def mistakes(*communities: Table) -> tuple[str, ...]:
    with pytest.raises(OrganizationRefused) as caught:
        parse_organization({"communities": list(communities)})
    return caught.value.mistakes


def test_a_file_becomes_an_organization() -> None:
    (community,) = organization().communities

    assert (community.code, community.name, community.official_account) == ("pingan", "平安社区", "main")
    assert community.estates[0].spans == ((1, 20),)
    assert community.estates[1].households is None
    assert [unit.kind for unit in community.units] == [UnitKind.PROPERTY, UnitKind.DEPARTMENT]
    assert community.people[2].role is Role.UNIT_MEMBER
    assert [grid.mode for grid in community.grids] == [GridMode.FIXED, GridMode.CLAIM]
    assert community.grids[0].covers[0].spans == ((1, 12), (15, 15))
    assert community.grids[1].covers[0].spans == ()
    assert community.groups[3].audience is Audience.RESIDENTS
    assert community.contacts[1].estate == ""


def test_a_unit_that_names_its_group_owns_it() -> None:
    (community,) = organization().communities

    owners = {group.name: community.unit_of_group(group) for group in community.groups}

    assert owners["物业群"] == "松园物业"
    assert owners["值班群"] == ""


def set_in(table: str, name: str, /, **values: Any) -> Bend:
    """Bend one entry; a value of None removes the key."""

    def bend(community: Table) -> None:
        found = entry(community[table], name)
        found.update(values)
        for key in [key for key, value in found.items() if value is None]:
            del found[key]

    return bend


def add_to(table: str, /, **values: Any) -> Bend:
    return lambda community: community[table].append(values)


WRONG: list[tuple[Bend, str]] = [
    (
        set_in("estates", "竹园", buildings="一号院"),
        "平安社区 · estates · 竹园 · buildings：“一号院”不是楼号范围，请写成 1-40",
    ),
    (set_in("estates", "竹园", households="多"), "平安社区 · estates · 竹园 · households：“多”不是 0 到"),
    (
        set_in("estates", "竹园", building="1-6"),
        "平安社区 · estates · 竹园：没有 building 这一项，是不是 buildings？",
    ),
    (set_in("estates", "竹园", buildings=date(2026, 1, 12)), "成了日期，请把单元格设为文本"),
    (set_in("estates", "竹园", name=None), "平安社区 · estates · 第 2 条 · name：没有填写"),
    (set_in("estates", "竹园", name="长" * 65), "最多 64 个字"),
    (set_in("estates", "竹园", name="竹\n园"), "应是一行"),
    (set_in("estates", "竹园", aliases="竹"), "应是列表，请写成 aliases ="),
    (set_in("estates", "竹园", aliases=["松园"]), "平安社区 · estates · 松园：名称（或别名）重复"),
    (
        set_in("units", "执法队", kind="police"),
        "平安社区 · units · 执法队 · kind：“police”不在可选的词里，请从 property、department",
    ),
    (set_in("units", "执法队", kind=None), "平安社区 · units · 执法队 · kind：没有填写，请从"),
    (
        set_in("units", "执法队", estates=["柏园"]),
        "平安社区 · units · 执法队 · estates：estates 里没有“柏园”",
    ),
    (set_in("units", "执法队", group="无此群"), "平安社区 · units · 执法队 · group：groups 里没有“无此群”"),
    (set_in("units", "执法队", group="物业群"), "群“物业群”已属于另一单位"),
    (set_in("people", "石磊", role="resident"), "平安社区 · people · 石磊 · role：“resident”不在可选的词里"),
    (set_in("people", "石磊", wecom_userid="tiantian"), "wecom_userid：“tiantian”出现不止一次"),
    (
        set_in("people", "白经理", unit="无此单位"),
        "平安社区 · people · 白经理 · unit：units 里没有“无此单位”",
    ),
    (set_in("people", "白经理", unit=None), "单位人员要写明单位"),
    (add_to("people", name="石磊", role="staff"), "平安社区 · people · 石磊：名称（或别名）重复"),
    (
        set_in("grids", "竹园网格", mode="random"),
        "平安社区 · grids · 竹园网格 · mode：“random”不在可选的词里，请从 fixed、claim、turn",
    ),
    (
        set_in("grids", "竹园网格", workers=["石雷"]),
        "平安社区 · grids · 竹园网格 · workers：people 里没有“石雷”",
    ),
    (set_in("grids", "竹园网格", workers=["白经理"]), "“白经理”的角色是 unit_member，请改为 grid_worker"),
    (set_in("grids", "竹园网格", workers=[]), "平安社区 · grids · 竹园网格 · workers：网格没有网格员"),
    (set_in("grids", "竹园网格", deputies=["石磊"]), "“石磊”不能同时在 workers 和 deputies 里"),
    (
        set_in("grids", "竹园网格", covers=[{"estate": "竹苑"}]),
        "平安社区 · grids · 竹园网格 · covers：estates 里没有“竹苑”",
    ),
    (
        set_in("grids", "竹园网格", covers=[{"estate": "竹园", "buildings": "6-8"}]),
        "竹园只有 1-6 号楼，没有 6-8",
    ),
    (
        set_in("grids", "竹园网格", covers=[{"estate": "松园", "buildings": "12-14"}]),
        "在松园与网格“松园网格”的楼号重叠",
    ),
    (
        set_in("grids", "竹园网格", covers=[{"estate": "竹园"}, {"estate": "竹园"}]),
        "在竹园与网格“竹园网格”的楼号重叠",
    ),
    (set_in("grids", "竹园网格", covers="竹园"), "应是条目的列表"),
    (
        set_in("groups", "值班群", audience="staff"),
        "平安社区 · groups · 值班群 · audience：“staff”不在可选的词里",
    ),
    (
        set_in("groups", "值班群", grid="无此网格"),
        "平安社区 · groups · 值班群 · grid：grids 里没有“无此网格”",
    ),
    (set_in("groups", "值班群", customer_group="wr1"), "工作群不是客户群"),
    (set_in("groups", "物业群", webhook="desk-key"), "webhook：“desk-key”出现不止一次"),
    (
        set_in("groups", "松园居民群", owner=None),
        "平安社区 · groups · 松园居民群 · owner：客户群要由群主点发送",
    ),
    (set_in("groups", "松园居民群", owner="方主任"), "群主“方主任”没有 wecom_userid"),
    (
        set_in("groups", "松园居民群", owner="无此人"),
        "平安社区 · groups · 松园居民群 · owner：people 里没有“无此人”",
    ),
    (set_in("groups", "松园居民群", grid="松园网格"), "居民群不属于网格或单位"),
    (set_in("contacts", "燃气", estate="柏园"), "平安社区 · contacts · 燃气 · estate：estates 里没有“柏园”"),
    (set_in("contacts", "燃气", phone=None), "平安社区 · contacts · 燃气 · phone：没有填写"),
    (lambda community: community.update(code="Ping An"), "平安社区 · code：“Ping An”要出现在网址里"),
    (lambda community: community.pop("name"), "pingan · name：没有填写"),
    (lambda community: community.update(estates="松园"), "平安社区 · estates：应是条目的列表"),
    (lambda community: community.update(estate=[]), "平安社区：没有 estate 这一项，是不是 estates？"),
]


@pytest.mark.parametrize(("bend", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_a_mistake_is_told_with_its_place_and_remedy(bend: Bend, sentence: str) -> None:
    community = pingan()
    bend(community)

    told = "\n".join(mistakes(community))

    assert sentence in told


def test_every_mistake_is_told_at_once() -> None:
    community = pingan()
    for bend, _ in (WRONG[0], WRONG[9], WRONG[14]):
        bend(community)

    with pytest.raises(OrganizationRefused) as caught:
        parse_organization({"communities": [community]})

    assert len(caught.value.mistakes) == 3
    assert str(caught.value).startswith("组织文件有 3 处要改，没有导入：\n1. 平安社区 · estates")


def test_the_same_code_or_account_in_two_communities_is_a_mistake() -> None:
    other = heping(code="pingan", people=[{"name": "石磊", "role": "staff", "wecom_userid": "shilei"}])

    told = mistakes(pingan(), other)

    assert any("code：“pingan”出现不止一次（平安社区、和平社区）" in sentence for sentence in told)
    assert any("wecom_userid：“shilei”出现不止一次" in sentence for sentence in told)


def test_the_same_names_in_two_communities_are_no_mistake() -> None:
    assert len(organization(pingan(), heping()).communities) == 2


@pytest.mark.parametrize("table", [{}, {"communities": []}, {"communities": {}}, {"community": [{}]}])
def test_a_file_without_communities_is_refused(table: Table) -> None:
    with pytest.raises(OrganizationRefused):
        parse_organization(table)


def test_numbers_are_taken_for_texts_and_texts_for_numbers() -> None:
    community = pingan()
    entry(community["people"], "田甜")["phone"] = 13900000101
    entry(community["estates"], "松园")["households"] = "600"

    (parsed,) = organization(community).communities

    assert parsed.people[0].phone == "13900000101"
    assert parsed.estates[0].households == 600


def test_of_a_webhooks_whole_address_its_key_is_kept() -> None:
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc-123"
    community = pingan()
    set_in("groups", "值班群", webhook=address)(community)

    (read,) = parse_organization({"communities": [community]}).communities

    assert [group.webhook for group in read.groups if group.name == "值班群"] == ["abc-123"]
