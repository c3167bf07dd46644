"""What is read of deputies."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from storage.deputies import GridWorker
from storage.models.organization import Grid
from storage.models.people import Person


class Line(Protocol):
    """A deputy in one grid, with the names."""

    @property
    def row(self) -> GridWorker:
        """The days."""

    @property
    def person(self) -> Person:
        """Who stands in."""

    @property
    def grid(self) -> Grid:
        """Where."""

    @property
    def away(self) -> Person | None:
        """For whom."""


def begins(grid: Grid, person: Person, row: GridWorker, *, away: Person | None) -> str:
    """The group reads who stands in from today on."""
    whom = f"替{away.name}" if away else ""
    new = "，新诉求先派给" + person.name if away else ""
    return (
        f"**{person.name}{whom}代班{grid.name}**\n{_until(row.ends_on)}{new}。这期间可以接单、报进展、办结。"
    )


def ends(grid: Grid, person: Person, away: Person | None) -> str:
    """The group reads that nobody stands in any more."""
    back = f"，由{away.name}继续负责" if away else ""
    return f"**{person.name}代班{grid.name}结束**{back}。手上没办完的请交接（发“转 编号 姓名”）。"


def appointed(lines: Sequence[Line], *, today: date) -> str:
    """Staff read what was arranged."""
    return "\n".join(
        ["已安排代班：", *(_line(each, today=today) for each in lines), "到日子会在群里说一声。"]
    )


def ended(lines: Sequence[Line]) -> str:
    """Staff read what was ended."""
    grids = "、".join(each.grid.name for each in lines)
    return f"{lines[0].person.name}在{grids}的代班已取消。"


def listed(lines: Sequence[Line], *, today: date) -> str:
    """代班表: everybody who stands in now or later, by grid."""
    if not lines:
        return "现在没有代班安排。要安排请发“代班 李娜 第二网格 11月25日到11月30日”。"
    return "\n".join([f"代班 {len(lines)} 条：", *(_line(each, today=today) for each in lines)])


def _line(line: Line, *, today: date) -> str:
    row, person, grid, away = line.row, line.person, line.grid, line.away
    whom = f"（替{away.name}）" if away else ""
    if row.starts_on is None and row.ends_on is None:
        return f"{grid.name}：{person.name}{whom}，长期替补"
    first = f"{_day(row.starts_on)}起，" if row.starts_on else ""
    is_ahead = row.starts_on is not None and row.starts_on > today
    state = "正在代班" if row.covers(today) else ("还没开始" if is_ahead else "已结束")
    return f"{grid.name}：{person.name}{whom}，{first}{_until(row.ends_on)}，{state}"


def _until(day: date | None) -> str:
    return f"到{_day(day)}为止" if day else "到另行通知为止"


def _day(day: date | None) -> str:
    return f"{day.month}月{day.day}日" if day else ""
