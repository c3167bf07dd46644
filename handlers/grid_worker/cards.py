"""A button of a card was tapped: the same is done as for the typed command, with the same rights."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from handlers.auditing import Audited, record
from handlers.cases.assigning import assign_case, decline_case, hand_over
from handlers.cases.handling import claim_case
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors import UserError
from handlers.errors.cards import CardOutdated, NobodyChosen
from handlers.grid_worker import invitations
from handlers.grid_worker.meeting_calls import proposed
from handlers.grid_worker.router import router
from handlers.grid_worker.sheets import hand_to_unit
from handlers.messages import MessageKind
from handlers.notices.cards import TASK, names_to_choose, present_card
from handlers.replies.assigning import assigned_in_group, declined_in_group
from handlers.replies.cards import CHOICE, CLAIM, CONSULT, DESK, HAND_ON, SETTLED
from handlers.turn import Reply, Turn
from storage import assignments, people
from storage import cases as case_rows
from storage.models.cases import Case
from storage.writers import savepoint

TO_DESK: Final = "在卡片上转交社区安排"
RECIPIENT: Final = re.compile(r"(?P<kind>unit|person):(?P<id>\d{1,18})", re.ASCII)


@router.on(MessageKind.CARD)
def tapped(turn: Turn) -> Reply:
    """接单, 转交 or 需要议事: done, and the card shows everybody what became of the case.

    A refusal is told to who tapped, and stays on record: what the button did is undone, not the record.
    """
    payload = turn.message.payload
    task_id, key = str(payload.get("task_id", "")), str(payload.get("event_key", ""))
    if key == SETTLED:
        return Reply()
    if invitations.is_invitation(task_id):
        return invitations.tapped(turn, task_id, key)
    case = _case_of(turn, task_id)
    doing = DOINGS.get(key)
    if case is None or doing is None:
        return _refused(turn, CardOutdated(), case=case)
    try:
        with savepoint(turn.db):
            said = doing(turn, case)
    except UserError as refusal:
        card = present_card(turn.db, case, task_id=task_id, now=turn.now)
        return Reply(_refused(turn, refusal, case=case).text, card)
    return Reply(said, present_card(turn.db, case, task_id=task_id, now=turn.now))


def _case_of(turn: Turn, task_id: str) -> Case | None:
    """The case of a card that we sent to the speaker's community; `None` for any other card."""
    found = TASK.fullmatch(task_id)
    case = case_rows.case_with_event(turn.db, int(found["case"]), int(found["event"])) if found else None
    return case if case is not None and case.community_id == turn.person.community_id else None


def _refused(turn: Turn, refusal: UserError, *, case: Case | None) -> Reply:
    payload = turn.message.payload
    facts = {"task": payload.get("task_id"), "key": payload.get("event_key"), "why": type(refusal).__name__}
    record(turn.db, turn.person, Audited.CARD_REFUSED, now=turn.now, case=case, data=facts)
    return Reply(f"{turn.person.name}：{refusal}")


def _claim(turn: Turn, case: Case) -> str:
    """Nothing is to be said: the card says who has it."""
    claim_case(turn.db, turn.person, case.id, now=turn.now, said_in=turn.message.chat)
    return ""


def _hand_on(turn: Turn, case: Case) -> str:
    chosen = _chosen(turn.message.payload)
    if chosen == DESK:
        return declined_in_group(
            decline_case(turn.db, turn.person, case.id, TO_DESK, now=turn.now, rules=turn.rules)
        )
    found = RECIPIENT.fullmatch(chosen)
    if found is None:
        raise _nobody_chosen(turn, case)
    if found["kind"] == "unit":
        return _to_unit(turn, case, int(found["id"]))
    return _to_person(turn, case, int(found["id"]))


def _to_unit(turn: Turn, case: Case, unit_id: int) -> str:
    units = {each.id: each for each in assignments.units_of_community(turn.db, case.community_id)}
    if unit_id not in units:
        raise _nobody_chosen(turn, case)
    return hand_to_unit(turn, case, units[unit_id].name).text


def _to_person(turn: Turn, case: Case, person_id: int) -> str:
    to = people.people_by_ids(turn.db, [person_id]).get(person_id)
    if to is None:
        raise _nobody_chosen(turn, case)
    hand = assign_case if turn.person.role in COMMUNITY_ROLES else hand_over
    return assigned_in_group(hand(turn.db, turn.person, case.id, to, now=turn.now, rules=turn.rules), to.name)


def _nobody_chosen(turn: Turn, case: Case) -> NobodyChosen:
    """What to do instead, with a colleague and a unit that this case could go to."""
    return NobodyChosen(case.number, names_to_choose(turn.db, case, turn.person))


def _chosen(payload: Mapping[str, Any]) -> str:
    """The one option that was chosen of the drop-down; empty when none or several are."""
    selected = payload.get("selected")
    options = selected.get(CHOICE) if isinstance(selected, Mapping) else None
    return str(options[0]) if isinstance(options, list) and len(options) == 1 else ""


def _consult(turn: Turn, case: Case) -> str:
    return proposed(turn, case)


DOINGS: Final[Mapping[str, Callable[[Turn, Case], str]]] = {
    CLAIM: _claim,
    HAND_ON: _hand_on,
    CONSULT: _consult,
}
