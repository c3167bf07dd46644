"""Organization files on disk: TOML, or an Excel workbook with the same tables."""

import tomllib
import warnings
import zipfile
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from bot.config import Settings
from handlers.errors import UserError
from handlers.organization import Organization, organization_from_sheets, parse_organization

Cells = list[tuple[object, ...]]


class OrganizationFileUnreadable(UserError):
    """The file is not there, or is of another kind."""

    def __init__(self, path: Path, matter: str) -> None:
        super().__init__(f"文件 {path} {matter}")


def load_organization(path: Path) -> Organization:
    """The organization in a file, by its ending .toml or .xlsx.

    Raises a `UserError` that names the file, or every mistake in it.
    """
    kinds = {".toml": _from_toml, ".xlsx": _from_xlsx}
    read = kinds.get(path.suffix.lower())
    if read is None:
        raise OrganizationFileUnreadable(path, "不是组织文件，请用 .toml 或 .xlsx 文件。")
    try:
        return read(path)
    except FileNotFoundError as missing:
        raise OrganizationFileUnreadable(path, "不存在，请核对路径。") from missing
    except OSError as closed:
        raise OrganizationFileUnreadable(path, "打不开，请核对它的权限。") from closed


def unknown_channels(organization: Organization, settings: Settings) -> list[str]:
    """A sentence for each Official Account and robot that the file names and the configuration lacks."""
    accounts = {community.official_account for community in organization.communities}
    robots = {group.robot for community in organization.communities for group in community.groups}
    named = (
        ("公众号", "official_accounts", accounts - settings.official_accounts.keys()),
        ("机器人", "wecom.robots", robots - settings.wecom.robots.keys()),
    )
    return [
        f"注意：{noun}“{name}”不在配置里，请加上 [{table}.{name}]，或改正组织文件。"
        for noun, table, names in named
        for name in sorted(names)
        if name
    ]


def _from_toml(path: Path) -> Organization:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as foreign:
        raise OrganizationFileUnreadable(path, "不是 UTF-8 文字，请另存为 UTF-8。") from foreign
    except tomllib.TOMLDecodeError as broken:
        raise OrganizationFileUnreadable(path, f"的 TOML 写法有误：{broken}。") from broken
    return parse_organization(table)


def _from_xlsx(path: Path) -> Organization:
    return organization_from_sheets(read_sheets(path))


def read_sheets(path: Path) -> dict[str, Cells]:
    """The values of every sheet by its title, row by row."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of formatting it does not know
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
            finally:
                book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as broken:
        raise OrganizationFileUnreadable(path, "不是可读的 Excel 工作簿，请重新另存为 .xlsx。") from broken
