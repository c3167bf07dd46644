"""Who is named at one place of an order: items joined by 、 and 和, with the word for its people behind."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from nlp.broadcasts.groups import ESTATES_GROUP, EXCEPT, find_exception
from nlp.broadcasts.targets import Audience, Target, TargetKind
from nlp.characters import fold
from nlp.grids import find_grid
from nlp.lexicon import read_rows
from nlp.numerals import parse_number
from nlp.places import EstateMention

TOPICS: Final = {
    word: (category, rest[0] if rest and rest[0] else None)
    for word, category, *rest in read_rows("broadcast_topics.tsv")
}
NUMBER: Final = r"(?:\d{1,3}|[一二三四五六七八九十百]{1,4})"
NO_SEND: Final = r"(?!发|法|众|主)"  # 居民群发: the verb 群发; 群主, 群众
GROUP: Final = rf"(?:(?:大|总)?群{NO_SEND}(?:里面?|内)?)"
PEOPLE: Final = r"(?:居民|业主|住户|邻居|邻里|村民|街坊|群众|用户)(?:朋友)?(?:们)?"
# What may follow the name of a place, and who is meant by it.
NOUN: Final = re.compile(
    rf"\s?(?:的|里的?|那边的?)?(?:全体|所有|各位|各楼的?)?(?:"
    rf"(?P<workers>(?:社区|各)?(?:网格员|网格长|工作人员|同事)(?:们)?(?:的)?(?:工作)?{GROUP}?|(?:网格|工作){GROUP})"
    rf"|(?P<residents>(?:{PEOPLE}|小区|微信)?(?:的)?(?:微信)?{GROUP}"
    r"|(?:这|那)?[两三几]个(?:小区|群)(?:里|的?(?:居民|业主|群))?|各(?:家各)?户|家家户户|每家每户|全体|全楼|全栋|整栋楼?"
    rf"|{PEOPLE}|人(?=都|[\s,:。说讲发]|$)|(?<=的)(?=群发)))都?"
)
VAGUE: Final = re.compile(  # somebody is told, nobody is chosen
    rf"(?:咱们?|我们?|本)?(?:(?:居民|业主|小区|社区|微信|住户)?(?:的)?(?:微信)?{GROUP}|大家伙?儿?|大伙儿?|各位(?:{PEOPLE})?|{PEOPLE}"
    r"|乡亲们|群(?=发(?!放|生))里?)都?"
)
EVERYONE: Final = re.compile(
    r"(?:全部|所有)(?:的)?(?:小区|居民|业主|住户|楼栋|微信|家庭)*(?:人(?![口员行物])|群(?!发|法))?|全(?:(?=群发)|社区|员|小区|体居民|体业主|体住户|体)"
    r"|各个?(?:小区|社区|楼栋?|单位楼|居民楼)+(?!长)|各(?:家各)?户|每家每户|家家户户|(?:各|每)个?(?:居民|业主|小区|微信)?群(?!发|法|众|主)"
    r"|各(?:居民|业主|住户)(?!组)|每个(?:小区|居民|住户)|整个社区"
)
ALL_GRIDS: Final = re.compile(r"(?:所有|全部|全体|各个?|每个)(?:的)?网格")
ALL_WORKERS: Final = re.compile(
    r"(?:所有|全部|全体|各个?|每个|各位)?(?:的)?(?:(?:社区|各)?(?:网格员|网格长|工作人员)(?:们)?(?:的)?(?:工作)?(?:群(?!发|法)里?)?"
    r"|工作群(?!发|法)里?|网格(?:工作)?群(?!发|法)里?)"
)
LIST: Final = rf"{NUMBER}(?:(?:号楼|号|栋|幢|\#)?\s?(?:[-~至到道]+|[、,和及与])\s?{NUMBER}){{0,20}}"
BUILDINGS: Final = re.compile(
    rf"(?P<list>{LIST})\s?(?:号楼|号(?=的?(?:居民|住户|业主|群))|栋楼?|幢楼?|\#楼?|楼(?=的?(?:居民|业主|住户|群)))"
    rf"(?:的?(?P<unit>{NUMBER})单元)?(?![长道顶上下门前后])"
)
LETTERED: Final = re.compile(r"[A-Za-z]\d?(?:座|栋|幢|号楼)")
RUN: Final = re.compile(rf"(?P<first>{NUMBER})(?:(?:号楼|号|栋|幢|\#)?\s?[-~至到道]+\s?(?P<last>{NUMBER}))?")
QUOTED: Final = re.compile(
    r"[“\"「『‘'](?P<name>[^”\"」』’'\n]{2,30})[”\"」』’'](?P<group>这个)?(?P<word>群)?里?"
)
GROUP_END: Final = re.compile(r"群(?:\(\d{1,2}\)|\d{1,2})?$")
NAMED_GROUP: Final = re.compile(
    r"(?P<name>[\u4e00-\u9fffA-Za-z\d]{1,16}?群(?:\(\d{1,2}\))?)(?=里?(?:[\s,:、;。]|$|说|讲|推|通知|喊|[和跟与]))里?"
)
SENT_GROUP: Final = re.compile(r"(?P<name>[\u4e00-\u9fffA-Za-z\d]{1,16}?群)里?(?=发(?!放))")
WORK: Final = re.compile(r"网格|工作群|物业|执法|城管|同事|值班")
WHEN: Final = r"(?:近期|最近|曾经?|之前|以前|上个?月|上个?周|本月|这个?月|今年|前几天|这几天)?"
TOLD: Final = r"(?:反[映应]|投诉|报修|上报|举报|报|提|说)(?:过|了)?"
REPORTED: Final = re.compile(
    rf"(?:所有|全部)?(?:的)?{WHEN}(?:{TOLD}|有)(?P<what>[^\s,:。;的]{{1,10}}?)(?:的)?(?:问题|情况|事情?)?的?"
    rf"(?:反映人|反映者|(?<=的){PEOPLE}|(?<=的)(?:人|家庭)(?=[\s,:说讲发]|$|群))"
    rf"|(?:所有|全部)?(?:的)?(?P<topic>[\u4e00-\u9fff]{{2,8}}?)(?:问题)?的?(?:反映人|反映者)"
)
LOOKS: Final = re.compile(
    r"(?:小区|花园|家园|公寓|雅居|新村|[苑里园院府湾城居庭邸])(?:[一二三四五六\d]期|[东西南北A-Za-z]区)?"
)
UNLISTED: Final = re.compile(r"[\u4e00-\u9fffA-Za-z\d]{2,10}")
NO_ESTATE: Final = re.compile(
    r"[今明后昨]天|[今明]晚|[这那家屋群哪夜]里$|医院|法院|学院|政府$|公园$|全城$|进城$|邻居$|^[给到往向在跟和的]|幼儿园$|业主群里$|小区里$"
)
LONGEST_ESTATE: Final = 8
MOST_BUILDINGS: Final = 300
JOIN: Final = re.compile(r"\s?(?:、|,|;|和|与|及|以及|还有|跟|同|&|\+|/)\s?|\s+")
ALSO: Final = re.compile(r"[、和与及跟到]")
BREAK: Final = re.compile(r"\s*(?:$|[\s,:;。!“\"「【(\[])")


class Named(NamedTuple):
    """Who was named up to `end`; without targets only everybody in general (大家, 群里)."""

    targets: tuple[Target, ...]
    end: int
    audience: Audience | None = None
    has_noun: bool = False
    is_surmised: bool = False  # looks like an estate, but none that is known


class Namer:
    """Reads names from one text; `mentions` are the known estates in it by where they begin."""

    def __init__(self, text: str, folded: str, mentions: Mapping[int, EstateMention]) -> None:
        """Nothing is read yet."""
        self._text, self._folded, self._mentions = text, folded, mentions

    def read(self, at: int, is_led: bool) -> Named | None:
        """The names that begin at a place, None when none does; `is_led`: after 给, so that 群 is a group."""
        named = self._item(at, is_led)
        while named is not None:
            joint = JOIN.match(self._folded, named.end)
            further = self._item(joint.end(), is_led) if joint else None
            if joint is None or further is None or not self._joins(joint, further):
                break
            named = _joined(named, further, is_close=not joint.group().strip(" ,"))
        return named

    def _joins(self, joint: re.Match[str], further: Named) -> bool:
        """After a space or a comma, 3号楼停水 may begin what is to be sent."""
        if not further.targets:
            return False
        is_plain = joint.group().strip() in ("", ",", ";")
        if is_plain and further.targets[0].kind in (TargetKind.UNKNOWN, TargetKind.ALL):
            return False
        return not is_plain or (
            not further.is_surmised and BREAK.match(self._folded, further.end) is not None
        )

    def whole(self, start: int, end: int) -> tuple[Target, ...]:
        """The names between two places, each of them known or UNKNOWN."""
        found: list[Target] = []
        for word in re.finditer(r"[^、,和与及跟\s&]+", self._folded[start:end]):
            begin, stop = start + word.start(), start + word.end()
            named = self._item(begin, True)
            said = self._text[begin:stop]
            if named is not None and named.targets and named.end == stop:
                found += named.targets
            else:
                found.append(Target(TargetKind.UNKNOWN, said, said))
        return tuple(found)

    def _item(self, at: int, is_led: bool) -> Named | None:
        for read in (self._except, self._quoted, self._reported, self._everyone, self._grid, self._estate):
            named = read(at)
            named = (
                None if named is None else self._estates_group(named, at) or self._with_noun(named, is_led)
            )
            if named is not None and not self._goes_on(named):
                return named
        buildings = self._buildings(at, "")
        if buildings is not None:
            return self._with_noun(buildings, is_led)
        return self._vague(at) or self._group(at, is_led)

    def _goes_on(self, named: Named) -> bool:
        """枫桥苑三期业主群 is the name of a group, not 枫桥苑."""
        if named.has_noun or not named.targets or named.targets[0].kind is not TargetKind.ESTATE:
            return False
        group = NAMED_GROUP.match(self._folded, named.end)
        return group is not None and ALSO.match(group.group()) is None

    def _with_noun(self, named: Named, is_led: bool) -> Named:
        first = named.targets[0].kind
        own = re.compile(r"(?:的)?(?:工作)?群里?(?:面|内)?").match(self._folded, named.end)
        is_grid = first is TargetKind.GRID or named.audience is Audience.WORKERS_GROUPS
        if (
            is_grid
            and own
            and named.targets[0].name
            and (is_led or not self._folded.startswith("发", own.end()))
        ):
            return named._replace(end=own.end(), audience=Audience.WORKERS_GROUPS, has_noun=True)
        if named.has_noun:
            return named
        noun = NOUN.match(self._folded, named.end)
        if noun is None:
            is_bare_grid = first is TargetKind.ALL and named.audience is Audience.WORKERS_GROUPS
            return named._replace(audience=None) if is_bare_grid else named
        audience = Audience.WORKERS_GROUPS if noun["workers"] else None
        return named._replace(end=noun.end(), audience=audience, has_noun=True)

    def _except(self, at: int) -> Named | None:
        """除明园小区外: nobody can be left out, so it is refused by these words."""
        found = EXCEPT.match(self._folded, at)
        if found is None:
            return None
        is_known = any(at <= start < found.end() for start in self._mentions)
        end = find_exception(self._folded, at, names_place=is_known)
        if end is None:
            return None
        said = self._text[at:end].strip()
        return Named((Target(TargetKind.UNKNOWN, said, said),), end, has_noun=True)

    def _estates_group(self, named: Named, start: int) -> Named | None:
        """枫桥苑居民群, said in full: the group of this name, not all groups of the estate."""
        found = ESTATES_GROUP.match(self._folded, named.end)
        target = named.targets[0]
        if found is None or target.kind is not TargetKind.ESTATE or named.is_surmised:
            return None
        is_spelt = self._folded[start : named.end] == fold(target.name)
        said = self._text[start : found.end()]
        name = target.name + said[named.end - start :] if is_spelt else said
        inside = re.compile("里?").match(self._folded, found.end())
        end = inside.end() if inside else found.end()
        return Named((Target(TargetKind.GROUP, name, said),), end, has_noun=True)

    def _quoted(self, at: int) -> Named | None:
        found = QUOTED.match(self._folded, at)
        if found is None or not (found["word"] or GROUP_END.search(found["name"])):
            return None
        name = self._text[slice(*found.span("name"))]
        return Named((Target(TargetKind.GROUP, name, name),), found.end(), _audience_of(name), has_noun=True)

    def _group(self, at: int, is_led: bool) -> Named | None:
        """A group by its own name; 小助手群发 is no group, but 给楼长群发个消息 is."""
        found = NAMED_GROUP.match(self._folded, at)
        found = found or (SENT_GROUP.match(self._folded, at) if is_led else None)
        if found is None or re.match(r"[给到往向在跟和对把]|.*请", found.group()):
            return None
        name = self._text[slice(*found.span("name"))]
        return Named((Target(TargetKind.GROUP, name, name),), found.end(), _audience_of(name), has_noun=True)

    def _vague(self, at: int) -> Named | None:
        workers = ALL_WORKERS.match(self._folded, at)
        if workers is not None:
            target = Target(TargetKind.ALL, "全部", self._text[at : workers.end()])
            return Named((target,), workers.end(), Audience.WORKERS_GROUPS, has_noun=True)
        found = VAGUE.match(self._folded, at)
        return Named((), found.end(), None, has_noun=True) if found else None

    def _everyone(self, at: int) -> Named | None:
        workers = ALL_WORKERS.match(self._folded, at)
        if workers is not None:
            return self._vague(at)
        grids = ALL_GRIDS.match(self._folded, at)
        found = grids or EVERYONE.match(self._folded, at)
        if found is None:
            return None
        target = Target(TargetKind.ALL, "全部", self._text[at : found.end()])
        has_noun = grids is None and re.search(rf"(?:群|人|户|{PEOPLE}|体)$", found.group()) is not None
        return Named((target,), found.end(), Audience.WORKERS_GROUPS if grids else None, has_noun=has_noun)

    def _grid(self, at: int) -> Named | None:
        found = find_grid(self._text, self._folded, at)
        if found is None:
            return None
        return Named((Target(TargetKind.GRID, found.name, self._text[at : found.end]),), found.end)

    def _estate(self, at: int) -> Named | None:
        mention = self._mentions.get(at)
        if mention is not None and len(mention.estates) == 1:
            gap = re.compile(r"\s?的?").match(self._folded, mention.end)
            estate = mention.estates[0]
            houses = self._buildings(gap.end() if gap else mention.end, estate)
            spaced = gap is not None and gap.group().startswith(" ")
            if houses is not None and not (spaced and not BREAK.match(self._folded, houses.end)):
                return self._since(at, houses)
            lettered = LETTERED.match(self._folded, mention.end)
            if lettered is not None:
                said = self._text[at : lettered.end()]
                return Named((Target(TargetKind.UNKNOWN, said, said),), lettered.end())
            return Named((Target(TargetKind.ESTATE, estate, self._text[at : mention.end]),), mention.end)
        return self._unlisted(at)

    def _unlisted(self, at: int) -> Named | None:
        """An estate that is not known, so that it can be refused by its name."""
        name = UNLISTED.match(self._folded, at)
        for looks in LOOKS.finditer(self._folded, at + 1, name.end() if name else at):
            end = looks.end()
            follows = (form.match(self._folded, end) for form in (NOUN, BREAK, ALSO))
            if end - at <= LONGEST_ESTATE and any(follows) and not NO_ESTATE.search(self._folded[at:end]):
                said = self._text[at:end]
                return Named((Target(TargetKind.ESTATE, said, said),), end, is_surmised=True)
        return None

    def _since(self, at: int, named: Named) -> Named:
        said = self._text[at : named.end]
        return named._replace(targets=tuple(replace(one, said=said) for one in named.targets))

    def _buildings(self, at: int, estate: str) -> Named | None:
        found = BUILDINGS.match(self._folded, at)
        if found is None:
            return None
        said = self._text[at : found.end()]
        unit = parse_number(found["unit"]) if found["unit"] else None
        targets = []
        for run in RUN.finditer(found["list"]):
            first = parse_number(run["first"]) or 0
            last = parse_number(run["last"]) if run["last"] else first
            if last is None or not 0 < first <= last <= MOST_BUILDINGS:
                return None
            targets.append(Target(TargetKind.BUILDING, estate, said, (first, last), unit))
        return Named(tuple(targets), found.end())

    def _reported(self, at: int) -> Named | None:
        """反映过停水的居民, of one estate when its name stands before."""
        mention = self._mentions.get(at)
        estate = mention.estates[0] if mention is not None and len(mention.estates) == 1 else ""
        start = mention.end if mention is not None and estate else at
        start += 1 if estate and self._folded.startswith(("的", "里"), start) else 0
        found = REPORTED.match(self._folded, start)
        if found is None:
            return None
        said, what = self._text[at : found.end()], found["what"] or found["topic"]
        known = [word for word in TOPICS if word in what]
        category, subcategory = TOPICS[max(known, key=len)] if known else (None, None)
        target = Target(TargetKind.CATEGORY, estate, said, category=category, subcategory=subcategory)
        return Named((target,), found.end(), Audience.RESIDENTS, has_noun=True)


def _audience_of(name: str) -> Audience | None:
    is_residents = re.search(r"居民|业主|住户", name) is not None
    return Audience.WORKERS_GROUPS if WORK.search(name) and not is_residents else None


def _joined(named: Named, further: Named, *, is_close: bool) -> Named:
    """Both together; houses without an estate belong to the estate named before them."""
    before, behind = list(named.targets), list(further.targets)
    last = before[-1] if before else None
    estate = last.name if last and last.kind in (TargetKind.ESTATE, TargetKind.BUILDING) else ""
    for index, one in enumerate(behind):
        if one.kind is TargetKind.BUILDING and not one.name and estate:
            behind[index] = replace(one, name=estate)
    is_within = is_close and last is not None and last.kind is TargetKind.ESTATE and not named.has_noun
    if is_within and behind[0].kind is TargetKind.BUILDING and behind[0].name == estate:
        before.pop()
    return Named(
        (*before, *behind),
        further.end,
        further.audience or named.audience,
        has_noun=named.has_noun or further.has_noun,
        is_surmised=named.is_surmised or further.is_surmised,
    )
