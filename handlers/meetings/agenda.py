"""What a meeting is about: topics come onto its agenda and leave it, and their cases are consulted on."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.cases.recategorizing import count_anew
from handlers.cases.rights import ensure_may_act
from handlers.cases.states import MOVES, CaseAction, next_status
from handlers.errors.meetings import MeetingAlreadyAhead, NotOnAgenda
from handlers.meetings.plans import MeetingPlan
from handlers.meetings.publicity import is_public
from handlers.replies.formats import meeting_time
from handlers.rules import Rules
from handlers.topics.making import topic_of_cases, topic_titled
from handlers.topics.scheduling import release_topic, schedule_topic
from handlers.topics.states import TopicAction, next_topic_status
from storage import cases as case_rows
from storage import meeting_circles
from storage import meetings as rows
from storage import topics as topic_rows
from storage.models.cases import OPEN_STATUSES, Case, CaseStatus, EventKind
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Person
from storage.models.topics import Topic

TO_COME: Final = (MeetingStatus.INVITED, MeetingStatus.POSTPONED)
HELD: Final = (MeetingStatus.HELD, MeetingStatus.MINUTED, MeetingStatus.FOLLOWED_UP, MeetingStatus.CLOSED)


def topics_planned(db: Connection, caller: Person, plan: MeetingPlan, *, now: datetime) -> list[Topic]:
    """The topics of a meeting to be made, held, in their order: those named, one of the cases, a new title.

    Raises `MeetingAlreadyAhead`, `TopicMoveNotAllowed`, `CaseNotForTopic`, and what `ensure_may_act` does.
    """
    for case_id in plan.case_ids:
        _ensure_case_is_free(db, caller, case_rows.case_by_id(db, case_id))
    held = {each: topic_rows.lock_topic(db, each) for each in sorted(set(plan.topic_ids))}
    for topic in held.values():
        ensure_topic_is_free(db, topic)
    found = [held[each] for each in dict.fromkeys(plan.topic_ids)]
    if plan.case_ids:
        found.append(topic_of_cases(db, caller, plan.case_ids, title=_case_title(plan), now=now))
    if not found and plan.title and plan.has_topic:
        found.append(topic_titled(db, caller, plan.title, now=now))
    return list({each.id: each for each in found}.values())


def ensure_topic_is_free(db: Connection, topic: Topic, *, but: int | None = None) -> None:
    """Refuse a topic that another meeting to come has (`MeetingAlreadyAhead`), or that is over."""
    for meeting in topic_rows.meetings_of_topic(db, topic.id):
        if meeting.status in TO_COME and meeting.id != but:
            raise MeetingAlreadyAhead(f"议题{topic.number}", meeting.number, meeting_time(meeting))
    next_topic_status(topic, TopicAction.SCHEDULE)


def put_on_agenda(db: Connection, meeting: Meeting, topics: Iterable[Topic]) -> None:
    """The topics stand on the agenda behind those that do; one of an earlier meeting is carried over."""
    stand = rows.agenda_of(db, meeting.id)
    known = {each.topic_id for each in stand}
    position = max((each.position for each in stand), default=0)
    for topic in topics:
        if topic.id in known:
            continue
        position += 1
        earlier = topic_rows.meetings_of_topic(db, topic.id)
        is_carried_over = any(each.status in HELD for each in earlier)
        rows.add_to_agenda(db, meeting.id, topic.id, position=position, is_carried_over=is_carried_over)


def take_off_agenda(db: Connection, who: Person, meeting: Meeting, topic: Topic, *, now: datetime) -> None:
    """The topic waits for another meeting, its cases are in progress again. Raises `NotOnAgenda`."""
    if topic.id not in {each.topic_id for each in rows.agenda_of(db, meeting.id)}:
        raise NotOnAgenda(topic.number, meeting.number)
    if meeting.status is not MeetingStatus.DRAFT:
        release_topic(db, who, topic.id, meeting_id=meeting.id, now=now)
        _call_off_cases(db, who, topic_rows.case_rows_of_topic(db, topic.id), meeting, now=now)
    rows.drop_from_agenda(db, meeting.id, topic.id)


def consult(
    db: Connection, caller: Person, meeting: Meeting, topics: Sequence[Topic], *, now: datetime, rules: Rules
) -> list[Case]:
    """These topics of a meeting that is called are scheduled, and their open cases under consultation.

    A case has the longer time for that from the start of its round; one that is over stays as it is.
    Raises `MeetingAlreadyAhead`, `TopicMoveNotAllowed`, and `MoveNotAllowed` with the case's number.
    """
    for topic in sorted(topics, key=lambda each: each.id):
        ensure_topic_is_free(db, topic_rows.lock_topic(db, topic.id), but=meeting.id)
        schedule_topic(db, caller, topic.id, meeting_id=meeting.id, now=now)
    of_topics = {case.id for each in topics for case in topic_rows.case_rows_of_topic(db, each.id)}
    standing = {case_rows.standing_for(db, case_rows.case_by_id(db, each)).id for each in of_topics}
    held = [case_rows.lock_case(db, each) for each in sorted(standing)]
    return [
        _consult_on(db, caller, case, meeting, now=now, rules=rules)
        for case in held
        if case.status in OPEN_STATUSES
    ]


def call_off(db: Connection, who: Person, meeting: Meeting, *, now: datetime) -> None:
    """The meeting is not held: its topics wait for another, the cases it was called for are in progress."""
    for topic in sorted(meeting_circles.topics_of_meeting(db, meeting.id), key=lambda each: each.id):
        release_topic(db, who, topic.id, meeting_id=meeting.id, now=now)
    _call_off_cases(db, who, meeting_circles.cases_of_meeting(db, meeting.id), meeting, now=now)


def publicity_of(db: Connection, meeting_id: int, *, title: str) -> bool:
    """Whether residents' groups may read of the meeting, by the agenda as it stands."""
    return is_public(meeting_circles.topics_of_meeting(db, meeting_id), title=title)


def _ensure_case_is_free(db: Connection, caller: Person, case: Case) -> None:
    ensure_may_act(db, caller, case)
    ahead = rows.meetings_about_case(db, case.id, TO_COME)
    if ahead:
        raise MeetingAlreadyAhead(f"诉求 {case.label}", ahead[0].number, meeting_time(ahead[0]))
    if case.status is not CaseStatus.CONSULTING:
        next_status(case, CaseAction.CONSULT)


def _case_title(plan: MeetingPlan) -> str:
    """The title names the topic when the cases are all there is."""
    return "" if plan.topic_ids else plan.title


def _consult_on(
    db: Connection, caller: Person, case: Case, meeting: Meeting, *, now: datetime, rules: Rules
) -> Case:
    is_again = case.status is CaseStatus.CONSULTING  # the topic was carried over
    status = case.status if is_again else next_status(case, CaseAction.CONSULT)
    case_rows.change_case(
        db,
        case.id,
        status=status,
        handler_id=case.handler_id or caller.id,
        responded_at=case.responded_at or now,
    )
    data = {"meeting": meeting.id}
    case_rows.add_event(db, case, EventKind.CONSULTATION_CALLED, person_id=caller.id, now=now, data=data)
    return count_anew(db, case_rows.lock_case(db, case.id), rules, now)


def _call_off_cases(
    db: Connection, who: Person, cases: Iterable[Case], meeting: Meeting, *, now: datetime
) -> None:
    """Those still under consultation, and that no other meeting to come is about."""
    for case_id in sorted({each.id for each in cases}):
        case = case_rows.lock_case(db, case_id)
        others = [each for each in rows.meetings_about_case(db, case.id, TO_COME) if each.id != meeting.id]
        status = MOVES.get((case.status, CaseAction.CALL_OFF))
        if status is None or others:
            continue
        case_rows.change_case(db, case.id, status=status)
        data = {"meeting": meeting.id}
        case_rows.add_event(db, case, EventKind.CONSULTATION_CANCELLED, person_id=who.id, now=now, data=data)
