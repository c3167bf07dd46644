"""Which residents' groups may still be sent something in time: each has a share of messages."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.residents_groups.shares import Share, shares_by_group
from handlers.rules import Rules
from storage import organization
from storage.models.organization import Group


def groups_with_room(
    db: Connection, community_id: int, *, until: datetime, now: datetime, rules: Rules
) -> tuple[list[Group], list[Group]]:
    """The community's residents' groups whose turn comes before then, and those whose share is used up.

    A word of today is not worth the last message of the month, and of no use tomorrow. Dismissed groups and
    those without a chat of the platform are in neither.
    """
    here = organization.residents_groups_of_community(db, community_id)
    groups = [each for each in here if each.dismissed_at is None and each.customer_group]
    shares = shares_by_group(db, groups, limit=rules.group_limit, now=now)
    ready = [each for each in groups if _comes_in_time(shares.get(each.id), until=until)]
    return ready, [each for each in groups if each not in ready]


def _comes_in_time(share: Share | None, *, until: datetime) -> bool:
    turn = share.turn() if share else None
    return turn is None or turn < until
