"""What residents' groups read: no name, no unit, no room."""

from handlers.cases.subcategories import subcategory_of
from handlers.replies.formats import moment_text, public_place
from handlers.replies.sentences import say
from storage.models.cases import Case
from storage.models.meetings import Meeting
from storage.models.organization import Estate


def public_invitation(case: Case, estate: Estate, meeting: Meeting, *, place: str) -> str:
    """The neighbours are invited; an empty place is asked for."""
    return say(
        case.community_id,
        "public_invitation",
        place=public_place(case, estate),
        kind=subcategory_of(case.category, case.subcategory).label,
        label=case.label,
        when=moment_text(meeting.starts_at),
        where=place or "请问网格员",
    )


def public_resolution(case: Case, estate: Estate, result: str) -> str:
    """The neighbours read how it was settled; an empty `result` may not be told."""
    return say(
        case.community_id,
        "public_resolution",
        place=public_place(case, estate),
        kind=subcategory_of(case.category, case.subcategory).label,
        label=case.label,
        result=f"：{result}" if result else "。",
    )
