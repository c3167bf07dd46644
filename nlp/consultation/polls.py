"""What is said of votes and surveys: 发起表决 …, 表决2 同意, 选A, 催票 2, 敲门 2, 代投 2 …, 争议 2"""

import re
from typing import Final

from nlp.addresses import find_addresses
from nlp.arguments import Arguments, Json
from nlp.consultation.actions import TableAction
from nlp.consultation.doors import read_doors
from nlp.consultation.numbering import forms, match_of, number_in, numbered
from nlp.consultation.poll_orders import read_order
from nlp.consultation.said import Said, TableWord
from nlp.numerals import parse_number

A = TableAction
VOTE: Final = "表决|投票"
SURVEY: Final = "征询|问卷|调查"
NOUN: Final = f"{VOTE}|{SURVEY}"
NO_COUNT: Final = r"(?![次个张轮名位份层楼栋幢单])"  # 投票2次 numbers nothing
OF_POLL: Final = numbered(NOUN, "number") + NO_COUNT
BARE_NUMBER: Final = r"#?第?(?P<bare>\d{1,6})(?![\d号栋幢座#单/.-])"
WHICH: Final = rf"[\s:]*(?:{OF_POLL}|{BARE_NUMBER})"
END: Final = r"[\s。!~]*$"
EDGES: Final = " \t\r\n,，。;；:：、"

QUICK: Final = re.compile(
    rf"{NOUN}|票|敲门|入户|代投|争议|认定|同意|赞成|赞同|反对|弃权|支持|选|^[A-Ha-h](?:[\s。!]*$|[\s,:。;]*(?:家|我家|全家|一家))"
)
MAKES: Final = r"(?:发起|新建|发布|组织(?=[^\s]{0,5}(?:表决|投票)))(?:一[个次])?(?:业主|居民|住户)?"
NEW: Final = re.compile(rf"{MAKES}(?P<kind>{NOUN})(?!\s*\d*{END})[\s:,]*")
NEW_BARE: Final = re.compile(rf"{MAKES}(?P<kind>{NOUN}){END}")
BEGINS: Final = "开始|启动|开启|发出|发布|发起"
OPEN: Final = forms(
    rf"(?:{BEGINS})\s*{OF_POLL}{END}", rf"{OF_POLL}\s*(?:{BEGINS}){END}", rf"(?:开始|启动)(?:{NOUN}){END}"
)
ENDS: Final = "结束|截止|关闭|停止"
CLOSE: Final = forms(
    rf"(?P<early>提前)?(?:{ENDS})\s*{OF_POLL}\s*(?P<sure>提前结束|提前|确认|确定)?{END}",
    rf"{OF_POLL}\s*(?P<early>提前)?(?:{ENDS}){END}",
)
CANCEL: Final = forms(rf"(?:取消|作废|撤销)\s*{OF_POLL}", rf"{OF_POLL}\s*(?:取消|作废|撤销)")
REMIND: Final = forms(
    rf"(?:催票|催投票?|提醒投票)(?:{WHICH})?{END}", rf"{OF_POLL}\s*(?:催票|催投票?|催一下|提醒){END}"
)
LISTS: Final = "(?:名单|计划|清单)"
DOORS: Final = forms(
    rf"敲门{LISTS}?(?:{WHICH}|{END}|(?=\s+\d+号楼))", rf"入户{LISTS}(?:{WHICH}|{END}|(?=\s+\d+号楼))"
)
VOTE_FOR: Final = forms(rf"代(?:为)?投票?(?:{WHICH}|(?=\s+\d+号楼))")
CLAIMS: Final = forms(
    rf"(?:表决|投票)?争议(?:列表|清单)?(?:{WHICH})?{END}", rf"{OF_POLL}\s*(?:的)?(?:争议|重复投票){END}"
)
DECIDE: Final = forms(rf"认定{WHICH}", rf"{OF_POLL}\s*认定")
LIST: Final = re.compile(
    r"(?:查看?|看看?|我的|有(?:什么|哪些))?(?:(?P<vote>表决|投票)|(?P<survey>征询|(?:问卷|调查)(?=列表|清单)))"
    r"(?:列表|清单|情况|有哪些|结果)?(?:吗|呢)?[\s?。!]*$"
)
SHOW: Final = re.compile(rf"(?:查看?|看看?|看下)?\s*{OF_POLL}")
ASKED: Final = re.compile(
    r"[?]\s*$|[吗呢么][\s。]*$|能不能|可不可以|怎么|多少|什么时候|哪天|几点|为什么|谁|有效吗|结果(?:如何|怎样)?[\s。]*$|情况[\s。]*$|进展[\s。]*$"
)
VOICE: Final = "不同意|同意|不赞成|赞成|赞同|反对|弃权|不支持|支持"
BARE: Final = re.compile(
    r"(?:我们?家?|本户|我们家|俺)?\s*(?:也|都)?\s*(?:投票?|选择?|表决)?\s*"
    rf"(?P<words>(?:{VOICE})|(?<=[选投择])\s?[A-Ha-h1-9]|^[A-Ha-h])(?:票|项)?[\s。!,~]*$"
)
LETTER_PEOPLE: Final = re.compile(  # B 家里3个人
    r"(?:我?选)?\s?(?P<words>[A-Ha-h])[\s,:。;]*(?:家里?|我家|全家|一家|家中)\s*(?:有|共|约)?\s*"
    r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})\s*(?:口人|口|个人|人)"
)
REASONED: Final = re.compile(  # 不同意，太贵了
    r"(?:我们?家?|本户|我们家)?\s*(?:也|都)?\s*(?P<words>不同意|同意)\s*[,。!;](?:因为|理由是?|原因是?)?(?P<reason>[^?]{1,30})"
)
OPTION_FIRST: Final = re.compile(rf"(?:选择?|投)?\s?(?:[A-Ha-h]|{VOICE})[\s,:。;]+\S")
PEOPLE: Final = re.compile(
    r"(?:家里?|我家|全家|一家|家中|影响|涉及)\s*(?:有|共|约)?\s*(?P<people>\d{1,3}|[一二两三四五六七八九十]{1,3})\s*(?:口人|口|个人|人)"
)
MET_NOBODY: Final = re.compile(r"没人|无人|不在家|没在家|家里没|敲不开|没应|无应答")
MET_LATER: Final = re.compile(r"改天|改日|下次|再来|再约|晚点|明天|后天|周末|考虑|商量")
MET_REFUSED: Final = re.compile(r"拒绝|不愿|不开门|不配合|不肯|不想|不投")
SHORTEST_QUESTION: Final = 7  # characters of a title that asks
FROM: Final = re.compile(r"(?:室)?\s*(?:起|开始|以后|之后)\s*$")


def find_poll(said: Said) -> TableWord | None:
    """What is said of a vote or a survey; `None` for everything else.

    The number is the poll's own, `None` where none is said. A question only shows.
    """
    if not QUICK.search(said.folded[:24]):
        return None
    if not said.is_resident and (found := _ordered(said) or _at_doors(said)) is not None:
        return found
    listed = LIST.match(said.folded.strip(EDGES))
    if listed is not None:
        return TableWord(A.POLL_LIST, None, {"kind": "vote" if listed["vote"] else "survey"})
    return _numbered(said) or (_bare(said) if said.is_resident else None)


def _number(match: re.Match[str]) -> int | None:
    bare = match.groupdict().get("bare")
    return parse_number(bare) if bare else number_in(match, "number")


# ------------------------------------------------------------------ staff


def _ordered(said: Said) -> TableWord | None:
    """发起表决 …, 开始表决2, 结束表决2, 取消表决2 原因, 催票 2"""
    folded = said.folded
    new = NEW_BARE.match(folded) or NEW.match(folded)
    if new is not None and (_is_what_is_asked(new, folded) or not ASKED.search(folded)):
        kind = "vote" if new["kind"] in VOTE.split("|") else "survey"
        return TableWord(A.POLL_NEW, None, {"kind": kind, **read_order(said, new.end())})
    if (found := match_of(OPEN, folded)) is not None:
        return TableWord(A.POLL_OPEN, _number(found))
    if (found := match_of(CLOSE, folded)) is not None:
        groups = found.groupdict()
        is_early = bool(groups.get("early") or groups.get("sure"))
        return TableWord(A.POLL_CLOSE, _number(found), {"is_early": is_early})
    if (found := match_of(CANCEL, folded)) is not None:
        return _cancelled(said, found)
    if (found := match_of(REMIND, folded)) is not None:
        return TableWord(A.POLL_REMIND, _number(found))
    return None


def _is_what_is_asked(new: re.Match[str], folded: str) -> bool:
    """发起征询 几点停广场舞合适: what stands apart is what people are asked; 发起征询怎么弄 asks us."""
    return new.group()[-1] in " :,\n" and len(folded) - new.end() >= SHORTEST_QUESTION


def _cancelled(said: Said, found: re.Match[str]) -> TableWord:
    rest = said.folded[found.end() :]
    if ASKED.search(rest):
        return TableWord(A.POLL_SHOW, _number(found))
    reason = re.sub(
        r"^(?:了|吧)?(?:原因|因为|理由)?[是为]?[:：\s]*", "", said.body[found.end() :].strip(EDGES)
    )
    return TableWord(A.POLL_CANCEL, _number(found), {"reason": reason.strip(EDGES)})


# ------------------------------------------------------------------ at the doors


def _at_doors(said: Said) -> TableWord | None:
    """敲门 2 33号楼, 敲门 2 33号楼5单元201 没人, 代投 2 33号楼5单元201 同意, 争议 2, 认定 2 … 张伟"""
    folded = said.folded
    if (found := match_of(DOORS, folded)) is not None:
        return _knocked(said, found)
    if (found := match_of(VOTE_FOR, folded)) is not None:
        entries = read_doors(folded[found.end() :], said.places)
        return TableWord(A.VOTE_FOR, _number(found), {"doors": entries.doors})
    if (found := match_of(CLAIMS, folded)) is not None:
        return TableWord(A.CLAIMS, _number(found))
    if (found := match_of(DECIDE, folded)) is not None:
        entries = read_doors(folded[found.end() :], said.places)
        return TableWord(A.CLAIM_DECIDE, _number(found), {"doors": entries.doors}) if entries.doors else None
    return None


def _knocked(said: Said, found: re.Match[str]) -> TableWord | None:
    """A list is wanted, from a door on or of one house; or nobody answered at these doors."""
    rest = said.folded[found.end() :].strip(EDGES)
    start = FROM.search(rest)
    doors = [] if start else read_doors(rest, said.places).doors
    if any(isinstance(each, dict) and each["words"] for each in doors):
        return TableWord(A.NOT_MET, _number(found), {"doors": [_met(each) for each in doors]})
    where = _whereabouts(said, rest[: start.start()] if start else rest)
    if rest and where is None:
        return None
    return TableWord(A.DOORS, _number(found), where or {})


def _met(door: Json) -> Json:
    if not isinstance(door, dict):
        return door
    words = str(door["words"])
    ways = (("refused", MET_REFUSED), ("later", MET_LATER), ("nobody_home", MET_NOBODY))
    return {**door, "outcome": next((name for name, form in ways if form.search(words)), None)}


def _whereabouts(said: Said, text: str) -> Arguments | None:
    """The estate, house, unit and room that are named; `None` when nothing is."""
    mentions = said.places.find(text)
    addresses = find_addresses(text, frozenset(each.end for each in mentions))
    if not mentions and not addresses:
        return None
    names = list(dict.fromkeys(name for each in mentions for name in each.estates))
    first = addresses[0] if addresses else None
    return {
        "estate": names[0] if len(names) == 1 else None,
        "building": first.building if first else None,
        "unit": first.unit if first else None,
        "room": first.room if first else None,
    }


# ------------------------------------------------------------------ those who are asked


def _numbered(said: Said) -> TableWord | None:
    """表决2, 表决2 同意, 征询4 B 家里3人: with the poll's number."""
    found = SHOW.match(said.folded)
    if found is None:
        return None
    rest = said.folded[found.end() :].strip(EDGES)
    if not rest or (ASKED.search(rest) and not OPTION_FIRST.match(rest)):
        return TableWord(A.POLL_SHOW, _number(found))
    words = said.body[found.end() :].strip(EDGES)
    return TableWord(A.CHOOSE, _number(found), _choice(words, rest))


def _bare(said: Said) -> TableWord | None:
    """同意, 我家反对, 选A: the handler knows whether anything is being asked."""
    folded = said.folded.strip(EDGES)
    found = BARE.fullmatch(folded) or LETTER_PEOPLE.fullmatch(folded)
    if found is not None:
        return TableWord(A.CHOOSE, None, _choice(found["words"].strip(), folded))
    said_why = None if ASKED.search(folded) else REASONED.fullmatch(folded)
    if said_why is None:
        return None
    reason = said_why["reason"].strip(EDGES)
    return TableWord(A.CHOOSE, None, _choice(said_why["words"], folded) | {"reason": reason})


def _choice(words: str, folded: str) -> Arguments:
    people = PEOPLE.search(folded)
    return {"words": words, "people": parse_number(people["people"]) if people else None}
