"""What residents' groups and public pages may read of a vote."""

from sqlalchemy import Connection

from handlers.privacy import public_wording
from storage import topics
from storage.meetings import meeting_by_id
from storage.models.polls import Poll

PLAIN_TITLE = "居民表决"  # where its own title may not be told


def is_public(db: Connection, poll: Poll) -> bool:
    """Whether residents' groups may read of the vote: its topic and meeting, if it has them, are public."""
    if poll.topic_id is not None and not topics.topic_by_id(db, poll.topic_id).is_public:
        return False
    return poll.meeting_id is None or meeting_by_id(db, poll.meeting_id).is_public


def public_title(poll: Poll) -> str:
    """The title as anybody may read it, a plain one where it names a person or a door."""
    return public_wording(poll.title) or PLAIN_TITLE


def public_options(poll: Poll) -> list[str]:
    """The options as anybody may read them: of one that names a person or a door only its place."""
    return [public_wording(option) or f"第{index}项" for index, option in enumerate(poll.options, 1)]
