"""Alembic's entry: runs on the connection that `storage.migrations.migrate` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON

from storage.models import metadata
from storage.types import EncryptedText, EnumText, UtcDateTime

PLAIN = {  # a migration names no class of ours, so that it still runs when that class has changed
    UtcDateTime: "sa.DateTime(timezone=True)",
    EnumText: "sa.String(length=32)",
    EncryptedText: "sa.Text()",
    JSON: 'sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")',
}


def render_plain(kind: str, value: object, autogen: Any) -> str | Literal[False]:
    """How a column type is written into a new migration."""
    if kind != "type":
        return False
    if isinstance(value, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
    return next((text for cls, text in PLAIN.items() if isinstance(value, cls)), False)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    render_item=render_plain,
    transactional_ddl=False,  # the caller's transaction holds all of it
)
context.run_migrations()
