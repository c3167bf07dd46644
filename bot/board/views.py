"""What everybody may read of a community: no names, doors or phone numbers but the office's own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.decisions.ownership import NOBODY_YET, ROLE_LABELS, public_name, public_what
from handlers.meetings.publicity import public_place, public_title
from handlers.polls.results import PublicResult, public_results
from handlers.replies.decisions import STATUS_LABELS, due_text, overdue_days
from handlers.replies.formats import meeting_time, moment_text
from handlers.working_days import local
from storage import assignments, decision_lists, organization, people
from storage.decision_lists import OPEN, BoardCounts
from storage.models.decisions import Decision, DecisionStatus
from storage.models.meetings import Meeting
from storage.models.people import Role

MOST: Final = 500  # items that are shown; the rest is counted
MOST_DONE, MOST_MEETINGS, MOST_POLLS = 100, 20, 20
DONE_WITHIN: Final = timedelta(days=90)  # what was done is shown struck off so long


@dataclass(frozen=True, slots=True)
class BoardMeeting:
    """A meeting ahead; `place` is empty where it may not be told."""

    number: int
    title: str
    when: str
    place: str
    is_online: bool


@dataclass(frozen=True, slots=True)
class BoardItem:
    """One decision item; `state` is said beside its date unless it is simply being worked on."""

    number: int
    what: str
    owner: str
    due: str
    state: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class BoardView:
    """A board; `more` and `more_done` are how many items it does not show."""

    community: str
    phone: str
    as_of: str
    counts: BoardCounts
    meetings: list[BoardMeeting]
    items: list[BoardItem]
    more: int
    done: list[BoardItem]
    more_done: int
    polls: list[PublicResult]


def board_view(db: Connection, code: str, *, now: datetime) -> BoardView | None:
    """The board of the community with this code; `None` when there is none."""
    community = organization.community_with_code(db, code)
    if community is None:
        return None
    since = now - DONE_WITHIN
    counts = decision_lists.public_counts(db, community.id, now=now, done_since=since)
    running = decision_lists.public_decisions(db, community.id, status=OPEN, limit=MOST)
    done = decision_lists.public_decisions(
        db, community.id, status=(DecisionStatus.DONE,), limit=MOST_DONE, done_since=since
    )
    owners = _owners(db, community.id, [*running, *done])
    ahead = decision_lists.public_meetings(db, community.id, now=now, limit=MOST_MEETINGS)
    return BoardView(
        community.name,
        community.phone,
        moment_text(now),
        counts,
        [_meeting(each) for each in ahead],
        [_item(each, owners[each.id], now) for each in running],
        counts.open - len(running),
        [_done(each, owners[each.id]) for each in done],
        counts.done - len(done),
        public_results(db, community.id, MOST_POLLS),
    )


def _meeting(meeting: Meeting) -> BoardMeeting:
    title, place = public_title(meeting), public_place(meeting)
    return BoardMeeting(meeting.number, title, meeting_time(meeting), place, bool(meeting.online))


def _item(decision: Decision, owner: str, now: datetime) -> BoardItem:
    is_waiting = decision.status is DecisionStatus.REPORTED_DONE
    return BoardItem(
        decision.number,
        public_what(decision),
        owner,
        due_text(decision, now),
        STATUS_LABELS[decision.status] if is_waiting else "",
        overdue_days(decision, now) is not None,
    )


def _done(decision: Decision, owner: str) -> BoardItem:
    at = local(decision.done_at) if decision.done_at else None
    state = f"{at.month}月{at.day}日落实销号" if at else "已落实"
    return BoardItem(decision.number, public_what(decision), owner, "", state, is_late=False)


def _owners(db: Connection, community_id: int, found: list[Decision]) -> dict[int, str]:
    """Who has each item, by its id: units by name, persons by what they are."""
    units = {unit.id: unit.name for unit in assignments.units_of_community(db, community_id)}
    persons = people.people_by_ids(db, {each.owner_id for each in found if each.owner_id is not None})
    return {each.id: _owner(each, units, {one.id: one.role for one in persons.values()}) for each in found}


def _owner(decision: Decision, units: dict[int, str], roles: dict[int, Role]) -> str:
    if decision.unit_id is not None:
        return units.get(decision.unit_id, NOBODY_YET)
    if decision.owner_id is not None:
        return ROLE_LABELS[roles[decision.owner_id]]
    return public_name(decision.owner)
