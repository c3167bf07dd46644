"""How far a broadcast is: what is out, what waits for whom, what failed and why."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.broadcasts.finding import broadcast_meant
from storage import organization
from storage import people as people_rows
from storage.broadcasts import people, progress, rows
from storage.broadcasts.progress import Standing
from storage.models.broadcasts import Broadcast, BroadcastAudience, Way
from storage.models.organization import Group
from storage.models.outbox import DeliveryStatus
from storage.models.people import Person

LISTED = 10  # broadcasts


@dataclass(frozen=True, slots=True)
class Target:
    """One message of a broadcast: for whom it is, how it stands, who must confirm it.

    `result` is what the platform reported of a mass send; `is_unwanted`: it is being called back.
    """

    name: str
    status: DeliveryStatus
    owner: str
    next_at: datetime
    error: str
    result: Mapping[str, object]
    is_unwanted: bool
    people: int = 1  # of a mass send several


@dataclass(frozen=True, slots=True)
class Progress:
    """A broadcast, its messages in the order of the plan, and for residents how many go in which way."""

    broadcast: Broadcast
    targets: tuple[Target, ...]
    ways: Mapping[tuple[Way, str], int]


def progress_of(db: Connection, staff: Person, number: int | None) -> Progress:
    """How the community's broadcast of this number stands; without one the newest."""
    broadcast = broadcast_meant(db, staff, number, of=rows.SHOWN, example="群发进度", is_newest=True)
    standing = progress.standings(db, broadcast.id)
    ways: Mapping[tuple[Way, str], int] = {}
    if broadcast.audience is BroadcastAudience.RESIDENTS:
        ways = people.recipients_by_way(db, broadcast.id)
        return Progress(broadcast, tuple(_target(each, "居民", "") for each in standing), ways)
    groups = {each.id: each for each in organization.groups_by_ids(db, broadcast.group_ids)}
    owners = people_rows.people_by_ids(db, {each.owner_id for each in groups.values() if each.owner_id})
    return Progress(broadcast, tuple(_of_group(each, groups, owners) for each in standing), ways)


def listed_broadcasts(db: Connection, staff: Person) -> list[tuple[Broadcast, dict[DeliveryStatus, int]]]:
    """The community's last broadcasts, newest first, each with how many messages stand how."""
    found = rows.broadcasts_of(db, staff.community_id or 0, limit=LISTED)
    return [(each, counts_of(db, each)) for each in found]


def counts_of(db: Connection, broadcast: Broadcast) -> dict[DeliveryStatus, int]:
    """How many groups, or residents, stand how; a mass send counts as those it is for."""
    if broadcast.audience is not BroadcastAudience.RESIDENTS:
        return progress.counts(db, broadcast.id)
    found = Counter[DeliveryStatus]()
    for each in progress.standings(db, broadcast.id):
        found[each.status] += len(each.body.get("people") or [None])
    return dict(found)


def _of_group(standing: Standing, groups: Mapping[int, Group], owners: Mapping[int, Person]) -> Target:
    last = standing.key.rpartition(":")[2]
    group = groups.get(int(last)) if last.isdecimal() else None
    owner = owners.get(group.owner_id) if group and group.owner_id else None
    return _target(standing, group.name if group else "", owner.name if owner else "")


def _target(standing: Standing, name: str, owner: str) -> Target:
    result = standing.body.get("result")
    return Target(
        name,
        standing.status,
        owner,
        standing.next_at,
        standing.error,
        result if isinstance(result, dict) else {},
        standing.is_unwanted,
        len(standing.body.get("people") or [None]),
    )
