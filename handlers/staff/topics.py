"""Staff decide on topics: 采纳议题3, 不采纳议题3 原因, 合并议题 3 到 2."""

from dataclasses import replace

from handlers.errors.topics import TopicTargetMissing
from handlers.notices.topics import words_for_desk
from handlers.replies import topics as texts
from handlers.staff.router import router
from handlers.topics.deciding import Acceptance, accept_topic, decline_topic, join_topics
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction
from storage import topics as topic_rows
from storage.models.topics import Topic


@router.on(TableAction.TOPIC_ACCEPT)
def accept(turn: Turn) -> Reply | None:
    """采纳议题3, 采纳议题3 标题 车棚充电桩选址, 采纳议题3 不公开"""
    number = _number(turn)
    if number is None:
        return None
    is_public = turn.table_word.args.get("is_public") if turn.table_word else None
    how = Acceptance(_text(turn, "title"), is_public if isinstance(is_public, bool) else None)
    topic = accept_topic(turn.db, turn.person, number, how, now=turn.now, rules=turn.rules)
    seconds = topic_rows.number_of_seconds(turn.db, topic.id)
    return Reply(texts.accepted_in_group(_as_told_here(turn, topic), seconds))


@router.on(TableAction.TOPIC_DECLINE)
def decline(turn: Turn) -> Reply | None:
    """不采纳议题3 已由物业安排改造"""
    number = _number(turn)
    if number is None:
        return None
    reason = _text(turn, "reason")
    topic = decline_topic(turn.db, turn.person, number, reason, now=turn.now, rules=turn.rules)
    seconds = topic_rows.number_of_seconds(turn.db, topic.id)
    return Reply(texts.declined_in_group(_as_told_here(turn, topic), seconds))


@router.on(TableAction.TOPIC_JOIN)
def join(turn: Turn) -> Reply | None:
    """合并议题 3、4 到 2"""
    args = turn.table_word.args if turn.table_word else {}
    named, into = args.get("topics"), args.get("into")
    numbers = [each for each in named if isinstance(each, int)] if isinstance(named, list) else []
    if not numbers:
        return None
    if not isinstance(into, int):
        raise TopicTargetMissing(numbers[0])
    done = join_topics(turn.db, turn.person, numbers, into, now=turn.now, rules=turn.rules)
    return Reply(texts.joined_in_group(done.joined, _as_told_here(turn, done.into), done.seconds))


def _as_told_here(turn: Turn, topic: Topic) -> Topic:
    """The topic as others in the chat may read it, who may be the one it complains of."""
    if not turn.message.chat:
        return topic
    return replace(topic, title=words_for_desk(turn.db, topic, topic.title))


def _number(turn: Turn) -> int | None:
    return turn.table_word.number if turn.table_word else None


def _text(turn: Turn, name: str) -> str:
    value = turn.table_word.args.get(name) if turn.table_word else None
    return value if isinstance(value, str) else ""
