"""Residents' groups as the platform knows them: by their chat, and what it says has changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from storage.dialects import PerDialect
from storage.models.base import many
from storage.models.organization import Audience, Group, group_changes, groups

_NOTE = PerDialect(
    group_changes,
    lambda statement: statement.on_conflict_do_update(
        index_elements=[group_changes.c.chat_id], set_={"noted_at": statement.excluded.noted_at}
    ),
)


def groups_of_chat(db: Connection, chat_id: str) -> list[Group]:
    """The residents' groups registered with this chat of the platform: one, as a rule."""
    if not chat_id:
        return []
    query = select(*groups.c).where(
        groups.c.audience == Audience.RESIDENTS, groups.c.customer_group == chat_id
    )
    return many(Group, db.execute(query.order_by(groups.c.id)))


def groups_with_chat(db: Connection) -> list[Group]:
    """Every residents' group that has a chat of the platform, the dismissed ones left out."""
    query = select(*groups.c).where(
        groups.c.audience == Audience.RESIDENTS,
        groups.c.customer_group != "",
        groups.c.dismissed_at.is_(None),
    )
    return many(Group, db.execute(query.order_by(groups.c.id)))


def residents_groups(db: Connection, community_id: int) -> list[Group]:
    """Every residents' group of the community, the dismissed ones too, by name."""
    query = select(*groups.c).where(
        groups.c.audience == Audience.RESIDENTS, groups.c.community_id == community_id
    )
    return many(Group, db.execute(query.order_by(groups.c.name)))


def names_of_groups(db: Connection, community_id: int) -> set[str]:
    """The names that are taken."""
    query = select(groups.c.name).where(groups.c.community_id == community_id)
    return set(db.execute(query).scalars())


def add_residents_group(db: Connection, values: dict[str, Any]) -> Group:
    """A group that the platform has and nobody registered."""
    columns = {"audience": Audience.RESIDENTS, "is_connected": False} | values
    return Group(*db.execute(insert(groups).values(columns).returning(*groups.c)).one())


def change_residents_group(db: Connection, group_id: int, **values: object) -> None:
    """These columns of the group have new values."""
    db.execute(update(groups).where(groups.c.id == group_id).values(**values))


def note_change(db: Connection, chat_id: str, *, now: datetime) -> None:
    """The platform is to be asked about this chat."""
    db.execute(_NOTE.on(db), {"chat_id": chat_id, "noted_at": now})


def noted_changes(db: Connection, *, limit: int) -> list[tuple[str, datetime]]:
    """The chats the platform is to be asked about, the longest noted first."""
    query = select(group_changes.c.chat_id, group_changes.c.noted_at).order_by(group_changes.c.noted_at)
    return [(row.chat_id, row.noted_at) for row in db.execute(query.limit(limit))]


def forget_change(db: Connection, chat_id: str, noted_at: datetime) -> None:
    """It was asked about; a change noted since then stays."""
    db.execute(
        delete(group_changes).where(group_changes.c.chat_id == chat_id, group_changes.c.noted_at == noted_at)
    )
