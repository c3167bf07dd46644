"""Since when, for how long and at what hours: the time words of a message that matter for a case."""

import re
from enum import StrEnum
from typing import Final, NamedTuple

from nlp.numerals import NUMBER, parse_number


class TimeRole(StrEnum):
    """What a time word says of the trouble."""

    HOUR = "hour"  # when in the day: 半夜, 早上五点多
    SINCE = "since"  # from when on: 从昨天开始, 自打入冬
    LASTING = "lasting"  # how long already: 三个月了
    REPEATED = "repeated"  # how often: 天天, 第三回了, 一下雨就


class TimeWord(NamedTuple):
    """A time word with its span in the text; `days` is how long it has lasted, about, when it says so."""

    role: TimeRole
    text: str
    start: int
    end: int
    days: float | None = None


DAYS: Final = {
    "年": 365.0,
    "月": 30.0,
    "周": 7.0,
    "星期": 7.0,
    "礼拜": 7.0,
    "天": 1.0,
    "宿": 1.0,
    "晚": 1.0,
    "晚上": 1.0,
    "夜": 1.0,
    "小时": 1 / 24,
    "钟头": 1 / 24,
    "分钟": 1 / 1440,
}
FUZZY: Final = {"好几": 5.0, "几": 3.0, "多少": 3.0, "半": 0.5, "大半": 0.6, "整": 1.0, "一整": 1.0}
HALF: Final = 0.5  # 一个半月
AMOUNT: Final = rf"(?P<amount>好几|几|大半|半|一整|整|{NUMBER})"
LASTING: Final = re.compile(
    rf"(?<![第每\d:.])(?!大?半夜)(?:都|已经|快|有|足足|整整)?{AMOUNT}(?P<more>多|来)?(?:个)?(?P<half>半)?(?:多)?"
    r"(?P<unit>年|月|星期|礼拜|周|天|晚上|宿|晚|夜|小时|钟头|分钟)(?:多|来)?"
    r"(?=了|没|不|都|还|也|过去|以来|下来|[,。!?;\s]|$|一直|里)了?"
)
PART_OF_DAY: Final = (
    "(?:大?半夜(?:三更)?|后半夜|三更半夜|深更半夜|深夜|夜里头?|凌晨|天不亮|天没亮|一大早|大清早|清早|清晨|早起"
    "|大中午|中午头?|午休(?:时间)?|傍晚|晚上|大晚上|大早上|早上|下午|白天)"
)
CLOCK: Final = (
    rf"(?:{NUMBER}点(?:半|一刻|多|钟|{NUMBER}分?)?(?:[到至]{NUMBER}点(?:半|多)?)?|\d{{1,2}}:\d{{2}})"
)
HOUR: Final = re.compile(rf"{PART_OF_DAY}(?:{CLOCK})?|{CLOCK}(?!检查|意见|建议|要求)")
DATE: Final = (
    rf"(?:大?前天|昨[天晚日](?:晚上|夜里|早上|下午)?|今[天早晨](?:早上|上午)?|上个?(?:周|星期|礼拜|月)[一二三四五六日天末]?"
    rf"|去年|前年|年前|年初|入冬|入夏|开春|立秋|供暖|国庆|春节|过年|{NUMBER}月(?:{NUMBER}[日号])?|{NUMBER}号|小时候|搬来|装修)"
)
SINCE: Final = re.compile(
    rf"(?:自打|打从|自从|从|打|自){DATE}[^,。!?;]{{0,6}}?(?:开始|起|以来|以后|之后|到现在|就)"
)
REPEATED: Final = re.compile(
    rf"天天|每天|每晚|每夜|每周[一二三四五六日末]?|每个?月|隔三差五|三天两头|经常|老是|成天|整天|一到{PART_OF_DAY}"
    rf"|一下雨就?|一刮风就?|一到[夏冬春秋]天|第{NUMBER}[次回遍]了?|[又再]是?一[次回]"
)
ORDER: Final = (  # what is found earlier in this list takes its words
    (TimeRole.SINCE, SINCE),
    (TimeRole.REPEATED, REPEATED),
    (TimeRole.LASTING, LASTING),
    (TimeRole.HOUR, HOUR),
)


def find_time_words(folded: str, text: str) -> tuple[TimeWord, ...]:
    """Every time word of the folded text, in order, with the person's own characters; none overlap."""
    found: list[TimeWord] = []
    for role, form in ORDER:
        for match in form.finditer(folded):
            start, end = match.span()
            if not any(one.start < end and start < one.end for one in found):
                days = _days(match) if role is TimeRole.LASTING else None
                found.append(TimeWord(role, text[start:end], start, end, days))
    return tuple(sorted(found, key=lambda one: one.start))


def _days(match: re.Match[str]) -> float | None:
    amount = FUZZY.get(match["amount"])
    if amount is None:
        number = parse_number(match["amount"])
        if number is None:
            return None
        amount = float(number)
    return (amount + (HALF if match["half"] else 0.0)) * DAYS[match["unit"]]
