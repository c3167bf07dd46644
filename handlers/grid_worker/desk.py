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
}


@router.on(*REFUSED)
def refuse(turn: Turn) -> Reply:
    """回复 7 … and 问答 are for staff."""
    raise NotAllowed(REFUSED[turn.desk_word.action] if turn.desk_word else "这件事")
