"""Consultation: topics, meetings with invitations, decisions and money, polls, listening days.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the tables; a meeting of before has its case as its topic."""
    stood = _meetings_of_before()
    _make_numbers()
    _make_wakes()
    _make_rooms()
    _make_happenings()
    _make_joint_meetings()
    _make_listening_series()
    _make_measures()
    _make_topics()
    _make_joint_members()
    _make_listening_days()
    _make_meetings()
    _make_topic_cases()
    _make_topic_seconds()
    _make_decisions()
    _make_invitations()
    _make_meeting_topics()
    _make_opinions()
    _make_polls()
    _make_ballots()
    _make_costs()
    _make_decision_cases()
    _make_evidence()
    _make_visits()
    _make_cost_shares()
    _keep_meetings(stood)


def _make_numbers() -> None:
    op.create_table(
        "numbers",
        sa.Column("community_id", ID, nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_numbers_community_id_communities"
        ),
        sa.UniqueConstraint("community_id", "subject", name="uq_numbers_community_id_subject"),
    )


def _make_wakes() -> None:
    op.create_table(
        "wakes",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_wakes_community_id_communities"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_wakes"),
        sa.UniqueConstraint("subject", "subject_id", "kind", name="uq_wakes_subject_subject_id_kind"),
    )
    op.create_index("ix_wakes_due_at", "wakes", ["due_at"], unique=False)


def _make_rooms() -> None:
    op.create_table(
        "rooms",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("building", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("room", sa.String(length=16), nullable=False),
        sa.Column("area", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_rooms_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_rooms_estate_id_estates"),
        sa.PrimaryKeyConstraint("id", name="pk_rooms"),
        sa.UniqueConstraint(
            "estate_id", "building", "unit", "room", name="uq_rooms_estate_id_building_unit_room"
        ),
    )


def _make_happenings() -> None:
    op.create_table(
        "happenings",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_happenings_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_happenings_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_happenings"),
    )
    op.create_index("ix_happenings_subject", "happenings", ["subject", "subject_id", "id"], unique=False)


def _make_joint_meetings() -> None:
    op.create_table(
        "joint_meetings",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("place", sa.String(length=128), nullable=False),
        sa.Column("rule", JSON, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_joint_meetings_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name="fk_joint_meetings_made_by_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_joint_meetings"),
        sa.UniqueConstraint("community_id", "number", name="uq_joint_meetings_community_id_number"),
    )


def _make_listening_series() -> None:
    op.create_table(
        "listening_series",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rule", JSON, nullable=False),
        sa.Column("on_holiday", sa.String(length=32), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_listening_series_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name="fk_listening_series_made_by_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_listening_series"),
        sa.UniqueConstraint("community_id", "number", name="uq_listening_series_community_id_number"),
    )


def _make_measures() -> None:
    op.create_table(
        "measures",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("estate_id", ID, nullable=True),
        sa.Column("building", sa.String(length=16), nullable=True),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_measures_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_measures_estate_id_estates"),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name="fk_measures_made_by_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_measures"),
        sa.UniqueConstraint("community_id", "number", name="uq_measures_community_id_number"),
    )


def _make_topics() -> None:
    op.create_table(
        "topics",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("estate_id", ID, nullable=True),
        sa.Column("building", sa.String(length=16), nullable=True),
        sa.Column("proposed_by_id", ID, nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("joined_into_id", ID, nullable=True),
        sa.Column("recurs", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_topics_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name="fk_topics_decided_by_id_people"),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_topics_estate_id_estates"),
        sa.ForeignKeyConstraint(["joined_into_id"], ["topics.id"], name="fk_topics_joined_into_id_topics"),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["people.id"], name="fk_topics_proposed_by_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_topics"),
        sa.UniqueConstraint("community_id", "number", name="uq_topics_community_id_number"),
    )
    op.create_index(
        "ix_topics_waiting",
        "topics",
        ["community_id", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('suggested','proposed','accepted')"),
        postgresql_where=sa.text("status IN ('suggested','proposed','accepted')"),
    )
    op.create_index(
        "ix_topics_recurs",
        "topics",
        ["community_id", "recurs"],
        unique=False,
        sqlite_where=sa.text("recurs <> ''"),
        postgresql_where=sa.text("recurs <> ''"),
    )
    op.create_index("ix_topics_proposed_by_id", "topics", ["proposed_by_id"], unique=False)
    op.create_index(
        "ix_cases_reopened",
        "cases",
        ["community_id", "round_at"],
        unique=False,
        sqlite_where=sa.text("reopen_count > 1"),
        postgresql_where=sa.text("reopen_count > 1"),
    )


def _make_joint_members() -> None:
    op.create_table(
        "joint_members",
        sa.Column("id", ID, nullable=False),
        sa.Column("joint_meeting_id", ID, nullable=False),
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("group_id", ID, nullable=True),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_joint_members_group_id_groups"),
        sa.ForeignKeyConstraint(
            ["joint_meeting_id"],
            ["joint_meetings.id"],
            name="fk_joint_members_joint_meeting_id_joint_meetings",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_joint_members_person_id_people"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_joint_members_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_joint_members"),
    )
    op.create_index("ix_joint_members_joint_meeting_id", "joint_members", ["joint_meeting_id"], unique=False)


def _make_listening_days() -> None:
    op.create_table(
        "listening_days",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("series_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summarised_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_listening_days_community_id_communities"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["listening_series.id"], name="fk_listening_days_series_id_listening_series"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_listening_days"),
        sa.UniqueConstraint("series_id", "day", name="uq_listening_days_series_id_day"),
    )
    op.create_index("ix_reports_reported_at", "reports", ["community_id", "reported_at"], unique=False)


def _make_meetings() -> None:
    op.create_table(
        "meetings",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes_long", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=128), nullable=False),
        sa.Column("online", sa.String(length=256), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("chair_id", ID, nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("called_by_id", ID, nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("desk_token", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minuted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joint_meeting_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["called_by_id"], ["people.id"], name="fk_meetings_called_by_id_people"),
        sa.ForeignKeyConstraint(["chair_id"], ["people.id"], name="fk_meetings_chair_id_people"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_meetings_community_id_communities"
        ),
        sa.ForeignKeyConstraint(
            ["joint_meeting_id"], ["joint_meetings.id"], name="fk_meetings_joint_meeting_id_joint_meetings"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_meetings"),
        sa.UniqueConstraint("community_id", "number", name="uq_meetings_community_id_number"),
    )
    op.create_index(
        "ix_meetings_ahead",
        "meetings",
        ["community_id", "starts_at"],
        unique=False,
        sqlite_where=sa.text("status IN ('invited','held','minuted')"),
        postgresql_where=sa.text("status IN ('invited','held','minuted')"),
    )
    op.create_index(
        "ix_meetings_desk_token",
        "meetings",
        ["desk_token"],
        unique=True,
        sqlite_where=sa.text("desk_token <> ''"),
        postgresql_where=sa.text("desk_token <> ''"),
    )
    op.create_index("ix_meetings_joint_meeting_id", "meetings", ["joint_meeting_id"], unique=False)
    op.create_index(
        "ix_meetings_token",
        "meetings",
        ["token"],
        unique=True,
        sqlite_where=sa.text("token <> ''"),
        postgresql_where=sa.text("token <> ''"),
    )


def _make_topic_cases() -> None:
    op.create_table(
        "topic_cases",
        sa.Column("topic_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_topic_cases_case_id_cases"),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name="fk_topic_cases_topic_id_topics"),
        sa.UniqueConstraint("topic_id", "case_id", name="uq_topic_cases_topic_id_case_id"),
    )
    op.create_index("ix_topic_cases_case_id", "topic_cases", ["case_id"], unique=False)


def _make_topic_seconds() -> None:
    op.create_table(
        "topic_seconds",
        sa.Column("topic_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("seconded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_topic_seconds_person_id_people"),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name="fk_topic_seconds_topic_id_topics"),
        sa.UniqueConstraint("topic_id", "person_id", name="uq_topic_seconds_topic_id_person_id"),
    )
    op.create_index("ix_topic_seconds_person_id", "topic_seconds", ["person_id"], unique=False)


def _make_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("meeting_id", ID, nullable=True),
        sa.Column("topic_id", ID, nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("watcher_id", ID, nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supervision_level", sa.Integer(), nullable=False),
        sa.Column("extension_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_decisions_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name="fk_decisions_made_by_id_people"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name="fk_decisions_meeting_id_meetings"),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name="fk_decisions_owner_id_people"),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name="fk_decisions_topic_id_topics"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_decisions_unit_id_units"),
        sa.ForeignKeyConstraint(["watcher_id"], ["people.id"], name="fk_decisions_watcher_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.UniqueConstraint("community_id", "number", name="uq_decisions_community_id_number"),
    )
    op.create_index("ix_decisions_meeting_id", "decisions", ["meeting_id"], unique=False)
    op.create_index(
        "ix_decisions_open",
        "decisions",
        ["community_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("status IN ('open','reported_done')"),
        postgresql_where=sa.text("status IN ('open','reported_done')"),
    )
    op.create_index("ix_decisions_topic_id", "decisions", ["topic_id"], unique=False)


def _make_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("group_id", ID, nullable=True),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_in_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["people.id"], name="fk_invitations_answered_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["checked_in_by_id"], ["people.id"], name="fk_invitations_checked_in_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_invitations_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_invitations_group_id_groups"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name="fk_invitations_meeting_id_meetings"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_invitations_person_id_people"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_invitations_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("meeting_id", "group_id", name="uq_invitations_meeting_id_group_id"),
        sa.UniqueConstraint("meeting_id", "person_id", name="uq_invitations_meeting_id_person_id"),
        sa.UniqueConstraint("meeting_id", "unit_id", name="uq_invitations_meeting_id_unit_id"),
    )
    op.create_index("ix_invitations_person", "invitations", ["person_id", "meeting_id"], unique=False)


def _make_meeting_topics() -> None:
    op.create_table(
        "meeting_topics",
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("topic_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_carried_over", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name="fk_meeting_topics_meeting_id_meetings"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name="fk_meeting_topics_topic_id_topics"),
        sa.UniqueConstraint("meeting_id", "topic_id", name="uq_meeting_topics_meeting_id_topic_id"),
    )
    op.create_index("ix_meeting_topics_topic_id", "meeting_topics", ["topic_id"], unique=False)


def _make_opinions() -> None:
    op.create_table(
        "opinions",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_opinions_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name="fk_opinions_meeting_id_meetings"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_opinions_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_opinions"),
    )
    op.create_index("ix_opinions_meeting_id", "opinions", ["meeting_id"], unique=False)


def _make_polls() -> None:
    op.create_table(
        "polls",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("estate_id", ID, nullable=True),
        sa.Column("building", sa.String(length=16), nullable=True),
        sa.Column("unit", sa.String(length=16), nullable=True),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("area", sa.BigInteger(), nullable=True),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(length=32), nullable=False),
        sa.Column("quorum", sa.String(length=16), nullable=False),
        sa.Column("threshold", sa.String(length=16), nullable=False),
        sa.Column("is_of_cast", sa.Boolean(), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", JSON, nullable=True),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("topic_id", ID, nullable=True),
        sa.Column("meeting_id", ID, nullable=True),
        sa.Column("measure_id", ID, nullable=True),
        sa.Column("phase", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_polls_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_polls_estate_id_estates"),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name="fk_polls_made_by_id_people"),
        sa.ForeignKeyConstraint(["measure_id"], ["measures.id"], name="fk_polls_measure_id_measures"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name="fk_polls_meeting_id_meetings"),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name="fk_polls_topic_id_topics"),
        sa.PrimaryKeyConstraint("id", name="pk_polls"),
        sa.UniqueConstraint("community_id", "number", name="uq_polls_community_id_number"),
    )
    op.create_index(
        "ix_people_home",
        "people",
        ["estate_id", "building"],
        unique=False,
        sqlite_where=sa.text("estate_id IS NOT NULL"),
        postgresql_where=sa.text("estate_id IS NOT NULL"),
    )
    op.create_index("ix_polls_measure_id", "polls", ["measure_id"], unique=False)
    op.create_index("ix_polls_meeting_id", "polls", ["meeting_id"], unique=False)
    op.create_index(
        "ix_polls_open",
        "polls",
        ["community_id", "estate_id"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )


def _make_ballots() -> None:
    op.create_table(
        "ballots",
        sa.Column("id", ID, nullable=False),
        sa.Column("poll_id", ID, nullable=False),
        sa.Column("door", sa.String(length=64), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("choice", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("area", sa.BigInteger(), nullable=True),
        sa.Column("entered_by_id", ID, nullable=True),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["entered_by_id"], ["people.id"], name="fk_ballots_entered_by_id_people"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_ballots_person_id_people"),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name="fk_ballots_poll_id_polls"),
        sa.PrimaryKeyConstraint("id", name="pk_ballots"),
    )
    op.create_index(
        "ix_ballots_counted",
        "ballots",
        ["poll_id", "door"],
        unique=True,
        sqlite_where=sa.text("status = 'counted'"),
        postgresql_where=sa.text("status = 'counted'"),
    )
    op.create_index("ix_ballots_person", "ballots", ["person_id", "poll_id"], unique=False)
    op.create_index("ix_ballots_poll", "ballots", ["poll_id", "id"], unique=False)


def _make_costs() -> None:
    op.create_table(
        "costs",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", ID, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_costs_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_costs_decision_id_decisions"),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["people.id"], name="fk_costs_recorded_by_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_costs"),
    )
    op.create_index("ix_costs_decision_id", "costs", ["decision_id"], unique=False)


def _make_decision_cases() -> None:
    op.create_table(
        "decision_cases",
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_decision_cases_case_id_cases"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name="fk_decision_cases_decision_id_decisions"
        ),
        sa.UniqueConstraint("decision_id", "case_id", name="uq_decision_cases_decision_id_case_id"),
    )
    op.create_index("ix_decision_cases_case_id", "decision_cases", ["case_id"], unique=False)


def _make_evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("decision_id", ID, nullable=True),
        sa.Column("meeting_id", ID, nullable=True),
        sa.Column("attachment_id", ID, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("added_by_id", ID, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["people.id"], name="fk_evidence_added_by_id_people"),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name="fk_evidence_attachment_id_attachments"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_evidence_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_evidence_decision_id_decisions"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name="fk_evidence_meeting_id_meetings"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_decision_id", "evidence", ["decision_id"], unique=False)
    op.create_index("ix_evidence_meeting_id", "evidence", ["meeting_id"], unique=False)


def _make_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", ID, nullable=False),
        sa.Column("poll_id", ID, nullable=False),
        sa.Column("door", sa.String(length=64), nullable=False),
        sa.Column("worker_id", ID, nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name="fk_visits_poll_id_polls"),
        sa.ForeignKeyConstraint(["worker_id"], ["people.id"], name="fk_visits_worker_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
    )
    op.create_index("ix_visits_poll_id", "visits", ["poll_id"], unique=False)


def _make_cost_shares() -> None:
    op.create_table(
        "cost_shares",
        sa.Column("id", ID, nullable=False),
        sa.Column("cost_id", ID, nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("building", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("room", sa.String(length=16), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("consent", sa.String(length=32), nullable=False),
        sa.Column("said_by_id", ID, nullable=True),
        sa.Column("entered_by_id", ID, nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cost_id"], ["costs.id"], name="fk_cost_shares_cost_id_costs"),
        sa.ForeignKeyConstraint(["entered_by_id"], ["people.id"], name="fk_cost_shares_entered_by_id_people"),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_cost_shares_estate_id_estates"),
        sa.ForeignKeyConstraint(["said_by_id"], ["people.id"], name="fk_cost_shares_said_by_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_cost_shares"),
        sa.UniqueConstraint(
            "cost_id",
            "estate_id",
            "building",
            "unit",
            "room",
            name="uq_cost_shares_cost_id_estate_id_building_unit_room",
        ),
    )


def _meetings_of_before() -> list[sa.Row]:
    """The rows of the former table, which knew one case, a time and a place; the table goes."""
    query = sa.text(
        "SELECT m.id, m.community_id, m.case_id, m.title, m.starts_at, m.place, m.status, m.called_by_id,"
        " m.called_at, c.estate_id, c.building, c.is_public FROM meetings m JOIN cases c ON c.id = m.case_id"
        " ORDER BY m.id"
    )
    rows = list(op.get_bind().execute(query))
    op.drop_table("meetings")
    return rows


def _keep_meetings(rows: list[sa.Row]) -> None:
    """Their numbers stay those of the histories; each topic is scheduled for its meeting."""
    numbers: dict[int, int] = {}
    for row in rows:
        number = numbers[row.community_id] = numbers.get(row.community_id, 0) + 1
        _execute(
            "INSERT INTO meetings (id, community_id, number, title, starts_at, minutes_long, place, online,"
            " status, called_by_id, called_at, is_public, code, token, desk_token, version, reason, record)"
            " VALUES (:id, :community_id, :number, :title, :starts_at, 90, :place, '', :status,"
            " :called_by_id, :called_at, :is_public, '', '', '', 0, '', '')",
            {**_shared(row, number), "id": row.id, "status": row.status, "place": row.place},
        )
        _execute(
            "INSERT INTO topics (id, community_id, number, title, words, status, source, is_public,"
            " estate_id, building, proposed_by_id, proposed_at, reason, recurs)"
            " VALUES (:id, :community_id, :number, :title, '', 'scheduled', 'case',"
            " :is_public, :estate_id, :building, :called_by_id, :called_at, '', '')",
            {**_shared(row, number), "id": row.id, "estate_id": row.estate_id, "building": row.building},
        )
        both = {"meeting_id": row.id, "topic_id": row.id, "case_id": row.case_id}
        _execute("INSERT INTO topic_cases (topic_id, case_id) VALUES (:topic_id, :case_id)", both)
        _execute(
            "INSERT INTO meeting_topics (meeting_id, topic_id, position, is_carried_over)"
            " VALUES (:meeting_id, :topic_id, 1, :no)",
            both | {"no": False},
        )
    for community_id, last in numbers.items():
        for subject in ("meeting", "topic"):
            _execute(
                "INSERT INTO numbers (community_id, subject, last) VALUES (:community_id, :subject, :last)",
                {"community_id": community_id, "subject": subject, "last": last},
            )
    if op.get_bind().dialect.name == "postgresql" and rows:
        op.execute("SELECT setval(pg_get_serial_sequence('meetings', 'id'), (SELECT max(id) FROM meetings))")
        op.execute("SELECT setval(pg_get_serial_sequence('topics', 'id'), (SELECT max(id) FROM topics))")


def _shared(row: sa.Row, number: int) -> dict[str, object]:
    return {
        "community_id": row.community_id,
        "number": number,
        "title": row.title,
        "starts_at": row.starts_at,
        "called_by_id": row.called_by_id,
        "called_at": row.called_at,
        "is_public": row.is_public,
    }


def _execute(statement: str, values: dict[str, object]) -> None:
    clause = sa.text(statement)
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    op.get_bind().execute(clause, used)
