"""征询4 B 家里3人 希望先修主管道, 征询4: residents answer surveys; votes share the words."""

from dataclasses import replace

from handlers.errors.polls import NoSuchPoll
from handlers.errors.surveys import WhichSurvey
from handlers.polls.kinds import resident_surveys
from handlers.replies import surveys as texts
from handlers.surveys.answering import answer_survey, own_answer
from handlers.surveys.circle import ensure_may_answer, surveys_concerning
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction
from nlp.consultation.surveys import read_answer
from storage.models.people import Person
from storage.models.polls import PollKind
from storage.polls import rows


@resident_surveys.on(TableAction.CHOOSE)
def answer(turn: Turn) -> Reply | None:
    """征询4 B 家里3人 希望先修主管道; 选B alone while one survey asks; `None`: nothing is being asked."""
    said = _words(turn)
    number = (turn.table_word.number if turn.table_word else None) or _only_one(turn, said)
    if number is None:
        return None
    found = answer_survey(turn.db, _who(turn), number, said, now=turn.now)
    return Reply(texts.answered(found.poll, found.ballot, found.before))


@resident_surveys.on(TableAction.POLL_LIST)
def list_surveys(turn: Turn) -> Reply:
    """征询列表"""
    return Reply(texts.listed_for_residents(surveys_concerning(turn.db, _who(turn), now=turn.now)))


@resident_surveys.on(TableAction.POLL_SHOW)
def show(turn: Turn) -> Reply:
    """征询4: the question, and what the speaker has said"""
    number = (turn.table_word.number if turn.table_word else None) or 0
    poll = rows.poll_numbered(turn.db, turn.community.id, number)
    if poll is None or poll.kind is not PollKind.SURVEY:
        raise NoSuchPoll(number)
    own = own_answer(turn.db, turn.person, poll)
    if own is None:
        ensure_may_answer(turn.db, turn.person, poll)
    return Reply(texts.shown_to_resident(poll, own))


def _who(turn: Turn) -> Person:
    """The speaker, as of the community that is asked; a resident may be bound to none yet."""
    return replace(turn.person, community_id=turn.community.id)


def _words(turn: Turn) -> str:
    """The answer as it was said; of a bare one its people too."""
    args = turn.table_word.args if turn.table_word else {}
    said, people = str(args.get("words") or ""), args.get("people")
    is_bare = turn.table_word is None or turn.table_word.number is None
    return f"{said} {people}人" if isinstance(people, int) and (is_bare or not said) else said


def _only_one(turn: Turn, said: str) -> int | None:
    """The number of the only survey that these words choose in; `WhichSurvey` when there are several."""
    running = surveys_concerning(turn.db, _who(turn), now=turn.now)
    fitting = [each for each in running if read_answer(said, each.options).choice is not None]
    if len(fitting) > 1:
        raise WhichSurvey([(each.number, each.title) for each in fitting], said)
    return fitting[0].number if fitting else None
