"""转人工: the bot keeps quiet, staff answer, and either side ends it."""

import re
from dataclasses import replace
from typing import Final

from handlers.cases.attaching import keep_for_later, sent_of
from handlers.conversation import settle
from handlers.messages import MessageKind
from handlers.replies import talks as texts
from handlers.resident import asking, drafts
from handlers.resident.drafts import Draft
from handlers.resident.reports import emergency
from handlers.resident.router import router
from handlers.talks import call_staff, end_silent_talk, leave_talk, office_opens, relay_to_staff
from handlers.turn import Reply, Turn, is_expired
from nlp.reading import Intent, Kind
from storage import conversations
from storage import talks as talk_rows
from storage.models.conversations import Conversation, Step
from storage.models.desk import Talk

ENDED: Final = re.compile(
    r"(?:结束|退出|取消|不用|关闭|停止)(?:人工|转人工)(?:服务|客服)?|人工(?:服务)?结束|转回机器人"
)
AROUND: Final = " 。.!！~了吧谢请"
SHOWN: Final = {
    MessageKind.IMAGE: "[照片]",
    MessageKind.VOICE: "[语音]",
    MessageKind.VIDEO: "[视频]",
    MessageKind.FILE: "[文件]",
    MessageKind.LINK: "[链接]",
    MessageKind.UNKNOWN: "[看不懂的消息]",
}


@router.on(Intent.HUMAN)
def call(turn: Turn) -> Reply:
    """转人工"""
    asking.release_draft(turn)
    community = turn.community
    call_staff(
        turn.db, turn.person, turn.conversation, community_id=community.id, now=turn.now, rules=turn.rules
    )
    return Reply(texts.staff_called(community.id, office_opens(turn.now), community.phone))


@router.on(Step.WITH_STAFF)
def said_to_staff(turn: Turn) -> Reply | None:
    """Everything said meanwhile goes to staff; an emergency is handled as one as well."""
    if turn.message.kind is not MessageKind.TEXT and turn.message.kind not in (*SHOWN, MessageKind.LOCATION):
        return None  # the menu, a code, leaving the account
    talk = _talk(turn)
    if talk is None or is_expired(turn):
        end_silent_talk(turn.db, turn.conversation, now=turn.now, rules=turn.rules)
        return None
    if ENDED.fullmatch(turn.message.text.strip(AROUND)):
        leave_talk(turn.db, turn.person, talk, now=turn.now, rules=turn.rules)
        return turn.say("talk_ended")
    relay_to_staff(turn.db, talk, _words(turn), message=turn.message, now=turn.now, rules=turn.rules)
    if turn.message.kind is MessageKind.TEXT and turn.reading.kind is Kind.EMERGENCY:
        return _emergency(turn)
    return _place_of_emergency(turn) or Reply()


def _words(turn: Turn) -> str:
    sent = sent_of(turn.message)
    if sent is not None:
        keep_for_later(turn.db, turn.person, sent, now=turn.now)
    return f"{SHOWN.get(turn.message.kind, '')}{turn.message.text}".strip() or "[空消息]"


def _talk(turn: Turn) -> Talk | None:
    number = (turn.conversation.draft or {}).get("talk")
    return talk_rows.lock_open_talk(turn.db, number) if isinstance(number, int) else None


def _emergency(turn: Turn) -> Reply:
    """It opens at once; the talk goes on, and keeps in mind that a place is missing."""
    before = conversations.lock_conversation_by_id(turn.db, turn.conversation.id)
    settle(turn.db, before)
    alone = replace(turn, conversation=replace(turn.conversation, step=Step.IDLE, draft=None))
    told = emergency(alone)
    after = conversations.lock_conversation_by_id(turn.db, turn.conversation.id)
    waiting = after.draft if after.step is Step.AWAITING_PLACE else None
    _stay(turn, before, (before.draft or {}) | {"place_of": waiting})
    return told


def _place_of_emergency(turn: Turn) -> Reply | None:
    """A place said now belongs to the emergency that was told without one."""
    waiting = (turn.conversation.draft or {}).get("place_of")
    draft = drafts.draft_from(waiting) if isinstance(waiting, dict) else None
    if draft is None or draft.case_id is None or asking.is_over(turn, draft):
        return None
    if not asking.is_place_alone(turn):
        return None
    return _located(turn, drafts.with_location(draft, turn.reading))


def _located(turn: Turn, draft: Draft) -> Reply | None:
    estate = asking.estate_of_draft(turn, draft)
    if estate is None:
        return None
    before = conversations.lock_conversation_by_id(turn.db, turn.conversation.id)
    told = asking.complete(turn, draft, estate)
    _stay(turn, before, (before.draft or {}) | {"place_of": None})
    return told


def _stay(turn: Turn, before: Conversation, draft: dict[str, object]) -> None:
    conversations.move_conversation(
        turn.db, before.id, step=Step.WITH_STAFF, draft=draft, expires_at=before.expires_at
    )
