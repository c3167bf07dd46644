"""The sample organization in a database, a resident who reports, and looks at what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from handlers.cases.opening import open_case
from handlers.cases.reports import Place, Report
from handlers.organization import import_organization, parse_organization
from handlers.rules import Rules
from storage import organization, people
from storage.models.cases import Case, CaseEvent, EventKind, Urgency, case_events
from storage.models.organization import Estate, communities, estates
from storage.models.outbox import Channel, OutgoingMessage, destinations, outbox
from storage.models.people import Person
from storage.models.people import people as people_rows
from storage.models.timers import Timer, TimerKind, timers
from tests.conversations.conftest import read

RULES = Rules()
GRID_GROUP = "sample-webhook-grid-1"
DESK = "sample-webhook-desk"
PROPERTY = "sample-webhook-property"


def settle_in(db: Connection, *, now: datetime, change: dict[str, Any] | None = None) -> None:
    """The sample communities are there; `change` replaces parts of the first."""
    given = read("organization.toml")
    given["communities"][0] |= change or {}
    import_organization(db, parse_organization(given), now=now)


def estate(db: Connection, name: str = "枫桥苑") -> Estate:
    return Estate(*db.execute(select(*estates.c).where(estates.c.name == name)).one())


def named(db: Connection, name: str) -> Person:
    """A worker or a member of staff."""
    return Person(*db.execute(select(*people_rows.c).where(people_rows.c.name == name)).one())


def resident(db: Connection, openid: str = "oLi", *, now: datetime) -> Person:
    return people.register_resident(
        db, channel=Channel.OFFICIAL_ACCOUNT, account="main", external_id=openid, now=now
    )


def reported(
    db: Connection,
    *,
    now: datetime,
    by: str = "oLi",
    kind: tuple[str, str] = ("property", "lighting"),
    urgency: Urgency = Urgency.NORMAL,
    text: str = "3号楼2单元楼道灯不亮了",
    place: str | None = "枫桥苑",
    rules: Rules = RULES,
    **more: Any,
) -> Case:
    """A resident's report is an open case."""
    here = Place(estate(db, place), "3", "2") if place else Place()
    community_id = int(db.execute(select(communities.c.id).order_by(communities.c.id).limit(1)).scalar_one())
    report = Report(community_id, *kind, urgency, text, here, **more)
    return open_case(db, resident(db, by, now=now), report, now=now, rules=rules).case


def events(db: Connection, case: Case, *kinds: EventKind) -> list[CaseEvent]:
    query = select(*case_events.c).where(case_events.c.case_id == case.id).order_by(case_events.c.id)
    found = [CaseEvent(*row) for row in db.execute(query)]
    return [event for event in found if not kinds or event.kind in kinds]


def steps(db: Connection, case: Case) -> list[str]:
    """The steps of the ladder that were taken, in order."""
    found = events(db, case, EventKind.SUPERVISED)
    return [str((event.data or {})["step"]) for event in found if "step" in (event.data or {})]


def timers_by_kind(db: Connection, case: Case) -> dict[TimerKind, Timer]:
    rows = db.execute(select(*timers.c).where(timers.c.case_id == case.id))
    return {timer.kind: timer for timer in (Timer(*row) for row in rows)}


def sent_to(db: Connection, address: str, *, having: str = "") -> list[OutgoingMessage]:
    """What was filed for one address, oldest first."""
    query = select(*outbox.c).join(destinations, destinations.c.id == outbox.c.destination_id)
    rows = db.execute(query.where(destinations.c.address == address).order_by(outbox.c.id))
    return [each for each in (OutgoingMessage(*row) for row in rows) if having in str(each.body["text"])]


def texts(messages: Sequence[OutgoingMessage]) -> list[str]:
    return [str(each.body["text"]) for each in messages]


def userid(db: Connection, name: str) -> str:
    return organization.wecom_userid_of(db, named(db, name).id) or ""
