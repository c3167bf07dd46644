"""What each residents' group may still be sent, as staff are shown it."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.residents_groups.shares import GroupLimit, Share, shares_by_group
from storage.broadcasts import places
from storage.models.organization import Audience, Group
from storage.models.people import Person


def quota_of(db: Connection, staff: Person, *, limit: GroupLimit, now: datetime) -> list[tuple[Group, Share]]:
    """The residents' groups of the community that can be written to, each with its share."""
    everybody = places.groups_for(db, staff.community_id or 0, Audience.RESIDENTS)
    groups = [each for each in everybody if each.customer_group and each.dismissed_at is None]
    shares = shares_by_group(db, groups, limit=limit, now=now)
    return [(each, shares[each.id]) for each in groups if each.id in shares]
