"""Which open cases may be about the same; on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text

from storage.cases import open_cases_alike
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
    ("estate", "building", "numbers"),
    [
        ("枫桥苑", "3", [6, 5, 2, 1]),
        ("枫桥苑", None, [6, 5, 3, 2, 1]),
        ("明园小区", "3", [6, 4]),
        (None, None, [6, 5, 4, 3, 2, 1]),
    ],
)
def test_cases_of_the_category_at_a_place_that_may_be_this_one(
    database: Database, now: datetime, *, estate: str | None, building: str | None, numbers: list[int]
) -> None:
    def story(db: Connection) -> list[int]:
        community, here, there, other = town(db)
        places: list[dict[str, Any]] = [
            {"estate_id": here, "building": "3"},
            {"estate_id": here, "building": "3", "unit": "2"},
            {"estate_id": here, "building": "4"},
            {"estate_id": there, "building": "3"},
            {"estate_id": here},
            {},
            {"estate_id": here, "building": "3", "status": CaseStatus.RESOLVED},
            {"estate_id": here, "building": "3", "category": "noise"},
        ]
        rows = [row(number, community, now, **place) for number, place in enumerate(places, 1)]
        db.execute(insert(cases), [*rows, row(1, other, now)])
        estate_id = {"枫桥苑": here, "明园小区": there, None: None}[estate]
        found = open_cases_alike(
            db, community, categories=["water"], estate_id=estate_id, building=building, limit=10
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
        found = open_cases_alike(
            db, community, categories=["water", "property"], estate_id=here, building="3", limit=5
        )
        return [case.number for case in found]

    assert database.write_now(story) == [30, 29, 28, 27, 26]


def test_the_index_of_open_places_is_used(database: Database, now: datetime) -> None:
    """Else a hundred thousand open cases would be read for every report."""

    def plan(db: Connection) -> str:
        if db.dialect.name == "sqlite":
            verb = "EXPLAIN QUERY PLAN"
        else:
            db.execute(text("SET LOCAL enable_seqscan = off"))
            verb = "EXPLAIN"
        statement = (
            "SELECT id FROM cases WHERE community_id = 1 AND category = 'water' AND estate_id = 1"
            " AND building = '3' AND status IN"
            " ('registered','claimed','in_progress','dispatched','consulting','waiting') ORDER BY id DESC"
        )
        return "\n".join(str(line) for line in db.execute(text(f"{verb} {statement}")))

    assert "ix_cases_open_place" in database.write_now(plan)
