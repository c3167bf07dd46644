"""A resident speaks with staff: the bot keeps quiet and carries words both ways until the talk is over."""

import hashlib
from datetime import datetime, time
from typing import Final

from sqlalchemy import Connection

from handlers.conversation import Move, move, settle
from handlers.errors import NobodyAtTheDesk, NoSuchTalk
from handlers.messages import IncomingMessage
from handlers.notices.talks import can_reach_staff, tell_desk_of_talk, tell_resident_of_talk
from handlers.replies import say
from handlers.replies import talks as texts
from handlers.rules import Rules
from handlers.working_days import CLOSE_OF_OFFICE, is_working_day, local, same_time_after_working_days
from storage import conversations, organization
from storage import talks as talk_rows
from storage.models.conversations import Conversation, Step
from storage.models.desk import Talk
from storage.models.people import Person

START_OF_OFFICE: Final = time(9)


def call_staff(
    db: Connection,
    resident: Person,
    conversation: Conversation,
    *,
    community_id: int,
    now: datetime,
    rules: Rules,
) -> Talk:
    """The resident's chat is handed to staff, who are told; `NobodyAtTheDesk` when nobody would read it."""
    if not can_reach_staff(db, community_id, rules):
        raise NobodyAtTheDesk(organization.community_by_id(db, community_id).phone)
    until = now + rules.supervision.human_silence
    talk = talk_rows.add_talk(
        db,
        community_id=community_id,
        person_id=resident.id,
        conversation_id=conversation.id,
        until=until,
        now=now,
    )
    move(db, conversation, Move.HAND_TO_STAFF, draft={"talk": talk.id}, expires_at=until)
    tell_desk_of_talk(db, talk, texts.talk_opened(talk, resident), key="opened", rules=rules, now=now)
    return talk


def relay_to_staff(
    db: Connection, talk: Talk, words: str, *, message: IncomingMessage, now: datetime, rules: Rules
) -> None:
    """Staff read what the resident said; the talk lives on from here."""
    prolong(db, talk, now=now, rules=rules)
    told = texts.talk_said(talk, words)
    tell_desk_of_talk(db, talk, told, key=f"in:{fact_of(message)}", rules=rules, now=now)


def speak(
    db: Connection,
    worker: Person,
    number: int,
    *,
    words: str,
    message: IncomingMessage,
    now: datetime,
    rules: Rules,
) -> Talk:
    """The resident reads what staff say; `NoSuchTalk` when the talk is over or another community's."""
    talk = _of_staff(db, worker, number)
    prolong(db, talk, now=now, rules=rules)
    told = say(talk.community_id, "talk_answer", worker=worker.name, words=words)
    tell_resident_of_talk(db, talk, told, key=f"out:{fact_of(message)}", now=now)
    return talk


def hand_back(db: Connection, worker: Person, number: int, *, now: datetime) -> Talk:
    """The talk is over, the bot answers again, and the resident is told."""
    talk = _of_staff(db, worker, number)
    _end(db, talk, by=worker.id, now=now)
    tell_resident_of_talk(db, talk, say(talk.community_id, "talk_handed_back"), key="ended", now=now)
    return talk


def leave_talk(db: Connection, resident: Person, talk: Talk, *, now: datetime, rules: Rules) -> None:
    """The resident has ended the talk; staff are told."""
    _end(db, talk, by=resident.id, now=now)
    tell_desk_of_talk(db, talk, texts.talk_left(talk), key="ended", rules=rules, now=now)


def end_silent_talk(
    db: Connection, conversation: Conversation, *, now: datetime, rules: Rules
) -> Talk | None:
    """Nobody said anything for too long: the talk is over, and both sides are told; `None`: it was before."""
    number = (conversation.draft or {}).get("talk")
    talk = talk_rows.lock_open_talk(db, number) if isinstance(number, int) else None
    settle(db, conversation)
    if talk is None:
        return None
    talk_rows.close_talk(db, talk.id, by=None, now=now)
    tell_resident_of_talk(db, talk, say(talk.community_id, "talk_silent"), key="ended", now=now)
    tell_desk_of_talk(db, talk, texts.talk_fell_silent(talk), key="ended-desk", rules=rules, now=now)
    return talk


def prolong(db: Connection, talk: Talk, *, now: datetime, rules: Rules) -> None:
    """The talk ends so long after this moment, unless somebody speaks again."""
    until = now + rules.supervision.human_silence
    talk_rows.extend_talk(db, talk.id, until=until)
    standing = conversations.lock_conversation_by_id(db, talk.conversation_id)
    if _is_in(standing, talk):
        conversations.move_conversation(
            db, standing.id, step=Step.WITH_STAFF, draft=standing.draft, expires_at=until
        )


def office_opens(now: datetime) -> datetime | None:
    """When somebody is at the office again; `None` while it is open."""
    here = local(now)
    is_work_day = is_working_day(here.date())
    if is_work_day and START_OF_OFFICE <= here.time() < CLOSE_OF_OFFICE:
        return None
    opening = here.replace(hour=START_OF_OFFICE.hour, minute=0, second=0, microsecond=0)
    is_before = is_work_day and here.time() < START_OF_OFFICE
    return opening if is_before else same_time_after_working_days(opening, 1)


def fact_of(message: IncomingMessage) -> str:
    """What tells this message from every other, short enough for a key."""
    return hashlib.sha256(f"{message.channel}:{message.account}:{message.key}".encode()).hexdigest()[:32]


def _of_staff(db: Connection, worker: Person, number: int) -> Talk:
    known = talk_rows.talk_numbered(db, number)
    if known is None or known.community_id != worker.community_id:
        raise NoSuchTalk(number)
    conversations.lock_conversation_by_id(db, known.conversation_id)  # first, as the resident's words do
    talk = talk_rows.lock_open_talk(db, number)
    if talk is None:
        raise NoSuchTalk(number)
    return talk


def _end(db: Connection, talk: Talk, *, by: int, now: datetime) -> None:
    talk_rows.close_talk(db, talk.id, by=by, now=now)
    standing = conversations.lock_conversation_by_id(db, talk.conversation_id)
    if _is_in(standing, talk):
        settle(db, standing)


def _is_in(conversation: Conversation, talk: Talk) -> bool:
    return conversation.step is Step.WITH_STAFF and (conversation.draft or {}).get("talk") == talk.id
