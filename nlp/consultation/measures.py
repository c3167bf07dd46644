"""Measures and their three surveys: 改造 枫桥苑雨污分流改造, 改造1, 改造1 改造前调查, 改造列表."""

import re
from collections.abc import Mapping
from typing import Final

from nlp.addresses import find_addresses
from nlp.arguments import Arguments, Json
from nlp.consultation.actions import TableAction
from nlp.consultation.numbering import number_in, numbered
from nlp.consultation.poll_orders import read_order
from nlp.consultation.said import Said, TableWord

GLANCE: Final = 12  # characters in which the word stands
NOUN: Final = "(?:改造|整治|措施)(?:项目|工程)?"
OF_MEASURE: Final = numbered(NOUN, "measure")
SURVEY: Final = "(?:满意度)?(?:调查|征询|问卷|回访)"
STAGE: Final = "(?:改造|施工|整治|工程|实施)?"
PHASES: Final[Mapping[str, str]] = {
    "before": f"{STAGE}之?前",
    "during": f"{STAGE}(?:期间|之?中(?!央|间|心)|过程中)",
    "after": f"(?:{STAGE}|完工|竣工|完成)之?后",
}
PHASE: Final = "|".join(f"(?P<{name}>{form})" for name, form in PHASES.items())
SURVEYED: Final = re.compile(
    rf"(?:发起|开始|启动|做)?\s*{OF_MEASURE}[\s,:的]*(?:发起|开始|启动|做)?\s*(?:{PHASE})的?{SURVEY}[\s,:]*"
)
PHASE_ALONE: Final = re.compile(
    rf"(?:发起|开始|启动)?\s*{OF_MEASURE}[\s,:的]*(?:{PHASE})(?:的?{SURVEY})?[\s?。!]*$"
)
SHOW: Final = re.compile(
    rf"(?:查看?|看看?)?\s?{OF_MEASURE}\s*(?:的?(?:对比|比较|结果|情况|链接|页面|调查结果|怎么样))?[\s?。!吗]*$"
)
LIST: Final = re.compile(rf"(?:查看?|看看?)?(?:{NOUN})(?:列表|清单)[\s?。!]*")
NEW: Final = re.compile(rf"(?:(?:新建|新增|登记|记录)(?:一个)?(?:{NOUN})[\s:,]*|(?:{NOUN})\s*[:\s]\s*)(?=\S)")
ASKED: Final = re.compile(r"[?]\s*$|[吗呢][\s。]*$|什么时候|怎么|能不能|多少|为什么")
EDGES: Final = " \t\r\n,，。;；:：、"


def find_measure(said: Said) -> TableWord | None:
    """What is said of a measure; `None` for everything else. Residents can only look at one."""
    head = said.folded[:GLANCE]
    if not any(word in head for word in ("改造", "整治", "措施")):
        return None
    if (found := SHOW.match(said.folded)) is not None:
        return TableWord(TableAction.MEASURE_SHOW, number_in(found, "measure"))
    if LIST.fullmatch(said.folded) is not None:
        return TableWord(TableAction.MEASURE_LIST)
    if said.is_resident or ASKED.search(said.folded):
        return None
    return _surveyed(said) or _new(said)


def _surveyed(said: Said) -> TableWord | None:
    """改造1 改造前调查 您对小区排水满意吗 选项 满意、不满意 截止11月30日"""
    found = PHASE_ALONE.match(said.folded) or SURVEYED.match(said.folded)
    if found is None:
        return None
    number = number_in(found, "measure")
    phase = next((name for name in PHASES if found[name]), None)
    order = read_order(said, found.end())
    kept = ("title", "options", "closes_at", "is_closing_unread")
    args: Arguments = {"phase": phase, **{name: order[name] for name in kept}}
    return TableWord(TableAction.MEASURE_SURVEY, number, args)


def _new(said: Said) -> TableWord | None:
    """改造 枫桥苑33号楼雨污分流改造: its title, and the place it names."""
    found = NEW.match(said.folded)
    if found is None:
        return None
    title = said.body[found.end() :].strip(EDGES)
    mentions = said.places.find(said.folded[found.end() :])
    addresses = find_addresses(said.folded[found.end() :], frozenset(each.end for each in mentions))
    names = list(dict.fromkeys(name for each in mentions for name in each.estates))
    estate: Json = names[0] if len(names) == 1 else None
    building: Json = next((each.building for each in addresses if each.building), None)
    args: Arguments = {"title": " ".join(title.split()), "estate": estate, "building": building}
    return TableWord(TableAction.MEASURE_NEW, None, args)
