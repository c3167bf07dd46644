"""Trouble that keeps coming back: many cases of one kind in one estate, or one case reopened again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, union

from storage.models.base import one
from storage.models.cases import REOPENED, CaseStatus, cases
from storage.models.topics import RECURS, Topic, TopicSource, topics

NO_TROUBLE: Final = (CaseStatus.MERGED, CaseStatus.WITHDRAWN, CaseStatus.REJECTED)
_IN = cases.c.community_id == bindparam("community_id")
_REAL = cases.c.status.not_in(NO_TROUBLE)
_KIND = (cases.c.estate_id, cases.c.category, cases.c.subcategory)
_OFTEN = (
    select(*_KIND)
    .where(
        _IN,
        cases.c.opened_at >= bindparam("since"),
        _REAL,
        cases.c.estate_id.is_not(None),
        cases.c.subcategory != bindparam("general"),
    )
    .group_by(*_KIND)
    .having(func.count() >= bindparam("times"))
)
_AGAIN = select(*_KIND).where(
    _IN,
    REOPENED,
    cases.c.round_at >= bindparam("since"),
    cases.c.reopen_count >= bindparam("reopens"),
    _REAL,
    cases.c.estate_id.is_not(None),
)
_KINDS = union(_OFTEN, _AGAIN)
_CASES = (
    select(cases.c.id)
    .where(
        _IN,
        cases.c.estate_id == bindparam("estate_id"),
        cases.c.category == bindparam("category"),
        cases.c.subcategory == bindparam("subcategory"),
        cases.c.opened_at >= bindparam("since"),
        _REAL,
    )
    .order_by(cases.c.opened_at.desc())
    .limit(bindparam("limit"))
)
_REOPENED_CASES = (
    select(cases.c.id)
    .where(
        _IN,
        REOPENED,
        cases.c.round_at >= bindparam("since"),
        cases.c.reopen_count >= bindparam("reopens"),
        cases.c.estate_id == bindparam("estate_id"),
        cases.c.category == bindparam("category"),
        cases.c.subcategory == bindparam("subcategory"),
        _REAL,
    )
    .order_by(cases.c.id.desc())
    .limit(bindparam("limit"))
)
_OF_KEY = (
    select(*topics.c)
    .where(topics.c.community_id == bindparam("community_id"), RECURS, topics.c.recurs == bindparam("recurs"))
    .order_by(topics.c.id.desc())
    .limit(1)
)
_SUGGESTED = (
    select(func.count())
    .select_from(topics)
    .where(
        topics.c.community_id == bindparam("community_id"),
        RECURS,
        topics.c.source == TopicSource.RECURRING,
        topics.c.proposed_at >= bindparam("since"),
    )
)


@dataclass(frozen=True, slots=True)
class Often:
    """What counts as coming back: so many cases, or one case reopened so often, since then."""

    times: int
    reopens: int
    since: datetime
    general: str  # the subcategory of what nothing more is known of: three such are not one trouble


@dataclass(frozen=True, slots=True)
class Trouble:
    """One kind of trouble in one estate."""

    estate_id: int
    category: str
    subcategory: str

    @property
    def key(self) -> str:
        """What names it in a topic's `recurs`."""
        return f"{self.estate_id}:{self.category}/{self.subcategory}"


def recurring_troubles(db: Connection, community_id: int, often: Often) -> list[Trouble]:
    """What keeps coming back in the community, in the order of estates and kinds."""
    asked = {
        "community_id": community_id,
        "since": often.since,
        "times": often.times,
        "reopens": often.reopens,
        "general": often.general,
    }
    found = [Trouble(*row) for row in db.execute(_KINDS, asked)]
    return sorted(found, key=lambda each: (each.estate_id, each.category, each.subcategory))


def cases_of_trouble(
    db: Connection, community_id: int, trouble: Trouble, often: Often, *, limit: int
) -> list[int]:
    """Its cases since then and those reopened so often, each once, in order; the newest when there are more.

    Of what only one case reopened again makes a trouble, that case alone.
    """
    asked = {
        "community_id": community_id,
        "estate_id": trouble.estate_id,
        "category": trouble.category,
        "subcategory": trouble.subcategory,
        "since": often.since,
        "limit": limit,
    }
    lately = list(db.execute(_CASES, asked).scalars())
    again = list(db.execute(_REOPENED_CASES, asked | {"reopens": often.reopens}).scalars())
    is_often = len(lately) >= often.times and trouble.subcategory != often.general
    return sorted({*(lately if is_often else []), *again})[-limit:]


def last_topic_of(db: Connection, community_id: int, trouble: Trouble) -> Topic | None:
    """The last topic that was suggested of it, however it ended; `None` when there was none."""
    return one(Topic, db.execute(_OF_KEY, {"community_id": community_id, "recurs": trouble.key}).first())


def suggested_since(db: Connection, community_id: int, since: datetime) -> int:
    """How many topics were suggested in the community since then."""
    count: int = db.execute(_SUGGESTED, {"community_id": community_id, "since": since}).scalar_one()
    return count
