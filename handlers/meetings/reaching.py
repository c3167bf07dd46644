"""All who are invited are told: alone, in the group of their unit or grid, residents' groups openly."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from handlers.consultation.telling import (
    RESIDENTS,
    News,
    tell_desk,
    tell_groups,
    tell_people,
    tell_residents_groups,
    tell_unit,
)
from handlers.replies.formats import without_call
from handlers.replies.invitations import text_for_helper, to_be_phoned
from storage import assignments, meeting_circles, organization, people
from storage.models.meetings import Invitation, Meeting
from storage.models.organization import Audience, Group
from storage.models.people import Person

TextOf = Callable[[Invitation], str]
CardOf = Callable[[str], dict[str, Any]]  # by the place it stands in


@dataclass(frozen=True, slots=True)
class Words:
    """What is told: `text` to who is invited, with 「@回音 」 before commands; `public` to residents' groups.

    An empty `public` tells residents' groups nothing; those of the invitations `read_before` read it also
    of a meeting that is not public any more. `about` heads the list of those whom the desk must
    phone; without it the desk is not told of them. `below` stands below the text of a resident.
    """

    text: TextOf
    public: str = ""
    about: str = ""
    below: str = ""
    card: CardOf | None = None
    read_before: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Told:
    """How many were told, and the names of those whom nothing reaches."""

    persons: int
    units: int
    workers_groups: int
    residents_groups: int
    unreached: tuple[str, ...]


def tell_invited(
    db: Connection,
    news: News,
    meeting: Meeting,
    rows: Sequence[Invitation],
    *,
    words: Words,
    but: int | None = None,
) -> Told:
    """Each of them is told once, but the person who caused it; the desk hears whom it must phone."""
    missed = _tell_persons(db, news, rows, words, but=but)
    unreached = [called(db, each) for each in _tell_helpers(db, news, meeting, missed)]
    persons = sum(each.person_id is not None and each.person_id != but for each in rows)
    units = [each for each in rows if each.unit_id is not None]
    unreached += _tell_units(db, news, units, words)
    groups = _groups(db, rows)
    workers, residents = groups[Audience.WORKERS], groups[Audience.RESIDENTS]
    unreached += _tell_workers(db, news, workers, rows, words=words)
    known = {each.group_id for each in rows if meeting.is_public or each.id in words.read_before}
    reading = [each for each in residents if each.id in known] if words.public else []
    unheard = [each for each in residents if each not in reading]
    unheard += tell_residents_groups(db, news, reading, words.public)
    if unreached and words.about:
        phone = replace(news, key=f"{news.key}:phone")
        tell_desk(db, phone, to_be_phoned(meeting, unreached, news=words.about))
    return Told(persons, len(units), len(workers), len(residents) - len(unheard), tuple(unreached))


def called(db: Connection, person: Person) -> str:
    """How staff call somebody: by name, else by estate and building."""
    if person.name:
        return person.name
    if person.estate_id is None:
        return "居民（未留姓名）"
    building = f"{person.building}号楼" if person.building and person.building.isalnum() else ""
    return f"{organization.estate_by_id(db, person.estate_id).name}{building}居民"


def names_of(db: Connection, rows: Iterable[Invitation]) -> dict[int, str]:
    """How staff call each invited party, by the invitation's number."""
    listed = list(rows)
    persons = people.people_by_ids(db, {each.person_id for each in listed if each.person_id is not None})
    group_ids = [each.group_id for each in listed if each.group_id is not None]
    groups = {each.id: each for each in organization.groups_by_ids(db, group_ids)} if group_ids else {}
    names: dict[int, str] = {}
    for each in listed:
        if each.person_id is not None:
            names[each.id] = called(db, persons[each.person_id])
        elif each.unit_id is not None:
            names[each.id] = assignments.unit_by_id(db, each.unit_id).name
        elif each.group_id is not None:
            names[each.id] = _group_name(db, groups[each.group_id])
    return names


def _group_name(db: Connection, group: Group) -> str:
    return organization.grid_by_id(db, group.grid_id).name if group.grid_id is not None else group.name


def _tell_persons(
    db: Connection, news: News, rows: Sequence[Invitation], words: Words, *, but: int | None
) -> list[tuple[Person, str]]:
    """Those who read the same are told together; gives those whom nothing reaches, with what they miss."""
    persons = people.people_by_ids(db, {each.person_id for each in rows if each.person_id is not None})
    by_text: dict[str, list[Person]] = {}
    for each in rows:
        person = persons.get(each.person_id or 0)
        if person is None:
            continue
        text = words.text(each)
        if person.role in RESIDENTS:
            text = "\n".join(filter(None, [without_call(text), words.below]))
        by_text.setdefault(text, []).append(person)
    return [
        (person, text)
        for text, those in by_text.items()
        for person in tell_people(db, news, those, text, but=but)
    ]


def _tell_helpers(
    db: Connection, news: News, meeting: Meeting, missed: Sequence[tuple[Person, str]]
) -> list[Person]:
    """Who reported for somebody without an account reads it for them; gives those who have nobody."""
    if not missed:
        return []
    helpers_of = meeting_circles.helpers_of_meeting(db, meeting.id)
    unreached: list[Person] = []
    for person, text in missed:
        known = people.people_by_ids(db, helpers_of.get(person.id, [])).values()
        helpers = [each for each in known if each.role in RESIDENTS]
        own = replace(news, key=f"{news.key}:for:{person.id}")
        told = text_for_helper(person.name or "您代报的邻居", text)
        if not helpers or len(tell_people(db, own, helpers, told)) == len(helpers):
            unreached.append(person)
    return unreached


def _tell_units(db: Connection, news: News, rows: Iterable[Invitation], words: Words) -> list[str]:
    missed: list[str] = []
    for each in rows:
        unit = assignments.unit_by_id(db, each.unit_id or 0)
        group = assignments.group_of_unit(db, unit.id)
        card = words.card(str(group.id)) if words.card is not None and group is not None else None
        if not tell_unit(db, news, unit.id, words.text(each), card=card):
            missed.append(unit.name)
    return missed


def _tell_workers(
    db: Connection, news: News, groups: Sequence[Group], rows: Iterable[Invitation], *, words: Words
) -> list[str]:
    by_group = {each.group_id: each for each in rows}
    missed: list[Group] = []
    for group in groups:
        cards = {group.id: words.card(str(group.id))} if words.card is not None else None
        missed += tell_groups(db, news, [group], words.text(by_group[group.id]), cards=cards)
    return [each.name for each in missed]


def _groups(db: Connection, rows: Iterable[Invitation]) -> Mapping[Audience, list[Group]]:
    ids = [each.group_id for each in rows if each.group_id is not None]
    found = organization.groups_by_ids(db, ids) if ids else []
    return {kind: [each for each in found if each.audience is kind] for kind in Audience}
