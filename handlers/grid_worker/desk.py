"""What belongs to the community's staff alone, refused kindly to everybody else."""

from handlers.errors import NotAllowed
from handlers.grid_worker.router import router
from handlers.turn import Reply, Turn
from nlp.desk_words import DeskAction

REFUSED = {
    DeskAction.SPEAK: "回复居民会话",
    DeskAction.HAND_BACK: "结束居民会话",
    DeskAction.ANSWER_ADD: "问答",
    DeskAction.ANSWER_REMOVE: "问答",
    DeskAction.ANSWER_LIST: "问答",
    DeskAction.BROADCAST_PROGRESS: "群发",
    DeskAction.BROADCAST_LIST: "群发",
    DeskAction.BROADCAST_STOP: "群发",
    DeskAction.BROADCAST_RESEND: "群发",
    DeskAction.BROADCAST_APPROVE: "群发",
    DeskAction.BROADCAST_REFUSE: "群发",
    DeskAction.TEMPLATE_SAVE: "群发模板",
    DeskAction.TEMPLATE_LIST: "群发模板",
    DeskAction.TEMPLATE_REMOVE: "群发模板",
    DeskAction.SERIES_LIST: "定期群发",
    DeskAction.SERIES_END: "定期群发",
    DeskAction.SHOW_QUOTA: "群发",
    DeskAction.DEPUTY: "安排代班",
    DeskAction.GROUP_LIST: "查看居民群",
    DeskAction.GROUP_ESTATE: "居民群归哪个小区",
}


@router.on(*REFUSED)
def refuse(turn: Turn) -> Reply:
    """回复 7 …, 问答, 群发 and 代班 are for staff."""
    raise NotAllowed(REFUSED[turn.desk_word.action] if turn.desk_word else "这件事")
