"""What is no command, and commands that are not offered."""

from handlers.cases.attaching import all_sent_of
from handlers.errors import NotAllowed
from handlers.grid_worker import photos
from handlers.grid_worker.naming import ask_result
from handlers.grid_worker.router import router
from handlers.messages import MessageKind
from handlers.turn import Reply, Turn
from nlp.actions import Action
from nlp.case_numbers import find_case_number
from nlp.commands import without_mention

DONE = frozenset({"好了", "完了", "搞定", "搞定了", "弄好了", "办好了", "办完了", "修好了", "都好了", "已好"})
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
    """收到, 谢谢, and whatever was not understood; with photos, now or just before a number, they count"""
    if all_sent_of(turn.message):
        return photos.photo(turn)
    said = without_mention(turn.message.text, "回音").strip(" 。！!~")
    quoted = find_case_number(turn.message.quoted, []) if turn.message.quoted else None
    if quoted is not None and said in DONE:
        text = turn.say("done_how", number=quoted.number).text
        return ask_result(turn, quoted.number, quoted.year, text=text)
    is_polite = said.strip("的了啊哈") in POLITE
    return photos.for_number(turn, said) or turn.say("noted" if is_polite else "unclear_command")
