"""Broadcasts: shown first, sent when the code is given back."""

from handlers.broadcasts import cancel_broadcast, confirm_broadcast, preview_broadcast
from handlers.conversation import Move, move, settle
from handlers.replies import broadcasts as texts
from handlers.staff.router import router
from handlers.turn import Reply, Turn, is_expired
from nlp.actions import Action
from storage import organization
from storage.models.broadcasts import BroadcastStatus
from storage.models.conversations import Step

CANCEL_WORDS = frozenset({"取消", "算了", "不发了", "不发"})


@router.on(Action.BROADCAST)
def broadcast(turn: Turn) -> Reply:
    """群发 枫桥苑 明天9点到11点停水，请备水"""
    args = turn.command.args
    text, target = args.get("text") or "", args.get("target") or args.get("scope") or ""
    made = preview_broadcast(
        turn.db, turn.person, str(text), target=str(target), code=turn.code, now=turn.now
    )
    was_waiting = turn.conversation.step is Step.CONFIRMING_BROADCAST
    if was_waiting:
        cancel_broadcast(turn.db, (turn.conversation.draft or {})["broadcast"])
    until = turn.now + turn.rules.code_lifetime
    move(turn.db, turn.conversation, Move.PREVIEW_BROADCAST, draft={"broadcast": made.id}, expires_at=until)
    names = [group.name for group in organization.groups_by_ids(turn.db, made.group_ids)]
    replaced = turn.say("broadcast_replaced").text + "\n" if was_waiting else ""
    return Reply(replaced + texts.broadcast_preview(made, names))


@router.on(Step.CONFIRMING_BROADCAST)
def confirm(turn: Turn) -> Reply | None:
    """3721 or 取消; another command is obeyed while the broadcast goes on waiting."""
    said = turn.message.text.strip().removeprefix("确认").strip()
    broadcast_id = (turn.conversation.draft or {})["broadcast"]
    is_late = is_expired(turn)
    if said in CANCEL_WORDS or is_late:
        cancel_broadcast(turn.db, broadcast_id)
        settle(turn.db, turn.conversation)
        if is_late and not said.isdecimal():
            return None
        return turn.say("broadcast_expired" if is_late else "broadcast_cancelled")
    if not said.isdecimal():
        return None
    made = confirm_broadcast(turn.db, broadcast_id, said, now=turn.now)
    if made.status is BroadcastStatus.PREVIEWED:
        return turn.say("code_wrong")
    settle(turn.db, turn.conversation)
    if made.status is BroadcastStatus.CANCELLED:
        return turn.say("code_locked")
    return turn.say("broadcast_sent", groups=len(made.group_ids))
