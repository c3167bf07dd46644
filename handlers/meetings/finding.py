"""Which meeting is meant, and who may run it."""

from collections.abc import Callable, Collection
from typing import Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors.meetings import NoMeetingAhead, NoSuchMeeting, NotYourMeeting, WhichMeeting
from handlers.replies.formats import meeting_time
from storage import meetings as rows
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.people import Person

LOOKED_AT: Final = 30  # meetings among which one without a number is looked for


def meeting_meant(
    db: Connection,
    who: Person,
    number: int | None,
    *,
    of: Collection[MeetingStatus],
    example: str,
    may_be: Callable[[Meeting], bool] = lambda _: True,
) -> Meeting:
    """The meeting of this number in the speaker's community, held; without one the only one in these states.

    `example` is what is typed, with a place for the number: 散会 议事会{number}. Raises `NoSuchMeeting`,
    `NoMeetingAhead`, `WhichMeeting`.
    """
    community_id = who.community_id or 0
    if number is None:
        found, _ = rows.meetings_in(db, community_id, of, limit=LOOKED_AT)
        fitting = [each for each in found if may_be(each)]
        if not fitting:
            raise NoMeetingAhead(example.format(number=5))
        if len(fitting) > 1:
            known = [(each.number, meeting_time(each)) for each in fitting]
            raise WhichMeeting(known, example.format(number=fitting[0].number))
        number = fitting[0].number
    meeting = rows.lock_meeting_numbered(db, community_id, number)
    if meeting is None:
        raise NoSuchMeeting(number)
    return meeting


def meeting_to_run(
    db: Connection,
    who: Person,
    number: int | None,
    *,
    of: Collection[MeetingStatus],
    example: str,
    may_be: Callable[[Meeting], bool] = lambda _: True,
) -> Meeting:
    """The same for somebody who changes it; `NotYourMeeting` unless they run it."""
    meeting = meeting_meant(db, who, number, of=of, example=example, may_be=may_be)
    ensure_runs(who, meeting)
    return meeting


def ensure_runs(who: Person, meeting: Meeting) -> None:
    """Staff run every meeting of their community; whoever called or chairs one runs that one.

    Anybody else is refused with `NotYourMeeting`.
    """
    is_staff = who.role in COMMUNITY_ROLES and who.community_id == meeting.community_id
    if not (is_staff or who.id in (meeting.called_by_id, meeting.chair_id)):
        raise NotYourMeeting(meeting.number)
