"""What an import came to, in rows and in words."""

from dataclasses import dataclass

from storage.deputies import GridWorker

NOUNS = {
    "communities": "社区",
    "estates": "小区",
    "units": "单位",
    "people": "人员",
    "grids": "网格",
    "groups": "群",
    "contacts": "联系方式",
    "wordings": "措辞",
}
COLUMNS = {
    "name": "名称",
    "phone": "电话",
    "official_account": "公众号",
    "aliases": "别名",
    "buildings": "楼号",
    "households": "户数",
    "kind": "类型",
    "estates": "小区",
    "role": "角色",
    "unit_id": "单位",
    "community_id": "社区",
    "wecom_userid": "企业微信账号",
    "mode": "派单方式",
    "workers": "网格员",
    "covers": "范围",
    "audience": "对象",
    "grid_id": "网格",
    "estate_id": "小区",
    "robot": "机器人",
    "chat_id": "会话",
    "webhook": "推送地址",
    "customer_group": "客户群",
    "appchat": "应用群聊",
    "owner_id": "群主",
    "text": "文字",
}


@dataclass(frozen=True, slots=True)
class TableImported:
    """One table of one community; names in the order of the file."""

    community: str
    table: str
    added: tuple[str, ...]
    changed: tuple[tuple[str, tuple[str, ...]], ...]  # each with the columns that changed
    unchanged: tuple[str, ...]
    absent: tuple[str, ...]  # not in the file, kept


@dataclass(frozen=True, slots=True)
class OrganizationImported:
    """Every table of every community of the file."""

    tables: tuple[TableImported, ...]
    kept_deputies: tuple[str, ...] = ()  # whose days were said in chat and are not the file's


def described(imported: OrganizationImported) -> list[str]:
    """A line for each table that the file or the database has something in."""
    lines = [line for table in imported.tables if (line := _line(table))]
    kept = imported.kept_deputies
    return [*lines, f"聊天里安排的代班保留 {len(kept)} 条（{'；'.join(kept)}）"] if kept else lines


def kept_text(grid: str, name: str, row: GridWorker) -> str:
    """第二网格 李娜 2026-11-25 至 2026-11-30"""
    days = f"{row.starts_on or '即日'} 至 {row.ends_on or '另行通知'}"
    return f"{grid} {name} {days}"


def _line(table: TableImported) -> str:
    changed = [f"{name}：{'、'.join(COLUMNS.get(c, c) for c in columns)}" for name, columns in table.changed]
    parts = [
        _part("新增", table.added, names=True),
        _part("修改", changed, names=True),
        _part("未变", table.unchanged, names=False),
        _part("文件中没有、已保留", table.absent, names=True),
    ]
    told = "，".join(part for part in parts if part)
    return f"{table.community} {NOUNS[table.table]}：{told}" if told else ""


def _part(word: str, entries: list[str] | tuple[str, ...], *, names: bool) -> str:
    if not entries:
        return ""
    listed = f"（{'；'.join(entries)}）" if names else ""
    return f"{word} {len(entries)}{listed}"
