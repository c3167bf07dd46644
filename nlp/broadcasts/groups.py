"""Groups called by names of their own, and orders for everybody but some."""

import re
from typing import Final

from nlp.lexicon import read_rows

TOPIC: Final = re.compile("|".join(word for word, *_ in read_rows("broadcast_topics.tsv")))
WORD: Final = r"[\u4e00-\u9fffA-Za-z\d]"
BEFORE_TEXT: Final = r"(?=\s*[\s,:]\s*[^\s,:])"  # a name stands apart, and something to send follows it
QUOTED: Final = re.compile(rf"[“\"「『‘'](?P<name>[^”\"」』’'\n,。!?;:]{{2,20}})[”\"」』’']{BEFORE_TEXT}")
# 幸福一家人, 和美之家, 银龄合唱团: what people call a group that bears no word for groups.
LIKE: Final = re.compile(
    rf"(?P<name>{WORD}{{0,10}}(?:一家[人亲]|大家庭|{WORD}{{2}}之家|家人群?|亲友团|合唱[团队]|舞蹈队|[志义]工队|志愿(?:服务)?队|俱乐部|联盟|互助[组圈]|朋友圈|邻里圈)){BEFORE_TEXT}"
)
TITLE: Final = re.compile(
    r"(?:通知|公告|通告|提示|提醒|公示|须知|倡议书?|预警|预报|快讯|简报|信息|方案|规定|说明|问卷|活动|讲座|义诊|[灯晚运大例展]会|节|日|周|月)$"
    r"|^(?:[您你]们?好|亲爱|尊敬|敬爱|各位|全体|请|欢迎|关于|感谢|恭喜|祝|注意|[今明后]天|[今明]晚|大家(?!庭)|[我咱]们)"
)
ESTATES_GROUP: Final = re.compile(
    r"(?:居民|业主|住户|小区|微信)+(?:大|总)?群(?!发|法|众|主)(?:\(\d{1,2}\)|\d{1,2}群)?"
)
# 除明园小区外, 除了枫桥苑，其他小区, 全部（不含枫桥苑）
EXCEPT: Final = re.compile(
    r"(?:(?:全部|所有|全体)(?:的)?(?:小区|居民|业主|住户|群)*[\s,]*)?(?:"
    r"(?:除[了去开]?(?![夕尘草雪冰湿虫险锈味旧害四甲霜螨垢])|去掉|排除|不含|不包括|不包含|不发|刨去)"
    r"(?P<who>[^\s,。:;!?()]{2,20}?)"
    r"(?:[以之]?外(?!来|地|出|卖|墙|立|面|套|包|部)(?:的?(?:其他|其余|别的|剩下的?|所有|全部))?(?P<rest>(?:的?(?:小区|楼栋?|居民|业主|住户|群|网格))*)"
    r"|[,\s]*(?:其他|其余|别的|剩下)(?:的)?(?:所有|全部)?(?:小区|楼栋?|居民|业主|住户|群|网格)+(?!发)"
    r"|(?=[\s,:]|$))"
    r"|\((?:除|不含|不包括|不包含|不发)[^()]{2,20}\))"
)
PLACE: Final = re.compile(r"小区|花园|家园|公寓|[苑里园湾城庭邸院]|\d(?:号|栋|幢|座|#)|号?楼|单元|网格|群")


def named_by_itself(folded: str, at: int) -> tuple[int, int, int] | None:
    """Where the name of a group begins and ends, and where its quotation ends: “幸福一家人” 大家好.

    Titles (“停水通知” …), greetings and what is told of (“明天停水” …) are no names.
    """
    found = QUOTED.match(folded, at) or LIKE.match(folded, at)
    if found is None or TITLE.search(found["name"]) or TOPIC.search(found["name"]):
        return None
    return (*found.span("name"), found.end())


def find_exception(folded: str, at: int, *, names_place: bool) -> int | None:
    """Where 除明园小区外 ends; `names_place` says that a known estate stands in it, else it must look so."""
    found = EXCEPT.match(folded, at)
    if found is None:
        return None
    is_place = names_place or PLACE.search(found.group())
    return found.end() if is_place else None
