"""Group chats: which of the organization's groups a chat of the platform is."""

from sqlalchemy import Connection

from handlers.messages import IncomingMessage
from storage import organization
from storage.models.organization import Audience, Group
from storage.models.people import Person, Role


def learn_group(db: Connection, speaker: Person, message: IncomingMessage) -> Group | None:
    """The group this chat is; learned when a known worker first addresses the robot in it.

    Learned only where exactly one group of the speaker is still without its chat; `None` otherwise. A robot
    that was addressed over its long connection may push into the chat from then on: the one spoken to last.
    """
    known = organization.group_by_chat(db, message.chat)
    if known is None:
        known = _learned(db, speaker, message)
    if known is not None and _is_news(known, message):
        organization.connect_group(db, known.id, robot=message.account, is_connected=message.is_connected)
    return known


def is_among_us(db: Connection, chat: str) -> bool:
    """Whether nobody reads along but staff and grid workers: one-to-one (empty), or in a group of theirs.

    A unit's members are in its group; of a group nobody here knows who is in it.
    """
    if not chat:
        return True
    group = organization.group_by_chat(db, chat)
    return group is not None and group.unit_id is None and group.audience is Audience.WORKERS


def _is_news(known: Group, message: IncomingMessage) -> bool:
    """Whether pushes go another way from now on; one robot more that cannot push changes nothing."""
    if message.is_connected:
        return not known.is_connected or known.robot != message.account
    return known.is_connected and known.robot == message.account


def _learned(db: Connection, speaker: Person, message: IncomingMessage) -> Group | None:
    if speaker.community_id is None:
        return None
    candidates = organization.unlearned_groups(db, speaker.community_id, message.account)
    own = [group for group in candidates if _belongs(db, speaker, group)]
    if len(own) != 1:
        return None
    organization.learn_chat(db, own[0].id, message.chat)
    return organization.group_by_chat(db, message.chat)


def _belongs(db: Connection, speaker: Person, group: Group) -> bool:
    if group.unit_id is not None:
        return speaker.unit_id == group.unit_id
    if group.grid_id is None:
        return speaker.role in (Role.STAFF, Role.HEAD, Role.ADMIN)
    workers = organization.workers_of_grid(db, group.grid_id)
    return bool(workers) and workers[0].id == speaker.id
