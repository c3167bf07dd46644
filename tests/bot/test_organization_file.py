"""Organization files on disk."""

import tomllib
from pathlib import Path

import openpyxl
import pytest

from bot.organization_file import load_organization
from handlers.errors import UserError
from handlers.organization import parse_organization
from tests.handlers.organization.sample import organization
from tests.handlers.organization.test_sheets import ENGLISH

SAMPLE = Path(__file__).parents[2] / "bot" / "simulator" / "data" / "organization.toml"


def test_the_sample_organization_has_no_mistakes() -> None:
    found = load_organization(SAMPLE)

    assert [community.name for community in found.communities] == ["晨光社区", "湖畔社区"]
    assert found == parse_organization(tomllib.loads(SAMPLE.read_text(encoding="utf-8")))


def test_a_workbook_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in ENGLISH.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "organization.xlsx")

    assert load_organization(tmp_path / "organization.xlsx") == organization()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.toml", None, "不存在，请核对路径"),
        ("a.xlsx", None, "不存在，请核对路径"),
        ("a.csv", b"", "请用 .toml 或 .xlsx 文件"),
        ("a.toml", b"[[communities", "TOML 写法有误"),
        ("a.toml", b"\xff\xfe", "不是 UTF-8 文字"),
        ("a.xlsx", b"not a zip", "不是可读的 Excel 工作簿"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    name: str, content: bytes | None, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(UserError, match=sentence) as caught:
        load_organization(path)

    assert str(path) in str(caught.value)


def test_a_zip_that_is_no_workbook_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x05\x06" + bytes(18))  # an empty archive

    with pytest.raises(UserError, match="不是可读的 Excel 工作簿"):
        load_organization(path)
