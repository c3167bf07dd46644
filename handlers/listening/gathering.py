"""What came in on a listening day, under one heading: cases by kind, proposals, how many voices."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from handlers.notices.topics import words_for_desk
from handlers.privacy import public_wording
from storage import cases as case_rows
from storage import listening
from storage.listening import Voice
from storage.models.cases import Case, CaseStatus
from storage.models.listening import ListeningDay
from storage.models.topics import Topic


@dataclass(frozen=True, slots=True)
class KindGathered:
    """The cases of one kind, in the order in which they were first told of."""

    category: str
    subcategory: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What residents said on a day.

    `people` counts each once, `voices` every report and proposal. `kinds`: the cases that may be named, the
    most numerous kind first; `unnamed` counts the others. `topics`: the proposals that may be named,
    `further` counts the others.
    """

    day: ListeningDay
    people: int
    voices: int
    kinds: tuple[KindGathered, ...]
    unnamed: int
    topics: tuple[Topic, ...]
    further: int


def gathered(db: Connection, day: ListeningDay, *, is_for_staff: bool, now: datetime) -> Gathered:
    """What came in from the day's beginning to its end, or until now; merged cases stand for one.

    Residents read of public cases and topics by number, of the others only how many there are; staff read of
    all but those told in confidence, and at the desk nothing of a complaint of a worker.
    """
    until = min(day.ends_at, now)
    voices = listening.voices_between(db, day.community_id, day.starts_at, until)
    proposals = listening.proposals_between(db, day.community_id, day.starts_at, until)
    cases = _cases(db, voices)
    named = [each for each in cases if _may_be_named(each, is_for_staff=is_for_staff)]
    topics = (
        tuple(_as_at_desk(db, each) for each in proposals)
        if is_for_staff
        else tuple(each for each in proposals if _may_be_told(each))
    )
    speakers = {each.person_id for each in voices} | {
        each.proposed_by_id for each in proposals if each.proposed_by_id is not None
    }
    return Gathered(
        day,
        people=len(speakers),
        voices=len(voices) + len(proposals),
        kinds=_by_kind(named),
        unnamed=len(cases) - len(named),
        topics=topics,
        further=len(proposals) - len(topics),
    )


def _cases(db: Connection, voices: Iterable[Voice]) -> list[Case]:
    """The cases told of, each once; one merged into another is that one."""
    found: dict[int, Case] = {}
    for each in voices:
        case = case_rows.standing_for(db, each.case)
        if case.status is not CaseStatus.WITHDRAWN:
            found.setdefault(case.id, case)
    return list(found.values())


def _may_be_named(case: Case, *, is_for_staff: bool) -> bool:
    is_hidden = case.is_confidential or case.has_whisper
    return not is_hidden and (is_for_staff or case.is_public)


def _as_at_desk(db: Connection, topic: Topic) -> Topic:
    return replace(topic, title=words_for_desk(db, topic, topic.title))


def _may_be_told(topic: Topic) -> bool:
    return topic.is_public and bool(public_wording(topic.title))


def _by_kind(cases: Iterable[Case]) -> tuple[KindGathered, ...]:
    kinds: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        kinds.setdefault((case.category, case.subcategory), []).append(case)
    ordered = sorted(kinds.items(), key=lambda item: -len(item[1]))
    return tuple(KindGathered(*kind, tuple(found)) for kind, found in ordered)
