"""Texts with variables, by name."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.dialects import PerDialect
from storage.models.base import many, one
from storage.models.broadcasts import BroadcastTemplate, broadcast_templates

_TABLE = broadcast_templates.c
_KEEP = PerDialect(
    broadcast_templates,
    lambda statement: statement.on_conflict_do_update(
        index_elements=[_TABLE.community_id, _TABLE.name],
        set_={
            "text": statement.excluded.text,
            "person_id": statement.excluded.person_id,
            "changed_at": statement.excluded.changed_at,
        },
    ),
)


def keep_template(
    db: Connection, community_id: int, name: str, *, text: str, person_id: int, now: datetime
) -> None:
    """The community has this template from now on; one of the same name is replaced."""
    row = {"community_id": community_id, "name": name, "text": text}
    db.execute(_KEEP.on(db), row | {"person_id": person_id, "changed_at": now})


def template_named(db: Connection, community_id: int, name: str) -> BroadcastTemplate | None:
    """The community's template of this name; `None` when it has none."""
    query = select(*_TABLE).where(_TABLE.community_id == community_id, _TABLE.name == name)
    return one(BroadcastTemplate, db.execute(query).first())


def templates_of(db: Connection, community_id: int) -> list[BroadcastTemplate]:
    """The community's templates, by name."""
    query = select(*_TABLE).where(_TABLE.community_id == community_id)
    return many(BroadcastTemplate, db.execute(query.order_by(_TABLE.name)))


def remove_template(db: Connection, template_id: int) -> None:
    """The template is gone."""
    db.execute(delete(broadcast_templates).where(_TABLE.id == template_id))
