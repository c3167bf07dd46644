"""Which case a report belongs to: the same problem at the same place, open, or settled not long ago."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.cases.reports import Place, Report
from handlers.cases.subcategories import subcategory_of
from handlers.rules import Rules
from nlp.reading import Reading
from nlp.similarity import SAME, likeness_of_topics, same_problem
from storage.alike import cases_alike
from storage.models.cases import Case, CaseStatus

Read = Callable[[str], Reading]

LOOKED_AT: Final = 20  # candidates that are compared, the newest first
TOPIC_SHARE: Final = 0.15  # of the beliefs, from which on another category is looked into as well
GENERAL: Final = "general"  # the subcategory of what nothing more is known of
MUCH_ALIKE: Final = 0.5  # score that two kinds need, unless both are public and of one category


def open_case_alike(db: Connection, report: Report, read: Read) -> Case | None:
    """The open case of the same problem at the same place, the newest first; `None` when there is none."""
    return _first_alike(db, report, read, settled_since=None)


def settled_case_alike(
    db: Connection, report: Report, read: Read, *, now: datetime, rules: Rules
) -> Case | None:
    """The case of the same problem at the same place that was settled within the last 180 days.

    One that its own reporters took back was never settled: it stays as it is.
    """
    since = now - rules.supervision.reopen_within
    return _first_alike(db, report, read, settled_since=since)


def is_same_place(case: Case, place: Place, *, is_public: bool, is_wide: bool) -> bool:
    """Whether both may be the same spot: same estate, and nothing that was said of both differs.

    What reaches a whole estate (no water, no heat) is the same whatever the building. Otherwise the building
    must be said of both or of neither. Rooms count only for what is not public: two neighbours see one lift,
    but each has a pipe of their own.
    """
    if place.estate is None or case.estate_id != place.estate.id:
        return False
    if is_wide:
        return True
    if case.building != place.building or _differ(case.unit, place.unit):
        return False
    if case.building is None and _differ_in_words(case.spot, place.spot):
        return False
    return is_public or case.room == place.room


def _first_alike(
    db: Connection, report: Report, read: Read, *, settled_since: datetime | None
) -> Case | None:
    estate = report.place.estate
    if estate is None:
        return None
    reading = read(report.text)
    kind = subcategory_of(report.category, report.subcategory)
    candidates = cases_alike(
        db,
        report.community_id,
        categories=_categories(reading, kind.category),
        estate_id=estate.id,
        building=report.place.building,
        wide=kind.code if kind.is_wide else None,
        limit=LOOKED_AT,
        settled_since=settled_since,
    )
    return next((case for case in candidates if _is_the_same(case, report, reading, read=read)), None)


def _is_the_same(case: Case, report: Report, reading: Reading, *, read: Read) -> bool:
    kind = subcategory_of(report.category, report.subcategory)
    other = subcategory_of(case.category, case.subcategory)
    is_wide = kind.is_wide and kind == other
    if case.is_confidential or case.status is CaseStatus.WITHDRAWN:
        return False
    if not is_same_place(case, report.place, is_public=kind.is_public and other.is_public, is_wide=is_wide):
        return False
    told = read(case.summary)
    score = likeness_of_topics(reading, told) if is_wide else same_problem(reading, told).score
    is_shared = kind == other or (kind.category == other.category and kind.is_public and other.is_public)
    return score >= (SAME if is_shared else MUCH_ALIKE)


def _categories(reading: Reading, own: str) -> Sequence[str]:
    """The report's category first, then those its words may be about as well."""
    shares: dict[str, float] = {}
    for topic, share in reading.topics.items():  # water/sewer
        category = topic.partition("/")[0]
        shares[category] = shares.get(category, 0.0) + share
    return [own, *(each for each, share in shares.items() if share >= TOPIC_SHARE and each != own)]


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _differ_in_words(one: str | None, other: str | None) -> bool:
    """东门 and 西门 differ; 东门 and 东门口 do not, nor does a spot that was not said."""
    if one is None or other is None:
        return one != other
    return one not in other and other not in one
