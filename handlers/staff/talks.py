"""Answering a resident who asked for a person: 回复 7 您好…, 交还 7."""

from handlers.errors import NoSuchTalk, WordsMissing
from handlers.staff.router import router
from handlers.talks import hand_back, speak
from handlers.turn import Reply, Turn
from nlp.desk_words import DeskAction
from storage import talks


@router.on(DeskAction.SPEAK)
def answer_resident(turn: Turn) -> Reply:
    """回复 7 您好，维修师傅下午三点到"""
    words = turn.desk_word.args.get("text") if turn.desk_word else None
    if not isinstance(words, str) or not words.strip():
        raise WordsMissing("回复 7 您好，维修师傅下午三点到")
    talk = speak(
        turn.db,
        turn.person,
        _number(turn),
        words=words.strip(),
        message=turn.message,
        now=turn.now,
        rules=turn.rules,
    )
    return turn.say("talk_passed_on", talk=talk.id)


@router.on(DeskAction.HAND_BACK)
def end_talk(turn: Turn) -> Reply:
    """交还 7, or 交还 alone while there is only one"""
    talk = hand_back(turn.db, turn.person, _number(turn), now=turn.now)
    return turn.say("talk_closed", talk=talk.id)


def _number(turn: Turn) -> int:
    """The talk named; without a number the only one that is open."""
    named = turn.desk_word.args.get("conversation") if turn.desk_word else None
    if isinstance(named, int):
        return named
    standing = talks.open_talks(turn.db, turn.person.community_id or 0, limit=2)
    if len(standing) != 1:
        raise NoSuchTalk if not standing else WordsMissing(f"交还 {standing[0].id}")
    return standing[0].id
