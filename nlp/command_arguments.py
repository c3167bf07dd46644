"""What goes with a command: the result, the time and place, the recipient, the reason."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from nlp.broadcasts import find_broadcast
from nlp.case_numbers import CaseNumber, find_all_numbers
from nlp.numerals import NUMBER, parse_number
from nlp.patterns import Match
from nlp.places import Places
from nlp.times import Moment

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Arguments: TypeAlias = dict[str, Json]

SPACE: Final = " \t\r\n\u2005\u3000,，:：;；、。"
ROOMS: Final = (
    "会议室|活动室|办公室|议事厅|议事亭|服务中心|服务站|党群驿站|驿站|会客厅|小广场|广场|凉亭|亭子|大厅"
    "|门口|楼下|老年活动中心|物业|居委会|社区"
)
AT: Final = re.compile(rf"(?:在|到|去)\s?([^,。;\s]{{0,12}}(?:{ROOMS}))")
ROOM: Final = re.compile(rf"[\u4e00-\u9fff\d]{{0,8}}?(?:{ROOMS})(?:的?(?:{ROOMS}))*")
TOPIC: Final = re.compile(
    r"(?:议题|主题|内容)(?:是|为|:)?\s?([^,。;]{1,40})|(?:商量|讨论|研究|协商|议一议|说说|谈谈|关于)(?:一下)?\s?([^,。;]{2,30}?)(?:的(?:事|问题|会)|问题|$|[,。;])"
)
AUDIENCE: Final = re.compile(r"通知(?:一下|给)?\s?([^,。;]{2,20})")
INVITED: Final = re.compile(
    r"(?:邀请|请|叫上|喊上|拉上|通知|约|叫|让)(?:一下)?\s?([^,。;\s\d]{2,16}?)(?=来|参加|到会|列席|出席|旁听|一起|[,。;\s]|$)|给\s?([^,。;\s]{2,10}?)发"
)
RECIPIENT: Final = re.compile(
    r"(?:转交给?|转派给?|转办给?|转到|转给|推给|推到|移交给?|交办给?|交给|派给|派到|派发给?|分给|改派给?|调给|换给|责成|安排|指派给?|让|叫|归|转|交|派)\s?"
    r"(?!过去|下去|出去|一下)([A-Za-z\u4e00-\u9fff]{2,12}?)(?=处理|办理|解决|负责|去|来|管|看|修|跟进|限|[,。;\s\d]|吧|了|$)"
)
UNIT_WORD: Final = re.compile(
    r"[\u4e00-\u9fff]{0,8}?(?:物业|执法(?:中队|队|局)?|城管|自来水公司|自来水|供水公司|供热公司|热力公司|供热|燃气公司|燃气|供电所|供电公司|派出所|消防|街道|环卫|市政|园林|交警|市场监管所?|住建局?|电梯公司|维保公司|网格员)"
)
AMOUNT: Final = re.compile(rf"({NUMBER})\s?(?:个)?(?:(工作日|天|日)|(周|星期|礼拜)|(小时))")
PERIOD: Final = re.compile(
    r"(?:上|这|本|下)?个?(?:周|月|季度|礼拜|星期)|今年|去年|今天|昨天|近\S{1,3}天|最近\S{0,3}|\d{1,2}月份?|[一二三四五六七八九十]{1,2}月份?|全年|年度"
)
QUERY: Final = re.compile(r"到哪一?步|到哪了|进展如何|怎么样了|咋样了|进度\s?[??]|[??]$|什么情况")
CANCEL: Final = re.compile(r"取消|不开了|停开")
AFTER_VERB: Final = re.compile(r"[了啦](?![解结不却])")  # 办结了 灯换了: what is left of the verb


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
        start, end = 0, len(self.text)
        for _ in range(4):
            start += len(self.text[start:end]) - len(self.text[start:end].lstrip(SPACE + "#"))
            stop = max((stop for begin, stop in spans if begin <= start < stop), default=start)
            particle = AFTER_VERB.match(self.text, stop) if stop > start else None
            start = particle.end() if particle else stop
        for begin, stop in spans:
            if begin > start and not self.text[stop:end].strip(SPACE):
                end = begin
        return self.text[start:end].strip(SPACE)


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
    found = AT.search(text)
    if found is not None:
        return found[1]
    words = [word.strip(SPACE) for word in re.split(r"[\s,，;；。]+", text)]
    named = next((word for word in words if re.search(rf"(?:{ROOMS})$", word)), None)
    if named is not None:
        return named.removeprefix("在")
    room = ROOM.search(text)
    return room.group().removeprefix("在") if room else None


def _consult(typed: Typed) -> Arguments:
    rest = _timeless(typed, typed.rest()).strip(SPACE)
    place = _place(typed, rest)
    if place is None and typed.moments and 2 <= len(rest) <= 15:
        place = rest
    topic = TOPIC.search(typed.folded)
    return {"time": _time(typed), "place": place, "topic": _group(topic)}


def _schedule_meeting(typed: Typed) -> Arguments:
    audience = AUDIENCE.search(typed.folded)
    return {
        "time": _time(typed),
        "place": _place(typed, _timeless(typed, typed.text)),
        "topic": _group(TOPIC.search(typed.folded)),
        "audience": _group(audience),
        "cancel": True if CANCEL.search(typed.folded) else None,
    }


def _broadcast(typed: Typed) -> Arguments:
    target, text = find_broadcast(typed.text, typed.folded, typed.places)
    return {"target": target, "text": text}


def _recipient(typed: Typed) -> str | None:
    unit = UNIT_WORD.search(_plain(typed))
    found = RECIPIENT.search(typed.folded)
    if found is not None and (unit is None or unit.group() in found[1]):
        return found[1]
    return unit.group() if unit else None


def _plain(typed: Typed) -> str:
    """The folded text with command words blanked, so that 转物业 leaves 物业."""
    text = typed.folded
    for verb in (
        "转交",
        "转给",
        "转派",
        "转办",
        "转到",
        "转",
        "交办",
        "派给",
        "推给",
        "移交",
        "归",
        "让",
        "叫",
        "安排",
        "责成",
        "交给",
        "派",
        "这个",
        "应该",
    ):
        text = text.replace(verb, " ")
    return text


def _handing(typed: Typed) -> Arguments:
    rest = typed.rest()
    is_only_recipient = RECIPIENT.fullmatch(rest.rstrip(SPACE)) is not None or rest == _recipient(typed)
    return {
        "to": _recipient(typed),
        "note": None if is_only_recipient else rest or None,
        "time": _time(typed),
    }


def _whistle(typed: Typed) -> Arguments:
    units = dict.fromkeys(found.group() for found in UNIT_WORD.finditer(_plain(typed)))
    return {"to": list(units) or None, "time": _time(typed), "note": typed.rest() or None}


def _extend(typed: Typed) -> Arguments:
    amount = AMOUNT.search(typed.folded)
    days = None
    if amount is not None and (count := parse_number(amount[1])) is not None and not amount[4]:
        days = count * 7 if amount[3] else count
    return {
        "days": days,
        "time": _time(typed),
        "reason": AMOUNT.sub("", typed.rest(), count=1).strip(SPACE) or None,
    }


def _merge(typed: Typed) -> Arguments:
    found = find_all_numbers(typed.folded, [(one.start, one.end) for one in typed.moments])
    numbers = [one.number for one in found]
    others = [number for number in numbers if typed.number is None or number != typed.number.number]
    return {"into": others[0] if others else None, "cases": list(numbers) or None}


def _remind(typed: Typed) -> Arguments:
    note = re.sub(
        r"(?:到时候|记得|别忘了)?(?:提醒|叫|喊)(?:我|一下我|一下)?", " ", _timeless(typed, typed.rest())
    )
    return {"time": _time(typed), "note": note.strip(SPACE) or None}


def _invite(typed: Typed) -> Arguments:
    found = INVITED.search(typed.folded)
    return {"who": [_group(found)] if found else None, "time": _time(typed)}


def _stats(typed: Typed) -> Arguments:
    period = PERIOD.search(typed.folded)
    return {"period": period.group() if period else None}


def _noted(name: str) -> Callable[[Typed], Arguments]:
    return lambda typed: {name: typed.rest() or None}


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
    "feedback": _noted("text"),
    "return": _noted("reason"),
    "reject": _noted("reason"),
    "ask": _noted("question"),
    "supervise": _noted("note"),
    "minutes": _noted("text"),
    "report": _noted("text"),
    "check_in": _noted("note"),
}
