"""What one line of minutes says of a decision item: who does what until when, and who watches over it."""

import re
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from nlp.arguments import Arguments
from nlp.characters import fold
from nlp.consultation.numbering import TOPIC, number_in, numbered
from nlp.numerals import NUMBER, parse_number
from nlp.surnames import SURNAMES
from nlp.times import LOCAL, find_moments, no_such_day

CLOSING_HOUR: Final = 18  # a day without a time ends with the office hours
MOST: Final = 50  # items of one message
WORD: Final = r"[^\s,，。;；:、|()]"
OF_TOPIC: Final = re.compile(rf"(?:属于|关于|针对|就)?{numbered(TOPIC, 'topic')}(?:的|,|:|\s)*")
OF_NONE: Final = re.compile(r"^\s*(?:其[他它](?:事项|议题)?|不属于议题)[\s:,]+")
WATCHER: Final = re.compile(
    rf"(?:监督[人员者]?)(?:是|为|由|请)?[\s:]*(?P<name>(?!负责|到位|检查){WORD}{{2,16}})"
    rf"|(?:由|请)(?P<watching>{WORD}{{2,8}}?)(?:来|负责|进行|全程)?监督(?!部门|局|所)"
    rf"|(?:^|(?<=[\s,;|。]))(?P<closing>{WORD}{{2,8}}?)监督(?=$|[\s,;|。])"
)
OWNER: Final = re.compile(
    rf"(?:负责[人方]|责任[人方]|(?:责任|负责|承办|牵头|实施)单位|承办人|经办人|牵头人)(?:是|为|:|\s)+(?P<named>{WORD}{{2,16}})"
    rf"|由\s?(?P<doing>{WORD}{{2,16}}?)(?:来)?(?:负责|牵头|承担|落实|承办|组织实施)"
    rf"|(?:^|(?<=[\s,;|]))(?P<leading>(?:(?!由){WORD}){{2,16}}?)(?:负责|牵头)(?!人|单位)"
)
LONGEST_LABEL: Final = 12  # characters
AHEAD: Final = re.compile(
    r"(?:完成时限|完成时间|完成期限|截止时间|截止日期|期限|时限|截止到?|截至|限期|限于|最迟)?[\s:于在到]*$"
)
BEHIND: Final = re.compile(
    r"\s?(?:之前|以前|前|为止|止|之内|以内|内)?\s?(?:全部)?(?:完成|办完|办结|做完|到位)?"
)
WITHIN: Final = re.compile(
    rf"(?P<count>{NUMBER}|半)\s?个?(?P<unit>工作日|天|日|周|星期|礼拜|月|年)(?:之|以)?内"
)
THIS: Final = re.compile(r"(?P<which>本|这个?|下个?)(?P<unit>周|星期|月)(?:之|以)?内")
YEAR_END: Final = re.compile(r"(?:今年|本)?年底|年内|今年内|本年度?内")
DOTTED: Final = re.compile(
    r"(?<![\d.])(?P<month>1[0-2]|0?[1-9])[./](?P<day>3[01]|[12]\d|0?[1-9])(?![\d./])(?=日|\s?前|\s?之前|$|[\s,;。])"
)
BARE_DAY: Final = re.compile(r"(?<![\d月.])(?P<day>3[01]|[12]?\d)[日号](?=\s?(?:之|以)?前|前)")
AGAIN: Final = re.compile(r"[每逢]\s?(?:个?(?:月|周|星期|礼拜|季度?|年))?\s?(?:的\s?)?$")  # 每周五: a habit
DAYS: Final = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30, "年": 365}
LIMIT: Final = re.compile("[前止内底]|完成|期限|时限|截")
WATCHED: Final = re.compile(r"监督[人员者][是为由请:\s]*[\u4e00-\u9fff\d]{2,}")
BODY: Final = re.compile(  # 枫桥物业 月底前 疏通: a known body opens the line, and stands apart
    r"\s*(?:由\s?)?[\u4e00-\u9fff]{0,10}(?:物业|公司|[中大]队|街道办?|社区|居委会|业委会|委员会|办公室|派出所|中心|[站局所])[\s,]+"
)
NAMED: Final = re.compile(
    rf"\s*(?:由\s?)?[{SURNAMES}][\u4e00-\u9fff]{{1,2}}(?:大爷|大妈|阿姨|师傅|老师|主任|经理|楼长)?[\s,]+"
)
TELLS: Final = re.compile(  # 枫桥物业 表示月底前修好: somebody spoke
    r"(?:说|讲|表示|介绍|汇报|答复|回复|提出|认为|解释|承诺|反映|通报|建议|同意|主持|组织|召开|会上|在|已|昨|今天|上)"
)
EDGES: Final = " \t\r\n,，。;；:：、|.-"


class _Due(NamedTuple):
    """A due date as it was said; `working_days` where it counts those, which nobody here knows."""

    start: int
    end: int
    at: datetime | None
    working_days: int | None = None


def read_line(text: str, now: datetime) -> Arguments:
    """The parts of one decision item, in whatever order they stand.

    `text`: what is left, with the owner in it unless a word marked it (`owner`); `due`: ISO in
    Asia/Shanghai or null; `working_days`: so many from today instead; `watcher`: a name or a door;
    `topic`: its number, 0 when it belongs to none, null when nothing is said. `words`: the line.
    `no_day`: a date that no calendar has, only where one stands instead of a limit.
    """
    folded = fold(text)
    taken: list[tuple[int, int]] = []
    topic = _topic(folded, taken)
    watcher = _first(WATCHER, text, folded, taken=taken)
    due = _due(_blanked(folded, taken), now)
    if due is not None:
        taken.append((due.start, due.end))
    impossible = "" if due else _impossible(folded, taken, now)
    owner = _first(OWNER, text, folded, taken=taken)
    no_day: Arguments = {"no_day": impossible} if impossible else {}
    return no_day | {
        "words": text.strip(),
        "text": _squeezed(text, taken),
        "owner": owner,
        "watcher": watcher,
        "due": due.at.isoformat() if due and due.at else None,
        "working_days": due.working_days if due else None,
        "topic": topic,
    }


def is_item(text: str, now: datetime) -> bool:
    """Whether a line that no word marks says who does what: an owner opens it, a limit or a watcher follows.

    A body needs one of the two, a person both: 枫桥物业 月底前 疏通, 李强 月底前 贴公告 监督人 李秀英.
    """
    folded = fold(text)
    body = BODY.match(folded)
    owner = body or NAMED.match(folded)
    if owner is None or TELLS.match(folded, owner.end()) or folded.rstrip().endswith("?"):
        return False
    rest = folded[owner.end() :]
    due = _due(rest, now)
    is_limited = due is not None and due.start == 0 and LIMIT.search(rest[: due.end]) is not None
    is_limited = is_limited and due is not None and not rest.startswith("的", due.end)
    is_limited = is_limited or bool((said := no_such_day(rest, now)) and rest.startswith(said))
    is_watched = WATCHED.search(rest) is not None
    return is_limited or is_watched if body else is_limited and is_watched


def read_due(text: str, now: datetime) -> Arguments:
    """The due date alone, as `due` and `working_days`; both null without one."""
    due = _due(fold(text), now)
    at = due.at.isoformat() if due and due.at else None
    return {"due": at, "working_days": due.working_days if due else None}


def _topic(folded: str, taken: list[tuple[int, int]]) -> int | None:
    none = OF_NONE.match(folded)
    found = none or OF_TOPIC.search(folded)
    if found is None:
        return None
    taken.append(found.span())
    return 0 if none else number_in(found, "topic")


def _first(form: re.Pattern[str], text: str, folded: str, *, taken: list[tuple[int, int]]) -> str:
    """The name that the first match gives in what was not read yet, as it was typed."""
    found = form.search(_blanked(folded, taken))
    if found is None:
        return ""
    group = next(name for name, value in found.groupdict().items() if value)
    taken.append(found.span())
    return text[slice(*found.span(group))].strip(EDGES)


def _due(folded: str, now: datetime) -> _Due | None:
    """The first date that is marked as a limit, else the first date there is."""
    dues = (due for due in _dues(folded, now) if not AGAIN.search(folded[: due.start]))
    found = sorted(dues, key=lambda due: due.start)
    marked = (due for due in found if re.search("[前止内]|完成|期限|时限|截", folded[due.start : due.end]))
    return next(marked, next(iter(found), None))


def _dues(folded: str, now: datetime) -> list[_Due]:
    today = now.astimezone(LOCAL)
    found = [
        _wide(folded, _Due(each.start, each.end, each.instant if each.has_clock else _closing(each.instant)))
        for each in find_moments(folded, now)
    ]
    for form, read in (
        (WITHIN, _within),
        (THIS, _this),
        (YEAR_END, _year_end),
        (DOTTED, _dotted),
        (BARE_DAY, _bare),
    ):
        for match in form.finditer(folded):
            if not any(due.start < match.end() and match.start() < due.end for due in found):
                due = read(match, today)
                found += [_wide(folded, due)] if due else []
    return found


def _impossible(folded: str, taken: list[tuple[int, int]], now: datetime) -> str:
    """The limit that is no day at all (2月30日), which is taken out of the words."""
    blanked = _blanked(folded, taken)
    said = no_such_day(blanked, now)
    if said:
        start = blanked.index(said)
        whole = _wide(blanked, _Due(start, start + len(said), None))
        taken.append((whole.start, whole.end))
    return said


def _wide(folded: str, due: _Due) -> _Due:
    """The date with the words before and behind it that only say that it is a limit."""
    first = max(due.start - LONGEST_LABEL, 0)
    ahead = AHEAD.search(folded[first : due.start])
    behind = BEHIND.match(folded, due.end)
    return due._replace(
        start=first + ahead.start() if ahead else due.start, end=behind.end() if behind else due.end
    )


def _within(match: re.Match[str], today: datetime) -> _Due | None:
    count = 0.5 if match["count"] == "半" else float(parse_number(match["count"]) or 0)
    if not 0 < count < 1000:
        return None
    if match["unit"] == "工作日":
        return _Due(*match.span(), None, max(int(count), 1))
    return _Due(*match.span(), _closing(today + timedelta(days=max(round(count * DAYS[match["unit"]]), 1))))


def _this(match: re.Match[str], today: datetime) -> _Due:
    ahead = match["which"].startswith("下")
    if match["unit"] == "月":
        following = _months_ahead(today, 2 if ahead else 1)
        return _Due(*match.span(), _closing(following - timedelta(days=1)))
    sunday = today + timedelta(days=6 - today.weekday() + (7 if ahead else 0))
    return _Due(*match.span(), _closing(sunday))


def _year_end(match: re.Match[str], today: datetime) -> _Due:
    return _Due(*match.span(), _closing(today.replace(month=12, day=31)))


def _dotted(match: re.Match[str], today: datetime) -> _Due | None:
    try:
        day = today.replace(month=int(match["month"]), day=int(match["day"]))
    except ValueError:
        return None
    is_next_year = day.date() < today.date() - timedelta(days=60)
    return _Due(*match.span(), _closing(day.replace(year=day.year + 1) if is_next_year else day))


def _bare(match: re.Match[str], today: datetime) -> _Due | None:
    for ahead in range(3):
        try:
            day = _months_ahead(today, ahead).replace(day=int(match["day"]))
        except ValueError:
            continue
        if day.date() >= today.date():
            return _Due(*match.span(), _closing(day))
    return None


def _months_ahead(today: datetime, months: int) -> datetime:
    years, month = divmod(today.month - 1 + months, 12)
    return today.replace(year=today.year + years, month=month + 1, day=1)


def _closing(day: datetime) -> datetime:
    return day.astimezone(LOCAL).replace(hour=CLOSING_HOUR, minute=0, second=0, microsecond=0)


def _blanked(folded: str, taken: list[tuple[int, int]]) -> str:
    """The words with what was read already made blank, so that places stay."""
    for start, end in taken:
        folded = folded[:start] + "|" * (end - start) + folded[end:]
    return folded


def _squeezed(text: str, taken: list[tuple[int, int]]) -> str:
    """What is left, in one line, as it was typed."""
    left = _blanked(text, taken)
    parts = (part.strip(EDGES) for part in re.split(r"[|｜]+", left))
    return " ".join(" ".join(part.split()) for part in parts if part)
