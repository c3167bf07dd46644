"""Refusals about who stands in for whom."""

from collections.abc import Sequence
from datetime import date

from handlers.errors import UserError

EXAMPLE = "代班 李娜 第二网格 11月25日到11月30日"


class DaysOver(UserError):
    """The days end before they begin, or are over."""

    def __init__(self, last: date) -> None:
        super().__init__(f"到{last.month}月{last.day}日为止的代班已经过了，请换一下日期，例如“{EXAMPLE}”。")


class GridNotSaid(UserError):
    """No grid of the community fits."""

    def __init__(self, name: str, grids: Sequence[str]) -> None:
        there = f"本社区有：{'、'.join(grids)}。" if grids else "本社区还没有登记网格。"
        example = grids[0] if grids else "第一网格"
        super().__init__(f"请写明哪个网格，例如“代班 {name} {example} 到周日”。{there}")


class OwnGrid(UserError):
    """The person serves the grid anyway."""

    def __init__(self, name: str, grid: str) -> None:
        super().__init__(f"{name}本来就管{grid}，不用代班。请写另一位网格员，例如“{EXAMPLE}”。")


class WhoIsAway(UserError):
    """Who is away does not serve the grid."""

    def __init__(self, name: str, grid: str) -> None:
        super().__init__(f"{name}不是{grid}的网格员，不用替。请核对姓名和网格，发“代班表”看现在的安排。")


class NotADeputy(UserError):
    """Nothing is to be ended."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}现在没有代班。发“代班表”看现在的安排。")


class DeputyOfFile(UserError):
    """The organization file says it, not the chat."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}是组织文件里登记的替补，聊天里取消不了，请管理员改组织文件。")


class DeputyNameMissing(UserError):
    """Nobody is named."""

    def __init__(self) -> None:
        super().__init__(f"请写明谁来代班、代哪个网格、到哪天，例如“{EXAMPLE}”。")
