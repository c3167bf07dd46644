"""The number of a case in what a worker typed; never a date, a time, a phone number or an amount."""

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import Final, NamedTuple

from nlp.lexicon import read_rows
from nlp.numerals import parse_number
from nlp.surnames import SURNAMES

FORMAL: Final = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰", "一二三四五六七八九十百")
BESIDE: Final = {role: words.split() for role, words in read_rows("numbers.tsv")}


def _any(*roles: str) -> str:
    words = {word for role in roles for word in BESIDE[role]}
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


# What a number looks like: 2026-0023, 23, No.23, 二十三 (a following 一直 or 一下 is a word of its own).
SPOKEN: Final = "零〇一二三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰"
NUMERAL: Final = re.compile(
    r"(?<!\d)(?<![\w)][-/])(?<!\d[.:~])(?P<year>20\d\d)-(?P<full>\d{3,6})(?![\d-])"
    r"|(?<![\d./-])(?<!\d[:~])(?P<digits>\d{1,6})(?!\d|[.~/-]\d|:\d\d(?!\d)|[%‰°℃]|-[A-Za-z])"
    r"|(?P<dotted>(?<=No\.|NO\.|no\.)\d{1,6})(?!\d)"
    rf"|(?P<spoken>(?:[{SPOKEN}]|两(?=[百千]))+?)(?=一[直下起样些定切边般会]|[^{SPOKEN}]|$)"
)
# What makes it something else by its form or its neighbours: A12345, 12kg, 110电话, 第5次.
LETTERS: Final = re.compile(r"[A-Za-z·](?<!No)(?<!NO)(?<!no)$")
LETTER_AFTER: Final = re.compile(r"(?!ok|OK|Ok)[A-Za-z]")
CODE: Final = re.compile(r"\d+#")  # may be a house or a case
HUNDREDS: Final = re.compile(r"百[一二三四五六七八九]$")
PHONE: Final = re.compile(
    r"(?<=[等打叫报拨喊])1[12]\d|1[12]\d(?=电话|热线|来了|到了|出警|急救|说|让)|12345|12315|12369|12328|12350|12393|9[56]\d{3}"
)
# 302, 1203: the shape of a door. It is one before a name (403张建国家) and where several stand together.
ROOM: Final = re.compile(r"[1-9]\d?0[1-9]")
EMERGENCY: Final = frozenset({"110", "119", "120", "122"})
ORDINAL: Final = re.compile(r"第\w+(?:号(?:诉求|工单|件|单|案)|件)")
RESIDENT: Final = re.compile(
    rf"[{SURNAMES}][\u4e00-\u9fff]{{1,2}}(?=家|说|反映|同意|签|[\s,.;。]|$)|\s?[{SURNAMES}][\u4e00-\u9fff]{{0,2}}家"
    r"|[那这的]?家|住户|业主|的(?:住户|业主|门|阀|水|灯|管|窗|[老大奶爷阿])|[老大奶爷阿]|没人(?!接)|无人|不在|在家|不?开门|漏|渗|敲|听|说|对吧|送|手上|[和跟与、]\d{3,4}(?:都|两|也|那|家|室)"
)
# What is done with a case and not with a door: 203还没人接.
ACTED_ON: Final = re.compile(r"\s?(?:还没人|我|已|办|接|销|可以|结|算|归|$)")
# What stands behind the number of a case: 23号, 23那件, 23#, 23的会.
SUFFIX: Final = re.compile(
    rf"\s?(?P<mark>号(?!\s?(?!{_any('part')})(?:{_any('place')}))(?:单子?|件|案子?)?(?:{_any('mark')})?|(?:{_any('mark')})"
    rf"|件(?=定|承|我|加|结)|#(?![\d楼\w]))|(?P<noun>{_any('noun')})"
)
# What makes it an amount: 3户, 3天, but not 3天花板.
AMOUNT: Final = re.compile(
    rf"(?P<space>\s?)(?:(?P<word>{_any('word')})|(?P<span>{_any('span')})|(?P<unit>{_any('unit')})|(?P<goods>{_any('goods')}))"
)
# What makes it a house, a gate or a thing that is numbered: 3号楼, 2号泵, but not 3号路灯.
PLACE: Final = re.compile(
    rf"\s?号\s?(?!{_any('part')})(?:{_any('place')})|#楼|[楼栋幢](?![道上下顶里梯长栋门宇间])"
)
# But 办结三号 电梯换了门机: right behind the opening command, and apart from what follows.
OPENED: Final = re.compile(rf"(?:{_any('order')})[\s:,]*")
APART: Final = re.compile(r"(?P<mark>号)(?P<noun>)(?=[\s,:])")
# What makes it a day: 25号前, 到25号, 配件25号到.
DATE: Final = re.compile(rf"号(?:{_any('date')})")
DAY: Final = re.compile(rf"号(?:{_any('day')})")
DATE_BEFORE: Final = re.compile(
    r"(?:月|[本下上当这]个?月|(?<![并合归入挂移])[到至]|截至|于|延到|推到|前|号[到和、])\s?$"
)
AMID: Final = re.compile(r"\w(?<![把将单的个了])$")
# What stands before the number of a case, by rank; see numbers.tsv.
NAME: Final = re.compile(rf"(?:{_any('name')})(?:号|编号)?(?:就?是|为)?[\s:#]*$")
NOT: Final = re.compile(rf"(?:{_any('no')}|(?<!刚)才)[\s:]?$")
ORDER: Final = re.compile(rf"(?:{_any('order')})(?:[了下的]|一下)?[\s:,#、(]*$")
OPENING: Final = re.compile(rf"(?:@\S{{1,8}}?\s|{_any('filler', 'order', 'weak')}|[^\w¥￥$])*+")
CLAUSE: Final = re.compile(r"(?:^|[^\w¥￥$])(?:" + _any("weak", "filler") + r")?$")
PARTICLE: Final = re.compile(r"[了啦啊吧哈呢哟呀嘛]$")
# Of several cases: the one a correction names, the one merged away, the one that stays.
CORRECTION: Final = re.compile(r"(?:不对|不是|错了?|更正)\W*(?:应该|应)?(?:单号|编号|案号)?(?:是|为)?\W*$")
MERGED: Final = re.compile(r"号?(?:件|单)?[给也都就被]{0,2}(?:合?并|合|归并?|挂)(?:案|单)?[到入给进过在]")
TARGET: Final = re.compile(
    r"(?:(?:并|合|归|挂|凑)[案单件]?[到入进至给在往]|(?:合并|并案|并|合)[^,。]{1,14}?(?:到|入|进|至|给)|往|以|保?留下?|\d号?(?:其实)?就是)(?:编号|单号|[\s#])*$"
)
TARGET_ENDS: Final = {"往": re.compile(r"号?[里上]"), "以": re.compile(r"号?为")}
BETWEEN: Final = re.compile(r"[\s、,.和及跟与&/#号]*")
WINDOW: Final = 24  # characters before a number that can say what it is


class Rank(IntEnum):
    """How surely a number is a case's; the first is the surest."""

    FULL = 1  # 2026-0023
    NAMED = 2  # 编号 23, #23
    OPENING = 3  # the first thing said, fillers aside: 23 修好了, 就那个23
    MARKED = 4  # 23号, 23那件
    ORDERED = 5  # after a verb: 接单 23, 把23
    CLAUSE = 6  # where a clause begins or stands alone: 离我近，92
    LAST = 7  # the last thing said: 揽下了92
    INSIDE = 8  # anywhere else: 物业说23不归他们管


class CaseNumber(NamedTuple):
    """A case number, the year if it was given, and where it stands."""

    number: int
    year: int | None
    start: int
    end: int

    def is_named(self, folded: str) -> bool:
        """Whether more than bare digits stand there: 12号, 编号 12, 2026-0012."""
        return not folded[self.start : self.end].strip().isdigit()


class Candidate(NamedTuple):
    """A number that may name a case."""

    case: CaseNumber
    rank: Rank
    is_corrected: bool  # 不对，是14
    is_merged: bool  # 23并到
    is_target: bool  # 并到23


def find_case_number(folded: str, taken: Sequence[tuple[int, int]]) -> CaseNumber | None:
    """The one number that names a case; `taken` are spans that mean something else (times, addresses).

    Sort key: what a correction names; what is merged away; the rank; the first. The case into which
    another is merged is never the answer: 并到 12 alone names none.
    """
    found = _candidates(folded, taken)
    targets = {one.case.number for one in found if one.is_target and not one.is_merged}
    choice = [one for one in found if one.case.number not in targets]
    best = min(
        choice,
        key=lambda one: (not one.is_corrected, not one.is_merged, one.rank, one.case.start),
        default=None,
    )
    return best.case if best else None


def find_all_numbers(folded: str, taken: Sequence[tuple[int, int]]) -> list[CaseNumber]:
    """Every number that may name a case, once each, in order of the text; for merging and claiming."""
    numbers: dict[int, CaseNumber] = {}
    for one in _candidates(folded, taken):
        numbers.setdefault(one.case.number, one.case)
    return list(numbers.values())


def find_target(folded: str, taken: Sequence[tuple[int, int]]) -> int | None:
    """The number of the case into which another is merged, None when the text does not say."""
    found = (one.case.number for one in _candidates(folded, taken) if one.is_target and not one.is_merged)
    return next(found, None)


def find_series(folded: str, taken: Sequence[tuple[int, int]]) -> list[CaseNumber]:
    """Numbers that stand together (5 6 7; 9、10); empty when there is only one."""
    series: list[CaseNumber] = []
    for number in find_all_numbers(folded, taken):
        if series and not BETWEEN.fullmatch(folded, series[-1].end, number.start):
            if len(series) > 1:
                break
            series = []
        series.append(number)
    return series if len(series) > 1 else []


def _candidates(folded: str, taken: Sequence[tuple[int, int]]) -> list[Candidate]:
    """In order of the text; what is taken counts as a pause in it."""
    text = folded
    for start, end in taken:
        if not CODE.fullmatch(folded, start, end):
            text = text[:start] + "," * (end - start) + text[end:]
    found = [one for match in NUMERAL.finditer(text) if (one := _candidate(match)) is not None]
    for index in range(len(found) - 1, 0, -1):
        one, previous = found[index], found[index - 1]
        if (
            one.is_merged
            and not previous.is_target
            and BETWEEN.fullmatch(folded, previous.case.end, one.case.start)
        ):
            found[index - 1] = previous._replace(is_merged=True)  # 52、53都并到50
    return found


def _candidate(match: re.Match[str]) -> Candidate | None:
    text, (start, end) = match.string, match.span()
    value = parse_number((match["full"] or match.group()).translate(FORMAL))
    if not value:
        return None
    if match["spoken"] and HUNDREDS.search(match.group()):
        value = value // 100 * 100 + value % 10 * 10  # 一百二 is 120
    if match["full"]:
        return _judged(match, CaseNumber(value, int(match["year"]), start, end), Rank.FULL)
    if _is_other(match, value):
        return None
    before = text[max(0, start - WINDOW) : start]
    suffix = SUFFIX.match(text, end) or _ordered_mark(text, start, end)
    rank = _rank(match, before, suffix)
    if rank is None or _is_door(match, rank):
        return None
    name = NAME.search(before)
    first = start - len(before) + name.start() if name else start
    last = suffix.end() if suffix and suffix["mark"] else end + text.startswith("的", end)
    return _judged(match, CaseNumber(value, None, first, last), rank)


def _judged(match: re.Match[str], case: CaseNumber, rank: Rank) -> Candidate:
    text, (start, end) = match.string, match.span()
    before = text[max(0, start - WINDOW) : start]
    target = TARGET.search(before)
    needed = TARGET_ENDS.get(target.group().strip()) if target else None
    return Candidate(
        case,
        rank,
        is_corrected=CORRECTION.search(before) is not None,
        is_merged=MERGED.match(text, end) is not None,
        is_target=target is not None and (needed is None or needed.match(text, end) is not None),
    )


def _rank(match: re.Match[str], before: str, suffix: re.Match[str] | None) -> Rank | None:
    """The first rank that fits, None when the number is like no case's."""
    text, start, end = match.string, match.start(), match.end()
    is_bare_digit = bool(match["spoken"]) and len(match.group()) == 1 and not (suffix and suffix["mark"])
    if is_bare_digit and re.match(r"\w", text[end : end + 1]):
        return None  # 一家弄不成, 三方
    is_marked = suffix is not None and (suffix["mark"] or len(suffix["noun"]) > 1)
    fits = {
        Rank.NAMED: NAME.search(before),
        Rank.OPENING: OPENING.fullmatch(text, 0, start),
        Rank.MARKED: is_marked,
        Rank.ORDERED: ORDER.search(before),
        Rank.CLAUSE: CLAUSE.search(before) or TARGET.search(before),
        Rank.LAST: PARTICLE.search(before) and not text[end:].strip(" ,.。!"),
        Rank.INSIDE: match["digits"] and end - start > 1,
    }
    return next((rank for rank, does_fit in fits.items() if does_fit), None)


def _is_other(match: re.Match[str], value: int) -> bool:
    """Whether the words beside it make the number an amount, a date, a code, a house or a telephone."""
    text, start, end = match.string, match.start(), match.end()
    before = text[max(0, start - WINDOW) : start]
    if LETTERS.search(before) or LETTER_AFTER.match(text, end) or PHONE.match(text, start):
        return True
    if NOT.search(before) and not CORRECTION.search(before) and not ORDINAL.search(text, start - 1, end + 4):
        return True
    if (PLACE.match(text, end) and not _ordered_mark(text, start, end)) or (
        value <= 31 and _is_date(text, before, end)
    ):
        return True
    amount = AMOUNT.match(text, end)
    if amount is None or amount["word"] or TARGET.search(before):
        return False
    return bool(amount["span"] or before.strip() or not (amount["space"] or amount["goods"]))


def _ordered_mark(text: str, start: int, end: int) -> re.Match[str] | None:
    """The 号 of 办结三号 电梯换了门机."""
    return APART.match(text, end) if OPENED.fullmatch(text, 0, start) else None


def _is_date(text: str, before: str, end: int) -> bool:
    if DATE.match(text, end):
        return True
    if not text.startswith("号", end):
        return False
    return bool(DATE_BEFORE.search(before) or (DAY.match(text, end) and AMID.search(before)))


def _is_door(match: re.Match[str], rank: Rank) -> bool:
    """Whether it is a door or an extension: of such a form, and nothing is done with it as with a case."""
    digits = match["digits"] or ""
    is_room = ROOM.fullmatch(digits) is not None
    is_long = len(digits) > (2 if rank is Rank.INSIDE else 3)
    if rank is Rank.NAMED or not (is_room or is_long or digits in EMERGENCY):
        return False
    if is_room and RESIDENT.match(match.string, match.end()):
        return True
    return rank >= Rank.CLAUSE and not ACTED_ON.match(match.string, match.end())
