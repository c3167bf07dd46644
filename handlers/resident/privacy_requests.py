"""我的信息, 删除我的信息."""

from typing import Final

from handlers.conversation import Move, move, settle
from handlers.data_requests import remove_personal_data
from handlers.homes import home_of
from handlers.messages import MessageKind
from handlers.replies import homes
from handlers.resident import asking
from handlers.resident.router import router
from handlers.turn import Reply, Turn, is_expired
from nlp.reading import Intent
from storage import personal_data
from storage.models.conversations import Step

YES: Final = frozenset({"是", "是的", "删除", "确认", "确认删除", "确定", "确定删除", "1"})
NO: Final = frozenset({"不", "不是", "不删", "不删了", "不用", "不用了", "算了", "取消", "2"})


@router.on(Intent.MY_DATA)
def show(turn: Turn) -> Reply:
    """我的信息"""
    return Reply(
        homes.stored_of(
            turn.person,
            home_of(turn.person, turn.estates),
            reports=personal_data.number_of_cases(turn.db, turn.person.id),
            years=turn.rules.retention_years,
            community_id=turn.community.id,
        )
    )


@router.on(Intent.DELETE_DATA)
def ask(turn: Turn) -> Reply:
    """删除我的信息 — asked once more, as it cannot be undone."""
    asking.release_draft(turn)
    until = turn.now + turn.rules.draft_lifetime
    move(turn.db, turn.conversation, Move.ASK_DELETION, expires_at=until)
    return turn.say("confirm_deletion")


@router.on(Step.CONFIRMING_DELETION)
def remove_or_not(turn: Turn) -> Reply | None:
    """是 removes; 不 does not; anything else is a new message."""
    said = turn.message.text.strip().rstrip("。.!！")
    settle(turn.db, turn.conversation)
    if is_expired(turn) or turn.message.kind is not MessageKind.TEXT or said not in YES | NO:
        return None
    if said in NO:
        return turn.say("deletion_dropped")
    removed = remove_personal_data(turn.db, turn.person, message_key=turn.message.key, now=turn.now)
    if removed.going_on:
        return turn.say("deleted_partly", count=removed.going_on)
    return turn.say("deleted")
