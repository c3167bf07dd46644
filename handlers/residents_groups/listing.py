"""The residents' groups as staff see them: where they belong, who owns them, what they may still be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.residents_groups.shares import GroupLimit, Share, shares_by_group
from storage import organization, people, residents_groups
from storage.models.organization import Estate, Group
from storage.models.people import Person


@dataclass(frozen=True, slots=True)
class GroupListed:
    """A residents' group; without an estate nobody knows where it belongs, without a share it has no chat."""

    group: Group
    estate: Estate | None
    owner: str
    share: Share | None


def groups_listed(
    db: Connection, staff: Person, *, limit: GroupLimit, now: datetime
) -> Sequence[GroupListed]:
    """Every residents' group of the community by name; those dismissed come last."""
    community_id = staff.community_id or 0
    groups = residents_groups.residents_groups(db, community_id)
    estates = {each.id: each for each in organization.estates_of_communities(db, [community_id])}
    owners = people.people_by_ids(db, [each.owner_id for each in groups if each.owner_id is not None])
    shares = shares_by_group(db, groups, limit=limit, now=now)
    rows = [
        GroupListed(
            group=each,
            estate=estates.get(each.estate_id or 0),
            owner=owners[each.owner_id].name if each.owner_id in owners else "",
            share=shares.get(each.id),
        )
        for each in groups
    ]
    return sorted(rows, key=lambda row: row.group.dismissed_at is not None)
