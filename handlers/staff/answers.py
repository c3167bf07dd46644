"""The question-and-answer table, as staff edit it in chat."""

from handlers.questions import keep_answer, listed_answers, remove_answer
from handlers.replies import talks as texts
from handlers.staff.router import router
from handlers.turn import Reply, Turn
from nlp.desk_words import DeskAction


@router.on(DeskAction.ANSWER_ADD)
def add(turn: Turn) -> Reply:
    """问答 居委会几点上班=周一到周五9:00到18:00"""
    question, answer = _said(turn, "question"), _said(turn, "answer")
    keep_answer(turn.db, turn.person, question, answer)
    return turn.say("answer_kept", question=question)


@router.on(DeskAction.ANSWER_REMOVE)
def remove(turn: Turn) -> Reply:
    """删除问答 居委会几点上班, 删除问答 2"""
    removed = remove_answer(turn.db, turn.person, _said(turn, "question"))
    return turn.say("answer_removed", question=removed.question)


@router.on(DeskAction.ANSWER_LIST)
def show(turn: Turn) -> Reply:
    """问答列表"""
    rows = listed_answers(turn.db, turn.person)
    return Reply(texts.answers_listed(rows)) if rows else turn.say("no_answers")


def _said(turn: Turn, name: str) -> str:
    value = turn.desk_word.args.get(name) if turn.desk_word else None
    return value.strip() if isinstance(value, str) else ""
