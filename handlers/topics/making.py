"""A topic is made: of cases, or of a title alone; what waits about the same cases is used again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.cases.states import STATUS_LABELS
from handlers.errors.topics import CaseNotForTopic, NoCaseForTopic, TopicTitleMissing
from handlers.privacy import public_wording
from handlers.replies.formats import plain_kind, public_place
from storage import cases as case_rows
from storage import consultation, organization
from storage import topics as topic_rows
from storage.models.cases import OPEN_STATUSES, Case
from storage.models.consultation import Happening, Subject
from storage.models.people import Person
from storage.models.topics import WAITING, Topic, TopicSource, TopicStatus

TITLE: Final = 60  # characters of a title; the whole words stand in the topic


def topic_of_cases(
    db: Connection, caller: Person, case_ids: Sequence[int], *, title: str = "", now: datetime
) -> Topic:
    """The topic about exactly these cases: one that waits, else a new one; held until the transaction ends.

    Staff's topic is accepted, a worker's proposed. A merged case stands for the one it was merged into.
    A title given names it from now on. Raises `CaseNotForTopic` for a case that is over, `NoCaseForTopic`
    without any.
    """
    cases = held_cases(db, case_ids)
    if not cases:
        raise NoCaseForTopic
    for case in cases:
        if case.status not in OPEN_STATUSES:
            raise CaseNotForTopic(case.label, STATUS_LABELS[case.status], case.number)
    waiting = waiting_about(db, cases)
    if waiting is None:
        return made_of(db, caller, cases, title=title, source=TopicSource.CASE, now=now)
    is_staff = caller.role in COMMUNITY_ROLES
    if is_staff and title.strip():
        waiting = topic_rows.change_topic(db, waiting.id, **titled(title, cases))
    if is_staff and waiting.status is not TopicStatus.ACCEPTED:
        waiting = accepted(db, caller, waiting, now=now)
    return waiting


def topic_titled(
    db: Connection,
    caller: Person,
    title: str,
    *,
    source: TopicSource = TopicSource.TABLE,
    estate_id: int | None = None,
    now: datetime,
) -> Topic:
    """A new topic without a case, in these words; staff's is accepted. Raises `TopicTitleMissing`."""
    words = " ".join(title.split())
    if not words:
        raise TopicTitleMissing
    values = titled(words, []) | {"words": words, "estate_id": estate_id, "building": None}
    values["community_id"] = caller.community_id
    return _add(db, caller, values, [], source=source, now=now)


def made_of(
    db: Connection,
    caller: Person | None,
    cases: Sequence[Case],
    *,
    title: str,
    source: TopicSource,
    recurs: str = "",
    now: datetime,
) -> Topic:
    """A new topic about these cases, of which there is at least one; the caller of `None` is nobody."""
    estates = {case.estate_id for case in cases}
    buildings = {case.building for case in cases}
    values = titled(title or title_of(db, cases), cases) | {
        "community_id": cases[0].community_id,
        "estate_id": next(iter(estates)) if len(estates) == 1 else None,
        "building": next(iter(buildings)) if len(buildings) == 1 and len(estates) == 1 else None,
        "recurs": recurs,
    }
    return _add(db, caller, values, [case.id for case in cases], source=source, now=now)


def waiting_about(db: Connection, cases: Iterable[Case]) -> Topic | None:
    """The topic that waits and is about exactly these cases, held; `None` when there is none."""
    ids = {case.id for case in cases}
    for found in topic_rows.topics_about(db, ids, WAITING):
        topic = topic_rows.lock_topic(db, found.id)
        if topic.status in WAITING and set(topic_rows.cases_of_topic(db, topic.id)) == ids:
            return topic
    return None


def accepted(db: Connection, staff: Person, topic: Topic, *, now: datetime) -> Topic:
    """The held topic is accepted; nobody is told here."""
    consultation.add_happening(
        db,
        Subject.TOPIC,
        topic.id,
        Happening.ACCEPTED,
        community_id=topic.community_id,
        person_id=staff.id,
        now=now,
    )
    values = {"status": TopicStatus.ACCEPTED, "decided_by_id": staff.id, "decided_at": now, "reason": ""}
    return topic_rows.change_topic(db, topic.id, **values)


def title_of(db: Connection, cases: Sequence[Case]) -> str:
    """What a topic about these cases is called: kind and, of public cases, the place without unit or room."""
    if any(case.is_confidential for case in cases):
        return f"不公开的诉求{_labels(cases)}"
    kinds = list(dict.fromkeys(plain_kind(case) for case in cases))
    kind = "、".join(kinds[:2]) + ("等" if len(kinds) > 2 else "")
    if not all(case.is_public for case in cases):
        return f"{kind}{_labels(cases)}"
    return f"{_place(db, cases)}{kind}" + (f"（{len(cases)}件）" if len(cases) > 1 else "")


def titled(title: str, cases: Sequence[Case]) -> dict[str, object]:
    """The title as it is kept, and whether residents' groups may read of it."""
    words = " ".join(title.split())
    short = words if len(words) <= TITLE else f"{words[: TITLE - 1]}…"
    may_be_told = all(case.is_public and not case.is_confidential for case in cases)
    return {"title": short, "is_public": may_be_told and bool(public_wording(words))}


def held_cases(db: Connection, case_ids: Sequence[int]) -> list[Case]:
    """The cases that stand for these, held in the order of their rows, each once."""
    standing = {case_rows.standing_for(db, case_rows.case_by_id(db, each)).id for each in case_ids}
    return [case_rows.lock_case(db, each) for each in sorted(standing)]


def _place(db: Connection, cases: Sequence[Case]) -> str:
    estates = {case.estate_id for case in cases}
    if len(estates) > 1 or cases[0].estate_id is None:
        return ""
    estate = organization.estate_by_id(db, cases[0].estate_id)
    buildings = {case.building for case in cases}
    return public_place(cases[0], estate) if len(buildings) == 1 else estate.name


def _labels(cases: Sequence[Case]) -> str:
    more = f"等{len(cases)}件" if len(cases) > 3 else ""
    return f"（诉求 {'、'.join(case.label for case in cases[:3])}{more}）"


def _add(
    db: Connection,
    caller: Person | None,
    values: dict[str, object],
    case_ids: Sequence[int],
    *,
    source: TopicSource,
    now: datetime,
) -> Topic:
    is_suggested = source is TopicSource.RECURRING
    by = caller.id if caller else None
    origin = {"source": source, "proposed_by_id": by, "proposed_at": now}
    status = TopicStatus.SUGGESTED if is_suggested else TopicStatus.PROPOSED
    topic = topic_rows.add_topic(db, values | origin | {"status": status}, case_ids=case_ids)
    consultation.add_happening(
        db,
        Subject.TOPIC,
        topic.id,
        Happening.SUGGESTED if is_suggested else Happening.PROPOSED,
        community_id=topic.community_id,
        person_id=by,
        now=now,
        data={"cases": list(case_ids)},
    )
    is_staff = caller is not None and caller.role in COMMUNITY_ROLES
    return accepted(db, caller, topic, now=now) if caller is not None and is_staff else topic
