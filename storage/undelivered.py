"""What did not reach residents, and what must not be sent to them any more."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select, update

from storage.models.outbox import Channel, DeliveryStatus, destinations, outbox
from storage.outbox import HELD, WAITING, Address

MISSED = (DeliveryStatus.HELD, DeliveryStatus.DEAD, DeliveryStatus.UNCERTAIN)

_UNDELIVERED = (
    select(func.count(outbox.c.destination_id.distinct()))
    .join(destinations, destinations.c.id == outbox.c.destination_id)
    .where(
        outbox.c.case_id == bindparam("case_id"),
        outbox.c.status.in_(MISSED),
        destinations.c.channel == Channel.OFFICIAL_ACCOUNT,
    )
)


def undelivered_of_case(db: Connection, case_id: int) -> int:
    """How many residents' accounts did not get something of this case: held, given up, or uncertain."""
    count: int = db.execute(_UNDELIVERED, {"case_id": case_id}).scalar_one()
    return count


def stop_messages(db: Connection, to: Address, *, reason: str, now: datetime) -> int:
    """Nothing that waits or is held for this address is sent any more; gives how many messages it was."""
    place = select(destinations.c.id).where(
        destinations.c.channel == str(to.channel),
        destinations.c.account == to.account,
        destinations.c.address == to.address,
    )
    destination_id = db.execute(place.with_for_update()).scalar()
    if destination_id is None:
        return 0
    mine = (outbox.c.destination_id == destination_id, or_(HELD, WAITING))
    stopped = update(outbox).where(*mine, outbox.c.attempted_at.is_(None))
    count = db.execute(stopped.values(status=DeliveryStatus.DEAD, finished_at=now, error=reason)).rowcount
    here = update(destinations).where(destinations.c.id == destination_id)
    db.execute(here.values(has_held=False))
    return count
