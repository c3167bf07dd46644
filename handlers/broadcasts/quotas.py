"""What each residents' group may still be sent, as broadcasts are planned by it and staff are shown it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from handlers.residents_groups.shares import GroupLimit, Share, share_of, shares_of
from storage import gathering
from storage.broadcasts import places
from storage.gathering import Usage
from storage.models.organization import Audience, Group
from storage.models.people import Person


def shares_by_group(
    db: Connection, groups: Sequence[Group], *, limit: GroupLimit, now: datetime
) -> dict[int, Share]:
    """How each of these residents' groups stands, by its number; workers' groups are absent."""
    wanted = {each.customer_group: each.id for each in groups if each.customer_group}
    known = gathering.destinations_of_chats(db, wanted)
    shares = shares_of(db, [each.id for each in known.values()], limit=limit, now=now)
    fresh = share_of(limit, Usage(), now=now)
    return {number: shares[known[chat].id] if chat in known else fresh for chat, number in wanted.items()}


def quota_of(db: Connection, staff: Person, *, limit: GroupLimit, now: datetime) -> list[tuple[Group, Share]]:
    """The residents' groups of the community that can be written to, each with its share."""
    everybody = places.groups_for(db, staff.community_id or 0, Audience.RESIDENTS)
    groups = [each for each in everybody if each.customer_group and each.dismissed_at is None]
    shares = shares_by_group(db, groups, limit=limit, now=now)
    return [(each, shares[each.id]) for each in groups if each.id in shares]
