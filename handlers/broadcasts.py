"""Staff broadcasts: shown first, sent only when the code is given back."""

import hmac
from datetime import datetime

from sqlalchemy import Connection

from handlers.errors import NobodyToReach, NothingToBroadcast
from handlers.notices.reaching import residents_posting
from storage import broadcasts as broadcast_rows
from storage import organization, outbox
from storage.models.broadcasts import Broadcast, BroadcastAudience, BroadcastStatus
from storage.models.organization import Estate, Group
from storage.models.outbox import Priority
from storage.models.people import Person

EVERYBODY = frozenset({"", "全部", "所有人", "全体", "所有小区", "全社区", "所有群", "全部小区"})
MAX_WRONG_CODES = 3


def preview_broadcast(
    db: Connection, staff: Person, text: str, *, target: str, code: str, now: datetime
) -> Broadcast:
    """The broadcast is kept with the groups it would reach; nothing is sent before its code is given back.

    Raises `NothingToBroadcast` without a text, `NobodyToReach` when no residents' group fits the target.
    """
    estates = organization.estates_of_communities(db, [staff.community_id or 0])
    if not text.strip() or text.strip() in {estate.name for estate in estates}:
        raise NothingToBroadcast
    groups = _groups_for(db, estates, staff.community_id or 0, target=target)
    if not groups:
        raise NobodyToReach(target or "全部")
    return broadcast_rows.add_broadcast(
        db,
        {
            "community_id": staff.community_id,
            "person_id": staff.id,
            "text": text.strip(),
            "target": target or "全部",
            "group_ids": [group.id for group in groups],
            "code": code,
            "wrong_codes": 0,
            "status": BroadcastStatus.PREVIEWED,
            "created_at": now,
            "confirmed_at": None,
            "number": broadcast_rows.next_number(db, staff.community_id or 0),
            "audience": BroadcastAudience.RESIDENTS_GROUPS,
            "plan": {},
        },
    )


def confirm_broadcast(db: Connection, broadcast_id: int, code: str, *, now: datetime) -> Broadcast:
    """With the right code it goes to every group of the preview; a third wrong one cancels it.

    The status of the broadcast given back tells which: still previewed means the code was wrong.
    """
    broadcast = broadcast_rows.lock_broadcast(db, broadcast_id)
    if broadcast.status is not BroadcastStatus.PREVIEWED:
        return broadcast
    if hmac.compare_digest(broadcast.code.encode(), code.encode()):
        _send(db, broadcast, now=now)
        return broadcast_rows.lock_broadcast(db, broadcast_id)
    wrong = broadcast.wrong_codes + 1
    status = BroadcastStatus.CANCELLED if wrong >= MAX_WRONG_CODES else BroadcastStatus.PREVIEWED
    broadcast_rows.change_broadcast(db, broadcast_id, wrong_codes=wrong, status=status)
    return broadcast_rows.lock_broadcast(db, broadcast_id)


def cancel_broadcast(db: Connection, broadcast_id: int) -> Broadcast:
    """A broadcast that was not confirmed will never be sent."""
    broadcast = broadcast_rows.lock_broadcast(db, broadcast_id)
    if broadcast.status is BroadcastStatus.PREVIEWED:
        broadcast_rows.change_broadcast(db, broadcast_id, status=BroadcastStatus.CANCELLED)
    return broadcast_rows.lock_broadcast(db, broadcast_id)


def _send(db: Connection, broadcast: Broadcast, *, now: datetime) -> None:
    broadcast_rows.change_broadcast(db, broadcast.id, status=BroadcastStatus.SENDING, confirmed_at=now)
    postings = [
        residents_posting(
            db,
            group,
            broadcast.text,
            key=f"broadcast:{broadcast.id}:group:{group.id}",
            priority=Priority.BROADCAST,
        )
        for group in organization.groups_by_ids(db, broadcast.group_ids)
    ]
    outbox.post(db, [each for each in postings if each is not None], now=now)


def _groups_for(db: Connection, estates: list[Estate], community_id: int, *, target: str) -> list[Group]:
    groups = organization.residents_groups_of_community(db, community_id)
    if target in EVERYBODY:
        return _reachable(groups)
    named = {each.id for each in estates if target in (each.name, *each.aliases)}
    return _reachable([group for group in groups if group.estate_id in named or group.name == target])


def _reachable(groups: list[Group]) -> list[Group]:
    return [group for group in groups if group.customer_group and group.owner_id]
