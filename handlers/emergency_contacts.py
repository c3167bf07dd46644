"""Whom to call besides 119 and 110: the estate's own lift company, gas, power and water."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

from storage import organization
from storage.models.cases import Case

LABELS: Final[Mapping[str, tuple[str, ...]]] = {  # by subcategory: what the line of the contact card says
    "lift": ("电梯", "维保"),
    "gas": ("燃气", "煤气", "天然气"),
    "power": ("供电", "电力", "电业"),
    "wiring": ("供电", "电力", "电业"),
    "burst_pipe": ("自来水", "供水", "水务"),
    "flooding": ("自来水", "供水", "水务"),
    "outage": ("自来水", "供水", "水务"),
    "leak": ("自来水", "供水", "水务"),
    "heating": ("供热", "热力"),
    "facade": ("物业",),
}


def whom_to_call(db: Connection, case: Case) -> str:
    """电梯维保 0900-…: the line of the contact card that helps, the estate's own first; may be empty."""
    wanted = LABELS.get(case.subcategory, ())
    for contact in organization.contacts_of(db, case.community_id, case.estate_id):
        if any(label in contact.label for label in wanted):
            return f"{contact.label} {contact.phone}"
    return ""
