"""Channels and broadcasts: leases, refused callbacks, dated deputies, groups in step, planned broadcasts.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the tables, then change those that stand."""
    _make_leases()
    _make_refusals()
    _make_group_changes()
    _make_broadcast_series()
    _make_broadcast_templates()
    _make_broadcast_recipients()
    _change_broadcasts()
    _change_others()


def _make_leases() -> None:
    op.create_table(
        "leases",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leases"),
        sa.UniqueConstraint("name", name="uq_leases_name"),
    )


def _make_refusals() -> None:
    op.create_table(
        "refusals",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_reason", sa.String(length=128), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_refusals"),
        sa.UniqueConstraint(
            "channel", "account", "kind", "hour", name="uq_refusals_channel_account_kind_hour"
        ),
    )


def _make_group_changes() -> None:
    op.create_table(
        "group_changes",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", sa.String(length=128), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_group_changes"),
        sa.UniqueConstraint("chat_id", name="uq_group_changes_chat_id"),
    )


def _make_broadcast_series() -> None:
    op.create_table(
        "broadcast_series",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("target", sa.String(length=256), nullable=False),
        sa.Column("order", JSON, nullable=False),
        sa.Column("rule", JSON, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_broadcast_series_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_broadcast_series_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast_series"),
        sa.UniqueConstraint("community_id", "number", name="uq_broadcast_series_community_id_number"),
    )
    op.create_index(
        "ix_broadcast_series_due",
        "broadcast_series",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )


def _make_broadcast_templates() -> None:
    op.create_table(
        "broadcast_templates",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_broadcast_templates_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_broadcast_templates_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast_templates"),
        sa.UniqueConstraint("community_id", "name", name="uq_broadcast_templates_community_id_name"),
    )


def _make_broadcast_recipients() -> None:
    op.create_table(
        "broadcast_recipients",
        sa.Column("id", ID, nullable=False),
        sa.Column("broadcast_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name="fk_broadcast_recipients_broadcast_id_broadcasts"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_broadcast_recipients_person_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast_recipients"),
        sa.UniqueConstraint(
            "broadcast_id", "person_id", name="uq_broadcast_recipients_broadcast_id_person_id"
        ),
    )
    op.create_index(
        "ix_broadcast_recipients_person_way",
        "broadcast_recipients",
        ["person_id", "way", "planned_at"],
        unique=False,
    )


def _change_broadcasts() -> None:
    """What was confirmed went out at once: it is done."""
    with op.batch_alter_table("broadcasts") as batch:  # SQLite alters columns only by copying the table
        batch.alter_column(
            "target", existing_type=sa.String(64), type_=sa.String(256), existing_nullable=False
        )
        batch.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(
            sa.Column("audience", sa.String(32), nullable=False, server_default="residents_groups")
        )
        batch.add_column(sa.Column("is_urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("people", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("plan", JSON, nullable=False, server_default="{}"))
        for name in ("starts_at", "ends_at", "finished_at"):
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        for name, table in (
            ("approved_by_id", "people"),
            ("stopped_by_id", "people"),
            ("series_id", "broadcast_series"),
        ):
            key = sa.ForeignKey(f"{table}.id", name=f"fk_broadcasts_{name}_{table}")
            batch.add_column(sa.Column(name, ID, key, nullable=True))
    op.execute("UPDATE broadcasts SET number = id")
    op.execute("UPDATE broadcasts SET status = 'done' WHERE status = 'confirmed'")
    op.create_index("ix_broadcasts_number", "broadcasts", ["community_id", "number"], unique=True)
    op.create_index("ix_broadcasts_series_id", "broadcasts", ["series_id"])
    _few("ix_broadcasts_due", "broadcasts", "starts_at", of="status = 'scheduled'")
    _few("ix_broadcasts_sending", "broadcasts", "id", of="status = 'sending'")
    _few("ix_broadcasts_unapproved", "broadcasts", "confirmed_at", of="status = 'awaiting_approval'")
    _few("ix_broadcasts_previewed", "broadcasts", "created_at", of="status = 'previewed'")


def _change_others() -> None:
    for name in ("starts_on", "ends_on"):
        op.add_column("grid_workers", sa.Column(name, sa.Date(), nullable=True))
    op.add_column(
        "grid_workers", sa.Column("is_acting", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    op.add_column(
        "grid_workers", sa.Column("is_listed", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    op.add_column(
        "grid_workers", sa.Column("is_by_hand", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    instead_of = sa.ForeignKey("people.id", name="fk_grid_workers_instead_of_id_people")
    op.add_column(
        "grid_workers", sa.Column("instead_of_id", ID, instead_of, nullable=True), inline_references=True
    )
    op.add_column(
        "groups", sa.Column("is_connected", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("groups", sa.Column("members", sa.Integer(), nullable=True))
    op.add_column("groups", sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("groups", sa.Column("listed_on", sa.Date(), nullable=True))
    for name, table in (("broadcast_id", "broadcasts"), ("gathered_into_id", "outbox")):
        key = sa.ForeignKey(f"{table}.id", name=f"fk_outbox_{name}_{table}")
        op.add_column("outbox", sa.Column(name, ID, key, nullable=True), inline_references=True)
    op.add_column("outbox", sa.Column("reminders", JSON, nullable=False, server_default="[]"))
    for name in ("made_at", "unwanted_at", "wanted_at"):
        op.add_column("outbox", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in ("opened", "resolved", "closed"):
        op.create_index(f"ix_cases_{name}", "cases", ["community_id", f"{name}_at"])
    op.create_index("ix_outbox_broadcast_id", "outbox", ["broadcast_id"])
    _few("ix_outbox_tasks", "outbox", "destination_id", "made_at", of="made_at IS NOT NULL")
    _few("ix_outbox_gathered", "outbox", "gathered_into_id", of="gathered_into_id IS NOT NULL")
    _few("ix_outbox_uncertain", "outbox", "destination_id", of="status = 'uncertain'")
    of_platform = "broadcast_id IS NOT NULL AND platform_id <> ''"
    _few("ix_outbox_of_platform", "outbox", "platform_id", of=of_platform)


def _few(name: str, table: str, *columns: str, of: str) -> None:
    op.create_index(name, table, list(columns), sqlite_where=sa.text(of), postgresql_where=sa.text(of))
