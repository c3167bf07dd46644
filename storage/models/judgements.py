"""What residents think of the work: evaluations, urging, thanks."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from storage.models.base import identity, metadata, moment, reference

evaluations = Table(  # One reporter's judgement of one round of a case; the latest word counts.
    "evaluations",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("case_id", "cases"),
    reference("person_id", "people"),
    Column("round", Integer, nullable=False),
    Column("rating", Integer, nullable=False),
    Column("is_partly", Boolean, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    moment("evaluated_at"),
    UniqueConstraint("case_id", "round", "person_id"),
)
Index("ix_evaluations_community_id_evaluated_at", evaluations.c.community_id, evaluations.c.evaluated_at)

urges = Table(  # A reporter asked for speed; once a day for each case and person.
    "urges",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("case_id", "cases"),
    reference("person_id", "people"),
    Column("day", String(10), nullable=False),
    moment("urged_at"),
    UniqueConstraint("case_id", "person_id", "day"),
)

commendations = Table(  # Thanks that name a worker.
    "commendations",
    metadata,
    identity(),
    reference("community_id", "communities"),
    reference("worker_id", "people", indexed=True),
    reference("person_id", "people"),
    reference("case_id", "cases", optional=True),
    Column("text", Text, nullable=False),
    moment("said_at"),
)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A row of `evaluations`; `rating` is 1 to 5; `round` is the case's reopen count at that time."""

    id: int
    community_id: int
    case_id: int
    person_id: int
    round: int
    rating: int
    is_partly: bool
    reason: str
    evaluated_at: datetime


@dataclass(frozen=True, slots=True)
class Commendation:
    """A row of `commendations`."""

    id: int
    community_id: int
    worker_id: int
    person_id: int
    case_id: int | None
    text: str
    said_at: datetime
