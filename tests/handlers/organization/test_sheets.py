"""The organization in spreadsheets, with English or Chinese names of sheets and columns."""

import pytest

from handlers.organization import OrganizationRefused, organization_from_sheets
from handlers.organization.sheets import Cells
from tests.handlers.organization.sample import organization

ENGLISH: dict[str, Cells] = {
    "communities": [
        ("code", "name", "phone", "official_account"),
        ("pingan", "平安社区", "0900-1000000", "main"),
    ],
    "estates": [
        ("community", "name", "aliases", "buildings", "households"),
        ("平安社区", "松园", "松园小区", "1-20", 600.0),
        ("pingan", "竹园", None, "1-6", None),
        (None, None, None, None, None),
    ],
    "units": [
        ("community", "name", "kind", "aliases", "estates", "group"),
        ("pingan", "松园物业", "property", "物业", "松园", "物业群"),
        ("pingan", "执法队", "department", "", "", ""),
    ],
    "people": [
        ("community", "name", "role", "wecom_userid", "phone", "unit"),
        ("pingan", "田甜", "grid_worker", "tiantian", 13900000101, None),
        ("pingan", "石磊", "grid_worker", "shilei", None, None),
        ("pingan", "白经理", "unit_member", None, None, "松园物业"),
        ("pingan", "方主任", "head", None, None, None),
    ],
    "grids": [
        ("community", "name", "workers", "deputies", "mode"),
        ("pingan", "松园网格", "田甜", "石磊", None),
        ("pingan", "竹园网格", "石磊", None, "claim"),
    ],
    "covers": [
        ("community", "grid", "estate", "buildings"),
        ("pingan", "松园网格", "松园", "1-12,15"),
        ("pingan", "竹园网格", "竹园", None),
    ],
    "groups": [
        ("community", "name", "audience", "grid", "estate", "robot", "webhook", "customer_group", "owner"),
        ("pingan", "值班群", "workers", None, None, "main", "desk-key", None, None),
        ("pingan", "松园网格群", "workers", "松园网格", None, "main", None, None, None),
        ("pingan", "物业群", "workers", None, None, "main", None, None, None),
        ("pingan", "松园居民群", "residents", None, "松园", None, None, "wrSong", "田甜"),
    ],
    "contacts": [
        ("community", "label", "estate", "phone"),
        ("pingan", "物业", "松园", "0900-1000001"),
        ("pingan", "燃气", None, "0900-1000002"),
    ],
}
CHINESE: dict[str, Cells] = {
    "社区": [("代码", "名称", "电话", "公众号"), *ENGLISH["communities"][1:]],
    "小区": [("社区", "名称", "别名", "楼号", "户数"), *ENGLISH["estates"][1:]],
    "单位": [
        ("社区", "名称", "类型", "别名", "小区", "工作群"),
        ("平安社区", "松园物业", "物业", "物业", "松园", "物业群"),
        ("平安社区", "执法队", "部门", None, None, None),
    ],
    "人员": [
        ("社区", "姓名", "角色", "企业微信账号", "电话", "单位"),
        ("平安社区", "田甜", "网格员", "tiantian", "13900000101", None),
        ("平安社区", "石磊", "网格员", "shilei", None, None),
        ("平安社区", "白经理", "单位人员", None, None, "松园物业"),
        ("平安社区", "方主任", "社区负责人", None, None, None),
    ],
    "网格": [
        ("社区", "名称", "网格员", "替补", "派单方式"),
        ("平安社区", "松园网格", "田甜", "石磊", "固定"),
        ("平安社区", "竹园网格", "石磊", None, "抢单"),
    ],
    "网格范围": [("社区", "网格", "小区", "楼号"), *ENGLISH["covers"][1:]],
    "群": [
        ("社区", "名称", "对象", "网格", "小区", "机器人", "推送地址", "客户群", "群主"),
        ("平安社区", "值班群", "工作人员", None, None, "main", "desk-key", None, None),
        ("平安社区", "松园网格群", "工作人员", "松园网格", None, "main", None, None, None),
        ("平安社区", "物业群", "工作人员", None, None, "main", None, None, None),
        ("平安社区", "松园居民群", "居民", None, "松园", None, None, "wrSong", "田甜"),
    ],
    "明白卡": [("社区", "事项", "小区", "电话"), *ENGLISH["contacts"][1:]],
}


@pytest.mark.parametrize("sheets", [ENGLISH, CHINESE], ids=["english", "chinese"])
def test_a_workbook_says_the_same_as_the_toml_file(sheets: dict[str, Cells]) -> None:
    assert organization_from_sheets(sheets) == organization()


def test_the_only_community_need_not_be_named() -> None:
    estates = [row[1:] for row in ENGLISH["estates"]]
    covers = [row[1:] for row in ENGLISH["covers"]]

    assert organization_from_sheets(ENGLISH | {"estates": estates, "covers": covers}) == organization()


def wrong(**sheets: Cells) -> str:
    with pytest.raises(OrganizationRefused) as caught:
        organization_from_sheets(ENGLISH | sheets)
    return str(caught.value)


def test_an_unknown_sheet_with_content_is_refused() -> None:
    assert "工作表“备注”：没有这种表" in wrong(备注=[("x",)])


def test_an_empty_extra_sheet_is_passed_over() -> None:
    assert organization_from_sheets(ENGLISH | {"Sheet1": [], "Sheet2": [(None, "")]}) == organization()


def test_a_row_of_an_unknown_community_is_named() -> None:
    told = wrong(contacts=[("community", "label", "phone"), ("和平社区", "燃气", "1")])

    assert "contacts · 燃气 · community：没有这个社区" in told


def test_a_cover_of_an_unknown_grid_is_named() -> None:
    told = wrong(covers=[("community", "grid", "estate"), ("pingan", "西网格", "松园")])

    assert "covers · 西网格 · grid：该社区没有这个网格" in told


def test_content_without_a_header_is_named() -> None:
    told = wrong(contacts=[("community", "label", "phone"), ("pingan", "燃气", "1", "lost")])

    assert "contacts 第 2 行：有内容的列没有表头" in told


def test_an_unknown_column_is_named() -> None:
    told = wrong(contacts=[("community", "label", "phone", "备注"), ("pingan", "燃气", "1", "夜间")])

    assert "平安社区 · contacts · 燃气：没有 备注 这一项" in told
