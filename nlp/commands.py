"""What a grid worker or a member of staff typed: which action, on which case, with what."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from nlp.actions import Action
from nlp.addresses import find_addresses
from nlp.arguments import Json
from nlp.broadcasts import orders_broadcast
from nlp.case_numbers import CaseNumber, find_case_number, find_series
from nlp.command_arguments import Typed, find_arguments
from nlp.evidence import Weighed, independent
from nlp.lexicon import Lexicon
from nlp.patterns import Match
from nlp.places import Places
from nlp.signals import MOST_OF_ONE, PER_RULE, Signals, gather
from nlp.times import Moment, find_moments
from nlp.weights import probabilities

Role = Literal["grid", "staff"]


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `case` is the number without year, None when the text names none."""

    action: Action
    case: int | None = None
    args: Mapping[str, Json] = field(default_factory=dict)

    def as_json(self) -> dict[str, Json]:
        """The command in the form that `huiyin command --jsonl` promises."""
        return {"action": str(self.action), "case": self.case, "args": dict(self.args)}


SURE: Final = 0.35  # share from which an action is believed
SHORTEST_NOTE: Final = 4  # characters; a number with more words than that is a note on the case
LONG: Final = 7  # bits of the length from which all commands are long
LONGEST: Final = 2000  # characters read for the action; WeCom cuts messages at 2048 bytes
MENTION: Final = r"@\s?(?:{names})(?:[\s\u2005\u3000,，:：]|$)*"
ROBOT_NAMES: Final = ("回音", "小助手", "助手", "机器人")
CODE: Final = re.compile(r"\s*(?:确认|确定)?\s*\d{1,6}\s*")  # a code or a choice: the dialogue's business
STANDS_APART: Final = re.compile(r"$|[\s,:#.、\d]")  # what follows a command word that is said as such
TOLD: Final = 12  # characters: after a command word, more than that tells something and asks nothing
ASKED: Final = re.compile(r"(?:吗|么|了没有?)[?\s!。.]*$|[?]\s*$")
FORBIDDEN: Final = re.compile(
    r"(?:先别|别急着|别|甭|不要|先不|暂不|不用)(?:接|领|办|结|销|关|退|转|派|合|并|群发|发|吹哨|处理)"
)
DOING: Final = frozenset(  # what must not happen by a question
    {
        Action.CLAIM,
        Action.RESOLVE,
        Action.REJECT,
        Action.RETURN,
        Action.MERGE,
        Action.TRANSFER,
        Action.DISPATCH,
        Action.BROADCAST,
        Action.WHISTLE,
    }
)
SERIAL: Final = frozenset(  # what is done with several numbers at once: 接单 5 6 7, 进展 23、24 已联系物业
    {Action.CLAIM, Action.PROGRESS, Action.RESOLVE, Action.SUPERVISE, Action.EXTEND}
)
BESIDE: Final = " \t#,:.、吧了把"
PLEASANTRY: Final = re.compile(
    r"(?:收到|好的?|好嘞|谢谢|多谢|感谢|知道了|明白|了解|辛苦了?|累死了?|行|可以|没问题|嗯|哦|ok|OK|大家|你们|各位|啦|了|啊|哈|的|[\s,。!~])++"
)
CASELESS: Final = frozenset(
    {Action.BROADCAST, Action.STATS, Action.LIST_OPEN, Action.HELP, Action.NONE, Action.REPORT}
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
        body = without_mention(text, robot_name)
        folded = self._lexicon.spelling.fold(body)
        if not folded.strip() or CODE.fullmatch(folded) or PLEASANTRY.fullmatch(folded):
            return Command(Action.NONE)
        found = self._look(folded[:LONGEST], role=role, now=now)
        card = _quoted_number(self._lexicon.spelling.fold(quoted)) if quoted else None
        number = found.number
        if card and number and not _is_direct(number, found):
            number = None
        places = places or Places.of([])
        is_order = orders_broadcast(body, found.head, places, moments=found.moments)
        action = Action.BROADCAST if is_order else self._choose(found, has_case=bool(number or card))
        if action is Action.NONE:
            return Command(Action.NONE)
        series = find_series(found.head, found.taken) if action in SERIAL else []
        if series and (card is None or _is_direct(series[0], found)):
            number = series[0]
        if series and action is not Action.CLAIM and series[0] != number:
            series = []  # what stands elsewhere in the words is no number of a case
        case = number or card
        if series:
            number = series[0]._replace(end=series[-1].end)  # none of them is part of the words
        deciding = found.deciding(action)
        typed = Typed(body, folded, found.moments, number, deciding, places, self._lexicon.verbs)
        args = find_arguments(str(action), typed)
        if series and case is series[0]:
            args["cases"] = [one.number for one in series]
        if case is not None and case.year is not None and action not in CASELESS:
            args["year"] = case.year
        return Command(action, None if case is None or action in CASELESS else case.number, args)

    def signals(self, text: str, *, role: Role, now: datetime) -> Signals:
        """What a command offers to the weights: what they are fitted to."""
        return self._look(self._lexicon.spelling.fold(text)[:LONGEST], role=role, now=now).signals

    def _look(self, head: str, *, role: Role, now: datetime) -> "_Found":
        words = self._lexicon.tokenizer.words(head)
        matches = self._lexicon.commands.find(head, words)
        moments = tuple(find_moments(head, now))
        taken = _taken(head, moments)
        number = find_case_number(head, taken)
        traits = dict(_traits(head, matches, moments, role=role, now=now))
        if number is not None:
            traits["<number>"] = 1.0
        return _Found(
            head,
            matches,
            moments,
            taken,
            number,
            gather(head, words, traits, thesaurus=self._lexicon.thesaurus),
        )

    def _choose(self, found: "_Found", *, has_case: bool) -> Action:
        """Sort key: a command word that opens the message (办结 12); then the greatest share.

        Too small a share is a note on the case, or no command.
        """
        spoken = found.opening_verb(self._lexicon.verbs)
        if spoken is not None and len(found.head) > TOLD:
            return spoken
        action = spoken or self._weighed(found, has_case=has_case)
        return _unless_asked_or_forbidden(action, found.head, has_case=has_case)

    def _weighed(self, found: "_Found", *, has_case: bool) -> Action:
        shares = probabilities(self._lexicon.command_weights.score(found.signals), Action)
        best, share = next(iter(shares.items()))
        if share >= SURE:
            return Action(best)
        return Action.PROGRESS if has_case and len(found.head) > SHORTEST_NOTE else Action.NONE


@dataclass(frozen=True, slots=True)
class _Found:
    """What one look at a command finds, before anything is decided."""

    head: str
    matches: Sequence[Match]
    moments: tuple[Moment, ...]
    taken: Sequence[tuple[int, int]]
    number: CaseNumber | None
    signals: Signals

    def deciding(self, action: Action) -> tuple[Match, ...]:
        """What speaks for the action."""
        return tuple(match for match in self.matches if match.rule.target == action)

    def opening_verb(self, verbs: frozenset[str]) -> Action | None:
        """The action whose own word opens the message and stands apart: 办结 12, 接单, 群发:停水."""
        for match in self.matches:
            word = self.head[match.start : match.end]
            if match.start == 0 and word in verbs and STANDS_APART.match(self.head, match.end):
                return Action(match.rule.target)
        return None


def parsed_time(command: Command) -> datetime | None:
    """The instant that the command names, aware; None when it names none."""
    value = command.args.get("time")
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def without_mention(text: str, robot_name: str) -> str:
    """The text without the robot's name, wherever it is addressed, and without spaces at the ends."""
    names = "|".join(
        re.escape(name) for name in sorted({robot_name, *ROBOT_NAMES}, key=len, reverse=True) if name
    )
    return re.sub(MENTION.format(names=names), " ", text).strip(" \t\r\n\u2005\u3000,，")


def _taken(folded: str, moments: Sequence[Moment]) -> list[tuple[int, int]]:
    times = [(moment.start, moment.end) for moment in moments]
    return times + [(address.start, address.end) for address in find_addresses(folded)]


def _unless_asked_or_forbidden(action: Action, head: str, *, has_case: bool) -> Action:
    """修好了吗 asks how it stands, 先别接 forbids: neither does what it names."""
    if action not in DOING:
        return action
    if FORBIDDEN.search(head, 0, TOLD):
        return Action.PROGRESS if has_case else Action.NONE
    if ASKED.search(head):
        return Action.SHOW if has_case else Action.NONE
    return action


def _traits(
    head: str, matches: Sequence[Match], moments: Sequence[Moment], *, role: Role, now: datetime
) -> Iterable[tuple[str, float]]:
    """What the rules found, by action, which action's word stands first, and the form of the command."""
    by_action: dict[str, list[Weighed]] = {}
    for match in matches:
        by_action.setdefault(match.rule.target, []).append(Weighed(match, 1.0))
    first = len(head) - len(head.lstrip(" @#0123456789号"))
    for action, found in by_action.items():
        weight = sum(one.weight for one in independent(found))
        yield f"<sign {action}>", min(weight, MOST_OF_ONE) / PER_RULE
        if found[0].match.start <= first:
            yield f"<first {action}>", 1.0
    yield f"<{role}>", 1.0
    yield f"<length {min(LONG, len(head).bit_length())}>", 1.0
    if moments:
        is_later = any(moment.instant > now for moment in moments)
        yield ("<later>" if is_later else "<earlier>"), 1.0


def _is_direct(number: CaseNumber, found: _Found) -> bool:
    """Whether the number is meant in spite of a quoted card: 12号, 接单 5, 23 已修好."""
    folded, matches = found.head, found.matches
    if number.is_named(folded):
        return True
    before = len(folded[: number.start].rstrip(BESIDE))
    after = number.end + len(folded[number.end :]) - len(folded[number.end :].lstrip(BESIDE))
    return any(before == match.end or after == match.start for match in matches)


def _quoted_number(folded: str) -> CaseNumber | None:
    return find_case_number(folded, _taken(folded, ()))
