"""Whether a message speaks of the reporter's own home, of somebody else's, or of another place."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

Span = tuple[int, int]

ME: Final = r"(?:我|俺|咱|额|本人)(?:们)?"
KIN: Final = (
    "朋友|同学|同事|亲戚|亲家|爸妈|父母|爸爸|妈妈|父亲|母亲|老爸|老妈|爸|妈|爹|娘|公婆|婆婆|公公|婆家|岳父|岳母|丈母娘|老丈人|姐姐"
    "|妹妹|哥哥|弟弟|大姐|二姐|大哥|二哥|姐|妹|哥|弟|儿子|女儿|闺女|姑娘|孙子|孙女|奶奶|爷爷|姥姥|姥爷|外婆|外公|姑姑|姨妈|舅舅"
    "|叔叔|伯伯|姑|姨|舅|叔|伯|婶|嫂子|嫂|对象|男友|女友|男朋友|女朋友|老师|客户|老板|战友|闺蜜|领导|老乡|发小|徒弟|师傅"
)
NEIGHBOURS: Final = (
    "邻居|楼上|楼下|隔壁|对门|对面|房东|房客|租客|租户|老人|人家|别人|谁|他|她|他们|她们|人|那|这|哪|有"
    "|各|每|几|大"
)
OTHERS: Final = re.compile(  # 我妈家, 我朋友住, 邻居家里, 楼上那家, 他家
    rf"(?:{KIN})(?:们|他们|她们)?(?:那边|那儿|那)?(?:的)?(?:家|屋|住|房子|新房|老房|在(?=[^,。!?;]{{0,10}}(?:号楼|单元|栋|幢|\d-\d)))"
    rf"|(?<!本)(?:{NEIGHBOURS})(?:的)?(?:家|屋|住)|(?:{KIN}|邻居|老人|他|她)(?:一个人|自己|独自|一直|现在|就)(?:住|在)"
    r"|(?:那|这|哪|几|有|每|各)(?:一)?(?:家|户)"
)
OTHER_SUBJECT: Final = re.compile(rf"(?:{KIN}|他|她|邻居|老人|有个|有人|一个)[^。!?;]*$")
PASSING: Final = (  # 我在7号楼看见: the speaker was there, does not live there
    r"(?!的?[^,。!?;\d]{0,6}(?:看|见|路过|经过|发现|闻|捡|拾|等|遛|散步|停车|上班|干活|施工|值班|巡|门口|门前|楼前|楼后|旁|附近"
    r"|对面|后面|前面|送|找|碰|遇|拍|录|被|摔|打扫|开会|办事|玩|接|下了|丢|掉了))"
)
STAFF: Final = (
    "物业|保安|保洁|网格员|快递|外卖|师傅|工人|开发商|售楼|社区|邻居|亲戚|家属|朋友|同事|儿子|女儿|施工"
    "|维修|装修|门卫|中介"
)
AM: Final = re.compile(rf"{ME}(?:就|也)?是(?:住(?:在)?)?\s?$")  # 我是3号楼的
AM_OF: Final = re.compile(
    rf"(?!的?(?:{STAFF}))(?:[^,。!?;\d]{{0,6}}?(?:的(?!{STAFF})|业主|住户|居民|租户|租客|户主)|\s?$|[,。!?;\s])"
)
LIVING: Final = re.compile(r"(?:^|[,。!?;:\s])(?:就|现|目前)?住(?:在)?\s?$")  # 您好,住枫桥苑3号楼
AT: Final = re.compile(rf"{ME}(?:就|现)?在\s?$")  # 我在3号楼2单元
AT_HOME: Final = re.compile(PASSING)
MOST: Final = 20  # homes looked at; a message names one or two
BACK: Final = 60  # characters in which a sentence names its subject
LED_BY: Final = 8  # characters before a place that may say whose it is
OWN: Final = re.compile(
    rf"{ME}(?:自己)?的?(?:家|屋)(?!属|长|乡|政|教|庭园|园|场|常)"
    rf"|{ME}(?:就|现在|现|一直|是|自己|一个人|全家|一家|目前|租|租房)?住(?!户|院(?!里|\d)|宅|建|持|手)"
    rf"|{ME}(?:那)?(?:屋|户)(?!型|口|主|籍|外|场)|(?:家住|(?<![居入])住在)(?!了?医院)"
    r"|(?:^|[,。!?;:\s])(?:就|现|目前)?住(?=\s?(?:[A-Za-z]?[\d一二三四五六七八九十]{1,3}[号栋楼层#单\-]|顶[楼层]|\d{3}))"
    r"|(?<!自己)(?<!自)(?:家里|屋里|家中|屋头)|我房子"
    r"|(?:我们|咱们|俺们|我|俺|咱|本)(?:这|那|这边|这个)?(?:栋|幢|单元|楼(?!长|盘|市|房)|一层|顶楼|(?:这)?一?层)"
    rf"|{ME}的?(?:卧室|厨房|卫生间|厕所|阳台|窗户|窗台|客厅|房子|门口|对门|隔壁|天花板|屋顶|房顶|地下室|储藏室|暖气"
    r"|\d{3}(?![\d元块])(?=[墙厨卫卧客阳住家的]))"
)
HOME_BEFORE: Final = re.compile(r"(?:家|住|住在|我是|我在|我们是|家在|本人)[^,。!?;]{0,10}$")
SUBJECTLESS: Final = re.compile(r"^[\s,。!?;:]?(?:就|现|目前)?(?:家住|住)")
NEXT: Final = 6  # characters between somebody's home and the address that it has


def find_home(text: str, places: Sequence[Span]) -> Span | None:
    """Where the reporter's own home is named in the folded text; 我妈家 and 我朋友家 are not.

    `places` are the spans of the estate and the address found: 我是 and 我在 make a home of them.
    """
    others: list[Span] | None = None
    for found in islice(OWN.finditer(text), MOST):
        start, end = found.span()
        others = [other.span() for other in OTHERS.finditer(text)] if others is None else others
        if any(low < end and start < high for low, high in others):
            continue
        if SUBJECTLESS.search(found.group()) and _has_other_subject(text, start):
            continue
        return start, end
    spans = [(start, _end_of_place(places, end)) for start, end in places]
    return next((span for span in spans if _is_claimed(text, *span)), None)


def _end_of_place(places: Sequence[Span], end: int) -> int:
    """Where an estate's name ends together with the address right after it."""
    return max((stop for start, stop in places if end <= start <= end + 2), default=end)


def _is_claimed(text: str, start: int, end: int) -> bool:
    lead = max(0, start - LED_BY)
    if AM.search(text, lead, start):
        return AM_OF.match(text, end) is not None
    if living := LIVING.search(text, lead, start):
        return not _has_other_subject(text, living.start())
    return AT.search(text, lead, start) is not None and AT_HOME.match(text, end) is not None


def is_home_before(text: str, place: int) -> bool:
    """Whether the place that begins here is said to be the reporter's home: 我家在3号楼."""
    near = HOME_BEFORE.search(text, max(0, place - 16), place)
    return near is not None and not is_others_home(text, place)


def is_others_home(text: str, place: int) -> bool:
    """Whether the place that begins here is said to be somebody else's home: 我妈家住3号楼."""
    return any(found.end() <= place <= found.end() + NEXT for found in _before(text, place))


def _before(text: str, place: int) -> Iterable[re.Match[str]]:
    clause = max(text.rfind(mark, max(0, place - BACK), place) for mark in "。!?;,")
    return OTHERS.finditer(text, max(clause + 1, place - BACK), place)


def _has_other_subject(text: str, start: int) -> bool:
    """老太太一个人,住19层: nobody says that it is the speaker who lives there."""
    sentence = max(text.rfind(mark, max(0, start - BACK), start) for mark in "。!?;\n")
    return OTHER_SUBJECT.search(text, max(sentence + 1, start - BACK), start) is not None
