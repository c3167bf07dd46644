"""What residents say of topics: 提议 …, 附议 议题3, 议题, 议题 3."""

import re
from typing import Final

from handlers.conversation import Move, move, settle
from handlers.meetings.publicity import public_place
from handlers.messages import MessageKind
from handlers.places import estate_named
from handlers.replies import topics as texts
from handlers.replies.formats import meeting_time
from handlers.resident import asking
from handlers.resident.router import router
from handlers.topics.finding import topic_meant
from handlers.topics.listing import facts_of_topic, list_topics
from handlers.topics.places import title_for_supporters
from handlers.topics.proposing import Proposal, propose_topic
from handlers.topics.seconding import TopicSeconded, second_topic
from handlers.turn import Reply, Turn, is_expired
from nlp.consultation import TableAction
from nlp.reading import Intent, Kind
from storage import topics as topic_rows
from storage.models.conversations import Step
from storage.models.topics import TopicStatus

NEVER_MIND: Final = frozenset({"算了", "不用", "不用了", "不提了", "取消", "没有", "没了"})
SHORTEST: Final = 4  # characters of what can be talked over
ASKED_FOR: Final = re.compile(r"(?:我们?)?建议(?:开会|议一议|上会|开个议事会)(?=.{4})")
MAY_WE: Final = re.compile("能不能|可不可以|能否|可否|是不是可以|要不要")  # asked so, it is proposed politely
HANZI: Final = re.compile(r"[\u4e00-\u9fff]")
NO_TOPIC: Final = frozenset({Kind.GREETING, Kind.THANKS, Kind.PROGRESS_QUERY, Kind.QUESTION})


@router.on(TableAction.PROPOSE)
def propose(turn: Turn) -> Reply:
    """提议 给车棚装充电桩; 提议 alone is asked what"""
    words = _argument(turn, "words")
    return _proposed(turn, words) if _says_something(words) else _asked(turn)


@router.on(Intent.PROPOSE)
def propose_in_other_words(turn: Turn) -> Reply:
    """建议议一议小区停车; what only asks about proposing is told how"""
    said = turn.message.text.strip()
    is_asking = turn.reading.kind is Kind.QUESTION or said.endswith(("?", "？", "吗", "呢"))
    if ASKED_FOR.match(said) and not is_asking:
        return _proposed(turn, said)
    return turn.say("propose_how")


@router.on(Step.AWAITING_PROPOSAL)
def proposal_given(turn: Turn) -> Reply | None:
    """给车棚装充电桩, after 提议 alone; anything that is said for another purpose is a new message."""
    said = turn.message.text.strip().rstrip("。.!！~")
    if turn.message.kind is not MessageKind.TEXT or is_expired(turn):
        settle(turn.db, turn.conversation)
        return None
    if said in NEVER_MIND:
        settle(turn.db, turn.conversation)
        return turn.say("propose_dropped")
    settle(turn.db, turn.conversation)
    is_other = (
        turn.reading.kind is Kind.EMERGENCY
        or turn.table_word is not None
        or turn.reading.intent not in (Intent.NONE, Intent.PROPOSE)
    )
    is_topic = turn.reading.kind not in NO_TOPIC or MAY_WE.search(said) is not None
    if is_other or not is_topic or not _says_something(said):
        return None
    return _proposed(turn, said)


@router.on(TableAction.SECOND)
def second(turn: Turn) -> Reply | None:
    """附议 议题3"""
    number = turn.table_word.number if turn.table_word else None
    return None if number is None else seconded(turn, number)


@router.on(TableAction.TOPIC_LIST)
def show_topics(turn: Turn) -> Reply:
    """议题, 议题 第2页"""
    page = turn.table_word.args.get("page") if turn.table_word else 1
    number = page if isinstance(page, int) else 1
    found = list_topics(turn.db, turn.person, turn.community.id, page=number, is_alone=True)
    if not found.total:
        return turn.say("no_topics")
    if not found.entries:
        return Reply(texts.no_such_page(found.total))
    return Reply(
        texts.topic_list_for_residents(found.entries, total=found.total, skipped=found.skipped, now=turn.now)
    )


@router.on(TableAction.TOPIC_SHOW)
def show_topic(turn: Turn) -> Reply | None:
    """议题 3"""
    number = turn.table_word.number if turn.table_word else None
    if number is None:
        return None
    topic = topic_meant(turn.db, turn.person, turn.community.id, number)
    facts = facts_of_topic(turn.db, turn.person, topic, is_alone=True)
    has_voice = any(each.id == turn.person.id for each in topic_rows.seconders_of(turn.db, topic.id))
    is_own = has_voice or topic.proposed_by_id == turn.person.id
    return Reply(texts.topic_detail_for_resident(facts, is_own=is_own, now=turn.now))


def seconded(turn: Turn, number: int) -> Reply:
    """The speaker supports the topic of this number; what they read, with the meeting when there is one."""
    done = second_topic(turn.db, turn.person, number, community_id=turn.community.id, now=turn.now)
    title = title_for_supporters(done.topic)
    told = turn.say("topic_seconded", number=done.topic.number, title=title, seconds=done.seconds)
    meeting = _meeting_ahead(turn, done)
    return Reply(f"{told.text}\n{meeting}" if meeting else told.text)


def _meeting_ahead(turn: Turn, done: TopicSeconded) -> str:
    if done.topic.status is not TopicStatus.SCHEDULED:
        return ""
    meetings = topic_rows.meetings_of_topic(turn.db, done.topic.id)
    ahead = [each for each in meetings if each.starts_at is not None and each.starts_at > turn.now]
    if not ahead or not ahead[-1].is_public:
        return ""
    meeting = ahead[-1]
    return turn.say(
        "topic_meeting_ahead",
        number=meeting.number,
        when=meeting_time(meeting),
        place=public_place(meeting) or "地点请问社区",
    ).text


def _asked(turn: Turn) -> Reply:
    asking.release_draft(turn)
    until = turn.now + turn.rules.draft_lifetime
    move(turn.db, turn.conversation, Move.ASK_PROPOSAL, draft={"asked": True}, expires_at=until)
    return turn.say("propose_ask")


def _proposed(turn: Turn, words: str) -> Reply:
    """The proposal of these words, where they say or at home; that it mends nothing is said of a fault."""
    location = turn.reading.location
    estate = estate_named(turn.estates, location.estate, turn.person) if location else None
    home = next((each for each in turn.estates if each.id == turn.person.estate_id), None)
    where = estate or home
    made = propose_topic(
        turn.db,
        turn.person,
        Proposal(
            where.community_id if where else turn.community.id,
            words,
            turn.reading.category or "other",
            where.id if where else None,
            location.building if location else None,
            is_decent=not turn.reading.is_abusive and turn.reading.kind is not Kind.AD_SPAM,
        ),
        now=turn.now,
        rules=turn.rules,
    )
    number = made.topic.number
    if not made.is_new:
        seconds = topic_rows.number_of_seconds(turn.db, made.topic.id)
        return turn.say("topic_known", number=number, seconds=seconds)
    told = turn.say("topic_proposed" if made.topic.is_public else "topic_proposed_private", number=number)
    if turn.reading.kind is not Kind.REPORT:
        return told
    return Reply(f"{told.text}\n{turn.say('topic_no_report').text}")


def _says_something(words: str) -> bool:
    """Whether there is enough to talk over: 装路灯吧 is, 啊 is not."""
    return len(HANZI.findall(words)) >= SHORTEST - 1


def _argument(turn: Turn, name: str) -> str:
    value = turn.table_word.args.get(name) if turn.table_word else None
    return value if isinstance(value, str) else ""
