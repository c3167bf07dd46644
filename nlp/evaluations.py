"""How a resident judges what was done, when the whole message is such a judgement."""

import re
from typing import Final, NamedTuple

from nlp.lexicon import NUMBER_FORM, read_rows
from nlp.numerals import parse_number


class Evaluation(NamedTuple):
    """A judgement; `reason` is where the reason stands in the folded text, empty when none is given."""

    rating: int | None  # 1 to 5, None when only 评价 was said
    is_partly: bool = False
    reason: tuple[int, int] = (0, 0)
    case_number: int | None = None
    case_year: int | None = None
    is_weak: bool = False  # a digit, 挺好的, 一般: might be said of anything


LONGEST: Final = 1000  # characters; a longer message tells a story
RATINGS: Final = range(1, 6)
PARTLY: Final = 2  # what 部分解决 counts as: it reopens the case
WORDS: Final = {word: (rating, tail) for rating, word, tail in read_rows("ratings.tsv")}
VALUES: Final = "|".join(re.escape(word) for word in sorted(WORDS, key=lambda word: (-len(word), word)))
ASKED: Final = r"(?P<asked>(?:我要|我来|我|)(?:评价|评分|打分|评)(?:一下)?[\s:,]*)"
LEAD: Final = (  # whose judgement, and of what
    r"(?:我们家|我们|我|俺|咱|个人|本人)?(?:觉得|感觉|认为)?(?:总体|整体|总的来说|基本上?(?=[一还]))?(?:来说)?"
    r"(?:对|这次|这回|此次|你们的?|这个|处理|办理|维修|解决|结果|的|得|还是|是|都|也|就|算"
    r"|(?:服务|态度|速度|情况)(?=[^,。]{0,4}满意)){0,6}[\s,:]?"
)
GIVEN: Final = r"(?:我)?(?:打|给|打个|给个|给你们|给你们打|只能给|只能打|最多给|只给|最多)?"
BEFORE: Final = (  # 修好了,满意; 谢谢,很满意
    r"(?:(?:(?:谢谢|多谢|感谢|收到|好的)(?:了|啦|你们|您|师傅|大家)*"
    r"|(?:已经?|都|全|终于|今天)?(?:修好|解决|处理好|处理完|弄好|办好|搞定|完成)(?:了|啦)?|没问题了?)[\s,。!]+){0,2}"
)
CASE: Final = NUMBER_FORM.replace(r"\D{0,4}?", "")
PARTICLES: Final = r"(?:的|了|吧|啊|呀|啦|哈|呢|哦|嘛|哟|呗|喽)*"
FORM: Final = re.compile(
    rf"[\s,.。!]*{BEFORE}(?:(?:{ASKED})?(?:(?:编号|诉求)?{CASE}(?:[\s,:]+|(?=[^\d\s分星])))??(?:{LEAD})?{GIVEN}"
    rf"(?:(?P<word>{VALUES})|(?P<stars>[1-5一二两三四五])\s?(?:分|颗?星)(?:好评|差评|评价)?(?![级钟期]))"
    rf"{PARTICLES})"
)
ASKED_FORM: Final = re.compile(
    rf"[\s,.。!]*{ASKED}(?:(?:编号|诉求)?{CASE}(?:[\s,:]+|$))?(?:(?P<digit>[1-5])(?![\d.:号楼栋单-]))?"
)
BEHIND: Final = re.compile(rf"\s*(?:编号|诉求)?{CASE}[\s。!]*")  # 满意 12
BARE: Final = re.compile(r"[\s,.。!]*([1-5])[\s.。!~]*")
SIGNS: Final = re.compile(r"\s*((?:[⭐★🌟]\ufe0f?){1,5})\s*")
SET_OFF: Final = re.compile(r"[\s,.。!;:、~?…]+")
JOINED: Final = re.compile(
    r"(?:还是|还有|还在|还没|但是?|就是|因为|可是|不过|只是|没人|根本|又|依然|仍然|仍)"
)
LIMIT: Final = re.compile(
    r"(?:就是|但是?|不过|可惜|可是|只是|因为|等|慢|太慢|有点|速度|师傅|网格员|希望|下次)"
)
THANKS: Final = re.compile(
    r"(?:谢谢|多谢|感谢|辛苦|麻烦)(?:了|啦|你们|你|您|师傅|大家|社区|们)*|[👍🌹🙏😊\W]*"
)
QUESTION: Final = re.compile(r"(?:吗|么|呢|几点|什么时候|怎么办|多少)[\s。]*\??$|\?\s*$")


def read_evaluation(folded: str) -> Evaluation | None:
    """The judgement that the whole folded message is, None when it is anything else.

    部分解决 and the like count as PARTLY. After 评价 the first of two numbers is the case's; a single digit
    from 1 to 5 is the rating (评价 5), any other number the case's (评价 12).
    """
    if len(folded) > LONGEST:
        return None
    bare = BARE.fullmatch(folded)
    if bare is not None:
        return Evaluation(int(bare[1]), is_weak=True)
    signs = SIGNS.fullmatch(folded)
    if signs is not None:
        return Evaluation(sum(sign in "⭐★🌟" for sign in signs[1]))
    return _judged(folded) or _asked(folded)


def _judged(folded: str) -> Evaluation | None:
    found = FORM.match(folded)
    if found is None:
        return None
    rating, tail = WORDS[found["word"]] if found["word"] else (str(parse_number(found["stars"])), "any")
    number, year = _case(found)
    behind = BEHIND.fullmatch(folded, found.end()) if number is None else None
    if behind is not None and behind["number"]:
        number, year = _case(behind)
        reason = (0, 0)
    elif (said := _reason(folded, found.end(), tail)) is not None:
        reason = said
    else:
        return None
    is_partly = rating == "partly"
    is_weak = tail != "any" and not found["asked"] and number is None
    return Evaluation(PARTLY if is_partly else int(rating), is_partly, reason, number, year, is_weak)


def _asked(folded: str) -> Evaluation | None:
    """评价, 评价 12, 评价 5, 评价 12 4 来得快."""
    found = ASKED_FORM.match(folded)
    if found is None or not (found["number"] or found["digit"] or not folded[found.end() :].strip(" ,:。!")):
        return None
    number, year = _case(found)
    rating = int(found["digit"]) if found["digit"] else None
    reason = _reason(folded, found.end(), "any")
    if reason is None and rating is not None:
        return None
    if rating is None and number in RATINGS and year is None:
        number, rating = None, number
    return Evaluation(rating, False, reason or _rest(folded, found.end()), number, year)


def _case(found: re.Match[str]) -> tuple[int | None, int | None]:
    number = parse_number(found["number"]) if found["number"] else None
    return number, int(found["year"]) if found["year"] else None


def _reason(folded: str, end: int, tail: str) -> tuple[int, int] | None:
    """Where the reason stands; None when what follows makes the message something else."""
    start, stop = _rest(folded, end)
    said = folded[start:stop]
    if THANKS.fullmatch(said):
        return 0, 0
    is_apart = start > end or JOINED.match(said) is not None
    if tail == "alone" or not is_apart or (tail == "limit" and not LIMIT.match(said)):
        return None
    if QUESTION.search(folded, start) and not folded[:end].count("不"):
        return None
    return start, stop


def _rest(folded: str, end: int) -> tuple[int, int]:
    apart = SET_OFF.match(folded, end)
    start = apart.end() if apart else end
    return start, max(start, len(folded.rstrip(" ,;")))
