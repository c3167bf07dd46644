"""What residents' groups and public pages may read of a meeting."""

from collections.abc import Sequence

from handlers.privacy import public_wording
from storage.models.meetings import Meeting
from storage.models.topics import Topic

PLAIN_TITLE = "社区议事会"  # where its own title may not be told


def is_public(topics: Sequence[Topic], *, title: str = "") -> bool:
    """Whether residents' groups may read of a meeting with this agenda: all of it is public.

    Without a topic it is what the title says.
    """
    return all(each.is_public for each in topics) if topics else bool(public_wording(title))


def public_title(meeting: Meeting) -> str:
    """The title as anybody may read it, a plain one where it names a person or a door.

    Empty: nothing of it is told.
    """
    return (public_wording(meeting.title) or PLAIN_TITLE) if meeting.is_public else ""


def public_place(meeting: Meeting) -> str:
    """The place as anybody may read it; empty where it is somebody's home."""
    return public_wording(meeting.place)
