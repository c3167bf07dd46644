"""Homes where somebody needs care: entered by staff; what concerns them is more urgent."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.auditing import Audited, record
from handlers.cases.reports import Place, Report
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.cases.subcategories import subcategory_of
from handlers.errors import NotAllowed
from handlers.errors.desk import HomeIncomplete, NoSuchHousehold
from handlers.privacy import is_between_neighbours
from storage import cases as case_rows
from storage import households
from storage.models.cases import Case, Urgency
from storage.models.desk import Household
from storage.models.people import Person

KIND_LABELS: Final = {
    "elderly_alone": "独居老人",
    "disabled": "残疾或失能",
    "infant": "婴幼儿",
    "other": "需要照顾",
}
LISTED: Final = 50  # homes in one answer
RAISED: Final = (Urgency.LOW, Urgency.NORMAL)


@dataclass(frozen=True, slots=True)
class Care:
    """Who lives behind a door, in kinds and in the words of staff."""

    kinds: tuple[str, ...]
    note: str


def register_household(db: Connection, staff: Person, place: Place, care: Care, *, now: datetime) -> None:
    """Somebody behind this door needs care; what was entered of it before is replaced."""
    _ensure_staff(staff)
    estate_id, building, room = _door(place)
    households.keep_household(
        db,
        staff.community_id or 0,
        door=(estate_id, building, place.unit or "", room),
        kinds=care.kinds,
        note=care.note,
        entered_by_id=staff.id,
        now=now,
    )


def unregister_household(db: Connection, staff: Person, place: Place) -> None:
    """Nobody behind this door needs care any more; `NoSuchHousehold` when nobody was known to."""
    _ensure_staff(staff)
    estate_id, building, room = _door(place)
    found = households.households_behind(db, estate_id, building=building, unit=place.unit, room=room)
    if not found:
        raise NoSuchHousehold(f"{place.estate.name if place.estate else ''}{building}号楼{room}室")
    households.remove_households(db, [each.id for each in found])


def list_households(db: Connection, staff: Person, *, now: datetime) -> list[Household]:
    """Every home of the community where somebody needs care; that they were looked at is on record."""
    _ensure_staff(staff)
    record(db, staff, Audited.HOUSEHOLDS_SHOWN, now=now)
    return households.households_of(db, staff.community_id or 0, limit=LISTED)


def care_for(db: Connection, place: Place, reporter: Person | None = None) -> list[str]:
    """The kinds of care needed behind the door that was said, or in the reporter's own home when none was.

    A home elsewhere than where the trouble is does not count.
    """
    kinds: list[str] = []
    for home in _homes(db, place, reporter):
        kinds += [kind for kind in home.kinds if kind not in kinds]
    return kinds


def raised_by_care(db: Connection, report: Report, reporter: Person) -> Report:
    """The report, more urgent than it says when it concerns a home where somebody needs care."""
    if report.urgency not in RAISED or not care_for(db, report.place, _whose_home(report, reporter)):
        return report
    return replace(report, urgency=Urgency.HIGH)


def care_of_case(db: Connection, case: Case) -> list[str]:
    """The kinds of care that a case concerns.

    By its reporters' homes only when it is no public matter and nobody reported it in confidence: else the
    home would tell who they are.
    """
    if case.estate_id is None:
        return []
    if case.room is not None and case.building is not None:
        found = households.households_behind(
            db, case.estate_id, building=case.building, unit=case.unit, room=case.room
        )
        return _kinds(found)
    if case.has_whisper or not _is_private(case.category, case.subcategory, case.summary):
        return []
    homes = [_own_home(db, each, case.estate_id) for each in case_rows.reporters_of(db, case.id)]
    return _kinds([home for found in homes for home in found])


def care_text(kinds: list[str]) -> str:
    """The kinds in words."""
    return "、".join(KIND_LABELS.get(kind, KIND_LABELS["other"]) for kind in kinds)


def _ensure_staff(staff: Person) -> None:
    if staff.role not in COMMUNITY_ROLES:
        raise NotAllowed("登记特殊家庭")


def _door(place: Place) -> tuple[int, str, str]:
    if place.estate is None or place.building is None or place.room is None:
        raise HomeIncomplete
    return place.estate.id, place.building, place.room


def _homes(db: Connection, place: Place, reporter: Person | None) -> list[Household]:
    if place.room is None:
        estate_id = place.estate.id if place.estate else None
        is_elsewhere = reporter is not None and place.building not in (None, reporter.building)
        return [] if reporter is None or is_elsewhere else _own_home(db, reporter, estate_id)
    if place.estate is None or place.building is None:
        return []
    return households.households_behind(
        db, place.estate.id, building=place.building, unit=place.unit, room=place.room
    )


def _own_home(db: Connection, person: Person, estate_id: int | None) -> list[Household]:
    if person.estate_id is None or person.building is None or person.room is None:
        return []
    if estate_id not in (None, person.estate_id):
        return []
    return households.households_behind(
        db, person.estate_id, building=person.building, unit=person.unit, room=person.room
    )


def _kinds(found: list[Household]) -> list[str]:
    return list(dict.fromkeys(kind for home in found for kind in home.kinds))


def _whose_home(report: Report, reporter: Person) -> Person | None:
    """The reporter where it is about their home; of a public matter nobody's."""
    return reporter if _is_private(report.category, report.subcategory, report.text) else None


def _is_private(category: str, subcategory: str | None, text: str) -> bool:
    kind = subcategory_of(category, subcategory)
    return not kind.is_public or is_between_neighbours(kind.category, text)
