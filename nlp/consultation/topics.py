"""What is said of topics (议题): 提议 …, 附议 议题3, 列入议题 23、24, 采纳议题3, 合并议题 3 到 2."""

import re
from collections.abc import Callable
from typing import Final

from nlp.arguments import Json
from nlp.consultation.actions import TableAction
from nlp.consultation.numbering import TOPIC, number_in, numbered
from nlp.consultation.said import Said, TableWord
from nlp.numerals import parse_number

Find = Callable[[Said], TableWord | None]

OPENING: Final = 40  # characters within which a word of topics stands, if there is one
LONGEST_WORD: Final = 120  # characters of what is not a proposal, a title or a reason
ENDS: Final = " \t\r\n,，.。!！:：;；、~～"
ASKS: Final = re.compile(
    r"[?？]\s*$|[吗么呢][\s。!?？]*$|^(?:能不能|可不可以|是不是|怎么|为什么|为啥|谁|什么时候)"
)
POLITE: Final = r"(?:请|麻烦|帮我?|给我|我想|我要|想)*"
N: Final = numbered(TOPIC, "number")
NO_PLACE: Final = r"(?!\s?(?:号?楼(?!道|梯)|[号#]?[栋幢座]|单元|号院|[天日年月点个户元万人米家层岁辆]))"
CASE: Final = rf"(?:20\d\d-)?\d{{1,6}}(?![\d.:~/-]*\d|[.:/~-]){NO_PLACE}(?:号|件)?"
NEXT: Final = r"(?:[\s、,]|和|及|与|跟)+(?:诉求|编号|#)?"
CASES: Final = rf"(?:诉求|编号|[#第]|\s)*(?P<cases>{CASE}(?:{NEXT}{CASE})*)(?:的?诉求)?"

# ------------------------------------------------------------------ residents propose

PROPOSE: Final = re.compile(
    r"(?:我|我们|俺)?(?:想要?|要|来)?(?:有个|有一个|有条)?"
    r"(?:提议|提案|提(?:个|一个|一条|一下)?议题|提(?:个|一个|一条)提议)(?:一下|一个|是|就是)?"
)
NOT_PROPOSED: Final = re.compile(  # 提议的事, 提议人, 提议过了: said of a proposal, not one
    r"[的过了被人书者方栏箱单中通]|[在哪][里儿]|怎么|已经?|还没|没有?人|有没有|有用|多久|什么时候|何时|啥时"
    r"|之后|以后|到哪|进展|结果|采纳|成不成"
)
MAY_WE: Final = re.compile(r"[\s,:]*(?:能不能|可不可以|可否|能否|是不是可以|是否可以|要不要|大家)")

# ------------------------------------------------------------------ lists and one topic

LIST: Final = re.compile(
    rf"{POLITE}(?:查一?下?|看一?下?|看看|查看|列出|发)?\s?(?:现在|目前|社区|居民|所有|全部|待议|待审|当前|有哪些|都有什么|的)*\s?"
    r"议题(?:列表|清单|一览|池)?(?:都?有哪些|有什么|有几个|有多少)?"
    r"[\s,:]*(?:第?\s*(?P<page>\d{1,3})\s*页)?[\s。?？!吗呢]*"
)
LIST_PAGE: Final = re.compile(r"议题(?:列表|清单)[\s,:]*(?P<page>\d{1,3})[\s。]*")
SHOW: Final = re.compile(
    rf"{POLITE}(?:查一?下?|看一?下?|看看|查看)?\s?{N}的?"
    r"(?:情况|进展|进度|详情|状态|内容)?(?:怎么样|咋样|如何|到哪一?步|讨论|商量|开会|定)?了?[\s。?？!吗呢]*"
)

# ------------------------------------------------------------------ support

VOICE: Final = r"(?:我|我家|我们|我们家|也|都|要|来)*"
SUPPORT: Final = r"(?:附议|支持|赞成|同意|\+1)"
SECOND: Final = (
    re.compile(rf"{VOICE}{SUPPORT}(?:一下|了)?[\s,:]*{N}(?P<rest>.*)", re.DOTALL),
    re.compile(rf"{N}[\s,:]*{VOICE}{SUPPORT}(?:一下|了)?(?P<rest>.*)", re.DOTALL),
)

# ------------------------------------------------------------------ staff decide

DECLINING: Final = r"(?:不予?采纳|不采用|不接受|不列入|不通过|驳回|婉拒|拒绝|否决)"
ACCEPTING: Final = r"(?:采纳|接受|采用|通过)"
DECLINE: Final = (
    re.compile(rf"{POLITE}{DECLINING}[\s,:]*{N}(?P<rest>.*)", re.DOTALL),
    re.compile(rf"{N}[\s,:]*{DECLINING}(?:了|吧)?(?P<rest>.*)", re.DOTALL),
)
ACCEPT: Final = (
    re.compile(rf"{POLITE}(?:同意|(?:同意)?{ACCEPTING})(?:了|一下)?[\s,:]*{N}(?P<rest>.*)", re.DOTALL),
    re.compile(rf"{N}[\s,:]*(?:可以|予以)?{ACCEPTING}(?:了|吧)?(?P<rest>.*)", re.DOTALL),
)
BARE_DECLINE: Final = re.compile(rf"{DECLINING}(?:吧|了)?(?P<rest>(?:[\s,:。].*)?)", re.DOTALL)
BARE_ACCEPT: Final = re.compile(rf"{ACCEPTING}(?:吧|了)?(?P<rest>(?:[\s,:。].*)?)", re.DOTALL)
IN_QUOTE: Final = re.compile(r"议题[\s#:]*(\d{1,6})(?!\d)")
BECAUSE: Final = re.compile(r"^(?:原因|理由|因为|由于)[是为]?[:：]?\s*")
TITLE: Final = re.compile(
    r"(?:标题|题目|名称|改名|改成|改为)(?:是|为|改为|改成)?[\s:]*(?P<title>.+)", re.DOTALL
)
HIDDEN: Final = re.compile(r"(?:先|暂)?不(?:要|对外)?公开")

# ------------------------------------------------------------------ joined

MORE: Final = r"(?:[\s、,]|和|及|与|跟)+"
NUMBER: Final = r"(?:\d{1,6}|[一二三四五六七八九十]{1,3})"
SEVERAL: Final = rf"(?P<numbers>{NUMBER}(?:{MORE}(?:议题)?\s?{NUMBER})*)\s?号?"
TO: Final = r"(?:合?并|归并?|合)?(?:到|进|入|至|给)"
WITH: Final = r"(?:里面|里去|里|中|去|一起)*[\s。!吧]*"
INTO: Final = rf"\s*{TO}[\s,:]*(?:第?\s?议题|#)?\s*(?P<into>{NUMBER})\s?号?(?:议题)?{WITH}"
JOIN: Final = (
    re.compile(
        rf"{POLITE}(?:把|将)?(?:合并|并入|归并)\s?(?:第?\s?议题)[\s#:]*{SEVERAL}(?:{INTO})?[\s。!吧]*"
    ),
    re.compile(rf"{POLITE}(?:把|将)?议题[\s#:]*{SEVERAL}{INTO}"),
)

# ------------------------------------------------------------------ put on the list

MAKE: Final = r"(?:列入|列为|列成|定为|设为|转为|转成|纳入|做成|作为|立为)"
KIND: Final = r"(?:协商|议事会?|居民|社区|一个|个)*"
ADD_BEHIND: Final = re.compile(
    rf"{POLITE}{MAKE}{KIND}议题[\s,:]*{CASES}(?P<rest>(?:[\s,:。;].*)?)", re.DOTALL
)
ADD_AHEAD: Final = re.compile(
    rf"{POLITE}(?:把|将)?{CASES}[\s,]*(?:都|也|一起)*{MAKE}{KIND}议题(?P<rest>(?:[\s,:。;].*)?)", re.DOTALL
)
NEW: Final = re.compile(
    rf"{POLITE}(?:新议题|新[增建]{KIND}议题|[增添]加{KIND}议题|立{KIND}议题)(?P<rest>[\s,:].*)?", re.DOTALL
)
TITLED: Final = re.compile(  # 列入议题 车棚充电桩怎么装
    rf"{POLITE}(?:列入|列为|立为){KIND}议题(?P<rest>[\s:]+(?!标题|题目)[^\s].{{3,}})", re.DOTALL
)
ONE_CASE: Final = re.compile(r"(?:(?P<year>20\d\d)-)?(?P<number>\d{1,6})")


def find_topic(said: Said) -> TableWord | None:
    """What the text says of topics; `None` for everything else.

    Questions do nothing but show. Case numbers are `cases` with their `years`, in order; 0 is no year.
    """
    head = said.folded[:OPENING]
    if "议" not in head and "提案" not in head and "议题" not in said.quoted:
        return None
    finders = OF_RESIDENTS if said.is_resident else OF_WORKERS
    return next((found for find in finders if (found := find(said)) is not None), None)


def _propose(said: Said) -> TableWord | None:
    """提议 给车棚装充电桩; 提议 alone asks for the words."""
    found = PROPOSE.match(said.folded)
    if found is None:
        return None
    rest = said.folded[found.end() :]
    if NOT_PROPOSED.match(rest) or (ASKS.search(rest.strip()) and not MAY_WE.match(rest)):
        return None
    words = said.body[found.end() :].strip(ENDS)
    return TableWord(TableAction.PROPOSE, None, {"words": words})


def _list(said: Said) -> TableWord | None:
    found = LIST.fullmatch(said.folded) or LIST_PAGE.fullmatch(said.folded)
    if found is None:
        return None
    return TableWord(TableAction.TOPIC_LIST, None, {"page": int(found["page"] or 1)})


def _show(said: Said) -> TableWord | None:
    found = SHOW.fullmatch(said.folded)
    return None if found is None else TableWord(TableAction.TOPIC_SHOW, number_in(found, "number"))


def _second(said: Said) -> TableWord | None:
    """附议 议题3, also with a reason behind it; a question does nothing."""
    found = _first(SECOND, said)
    if found is None or ASKS.search(said.folded) or not _is_apart(found["rest"]):
        return None
    return TableWord(TableAction.SECOND, number_in(found, "number"))


def _decline(said: Said) -> TableWord | None:
    found = _first(DECLINE, said)
    number = number_in(found, "number") if found else _quoted(said)
    found = found or (BARE_DECLINE.fullmatch(said.folded) if number else None)
    if found is None or number is None or ASKS.search(said.folded):
        return None
    if found.re is DECLINE[1] and "议题" in found["rest"]:
        return None  # 议题2不通过，议题3通过: what a meeting said
    reason = BECAUSE.sub("", _behind(said, found)).strip(ENDS)
    return TableWord(TableAction.TOPIC_DECLINE, number, {"reason": reason})


def _accept(said: Said) -> TableWord | None:
    found = _first(ACCEPT, said)
    number = number_in(found, "number") if found else _quoted(said)
    found = found or (BARE_ACCEPT.fullmatch(said.folded) if number else None)
    if found is None or number is None or ASKS.search(said.folded):
        return None
    rest = _behind(said, found)
    args: dict[str, Json] = {}
    hidden = HIDDEN.search(rest)
    if hidden is not None:
        args["is_public"] = False
        rest = (rest[: hidden.start()] + rest[hidden.end() :]).strip(ENDS)
    title = TITLE.match(rest)
    if title is not None:
        args["title"] = title["title"].strip(ENDS + '“”"「」')
    elif rest and (found.re is not ACCEPT[0] or not _is_apart(found["rest"]) or "议题" in rest):
        return None  # 采纳议题3的意见; 议题1通过，议题2暂缓: something else
    return TableWord(TableAction.TOPIC_ACCEPT, number, args)


def _join(said: Said) -> TableWord | None:
    found = next((match for form in JOIN if (match := form.fullmatch(said.folded))), None)
    if found is None:
        return None
    numbers = [_value(each) for each in re.findall(NUMBER, found["numbers"])]
    if not numbers:
        return None
    into = _value(found["into"]) if found["into"] else None
    return TableWord(TableAction.TOPIC_JOIN, numbers[0], {"topics": list(numbers), "into": into})


def _add(said: Said) -> TableWord | None:
    """列入议题 23、24 [标题], 91列入议题, 新议题 车棚充电桩怎么装."""
    if ASKS.search(said.folded) and not NEW.match(said.folded):
        return None
    found = ADD_BEHIND.fullmatch(said.folded) or ADD_AHEAD.fullmatch(said.folded)
    if found is not None:
        cases = list(ONE_CASE.finditer(found["cases"]))
        args: dict[str, Json] = {
            "cases": [int(each["number"]) for each in cases],
            "years": [int(each["year"] or 0) for each in cases],
            "title": _title(_behind(said, found)),
        }
        return TableWord(TableAction.TOPIC_ADD, None, args)
    new = NEW.fullmatch(said.folded) or (None if said.quoted else TITLED.fullmatch(said.folded))
    if new is None:
        return None
    words = said.body[new.start("rest") :] if new["rest"] else ""
    return TableWord(TableAction.TOPIC_ADD, None, {"cases": [], "years": [], "title": _title(words)})


OF_RESIDENTS: Final[tuple[Find, ...]] = (_propose, _list, _show, _second)
OF_WORKERS: Final[tuple[Find, ...]] = (_list, _show, _decline, _accept, _second, _join, _add)


def _first(forms: tuple[re.Pattern[str], ...], said: Said) -> re.Match[str] | None:
    return next((found for form in forms if (found := form.fullmatch(said.folded))), None)


def _behind(said: Said, found: re.Match[str]) -> str:
    """What stands behind the number, in the speaker's own characters."""
    return said.body[found.start("rest") : found.end("rest")].strip(ENDS)


def _is_apart(rest: str) -> bool:
    """Whether what follows the number stands apart from it: 附议议题3，我们楼也要, not 附议议题3的人."""
    return not rest.strip(ENDS) or rest[0] in ENDS


def _quoted(said: Said) -> int | None:
    """The one topic of the message that is answered."""
    numbers = {int(each) for each in IN_QUOTE.findall(said.quoted)}
    return next(iter(numbers)) if len(numbers) == 1 else None


def _title(words: str) -> str:
    plain = words.strip(ENDS)
    named = TITLE.match(plain)
    return (named["title"] if named else plain).strip(ENDS + '“”"「」')


def _value(text: str) -> int | None:
    return parse_number(text)
