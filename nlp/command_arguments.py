"""What goes with a command: the result, the time and place, the recipient, the reason."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from nlp.addresses import find_addresses
from nlp.arguments import Arguments, Json
from nlp.broadcasts import find_broadcast
from nlp.case_numbers import CaseNumber, find_all_numbers, find_target
from nlp.notes import QUERY
from nlp.numerals import NUMBER, parse_number
from nlp.patterns import Match
from nlp.places import Places
from nlp.recipients import find_recipient, find_units, without_recipient
from nlp.times import Moment

SPACE: Final = " \t\r\n\u2005\u3000,，:：;；、。"
ROOMS: Final = (
    "大会议室|小会议室|会议室|活动室|办公室|议事厅|议事亭|服务中心|服务站|党群驿站|驿站|会客厅|小广场|广场|凉亭|亭子|大厅"
    "|门口|楼下|楼前|架空层|门卫室|传达室|活动中心|党群中心|阶梯教室|教室|物业|居委会|社区"
)
STOREY: Final = r"(?:[一二三四五六\d]楼|\d{3,4}室?)?"
AT: Final = re.compile(rf"(?:在|到|去)\s?([^,，。;；\s]{{0,12}}?(?:{ROOMS})(?:的?(?:{ROOMS}))*{STOREY})")
PLACED: Final = re.compile(r"地点(?:定?在|是|[:：])?\s?([^,，。;；\s]{2,15})")
ROOM: Final = re.compile(rf"[\u4e00-\u9fff\d]{{0,8}}?(?:{ROOMS})(?:的?(?:{ROOMS}))*{STOREY}")
TOPIC: Final = re.compile(
    r"(?:议题|主题|内容)(?:是|为|:)?\s?([^,。;]{1,40})"
    r"|把([^,。;]{2,15}?)(?:的事情?|问题)?(?:议一?议|商量|讨论|说一?说|谈)"
    r"|(?:商量|讨论|研究|协商|议一议|说说|谈谈|关于|[,。;]议(?!题|事)|[,。;]说)(?:一下)?\s?([^,。;]{2,30}?)(?:的(?:事|问题|会)|问题|$|[,。;])"
)
AUDIENCE: Final = re.compile(r"通知(?:一下|给)?\s?(?!:|到)([^,。;:]{2,20})")
INVITED: Final = re.compile(
    r"(?:邀请|邀|增加列席|列席|请|叫上|喊上|拉上|通知|约|叫|让)(?:一下)?[\s:]*([^,。;\s]{2,20}?)"
    r"(?=各派|派人|来|参加|到会|列席|出席|旁听|一起|[,。;\s]|$)|给\s?([^,。;\s]{2,10}?)发"
)
AMOUNT: Final = re.compile(
    rf"(?:(?P<half>半个?)|(?P<from>[一两二三四五六七八])(?=[二三四五六七八九][天日周个]))?(?P<count>{NUMBER})?个?"
    r"(?P<unit>工作日|天|日|周|星期|礼拜|月|小时)"
)
DAYS: Final = {"周": 7, "星期": 7, "礼拜": 7, "月": 30, "小时": 1 / 24}  # others are one day
REQUEST: Final = re.compile(r"延|宽限|推[到迟后]|再[给要宽]|往后|缓|限期|期限|时限|多[批要给]|宽")
UNTIL: Final = re.compile(r"(?:到|至)?\s?")
BECAUSE: Final = re.compile(r"^(?:原因|理由|因为|由于|因)[是为:：]?\s?")
PERIOD: Final = re.compile(
    r"(?:上|这|本|下)?个?(?:周|月|季度|礼拜|星期)|今年|去年|今天|昨天|近\S{1,3}天|最近\S{0,3}|\d{1,2}月份?|[一二三四五六七八九十]{1,2}月份?|全年|年度"
)
CANCEL: Final = re.compile(r"取消|不开了|停开")
ASK_LEAD: Final = re.compile(  # 帮我问问居民: what is asked stands behind it
    r"(?:请|麻烦|帮我?|帮忙|给我|去|再|[\s,，])*(?:追问|问一问|问一下|问问|问下|问一声|问一句|问)(?:一下|下|一声)?(?:他|她|对方|人家|居民|业主|住户|反映人|来电人)?(?:那?家)?[\s,，:：]*"
)
ALREADY: Final = re.compile(
    r"(?:我们?|单位)?(?:已经?|都|早就?|刚刚?)?(?:反馈)?(?:过|了)?[\s。!！]*"
)  # 已经反馈: of nothing more
AFTER_VERB: Final = re.compile(r"受理|[了啦](?![解结不却])吧?|吧")  # 办结了 灯换了: what is left of the verb


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed, without the robot's name: as it is, folded, and what was found in it."""

    text: str
    folded: str
    moments: tuple[Moment, ...]
    number: CaseNumber | None
    deciding: tuple[Match, ...]
    places: Places
    verbs: frozenset[str]  # words that stand for an action by themselves (办结)

    def rest(self) -> str:
        """The person's own words without the leading command words and the case number."""
        spans = [
            (match.start, match.end)
            for match in self.deciding
            if match.rule.word.removeprefix("^") in self.verbs
        ]
        if self.number is not None:
            spans.append((self.number.start, self.number.end))
        start, end = self._lead(), len(self.text)
        for _ in range(4):
            start += len(self.text[start:end]) - len(self.text[start:end].lstrip(SPACE + "#"))
            stop = max((stop for begin, stop in spans if begin <= start < stop), default=start)
            particle = AFTER_VERB.match(self.text, stop) if stop > start else None
            start = particle.end() if particle else stop
        for begin, stop in spans:
            if begin > start and not self.text[stop:end].strip(SPACE):
                end = begin
        return self.text[start:end].strip(SPACE)

    def _lead(self) -> int:
        """Where the words begin: 把 before the case number says nothing."""
        is_led = self.number is not None and self.folded[: self.number.start].strip() in ("把", "将", "就")
        return self.number.start if self.number is not None and is_led else 0

    def said_number(self) -> str:
        """The case number as it was typed, empty when there is none."""
        return "" if self.number is None else self.text[self.number.start : self.number.end].strip(SPACE)

    def numberless(self) -> str:
        """The folded text with the case number blanked."""
        if self.number is None:
            return self.folded
        start, end = self.number.start, self.number.end
        return self.folded[:start] + " " * (end - start) + self.folded[end:]


def find_arguments(action: str, typed: Typed) -> Arguments:
    """The arguments of an action; absent ones are left out, but a broadcast always says its target."""
    finder = FINDERS.get(action)
    if finder is None:
        return {}
    return {name: value for name, value in finder(typed).items() if value is not None or name == "target"}


def _resolve(typed: Typed) -> Arguments:
    return {"result": typed.rest() or None}


def _progress(typed: Typed) -> Arguments:
    if QUERY.search(typed.folded):
        return {"query": True}
    return {"note": typed.rest() or None}


def _time(typed: Typed) -> str | None:
    """The first time with a clock, else the first day."""
    ranked = sorted(typed.moments, key=lambda moment: (not moment.has_clock, moment.start))
    return ranked[0].instant.isoformat() if ranked else None


def _timeless(typed: Typed, text: str) -> str:
    """A part of the text without the words that name times."""
    for moment in typed.moments:
        text = text.replace(typed.text[moment.start : moment.end], " ")
    return text


def _place(typed: Typed, text: str) -> str | None:
    found = PLACED.search(text) or AT.search(text)
    if found is not None:
        return found[1]
    words = [word.strip(SPACE) for word in re.split(r"[\s,，;；。]+", text)]
    named = next((word for word in words if re.search(rf"(?:{ROOMS})$", word)), None)
    if named is not None:
        return named.removeprefix("在")
    room = ROOM.search(text)
    return room.group().strip(SPACE).removeprefix("在") if room else None


def _consult(typed: Typed) -> Arguments:
    rest = _timeless(typed, typed.rest()).strip(SPACE)
    place = _place(typed, rest)
    if place is None and typed.moments and 2 <= len(rest) <= 15:
        place = rest
    topic = _group(TOPIC.search(typed.folded)) or (rest if _is_bare_topic(typed) and not place else None)
    return {"time": _time(typed), "place": place, "topic": topic or None}


def _is_bare_topic(typed: Typed) -> bool:
    """议 102 加装电梯: what follows 议 is the topic, unless a time does."""
    return not typed.moments and typed.folded.startswith("议") and not typed.folded.startswith("议事")


def _schedule_meeting(typed: Typed) -> Arguments:
    audience = AUDIENCE.search(typed.folded)
    is_cancelled = CANCEL.search(typed.folded) is not None
    return {
        "time": _time(typed),
        "place": None if is_cancelled else _place(typed, _timeless(typed, typed.text)),
        "topic": _group(TOPIC.search(typed.folded)),
        "audience": _group(audience),
        "cancel": is_cancelled or None,
    }


def _broadcast(typed: Typed) -> Arguments:
    return find_broadcast(typed.text, typed.folded, typed.places, moments=typed.moments)


def _handing(typed: Typed) -> Arguments:
    recipient = find_recipient(typed.numberless())
    note = without_recipient(typed.rest()).strip(SPACE).removeprefix(typed.said_number()).strip(SPACE)
    return {
        "to": recipient,
        "note": note if note and note != recipient else None,
        "time": _time(typed),
    }


def _whistle(typed: Typed) -> Arguments:
    units: list[Json] = [*find_units(typed.folded)]
    return {"to": units or None, "time": _time(typed), "note": typed.rest() or None}


def _extend(typed: Typed) -> Arguments:
    found = AMOUNT.finditer(_timeless(typed, typed.numberless()))
    days = next((days for match in found if (days := _days(match)) is not None), None)
    clauses = (clause.strip(SPACE) for clause in re.split(r"[,，。;；\s]+", typed.rest()))
    reasons = [BECAUSE.sub("", clause) for clause in clauses if clause and not _is_request(typed, clause)]
    return {"days": days, "time": _time(typed), "reason": "，".join(filter(None, reasons)) or None}


def _days(match: re.Match[str]) -> int | None:
    """The days of 3天, 两周, 半个月, 两三天 (the longer); hours are rounded up."""
    count = parse_number(match["count"]) if match["count"] else None
    if count is None:
        count = 0 if match["half"] else None
    if count is None:
        return None
    return math.ceil((count or 0.5) * DAYS.get(match["unit"], 1))


def _is_request(typed: Typed, clause: str) -> bool:
    """Whether a clause only says how long: 再给三天, 到月底, 3天."""
    plain = AMOUNT.sub("", _timeless(typed, clause).replace(typed.said_number(), ""))
    return REQUEST.search(clause) is not None or UNTIL.fullmatch(plain.strip(SPACE)) is not None


def _merge(typed: Typed) -> Arguments:
    taken = [(one.start, one.end) for one in typed.moments]
    taken += [(one.start, one.end) for one in find_addresses(typed.folded)]
    numbers = [one.number for one in find_all_numbers(typed.folded, taken)]
    others = [number for number in numbers if typed.number is None or number != typed.number.number]
    target = find_target(typed.folded, taken)
    into = target if target in others else next(iter(others), None)
    return {"into": into, "cases": [*numbers] or None}


def _remind(typed: Typed) -> Arguments:
    note = re.sub(
        r"(?:到时候|记得|别忘了)?(?:提醒|叫|喊)(?:我|一下我|一下)?(?:一声|一下)?",
        " ",
        _timeless(typed, typed.rest()),
    )
    return {"time": _time(typed), "note": note.strip(SPACE) or None}


def _invite(typed: Typed) -> Arguments:
    found = _group(INVITED.search(_timeless(typed, typed.numberless())))
    names: list[Json] = [*filter(None, re.split(r"[、和与]", found or ""))]
    return {"who": names or None, "time": _time(typed)}


def _stats(typed: Typed) -> Arguments:
    period = PERIOD.search(typed.folded)
    return {"period": period.group() if period else None}


def _noted(name: str) -> Callable[[Typed], Arguments]:
    return lambda typed: {name: typed.rest() or None}


def _asked(typed: Typed) -> Arguments:
    """问一下14号 是几楼漏, 帮我问问居民13 门锁是什么牌子: the residents read the question alone."""
    text = typed.text
    if typed.number is not None:
        text = f"{text[: typed.number.start].rstrip()} {text[typed.number.end :]}"
    lead = ASK_LEAD.match(text.strip(SPACE))
    said = text.strip(SPACE)[lead.end() :] if lead else typed.rest()
    return {"question": said.strip(SPACE) or None}


def _fed_back(typed: Typed) -> Arguments:
    said = typed.rest()
    return {"text": None if ALREADY.fullmatch(said) else said}


def _group(match: re.Match[str] | None) -> str | None:
    """The group that took part in the match, without spaces at its ends."""
    return next((group.strip(SPACE) for group in match.groups() if group), None) if match else None


FINDERS: Final[Mapping[str, Callable[[Typed], Arguments]]] = {
    "resolve": _resolve,
    "progress": _progress,
    "consult": _consult,
    "schedule_meeting": _schedule_meeting,
    "broadcast": _broadcast,
    "dispatch": _handing,
    "transfer": _handing,
    "whistle": _whistle,
    "extend": _extend,
    "merge": _merge,
    "remind": _remind,
    "invite": _invite,
    "stats": _stats,
    "feedback": _fed_back,
    "return": _noted("reason"),
    "reject": _noted("reason"),
    "ask": _asked,
    "supervise": _noted("note"),
    "minutes": _noted("text"),
    "report": _noted("text"),
    "check_in": _noted("note"),
}
