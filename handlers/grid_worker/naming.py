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


def named(turn: Turn, answer: Callable[[Turn], Reply | None]) -> Reply | None:
    """23: what waited is done with that case; another command is obeyed instead, and nothing waits then."""
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
