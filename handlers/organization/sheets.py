"""The organization in spreadsheets: one sheet a table, one row an entry, a column for the community."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.organization.entries import Organization
from handlers.organization.mistakes import Mistakes
from handlers.organization.parsing import parse_organization

Cells = Sequence[Sequence[object]]  # the first row holds the headers

SHEETS = {
    "社区": "communities",
    "小区": "estates",
    "单位": "units",
    "人员": "people",
    "网格": "grids",
    "网格范围": "covers",
    "群": "groups",
    "明白卡": "contacts",
    "措辞": "wordings",
}
HEADERS = {
    "社区": "community",
    "代码": "code",
    "名称": "name",
    "姓名": "name",
    "电话": "phone",
    "公众号": "official_account",
    "别名": "aliases",
    "楼号": "buildings",
    "户数": "households",
    "类型": "kind",
    "小区": "estates",
    "工作群": "group",
    "角色": "role",
    "企业微信账号": "wecom_userid",
    "单位": "unit",
    "网格员": "workers",
    "替补": "deputies",
    "派单方式": "mode",
    "网格": "grid",
    "对象": "audience",
    "机器人": "robot",
    "会话": "chat_id",
    "推送地址": "webhook",
    "客户群": "customer_group",
    "应用群聊": "appchat",
    "群主": "owner",
    "事项": "label",
    "句子": "key",
    "文字": "text",
}
WORDS = {  # of the columns that hold one word of a closed list
    "物业": "property",
    "部门": "department",
    "网格员": "grid_worker",
    "楼长": "building_lead",
    "单位人员": "unit_member",
    "社区工作人员": "staff",
    "社区负责人": "head",
    "街道": "street",
    "管理员": "admin",
    "固定": "fixed",
    "抢单": "claim",
    "轮流": "turn",
    "工作人员": "workers",
    "居民": "residents",
}
LISTS = frozenset({"aliases", "workers"})
DATED = re.compile(  # 李娜（2026-11-20至2026-11-30）
    r"(?P<name>[^（(]+)[（(]\s*(?:从|自)?(?P<first>\d{4}-\d{2}-\d{2})?\s*(?:起|(?:到|至|~|—)\s*(?P<last>\d{4}-\d{2}-\d{2}))\s*[)）]"
)
CLOSED = frozenset({"kind", "role", "mode", "audience"})
TABLES = frozenset(SHEETS.values())


def organization_from_sheets(sheets: Mapping[str, Cells]) -> Organization:
    """What a workbook says; sheets and headers as in the TOML file, or in Chinese.

    Raises `OrganizationRefused` like a TOML file.
    """
    mistakes = Mistakes()
    rows = {table: _rows(table, cells, mistakes) for table, cells in _tables(sheets, mistakes).items()}
    communities = rows.pop("communities", [])
    homes = {str(home[key]): home for home in communities for key in ("name", "code") if home.get(key)}
    covers = rows.pop("covers", [])
    for wording in rows.pop("wordings", []):
        _add_wording(homes, wording, mistakes)
    for table, entries in rows.items():
        for entry in entries:
            _file_under(homes, table, entry, mistakes=mistakes)
    for cover in covers:
        _add_cover(homes, cover, mistakes)
    mistakes.refuse_if_any()
    return parse_organization({"communities": communities})


def _tables(sheets: Mapping[str, Cells], mistakes: Mistakes) -> dict[str, Cells]:
    found: dict[str, Cells] = {}
    for title, cells in sheets.items():
        table = SHEETS.get(title.strip(), title.strip())
        if table in TABLES:
            found[table] = cells
        elif _has_content(cells):
            mistakes.add(f"工作表“{title}”", f"没有这种表，请改名为 {'、'.join(SHEETS)} 之一。")
    return found


def _has_content(cells: Cells) -> bool:
    return any(value not in (None, "") for row in cells for value in row)


def _rows(table: str, cells: Cells, mistakes: Mistakes) -> list[dict[str, Any]]:
    """The entries of a sheet; empty rows and empty cells are left out."""
    if not cells:
        return []
    headers = [_header(table, value) for value in cells[0]]
    found = []
    for number, row in enumerate(cells[1:], start=2):
        entry = {
            header: _cell(table, header, value)
            for header, value in zip(headers, row, strict=False)
            if header and value is not None and str(value).strip()
        }
        if entry:
            found.append(entry)
        if any(value not in (None, "") for value in row[len(headers) :]):
            mistakes.add(f"{table} 第 {number} 行", "有内容的列没有表头，请补上表头。")
    return found


def _header(table: str, value: object) -> str:
    text = "" if value is None else str(value).strip()
    header = HEADERS.get(text, text)
    if header == "estates" and table != "units":
        return "estate"  # 小区 is one estate everywhere but among those a unit looks after
    return header


def _cell(table: str, header: str, value: object) -> object:
    if isinstance(value, str) and header in CLOSED:
        return WORDS.get(value.strip(), value.strip())
    if isinstance(value, str) and header == "deputies":
        return [_deputy(part) for part in re.split(r"[、，,；;\s]+(?![^（(]*[)）])", value) if part]
    if isinstance(value, str) and (header in LISTS or (table, header) == ("units", "estates")):
        return [part for part in re.split(r"[、，,；;\s]+", value) if part]
    return value


def _deputy(written: str) -> object:
    """李娜, or 李娜（2026-11-20至2026-11-30）: a name alone, or with its days."""
    found = DATED.fullmatch(written)
    if found is None:
        return written
    days = {"from": found["first"], "until": found["last"]}
    return {"name": found["name"]} | {key: day for key, day in days.items() if day}


def _file_under(
    homes: Mapping[str, dict[str, Any]], table: str, entry: dict[str, Any], *, mistakes: Mistakes
) -> None:
    home = _home(homes, entry)
    label = entry.get("name") or entry.get("label") or ""
    if home is None:
        mistakes.add(f"{table} · {label} · community", "没有这个社区，请填写 communities 表里的名称或代码。")
        return
    home.setdefault(table, []).append(entry)


def _home(homes: Mapping[str, dict[str, Any]], entry: dict[str, Any]) -> dict[str, Any] | None:
    """The community an entry names; the only one of the workbook need not be named."""
    name = str(entry.pop("community", "")).strip()
    only = {id(home): home for home in homes.values()}
    return next(iter(only.values())) if not name and len(only) == 1 else homes.get(name)


def _add_wording(homes: Mapping[str, dict[str, Any]], row: dict[str, Any], mistakes: Mistakes) -> None:
    home, key = _home(homes, row), str(row.pop("key", "")).strip()
    if home is None or not key:
        mistakes.add(f"wordings · {key}", "没有这个社区或没有写句子的名称，请核对 community 和 key 两列。")
        return
    home.setdefault("wording", {})[key] = str(row.pop("text", ""))


def _add_cover(homes: Mapping[str, dict[str, Any]], cover: dict[str, Any], mistakes: Mistakes) -> None:
    name = str(cover.pop("grid", ""))
    home = _home(homes, cover)
    grids = home.get("grids", []) if home else []
    grid = next((each for each in grids if each.get("name") == name), None)
    if grid is None:
        mistakes.add(f"covers · {name} · grid", "该社区没有这个网格，请核对 community 和 grid 两列。")
        return
    grid.setdefault("covers", []).append(cover)
