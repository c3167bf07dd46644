"""What the platform reports of a mass send, minutes after it took it (MASSSENDJOBFINISH, WECHAT 2.4)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from handlers.broadcasts.failures import tell_failed_later
from handlers.messages import IncomingMessage
from storage.broadcasts import progress
from storage.models.outbox import DeliveryStatus

EVENT = "masssendjobfinish"
REPORTED_WITHIN = timedelta(days=7)
SUCCESSES = ("send success", "sendsuccess")
COUNTS = ("total", "ready", "sent", "failed")  # ready: what was left after the platform's filters


def is_mass_result(message: IncomingMessage) -> bool:
    """Whether this is such a report."""
    return str(message.payload.get("event", "")).lower() == EVENT


def note_mass_result(db: Connection, message: IncomingMessage, *, now: datetime) -> bool:
    """The mass send's row says how many it reached; one the platform let nobody have has failed.

    False when no mass send of ours is known by that number.
    """
    found = progress.lock_mass_send(
        db,
        account=message.account,
        platform_id=str(message.payload.get("sent_message_id") or ""),
        since=now - REPORTED_WITHIN,
    )
    if found is None:
        return False
    status = str(message.payload.get("status") or "")
    result = {"status": status} | _counts(message.payload)
    values: dict[str, object] = {"body": found.body | {"result": result}}
    if status.lower() not in SUCCESSES:
        values |= {"status": DeliveryStatus.DEAD, "error": f"公众号群发没有成功（{status[:60]}）"}
    progress.change_message(db, found.id, **values)
    if "error" in values:
        tell_failed_later(db, found, whom="", reason=str(values["error"]), now=now)
    return True


def _counts(payload: Mapping[str, object]) -> dict[str, int]:
    said = {name: str(payload.get(name) or "") for name in COUNTS}
    return {name: int(value) for name, value in said.items() if value.isdecimal()}
