"""Lists of rooms on disk: an Excel workbook (its first sheet with content) or comma-separated text."""

import csv
import io
from pathlib import Path

from bot.organization_file import Cells, OrganizationFileUnreadable, read_sheets

ENCODINGS = ("utf-8-sig", "gb18030")  # spreadsheets of offices save either


def load_rooms(path: Path) -> Cells:
    """The rows of the file, the headers first, by its ending .xlsx or .csv.

    Raises a `UserError` that names the file.
    """
    kinds = {".xlsx": _from_xlsx, ".csv": _from_csv}
    read = kinds.get(path.suffix.lower())
    if read is None:
        raise OrganizationFileUnreadable(path, "不是户册，请用 .xlsx 或 .csv 文件。")
    try:
        return read(path)
    except FileNotFoundError as missing:
        raise OrganizationFileUnreadable(path, "不存在，请核对路径。") from missing
    except OSError as closed:
        raise OrganizationFileUnreadable(path, "打不开，请核对它的权限。") from closed


def _from_xlsx(path: Path) -> Cells:
    sheets = read_sheets(path).values()
    return next((rows for rows in sheets if any(any(row) for row in rows)), [])


def _from_csv(path: Path) -> Cells:
    content = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _rows(path, text)
    raise OrganizationFileUnreadable(path, "不是可读的文字，请另存为 UTF-8 的 .csv。")


def _rows(path: Path, text: str) -> Cells:
    try:
        return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))]
    except csv.Error as broken:
        reason = "里有一格长得读不了（多半少了一个引号），请核对后重新另存。"
        raise OrganizationFileUnreadable(path, reason) from broken
