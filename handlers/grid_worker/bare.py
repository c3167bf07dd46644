"""Words of the desk without their number: 不接, 同意延期; the only case is meant, or it is asked which."""

import re
from dataclasses import replace
from typing import Final

from handlers.turn import Turn
from nlp.arguments import Json
from nlp.characters import fold
from nlp.commands import without_mention
from nlp.desk_words import DeskAction, DeskWord

REASON: Final = r"(?:[\s,，。:：]\s*(?P<reason>\D*))?"  # with digits it may be another command: 同意延期 3天
DECLINED: Final = re.compile(rf"(?:不接|接不了|没法接|无法接|不能接)单?{REASON}")
DECIDED: Final = re.compile(
    r"(?:(?P<yes>同意|批准|准予)|(?:不同意|不批准|不准|驳回|拒绝))"
    rf"(?:(?P<later>延期|延长)|不予受理|不受理){REASON}"
)


def with_bare_word(turn: Turn) -> Turn | None:
    """The same turn with the word of the desk that opens it, when only its number is missing."""
    said = fold(without_mention(turn.message.text, "回音")).strip(" 。!")
    declined, decided = DECLINED.fullmatch(said), DECIDED.fullmatch(said)
    found = declined or decided
    if turn.desk_word is not None or found is None:
        return None
    reason = (found["reason"] or "").strip()
    args: dict[str, Json] = {"reason": reason} if reason else {}
    action = DeskAction.DECLINE
    if decided is not None:
        args["is_accepted"] = decided["yes"] is not None
        action = DeskAction.ACCEPT_EXTENSION if decided["later"] else DeskAction.ACCEPT_REJECTION
    year = turn.command.args.get("year")
    known = year if isinstance(year, int) else None
    return replace(turn, desk_word=DeskWord(action, turn.command.case, known, args))
