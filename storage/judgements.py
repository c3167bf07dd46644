"""Evaluations of rounds of cases, and thanks that name a worker."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, bindparam, insert, select, update

from storage.dialects import PerDialect, insert_row
from storage.models.base import many, one
from storage.models.cases import Case, CaseStatus, cases, reports
from storage.models.judgements import Commendation, Evaluation, commendations, evaluations
from storage.models.people import Person, Role, people

WORKING_ROLES = (Role.GRID_WORKER, Role.UNIT_MEMBER, Role.STAFF, Role.HEAD)
SEARCHED = 50  # of a person's newest cases: what may still be judged lies among them

_KEEP = PerDialect(
    evaluations,
    lambda statement: statement.on_conflict_do_update(
        index_elements=["case_id", "round", "person_id"],
        set_={
            name: getattr(statement.excluded, name)
            for name in ("rating", "is_partly", "reason", "evaluated_at")
        },
    ),
)
_OF_ROUND = (
    select(*evaluations.c)
    .where(evaluations.c.case_id == bindparam("case_id"), evaluations.c.round == bindparam("round"))
    .order_by(evaluations.c.evaluated_at, evaluations.c.id)
)
_GIVE_REASON = (
    update(evaluations)
    .where(
        evaluations.c.case_id == bindparam("of_case"),
        evaluations.c.round == bindparam("of_round"),
        evaluations.c.person_id == bindparam("of_person"),
    )
    .values(reason=bindparam("why"))
)


def _reported(by: ColumnElement[bool]) -> Select[tuple[int]]:
    query = select(reports.c.case_id).where(by, reports.c.left_at.is_(None))
    return query.order_by(reports.c.id.desc()).limit(bindparam("limit"))


_MINE = _reported(reports.c.person_id == bindparam("person_id"))
_FOR_OTHERS = _reported(reports.c.entered_by_id == bindparam("person_id"))
_BY_IDS = select(*cases.c).where(cases.c.id.in_(bindparam("ids", expanding=True)))
_LAST_WORD = (
    select(evaluations.c.case_id, evaluations.c.evaluated_at)
    .join(cases, cases.c.id == evaluations.c.case_id)
    .where(
        evaluations.c.case_id.in_(bindparam("ids", expanding=True)),
        evaluations.c.person_id == bindparam("person_id"),
        evaluations.c.round == cases.c.reopen_count,
    )
)
_ADD_COMMENDATION = insert(commendations)
_COMMENDED = (
    select(*commendations.c)
    .where(commendations.c.worker_id == bindparam("worker_id"))
    .order_by(commendations.c.id.desc())
    .limit(bindparam("limit"))
)
_THANKED_SINCE = (
    select(*commendations.c)
    .where(
        commendations.c.worker_id == bindparam("worker_id"),
        commendations.c.person_id == bindparam("person_id"),
        commendations.c.said_at >= bindparam("since"),
    )
    .limit(1)
)
_WORKERS = (
    select(*people.c)
    .where(
        people.c.community_id == bindparam("community_id"),
        people.c.role.in_(WORKING_ROLES),
        people.c.name != "",
    )
    .order_by(people.c.id)
)


def keep_evaluation(
    db: Connection,
    case: Case,
    person_id: int,
    *,
    rating: int,
    is_partly: bool,
    reason: str,
    now: datetime,
) -> None:
    """This is the person's word on the present round of the case; a former one is replaced."""
    row = {
        "community_id": case.community_id,
        "case_id": case.id,
        "person_id": person_id,
        "round": case.reopen_count,
        "rating": rating,
        "is_partly": is_partly,
        "reason": reason,
        "evaluated_at": now,
    }
    db.execute(_KEEP.on(db), row)


def evaluations_of_round(db: Connection, case_id: int, round_number: int) -> list[Evaluation]:
    """What was said of this round of the case, each person's latest word, in the order it was said."""
    return many(Evaluation, db.execute(_OF_ROUND, {"case_id": case_id, "round": round_number}))


def give_reason(db: Connection, evaluation: Evaluation, reason: str) -> None:
    """The evaluation has this reason."""
    key = {
        "of_case": evaluation.case_id,
        "of_round": evaluation.round,
        "of_person": evaluation.person_id,
    }
    db.execute(_GIVE_REASON, key | {"why": reason})


def cases_to_judge(db: Connection, person_id: int, *, closed_since: datetime) -> list[Case]:
    """What the person reported, or reported for somebody, and may judge: the newest resolution first.

    Resolved cases, and those closed since then; merged ones stand for the case they went into elsewhere.
    """
    asked = {"person_id": person_id, "limit": SEARCHED}
    ids = {case_id for query in (_MINE, _FOR_OTHERS) for case_id in db.execute(query, asked).scalars()}
    found = {case.id: case for case in many(Case, db.execute(_BY_IDS, {"ids": sorted(ids)}))}
    merged = {case.merged_into_id for case in found.values() if case.merged_into_id is not None} - set(found)
    while merged:
        more = many(Case, db.execute(_BY_IDS, {"ids": sorted(merged)}))
        found |= {case.id: case for case in more}
        merged = {case.merged_into_id for case in more if case.merged_into_id is not None} - set(found)
    open_to_judge = [case for case in found.values() if _may_be_judged(case, closed_since)]
    return sorted(open_to_judge, key=lambda case: (case.resolved_at or case.opened_at, case.id), reverse=True)


def judged_at(db: Connection, person_id: int, case_ids: Collection[int]) -> dict[int, datetime]:
    """When the person judged the present round of these cases; absent are those not judged."""
    rows = db.execute(_LAST_WORD, {"person_id": person_id, "ids": sorted(case_ids)})
    return {row.case_id: row.evaluated_at for row in rows}


def workers_of_community(db: Connection, community_id: int) -> list[Person]:
    """Everybody with a name who works for the community or for one of its units."""
    return many(Person, db.execute(_WORKERS, {"community_id": community_id}))


def keep_commendation(
    db: Connection, worker: Person, person_id: int, text: str, *, case_id: int | None, now: datetime
) -> int:
    """The thanks stand with the worker; gives their number."""
    row = {
        "community_id": worker.community_id,
        "worker_id": worker.id,
        "person_id": person_id,
        "case_id": case_id,
        "text": text,
        "said_at": now,
    }
    return insert_row(db, _ADD_COMMENDATION, row)


def commendation_since(
    db: Connection, worker_id: int, person_id: int, *, since: datetime
) -> Commendation | None:
    """Thanks of this person for this worker since then; `None` when there are none."""
    key = {"worker_id": worker_id, "person_id": person_id, "since": since}
    return one(Commendation, db.execute(_THANKED_SINCE, key).first())


def commendations_of(db: Connection, worker_id: int, *, limit: int) -> list[Commendation]:
    """The thanks a worker was given, newest first."""
    return many(Commendation, db.execute(_COMMENDED, {"worker_id": worker_id, "limit": limit}))


def _may_be_judged(case: Case, closed_since: datetime) -> bool:
    is_fresh = case.closed_at is not None and case.closed_at >= closed_since
    return case.status is CaseStatus.RESOLVED or (case.status is CaseStatus.CLOSED and is_fresh)
