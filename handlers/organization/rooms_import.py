"""The list of rooms (户册): who may vote, with areas; importing again updates and deletes nothing."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from sqlalchemy import Connection

from handlers.errors import UserError
from nlp.numerals import to_digits
from storage import organization
from storage.models.organization import Estate
from storage.models.polls import Room
from storage.polls import rooms
from storage.polls.rows import open_votes

Cells = Sequence[Sequence[object]]  # the first row holds the headers
Key = tuple[int, str, str, str]  # estate, building, unit, room

HEADERS: Final = {
    "小区": "estate",
    "小区名称": "estate",
    "楼": "building",
    "楼号": "building",
    "楼栋": "building",
    "栋": "building",
    "单元": "unit",
    "单元号": "unit",
    "室": "room",
    "房号": "room",
    "室号": "room",
    "门牌": "room",
    "面积": "area",
    "建筑面积": "area",
    "专有面积": "area",
    "专有部分面积": "area",
}
TAILS: Final = {
    "building": r"(?:号?[楼栋幢座]|号|#)+$",
    "unit": r"(?:单元|门)$",
    "room": r"(?:号?[室房]|号|(?<=\d)户)$",
}
AREA_TAIL: Final = re.compile(r"\s*(?:平方米|平米|平方|㎡|m²|m2|平)$", re.IGNORECASE)
WIDTH: Final = 16  # characters of a column
LARGEST: Final = Decimal(100_000)  # square metres of one room
SHOWN: Final = 200  # mistakes named in one refusal


@dataclass(frozen=True, slots=True)
class RoomsImported:
    """What an import came to in one estate; `missing` rooms are listed and not in the file: they stay."""

    estate: str
    added: int
    changed: int
    same: int
    missing: int


class RoomsRefused(UserError):
    """The list of rooms has mistakes; nothing of it was taken over."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        rest = len(mistakes) - SHOWN
        more = [f"……还有 {rest} 处，改好上面的再导入就会列出。"] if rest > 0 else []
        super().__init__("\n".join([f"户册有 {len(mistakes)} 处要改，没有导入：", *mistakes[:SHOWN], *more]))


@dataclass(slots=True)
class _Read:
    """The rooms of a file as far as they are read, and what is wrong with it."""

    found: dict[Key, tuple[int | None, int]] = field(default_factory=dict)  # area and row
    mistakes: list[str] = field(default_factory=list)


def import_rooms(
    db: Connection, cells: Cells, *, estate: str = "", community: str = ""
) -> list[RoomsImported]:
    """The rooms of the file are on the list, with their areas; nothing is deleted, one line an estate.

    `estate` is that of rows which name none; `community` (its code or name) tells estates of one name apart.
    A row without an area leaves the known one. `RoomsRefused` names every wrong row, and every vote that is
    counted by these rooms at this moment; nothing changed then.
    """
    known = _estates(db, community)
    read = _Read()
    headers = _headers(cells, read)
    read_mistakes = list(read.mistakes)
    if not read_mistakes:
        for number, row in enumerate(cells[1:], start=2):
            values = dict(zip(headers, row, strict=False))
            _take(values, number, known, default=estate, read=read)
    if read.mistakes:
        raise RoomsRefused(read.mistakes)
    if not read.found:
        raise RoomsRefused(["第 2 行起：没有内容，请每户写一行。"])
    by_id = {each.id: each for each in known}
    estates = list(dict.fromkeys(key[0] for key in read.found))
    return [_imported(db, by_id[each], read.found) for each in estates]


def _estates(db: Connection, community: str) -> list[Estate]:
    known = organization.all_communities(db)
    wanted = [each for each in known if community in ("", each.code, each.name)]
    if not wanted:
        names = "、".join(f"{each.name}（{each.code}）" for each in known)
        raise RoomsRefused([f"没有社区“{community}”，已有的是：{names or '还没有社区'}。"])
    return organization.estates_of_communities(db, [each.id for each in wanted])


def _headers(cells: Cells, read: _Read) -> list[str]:
    headers = [HEADERS.get(_text(value), "") for value in (cells[0] if cells else ())]
    for name, needed in (("building", "楼"), ("room", "室")):
        if headers.count(name) != 1:
            read.mistakes.append(f"第 1 行：表头要有一列“{needed}”，整行例如：小区 楼 单元 室 面积。")
    return headers


def _take(
    values: Mapping[str, object], number: int, known: Sequence[Estate], *, default: str, read: _Read
) -> None:
    """One row is read; what is wrong with it is said, all of it."""
    if not any(_text(value) for name, value in values.items() if name):
        return
    wrong = [*_wrong_parts(values)]
    estate, matter = _estate(_text(values.get("estate")) or default.strip(), known)
    area, area_matter = _area(values.get("area"))
    wrong += [each for each in (matter, area_matter) if each]
    if wrong or estate is None:
        read.mistakes.append(f"第 {number} 行：{'；'.join(wrong)}。")
        return
    key = (estate.id, _part("building", values), _part("unit", values), _part("room", values))
    if key in read.found:
        read.mistakes.append(f"第 {number} 行：和第 {read.found[key][1]} 行是同一户，请删掉一行。")
        return
    read.found[key] = (area, number)


def _wrong_parts(values: Mapping[str, object]) -> Iterator[str]:
    for name, noun in (("building", "楼号"), ("room", "室号")):
        if not _part(name, values):
            yield f"没有{noun}"
    for name, noun in (("building", "楼号"), ("unit", "单元"), ("room", "室号")):
        part = _part(name, values)
        if len(part) > WIDTH or "|" in part or not part.isprintable():  # a database may refuse NUL
            yield f"{noun}“{part[:20]}”太长或有不能用的符号"


def _estate(name: str, known: Sequence[Estate]) -> tuple[Estate | None, str]:
    if not name:
        return None, "没有小区，请填上，或在命令里写 --estate 小区名"
    named = [each for each in known if name == each.name] or [each for each in known if name in each.aliases]
    if len(named) == 1:
        return named[0], ""
    if named:
        return None, f"有几个社区都有“{name}”，请在命令里写 --community 社区代码"
    return None, f"没有小区“{name}”，请核对名称（已有：{'、'.join(each.name for each in known[:20])}）"


def _area(value: object) -> tuple[int | None, str]:
    """Hundredths of a square metre, exact."""
    text = AREA_TAIL.sub("", _text(value)).replace(",", "")
    if not text:
        return None, ""
    try:
        area = Decimal(text)
    except InvalidOperation:
        return None, f"面积“{text[:20]}”不是数字"
    if isinstance(value, float):
        area = round(area, 2)  # 89.35 in a workbook may come as 89.35000000000001
    if not area.is_finite() or not 0 < area <= LARGEST:
        return None, f"面积“{text[:20]}”不合理"
    hundredths = area * 100
    if hundredths != hundredths.to_integral_value():
        return None, f"面积“{text[:20]}”最多写两位小数"
    return int(hundredths), ""


def _part(name: str, values: Mapping[str, object]) -> str:
    """33号楼 is 33, ０５单元 is 5, 0201室 is 201, a3 is A3."""
    text = re.sub(TAILS[name], "", _text(values.get(name))).strip()
    return (
        to_digits(text)
        if re.fullmatch(r"\d{1,9}|[零〇一二两三四五六七八九十百]{1,6}", text)
        else text.upper()
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # spreadsheets hold 33 as 33.0
    return unicodedata.normalize("NFKC", str(value)).strip()


def _imported(db: Connection, estate: Estate, found: Mapping[Key, tuple[int | None, int]]) -> RoomsImported:
    known: dict[tuple[str, str, str], Room] = {
        (each.building, each.unit, each.room): each for each in rooms.rooms_in(db, estate.id)
    }
    here = {key[1:]: area for key, (area, _) in found.items() if key[0] == estate.id}
    added = [
        {
            "community_id": estate.community_id,
            "estate_id": estate.id,
            "building": door[0],
            "unit": door[1],
            "room": door[2],
            "area": area,
        }
        for door, area in here.items()
        if door not in known
    ]
    changed = [
        (known[door].id, area)
        for door, area in here.items()
        if door in known and area is not None and known[door].area != area
    ]
    touched = {str(row["building"]) for row in added}
    touched |= {door[0] for door, area in here.items() if door in known and (known[door].id, area) in changed}
    _ensure_no_vote(db, estate, touched)
    rooms.add_rooms(db, added)
    rooms.change_areas(db, changed)
    same = len(here) - len(added) - len(changed)
    missing = sum(door not in here for door in known)
    return RoomsImported(estate.name, len(added), len(changed), same, missing)


def _ensure_no_vote(db: Connection, estate: Estate, buildings: set[str]) -> None:
    """What counts as all households and all of the area was fixed when a vote began."""
    running = [
        f"{estate.name}：正在进行表决{each.number}（{each.title}），户数和面积在开始时已定下；"
        f"请等它结束，或先发“取消表决{each.number}”，再导入。"
        for each in open_votes(db, estate.community_id, estate.id)
        if each.is_listed and (each.building is None or each.building in buildings)
    ]
    if running and buildings:
        raise RoomsRefused(running)


def described_rooms(imported: Sequence[RoomsImported]) -> list[str]:
    """What an import came to, a line an estate."""
    lines = []
    for each in imported:
        kept = f"；户册里另有 {each.missing} 户这次没有，保留不动" if each.missing else ""
        counts = f"新增 {each.added} 户，改面积 {each.changed} 户，不变 {each.same} 户"
        lines.append(f"{each.estate}：{counts}{kept}。")
    return lines
