"""What workers and staff type beyond the fitted commands, told by the word that opens the message."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from nlp.addresses import find_addresses
from nlp.arguments import Json
from nlp.case_numbers import find_case_number
from nlp.commands import without_mention
from nlp.deputies import KNOWN, find_deputy, find_deputy_sentence
from nlp.desk_arguments import Labels, find_desk_arguments
from nlp.desk_notices import find_notice, find_sentence
from nlp.desk_sentences import find_absence, find_case_sentence
from nlp.doubts import asks
from nlp.lexicon import Lexicon, read_rows
from nlp.numerals import parse_number


class DeskAction(StrEnum):
    """The closed list of words of the desk."""

    UNMERGE = "unmerge"
    REOPEN = "reopen"
    RECATEGORIZE = "recategorize"
    DECLINE = "decline"
    ASSIGN = "assign"
    REPORTERS = "reporters"
    ON_BEHALF = "on_behalf"
    CARE = "care"
    ANSWER_ADD = "answer_add"
    ANSWER_REMOVE = "answer_remove"
    ANSWER_LIST = "answer_list"
    SPEAK = "speak"
    HAND_BACK = "hand_back"
    CANCEL_LINK = "cancel_link"
    MEDIATE = "mediate"
    AGREE_ON = "agree_on"
    ACCEPT_EXTENSION = "accept_extension"
    ACCEPT_REJECTION = "accept_rejection"
    BROADCAST_PROGRESS = "broadcast_progress"
    BROADCAST_LIST = "broadcast_list"
    BROADCAST_STOP = "broadcast_stop"
    BROADCAST_RESEND = "broadcast_resend"
    BROADCAST_APPROVE = "broadcast_approve"
    BROADCAST_REFUSE = "broadcast_refuse"
    TEMPLATE_SAVE = "template_save"
    TEMPLATE_LIST = "template_list"
    TEMPLATE_REMOVE = "template_remove"
    SERIES_LIST = "series_list"
    SERIES_END = "series_end"
    DEPUTY = "deputy"
    DEPUTY_LIST = "deputy_list"
    GROUP_LIST = "group_list"
    GROUP_ESTATE = "group_estate"
    SHOW_QUOTA = "show_quota"


@dataclass(frozen=True, slots=True)
class DeskWord:
    """One word of the desk; `case` is the number without year, None when neither text nor quote name one."""

    action: DeskAction
    case: int | None = None
    year: int | None = None
    args: Mapping[str, Json] = field(default_factory=dict)


class _Word(NamedTuple):
    action: DeskAction
    must_be_numbered: bool
    setting: str


class _Number(NamedTuple):
    value: int
    year: int | None
    start: int
    end: int


LONGEST: Final = 4000  # characters; an answer for the question table may be long
MANNERS: Final = re.compile(r"(?:你好|您好|请问|麻烦|请|帮我|帮忙|那就|那|[\s,:。!])*")
STANDS_APART: Final = re.compile(r"$|[\s,:#.、。;!=\d]")
ONCE: Final = re.compile(r"一下|下(?=\s|\d)")  # 重办一下 23
UNITS: Final = "天|个|年|月|日|点|块|元|人|分|次|米|岁|户|周|家|条|小时|星期|工作日"
NO_CASE: Final = (  # what makes the digits an amount, a time or a house: 7天, 3 天, 3号楼, but not 23 天花板
    rf"(?!\d|[.:/~]\d|[%‰℃°-]|号?[楼栋幢院层室]|单元|\s?号[楼院]|号?门(?!禁)|(?:{UNITS})|\s(?:{UNITS})(?:[\s,。!]|$))"
)
NUMBERED: Final = re.compile(
    r"[\s,:、。]*(?:诉求|编号|单号|工单|案件|会话|对话|件|第|[Nn][Oo]\.?)?[\s#:]*"
    rf"(?:(?P<year>20\d\d)-(?P<full>\d{{3,6}})(?!\d)|(?P<digits>\d{{1,6}}){NO_CASE}"
    rf"|(?P<spoken>[零〇一二两三四五六七八九十百千]{{1,6}})(?=号|件|[\s,:。;!]|$){NO_CASE})"
    r"(?:号(?:单子?|件|诉求|工单|会话|对话)?|件|#)?"
)
TRAILING: Final = re.compile(
    r"(?:^|[\s,#给])#?(?:(?P<year>20\d\d)-(?P<full>\d{3,6})|(?P<digits>\d{1,6}))号?[\s。!]*$"
)
IN_QUOTE: Final = re.compile(r"(?:会话|对话|人工|回复|交还)[\s#:]*(\d{1,6})(?!\d)")
TALKS: Final = frozenset({DeskAction.SPEAK, DeskAction.HAND_BACK})  # their number is a conversation's
UNNUMBERED: Final = frozenset(
    {
        DeskAction.ON_BEHALF,
        DeskAction.CARE,
        DeskAction.ANSWER_ADD,
        DeskAction.ANSWER_REMOVE,
        DeskAction.ANSWER_LIST,
    }
)
NOTICES: Final = frozenset(  # these know no case
    {
        DeskAction.BROADCAST_PROGRESS,
        DeskAction.BROADCAST_LIST,
        DeskAction.BROADCAST_STOP,
        DeskAction.BROADCAST_RESEND,
        DeskAction.BROADCAST_APPROVE,
        DeskAction.BROADCAST_REFUSE,
        DeskAction.TEMPLATE_SAVE,
        DeskAction.TEMPLATE_LIST,
        DeskAction.TEMPLATE_REMOVE,
        DeskAction.SERIES_LIST,
        DeskAction.SERIES_END,
        DeskAction.DEPUTY_LIST,
        DeskAction.GROUP_LIST,
        DeskAction.GROUP_ESTATE,
        DeskAction.SHOW_QUOTA,
    }
)
APART: Final = re.compile(rf"{STANDS_APART.pattern}|[?“\"「『【《(]")
NOTICE_APART: Final = dict.fromkeys(NOTICES, APART) | {
    DeskAction.TEMPLATE_SAVE: re.compile(rf"{APART.pattern}|[\u4e00-\u9fffA-Za-z]{{1,10}}\s*="),
    DeskAction.DEPUTY: re.compile(rf"{APART.pattern}|{KNOWN.pattern}"),
}
SHOWN: Final = frozenset(  # 看一下群发进度
    {
        DeskAction.BROADCAST_PROGRESS,
        DeskAction.BROADCAST_LIST,
        DeskAction.TEMPLATE_LIST,
        DeskAction.SERIES_LIST,
        DeskAction.DEPUTY_LIST,
        DeskAction.GROUP_LIST,
        DeskAction.SHOW_QUOTA,
    }
)
LOOK: Final = re.compile(r"(?:我想|想)?(?:查一?下|看一?下|看一看|看看|查查|查看|查询|查|看)\s?")
DOING: Final = frozenset(  # what must not happen by a question
    {
        DeskAction.UNMERGE,
        DeskAction.REOPEN,
        DeskAction.RECATEGORIZE,
        DeskAction.DECLINE,
        DeskAction.ASSIGN,
        DeskAction.CANCEL_LINK,
        DeskAction.ACCEPT_EXTENSION,
        DeskAction.ACCEPT_REJECTION,
    }
)
MAY_TRAIL: Final = frozenset({DeskAction.ASSIGN, DeskAction.RECATEGORIZE})  # 派给王芳 23
STANDS_ALONE: Final = frozenset({DeskAction.REPORTERS, DeskAction.ANSWER_LIST, DeskAction.CANCEL_LINK})
NOT_SAID: Final = re.compile(r"(?:是谁|都?有谁|有哪些|列表|[\s?？。!！,，:：])*")


class DeskReader:
    """Reads the words of the desk with one lexicon; safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        """The words are read from their file once."""
        self._fold = lexicon.spelling.fold
        self._words = {
            word: _Word(DeskAction(action), needs == "number", rest[0] if rest else "")
            for action, word, needs, *rest in read_rows("desk_words.tsv")
        }
        longest_first = sorted(self._words, key=lambda word: (-len(word), word))
        spaced = (re.sub("群发(?=.)", r"群发\\s?", word) for word in map(re.escape, longest_first))
        self._opening = re.compile("|".join(spaced))

    def read(
        self,
        text: str,
        quoted: str | None = None,
        *,
        labels: Labels | None = None,
        robot_name: str = "回音",
        now: datetime | None = None,
    ) -> DeskWord | None:
        """The word that opens the text, None when none does; never raises, whatever the text.

        `labels` gives category and subcategory codes by what people call them (停车, 用水-下水道). The number
        in the text counts before that of a quoted message. `now` is aware; without it no days are read.
        What is only asked is no word of the desk: 重办1吗.
        """
        body = without_mention(text, robot_name)[:LONGEST]
        found = self._read(body, quoted, labels=labels, now=now)
        if found is not None and found.action in DOING and asks(self._fold(body)):
            return None
        return found

    def _read(
        self, body: str, quoted: str | None, *, labels: Labels | None, now: datetime | None
    ) -> DeskWord | None:
        folded = self._fold(body)
        manners = MANNERS.match(folded)
        begin = manners.end() if manners else 0
        opening = self._opening.match(folded, begin) or self._shown(folded, begin)
        if opening is None:
            return _sentence(body[begin:], folded[begin:], now, labels=labels)
        word = self._words[_unspaced(opening)]
        start = opening.end()
        if word.action in NOTICES or word.action is DeskAction.DEPUTY:
            notice = self._notice(word, body[start:], folded[start:], quoted=quoted, now=now)
            return notice or _sentence(body[begin:], folded[begin:], now)
        if word.action in UNNUMBERED:
            return self._unnumbered(word, folded, body, start=start)
        once = ONCE.match(folded, start)
        start = once.end() if once else start
        number = self._number(word, folded, start)
        is_apart = number is not None or STANDS_APART.match(folded, start) is not None
        if not is_apart and word.action is not DeskAction.ASSIGN:  # 派给王芳: a name may stand right there
            return None
        from_quote = self._quoted(word, quoted) if number is None and quoted else None
        if number is None and from_quote is None and word.must_be_numbered:
            return None
        rest = body[start:] if number is None else _without(body, start, number)
        return _desk_word(word, number or from_quote, rest, labels=labels)

    def _shown(self, folded: str, at: int) -> re.Match[str] | None:
        """看一下群发进度: only what is shown may be asked for so."""
        look = LOOK.match(folded, at)
        opening = self._opening.match(folded, look.end()) if look else None
        return opening if opening and self._words[_unspaced(opening)].action in SHOWN else None

    def _notice(
        self, word: _Word, rest: str, folded: str, *, quoted: str | None, now: datetime | None
    ) -> DeskWord | None:
        if not NOTICE_APART[word.action].match(folded):
            return None
        if word.action is DeskAction.DEPUTY:
            if not word.setting and NOT_SAID.fullmatch(rest):
                return DeskWord(DeskAction.DEPUTY_LIST)
            args = find_deputy(rest, folded, setting=word.setting, now=now)
            return DeskWord(word.action, None, None, args) if args is not None else None
        beside = self._fold(quoted or "")[:LONGEST]
        found = find_notice(str(word.action), rest, folded, setting=word.setting, quoted=beside)
        return DeskWord(DeskAction(found.action), None, None, found.args) if found else None

    def _unnumbered(self, word: _Word, folded: str, body: str, *, start: int) -> DeskWord | None:
        if not STANDS_APART.match(folded, start):
            return None
        if folded[start - 1 : start + 1].isdigit() and start < len(folded):
            return None  # 123456 is another number than 12345
        return _desk_word(word, None, body[start:], labels=None)

    def _number(self, word: _Word, folded: str, start: int) -> _Number | None:
        found = _as_number(NUMBERED.match(folded, start))
        if found is None and word.action in MAY_TRAIL:
            found = _as_number(TRAILING.search(folded, start))
        return found

    def _quoted(self, word: _Word, quoted: str) -> _Number | None:
        folded = self._fold(quoted)[:LONGEST]
        if word.action in TALKS:
            found = IN_QUOTE.search(folded)
            return _Number(int(found[1]), None, 0, 0) if found else None
        taken = [(address.start, address.end) for address in find_addresses(folded)]
        case = find_case_number(folded, taken)
        return _Number(case.number, case.year, case.start, case.end) if case else None


def _unspaced(opening: re.Match[str]) -> str:
    """群发 进度 is 群发进度."""
    return re.sub(r"\s", "", opening.group())


def _sentence(
    body: str, folded: str, now: datetime | None, *, labels: Labels | None = None
) -> DeskWord | None:
    """What is said without a word that opens it: 7号群发怎么样了, 李娜代赵磊 周一到周五."""
    found = find_sentence(body, folded)
    if found is not None:
        return DeskWord(DeskAction(found.action), None, None, found.args)
    of_case = find_case_sentence(body, folded, labels or {})
    if of_case is not None:
        return DeskWord(DeskAction(of_case.action), of_case.case, of_case.year, of_case.args)
    deputy = find_deputy_sentence(body, folded, now)
    stand_in = find_absence(body, folded) if deputy is None else None
    if stand_in is not None:
        deputy = find_deputy(f" {stand_in} {body}", f" {stand_in} {folded}", setting="", now=now)
    return DeskWord(DeskAction.DEPUTY, None, None, deputy) if deputy is not None else None


def _without(body: str, start: int, number: _Number) -> str:
    return f"{body[start : number.start]} {body[number.end :]}"


def _as_number(match: re.Match[str] | None) -> _Number | None:
    if match is None:
        return None
    groups = match.groupdict()
    value = parse_number(groups["full"] or groups["digits"] or groups.get("spoken") or "")
    year = int(groups["year"]) if groups["year"] else None
    return None if not value else _Number(value, year, match.start(), match.end())


def _desk_word(word: _Word, number: _Number | None, rest: str, *, labels: Labels | None) -> DeskWord | None:
    action = word.action
    if action in STANDS_ALONE and not NOT_SAID.fullmatch(rest):
        return None
    if action is DeskAction.ANSWER_ADD and NOT_SAID.fullmatch(rest):
        return DeskWord(DeskAction.ANSWER_LIST)
    args = find_desk_arguments(str(action), rest, setting=word.setting, labels=labels or {})
    if args is None:
        return None
    if action in TALKS:
        return DeskWord(action, None, None, {"conversation": number.value if number else None, **args})
    return DeskWord(action, number.value if number else None, number.year if number else None, args)
