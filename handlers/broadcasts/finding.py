"""Which broadcast is meant by its number, or by being the only one."""

from collections.abc import Callable, Collection

from sqlalchemy import Connection

from handlers.errors.broadcasts import NoBroadcastNow, NoSuchBroadcast, WhichBroadcast
from storage.broadcasts import rows
from storage.models.broadcasts import Broadcast, BroadcastStatus
from storage.models.people import Person

SHOWN = 8  # numbers when several may be meant
LOOKED_AT = 30  # broadcasts among which one without a number is looked for


def broadcast_meant(
    db: Connection,
    staff: Person,
    number: int | None,
    *,
    of: Collection[BroadcastStatus],
    example: str,
    is_newest: bool = False,
    may_be: Callable[[Broadcast], bool] = lambda _: True,
) -> Broadcast:
    """The community's broadcast of this number, held; without one the only one in these states.

    `is_newest`: of several the last one is meant; `may_be` leaves out those
    that are not. Raises `NoSuchBroadcast`, `NoBroadcastNow` or
    `WhichBroadcast`, which says `example` with a number.
    """
    community_id = staff.community_id or 0
    if number is None:
        found_all = rows.broadcasts_of(db, community_id, limit=LOOKED_AT, of=of)
        standing = [each for each in found_all if may_be(each)][:SHOWN]
        if not standing:
            raise NoBroadcastNow
        if len(standing) > 1 and not is_newest:
            raise WhichBroadcast(example, [each.number for each in standing])
        number = standing[0].number
    found = rows.lock_numbered(db, community_id, number)
    if found is None or found.status is BroadcastStatus.PREVIEWED:
        raise NoSuchBroadcast(number)
    return found
