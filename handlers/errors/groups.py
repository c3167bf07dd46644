"""Refusals about residents' groups."""

from collections.abc import Sequence

from handlers.errors import UserError

SHOWN = 5


class NoSuchResidentsGroup(UserError):
    """The community has no residents' group of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"没有叫“{name}”的居民群。发“居民群”看全部名称。")


class GroupUnclear(UserError):
    """Several groups may be meant."""

    def __init__(self, name: str, names: Sequence[str]) -> None:
        super().__init__(f"“{name}”可能是{_some(names)}。请写全群名。")


class NoSuchEstateHere(UserError):
    """The community has no such estate."""

    def __init__(self, place: str, names: Sequence[str]) -> None:
        known = f"本社区有{_some(names)}。" if names else "本社区还没有登记小区。"
        super().__init__(f"没有找到小区“{place}”。{known}")


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:SHOWN]) + ("等" if len(names) > SHOWN else "")
