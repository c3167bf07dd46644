"""What a meeting is called with: 召集议事会 周五15:00 居委会会议室 议题3、4 邀请 枫桥物业 名额30."""

import re
from datetime import datetime, timedelta
from typing import Final

from nlp.arguments import Arguments, Json
from nlp.characters import fold
from nlp.command_arguments import AT, ROOMS, STOREY
from nlp.consultation.actions import TableAction
from nlp.consultation.said import Said, TableWord
from nlp.numerals import NUMBER, parse_number
from nlp.places import Places
from nlp.times import CLOCK_WORD, Moment, find_clock, find_moments

AND: Final = r"\s?(?:[、,和与及&]|还有)\s?"
ENDS: Final = r"(?=[\s,;。!、]|$)"
NO_AMOUNT: Final = r"(?!\d|[:.]\d|月|日|\s?号?[楼栋幢座]|点|时|单元|人|户|个|位|天|室|年|层|期|分|%)"
ONE: Final = rf"(?:20\d\d-)?\d{{1,6}}(?:号(?!楼|院|线))?{NO_AMOUNT}"
NUMBER_OF: Final = re.compile(r"(?:20\d\d-)?(\d{1,6})")
SERIES: Final = rf"{ONE}(?:(?:{AND}|\s+)(?:议题|诉求)?{ONE})*"
NEXT: Final = (  # the words that open another part
    r"议题\s?#?\d|诉求\s?#?\d|再?邀请|邀|必到|必须到|名额|限额|人数|上限|主持人?|标题|主题|题目|线上|腾讯会议|地点|时长|草稿|草拟"
)
UNTIL: Final = rf"(?:(?!(?:^|[\s,;。])(?:{NEXT})).)+?(?=[\s,;。]+(?:{NEXT})|[;。\n]|$)"
PEOPLE: Final = rf"(?:(?![\s,;。]+(?:{NEXT})|[;。\n]).)+"
DRAFT: Final = re.compile(
    r"(?:^|(?<=[\s,;。]))(?:先?(?:存|做|拟)?(?:一?个|成|为)?草稿|草拟|先不发)(?=[\s,;。!]|$)"
)
PARTS: Final = (
    ("topics", re.compile(rf"(?:列入|讨论|商量|关于)?议题\s?[#:]?\s?(?P<value>{SERIES})")),
    ("cases", re.compile(rf"(?:关于)?(?:诉求|工单|编号)\s?[#:]?\s?(?P<value>{SERIES})")),
    (
        "required",
        re.compile(rf"(?:必到|必须到(?:场|会)?)(?:的?(?:人|单位|方))?\s?[:为是]?\s?(?P<value>{PEOPLE})"),
    ),
    (
        "names",
        re.compile(
            rf"(?:再?邀请|(?<=[\s,;。])(?:邀|请(?!大家|各位|准时|务必|通知|假)))(?:人)?\s?:?\s?(?P<value>{PEOPLE})"
        ),
    ),
    (
        "capacity",
        re.compile(
            r"(?:名额|限额|人数|上限)\s?(?:改成|改为|改到|设为|设成|调到|加到|增加到|减到|为|是|限|:)?\s?(?:"
            rf"(?P<value>\d{{1,6}}|{NUMBER})\s?(?:人|个|位|名)?|(?P<none>不限|无限|取消|不限制)(?:人数)?)"
        ),
    ),
    (
        "chair",
        re.compile(
            r"主持(?:人)?\s?(?:改成|改为|换成|换|由|是|为|:)?\s?(?P<value>[\u4e00-\u9fff·]{2,8}?)(?:来?主持)?"
            r"(?=[\s,;。!]|$)|由(?P<by>[\u4e00-\u9fff]{2,4})主持"
        ),
    ),
    (
        "minutes_long",
        re.compile(
            rf"(?:时长|预计|大约|约)\s?(?:改成|改为|为|是|:)?\s?(?P<value>半|\d{{1,3}}|{NUMBER})\s?个?(?P<more>半)?"
            r"(?P<unit>分钟|小时|钟头)(?P<half>半)?"
        ),
    ),
    (
        "place",
        re.compile(
            r"地点\s?(?:改成|改为|改到|改在|换到|换成|定在|在|是|为|:)?\s?(?P<value>[^\s,;。\n]{2,80})"
        ),
    ),
    (
        "online",
        re.compile(
            rf"(?:线上(?:会议|参会|开会)?|腾讯会议|视频会议)\s?(?:改成|改为|是|为|:)?\s?(?P<value>{UNTIL})"
        ),
    ),
    (
        "title",
        re.compile(
            rf"(?:标题|主题|题目|议题(?=\s?[:为是]))\s?(?:改成|改为|换成|是|为|:)?\s?(?P<value>{UNTIL})"
        ),
    ),
)
TITLE: Final = dict(PARTS)["title"]
EACH_NAME: Final = re.compile(r"\s*(?:[、,;&]|和(?=[\u4e00-\u9fff]{2})|以及|还有|\s)\s*")
AFTER_NAME: Final = re.compile(r"(?:都|也)?(?:来)?(?:参加|出席|列席|到会|到场|来)(?:一下|吧)?$")
UNTIL_CLOCK: Final = re.compile(r"\s?(?:-|~|到|至)+\s?")
LEAD_SERIES: Final = re.compile(rf"^[\s,:;]*(?:的)?(?P<value>{SERIES})")
ROOM_WORD: Final = re.compile(rf"(?:{ROOMS})(?:的?(?:{ROOMS}))*{STOREY}$")
ONLINE_WORD: Final = re.compile(r"线上|腾讯会议|视频会议|网上|群里")
ABOUT: Final = re.compile(
    r"^(?:商量|讨论|研究|协商|议一议|说说|谈谈|关于|就|议(?!题|事))(?:一下)?\s?(?P<what>.+?)(?:的(?:事情?|问题|会))?$"
)
SPLIT: Final = re.compile(r"[\s,;。!]+")
TOPIC_BEFORE: Final = re.compile(r"^(?:一下|的|了|吧|开|在|定在|时间|于|[:])+")
MOST: Final = 50  # topics, cases, names of one meeting

CALL: Final = re.compile(
    r"(?:(?:请|麻烦|帮我|给我|我要|我想|要|准备|打算|计划)\s?)*"
    r"(?:(?P<draft>拟|草拟|起草)|召集|召开|组织|安排|新建|发起|筹备|开)(?:一下)?(?:一?[个场次])?(?:新的?)?"
    r"(?P<noun>议事会|协商会|议事协商会)(?:议)?(?P<draft_behind>的?草稿)?"
    r"(?!的(?!草稿)|了|时候?[^间]|上|后(?!天)|前|过|吗|呢|没|都|已经|列表|纪要|[#第]?\d{1,6}号?(?:开|改|取))"
)
OF_CASES: Final = re.compile(
    rf"议(?!题|事|论)\s?(?:诉求|编号)?[\s:#]*(?P<value>{ONE}(?:(?:{AND}|\s+)(?:诉求)?{ONE})+)"
)
OF_CASE: Final = re.compile(rf"议(?!题|事|论)\s?(?:诉求|编号)?[\s:#]*{ONE}")
ASKED: Final = re.compile(
    r"[?？]|[吗么呢][\s。!]*$|能不能|可不可以|可以吗|怎么(?:召集|召开|写|用|开|发|弄)|如何(?:召集|召开)"
)


def find_call(said: Said) -> TableWord | None:
    """A meeting is called; `None` for everything else, for questions, and for what residents say."""
    if said.is_resident:
        return None
    several = OF_CASES.match(said.folded)
    opened = CALL.match(said.folded)
    if (several is None and opened is None) or ASKED.search(said.folded):
        return None
    if several is not None:
        args = read_call(said, several.end(), is_about=True)
        args["cases"] = _numbers(several["value"])
        return TableWord(TableAction.MEETING_CALL, None, args)
    assert opened is not None
    args = read_call(said, opened.end())
    args["draft"] = bool(args["draft"] or opened["draft"] or opened["draft_behind"])
    return TableWord(TableAction.MEETING_CALL, None, args)


def read_call(said: Said, start: int, *, is_about: bool = False) -> Arguments:
    """Everything of a meeting that the words from there say; absent ones are empty, `None` or no entry.

    `is_about`: it was said before what is to be talked over, so that a place needs no word of its own.
    """
    text = Words(said.body[start:], said.folded[start:])
    args: Arguments = {"draft": bool(text.take(DRAFT))}
    moment = _moment(text, said)
    time_at = moment.start if moment else -1
    if moment is not None:
        args |= _of_time(text, moment)
    args |= read_parts(text)
    if not args.get("cases") and (lead := LEAD_SERIES.match(text.folded)):
        args["cases"] = _numbers(lead["value"])
        text.blank(lead.start("value"), lead.end("value"))
    _place_and_title(text, args, time_at, is_about=is_about)
    return args


def read_answer(text: str, now: datetime, *, places: Places) -> Arguments:
    """The same of an answer to one question, or of what stands behind 议 23; `now` is aware."""
    body = text.strip()
    said = Said(body, fold(body), "", False, places, now)
    behind = OF_CASE.match(said.folded)
    return read_call(said, behind.end() if behind else 0, is_about=behind is not None)


def read_parts(text: "Words") -> Arguments:
    """What stands behind its own word: 名额30, 主持 李强, 标题 …; each is taken out of the text."""
    args: Arguments = {}
    for name, form in PARTS:
        found = form.search(text.folded)
        if found is None:
            continue
        value = _value(name, text, found)
        if value is not None:
            args[name] = value
            text.blank(*found.span())
    return args


def read_moment(said: Said, start: int) -> Arguments:
    """The time that the words from there say: `time`, `has_clock` and `minutes_long`; empty without one."""
    text = Words(said.body[start:], said.folded[start:])
    moment = _moment(text, said)
    return _of_time(text, moment) if moment else {}


def _moment(text: "Words", said: Said) -> Moment | None:
    """The first time with a clock, else the first day; one in a title only when there is no other."""
    title = TITLE.search(text.folded)
    span = title.span() if title else (-1, -1)

    def rank(moment: Moment) -> tuple[bool, bool, int]:
        return span[0] <= moment.start < span[1], not moment.has_clock, moment.start

    return min(find_moments(text.folded, said.now), key=rank, default=None)


class Words:
    """What is left of the words while part after part is taken out, typed and folded, of one length."""

    def __init__(self, body: str, folded: str) -> None:
        self.body = body
        self.folded = folded

    def blank(self, start: int, end: int) -> None:
        """These words are taken; a sign stays where they stood."""
        gap = ";" + " " * (end - start - 1) if end > start else ""
        self.body = self.body[:start] + gap + self.body[end:]
        self.folded = self.folded[:start] + gap + self.folded[end:]

    def take(self, form: re.Pattern[str]) -> bool:
        """Whether such words stand there; they are taken."""
        found = form.search(self.folded)
        if found is not None:
            self.blank(*found.span())
        return found is not None


def _value(name: str, text: Words, found: re.Match[str]) -> Json:
    groups = found.groupdict()
    if name == "capacity":
        return 0 if groups["none"] else parse_number(groups["value"])
    if name == "minutes_long":
        return _minutes(found)
    at = next((key for key in ("value", "by") if groups.get(key)), "value")
    typed = text.body[found.start(at) : found.end(at)].strip(" \t:：,，。;；")
    if name in ("topics", "cases"):
        return _numbers(groups["value"])
    if name in ("names", "required"):
        return names_in(typed)
    return typed or None


def names_in(typed: str) -> list[Json]:
    """Each name of a list: 王大妈、枫桥物业和枫桥苑居民群."""
    found = (
        AFTER_NAME.sub("", each.strip(' \t。.!！“”"「」'))
        for each in EACH_NAME.split(typed.translate(COMMAS))
    )
    return [*[each for each in dict.fromkeys(found) if each][:MOST]]


COMMAS: Final = {ord("，"): ",", ord("；"): ";", ord("＆"): "&"}


def _numbers(series: str) -> list[Json]:
    found = (int(each) for each in NUMBER_OF.findall(series))
    return [*list(dict.fromkeys(found))[:MOST]]


def _minutes(found: re.Match[str]) -> int | None:
    if found["value"] == "半":
        return 30
    count = parse_number(found["value"])
    if count is None:
        return None
    if found["unit"] == "分钟":
        return count
    return count * 60 + (30 if found["more"] or found["half"] else 0)


def _of_time(text: Words, moment: Moment) -> Arguments:
    """The time, and how long when an end is said: 15:00-16:30."""
    args: Arguments = {"time": moment.instant.isoformat(), "has_clock": moment.has_clock}
    end = moment.end
    until = UNTIL_CLOCK.match(text.folded, end) if moment.has_clock else None
    last = (
        find_clock(text.folded, until.end()) if until and CLOCK_WORD.match(text.folded, until.end()) else None
    )
    if last is not None:
        hour = last.hour + (
            12 if last.hour < moment.instant.hour and last.hour < 12 <= moment.instant.hour else 0
        )
        till = moment.instant.replace(hour=hour % 24, minute=last.minute)
        if till > moment.instant:
            args["minutes_long"] = int((till - moment.instant) / timedelta(minutes=1))
            end = last.end
    text.blank(moment.start, end)
    return args


def _place_and_title(text: Words, args: Arguments, time_at: int, *, is_about: bool) -> None:
    """What is left says where and what about: a room by its word, else what follows the time is the place."""
    if not args.get("place") and (room := AT.search(text.folded)):
        args["place"] = text.body[room.start(1) : room.end(1)]
        text.blank(*room.span())
    words = _spoken(text)
    if not args.get("place"):
        chosen = next((each for each in words if ROOM_WORD.search(each[1])), None)
        online = None if chosen else next((each for each in words if ONLINE_WORD.fullmatch(each[1])), None)
        behind = [each for each in words if each[0] > time_at >= 0 and not ABOUT.match(each[1])]
        has_about = is_about or bool(args.get("title") or args.get("topics") or args.get("cases"))
        if chosen is None and online is None and behind and (has_about or len(words) > 1):
            chosen = behind[0]
        if online is not None:
            words.remove(online)
            args.setdefault("online", online[1])
        if chosen is not None:
            words.remove(chosen)
            args["place"] = chosen[1]
    if not args.get("title") and words:
        args["title"] = _about("".join(each[1] for each in words))


def _spoken(text: Words) -> list[tuple[int, str]]:
    """The words that are left, each with where it stands."""
    found: list[tuple[int, str]] = []
    start = 0
    for gap in [*SPLIT.finditer(text.folded), None]:
        end = gap.start() if gap else len(text.folded)
        word = text.body[start:end].strip(' \t:：,，。、;；!！“”"「」')
        word = TOPIC_BEFORE.sub("", word)
        found += [(start, word)] if word and word not in ("和", "请", "的") else []
        start = gap.end() if gap else end
    return found


def _about(words: str) -> str:
    found = ABOUT.match(words)
    return found["what"] if found else words
