"""Broadcasts: shown first, sent when the code is given back, followed, stopped, sent again."""

from collections.abc import Mapping
from typing import Any

from handlers.broadcasts import approving, confirming, progress, quotas, recurring, stopping
from handlers.broadcasts.orders import read_order
from handlers.broadcasts.previewing import Change, preview_broadcast, reword_broadcast
from handlers.broadcasts.previews import Preview
from handlers.conversation import Move, move, settle
from handlers.errors.broadcasts import VariablesMissing
from handlers.replies import broadcast_lists as lists
from handlers.replies import broadcasts as texts
from handlers.replies.broadcast_previews import broadcast_preview
from handlers.rules import AccountRules
from handlers.staff.pending_words import Said, read_pending
from handlers.staff.router import router
from handlers.turn import Reply, Turn, is_expired
from nlp.actions import Action
from nlp.broadcasts.templates import find_variables
from nlp.commands import without_mention
from nlp.desk_words import DeskAction
from storage.broadcasts import rows
from storage.models.broadcasts import Broadcast, BroadcastAudience, BroadcastStatus
from storage.models.conversations import Step

CALLED_OFF = frozenset({"取消", "算了", "不发了", "不发"})


@router.on(Action.BROADCAST)
def broadcast(turn: Turn) -> Reply:
    """群发 枫桥苑 明天9点到11点停水，请备水"""
    return _preview(turn, dict(turn.command.args))


def _preview(turn: Turn, args: Mapping[str, Any]) -> Reply:
    """The preview of what these arguments order; for what its template lacks the conversation waits."""
    try:
        made = preview_broadcast(
            turn.db,
            turn.person,
            read_order(args),
            code=turn.code,
            asked_in=turn.message.chat,
            now=turn.now,
            rules=turn.rules,
        )
    except VariablesMissing as missing:
        _wait(turn, {"args": dict(args), "missing": list(missing.names)})
        return Reply(str(missing))
    waiting = _awaiting_code(turn)
    if waiting is not None:
        confirming.cancel_broadcast(turn.db, waiting)
    replaced = turn.say("broadcast_replaced").text + "\n" if waiting is not None else ""
    return Reply(replaced + _shown(turn, made))


@router.on(Step.CONFIRMING_BROADCAST)
def confirm(turn: Turn) -> Reply | None:
    """3721, 取消, or 改 …; another command is obeyed while the broadcast goes on waiting."""
    broadcast_id = _awaiting_code(turn)
    if broadcast_id is None:
        return _completed(turn)
    is_command = turn.command.action is not Action.NONE or turn.desk_word is not None
    said = read_pending(turn.message.text, now=turn.now, is_command=is_command)
    if is_expired(turn):
        confirming.cancel_broadcast(turn.db, broadcast_id)
        settle(turn.db, turn.conversation)
        is_about_it = said.code or said.is_yes or said.is_no or said.is_urgent or said.at or said.text
        return turn.say("broadcast_expired") if is_about_it else None
    if said.is_no:
        confirming.cancel_broadcast(turn.db, broadcast_id)
        settle(turn.db, turn.conversation)
        return turn.say("broadcast_cancelled")
    if said.code:
        return _confirmed(turn, broadcast_id, said.code)
    return _about_the_pending(turn, broadcast_id, said)


def _about_the_pending(turn: Turn, broadcast_id: int, said: Said) -> Reply | None:
    """It is shown again in its other form, or what it waits for is said once more."""
    if said.is_yes or said.is_number:
        code = rows.lock_broadcast(turn.db, broadcast_id).code
        return turn.say("code_wanted" if said.is_yes else "number_no_code", code=code)
    if not (said.text or said.at or said.is_urgent):
        return None
    made = reword_broadcast(
        turn.db,
        turn.person,
        broadcast_id,
        Change(said.text, said.at, said.is_urgent),
        code=turn.code,
        now=turn.now,
        rules=turn.rules,
    )
    return Reply(_shown(turn, made))


def _completed(turn: Turn) -> Reply | None:
    """时间=明天9点, or the bare value when only one is missing: the template is filled in with it."""
    draft = turn.conversation.draft or {}
    said = without_mention(turn.message.text, "回音").strip()
    is_command = turn.command.action is not Action.NONE or turn.desk_word is not None
    given = {name: value for name, value in find_variables(said)[1].items() if name in draft["missing"]}
    if said in CALLED_OFF:
        settle(turn.db, turn.conversation)
        return turn.say("broadcast_cancelled")
    if not given and (is_command or is_expired(turn) or len(draft["missing"]) > 1 or not said):
        settle(turn.db, turn.conversation)
        return None
    args = dict(draft["args"])
    known = args.get("variables") or {}
    args["variables"] = {**known, **(given or {draft["missing"][0]: said})}
    return _preview(turn, args)


@router.on(Action.NONE)
def misplaced_code(turn: Turn) -> Reply | None:
    """3721, said elsewhere than where the broadcast was shown."""
    said = read_pending(turn.message.text, now=turn.now, is_command=False)
    if not said.code:
        return None
    since = turn.now - turn.rules.code_lifetime
    pending = rows.previewed_by(turn.db, turn.person.id, since=since)
    if pending is None:
        return None
    is_in_group = bool(pending.plan.get("asked_in"))
    return turn.say(
        "code_elsewhere", place="发起这次群发的工作群里" if is_in_group else "发起这次群发的单独聊天里"
    )


def _awaiting_code(turn: Turn) -> int | None:
    """The broadcast whose code is awaited here."""
    is_waiting = turn.conversation.step is Step.CONFIRMING_BROADCAST
    return (turn.conversation.draft or {}).get("broadcast") if is_waiting else None


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
    return _going_on(turn, made)


def _going_on(turn: Turn, made: Broadcast) -> Reply:
    number = recurring.number_of_series(turn.db, made)
    return Reply(texts.confirmed(made, reached=_reached(turn, made), series=number, now=turn.now))


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
    done = stopping.stop_broadcast(turn.db, turn.person, _number(turn), now=turn.now, rules=turn.rules)
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
    return _going_on(turn, made)


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
    _wait(turn, {"broadcast": made.broadcast.id})
    return broadcast_preview(made, most=_most(turn), now=turn.now)


def _wait(turn: Turn, draft: dict[str, Any]) -> None:
    until = turn.now + turn.rules.code_lifetime
    move(turn.db, turn.conversation, Move.PREVIEW_BROADCAST, draft=draft, expires_at=until)


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
