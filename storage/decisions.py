"""Decision items (决议事项): made, held, changed, found; and the cases that wait for them."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from storage.consultation import take_number
from storage.dialects import insert_row
from storage.models.base import many, one
from storage.models.consultation import Subject
from storage.models.decisions import Decision, DecisionStatus, decision_cases, decisions

OPEN_DECISIONS = (DecisionStatus.OPEN, DecisionStatus.REPORTED_DONE)
_ADD = insert(decisions)
_EMPTY = {"owner": "", "result": "", "supervision_level": 0, "extension_days": 0}


def add_decision(db: Connection, values: dict[str, Any], *, case_ids: Iterable[int] = ()) -> Decision:
    """A new item with the community's next number, for which these cases wait; gives it held."""
    number = take_number(db, values["community_id"], Subject.DECISION)
    row = _EMPTY | {"status": DecisionStatus.OPEN} | values | {"number": number}
    decision_id = insert_row(db, _ADD, row)
    add_cases(db, decision_id, case_ids)
    return lock_decision(db, decision_id)


def add_cases(db: Connection, decision_id: int, case_ids: Iterable[int]) -> None:
    """These cases wait for the item too; those that do already are left out."""
    stand = set(cases_of_decision(db, decision_id))
    wanted = [each for each in dict.fromkeys(case_ids) if each not in stand]
    if wanted:
        rows = [{"decision_id": decision_id, "case_id": each} for each in wanted]
        db.execute(insert(decision_cases), rows)


def lock_decision(db: Connection, decision_id: int) -> Decision:
    """The item as it stands now, held until the transaction ends."""
    query = select(*decisions.c).where(decisions.c.id == decision_id).with_for_update()
    return Decision(*db.execute(query).one())


def decision_by_id(db: Connection, decision_id: int) -> Decision:
    """The item as it was last committed, not held."""
    return Decision(*db.execute(select(*decisions.c).where(decisions.c.id == decision_id)).one())


def lock_decision_numbered(db: Connection, community_id: int, number: int) -> Decision | None:
    """The community's item of this number, held; `None` when it has none."""
    query = select(*decisions.c).where(decisions.c.community_id == community_id, decisions.c.number == number)
    return one(Decision, db.execute(query.with_for_update()).first())


def change_decision(db: Connection, decision_id: int, **values: object) -> Decision:
    """These columns of the item have new values; gives it as it now stands, held."""
    db.execute(update(decisions).where(decisions.c.id == decision_id).values(**values))
    return lock_decision(db, decision_id)


# ------------------------------------------------------------------ found


def decisions_of_meeting(
    db: Connection, meeting_id: int, *, status: Collection[DecisionStatus] = ()
) -> list[Decision]:
    """What was agreed at the meeting, in order; with `status` only these."""
    return _found(db, decisions.c.meeting_id == meeting_id, status=status)


def cases_of_decision(db: Connection, decision_id: int) -> list[int]:
    """The ids of the cases that wait for the item, in order."""
    query = select(decision_cases.c.case_id).where(decision_cases.c.decision_id == decision_id)
    return list(db.execute(query.order_by(decision_cases.c.case_id)).scalars())


def open_decisions(db: Connection, community_id: int, *, limit: int) -> list[Decision]:
    """What the community has still to see done: due first, those without a date last."""
    query = (
        select(*decisions.c)
        .where(decisions.c.community_id == community_id, decisions.c.status.in_(OPEN_DECISIONS))
        .order_by(decisions.c.due_at.is_(None), decisions.c.due_at, decisions.c.id)
        .limit(limit)
    )
    return many(Decision, db.execute(query))


def _found(
    db: Connection, where: ColumnElement[bool], *, status: Collection[DecisionStatus]
) -> list[Decision]:
    query = select(*decisions.c).where(where)
    if status:
        query = query.where(decisions.c.status.in_(list(status)))
    return many(Decision, db.execute(query.order_by(decisions.c.number)))
