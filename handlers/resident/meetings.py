"""What a resident can look at: the meetings they are invited to, and the public ones near them."""

from handlers.meetings import showing
from handlers.meetings.publicity import public_place, public_title
from handlers.meetings.showing import MeetingForResident
from handlers.replies import meeting_views as views
from handlers.replies.formats import harmless
from handlers.replies.invitations import where_text
from handlers.resident.router import router
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction


@router.on(TableAction.MEETING_SHOW)
def show_meetings(turn: Turn) -> Reply:
    """议事会, 议事会5, 我的议事会"""
    number = turn.table_word.number if turn.table_word else None
    community_id = turn.community.id
    if number is not None:
        found = showing.meeting_of_resident(turn.db, turn.person, community_id, number)
        return Reply(_shown(found))
    mine = showing.meetings_of_resident(turn.db, turn.person, community_id, now=turn.now)
    return Reply(views.resident_list([_shown(each) for each in mine]))


def _shown(found: MeetingForResident) -> str:
    """Who is invited reads it as invited; anybody else what residents' groups may read."""
    meeting, own = found.meeting, found.invitation
    is_invited = own is not None
    return views.for_resident(
        meeting,
        found.topics,
        answer=own.answer if own else None,
        people=own.people if own else 0,
        title=harmless(meeting.title) if is_invited else public_title(meeting),
        place=where_text(meeting) if is_invited else public_place(meeting) or "请问社区",
    )
