"""What a grid worker or a member of staff typed: which action, on which case, with what."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from nlp.addresses import find_addresses
from nlp.case_numbers import CaseNumber, find_case_number
from nlp.command_arguments import Json, Typed, find_arguments
from nlp.evidence import Weighed, independent
from nlp.lexicon import Lexicon
from nlp.patterns import Match
from nlp.places import Places
from nlp.times import Moment, find_moments

Role = Literal["grid", "staff"]


class Action(StrEnum):
    """The closed list of commands; among equals the one that stands first here wins."""

    BROADCAST = "broadcast"
    MERGE = "merge"
    WHISTLE = "whistle"
    CHECK_IN = "check_in"
    REMIND = "remind"
    INVITE = "invite"
    SCHEDULE_MEETING = "schedule_meeting"
    MINUTES = "minutes"
    CONSULT = "consult"
    EXTEND = "extend"
    REJECT = "reject"
    RETURN = "return"
    FEEDBACK = "feedback"
    TRANSFER = "transfer"
    DISPATCH = "dispatch"
    ASK = "ask"
    SUPERVISE = "supervise"
    RESOLVE = "resolve"
    PROGRESS = "progress"
    CLAIM = "claim"
    REPORT = "report"
    STATS = "stats"
    LIST_OPEN = "list_open"
    SHOW = "show"
    HELP = "help"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `case` is the number without year, None when the text names none."""

    action: Action
    case: int | None = None
    args: Mapping[str, Json] = field(default_factory=dict)

    def as_json(self) -> dict[str, Json]:
        """The command in the form that `huiyin command --jsonl` promises."""
        return {"action": str(self.action), "case": self.case, "args": dict(self.args)}


FLOOR: Final = 5.0  # weight below which nothing was commanded
FIRST: Final = 3.0  # a command word at the very beginning weighs so much more
LONGEST: Final = 2000  # characters read for the action; WeCom cuts messages at 2048 bytes
MENTION: Final = r"@\s?(?:{names})(?:[\s\u2005\u3000,，:：]|$)*"
ROBOT_NAMES: Final = ("回音", "小助手", "助手", "机器人")
CODE: Final = re.compile(r"\s*(?:确认|确定)?\s*\d{1,6}\s*")  # a code or a choice: the dialogue's business
CASELESS: Final = frozenset(
    {Action.BROADCAST, Action.STATS, Action.LIST_OPEN, Action.HELP, Action.NONE, Action.REMIND, Action.REPORT}
)


class CommandReader:
    """Reads what workers and staff type, with one lexicon; safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Nothing is loaded here; the lexicon was built at start."""
        self._lexicon = lexicon

    def read(
        self,
        text: str,
        *,
        role: Role,
        now: datetime,
        quoted: str | None = None,
        robot_name: str = "回音",
        places: Places | None = None,
    ) -> Command:
        """The command in a text, Action.NONE when there is none; never raises, whatever the text.

        `now` is aware; times in `args` are ISO strings in Asia/Shanghai. A number missing in the text is
        taken from the quoted message. A confirmation code (确认 3721, or digits alone) is no command.
        """
        body = _without_mention(text, robot_name)
        folded = self._lexicon.spelling.fold(body)
        if not folded.strip() or CODE.fullmatch(folded):
            return Command(Action.NONE)
        moments = list(find_moments(folded[:LONGEST], now))
        number = find_case_number(folded[:LONGEST], _taken(folded[:LONGEST], moments))
        matches = self._lexicon.commands.find(folded[:LONGEST], self._lexicon.tokenizer)
        action, deciding = _choose(matches, folded, has_number=number is not None, role=role)
        if action is Action.NONE:
            return Command(Action.NONE)
        case = number or (_quoted_number(self._lexicon.spelling.fold(quoted)) if quoted else None)
        typed = Typed(
            body, folded, tuple(moments), number, deciding, places or Places.of([]), self._lexicon.verbs
        )
        args = find_arguments(str(action), typed)
        if case is not None and case.year is not None and action not in CASELESS:
            args["year"] = case.year
        return Command(action, None if case is None or action in CASELESS else case.number, args)


def parsed_time(command: Command) -> datetime | None:
    """The instant that the command names, aware; None when it names none."""
    value = command.args.get("time")
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def _without_mention(text: str, robot_name: str) -> str:
    """The text without the robot's name, wherever it is addressed, and without spaces at the ends."""
    names = "|".join(
        re.escape(name) for name in sorted({robot_name, *ROBOT_NAMES}, key=len, reverse=True) if name
    )
    return re.sub(MENTION.format(names=names), " ", text).strip(" \t\r\n\u2005\u3000,，")


def _taken(folded: str, moments: Sequence[Moment]) -> list[tuple[int, int]]:
    times = [(moment.start, moment.end) for moment in moments]
    return times + [(address.start, address.end) for address in find_addresses(folded)]


def _choose(
    matches: Sequence[Match], folded: str, *, has_number: bool, role: Role
) -> tuple[Action, tuple[Match, ...]]:
    """The action with the most weight and the words that say so.

    Sort key: weight, with a premium for the first word; then the order of Action. A number with words that
    say nothing to us is a note on that case.
    """
    by_action: dict[Action, list[Weighed]] = {}
    for match in matches:
        by_action.setdefault(Action(match.rule.target), []).append(Weighed(match, 1.0))
    order = tuple(Action)
    weights = {action: _weight(found, folded, role) for action, found in by_action.items()}
    ranked = sorted(weights, key=lambda action: (-weights[action], order.index(action)))
    if ranked and weights[ranked[0]] >= FLOOR:
        return ranked[0], tuple(one.match for one in by_action[ranked[0]])
    return (Action.PROGRESS, ()) if has_number and len(folded) > 4 else (Action.NONE, ())


def _weight(found: Sequence[Weighed], folded: str, role: Role) -> float:
    first = min(one.match.start for one in found)
    premium = FIRST if first <= len(folded) - len(folded.lstrip(" @#0123456789号")) else 0.0
    if role == "grid" and found[0].match.rule.target == Action.STATS:
        premium -= 1.0  # workers report more than they count
    return sum(one.weight for one in independent(found)) + premium


def _quoted_number(folded: str) -> CaseNumber | None:
    return find_case_number(folded, _taken(folded, ()))
