"""Listening days (听取日): 听取日 每月5日、15日 9:00-18:00 遇节假日顺延; their list, one day, their end."""

import re
from datetime import date, datetime, timedelta
from typing import Final

from nlp.arguments import Arguments, Json
from nlp.broadcasts.schedules import find_repeat
from nlp.consultation.actions import TableAction
from nlp.consultation.numbering import match_of, number_in, numbered
from nlp.consultation.said import Said, TableWord
from nlp.times import LOCAL, ClockTime, find_clock, find_moments

GLANCE: Final = 40  # characters in which the word stands
LONGEST: Final = 24  # characters of a resident who asks for a day; who says more reports something
NOUN: Final = r"(?:民意|意见|居民)?听取日"
OF_SERIES: Final = numbered(NOUN, "series")
NEW: Final = re.compile(
    rf"(?:新建|新增|设立|设置|设定|设|定|安排|增加|开设|发起)?(?:一个)?(?:{NOUN})[\s:,]*(?:定[在为])?(?=每)"
)
REPEATED: Final = re.compile(rf"(?P<rule>每.{{1,24}}?)(?:举办|举行|开展|搞|办|是|为|设为|定为)?(?:{NOUN})")
LIST: Final = re.compile(
    rf"(?:查看?|看看?)?的?(?:{NOUN})"
    r"(?:列表|清单|安排|有哪些|是?哪[天几]天?|是?什么时候|是?几号|在哪天)"
    rf"|(?:有哪些|有什么|哪[天几]天?是?|什么时候是?|几号是?)(?:{NOUN})"
)
SHOW: Final = re.compile(
    rf"(?:查看?|看看?)?\s?(?P<ahead>[^\s,。]{{0,12}}?)的?(?:{NOUN})(?:的?(?:小结|汇总|情况|结果|总结|怎么样))?[\s:]*(?P<behind>.*)"
)
TODAY: Final = frozenset({"", "查", "看", "今天", "这次", "本次", "上次", "最近", "最近一次", "上一次"})
END: Final = (
    re.compile(rf"(?:取消|停止|撤销|结束|停办|停掉|删除)\s?(?:{OF_SERIES}|{NOUN})[\s。!]*$"),
    re.compile(rf"(?:{OF_SERIES}|{NOUN})\s?(?:取消|停止|撤销|结束|停办|不办|不搞)了?[\s。!]*$"),
)
HOLIDAYS: Final = (
    ("shift", r"顺延|往?后推|推迟|延后|延到(?:下一个)?工作日|改到(?:下一个)?工作日"),
    ("skip", r"跳过|取消|停办|不办|暂停|不搞|略过|停(?!车|水|电)"),
    ("keep", r"照常|不变|正常|照旧|照办|不受影响|也办|不顺延|不延"),
)
ON_HOLIDAY: Final = re.compile(
    r"[\s,;。(]*(?:如?[遇逢碰]到?|赶上)?(?:法定)?(?:节假日|假期|放假|节日|假日|周末)(?:及周末|和周末|与周末|或周末)?(?:时|的话|就|则|也|都)?(?P<what>不?\S{1,8}?)(?=[\s,;。)]|$)[)]?"
)
RUN_TOGETHER: Final = re.compile(r"(?<=[日号])(?=\d{1,2}[日号])")
EVERY: Final = re.compile(r"每月逢|每逢(?=\d)")
UNTIL: Final = re.compile(r"\s?(?:-|~|至|到|—)\s?")
CALL: Final = re.compile(r"[\s,;。:]*(?:号召|内容|通知|公告|文字|说|标语)[\s:]+(?P<words>.*)", re.DOTALL)
ONLY_DAY: Final = re.compile(r"(\d{1,2})[日号]")
MONTHS: Final = 62  # days in which every day of the month stands
EDGES: Final = " \t\r\n,，。;；:：、"
DEFAULTS: Final = ("09:00", "18:00")


def find_listening(said: Said) -> TableWord | None:
    """What is said of listening days; `None` for everything else.

    Of DAY_ADD `rule` holds the days, `starts` and `ends` times of the day in Asia/Shanghai, `on_holiday` is
    keep, shift, skip or null, `call` the words to post, `left` what was not understood. Questions only show.
    """
    if "听取日" not in said.folded[:GLANCE]:
        return None
    asked = said.folded.strip(EDGES + "?!")
    is_question = said.folded.rstrip(EDGES).endswith(("吗", "?"))
    if LIST.fullmatch(asked):
        return TableWord(TableAction.DAY_LIST)
    if said.is_resident or is_question:
        return _shown(said, asked.removesuffix("吗"))
    if (found := match_of(END, said.folded)) is not None:
        return TableWord(TableAction.DAY_END, number_in(found, "series"))
    return _new(said) or _shown(said, asked)


# ------------------------------------------------------------------ a new series


def _new(said: Said) -> TableWord | None:
    """听取日 每周三 14:00-17:00；每月5日、15日、25日是民意听取日"""
    found = NEW.match(said.folded)
    if found is not None:
        return _rule(said.body[found.end() :], said.folded[found.end() :])
    ahead = REPEATED.match(said.folded)
    if ahead is None:
        return None
    rest = slice(ahead.end(), None)
    words = ahead["rule"] + " " + said.folded[rest]
    return _rule(said.body[: len(ahead["rule"])] + " " + said.body[rest], words)


def _rule(body: str, folded: str) -> TableWord:
    """Days, times, holidays and the words to post, in this order."""
    called = CALL.search(folded)
    call = body[slice(*called.span("words"))].strip(EDGES) if called else ""
    folded = folded[: called.start()] if called else folded
    on_holiday, folded = _holidays(folded)
    folded = EVERY.sub("每月", RUN_TOGETHER.sub("、", folded)).strip()
    repeat = find_repeat(folded, 0)
    if repeat is None:
        return TableWord(
            TableAction.DAY_ADD, None, _arguments(None, DEFAULTS, on_holiday=on_holiday, call=call)
        )
    starts, ends, end = _hours(folded, repeat.at_time, repeat.end)
    days: Json = {**repeat.days}
    left = folded[end:].strip(EDGES)
    args = _arguments(days, (starts, ends), on_holiday=on_holiday, call=call)
    return TableWord(TableAction.DAY_ADD, None, args | {"left": left})


def _arguments(days: Json, hours: tuple[str, str], *, on_holiday: str | None, call: str) -> Arguments:
    return {
        "rule": days,
        "starts": hours[0],
        "ends": hours[1],
        "on_holiday": on_holiday,
        "call": call,
        "left": "",
    }


def _hours(folded: str, at_time: str, end: int) -> tuple[str, str, int]:
    """9:00-18:00, 上午9点到下午6点, 9点; the end that was not said is six in the evening."""
    joint = UNTIL.match(folded, end)
    until = find_clock(folded, joint.end()) if joint else None
    if until is None:
        return at_time, DEFAULTS[1], end
    return at_time, _evening(until, at_time), until.end


def _evening(until: ClockTime, at_time: str) -> str:
    """上午9点到6点 ends at six in the evening."""
    is_evening = until.hour < int(at_time[:2]) < 12
    hour = until.hour + 12 if is_evening else until.hour
    return f"{hour:02d}:{until.minute:02d}"


def _holidays(folded: str) -> tuple[str | None, str]:
    """What becomes of a holiday, and the words without it."""
    found = ON_HOLIDAY.search(folded)
    if found is None:
        return None, folded
    for meant, form in reversed(HOLIDAYS):  # 不顺延 before 顺延
        if re.search(form, found["what"]):
            return meant, folded[: found.start()] + " " + folded[found.end() :]
    return None, folded


# ------------------------------------------------------------------ one day


def _shown(said: Said, asked: str) -> TableWord | None:
    """听取日 11月5日, 今天的听取日, 听取日小结; a day is an ISO date, null for the last one."""
    if said.is_resident and len(asked) > LONGEST:
        return None
    found = SHOW.fullmatch(asked)
    if found is None:
        return None
    named = [found["ahead"].strip(EDGES + "的"), found["behind"].strip(EDGES)]
    day = _day(named[0], said.now) or _day(named[1], said.now)
    if day is not None:
        return TableWord(TableAction.DAY_SHOW, None, {"day": day.isoformat()})
    is_plain = named[0] in TODAY and named[1] in TODAY
    return TableWord(TableAction.DAY_SHOW, None, {"day": None}) if is_plain else None


def _day(words: str, now: datetime) -> date | None:
    """11月5日, 昨天; 5日 alone is the last one there was."""
    moment = next(find_moments(words, now), None)
    if moment is not None:
        is_all = moment.start == 0 and not words[moment.end :].strip(EDGES + "的是")
        return moment.instant.astimezone(LOCAL).date() if is_all else None
    only = ONLY_DAY.fullmatch(words)
    today = now.astimezone(LOCAL).date()
    back = (today - timedelta(days=days) for days in range(MONTHS))
    return next((day for day in back if day.day == int(only[1])), None) if only else None
