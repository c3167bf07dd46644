"""Rows as the transports see them."""

from datetime import UTC, datetime
from typing import Any

from storage.models.outbox import Channel, DeliveryStatus, Destination, OutgoingMessage, Priority

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def make_destination(**overrides: Any) -> Destination:
    """A resident who has not written yet, with overrides."""
    values: dict[str, Any] = {
        "id": 1,
        "channel": Channel.OFFICIAL_ACCOUNT,
        "account": "main",
        "address": "openid-chen",
        "ready_at": NOW,
        "claimed_until": NOW,
        "opened_at": None,
        "recent": [],
        "has_held": False,
        "blocked_until": None,
        "urgency": int(Priority.NOTICE),
    }
    return Destination(**(values | overrides))


def make_message(text: str = "诉求 0001 已接单", **overrides: Any) -> OutgoingMessage:
    """A message on its first attempt; what is no column goes into the body."""
    columns = set(OutgoingMessage.__dataclass_fields__)
    body = {"text": text} | {name: value for name, value in overrides.items() if name not in columns}
    values: dict[str, Any] = {
        "id": 7,
        "community_id": None,
        "destination_id": 1,
        "key": "fact",
        "priority": int(Priority.NOTICE),
        "status": DeliveryStatus.WAITING,
        "body": body,
        "case_id": None,
        "attempts": 1,
        "next_at": NOW,
        "created_at": NOW,
        "finished_at": None,
        "error": "",
        "platform_id": "",
        "attempted_at": NOW,
        "parts_sent": 0,
        "is_doubtful": False,
    }
    return OutgoingMessage(**(values | {name: v for name, v in overrides.items() if name in columns}))
