"""The case loop: joining, supervision, assignments, judgement, and what the dialogue keeps.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
EPOCH = "1970-01-01 00:00:00+00"  # for rows that stand already; put right below
OPEN = sa.text("status IN ('registered','claimed','in_progress','dispatched','consulting','waiting')")
SETTLED = sa.text("status IN ('resolved','closed','rejected','withdrawn')")


def upgrade() -> None:
    """Make the tables, then change those that stand."""
    _make_answers()
    _make_wordings()
    _make_households()
    _make_assignments()
    _make_audit()
    _make_commendations()
    _make_evaluations()
    _make_mediations()
    _make_talks()
    _make_timers()
    _make_urges()
    _make_media_files()
    _change_tables()
    _change_people_and_reports()


def _make_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("question", sa.String(length=128), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_answers_community_id_communities"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.UniqueConstraint("community_id", "question", name="uq_answers_community_id_question"),
    )


def _make_wordings() -> None:
    op.create_table(
        "wordings",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_wordings_community_id_communities"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_wordings"),
        sa.UniqueConstraint("community_id", "key", name="uq_wordings_community_id_key"),
    )


def _make_households() -> None:
    op.create_table(
        "households",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("building", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("room", sa.String(length=16), nullable=False),
        sa.Column("kinds", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("entered_by_id", ID, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_households_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["entered_by_id"], ["people.id"], name="fk_households_entered_by_id_people"),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_households_estate_id_estates"),
        sa.PrimaryKeyConstraint("id", name="pk_households"),
        sa.UniqueConstraint(
            "estate_id", "building", "unit", "room", name="uq_households_estate_id_building_unit_room"
        ),
    )


def _make_assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_by_id", ID, nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_in_by_id", ID, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("answered_by_name", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("link_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("link_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["people.id"], name="fk_assignments_answered_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["assigned_by_id"], ["people.id"], name="fk_assignments_assigned_by_id_people"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_assignments_case_id_cases"),
        sa.ForeignKeyConstraint(
            ["checked_in_by_id"], ["people.id"], name="fk_assignments_checked_in_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_assignments_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_assignments_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
    )
    op.create_index("ix_assignments_case_id", "assignments", ["case_id"], unique=False)
    op.create_index(
        "ix_assignments_open_unit",
        "assignments",
        ["unit_id"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index("ix_assignments_token_hash", "assignments", ["token_hash"], unique=False)


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", JSON, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_audit_case_id_cases"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_audit_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_audit_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index(
        "ix_audit_community_id_happened_at", "audit", ["community_id", "happened_at"], unique=False
    )


def _make_commendations() -> None:
    op.create_table(
        "commendations",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("worker_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_commendations_case_id_cases"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_commendations_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_commendations_person_id_people"),
        sa.ForeignKeyConstraint(["worker_id"], ["people.id"], name="fk_commendations_worker_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_commendations"),
    )
    op.create_index("ix_commendations_worker_id", "commendations", ["worker_id"], unique=False)


def _make_evaluations() -> None:
    op.create_table(
        "evaluations",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("is_partly", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_evaluations_case_id_cases"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_evaluations_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_evaluations_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_evaluations"),
        sa.UniqueConstraint("case_id", "round", "person_id", name="uq_evaluations_case_id_round_person_id"),
    )
    op.create_index(
        "ix_evaluations_community_id_evaluated_at",
        "evaluations",
        ["community_id", "evaluated_at"],
        unique=False,
    )


def _make_mediations() -> None:
    op.create_table(
        "mediations",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("respondent", sa.Text(), nullable=False),
        sa.Column("mediator", sa.String(length=64), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_mediations_case_id_cases"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_mediations_community_id_communities"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mediations"),
        sa.UniqueConstraint("case_id", name="uq_mediations_case_id"),
    )


def _make_talks() -> None:
    op.create_table(
        "talks",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["closed_by_id"], ["people.id"], name="fk_talks_closed_by_id_people"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_talks_community_id_communities"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_talks_conversation_id_conversations"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_talks_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_talks"),
    )
    op.create_index(
        "ix_talks_open",
        "talks",
        ["community_id", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _make_timers() -> None:
    op.create_table(
        "timers",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_timers_case_id_cases"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_timers_community_id_communities"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_timers"),
        sa.UniqueConstraint("case_id", "kind", name="uq_timers_case_id_kind"),
    )
    op.create_index("ix_timers_due_at", "timers", ["due_at"], unique=False)


def _make_urges() -> None:
    op.create_table(
        "urges",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("urged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_urges_case_id_cases"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_urges_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_urges_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_urges"),
        sa.UniqueConstraint("case_id", "person_id", "day", name="uq_urges_case_id_person_id_day"),
    )


def _make_media_files() -> None:
    op.create_table(
        "media_files",
        sa.Column("id", ID, nullable=False),
        sa.Column("attachment_id", ID, nullable=False),
        sa.Column("content_type", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name="fk_media_files_attachment_id_attachments"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_media_files"),
        sa.UniqueConstraint("attachment_id", name="uq_media_files_attachment_id"),
    )


def _change_tables() -> None:
    op.add_column(
        "attachments", sa.Column("channel", sa.String(length=32), nullable=False, server_default="")
    )
    op.add_column(
        "attachments", sa.Column("account", sa.String(length=64), nullable=False, server_default="")
    )
    op.add_column(
        "attachments", sa.Column("status", sa.String(length=32), nullable=False, server_default="lost")
    )
    op.add_column("attachments", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(
        "attachments", sa.Column("next_at", sa.DateTime(timezone=True), nullable=False, server_default=EPOCH)
    )
    op.add_column("attachments", sa.Column("error", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "attachments", sa.Column("is_proof", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    with op.batch_alter_table("attachments") as batch:
        batch.alter_column("community_id", existing_type=sa.INTEGER(), nullable=True)
        batch.alter_column("case_id", existing_type=sa.INTEGER(), nullable=True)
        batch.alter_column(
            "media_id", existing_type=sa.VARCHAR(length=256), type_=sa.Text(), existing_nullable=False
        )
    op.create_index(
        "ix_attachments_waiting",
        "attachments",
        ["next_at", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "ix_attachments_without_case",
        "attachments",
        ["person_id", "received_at"],
        unique=False,
        sqlite_where=sa.text("case_id IS NULL"),
        postgresql_where=sa.text("case_id IS NULL"),
    )
    op.add_column(
        "cases", sa.Column("round_at", sa.DateTime(timezone=True), nullable=False, server_default=EPOCH)
    )
    op.add_column("cases", sa.Column("reopen_count", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("supervision_level", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("extension_days", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("status_before", sa.String(length=32), nullable=True))
    op.add_column(
        "cases",
        sa.Column(
            "merged_into_id",
            ID,
            sa.ForeignKey("cases.id", name="fk_cases_merged_into_id_cases"),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column("cases", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("is_judged", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("cases", sa.Column("has_whisper", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_index("ix_cases_open_grid", table_name="cases", sqlite_where=OPEN)
    op.create_index("ix_cases_community_id_respond_by", "cases", ["community_id", "respond_by"], unique=False)
    op.create_index(
        "ix_cases_merged_into_id",
        "cases",
        ["merged_into_id"],
        unique=False,
        sqlite_where=sa.text("merged_into_id IS NOT NULL"),
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_open_due",
        "cases",
        ["community_id", "resolve_by", "id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_cases_open_grid_due",
        "cases",
        ["grid_id", "resolve_by", "id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_cases_open_wide",
        "cases",
        ["estate_id", "subcategory", "id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_cases_settled_place",
        "cases",
        ["community_id", "category", "estate_id", "building", "closed_at"],
        unique=False,
        sqlite_where=SETTLED,
        postgresql_where=SETTLED,
    )
    op.create_index(
        "ix_cases_settled_wide",
        "cases",
        ["estate_id", "subcategory", "closed_at"],
        unique=False,
        sqlite_where=SETTLED,
        postgresql_where=SETTLED,
    )
    op.create_index(
        "ix_cases_silent",
        "cases",
        ["community_id", "closed_at"],
        unique=False,
        sqlite_where=sa.text("status = 'closed' AND NOT is_judged"),
        postgresql_where=sa.text("status = 'closed' AND NOT is_judged"),
    )
    op.create_index(
        "ix_cases_to_forget",
        "cases",
        ["closed_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NOT NULL AND summary <> '（已过保存期）'"),
        postgresql_where=sa.text("closed_at IS NOT NULL AND summary <> '（已过保存期）'"),
    )


def _change_people_and_reports() -> None:
    op.add_column("conversations", sa.Column("burst_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversations", sa.Column("burst_count", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("grids", sa.Column("turns", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(
        "people",
        sa.Column(
            "estate_id", ID, sa.ForeignKey("estates.id", name="fk_people_estate_id_estates"), nullable=True
        ),
        inline_references=True,
    )
    op.add_column("people", sa.Column("building", sa.String(length=16), nullable=True))
    op.add_column("people", sa.Column("unit", sa.String(length=16), nullable=True))
    op.add_column("people", sa.Column("room", sa.String(length=16), nullable=True))
    op.add_column("people", sa.Column("unsubscribed_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_people_community_id", table_name="people")
    op.create_index(
        "ix_people_community_id_name",
        "people",
        ["community_id", "name"],
        unique=False,
        sqlite_where=sa.text("name <> ''"),
        postgresql_where=sa.text("name <> ''"),
    )
    op.create_index("ix_people_community_id_role", "people", ["community_id", "role"], unique=False)
    op.add_column("receipts", sa.Column("deferred_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_receipts_deferred",
        "receipts",
        ["deferred_until", "id"],
        unique=False,
        sqlite_where=sa.text("deferred_until IS NOT NULL"),
        postgresql_where=sa.text("deferred_until IS NOT NULL"),
    )
    op.add_column(
        "reports", sa.Column("source", sa.String(length=32), nullable=False, server_default="account")
    )
    op.add_column(
        "reports", sa.Column("outside_number", sa.String(length=64), nullable=False, server_default="")
    )
    op.add_column(
        "reports",
        sa.Column(
            "entered_by_id",
            ID,
            sa.ForeignKey("people.id", name="fk_reports_entered_by_id_people"),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column("reports", sa.Column("is_whisper", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("reports", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_reports_entered_by_id",
        "reports",
        ["entered_by_id"],
        unique=False,
        sqlite_where=sa.text("entered_by_id IS NOT NULL"),
        postgresql_where=sa.text("entered_by_id IS NOT NULL"),
    )
    op.create_index(
        "ix_reports_outside_number",
        "reports",
        ["community_id", "outside_number"],
        unique=False,
        sqlite_where=sa.text("outside_number <> ''"),
        postgresql_where=sa.text("outside_number <> ''"),
    )
    op.execute("UPDATE cases SET round_at = opened_at")
