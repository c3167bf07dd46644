"""Which case a worker means, and what the command says beside its number."""

from handlers.cases.handling import COMMUNITY_ROLES
from handlers.errors import NoNumberGiven, NoSuchCase
from handlers.errors.units import NotAssignedToYou
from handlers.turn import Turn
from storage import assignments, organization
from storage import cases as case_rows
from storage.models.cases import Case
from storage.models.people import Role

LISTED = 20  # cases in one answer


def case_meant(turn: Turn, example: str) -> Case:
    """The case meant by a number, or the only open one of the speaker's grids."""
    if turn.command.case is None:
        candidates = open_cases(turn)
        if len(candidates) != 1:
            raise NoNumberGiven(example)
        return candidates[0]
    return numbered(turn, turn.command.case)


def desk_case(turn: Turn, example: str) -> Case:
    """The case that a word of the desk names, in its text or in what it quotes."""
    said = turn.desk_word
    if said is None or said.case is None:
        raise NoNumberGiven(example)
    return numbered(turn, said.case, said.year)


def numbered(turn: Turn, number: int, year: int | None = None) -> Case:
    """The case of this number in the speaker's community; `NoSuchCase` when there is none."""
    community_id = turn.person.community_id or 0
    found = case_rows.case_numbered(turn.db, community_id=community_id, number=number, year=year)
    if found is None:
        raise NoSuchCase(str(number))
    if turn.person.role is Role.UNIT_MEMBER:
        _ensure_was_assigned(turn, found)
    return found


def open_cases(turn: Turn) -> list[Case]:
    """What is open in the speaker's grids, for staff in the whole community; the earliest deadline first.

    For a member of a unit what the unit has still to answer.
    """
    if turn.person.role in COMMUNITY_ROLES:
        community_id = turn.person.community_id or 0
        return case_rows.open_cases_of_community(turn.db, community_id, limit=LISTED)
    if turn.person.role is Role.UNIT_MEMBER:
        return assignments.cases_assigned_to(turn.db, turn.person.unit_id or 0, limit=LISTED)
    grids = organization.grids_of_worker(turn.db, turn.person.id)
    return case_rows.open_cases_of_grids(turn.db, grids, limit=LISTED)


def text_of(turn: Turn, name: str) -> str:
    """What the command says under this name; empty when it says nothing."""
    value = turn.command.args.get(name)
    return value.strip() if isinstance(value, str) else ""


def _ensure_was_assigned(turn: Turn, case: Case) -> None:
    """A member of a unit knows of the cases that the unit had a sheet of, and of no others."""
    if assignments.last_assignment_of_unit(turn.db, case.id, turn.person.unit_id) is None:
        raise NotAssignedToYou(case.label)
