"""What staff answer to common questions, and the sentences a community says in its own words."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from storage.dialects import PerDialect
from storage.models.base import many
from storage.models.desk import StoredAnswer, Wording, answers, wordings

_KEEP = PerDialect(
    answers,
    lambda statement: statement.on_conflict_do_update(
        index_elements=["community_id", "question"], set_={"answer": statement.excluded.answer}
    ),
)


def answers_of(db: Connection, community_ids: Sequence[int]) -> list[StoredAnswer]:
    """The questions of these communities with their answers, by community and in the order of entry."""
    query = select(*answers.c).where(answers.c.community_id.in_(list(community_ids)))
    return many(StoredAnswer, db.execute(query.order_by(answers.c.community_id, answers.c.id)))


def keep_answer(db: Connection, *, community_id: int, question: str, answer: str) -> None:
    """The question is answered so from now on, whether it was before or not."""
    row = {"community_id": community_id, "question": question, "answer": answer}
    db.execute(_KEEP.on(db), row)


def remove_answer(db: Connection, *, community_id: int, question: str) -> bool:
    """Whether the question stood there, and is no longer answered."""
    mine = (answers.c.community_id == community_id, answers.c.question == question)
    return db.execute(delete(answers).where(*mine)).rowcount == 1


def wordings_of(db: Connection) -> list[Wording]:
    """Every sentence that a community says in its own words."""
    return many(Wording, db.execute(select(*wordings.c).order_by(wordings.c.community_id, wordings.c.key)))
