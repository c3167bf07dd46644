"""Who hears of a decision item: its owner, who sat at the table, reporters, the watcher, and the desk."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from handlers.consultation import telling
from handlers.consultation.telling import RESIDENTS, News, news_of
from handlers.decisions.ownership import owner_name
from handlers.replies import decisions as texts
from handlers.replies.formats import without_call
from handlers.rules import Rules
from storage import assignments, decision_circles, decisions, organization, people
from storage import cases as case_rows
from storage.decision_circles import AtTable
from storage.models.consultation import Subject
from storage.models.decisions import Decision
from storage.models.organization import Audience, Group
from storage.models.outbox import Channel
from storage.models.people import Person, Role

NOBODY = AtTable((), (), ())


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of an item's history that people are told of: who caused it, and in which chat it was said."""

    decision: Decision
    event_id: int
    now: datetime
    rules: Rules
    by: Person | None = None
    said_in: str = ""

    def news(self, about: str) -> News:
        """The news of it; `about` tells apart what one happening says to one group for two purposes."""
        told = news_of(
            Subject.DECISION,
            self.decision.id,
            self.event_id,
            community_id=self.decision.community_id,
            now=self.now,
            rules=self.rules,
        )
        return replace(told, key=f"{told.key}:{about}")


def tell_owner(db: Connection, movement: Movement, text: str) -> None:
    """Who has to do it reads this; the desk passes it on when nothing here reaches them."""
    decision, news = movement.decision, movement.news("owner")
    if _reaches_owner(db, movement, news, text):
        return
    called = texts.to_pass_on(text, owner_name(db, decision))
    telling.tell_desk(db, movement.news("pass"), called)


def tell_desk(
    db: Connection, movement: Movement, text: str, *, about: str = "desk", called: int | None = None
) -> None:
    """Staff read this, unless it was said at the desk."""
    desk = organization.desk_group(db, movement.decision.community_id)
    if desk is None or not _was_said_in(movement, desk):
        telling.tell_desk(db, movement.news(about), text, called=called)


def tell_watcher(db: Connection, movement: Movement, text: str) -> bool:
    """The watcher reads this one-to-one; false without one, or when nothing reaches them."""
    if movement.decision.watcher_id is None:
        return False
    watcher = people.person_by_id(db, movement.decision.watcher_id)
    by = movement.by.id if movement.by else None
    return watcher.id == by or not telling.tell_people(db, movement.news("watcher"), [watcher], text)


def tell_circle(
    db: Connection,
    movement: Movement,
    *,
    to_residents: str,
    to_workers: str,
    but: Iterable[int] = (),
) -> None:
    """Who sat at the table, who reported its cases, the watcher, the owner, and staff: each reads it once.

    Not the one who caused it, nor the chat where it was said. `but`: persons who read something else of it.
    """
    decision = movement.decision
    table = decision_circles.at_table(db, decision.meeting_id) if decision.meeting_id else NOBODY
    left_out = {*but, *([movement.by.id] if movement.by else [])}
    sat = people.people_by_ids(db, [*table.person_ids, *_owner_and_watcher(decision)]).values()
    told = [*sat, *_reporters(db, decision)]
    residents = [each for each in told if each.role in RESIDENTS and each.id not in left_out]
    telling.tell_people(db, movement.news("circle"), residents, to_residents)
    told += _members_without_chat(db, decision, table)
    workers = [each for each in told if each.role not in RESIDENTS and each.id not in left_out]
    groups = _groups(db, decision, table, workers)
    fresh = [each for each in groups if not _was_said_in(movement, each)]
    telling.tell_groups(db, movement.news("circle"), fresh, to_workers)
    _tell_alone(db, movement, workers, text=to_workers, groups=groups)


def plain(text: str) -> str:
    """The same for a resident, who calls nobody and sees no marks."""
    return without_call(text).replace("**", "").replace("\n> ", "\n")


# ------------------------------------------------------------------ who that is


def _owner_and_watcher(decision: Decision) -> list[int]:
    return [each for each in (decision.owner_id, decision.watcher_id) if each is not None]


def _reaches_owner(db: Connection, movement: Movement, news: News, text: str) -> bool:
    decision, by = movement.decision, movement.by
    if decision.unit_id is not None:
        group = assignments.group_of_unit(db, decision.unit_id)
        is_said_there = group is not None and _was_said_in(movement, group)
        return is_said_there or telling.tell_unit(db, news, decision.unit_id, text)
    if decision.owner_id is None:
        return False
    owner = people.person_by_id(db, decision.owner_id)
    said = plain(text) if owner.role in RESIDENTS else text
    return not telling.tell_people(db, news, [owner], said, but=by.id if by else None)


def _reporters(db: Connection, decision: Decision) -> list[Person]:
    """Who reported its cases; for somebody whom nothing reaches whoever reported for them."""
    found: list[Person] = []
    for case_id in decisions.cases_of_decision(db, decision.id):
        mine = case_rows.reporters_of(db, case_id)
        reached = people.accounts_of(db, [each.id for each in mine], Channel.OFFICIAL_ACCOUNT)
        found += [each for each in mine if each.role in RESIDENTS]
        for each in mine:
            found += [] if each.id in reached else case_rows.entered_for(db, case_id, each.id)
    return found


def _groups(db: Connection, decision: Decision, table: AtTable, workers: Iterable[Person]) -> list[Group]:
    """The chats of those who work here: units and grids that sat at the table, the owner's, the desk."""
    unit_ids = dict.fromkeys([*table.unit_ids, *([decision.unit_id] if decision.unit_id else [])])
    found = [assignments.group_of_unit(db, each) for each in unit_ids]
    invited = organization.groups_by_ids(db, table.group_ids) if table.group_ids else []
    found += [each for each in invited if each.audience is Audience.WORKERS]
    found += [_group_of(db, each) for each in workers]
    found.append(organization.desk_group(db, decision.community_id))
    return list({each.id: each for each in found if each is not None}.values())


def _members_without_chat(db: Connection, decision: Decision, table: AtTable) -> list[Person]:
    """The members of units that have no group here."""
    unit_ids = {*table.unit_ids, *([decision.unit_id] if decision.unit_id else [])}
    return [
        member
        for unit_id in sorted(unit_ids)
        if assignments.group_of_unit(db, unit_id) is None
        for member in assignments.members_of_unit(db, unit_id)
    ]


def _group_of(db: Connection, worker: Person) -> Group | None:
    if worker.unit_id is not None:
        return assignments.group_of_unit(db, worker.unit_id)
    grids = organization.grids_of_worker(db, worker.id) if worker.role is Role.GRID_WORKER else []
    served = (organization.workers_group_of_grid(db, each) for each in grids)
    return next((each for each in served if each is not None), None)


def _tell_alone(
    db: Connection, movement: Movement, workers: Iterable[Person], *, text: str, groups: Iterable[Group]
) -> None:
    """Those who work here and read none of these chats."""
    told = {each.id for each in groups}
    alone = [
        each
        for each in workers
        if each.role in (Role.GRID_WORKER, Role.UNIT_MEMBER)
        and ((group := _group_of(db, each)) is None or group.id not in told)
    ]
    telling.tell_people(db, movement.news("alone"), alone, text)


def _was_said_in(movement: Movement, group: Group) -> bool:
    return bool(movement.said_in) and group.chat_id == movement.said_in
