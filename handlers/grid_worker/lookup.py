"""Which case a worker means, and what the command says beside its number."""

from collections.abc import Callable
from typing import Final

from handlers.cases.handling import COMMUNITY_ROLES, is_unclaimed_emergency
from handlers.cases.states import MOVES, CaseAction
from handlers.errors import NoNumberGiven, NoSuchCase
from handlers.errors.cards import NothingToDo
from handlers.errors.units import NotAssignedToYou
from handlers.grid_worker.naming import WhichCase
from handlers.notices.cards import can_be_taken
from handlers.turn import Turn
from storage import assignments, organization
from storage import cases as case_rows
from storage.models.cases import Case
from storage.models.people import Role

LISTED: Final = 20  # cases in one answer
LOOKED_AT: Final = 200  # open cases among which the one meant is looked for
OF_THE_HANDLER: Final = frozenset(  # who has a case means that one when several could be meant
    {
        CaseAction.PROGRESS,
        CaseAction.RESOLVE,
        CaseAction.EXTEND,
        CaseAction.ASK,
        CaseAction.ASSIGN,
        CaseAction.DECLINE,
        CaseAction.CONSULT,
    }
)
AT_THE_SCENE: Final = frozenset({CaseAction.PROGRESS, CaseAction.CHECK_IN})  # 已到现场: an alarm comes first


def case_meant(turn: Turn, example: str, action: CaseAction | None = None) -> Case:
    """The case meant by a number, or the only one of which this can be done.

    Raises `WhichCase` when there are several, `NothingToDo` when there is none; without an action every open
    case of the speaker's counts.
    """
    if turn.command.case is None:
        return only_one(turn, example, action)
    return numbered(turn, turn.command.case, year_of(turn))


def desk_case(
    turn: Turn,
    example: str,
    action: CaseAction | None = None,
    *,
    such_as: Callable[[Case], bool] = lambda case: True,
) -> Case:
    """The case that a word of the desk names, in its text or in what it quotes; else as `case_meant`.

    `such_as`: which of them come into question.
    """
    said = turn.desk_word
    if said is None:
        raise NoNumberGiven(example)
    if said.case is None:
        return only_one(turn, example, action, such_as=such_as)
    return numbered(turn, said.case, said.year)


def only_one(
    turn: Turn,
    example: str,
    action: CaseAction | None,
    *,
    such_as: Callable[[Case], bool] = lambda case: True,
) -> Case:
    """The one case of which this can be done."""
    candidates = [case for case in candidates_for(turn, action) if such_as(case)]
    if not candidates:
        raise NothingToDo(example)
    if len(candidates) > 1:
        raise WhichCase(candidates, turn.estates, is_alone=not turn.message.chat)
    return candidates[0]


def candidates_for(turn: Turn, action: CaseAction | None) -> list[Case]:
    """The speaker's open cases of which this can be done; of several those they have themselves, if any."""
    cases = open_cases(turn, limit=LOOKED_AT)
    if action is CaseAction.CLAIM:
        return [case for case in cases if can_be_taken(case)]
    if action is None:
        return cases
    able = [case for case in cases if (case.status, action) in MOVES]
    own = [case for case in able if case.handler_id == turn.person.id]
    found = own if own and action in OF_THE_HANDLER else able
    alarms = [case for case in cases if is_unclaimed_emergency(case)] if action in AT_THE_SCENE else []
    return alarms + [case for case in found if case not in alarms]


def numbered(turn: Turn, number: int, year: int | None = None) -> Case:
    """The case of this number in the speaker's community; `NoSuchCase` when there is none."""
    community_id = turn.person.community_id or 0
    found = case_rows.case_numbered(turn.db, community_id=community_id, number=number, year=year)
    if found is None:
        raise NoSuchCase(str(number))
    if turn.person.role is Role.UNIT_MEMBER:
        _ensure_was_assigned(turn, found)
    return found


def open_cases(turn: Turn, *, limit: int = LISTED) -> list[Case]:
    """What is open in the speaker's grids, for staff in the whole community; the earliest deadline first.

    For a member of a unit what the unit has still to answer.
    """
    if turn.person.role in COMMUNITY_ROLES:
        community_id = turn.person.community_id or 0
        return case_rows.open_cases_of_community(turn.db, community_id, limit=limit)
    if turn.person.role is Role.UNIT_MEMBER:
        return assignments.cases_assigned_to(turn.db, turn.person.unit_id or 0, limit=limit)
    grids = organization.grids_of_worker(turn.db, turn.person.id)
    return case_rows.open_cases_of_grids(turn.db, grids, limit=limit)


def text_of(turn: Turn, name: str) -> str:
    """What the command says under this name; empty when it says nothing."""
    value = turn.command.args.get(name)
    return value.strip() if isinstance(value, str) else ""


def year_of(turn: Turn) -> int | None:
    """The year of a whole number (2026-0023); `None` when the command names none."""
    year = turn.command.args.get("year")
    return year if isinstance(year, int) else None


def _ensure_was_assigned(turn: Turn, case: Case) -> None:
    """A member of a unit knows of the cases that the unit had a sheet of, and of no others."""
    if assignments.last_assignment_of_unit(turn.db, case.id, turn.person.unit_id) is None:
        raise NotAssignedToYou(case.label)
