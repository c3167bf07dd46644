"""What a grid worker or a member of staff typed: which action, on which case, with what."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal, NamedTuple

from nlp.actions import Action
from nlp.addresses import find_addresses
from nlp.arguments import Json
from nlp.broadcasts import asks_about_broadcasts, orders_broadcast
from nlp.case_numbers import CaseNumber, find_case_number, find_series
from nlp.command_arguments import Typed, find_arguments
from nlp.command_lines import command_lines
from nlp.evidence import Weighed, independent
from nlp.lexicon import Lexicon
from nlp.notes import THANKED
from nlp.patterns import Match
from nlp.places import Places
from nlp.second_thoughts import Said, reconsidered, says_only_that_it_is_done
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
    lines: "tuple[Line, ...]" = ()  # each line's own words and command, this first one's too; else empty

    def as_json(self) -> dict[str, Json]:
        """The command in the form that `huiyin command --jsonl` promises."""
        return {"action": str(self.action), "case": self.case, "args": dict(self.args)}


class Line(NamedTuple):
    """One of several commands in one message: its own words, and what they command."""

    text: str
    command: Command


SURE: Final = 0.35  # share from which an action is believed
SHORTEST_NOTE: Final = 4  # characters; a number with more words than that is a note on the case
LONG: Final = 7  # bits of the length from which all commands are long
LONGEST: Final = 2000  # characters read for the action; WeCom cuts messages at 2048 bytes
MENTION: Final = r"@\s?(?:{names})(?:[\s\u2005\u3000,，:：]|$)*"
COMMANDING: Final = (  # what follows a name that is addressed in the middle
    r"(?:(?:进展|进度|办结|接单|反馈|报到|退回|交办|转交|延期|督办|问|查|重办|拆分|合并|不予受理|不受理|吹哨)[\s:：,，#]*(?:20\d\d-)?\d|#?\d{1,6}[号\s,，])"
)
ROBOT_NAMES: Final = ("回音", "小助手", "助手", "机器人")
CODE: Final = re.compile(r"\s*(?:确认|确定)?\s*\d{1,6}\s*")  # a code or a choice: the dialogue's business
STANDS_APART: Final = re.compile(r"$|[\s,:#.、\d]")  # what follows a command word that is said as such
SERIAL: Final = frozenset(  # what is done with several numbers at once: 接单 5 6 7, 进展 23、24 已联系物业
    {Action.CLAIM, Action.PROGRESS, Action.RESOLVE, Action.SUPERVISE, Action.EXTEND}
)
BESIDE: Final = " \t#,:.、吧了把"
PLEASANTRY: Final = re.compile(
    r"(?:收到|好的?|好嘞|谢谢|多谢|感谢|知道了|明白|了解|辛苦了?|累死了?|行|可以|没问题|嗯|哦|ok|OK|大家|你们|各位|啦|了|啊|哈|的|[\s,。!~])++"
)
BESIDE_THANKS: Final = re.compile(r"[^\w\s,。!~?#]|(?<!\d)\d{1,6}号?(?!\d)|回音|小助手|助手|机器人")
PICTURE: Final = re.compile(r"[^\w\s#,.。、:;!?()/-]")
WORD: Final = re.compile(r"[^\W_]|[?]")
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
        A message whose lines each open with a command of their own (办结 12 …, 办结 3 …) is the first of
        them, and `lines` has them all, in order, each with the words that belong to it.
        """
        body = without_mention(text, robot_name)

        def one(words: str) -> Command:
            return self._read(words, role=role, now=now, quoted=quoted, places=places or Places.of([]))

        lines = tuple(Line(each, one(each)) for each in command_lines(body, self._lexicon.verbs))
        return replace(lines[0].command, lines=lines) if lines else one(body)

    def _read(self, body: str, *, role: Role, now: datetime, quoted: str | None, places: Places) -> Command:
        folded = self._lexicon.spelling.fold(body).replace("俺", "我")
        card = _quoted_number(self._lexicon.spelling.fold(quoted)) if quoted else None
        if card and says_only_that_it_is_done(folded[:LONGEST]):
            return Command(Action.RESOLVE, card.number, {"year": card.year} if card.year else {})
        if not folded.strip() or CODE.fullmatch(folded) or _is_pleasant(folded):
            return Command(Action.NONE)
        if asks_about_broadcasts(folded):
            return Command(Action.HELP, None, {"topic": "群发"})
        found = self._look(folded[:LONGEST], role=role, now=now)
        number = found.number
        if card and number and not _is_direct(number, found):
            number = None
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
        opening = found.opening_verb(self._lexicon.verbs)
        action = Action(opening.rule.target) if opening else self._weighed(found, has_case=has_case)
        said = Said(found.head, found.number, has_case, opening.end if opening else None)
        return reconsidered(action, said)

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

    def opening_verb(self, verbs: frozenset[str]) -> Match | None:
        """The word of an action that opens the message and stands apart: 办结 12, 接单, 群发:停水."""
        for match in self.matches:
            word = self.head[match.start : match.end]
            if match.start == 0 and word in verbs and STANDS_APART.match(self.head, match.end):
                return match
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
    ends = " \t\r\n\u2005\u3000,，"
    form = MENTION.format(names=names)
    amid = re.search(rf"{form}(?=\s*{COMMANDING})", text)
    if amid is not None and len(re.findall(form, text)) == 1 and "\n" not in text[: amid.start()].strip():
        return text[amid.end() :].strip(
            ends
        )  # 大家注意，@回音 进展 3 …: what stands before is for the others
    return re.sub(form, " ", text).strip(ends)


def _is_pleasant(folded: str) -> bool:
    """收到 26, 好的👌, 辛苦了回音: polite words, perhaps with a number, a name or pictures beside them."""
    plain = BESIDE_THANKS.sub("", folded)
    if not WORD.search(plain):
        return PICTURE.search(folded) is not None
    is_polite = PLEASANTRY.fullmatch(plain) is not None
    return is_polite and (not any(one.isdigit() for one in folded) or THANKED.search(plain) is not None)


def _taken(folded: str, moments: Sequence[Moment]) -> list[tuple[int, int]]:
    times = [(moment.start, moment.end) for moment in moments]
    return times + [(address.start, address.end) for address in find_addresses(folded)]


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
