"""Open cases by community, category and place: where a new report may belong.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OPEN = sa.text("status IN ('registered','claimed','in_progress','dispatched','consulting','waiting')")


def upgrade() -> None:
    """Build the index."""
    op.create_index(
        "ix_cases_open_place",
        "cases",
        ["community_id", "category", "estate_id", "building", "id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
