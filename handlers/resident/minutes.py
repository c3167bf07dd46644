"""What a resident reads of minutes: 纪要 议事会5."""

from handlers.meetings.agreed import agreed_of, public_line
from handlers.meetings.publicity import public_title
from handlers.replies import minutes as texts
from handlers.resident.router import router
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction
from nlp.masking import mask_contacts
from storage import decisions, invitations, meeting_circles, meetings
from storage.models.meetings import Meeting


@router.on(TableAction.MINUTES)
def show(turn: Turn) -> Reply | None:
    """纪要 议事会5: who was there or reported reads all of it, others what is public"""
    number = turn.table_word.number if turn.table_word else None
    if number is None:
        return None
    meeting = meetings.meeting_numbered(turn.db, turn.community.id, number)
    is_public = meeting is not None and bool(public_title(meeting))
    if meeting is None or not (is_public or _is_concerned(turn, meeting)):
        return Reply(texts.no_minutes_for_you(number))
    if meeting.minuted_at is None:
        return Reply(texts.not_yet(meeting))
    found = decisions.decisions_of_meeting(turn.db, meeting.id)
    if _is_concerned(turn, meeting):
        record = mask_contacts(meeting.record)
        return Reply(texts.record_shown(meeting, record, agreed_of(turn.db, found)))
    lines = [line for each in found if (line := public_line(turn.db, each))]
    return Reply(texts.to_groups(public_title(meeting), lines, hidden=len(found) - len(lines)))


def _is_concerned(turn: Turn, meeting: Meeting) -> bool:
    """Whether the resident was invited, reported one of its cases, or supported one of its topics."""
    mine = invitations.invitations_to(turn.db, meeting.id, person_id=turn.person.id)
    if mine:
        return True
    reporters = meeting_circles.reporters_of_meeting(turn.db, meeting.id)
    return turn.person.id in {*reporters, *meeting_circles.backers_of_meeting(turn.db, meeting.id)}
