"""What residents say in votes: 表决2 同意, 同意, 选A, 表决2, 表决列表. Surveys answer theirs."""

from handlers.errors.polls import NoSuchPoll, WhichPoll
from handlers.polls import showing
from handlers.polls.choices import option_of
from handlers.polls.eligibility import may_concern
from handlers.polls.finding import votes_concerning
from handlers.polls.kinds import resident_surveys, survey_reply
from handlers.polls.publicity import is_public
from handlers.polls.voting import cast_vote
from handlers.replies import poll_answers as texts
from handlers.resident import open_questions
from handlers.resident.costs import answer_share
from handlers.resident.router import router
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction, TableWord
from storage.models.polls import Poll, PollKind, PollStatus
from storage.polls import rows


@router.on(TableAction.CHOOSE)
def choose(turn: Turn) -> Reply | None:
    """表决2 同意; 同意 alone where one vote is the household's; `None`: nothing is being asked."""
    said = _said(turn)
    words = str(said.args.get("words") or "")
    if said.number is not None:
        poll = _poll(turn, said.number)
        if poll.kind is PollKind.SURVEY:
            return survey_reply(resident_surveys, turn, TableAction.CHOOSE)
        return _cast(turn, poll, words)
    fitting = [
        each
        for each in votes_concerning(turn.db, turn.person)
        if turn.now < each.closes_at and option_of(each.options, words).option is not None
    ]
    either = open_questions.vote_or_share(turn, fitting, words)
    if either is not None:
        return either
    if not fitting:
        return survey_reply(resident_surveys, turn, TableAction.CHOOSE) or _share(turn, words)
    if len(fitting) > 1:
        known = [(each.number, each.title) for each in fitting]
        raise WhichPoll(known, f"表决{fitting[0].number} {words}")
    return _cast(turn, fitting[0], words)


@router.on(TableAction.POLL_SHOW)
def show(turn: Turn) -> Reply | None:
    """表决2"""
    said = _said(turn)
    poll = _poll(turn, said.number or 0)
    if poll.kind is PollKind.SURVEY:
        return survey_reply(resident_surveys, turn, TableAction.POLL_SHOW)
    part = showing.own_part(turn.db, poll, turn.person)
    return Reply(texts.own_text(part, now=turn.now))


@router.on(TableAction.POLL_LIST)
def listed(turn: Turn) -> Reply | None:
    """表决列表, 投票"""
    if _said(turn).args.get("kind") == PollKind.SURVEY:
        return survey_reply(resident_surveys, turn, TableAction.POLL_LIST)
    found = showing.votes_for(turn.db, turn.person)
    return Reply(texts.own_list_text(found, now=turn.now))


def _share(turn: Turn, words: str) -> Reply | None:
    """同意, 不同意，太贵了: to the share of a cost that the household was asked for."""
    if words not in (open_questions.AGREES, open_questions.REFUSES):
        return None
    reason = str(_said(turn).args.get("reason") or "")
    return answer_share(turn, None, agrees=words == open_questions.AGREES, reason=reason)


def _said(turn: Turn) -> TableWord:
    assert turn.table_word is not None
    return turn.table_word


def _cast(turn: Turn, poll: Poll, words: str) -> Reply:
    cast = cast_vote(turn.db, turn.person, poll.id, words, now=turn.now, rules=turn.rules)
    return Reply(texts.cast_text(cast))


def _poll(turn: Turn, number: int) -> Poll:
    """The poll of this number; a draft is the staff's alone, a vote that is not public that of its homes."""
    poll = rows.poll_numbered(turn.db, turn.community.id, number)
    if poll is None or poll.status is PollStatus.DRAFT:
        raise NoSuchPoll(number)
    is_for_some = poll.kind is PollKind.VOTE and not is_public(turn.db, poll)
    if is_for_some and not may_concern(poll, turn.person):
        raise NoSuchPoll(number)
    return poll
