"""One audience of a broadcast: an estate, some of its houses, a grid, a group, who reported something."""

from dataclasses import dataclass
from enum import StrEnum

from nlp.arguments import Arguments


class Audience(StrEnum):
    """Which chats carry a broadcast."""

    RESIDENTS_GROUPS = "residents_groups"
    WORKERS_GROUPS = "workers_groups"
    RESIDENTS = "residents"  # each one alone


class TargetKind(StrEnum):
    """What the name of a target is the name of."""

    ALL = "all"
    ESTATE = "estate"
    BUILDING = "building"
    GRID = "grid"
    GROUP = "group"
    CATEGORY = "category"
    UNKNOWN = "unknown"  # 各楼长: somebody is meant, but nobody that can be found


@dataclass(frozen=True, slots=True)
class Target:
    """`name` is the estate's for buildings and categories (empty: none was said), else the target's own.

    `buildings` are the first and the last of a run. A grid without a name is the speaker's own.
    """

    kind: TargetKind
    name: str
    said: str
    buildings: tuple[int, int] | None = None
    unit: int | None = None
    category: str | None = None
    subcategory: str | None = None

    def as_json(self) -> Arguments:
        """The target as an argument of the command; what it does not have is absent."""
        found: Arguments = {"kind": str(self.kind), "name": self.name, "said": self.said}
        if self.buildings is not None:
            found["buildings"] = [*self.buildings]
        if self.unit is not None:
            found["unit"] = self.unit
        if self.kind is TargetKind.CATEGORY:
            found.update(category=self.category, subcategory=self.subcategory)
        return found

    @property
    def label(self) -> str:
        """What people call it: 枫桥苑1-5号楼, 第二网格, 全部."""
        if self.kind is TargetKind.BUILDING and self.buildings is not None:
            first, last = self.buildings
            unit = f"{self.unit}单元" if self.unit else ""
            return f"{self.name}{first if first == last else f'{first}-{last}'}号楼{unit}"
        if self.kind is TargetKind.CATEGORY:
            return self.said
        return self.name or self.said
