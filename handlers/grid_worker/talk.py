"""What is no command, and commands that are not offered."""

from handlers.cases.attaching import all_sent_of
from handlers.errors import NotAllowed
from handlers.grid_worker import photos
from handlers.grid_worker.router import router
from handlers.messages import MessageKind
from handlers.turn import Reply, Turn
from nlp.actions import Action

POLITE = frozenset({"收到", "谢谢", "好", "嗯", "行", "可以", "知道", "明白", "辛苦", "ok", "OK"})


@router.on(Action.BROADCAST)
def refuse_broadcast(turn: Turn) -> Reply:
    """群发 is for staff."""
    raise NotAllowed("群发")


@router.on(
    MessageKind.VOICE,
    MessageKind.LOCATION,
    MessageKind.LINK,
    MessageKind.FILE,
    MessageKind.UNKNOWN,
)
def words_only(turn: Turn) -> Reply:
    """A photo or a file, which cannot be taken yet."""
    return turn.say("words_only")


@router.on(Action.NONE)
def not_a_command(turn: Turn) -> Reply:
    """收到, 谢谢, and whatever was not understood; with photos it is they that count"""
    if all_sent_of(turn.message):
        return photos.photo(turn)
    is_polite = turn.message.text.strip(" 。！!~的了啊哈") in POLITE
    return turn.say("noted" if is_polite else "unclear_command")
