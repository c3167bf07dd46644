"""Which cases may be about the same; on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from storage.alike import cases_alike
from storage.engine import Database
from storage.models.cases import CaseStatus, Urgency, cases
from storage.models.organization import communities, estates


def town(db: Connection) -> tuple[int, int, int, int]:
    """Two communities; the first has two estates: ids of community, estate, other estate, other community."""
    for code in ("one", "two"):
        db.execute(insert(communities).values(code=code, name=code, phone="", official_account=""))
    ids = list(db.execute(select(communities.c.id).order_by(communities.c.id)).scalars())
    for name in ("枫桥苑", "明园小区"):
        db.execute(insert(estates).values(community_id=ids[0], name=name, aliases=[], buildings=""))
    own = list(db.execute(select(estates.c.id).order_by(estates.c.id)).scalars())
    return ids[0], own[0], own[1], ids[1]


def row(number: int, community_id: int, now: datetime, **changes: Any) -> dict[str, Any]:
    return {
        "community_id": community_id,
        "year": 2026,
        "number": number,
        "category": "water",
        "subcategory": "leak",
        "urgency": Urgency.NORMAL,
        "status": CaseStatus.REGISTERED,
        "is_public": True,
        "is_confidential": False,
        "summary": "漏水",
        "estate_id": None,
        "building": None,
        "unit": None,
        "room": None,
        "spot": None,
        "grid_id": None,
        "handler_id": None,
        "opened_at": now,
        "respond_by": now + timedelta(days=1),
        "resolve_by": now + timedelta(days=5),
        "responded_at": None,
        "resolved_at": None,
        "resolution": "",
    } | changes


@pytest.mark.parametrize(
    ("estate", "building", "wide", "numbers"),
    [
        ("枫桥苑", "3", None, [2, 1]),
        ("枫桥苑", None, None, [5]),
        ("枫桥苑", "3", "outage", [9, 3, 2, 1]),
        ("枫桥苑", None, "outage", [9, 5, 3]),
        ("明园小区", "3", None, [4]),
        ("明园小区", "9", "outage", []),
    ],
)
def test_open_cases_of_the_category_at_this_place(
    database: Database,
    now: datetime,
    *,
    estate: str,
    building: str | None,
    wide: str | None,
    numbers: list[int],
) -> None:
    def story(db: Connection) -> list[int]:
        community, here, there, other = town(db)
        places: list[dict[str, Any]] = [
            {"estate_id": here, "building": "3"},
            {"estate_id": here, "building": "3", "unit": "2"},
            {"estate_id": here, "building": "4", "subcategory": "outage"},
            {"estate_id": there, "building": "3"},
            {"estate_id": here},
            {},
            {"estate_id": here, "building": "3", "status": CaseStatus.RESOLVED, "resolved_at": now},
            {"estate_id": here, "building": "3", "category": "noise"},
            {"estate_id": here, "building": "5", "subcategory": "outage"},
        ]
        rows = [row(number, community, now, **place) for number, place in enumerate(places, 1)]
        db.execute(insert(cases), [*rows, row(1, other, now)])
        found = cases_alike(
            db,
            community,
            categories=["water"],
            estate_id={"枫桥苑": here, "明园小区": there}[estate],
            building=building,
            wide=wide,
            limit=10,
        )
        return [case.number for case in found]

    assert database.write_now(story) == numbers


@pytest.mark.parametrize(
    ("building", "wide", "numbers"),
    [("3", None, [3, 1, 5]), ("3", "outage", [3, 1, 5, 6]), (None, None, [7])],
)
def test_settled_cases_the_last_settled_first(
    database: Database, now: datetime, *, building: str | None, wide: str | None, numbers: list[int]
) -> None:
    def days(count: int) -> datetime:
        return now - timedelta(days=count)

    def story(db: Connection) -> list[int]:
        community, here, *_ = town(db)
        ends: list[dict[str, Any]] = [
            {"status": CaseStatus.CLOSED, "resolved_at": days(20), "closed_at": days(13)},
            {"status": CaseStatus.CLOSED, "resolved_at": days(400), "closed_at": days(393)},
            {"status": CaseStatus.RESOLVED, "resolved_at": days(2), "closed_at": None},
            {"status": CaseStatus.MERGED, "closed_at": days(3)},
            {"status": CaseStatus.REJECTED, "closed_at": days(170)},
            {"status": CaseStatus.CLOSED, "closed_at": days(175), "building": "9", "subcategory": "outage"},
            {"status": CaseStatus.WITHDRAWN, "closed_at": days(1), "building": None},
            {"status": CaseStatus.REGISTERED},
        ]
        common = {"estate_id": here, "building": "3", "closed_at": None}
        rows = [row(number, community, now, **common | each) for number, each in enumerate(ends, 1)]
        db.execute(insert(cases), rows)
        found = cases_alike(
            db,
            community,
            categories=["water"],
            estate_id=here,
            building=building,
            wide=wide,
            limit=10,
            settled_since=days(180),
        )
        return [case.number for case in found]

    assert database.write_now(story) == numbers


def test_only_the_newest_are_looked_at(database: Database, now: datetime) -> None:
    def story(db: Connection) -> list[int]:
        community, here, *_ = town(db)
        db.execute(
            insert(cases),
            [row(number, community, now, estate_id=here, building="3") for number in range(1, 31)],
        )
        found = cases_alike(
            db, community, categories=["water", "property"], estate_id=here, building="3", limit=5
        )
        return [case.number for case in found]

    assert database.write_now(story) == [30, 29, 28, 27, 26]
