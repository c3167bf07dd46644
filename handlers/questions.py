"""Common questions and what is answered to them: kept by staff, looked up for residents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from handlers.errors import AnswerTooLong, NoSuchAnswer, NotAllowed, WordsMissing
from nlp.lexicon import Lexicon
from nlp.questions import PreparedQuestions, best_answer, prepare
from storage import answers
from storage.models.desk import StoredAnswer
from storage.models.people import Person, Role

LONGEST_QUESTION: Final = 128  # characters, the width of the column
LONGEST_ANSWER: Final = 600  # characters: 2,048 bytes are one message
STAFF: Final = frozenset({Role.STAFF, Role.HEAD, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """The answers of one community, ready to be asked for."""

    rows: tuple[StoredAnswer, ...]
    prepared: PreparedQuestions

    def answer_to(self, text: str) -> str | None:
        """What staff answer to such a sentence; `None` unless it is clearly one of their questions."""
        index = best_answer(text, self.prepared)
        return None if index is None else self.rows[index].answer


def prepared_answers(
    rows: Sequence[StoredAnswer], lexicon: Lexicon, *, known: Mapping[int, AnswerTable]
) -> dict[int, AnswerTable]:
    """The tables by community; one that did not change is not prepared again."""
    tables: dict[int, AnswerTable] = {}
    for community_id in {row.community_id for row in rows}:
        mine = tuple(row for row in rows if row.community_id == community_id)
        old = known.get(community_id)
        is_same = old is not None and old.rows == mine
        tables[community_id] = old if old and is_same else _table(mine, lexicon)
    return tables


def keep_answer(db: Connection, staff: Person, question: str, answer: str) -> None:
    """Residents of the community who ask this are answered so."""
    _ensure_staff(staff)
    if not question or not answer:
        raise WordsMissing("问答 物业几点上班=周一到周日8:00到18:00")
    if len(question) > LONGEST_QUESTION or len(answer) > LONGEST_ANSWER:
        raise AnswerTooLong(LONGEST_QUESTION, LONGEST_ANSWER)
    answers.keep_answer(db, community_id=staff.community_id or 0, question=question, answer=answer)


def remove_answer(db: Connection, staff: Person, question: str) -> StoredAnswer:
    """The question is no longer answered; it is named by its words or by its number in the list."""
    _ensure_staff(staff)
    rows = answers.answers_of(db, [staff.community_id or 0])
    by_number = int(question[:4]) if question.isdecimal() else 0
    found = next((row for row in rows if row.question == question), None)
    if found is None and 1 <= by_number <= len(rows):
        found = rows[by_number - 1]
    if found is None:
        raise NoSuchAnswer(question)
    answers.remove_answer(db, community_id=found.community_id, question=found.question)
    return found


def listed_answers(db: Connection, staff: Person) -> list[StoredAnswer]:
    """What is answered at present, in the order of entry."""
    _ensure_staff(staff)
    return answers.answers_of(db, [staff.community_id or 0])


def _ensure_staff(person: Person) -> None:
    if person.role not in STAFF:
        raise NotAllowed("问答")


def _table(rows: tuple[StoredAnswer, ...], lexicon: Lexicon) -> AnswerTable:
    return AnswerTable(rows, prepare([(row.question, ()) for row in rows], lexicon))
