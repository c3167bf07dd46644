"""Quarrels between neighbours: who mediates between whom, and what they agreed on."""

import re
from datetime import datetime

from sqlalchemy import Connection

from handlers.cases.rights import ensure_may_act
from handlers.cases.states import CaseAction, next_status
from handlers.cases.subcategories import subcategory_of
from handlers.errors.units import AgreementEmpty, AgreementMissing, NobodyNamed, NotToBeMediated
from handlers.notices.assignments import tell_agreed
from storage import assignments
from storage import cases as case_rows
from storage.models.assignments import Mediation
from storage.models.cases import Case, EventKind
from storage.models.people import Person

AGREEMENT = re.compile(
    "约定|约好|协议|同意|达成|商定|商量好|谈好|谈妥|说好|说定|答应|承诺|保证|和解|谅解|互让"
)
NO_AGREEMENT = re.compile(
    r"^(?:双方)?(?:未能?|没有?能?)(?:达成|谈成|谈拢)|^(?:调解|协商)(?:不成|失败|未果|不了)"
)


def is_mediation(db: Connection, case: Case) -> bool:
    """邻里调解: by its subcategory, or because somebody mediates already."""
    if subcategory_of(case.category, case.subcategory).is_mediation:
        return True
    return assignments.mediation_of(db, case.id) is not None


def set_mediation(
    db: Connection,
    worker: Person,
    case_id: int,
    *,
    respondent: str | None,
    mediator: str | None,
    now: datetime,
) -> Mediation:
    """The case is a mediation between these; no residents' group hears of it, no reporter against whom it is.

    What is `None` stays as it was. Raises `NotToBeMediated` for a public case of another kind, `NobodyNamed`.
    """
    case = case_rows.lock_case(db, case_id)
    ensure_may_act(db, worker, case)
    next_status(case, CaseAction.SUPPLEMENT)
    if case.is_public and not is_mediation(db, case):
        raise NotToBeMediated(case.label, case.number)
    if not respondent and not mediator:
        raise NobodyNamed(case.number)
    case_rows.change_case(db, case.id, is_public=False)
    mediation = assignments.change_mediation(db, case, respondent=respondent, mediator=mediator)
    case_rows.add_event(db, case, EventKind.MEDIATED, person_id=worker.id, now=now)
    return mediation


def agree_on(db: Connection, worker: Person, case_id: int, agreement: str, *, now: datetime) -> Mediation:
    """The neighbours agreed; those who reported the case read on what. A later agreement replaces this one.

    Raises `NotToBeMediated`, `AgreementEmpty`.
    """
    case = case_rows.lock_case(db, case_id)
    ensure_may_act(db, worker, case)
    next_status(case, CaseAction.SUPPLEMENT)
    if case.is_public and not is_mediation(db, case):
        raise NotToBeMediated(case.label, case.number)
    if not agreement:
        raise AgreementEmpty(case.number)
    case_rows.change_case(db, case.id, is_public=False, responded_at=case.responded_at or now)
    mediation = assignments.change_mediation(db, case, agreement=agreement, agreed_at=now)
    event_id = case_rows.add_event(
        db, case, EventKind.AGREED, person_id=worker.id, now=now, data={"agreement": agreement}
    )
    tell_agreed(db, case, agreement, event_id, now=now)
    return mediation


def agreed_result(db: Connection, case: Case, result: str) -> str:
    """What the case is settled with: of a mediation the agreement of this round, of any other `result`.

    A result that tells what both agreed on is the agreement itself. Raises `AgreementMissing` when there is
    none and `result` does not say that there could be none.
    """
    mediation = assignments.mediation_of(db, case.id)
    is_settled = mediation is not None and mediation.agreed_at is not None
    if mediation is None or not is_settled or (mediation.agreed_at or case.round_at) < case.round_at:
        says = AGREEMENT.search(result) or NO_AGREEMENT.match(result)
        if result and is_mediation(db, case) and not says:
            raise AgreementMissing(case.label, case.number)
        return result
    if not result or NO_AGREEMENT.match(result):
        return result or f"达成协议：{mediation.agreement}"
    return f"{result.rstrip('。')}。达成协议：{mediation.agreement}"
