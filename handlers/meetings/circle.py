"""Whom a meeting concerns without anybody being named: reporters, neighbours, the property company, units."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.consultation.telling import RESIDENTS
from storage import assignments, invitations, meeting_circles, organization, people
from storage.invitations import Invitee
from storage.models.cases import Case
from storage.models.meetings import Meeting, Party
from storage.models.organization import Audience, Group, Unit, UnitKind
from storage.models.people import Person, Role
from storage.models.topics import Topic

PARTY_OF_UNIT = {UnitKind.PROPERTY: Party.PROPERTY, UnitKind.DEPARTMENT: Party.DEPARTMENT}


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited by name, beside the circle; `required` are ("person", id) and ("unit", id) of them."""

    person_ids: Sequence[int] = ()
    unit_ids: Sequence[int] = ()
    group_ids: Sequence[int] = ()
    required: frozenset[tuple[str, int]] = frozenset()


def circle_of(db: Connection, meeting: Meeting) -> list[Invitee]:
    """Everybody the meeting concerns by what it is about, each once.

    The reporters (required), the proposers and seconders; of a public matter the building leads, the
    property company and the residents' groups; the workers' groups of the grids; the units at work on its
    cases. What was told in confidence concerns nobody but those who told it.
    """
    every = meeting_circles.cases_of_meeting(db, meeting.id)
    cases = [each for each in every if not each.is_confidential]
    topics = _without_cases(meeting_circles.topics_of_meeting(db, meeting.id), every)
    found = [*_reporters(db, meeting), *_chair(meeting)]
    units = set(meeting_circles.units_at_work(db, meeting.id))
    if meeting.is_public:
        estate_ids = set(invitations.estates_of_meeting(db, meeting.id))
        found += _leads(db, meeting, topics, cases, estate_ids=estate_ids)
        units |= _property_of(db, meeting.community_id, estate_ids)
        found += [
            Invitee(Party.GROUP, group_id=group.id)
            for estate_id in sorted(estate_ids)
            for group in organization.residents_groups_of_estate(db, estate_id)
            if group.dismissed_at is None
        ]
    found += [invitee_of_unit(assignments.unit_by_id(db, each)) for each in sorted(units)]
    found += _grids(db, topics, cases)
    return each_once(found)


def by_name(db: Connection, extra: Invited) -> list[Invitee]:
    """Those who are named, as what they sit at the table."""
    required_units = {number for kind, number in extra.required if kind == "unit"}
    required = {number for kind, number in extra.required if kind == "person"}
    known = people.people_by_ids(db, {*extra.person_ids, *required})
    found = [invitee_of(db, each, is_required=each.id in required) for each in known.values()]
    for unit_id in sorted({*extra.unit_ids, *required_units}):
        unit = assignments.unit_by_id(db, unit_id)
        found.append(invitee_of_unit(unit, is_required=unit_id in required_units))
    groups = organization.groups_by_ids(db, list(extra.group_ids)) if extra.group_ids else []
    return found + [invitee_of_group(each) for each in groups]


def each_once(found: Iterable[Invitee]) -> list[Invitee]:
    """Whoever is invited in several roles is so in the first of them, and required if any says so."""
    once: dict[tuple[int | None, int | None, int | None], Invitee] = {}
    for each in found:
        key = (each.person_id, each.unit_id, each.group_id)
        first = once.setdefault(key, each)
        once[key] = first._replace(is_required=first.is_required or each.is_required)
    return list(once.values())


def spoken_for(db: Connection, found: Iterable[Invitee]) -> list[Invitee]:
    """The same without those for whom their unit's or grid's invitation speaks."""
    kept = list(found)
    units = {each.unit_id: index for index, each in enumerate(kept) if each.unit_id}
    groups = {each.group_id: index for index, each in enumerate(kept) if each.group_id}
    persons = people.people_by_ids(db, {each.person_id for each in kept if each.person_id is not None})
    left_out: set[int] = set()
    for index, each in enumerate(kept):
        person = persons.get(each.person_id or 0)
        own = None if person is None else _speaking_for(db, person, units, groups)
        if own is not None:
            kept[own] = kept[own]._replace(is_required=kept[own].is_required or each.is_required)
            left_out.add(index)
    return [each for index, each in enumerate(kept) if index not in left_out]


def invitee_of(db: Connection, person: Person, *, is_required: bool = False) -> Invitee:
    """As what a person sits at the table who is named."""
    if person.role is Role.UNIT_MEMBER and person.unit_id is not None:
        party = PARTY_OF_UNIT[assignments.unit_by_id(db, person.unit_id).kind]
    elif person.role in COMMUNITY_ROLES:
        party = Party.STAFF
    elif person.role is Role.BUILDING_LEAD:
        party = Party.REPRESENTATIVE
    else:
        party = Party.WORKER if person.role is Role.GRID_WORKER else Party.RESIDENT
    return Invitee(party, person_id=person.id, is_required=is_required)


def invitee_of_unit(unit: Unit, *, is_required: bool = False) -> Invitee:
    """The property company or a department, for which whoever of it answers speaks."""
    return Invitee(PARTY_OF_UNIT[unit.kind], unit_id=unit.id, is_required=is_required)


def invitee_of_group(group: Group) -> Invitee:
    """A group chat: of workers one that answers, of residents one that only reads."""
    if group.audience is Audience.WORKERS and group.unit_id is not None:
        return Invitee(Party.DEPARTMENT, unit_id=group.unit_id)
    is_read_only = group.audience is Audience.RESIDENTS or group.grid_id is None
    return Invitee(Party.GROUP if is_read_only else Party.WORKER, group_id=group.id)


def _reporters(db: Connection, meeting: Meeting) -> list[Invitee]:
    """Those who report; of who whispered nobody is to see that they did: they are any resident."""
    whispered = meeting_circles.reporters_of_meeting(db, meeting.id)
    backers = meeting_circles.backers_of_meeting(db, meeting.id)
    known = people.people_by_ids(db, {*whispered, *backers})
    residents = [each for each in known.values() if each.role in RESIDENTS]
    return [
        Invitee(Party.REPORTER, person_id=each.id, is_required=True)
        if not whispered.get(each.id, True)
        else invitee_of(db, each)
        for each in sorted(residents, key=lambda each: each.id)
    ]


def _chair(meeting: Meeting) -> list[Invitee]:
    if meeting.chair_id is None:
        return []
    return [Invitee(Party.STAFF, person_id=meeting.chair_id, is_required=True)]


def _leads(
    db: Connection,
    meeting: Meeting,
    topics: Sequence[Topic],
    cases: Sequence[Case],
    *,
    estate_ids: set[int],
) -> list[Invitee]:
    """The leads of the buildings concerned; of a whole estate all of them."""
    places = [(each.estate_id, each.building) for each in cases]
    places += [(each.estate_id, each.building) for each in topics]
    wide = {estate_id for estate_id, building in places if building is None}
    leads = meeting_circles.leads_of_estates(db, meeting.community_id, estate_ids) if estate_ids else []
    here = [each for each in leads if (each.estate_id, each.building) in places or each.estate_id in wide]
    return [Invitee(Party.REPRESENTATIVE, person_id=each.id) for each in here]


def _without_cases(topics: Sequence[Topic], cases: Sequence[Case]) -> list[Topic]:
    """The topics that say themselves where they are: no case of the meeting lies there."""
    told = {each.estate_id for each in cases}
    return [each for each in topics if each.estate_id not in told]


def _property_of(db: Connection, community_id: int, estate_ids: set[int]) -> set[int]:
    served = assignments.estates_served(db, community_id)
    companies = [
        each for each in assignments.units_of_community(db, community_id) if each.kind is UnitKind.PROPERTY
    ]
    return {each.id for each in companies if served.get(each.id, set()) & estate_ids}


def _grids(db: Connection, topics: Sequence[Topic], cases: Sequence[Case]) -> list[Invitee]:
    """The groups of the grids concerned; a grid without a group is asked worker by worker."""
    grid_ids = {each.grid_id for each in cases if each.grid_id is not None}
    for topic in topics:
        grid = _grid_of(db, topic)
        grid_ids |= {grid} if grid is not None else set()
    found: list[Invitee] = []
    for grid_id in sorted(grid_ids):
        group = organization.workers_group_of_grid(db, grid_id)
        workers = [] if group is not None else organization.workers_of_grid(db, grid_id)
        found += [Invitee(Party.WORKER, group_id=group.id)] if group is not None else []
        found += [Invitee(Party.WORKER, person_id=each.id) for each in workers]
    return found


def _grid_of(db: Connection, topic: Topic) -> int | None:
    if topic.estate_id is None:
        return None
    said = topic.building or ""
    grid = organization.grid_covering(db, topic.estate_id, int(said) if said.isdecimal() else None)
    return grid.id if grid else None


def _speaking_for(
    db: Connection, person: Person, units: Mapping[int, int], groups: Mapping[int, int]
) -> int | None:
    if person.role is Role.UNIT_MEMBER:
        return units.get(person.unit_id) if person.unit_id is not None else None
    if person.role is not Role.GRID_WORKER:
        return None
    for grid_id in organization.grids_of_worker(db, person.id):
        group = organization.workers_group_of_grid(db, grid_id)
        if group is not None and group.id in groups:
            return groups[group.id]
    return None
