"""Broadcasts: shown first, sent when the code is given back, followed, stopped, sent again."""

from collections.abc import Mapping
from typing import Any

from handlers.broadcasts import approving, confirming, progress, quotas, recurring, stopping
from handlers.broadcasts.orders import read_order
from handlers.broadcasts.previewing import preview_broadcast, reword_broadcast
from handlers.broadcasts.previews import Preview
from handlers.conversation import Move, move, settle
from handlers.replies import broadcast_lists as lists
from handlers.replies import broadcasts as texts
from handlers.rules import AccountRules
from handlers.staff.router import router
from handlers.turn import Reply, Turn, is_expired
from nlp.actions import Action
from nlp.desk_words import DeskAction
from storage.broadcasts import rows
from storage.models.broadcasts import Broadcast, BroadcastAudience, BroadcastStatus
from storage.models.conversations import Step

CANCEL_WORDS = frozenset({"取消", "算了", "不发了", "不发", "取消群发"})
OTHER_WORDS = ("改成", "改为", "改")
MARKS = " \t\r\n　:：,，"


@router.on(Action.BROADCAST)
def broadcast(turn: Turn) -> Reply:
    """群发 枫桥苑 明天9点到11点停水，请备水"""
    order = read_order(turn.command.args)
    made = preview_broadcast(turn.db, turn.person, order, code=turn.code, now=turn.now, rules=turn.rules)
    was_waiting = turn.conversation.step is Step.CONFIRMING_BROADCAST
    if was_waiting:
        confirming.cancel_broadcast(turn.db, (turn.conversation.draft or {})["broadcast"])
    replaced = turn.say("broadcast_replaced").text + "\n" if was_waiting else ""
    return Reply(replaced + _shown(turn, made))


@router.on(Step.CONFIRMING_BROADCAST)
def confirm(turn: Turn) -> Reply | None:
    """3721, 取消, or 改 …; another command is obeyed while the broadcast goes on waiting."""
    said = turn.message.text.strip().removeprefix("确认").strip()
    broadcast_id = (turn.conversation.draft or {})["broadcast"]
    is_late = is_expired(turn)
    if said in CANCEL_WORDS or is_late:
        confirming.cancel_broadcast(turn.db, broadcast_id)
        settle(turn.db, turn.conversation)
        if is_late and not said.isdecimal():
            return None
        return turn.say("broadcast_expired" if is_late else "broadcast_cancelled")
    other = _other_words(said)
    if other:
        made = reword_broadcast(
            turn.db, turn.person, broadcast_id, other, code=turn.code, now=turn.now, rules=turn.rules
        )
        return Reply(_shown(turn, made))
    return _confirmed(turn, broadcast_id, said) if said.isdecimal() else None


def _confirmed(turn: Turn, broadcast_id: int, code: str) -> Reply:
    known = rows.lock_broadcast(turn.db, broadcast_id)
    made = confirming.confirm_broadcast(
        turn.db, turn.person, broadcast_id, code, now=turn.now, rules=turn.rules
    )
    if made.status is BroadcastStatus.PREVIEWED:
        return turn.say("code_wrong")
    settle(turn.db, turn.conversation)
    if made.status is BroadcastStatus.CANCELLED:
        is_locked = known.status is BroadcastStatus.PREVIEWED
        return turn.say("code_locked" if is_locked else "broadcast_cancelled")
    return Reply(texts.confirmed(made, reached=_reached(turn, made), now=turn.now))


@router.on(DeskAction.BROADCAST_PROGRESS)
def show_progress(turn: Turn) -> Reply:
    """群发进度 7"""
    found = progress.progress_of(turn.db, turn.person, _number(turn))
    return Reply(lists.progress_text(found, most=_most(turn)))


@router.on(DeskAction.BROADCAST_LIST)
def show_list(turn: Turn) -> Reply:
    """群发列表"""
    found = progress.listed_broadcasts(turn.db, turn.person)
    return Reply(lists.broadcasts_listed(found)) if found else turn.say("no_broadcasts")


@router.on(DeskAction.BROADCAST_STOP)
def stop(turn: Turn) -> Reply:
    """停止群发 7"""
    done = stopping.stop_broadcast(turn.db, turn.person, _number(turn), now=turn.now)
    return Reply(
        texts.stopped(done.broadcast, out=done.out, called_back=done.called_back, cancelled=done.cancelled)
    )


@router.on(DeskAction.BROADCAST_RESEND)
def resend(turn: Turn) -> Reply:
    """重发群发 7, 重发群发 7 含不明"""
    made, again = stopping.resend_broadcast(
        turn.db, turn.person, _number(turn), with_uncertain=bool(_args(turn).get("uncertain")), now=turn.now
    )
    return turn.say("broadcast_resent", number=made.number, again=again)


@router.on(DeskAction.BROADCAST_APPROVE)
def approve(turn: Turn) -> Reply:
    """同意群发 7"""
    made = approving.approve_broadcast(turn.db, turn.person, _number(turn), now=turn.now, rules=turn.rules)
    return Reply(texts.confirmed(made, reached=_reached(turn, made), now=turn.now))


@router.on(DeskAction.BROADCAST_REFUSE)
def refuse(turn: Turn) -> Reply:
    """不同意群发 7 因为时间写错了"""
    reason = str(_args(turn).get("reason") or "")
    made = approving.refuse_broadcast(
        turn.db, turn.person, _number(turn), reason, now=turn.now, rules=turn.rules
    )
    return turn.say("broadcast_refused", number=made.number)


@router.on(DeskAction.SERIES_LIST)
def show_series(turn: Turn) -> Reply:
    """定期群发"""
    found = recurring.listed_series(turn.db, turn.person)
    return Reply(lists.series_listed(found)) if found else turn.say("no_series")


@router.on(DeskAction.SERIES_END)
def end_series(turn: Turn) -> Reply:
    """取消定期群发 3"""
    number = _args(turn).get("series")
    ended = recurring.end_series(
        turn.db, turn.person, number if isinstance(number, int) else None, now=turn.now
    )
    return turn.say("series_ended", number=ended.number)


@router.on(DeskAction.SHOW_QUOTA)
def show_quota(turn: Turn) -> Reply:
    """群发额度"""
    found = quotas.quota_of(turn.db, turn.person, limit=turn.rules.group_limit, now=turn.now)
    return Reply(lists.quotas_listed(found, most=_most(turn)))


def _shown(turn: Turn, made: Preview) -> str:
    """The preview; the conversation waits for its code."""
    until = turn.now + turn.rules.code_lifetime
    move(
        turn.db,
        turn.conversation,
        Move.PREVIEW_BROADCAST,
        draft={"broadcast": made.broadcast.id},
        expires_at=until,
    )
    return texts.broadcast_preview(made, most=_most(turn), now=turn.now)


def _other_words(said: str) -> str:
    """What stands behind 改."""
    for word in OTHER_WORDS:
        rest = said.removeprefix(word)
        if rest != said and rest[:1] and rest[0] in MARKS:
            return rest.strip(MARKS)
    return ""


def _reached(turn: Turn, made: Broadcast) -> int:
    if made.audience is BroadcastAudience.RESIDENTS:
        return made.people
    unreached = made.plan.get("unreached") or {}
    return len(made.group_ids) - sum(len(names) for names in unreached.values())


def _most(turn: Turn) -> int:
    account = turn.rules.broadcasts.accounts.get(turn.community.official_account, AccountRules())
    return account.mass_sends


def _args(turn: Turn) -> Mapping[str, Any]:
    return turn.desk_word.args if turn.desk_word else {}


def _number(turn: Turn) -> int | None:
    number = _args(turn).get("broadcast")
    return number if isinstance(number, int) else None
