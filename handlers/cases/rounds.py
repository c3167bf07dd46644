"""What the history of a case says of its present round: pauses, meetings, steps taken, days granted."""

from typing import Final

from sqlalchemy import Connection

from handlers.cases.deadlines import Deadlines, Pause, recomputed
from handlers.cases.subcategories import Subcategory, subcategory_of
from handlers.rules import Rules
from storage import cases as case_rows
from storage.models.cases import Case, CaseEvent, EventKind, Urgency

ENDS_WAITING: Final = (
    EventKind.RESUMED,
    EventKind.ASSIGNED,
    EventKind.DECLINED,
    EventKind.RESOLVED,
    EventKind.REJECTED,
    EventKind.WITHDRAWN,
    EventKind.MERGED,
)


def events_of_round(db: Connection, case: Case, *kinds: EventKind) -> list[CaseEvent]:
    """The case's own history since it was last reopened, oldest first, of these kinds."""
    found = case_rows.events_of(db, case.id, kinds=(*kinds, EventKind.REOPENED))
    own = [event for event in found if event.case_id == case.id]
    starts = [index for index, event in enumerate(own, start=1) if event.kind is EventKind.REOPENED]
    return own[starts[-1] if starts else 0 :]


def pauses_of(db: Connection, case: Case) -> list[Pause]:
    """The finished pauses of the round, oldest first: from each question to what ended the waiting."""
    pauses: list[Pause] = []
    since = None
    for event in events_of_round(db, case, EventKind.ASKED, *ENDS_WAITING):
        if event.kind is EventKind.ASKED:
            since = event.happened_at
        elif since is not None:
            pauses.append((since, event.happened_at))
            since = None
    return pauses


def is_complex(db: Connection, case: Case) -> bool:
    """Whether a meeting was called for it in this round."""
    return bool(events_of_round(db, case, EventKind.CONSULTATION_CALLED))


def deadlines_again(
    db: Connection,
    case: Case,
    rules: Rules,
    *,
    kind: Subcategory | None = None,
    urgency: Urgency | None = None,
) -> Deadlines:
    """Both deadlines as if the case had been of this kind and urgency since its round began.

    Without either, of its own. The finished pauses and granted extensions count on.
    """
    return recomputed(
        kind or subcategory_of(case.category, case.subcategory),
        urgency or case.urgency,
        rules.deadlines,
        opened_at=case.round_at,
        is_complex=is_complex(db, case),
        paused=pauses_of(db, case),
        extensions_days=case.extension_days,
    )


def is_by_clock(db: Connection, case: Case, rules: Rules) -> bool:
    """Whether the case is to be settled within hours, not working days."""
    return deadlines_again(db, case, rules).is_by_clock
