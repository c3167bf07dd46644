"""What is shown of a broadcast before its code is given."""

from dataclasses import dataclass

from handlers.broadcasts.orders import Order
from handlers.broadcasts.planning import Plan
from handlers.broadcasts.reach import Found
from storage.models.broadcasts import Broadcast


@dataclass(frozen=True, slots=True)
class Preview:
    """A broadcast that awaits its code, and everything staff must know before they give it.

    `approvers` are the names of those who may agree, where a second person must; `None` where none needs to.
    """

    broadcast: Broadcast
    order: Order
    found: Found
    plan: Plan
    approvers: tuple[str, ...] | None
