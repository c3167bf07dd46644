"""No number was given and several cases may be meant: they are listed, and the number alone settles it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from handlers.cases.attaching import all_sent_of, keep_for_later
from handlers.conversation import MOVES, Move, move, settle
from handlers.errors import NoNumberGiven, UserError
from handlers.grid_worker.bare import with_bare_word
from handlers.replies import workers
from handlers.turn import Handler, Key, Reply, Router, Turn, is_expired
from nlp.actions import Action
from nlp.characters import fold
from nlp.commands import Command, without_mention
from nlp.desk_words import DeskAction, DeskWord
from storage.models.cases import Case
from storage.models.conversations import Step
from storage.models.organization import Estate

WAITS: Final = timedelta(minutes=10)  # for the number; later it may mean anything
NUMBER: Final = re.compile(
    r"(?:是|就是|选|要)?\s*(?:诉求|编号|第|#)?\s*(?:(?P<year>20\d\d)-)?(?P<number>\d{1,6})\s*(?:号|件|那件|#)?[\s。.!]*"
)
CALLED_OFF: Final = frozenset({"取消", "算了", "不用了", "不办了"})
TELLING: Final = frozenset({Action.NONE, Action.RESOLVE, Action.PROGRESS, Action.FEEDBACK})
SHORTEST_RESULT: Final = 4  # characters of what was done
DONE: Final = re.compile(r"了|已|好|完毕|到位|恢复|正常")
NO_RESULT: Final = re.compile(r"[?？]|[吗么呢]|没|未|不|别|还要|等|明天|下午再")


class WhichCase(NoNumberGiven):
    """Several cases may be meant; the sentence lists them and asks which."""

    def __init__(self, cases: Sequence[Case], estates: Sequence[Estate], *, is_alone: bool) -> None:
        places = {each.id: each for each in estates}
        listed = [(case, places.get(case.estate_id or 0)) for case in cases]
        UserError.__init__(self, workers.which_case(listed, is_alone=is_alone))


class AskingRouter(Router):
    """A router whose handlers may leave open which case is meant: then the speaker is asked."""

    def find(self, key: Key) -> Handler | None:
        """The handler of this key; what it cannot tell is asked. A word of the desk counts without number."""
        handler = super().find(key)
        return None if handler is None else self._asking(handler, is_read=isinstance(key, Action))

    def _asking(self, handler: Handler, *, is_read: bool) -> Handler:
        def answer(turn: Turn) -> Reply | None:
            bare = with_bare_word(turn) if is_read else None
            asked = bare or turn
            meant = super(AskingRouter, self).find(bare.desk_word.action) if bare and bare.desk_word else None
            try:
                return (meant or handler)(asked)
            except WhichCase as question:
                return _ask(asked, question)

        return answer


def _ask(turn: Turn, question: WhichCase) -> Reply:
    """The command waits for its number, unless something else is being waited for."""
    if (turn.conversation.step, Move.ASK_NUMBER) not in MOVES:
        return Reply(str(question))
    for each in all_sent_of(turn.message):
        keep_for_later(turn.db, turn.person, each, now=turn.now)
    draft = {
        "text": turn.message.text,
        "quoted": turn.message.quoted,
        "action": turn.command.action.value,
        "args": dict(turn.command.args),
        "desk": _desk_draft(turn.desk_word),
    }
    move(turn.db, turn.conversation, Move.ASK_NUMBER, draft=draft, expires_at=turn.now + WAITS)
    return Reply(str(question))


def ask_result(turn: Turn, number: int, year: int | None, *, text: str) -> Reply:
    """How it was settled is still to be said: the next words settle the case, unless they ask or command."""
    if (turn.conversation.step, Move.ASK_NUMBER) in MOVES:
        draft = {"result_of": number, "year": year}
        move(turn.db, turn.conversation, Move.ASK_NUMBER, draft=draft, expires_at=turn.now + WAITS)
    return Reply(text)


def _result_said(turn: Turn, answer: Callable[[Turn], Reply | None]) -> Reply | None:
    """The case is settled with these words; a question, a number or another command is none of that."""
    said = without_mention(turn.message.text, "回音").strip()
    if not said:  # a photo alone
        return None
    draft: Mapping[str, Any] = turn.conversation.draft or {}
    number, year = int(draft["result_of"]), draft["year"]
    settle(turn.db, turn.conversation)
    if is_expired(turn):
        return None
    if said in CALLED_OFF:
        return turn.say("naming_called_off")
    if not _is_result(turn, said, number):
        return None
    args = {"result": said} | ({"year": year} if year else {})
    idle = replace(turn.conversation, step=Step.IDLE, draft=None)
    return answer(
        replace(turn, command=Command(Action.RESOLVE, number, args), desk_word=None, conversation=idle)
    )


def _is_result(turn: Turn, said: str, number: int) -> bool:
    is_other = turn.desk_word is not None or turn.command.case not in (None, number)
    if is_other or turn.command.action not in TELLING or NO_RESULT.search(said):
        return False
    return len(said) >= SHORTEST_RESULT and DONE.search(said) is not None


def named(turn: Turn, answer: Callable[[Turn], Reply | None]) -> Reply | None:
    """23: what waited is done with that case; another command is obeyed instead, and nothing waits then."""
    if "result_of" in (turn.conversation.draft or {}):
        return _result_said(turn, answer)
    said = fold(without_mention(turn.message.text, "回音")).strip()
    found = NUMBER.fullmatch(said)
    is_command = turn.command.action is not Action.NONE or turn.desk_word is not None
    if is_expired(turn) or (is_command and found is None):
        settle(turn.db, turn.conversation)
        return None
    if said in CALLED_OFF:
        settle(turn.db, turn.conversation)
        return turn.say("naming_called_off")
    if found is None:
        return None
    settle(turn.db, turn.conversation)
    return answer(_completed(turn, int(found["number"]), int(found["year"]) if found["year"] else None))


def _completed(turn: Turn, number: int, year: int | None) -> Turn:
    """The turn as if the number had stood in the command."""
    draft: Mapping[str, Any] = turn.conversation.draft or {}
    args = dict(draft["args"]) | ({"year": year} if year else {})
    desk = draft["desk"]
    return replace(
        turn,
        message=replace(turn.message, text=str(draft["text"]), quoted=str(draft["quoted"])),
        command=Command(Action(draft["action"]), number, args),
        desk_word=DeskWord(DeskAction(desk["action"]), number, year, desk["args"]) if desk else None,
        conversation=replace(turn.conversation, step=Step.IDLE, draft=None),
    )


def _desk_draft(word: DeskWord | None) -> dict[str, Any] | None:
    return None if word is None else {"action": word.action.value, "args": dict(word.args)}
