"""What a grid worker or a member of staff typed: which action, on which case, with what."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from nlp.addresses import find_addresses
from nlp.case_numbers import CaseNumber, find_case_number, find_series
from nlp.command_arguments import CANCEL, Json, Typed, find_arguments
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
BESIDE: Final = " \t#,:.、吧了把"
MEETING: Final = re.compile(r"开会|开个会|议事会|碰头会|协商会|协调会|座谈会|恳谈会|商量|协商|坐下来谈")
UNDERWAY: Final = re.compile(r"已|正在|刚刚|刚才|马上|现在|[今明]天|[上下中]午|在等|再等")
PLEASANTRY: Final = re.compile(
    r"(?:收到|好的?|好嘞|谢谢|多谢|感谢|知道了|明白|了解|辛苦了?|累死了?|行|可以|没问题|嗯|哦|ok|OK|大家|你们|各位|啦|了|啊|哈|的|[\s,。!~])++"
)
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

        `now` is aware; times in `args` are ISO strings in Asia/Shanghai. The number of a quoted message
        counts unless the text names one with the action or as 12号. Several claimed numbers are
        `cases`. A confirmation code (确认 3721, or digits alone) is no command.
        """
        body = _without_mention(text, robot_name)
        folded = self._lexicon.spelling.fold(body)
        if not folded.strip() or CODE.fullmatch(folded) or PLEASANTRY.fullmatch(folded):
            return Command(Action.NONE)
        head = folded[:LONGEST]
        moments = list(find_moments(head, now))
        taken = _taken(head, moments)
        matches = self._lexicon.commands.find(head, self._lexicon.tokenizer)
        card = _quoted_number(self._lexicon.spelling.fold(quoted)) if quoted else None
        number = find_case_number(head, taken)
        if card and number and not _is_direct(number, head, matches):
            number = None
        action, deciding = _choose(matches, folded, has_number=number is not None, role=role)
        series = find_series(head, taken) if action is Action.CLAIM else []
        if series and (card is None or _is_direct(series[0], head, matches)):
            number = series[0]
        case = number or card
        action = _on_a_case(action, head, moments, now=now) if case else action
        if action is Action.NONE:
            return Command(Action.NONE)
        typed = Typed(
            body, folded, tuple(moments), number, deciding, places or Places.of([]), self._lexicon.verbs
        )
        args = find_arguments(str(action), typed)
        if series and number is series[0]:
            args["cases"] = [one.number for one in series]
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


def _is_direct(number: CaseNumber, folded: str, matches: Sequence[Match]) -> bool:
    """Whether the number is meant in spite of a quoted card: 12号, 接单 5, 23 已修好."""
    if number.is_named(folded):
        return True
    before = len(folded[: number.start].rstrip(BESIDE))
    after = number.end + len(folded[number.end :]) - len(folded[number.end :].lstrip(BESIDE))
    return any(before == match.end or after == match.start for match in matches)


def _on_a_case(action: Action, folded: str, moments: Sequence[Moment], *, now: datetime) -> Action:
    """The action when a case is named or quoted: work told of is progress, a meeting to come its own."""
    if action is Action.NONE and UNDERWAY.search(folded):
        return Action.PROGRESS
    is_meeting = action in (Action.PROGRESS, Action.SCHEDULE_MEETING) and _is_invitation(folded, moments, now)
    return Action.CONSULT if is_meeting else action


def _is_invitation(folded: str, moments: Sequence[Moment], now: datetime) -> bool:
    """8 约周三晚上7点半物业办公室开会: a meeting on a case, still to come."""
    return any(moment.instant > now for moment in moments) and bool(
        MEETING.search(folded) and not CANCEL.search(folded)
    )


def _quoted_number(folded: str) -> CaseNumber | None:
    return find_case_number(folded, _taken(folded, ()))
