"""Who stands in for whom, in which grid, from which day to which: 代班 李娜 第二网格 11月25日到11月30日."""

import re
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from nlp.arguments import Arguments
from nlp.grids import find_grid
from nlp.numerals import NUMBER, parse_number
from nlp.surnames import SURNAMES
from nlp.times import LOCAL, find_moments

NAME: Final = rf"(?:欧阳|司马|上官|诸葛|[{SURNAMES}])[\u4e00-\u9fff]{{1,2}}?"
LONGEST: Final = 200  # characters in which a deputy is looked for
STANDS: Final = r"(?:暂时|临时)?(?:代替|顶替|接替|代|替|顶)(?:一下|班)?"
SHIFT: Final = r"(?:代班|顶班|替班)"
AFTER_NAME: Final = (
    r"(?=[\s,:、。;!]|$|第|代|替|顶|从|自|[今明后本这下]|周|星期|到|至|\d|[一二三四五六七八九十]{1,3}[天月网周个]"
    r"|我|的|去|请假|休假|来|负责|在)"
)
FIRST: Final = re.compile(
    rf"[\s,:]*(?:由|让|请|给|叫)?(?:(?P<known>{NAME}){AFTER_NAME}"
    r"|(?P<other>(?![今明后本这下上]|周|星期|第|代|替)[\u4e00-\u9fff]{2,4})(?=[\s,:]|$))"
)
KNOWN: Final = re.compile(rf"{NAME}{AFTER_NAME}")
NO_NAME: Final = re.compile(r"网格|社区|[天月日周]$|时间|安排|[的了吗呢]|多少|怎么|代班|需要|谁")
FOR: Final = re.compile(
    rf"(?:代替|顶替|接替|替|代|顶)\s?(?P<name>我|{NAME})(?=[\s,、。;!的]|$|代|[今明后本这下]|周|从|到|\d|[一二两三四五六七八九十])"
)
AWAY: Final = re.compile(
    rf"(?P<name>{NAME})(?:这几天|最近|要|在|已)?(?:请假|休假|出差|休息|住院|生病|病假|产假|休产假|不在|外出|学习|年假)"
)
SENTENCE: Final = re.compile(  # 李娜代赵磊 周一到周五, 让李娜代班到周日
    rf"(?:请|让|安排|由|叫)?(?P<name>{NAME})(?:{STANDS}\s?(?P<for>我|{NAME})(?P<word>的?班|代班|值班|几天)?(?=[\s,。]|$|[今明后本这下从到\d]|周|[一二两三四五六七八九十]{{1,3}}[天月周个])"
    rf"|(?:暂时|临时)?{SHIFT})"
)
ENDED: Final = re.compile(
    rf"(?:请|让)?(?P<name>{NAME})(?:的)?(?:{SHIFT}(?:结束|取消|到期|停止)了?|不(?:用)?{SHIFT}了?|不用代了)[\s。!]*"
    rf"|(?:取消|结束|停止|撤销|终止)(?P<other>{NAME})(?:的)?{SHIFT}[\s。!]*"
)
WORDS: Final = re.compile(  # what may stand beside names, grids and days
    r"开始|为止|期间|结束|起|止|从|自|由|到|至|在|的|班|请假|休假|出差|代班|负责|网格|几天|全天|一下|吧|了|[\s,、。;!:~-]"
)
NUMBERED_GRID: Final = re.compile(r"第?(?:\d{1,2}|[一二三四五六七八九十]{1,3})号?网格")
NAMED_GRID: Final = re.compile(r"(?<![\u4e00-\u9fff\d])[\u4e00-\u9fff]{2,6}网格")
REASON: Final = re.compile(r"[,。;(].*$")
DOTTED: Final = re.compile(
    r"(?<![\d.])(?P<month>1[0-2]|0?[1-9])[./](?P<day>3[01]|[12]\d|0?[1-9])(?![\d.])[日号]?"
)
SHORT_END: Final = re.compile(  # 11月25日到30日, 11月25-30日
    rf"(?P<month>{NUMBER})月(?P<day>{NUMBER})[日号]?\s?(?P<to>[-~到至])+\s?(?P<last>{NUMBER})[日号](?!楼)"
)
BARE_DAY: Final = re.compile(r"(?<![\d月.])(?P<day>3[01]|[12]?\d)[日号](?![楼院])")
FROM: Final = re.compile(r"\s?(?:上午|下午)?(?:起|开始|以后|之后)")
UNTIL: Final = re.compile(r"(?:到|至|直到|截至|截止到?|[-~])\s?$")
SPAN: Final = re.compile(
    rf"(?P<count>{NUMBER}|半)个?(?P<unit>天|周|星期|礼拜|(?<=个)月)(?!后|[一二三四五六日\d])"
)
WEEK: Final = re.compile(r"(?P<which>下|本|这)个?(?:周|星期|礼拜)(?![一二三四五六日天末\d])")
MONTH: Final = re.compile(r"(?P<which>下|本|这)个?月(?![\d一二三四五六七八九十底末初])")
NAMED_MONTH: Final = re.compile(rf"(?P<number>{NUMBER})月(?!底|初|末|中|{NUMBER})份?")
WEEKEND: Final = re.compile(r"(?P<which>下)?个?(?:这)?周末")
DAYS: Final = {"天": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}


class Term(NamedTuple):
    """From which day until which; without an end it goes on."""

    first: date
    last: date | None


def find_deputy(rest: str, folded: str, *, setting: str, now: datetime | None) -> Arguments | None:
    """What stands behind 代班: the name, the grid, the days; None when no name does.

    Without `now` no days are read. `instead_of` is absent when nobody is named or the speaker is meant.
    """
    rest, folded = rest[:LONGEST], folded[:LONGEST]
    first = FIRST.match(folded)
    away = AWAY.search(folded)
    if first is None or NO_NAME.search(first["known"] or first["other"]):
        return None
    group = "known" if first["known"] else "other"
    replaced = FOR.search(folded, first.end()) or (away if away and away.start() >= first.end() else None)
    return _arguments(
        rest,
        folded,
        name=rest[slice(*first.span(group))],
        replaced=replaced["name"] if replaced else None,
        is_ended=setting == "ended",
        now=now,
    )


def find_deputy_sentence(text: str, folded: str, now: datetime | None) -> Arguments | None:
    """李娜代赵磊 周一到周五, 赵磊请假，李娜代班到周日; None when the words may mean anything else."""
    text, folded = text[:LONGEST], folded[:LONGEST]
    ended = ENDED.fullmatch(folded)
    if ended is not None:
        name = text[slice(*ended.span("name" if ended["name"] else "other"))]
        return _arguments(text, folded, name=name, replaced=None, is_ended=True, now=None)
    away = AWAY.match(folded)
    gap = re.compile(r"[^,。\s]{0,12}[,。\s]+").match(folded, away.end()) if away else None
    start = gap.end() if gap else 0
    found = SENTENCE.match(folded, start)
    if found is None:
        return None
    replaced = found["for"] or (away["name"] if away else None)
    rest, plain = text[found.end() :], folded[found.end() :]
    beside = folded[:start] if away else ""
    term = find_term(beside + plain, now) if now else None
    is_said = found["for"] is None or found["word"] is not None
    if (found["for"] is not None and not (is_said or term)) or not _is_only_term(plain, now):
        return None
    name = text[slice(*found.span("name"))]
    args = _arguments(rest, plain, name=name, replaced=replaced, is_ended=False, now=now)
    if term and now:
        args.update(_days(term))
    return args


def find_term(folded: str, now: datetime) -> Term | None:
    """The days that a text names: 周一到周五, 到周日, 明天起三天, 下周; None when it names none."""
    today = now.astimezone(LOCAL).date()
    whole = _whole(folded, today)
    plain = _written_out(folded, today)
    moments = [(one.start, one.end, one.instant.astimezone(LOCAL).date()) for one in find_moments(plain, now)]
    span = SPAN.search(plain)
    length = _length(span) if span else None
    if not moments or (WEEKEND.search(folded) and len(moments) == 1):
        if whole is not None:
            return whole
        return Term(today, today + timedelta(days=length - 1)) if length else None
    start, end, first = moments[0]
    if UNTIL.search(plain[:start]) and len(moments) == 1:
        return Term(today, max(first, today))
    if len(moments) > 1:
        last = moments[1][2]
        while last < first:
            last += timedelta(weeks=1)
        return Term(first, last)
    if length is not None and span is not None and not start <= span.start() < end:
        return Term(first, first + timedelta(days=length - 1))
    return Term(first, None if FROM.match(plain, end) else first)


def _arguments(
    rest: str, folded: str, *, name: str, replaced: str | None, is_ended: bool, now: datetime | None
) -> Arguments:
    args: Arguments = {"name": name, "is_ended": is_ended}
    grid = _grid(rest, folded)
    if grid:
        args["grid"] = grid
    if replaced and replaced not in ("我", name):
        args["instead_of"] = replaced
    if now is not None and not is_ended:
        today = now.astimezone(LOCAL).date()
        args.update(_days(find_term(folded, now) or Term(today, None)))
    return args


def _days(term: Term) -> Arguments:
    return {"from": term.first.isoformat(), "until": term.last.isoformat() if term.last else None}


def _grid(rest: str, folded: str) -> str | None:
    for form in (NAMED_GRID, NUMBERED_GRID):
        word = form.search(folded)
        found = find_grid(rest, folded, word.start()) if word else None
        if found is not None and found.name:
            return found.name
    return None


def _is_only_term(plain: str, now: datetime | None) -> bool:
    """Whether behind the names stand only days, a grid and a reason after a comma."""
    said = REASON.sub("", plain.lstrip(" ,"))
    if now is not None:
        today = now.astimezone(LOCAL).date()
        said = _written_out(said, today)
        for one in reversed([*find_moments(said, now)]):
            said = said[: one.start] + said[one.end :]
    for form in (SPAN, WEEK, MONTH, WEEKEND, NUMBERED_GRID, WORDS):
        said = form.sub("", said)
    return not said


def _whole(folded: str, today: date) -> Term | None:
    """下周, 本月, 周末: all of it that is still to come."""
    week, month, weekend = WEEK.search(folded), MONTH.search(folded), WEEKEND.search(folded)
    monday = today - timedelta(days=today.weekday())
    if week is not None:
        first = monday + timedelta(weeks=week["which"] == "下")
        return Term(max(first, today), first + timedelta(days=6))
    if weekend is not None:
        saturday = monday + timedelta(days=5, weeks=weekend["which"] == "下")
        return Term(max(saturday, today), saturday + timedelta(days=1))
    if month is not None:
        first = _next_month(today) if month["which"] == "下" else today.replace(day=1)
        return Term(max(first, today), _next_month(first) - timedelta(days=1))
    named = NAMED_MONTH.search(folded)
    number = (parse_number(named["number"]) or 0) if named else 0
    if 0 < number < 13:
        first = date(today.year + (number < today.month), number, 1)
        return Term(max(first, today), _next_month(first) - timedelta(days=1))
    return None


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _length(span: re.Match[str]) -> int | None:
    if span["count"] == "半":
        return DAYS[span["unit"]] // 2 or None
    count = parse_number(span["count"])
    return count * DAYS[span["unit"]] if count and count <= 366 else None


def _written_out(folded: str, today: date) -> str:
    """11.25, 11月25-30日 and 25日 with their month, as dates are read elsewhere."""
    plain = DOTTED.sub(r"\g<month>月\g<day>日", folded)
    plain = SHORT_END.sub(_short_end, plain)

    def with_month(found: re.Match[str]) -> str:
        day = int(found["day"])
        month = today.month if day >= today.day else today.month % 12 + 1
        return f"{month}月{day}日"

    return BARE_DAY.sub(with_month, plain)


def _short_end(found: re.Match[str]) -> str:
    month, day, last = (parse_number(found[name]) or 0 for name in ("month", "day", "last"))
    ends_in = month if last >= day else month % 12 + 1
    return f"{month}月{day}日到{ends_in}月{last}日"
