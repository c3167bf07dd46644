"""What is read while a resident speaks with staff."""

from collections.abc import Sequence
from datetime import datetime

from handlers.replies.formats import harmless, moment_text
from handlers.replies.sentences import say
from storage.models.desk import StoredAnswer, Talk
from storage.models.people import Person

LONGEST_ANSWER = 60  # characters of an answer in the list


def staff_called(community_id: int, opens: datetime | None, phone: str) -> str:
    """The resident reads that staff were asked, and outside office hours when somebody is there."""
    if opens is None:
        return say(community_id, "staff_called")
    return say(community_id, "staff_called_closed", when=moment_text(opens), phone=phone)


def talk_opened(talk: Talk, resident: Person) -> str:
    """Staff read that a resident wants to speak with them, and what to type."""
    who = resident.name or "居民"
    return (
        f"**居民会话 {talk.id}：{harmless(who)}请工作人员答复**\n"
        f"回复：@回音 回复 {talk.id} 您好，…\n说完请发：@回音 交还 {talk.id}"
    )


def talk_said(talk: Talk, words: str) -> str:
    """Staff read what the resident said."""
    return f"居民会话 {talk.id}：{harmless(words)}"


def talk_left(talk: Talk) -> str:
    """Staff read that the resident needs them no more."""
    return f"居民会话 {talk.id} 已由居民结束，机器人接着答。"


def talk_fell_silent(talk: Talk) -> str:
    """Staff read that the talk ended by itself."""
    return f"居民会话 {talk.id} 很久没有人说话，已自动结束，机器人接着答。"


def answers_listed(rows: Sequence[StoredAnswer]) -> str:
    """Staff read which questions are answered, and how."""
    lines = [f"{index} {each.question}：{_short(each.answer)}" for index, each in enumerate(rows, start=1)]
    return "\n".join([f"问答 {len(rows)} 条：", *lines])


def _short(answer: str) -> str:
    line = " ".join(answer.split())
    return line if len(line) <= LONGEST_ANSWER else f"{line[:LONGEST_ANSWER]}…"
