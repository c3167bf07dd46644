"""What is on record of who looked at what is protected."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from storage import audit
from storage.models.cases import Case
from storage.models.people import Person


class Audited(StrEnum):
    """What is on record: a look, or that somebody wanted one and was refused."""

    REPORTERS_SHOWN = "reporters_shown"
    REPORTERS_REFUSED = "reporters_refused"
    HOUSEHOLDS_SHOWN = "households_shown"
    HOUSEHOLDS_REFUSED = "households_refused"
    BROADCAST_PREVIEWED = "broadcast_previewed"
    BROADCAST_CONFIRMED = "broadcast_confirmed"
    BROADCAST_APPROVED = "broadcast_approved"
    BROADCAST_REFUSED = "broadcast_refused"
    BROADCAST_STOPPED = "broadcast_stopped"
    BROADCAST_RESENT = "broadcast_resent"
    SERIES_ENDED = "series_ended"
    TEMPLATE_KEPT = "template_kept"
    TEMPLATE_REMOVED = "template_removed"
    CARD_REFUSED = "card_refused"
    DEPUTY_APPOINTED = "deputy_appointed"
    DEPUTY_ENDED = "deputy_ended"
    LISTENING_DAYS_SET = "listening_days_set"
    LISTENING_DAYS_ENDED = "listening_days_ended"
    SURVEY_OPENED = "survey_opened"
    SURVEY_CANCELLED = "survey_cancelled"
    CLAIMS_SHOWN = "claims_shown"
    CLAIM_RULED = "claim_ruled"


def record(
    db: Connection,
    person: Person,
    action: Audited,
    *,
    now: datetime,
    case: Case | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """The log says who did it, and of which case; what was seen is not repeated there."""
    audit.add_entry(
        db,
        action.value,
        person_id=person.id,
        community_id=person.community_id,
        case_id=case.id if case else None,
        now=now,
        data=data,
    )
