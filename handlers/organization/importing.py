"""Taking an organization file over into the database."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from handlers.organization.buildings import overlapping, written
from handlers.organization.entries import CommunityEntry, GridEntry, GroupEntry, Organization
from handlers.organization.members import Members, save_people
from handlers.organization.mistakes import Mistakes
from handlers.organization.report import OrganizationImported, TableImported, kept_text
from handlers.working_days import local
from storage.deputies import GridWorker, save_list
from storage.models import metadata
from storage.models import organization as tables
from storage.models.desk import wordings
from storage.organization_import import (
    Key,
    Row,
    Saved,
    covers_of_community,
    lock_organization,
    replace_rows,
    save_rows,
    shared_group_addresses,
)
from storage.people import people_by_ids

Ids = Mapping[str, int]  # by name


def import_organization(db: Connection, organization: Organization, *, now: datetime) -> OrganizationImported:
    """The communities of the file stand as it says; what it does not name stays as it was.

    Entries are matched by code and name, people by WeCom userid first. A learned chat and a known phone stay
    when the file leaves them empty. Raises `OrganizationRefused` when the file does not fit what is there.
    """
    lock_organization(db)
    mistakes = Mistakes()
    rows = [_community_row(entry) for entry in organization.communities]
    communities = save_rows(db, tables.communities, rows, key=("code",), community_id=None)
    members = Members.of(organization, frozenset(communities.ids.values()))
    found: list[TableImported] = []
    kept: list[str] = []
    for entry in organization.communities:
        community = _Community(db, communities.ids[(entry.code,)], entry, mistakes, kept)
        found += [_itself(communities, entry), *community.save(members, now=now)]
    for column, places in shared_group_addresses(db):
        sentence = (
            f"同一个 {column} 属于几个群：{'、'.join(places)}。请沿用原来的群名，或先在文件里给旧群换掉。"
        )
        mistakes.add("groups", sentence)
    mistakes.refuse_if_any()
    return OrganizationImported(tuple(found), tuple(kept))


@dataclass(frozen=True, slots=True)
class _Community:
    """One community of the file and its place in the database."""

    db: Connection
    id: int
    entry: CommunityEntry
    mistakes: Mistakes
    kept: list[str]  # deputies whose days were said in chat, told in the report

    def save(self, members: Members, *, now: datetime) -> list[TableImported]:
        """Everything that belongs to the community, in the order in which one thing refers to another."""
        estates = self.estates()
        estate_ids = _by_name(estates)
        units = self.units(estate_ids)
        unit_ids = _by_name(units)
        people = save_people(
            self.db, self.id, self.entry, members=members, units=unit_ids, mistakes=self.mistakes, now=now
        )
        person_ids = _by_name(people)
        grids = self.grids(estate_ids, person_ids, now=now)
        groups = self.groups(
            {"grid": _by_name(grids), "unit": unit_ids, "estate": estate_ids, "owner": person_ids}
        )
        saved = {"estates": estates, "units": units, "people": people, "grids": grids, "groups": groups}
        self.ensure_no_overlap()
        found = [_imported(self.entry, table, each) for table, each in saved.items()]
        return [*found, self.contacts(estate_ids), self.wordings()]

    def rows(self, table: str, rows: list[Row]) -> Saved:
        return save_rows(self.db, metadata.tables[table], rows, key=("name",), community_id=self.id)

    def estates(self) -> Saved:
        rows: list[Row] = [
            {
                "name": estate.name,
                "aliases": list(estate.aliases),
                "buildings": written(estate.spans),
                "households": estate.households,
            }
            for estate in self.entry.estates
        ]
        return self.rows("estates", rows)

    def units(self, estates: Ids) -> Saved:
        units = self.entry.units
        saved = self.rows(
            "units", [{"name": unit.name, "kind": unit.kind, "aliases": list(unit.aliases)} for unit in units]
        )
        for unit in units:
            key = (unit.name,)
            owner = {"unit_id": saved.ids[key]}
            wanted = [{"estate_id": estates[name]} for name in unit.estates]
            if replace_rows(self.db, tables.unit_estates, owner, wanted):
                saved.mark_changed(key, "estates")
        return saved

    def grids(self, estates: Ids, people: Ids, *, now: datetime) -> Saved:
        saved = self.rows("grids", [{"name": grid.name, "mode": grid.mode} for grid in self.entry.grids])
        for grid in self.entry.grids:
            key = (grid.name,)
            owner = {"grid_id": saved.ids[key]}
            if replace_rows(self.db, tables.grid_covers, owner, _cover_rows(grid, estates)):
                saved.mark_changed(key, "covers")
            rows = _worker_rows(grid, people, grid_id=saved.ids[key], day=local(now).date())
            listed = save_list(self.db, saved.ids[key], rows)
            if listed.is_changed:
                saved.mark_changed(key, "workers")
            known = people_by_ids(self.db, [each.person_id for each in listed.kept])
            self.kept.extend(kept_text(grid.name, known[each.person_id].name, each) for each in listed.kept)
        return saved

    def groups(self, ids: Mapping[str, Ids]) -> Saved:
        return self.rows("groups", [_group_row(self.entry, group, ids) for group in self.entry.groups])

    def contacts(self, estates: Ids) -> TableImported:
        rows: list[Row] = [
            {"label": each.label, "estate_id": estates.get(each.estate), "phone": each.phone}
            for each in self.entry.contacts
        ]
        saved = save_rows(self.db, tables.contacts, rows, key=("label", "estate_id"), community_id=self.id)
        names = {number: name for name, number in estates.items()}
        return _imported(self.entry, "contacts", saved, estates=names)

    def wordings(self) -> TableImported:
        rows: list[Row] = [{"key": key, "text": text} for key, text in self.entry.wording]
        saved = save_rows(self.db, wordings, rows, key=("key",), community_id=self.id)
        return _imported(self.entry, "wordings", saved)

    def ensure_no_overlap(self) -> None:
        """A grid that the file no longer names must not keep buildings that the file gives to another."""
        stored = covers_of_community(self.db, self.id)
        for estate in {cover.estate: None for cover in stored}:
            parts = [
                (None if cover.first is None or cover.last is None else (cover.first, cover.last), cover.grid)
                for cover in stored
                if cover.estate == estate
            ]
            for former, latter in overlapping(parts):
                sentence = (
                    f"在{estate}与“{former}”的楼号重叠；文件里没写的旧网格也占着楼号，请写上并改好范围。"
                )
                self.mistakes.add(f"{self.entry.name} · grids · {latter} · covers", sentence)


def _community_row(entry: CommunityEntry) -> Row:
    return {
        "code": entry.code,
        "name": entry.name,
        "phone": entry.phone,
        "official_account": entry.official_account,
    }


def _cover_rows(grid: GridEntry, estates: Ids) -> list[Row]:
    return [
        {
            "estate_id": estates[cover.estate],
            "first_building": span[0] if span else None,
            "last_building": span[1] if span else None,
        }
        for cover in grid.covers
        for span in (cover.spans or (None,))
    ]


def _worker_rows(grid: GridEntry, people: Ids, *, grid_id: int, day: date) -> list[GridWorker]:
    regular = [
        GridWorker(grid_id, people[name], position, is_deputy=False)
        for position, name in enumerate(grid.workers)
    ]
    deputies = [
        GridWorker(grid_id, people[each.name], position, True, each.starts_on, each.ends_on)
        for position, each in enumerate(grid.deputies, start=len(regular))
    ]
    return [*regular, *(replace(each, is_acting=each.covers(day)) for each in deputies)]


def _group_row(community: CommunityEntry, group: GroupEntry, ids: Mapping[str, Ids]) -> Row:
    row: dict[str, object] = {
        "name": group.name,
        "audience": group.audience,
        "grid_id": ids["grid"].get(group.grid),
        "unit_id": ids["unit"].get(community.unit_of_group(group)),
        "estate_id": ids["estate"].get(group.estate),
        "webhook": group.webhook,
        "customer_group": group.customer_group,
        "appchat": group.appchat,
        "owner_id": ids["owner"].get(group.owner),
    }
    learned = {"robot": group.robot, "chat_id": group.chat_id}  # unless the file says otherwise
    return row | {name: value for name, value in learned.items() if value}


def _by_name(saved: Saved) -> dict[str, int]:
    return {str(key[0]): number for key, number in saved.ids.items()}


def _itself(communities: Saved, entry: CommunityEntry) -> TableImported:
    """The community's own line; other communities of the database are none of the file's business."""
    key = (entry.code,)
    here = Saved({key: communities.ids[key]})
    here.added = [each for each in communities.added if each == key]
    here.changed = {each: columns for each, columns in communities.changed.items() if each == key}
    return _imported(entry, "communities", here)


def _imported(
    entry: CommunityEntry, table: str, saved: Saved, *, estates: Mapping[int, str] | None = None
) -> TableImported:
    def label(key: Key) -> str:
        name, *estate = key
        return " ".join(
            [str(name), *((estates or {}).get(each, "") for each in estate if isinstance(each, int))]
        )

    return TableImported(
        community=entry.name,
        table=table,
        added=tuple(label(key) for key in saved.added),
        changed=tuple((label(key), tuple(columns)) for key, columns in saved.changed.items()),
        unchanged=tuple(label(key) for key in saved.unchanged),
        absent=tuple(label(key) for key in saved.absent),
    )
