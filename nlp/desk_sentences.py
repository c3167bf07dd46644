"""Words of the desk said as a sentence: 4 又堆起来了 重新办; 11 不是我的，派错人了; 6 改成用水."""

import re
from typing import Final, NamedTuple

from nlp.arguments import Arguments
from nlp.deputies import NAME
from nlp.desk_arguments import Labels, find_desk_arguments
from nlp.doubts import NOT

LONGEST: Final = 80  # characters; longer ones tell something
NUMBER: Final = (
    r"[\s#]*(?:(?P<year>20\d\d)-(?P<full>\d{3,6})|(?P<digits>\d{1,6}))(?!\d|[.:/~-]\d|号?[楼栋幢]|[天点月日个户])"
    r"(?:号(?:单子?|件)?|那?件|#)?[\s,:、]*"
)
AGAIN: Final = r"(?:重办|重新办理?|重新受理|重新处理|重新打开|返工|再办一[次下遍])"
REOPENED: Final = re.compile(
    rf"{NUMBER}(?P<reason>[^\n]{{0,60}}?)[\s,。;]*(?:所以|请|麻烦|得|要|需要?|申请|帮我|给我)*{AGAIN}[一下吧了啊呗]*[\s。!]*"
)
DECLINED: Final = re.compile(
    rf"{NUMBER}(?P<reason>(?:这[个件]?)?(?:(?:不是我(?!们)(?:的|管|负责)?|不归我(?!们)管?|不该我(?!们)管?)[^\n]{{0,12}}?)?"
    r"(?:[派转分发]错(?:人|地方|网格)?|弄错人|找错人)了?[吧啊]?)[\s。!]*"
)
RECATEGORIZED: Final = re.compile(
    rf"{NUMBER}(?:的?(?P<kind>类别|类型|分类)(?:不对|不是这个|错了?|有误|选错了?|判错了?)?[\s,。;]*)?(?:应该|应)?"
    r"(?P<verb>改成|改为|改到|归到|归为|算作?|是)(?P<label>[^\n,。;?]{2,15}?)(?:类|类别|的?问题|吧|才对)*[\s。!]*"
)
AWAY: Final = re.compile(
    r"(?:我|俺|本人)(?!们)[^\n。;]{0,16}?(?:请假|休假|出差|休息|住院|有事|不在|年假|产假|病假|看病|外出)[^\n。;]{0,8}?[\s,，]*"
    rf"(?:让|请|由|找|叫|拜托|安排|麻烦)(?P<name>{NAME})(?:来|帮忙|帮我|给我|替我|代我|先|暂时|临时)*"
    r"(?:代班|顶班|替班|顶一?下|替一?下|代一?下|顶替|接替|代管|替我?|代我?)(?:几天|一下|吧|了|我|一天|两天)*[\s。!]*"
)


class Sentence(NamedTuple):
    """Which word of the desk is meant, of which case, with what."""

    action: str
    case: int | None
    year: int | None
    args: Arguments


def find_case_sentence(body: str, folded: str, labels: Labels) -> Sentence | None:
    """What is said of a case by its number; None when the words may mean anything else."""
    if len(folded) > LONGEST:
        return None
    again = REOPENED.fullmatch(folded)
    if again is not None and not re.search(rf"(?:{NOT})[^,。;\s]{{0,4}}{AGAIN}", folded):
        return _sentence("reopen", again, _reason(body, again))
    declined = DECLINED.fullmatch(folded)
    if declined is not None:
        return _sentence("decline", declined, _reason(body, declined))
    changed = RECATEGORIZED.fullmatch(folded)
    return _recategorized(body, changed, labels) if changed is not None else None


def find_absence(body: str, folded: str) -> str | None:
    """我明天请假 让赵磊代班: who is to stand in for the speaker."""
    found = AWAY.fullmatch(folded) if len(folded) <= LONGEST else None
    return body[slice(*found.span("name"))] if found else None


def _recategorized(body: str, found: re.Match[str], labels: Labels) -> Sentence | None:
    """What is no label is asked for when the category was spoken of; else 改成 may mean anything."""
    args = find_desk_arguments("recategorize", body[slice(*found.span("label"))], setting="", labels=labels)
    if args is None or ("category" not in args and found["kind"] is None):
        return None
    if found["verb"] == "是" and found["kind"] is None:
        return None
    return _sentence("recategorize", found, args)


def _reason(body: str, found: re.Match[str]) -> Arguments:
    text = body[slice(*found.span("reason"))].strip(" \t,，。.:：;；、")
    return {"reason": text} if text else {}


def _sentence(action: str, found: re.Match[str], args: Arguments) -> Sentence | None:
    number = int(found["full"] or found["digits"])
    return Sentence(action, number, int(found["year"]) if found["year"] else None, args) if number else None
