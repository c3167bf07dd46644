"""What is said of meetings that stand: 议事会5, 议事会5改到周六10:00, 取消议事会5 原因, 开始议事会5."""

import re
from collections.abc import Mapping
from typing import Final

from nlp.arguments import Arguments
from nlp.consultation.actions import TableAction
from nlp.consultation.meeting_calls import (
    ONLINE_WORD,
    Words,
    find_call,
    names_in,
    read_moment,
    read_parts,
)
from nlp.consultation.numbering import MEETING, number_in, numbered
from nlp.consultation.said import Said, TableWord
from nlp.numerals import NUMBER, parse_number
from nlp.times import find_moments

A = TableAction
OPENS: Final = 60  # characters in which the meeting is named
NUMBERED: Final = rf"{numbered(MEETING, 'meeting')}(?![:.]\d)"
REFERENCE: Final = re.compile(
    rf"[\s,:把将]*(?:{NUMBERED}|(?:这个?|那个?|本次|上次|本|该)?{MEETING}(?=[\s,:;。!]|$))"
)
QUOTED: Final = re.compile(numbered(MEETING, "meeting"))
POLITE: Final = re.compile(
    r"[\s,]*(?:请问一?下?|想问一?下?|问一下|请|麻烦|帮我|帮忙|给我|我要|我想|现在|可以|查一下|查询|查看|查|看一?下|看看|看)?\s*"
)
GAP: Final = r"[\s,:]*"
BEFORE: Final[Mapping[TableAction, re.Pattern[str]]] = {  # the word opens the sentence, the meeting follows
    A.MEETING_SEND: re.compile(rf"(?:发出|发送|发)(?:会议)?(?:邀请|通知)(?:给)?{GAP}"),
    A.MEETING_INVITE: re.compile(rf"(?:再?邀请|(?P<required>必到|必须到(?:场|会)?)){GAP}"),
    A.MEETING_MOVE: re.compile(rf"(?:改期|改时间|改地点|换时间|换地方|换地点|调整时间|挪){GAP}"),
    A.MEETING_POSTPONE: re.compile(rf"(?:推迟|延期|延后|暂缓|暂停){GAP}"),
    A.MEETING_CANCEL: re.compile(rf"(?:取消|撤销|不开){GAP}"),
    A.MEETING_START: re.compile(rf"(?:开始|启动){GAP}"),
    A.MEETING_HELD: re.compile(rf"(?:散会|结束|开完){GAP}"),
    A.MEETING_CLOSE: re.compile(rf"(?:归档|存档|结案){GAP}"),
    A.MEETING_SET: re.compile(rf"(?:修改|设置|更改|改){GAP}(?=议事会|第?\d+号议事会)"),
}
BEHIND: Final[
    Mapping[TableAction, re.Pattern[str]]
] = {  # the meeting opens the sentence; the first that fits
    A.MEETING_SEND: re.compile(r"(?:可以)?(?:发出|发送|发)(?:会议)?(?:邀请|通知)?(?:吧|了)?[\s。!]*$"),
    A.MEETING_INVITE: re.compile(rf"(?:再?邀请|增加邀请|加请|(?P<required>必到|必须到(?:场|会)?)){GAP}"),
    A.MEETING_CANCEL: re.compile(r"(?:先)?(?:取消|撤销|不开|不用开)(?:了|吧)?"),
    A.MEETING_MOVE: re.compile(
        rf"(?:的?(?:时间|日期|地点|地方|会场))?{GAP}(?:改期|改时间|改地点|改[到在为成]|换[到在为成]|挪[到在]|调[到整]为?"
        rf"|(?:推迟|延期|延后|延|提前)[到至]|定在|定[到为]){GAP}"
    ),
    A.MEETING_POSTPONE: re.compile(r"(?:先)?(?:推迟|延期|延后|暂缓|暂停|缓一缓)(?:开)?(?:了|吧|一下)?"),
    A.MEETING_START: re.compile(r"(?:现在|正式)?(?:开始|开会)(?:了|吧)?[\s。!]*$"),
    A.MEETING_HELD: re.compile(r"(?:已经?)?(?:散会|结束|开完|开过)(?:了|啦)?[\s。!]*$"),
    A.MEETING_CLOSE: re.compile(r"(?:归档|存档|结案)(?:了|吧)?[\s。!]*$"),
}
SPAN: Final = rf"\s?(?P<count>半|{NUMBER})个?(?P<more>半)?(?P<unit>分钟|小时|钟头|天|周|星期|礼拜)"
LATER: Final = re.compile(rf"(?:推迟|延期|延后|往后推|晚){SPAN}")
AMOUNT: Final = re.compile(rf"{SPAN}(?=[\s,。!]|$)")
UNITS: Final = {
    "分钟": 1,
    "小时": 60,
    "钟头": 60,
    "天": 1440,
    "周": 10080,
    "星期": 10080,
    "礼拜": 10080,
}  # minutes
TO: Final = re.compile(r"(?:推迟|延期|延后|延|提前)\s?[到至]")
PLACE: Final = re.compile(r"(?:在|到|地点)?[\s:]*(?P<place>[^\s,;。!]{2,80})")
DROP: Final = re.compile(r"(?:去掉|去除|删掉|删除|拿掉|撤下|移除|不议)\s?议题\s?#?(?P<numbers>[\d、,和\s]+)")
ADD: Final = re.compile(r"(?:再?加上?|增加|添加|补上?|列入)(?=\s?(?:议题|诉求))")
SETS: Final = frozenset({"capacity", "chair", "title", "online", "minutes_long", "topics", "cases"})
LIST: Final = re.compile(
    r"(?:所有的?|全部的?|最近的?|社区的?|近期的?|本周的?|有哪些|我们?的|\s)*议事会(?:列表|清单|安排|计划|日程|有哪些|都有哪些|呢|\s)*[?？。\s]*$"
)
MINE: Final = re.compile(r"(?:我(?:们)?的|我(?:要|能|可以)?参加的)议事会(?:列表)?[?？。\s]*$")
SHOWN: Final = re.compile(
    r"(?:的?(?:情况|详情|内容|安排|信息|时间|地点|议题|议程|状态|主持人?|名额))?(?:是)?(?:什么时[候间]|啥时候|几点|几号|哪天|何时|哪里|哪儿|在哪里?|多久"
    r"|怎么样了?|如何|咋样|谁主持|商量什么|说什么|议什么|什么|有哪些|多少)?(?:开会?|开始|举行|召开)?(?:的|呢|啊|呀|吗|了|[\s?？。!])*$"
)
ASKED: Final = re.compile(
    r"[?？][\s]*$|[吗么呢][\s。!?]*$|能不能|可不可以|可以.{0,6}吗|是不是|要不要|怎么(?:改|取消|推迟|请|归档)|谁"
)
OPENS_WITH_TIME: Final = re.compile(
    r"[\s,:]*(?:\d|[一二三四五六七八九十]{1,3}[月点]|下?个?(?:周|星期|礼拜)|今|明|后天|大后天|上午|下午|晚上)"
)
SHORT_QUESTION: Final = re.compile(r"(?=.*(?:[?吗呢]|能不能|可不可以|是不是|要不要))[^:]{1,20}")
ENDED: Final = re.compile(r"(?:大家|现在|可以)?散会(?:了|啦|吧)?[\s。!]*")
BECAUSE: Final = re.compile(r"^[\s,:。]*(?:原因|理由|因为|由于|因)?[是为:：]*\s*")


def find_meeting(said: Said) -> TableWord | None:
    """A meeting is called, changed or asked for; `None` for everything else.

    Residents only look: 议事会, 议事会5, 我的议事会.
    """
    head = said.folded[:OPENS]
    if "会" not in head and not head.startswith("议"):
        return None
    called = find_call(said)
    if called is not None or MEETING not in head:
        return called or _ended(said)
    opened = POLITE.match(said.folded)
    start = opened.end() if opened else 0
    found = _listed(said, start) or _by_word_before(said, start) or _by_word_behind(said, start)
    if found is not None and _only_looks(said):
        return TableWord(A.MEETING_SHOW, found.number) if found.number is not None else _listed(said, start)
    return found or _shown(said, start) or _asked(said, start)


def _asked(said: Said, start: int) -> TableWord | None:
    """议事会5能不能改期: the meeting is shown, with the words to change it."""
    meant = re.compile(NUMBERED).match(said.folded, start)
    is_asked = meant is not None and SHORT_QUESTION.fullmatch(said.folded, meant.end()) is not None
    return TableWord(A.MEETING_SHOW, number_in(meant, "meeting")) if meant and is_asked else None


def _only_looks(said: Said) -> bool:
    """Residents change no meeting, and a question changes nothing."""
    return said.is_resident or ASKED.search(said.folded) is not None


def _ended(said: Said) -> TableWord | None:
    """散会 alone, by somebody who works here."""
    is_said = ENDED.fullmatch(said.folded) is not None and not said.is_resident
    return TableWord(A.MEETING_HELD, _quoted(said)) if is_said else None


def _listed(said: Said, start: int) -> TableWord | None:
    rest = said.folded[start:]
    if MINE.match(rest):
        return TableWord(A.MEETING_SHOW if said.is_resident else A.MEETING_LIST)
    if LIST.match(rest):
        return TableWord(A.MEETING_SHOW if said.is_resident else A.MEETING_LIST)
    return None


def _shown(said: Said, start: int) -> TableWord | None:
    """议事会5, 议事会5什么时候开: the number must be said."""
    found = re.compile(NUMBERED).match(said.folded, start)
    if found is None or not SHOWN.match(said.folded[found.end() :]):
        return None
    return TableWord(A.MEETING_SHOW, number_in(found, "meeting"))


def _by_word_before(said: Said, start: int) -> TableWord | None:
    for action, form in BEFORE.items():
        word = form.match(said.folded, start)
        meant = REFERENCE.match(said.folded, word.end()) if word else None
        if word is None or meant is None:
            continue
        is_required = bool(word.groupdict().get("required"))
        return _read(action, said, meant, start=meant.end(), is_required=is_required)
    return None


def _by_word_behind(said: Said, start: int) -> TableWord | None:
    meant = REFERENCE.match(said.folded, start)
    if meant is None:
        return None
    at = meant.end() + len(said.folded[meant.end() :]) - len(said.folded[meant.end() :].lstrip(" ,:"))
    for action, form in BEHIND.items():
        word = form.match(said.folded, at)
        if word is not None:
            is_required = bool(word.groupdict().get("required"))
            return _read(action, said, meant, start=word.end(), is_required=is_required, word=word)
    number = number_in(meant, "meeting")
    if number is None:
        return None
    time = read_moment(said, at)
    if time and OPENS_WITH_TIME.match(said.folded, meant.end()):
        args = time | _new_place(said, at) | {"may_be_case": True}  # 议事会 23 周六10:00: 议 23, or 议事会23
        return TableWord(A.MEETING_MOVE, number, args)
    return _read(A.MEETING_SET, said, meant, start=at)


def _read(
    action: TableAction,
    said: Said,
    meant: re.Match[str],
    *,
    start: int,
    is_required: bool = False,
    word: re.Match[str] | None = None,
) -> TableWord | None:
    number = number_in(meant, "meeting") or _quoted(said)
    if action is A.MEETING_INVITE:
        names = names_in(said.body[start:].strip(" \t:：,，"))
        return TableWord(action, number, {"names": names, "required": is_required})
    if action in (A.MEETING_POSTPONE, A.MEETING_MOVE):
        return _moved(action, said, number, start=start, word=word)
    if action is A.MEETING_CANCEL:
        return TableWord(action, number, {"reason": _reason(said.body[start:])})
    if action is A.MEETING_SET:
        args = _settings(said, start)
        return TableWord(action, number, args) if args else None
    rest = said.folded[start:].strip(" ,:。!了吧")
    return TableWord(action, number) if not rest else None


def _moved(
    action: TableAction, said: Said, number: int | None, *, start: int, word: re.Match[str] | None
) -> TableWord:
    """Another time is said, or so much later; 推迟 without one postpones with a reason."""
    from_word = word.start() if word else 0
    later = LATER.search(said.folded, from_word) or (
        AMOUNT.match(said.folded, start) if action is A.MEETING_POSTPONE else None
    )
    if later is not None and not TO.search(said.folded, from_word):
        return TableWord(A.MEETING_MOVE, number, {"later": _minutes(later)})
    time = read_moment(said, start) if action is A.MEETING_MOVE or TO.search(said.folded) else {}
    if action is A.MEETING_POSTPONE and not time:
        return TableWord(action, number, {"reason": _reason(said.body[start:])})
    time.pop("minutes_long", None)
    return TableWord(A.MEETING_MOVE, number, time | _new_place(said, start))


def _new_place(said: Said, start: int) -> Arguments:
    """Where it is held from now on: what follows 地点, or what is left beside the time."""
    text = Words(said.body[start:], said.folded[start:])
    found = read_parts(text)
    args: Arguments = {name: found[name] for name in ("place", "online") if name in found}
    if "place" in args or "online" in args:
        return args
    for moment in _spans(text, said):
        text.blank(*moment)
    if (online := ONLINE_WORD.search(text.folded)) is not None:
        return {"online": text.body[online.start() : online.end()]}
    left = PLACE.search(text.body.strip(" \t,，。;；:：!！和在到改换成为"))
    return {"place": left["place"]} if left else {}


def _spans(text: Words, said: Said) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in find_moments(text.folded, said.now)]


def _settings(said: Said, start: int) -> Arguments:
    """名额30, 主持 李强, 标题 …, 加议题3, 去掉议题4; empty when nothing of that is said."""
    text = Words(said.body[start:], said.folded[start:])
    dropped = DROP.search(text.folded)
    args: Arguments = {}
    if dropped is not None:
        args["drop"] = [int(each) for each in re.findall(r"\d{1,6}", dropped["numbers"])]
        text.blank(*dropped.span())
    text.take(ADD)
    found = {name: value for name, value in read_parts(text).items() if name in SETS}
    left = re.sub(r"[\s,:。;!的改把将和成为吧了]+", "", text.folded)
    return args | found if not left else {}


def _minutes(found: re.Match[str]) -> int:
    unit = UNITS[found["unit"]]
    count = 0.5 if found["count"] == "半" else float(parse_number(found["count"]) or 0)
    return round(unit * (count + (0.5 if found["more"] else 0)))


def _quoted(said: Said) -> int | None:
    found = QUOTED.search(said.quoted)
    return number_in(found, "meeting") if found else None


def _reason(rest: str) -> str:
    return BECAUSE.sub("", rest.lstrip("了吧啊 \t:：,，。")).strip(" \t。")
