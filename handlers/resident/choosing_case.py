"""Which of several cases is meant: shown with numbers, and whoever asked goes on with the one chosen."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar

from handlers.conversation import Move, move, settle
from handlers.messages import MessageKind
from handlers.replies import say
from handlers.replies.formats import case_line
from handlers.resident import asking
from handlers.resident.router import router
from handlers.turn import Reply, Turn, is_expired
from nlp.numerals import parse_number
from storage import cases as case_rows
from storage.models.cases import Case
from storage.models.conversations import Step

OFFERED: Final = 9  # cases in one question
LIFETIME: Final = timedelta(minutes=30)  # like every question of the dialogue
NUMBERED: Final = re.compile(
    r"(?:选|第|编号|诉求)?\s*(?P<year>20\d\d-)?(?P<number>\d{1,6}|[一二三四五六七八九十]{1,3})\s*(?:个|件|号)?的?[。.!！、]*"
)
NEITHER: Final = frozenset({"算了", "不用了", "不用", "都不是", "没事了", "取消"})

OnChosen = Callable[[Turn, Case, Mapping[str, Any]], Reply]
H = TypeVar("H", bound=OnChosen)

_GOES_ON: Final[dict[str, OnChosen]] = {}  # filled while the modules are imported


def chosen(what: str) -> Callable[[H], H]:
    """Register what happens once a case was chosen for this purpose: turn, case, what was kept meanwhile."""

    def register(handler: H) -> H:
        if what in _GOES_ON:
            raise ValueError(f"{what}: somebody goes on with this choice already")
        _GOES_ON[what] = handler
        return handler

    return register


def offer_choice(turn: Turn, what: str, cases: Sequence[Case], **kept: object) -> Reply:
    """One question with numbers; the answer goes to whoever registered for `what`, with `kept` (JSON)."""
    asking.release_draft(turn)
    offered = list(cases)[:OFFERED]
    draft = {"what": what, "cases": [case.id for case in offered], "kept": kept}
    move(turn.db, turn.conversation, Move.ASK_CASE, draft=draft, expires_at=turn.now + LIFETIME)
    lines = [f"{index} {case_line(case)}" for index, case in enumerate(offered, start=1)]
    return Reply("\n".join([say(turn.community.id, "which_case"), *lines]))


@router.on(Step.CHOOSING_CASE)
def choose(turn: Turn) -> Reply | None:
    """1, 第二个, or the case's own number; anything else is a new message."""
    draft = turn.conversation.draft or {}
    goes_on = _GOES_ON.get(str(draft.get("what")))
    settle(turn.db, turn.conversation)
    if goes_on is None or is_expired(turn) or turn.message.kind is not MessageKind.TEXT:
        return None
    said = turn.message.text.strip()
    if said.rstrip("。.!！") in NEITHER:
        return turn.say("nothing_chosen")
    offered = [case_rows.case_by_id(turn.db, each) for each in draft.get("cases", [])]
    case = _meant(said, offered)
    return None if case is None else goes_on(turn, case, dict(draft.get("kept", {})))


def _meant(said: str, offered: Sequence[Case]) -> Case | None:
    """The case at that place of the list, else the one of that number."""
    match = NUMBERED.fullmatch(said)
    number = parse_number(match["number"]) if match else None
    if match is None or number is None:
        return None
    if not match["year"] and 1 <= number <= len(offered):
        return offered[number - 1]
    return next((case for case in offered if case.number == number), None)
