"""What only shows when the entries are laid side by side: unknown names, doubles, overlaps."""

from collections import Counter
from collections.abc import Collection, Iterable

from handlers.organization.buildings import overlapping, within, written
from handlers.organization.entries import (
    CommunityEntry,
    CoverEntry,
    GridEntry,
    GroupEntry,
    Organization,
    UnitEntry,
)
from handlers.organization.mistakes import Mistakes
from storage.models.organization import Audience
from storage.models.people import Role

SERVING = (Role.GRID_WORKER, Role.STAFF, Role.HEAD)  # who may serve a grid


def check(organization: Organization, mistakes: Mistakes) -> None:
    """Every mistake between the entries of an organization file is collected."""
    for community in organization.communities:
        _Check(community, mistakes).run()
    for key, values in _once_in_all(organization).items():
        for value, places in values.items():
            if len(places) > 1:
                there = "、".join(places)
                mistakes.add(f"{places[-1]} · {key}", f"“{value}”出现不止一次（{there}），请只留一处。")


def _once_in_all(organization: Organization) -> dict[str, dict[str, list[str]]]:
    """For each key that must be of one entry only: where each value stands."""
    found: dict[str, dict[str, list[str]]] = {}

    def note(key: str, value: str, where: str) -> None:
        if value:
            found.setdefault(key, {}).setdefault(value, []).append(where)

    for community in organization.communities:
        note("code", community.code, community.name)
        for person in community.people:
            note("wecom_userid", person.wecom_userid, f"{community.name} · people · {person.name}")
        for group in community.groups:
            for key in ("chat_id", "webhook", "customer_group", "appchat"):
                note(key, getattr(group, key), f"{community.name} · groups · {group.name}")
    return found


class _Check:
    """The checks of one community."""

    def __init__(self, community: CommunityEntry, mistakes: Mistakes) -> None:
        self.community = community
        self.mistakes = mistakes
        self.estates = {estate.name: estate for estate in community.estates}
        self.people = {person.name: person for person in community.people}
        self.units = {unit.name for unit in community.units}
        self.grids = {grid.name for grid in community.grids}
        self.groups = {group.name: group for group in community.groups}

    def run(self) -> None:
        self.names_once()
        for unit in self.community.units:
            self.unit(unit)
        for person in self.community.people:
            where = f"people · {person.name}"
            self.known("unit", person.unit, self.units, at=where, table="units")
            if person.role is Role.UNIT_MEMBER and not person.unit:
                self.wrong(where, "unit", "单位人员要写明单位，请填写 units 里的名称。")
        for grid in self.community.grids:
            self.grid(grid)
        self.overlaps()
        for group in self.community.groups:
            self.group(group)
        for contact in self.community.contacts:
            at = f"contacts · {contact.label}"
            self.known("estate", contact.estate, self.estates, at=at, table="estates")

    def names_once(self) -> None:
        here = self.community
        tables: dict[str, Iterable[str]] = {
            "estates": [name for estate in here.estates for name in {estate.name, *estate.aliases}],
            "units": [unit.name for unit in here.units],
            "people": [person.name for person in here.people],
            "grids": [grid.name for grid in here.grids],
            "groups": [group.name for group in here.groups],
            "contacts": [contact.label + contact.estate for contact in here.contacts],
        }
        for table, names in tables.items():
            for name in _doubles(names):
                self.wrong(table, name, "名称（或别名）重复，请改成不同的名称，例如加上楼号或姓氏以外的字。")

    def unit(self, unit: UnitEntry) -> None:
        where = f"units · {unit.name}"
        for estate in unit.estates:
            self.known("estates", estate, self.estates, at=where, table="estates")
        self.known("group", unit.group, self.groups, at=where, table="groups")
        group = self.groups.get(unit.group)
        if group is not None and self.community.unit_of_group(group) != unit.name:
            self.wrong(where, "group", f"群“{unit.group}”已属于另一单位，一个群只归一个单位，请另写一个群。")

    def grid(self, grid: GridEntry) -> None:
        where = f"grids · {grid.name}"
        if not grid.workers:
            self.wrong(where, "workers", "网格没有网格员，请写上至少一人。")
        deputies = [each.name for each in grid.deputies]
        for name in _doubles([*grid.workers, *deputies]):
            self.wrong(where, "deputies", f"“{name}”不能同时在 workers 和 deputies 里，请去掉一处。")
        for key, names in (("workers", list(grid.workers)), ("deputies", deputies)):
            for name in names:
                self.worker(where, key, name)
        for cover in grid.covers:
            self.cover(where, cover)

    def worker(self, where: str, key: str, name: str) -> None:
        self.known(key, name, self.people, at=where, table="people")
        person = self.people.get(name)
        if person is not None and person.role not in SERVING:
            self.wrong(where, key, f"“{name}”的角色是 {person.role}，请改为 grid_worker，或换一个人。")

    def cover(self, where: str, cover: CoverEntry) -> None:
        self.known("covers", cover.estate, self.estates, at=where, table="estates")
        estate = self.estates.get(cover.estate)
        if estate is None or not estate.spans:
            return
        outside = [span for span in cover.spans if not within(span, estate.spans)]
        if outside:
            there = written(estate.spans)
            sentence = f"{estate.name}只有 {there} 号楼，没有 {written(outside)}，请改正其中一处。"
            self.wrong(where, "covers", sentence)

    def overlaps(self) -> None:
        for estate in self.estates:
            parts = [
                (span, grid.name)
                for grid in self.community.grids
                for cover in grid.covers
                if cover.estate == estate
                for span in (cover.spans or (None,))
            ]
            for former, latter in overlapping(parts):
                sentence = f"在{estate}与网格“{former}”的楼号重叠，请让每栋楼只归一个网格。"
                self.wrong(f"grids · {latter}", "covers", sentence)

    def group(self, group: GroupEntry) -> None:
        where = f"groups · {group.name}"
        self.known("grid", group.grid, self.grids, at=where, table="grids")
        self.known("unit", group.unit, self.units, at=where, table="units")
        self.known("estate", group.estate, self.estates, at=where, table="estates")
        self.known("owner", group.owner, self.people, at=where, table="people")
        if group.audience is Audience.RESIDENTS and (group.grid or self.community.unit_of_group(group)):
            self.wrong(where, "audience", "居民群不属于网格或单位，请改为 workers，或去掉 grid 和 unit。")
        if group.audience is Audience.WORKERS and group.customer_group:
            self.wrong(where, "customer_group", "工作群不是客户群，请改为 residents，或去掉这一项。")
        if group.customer_group:
            self.owner(where, group.owner)

    def owner(self, where: str, name: str) -> None:
        person = self.people.get(name)
        if not name:
            self.wrong(where, "owner", "客户群要由群主点发送，请写上群主的姓名。")
        elif person is not None and not person.wecom_userid:
            self.wrong(where, "owner", f"群主“{name}”没有 wecom_userid，请在 people 里补上。")

    def known(self, key: str, name: str, among: Collection[str], *, at: str, table: str) -> None:
        if name and name not in among:
            self.wrong(at, key, f"{table} 里没有“{name}”，请先登记，或改为已有的名称。")

    def wrong(self, where: str, key: str, sentence: str) -> None:
        self.mistakes.add(f"{self.community.name} · {where} · {key}", sentence)


def _doubles(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1 and name]
