"""What must not be told on: contacts for workers' cards, contacts and identity for residents' groups."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from nlp.addresses import DOOR, FULL, PAIR, TRIPLE, UNIT_FIRST
from nlp.characters import fold
from nlp.numerals import NUMBER

STAR: Final = "*"
PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
ID_CARD: Final = re.compile(
    r"(?<![\dA-Za-z])\d(?:[\s-]?\d){13,17}[\s-]?[\dXx](?![\dA-Za-z])|(?<!\d)\d{12,}[Xx]?"
)
PHONE: Final = re.compile(
    r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d(?:[\s-]?\d){8}(?!\d)|(?<!\d)0\d{2,3}[\s-]?\d{7,8}(?!\d)|(?<!\d)[2-9]\d{6,7}(?![\d号])|(?<!\d)\d{9,11}(?!\d)"
)
SPOKEN_PHONE: Final = re.compile(r"[幺一][三四五六七八九][零〇幺一二三四五六七八九]{9}")
PLATE: Final = re.compile(rf"[{PROVINCES}][A-Za-z][\s·.・]?(?=[A-Za-z]*\d)[A-Za-z0-9]{{5,6}}(?![A-Za-z0-9])")
ACCOUNT: Final = re.compile(
    r"(?<=微信)(?:号?[:\s是]{0,3})(?P<id>[A-Za-z][A-Za-z0-9_-]{4,19})|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{2,20}"
)
FLOOR_DOOR: Final = re.compile(rf"(?:{NUMBER}|顶)[楼层]{DOOR}|(?<![\d一-十]){DOOR}(?=[^口型])")
ROOM_WORD: Final = re.compile(rf"(?<![\d.:/-])(?:\d{{3,4}}|{NUMBER})(?:室|号房)(?!内|外|温|友|友)")
ROOM_AFTER: Final = re.compile(
    r"(?<=楼上|楼下|隔壁|对门|对面|我家|我住|家住|我是|邻居|单元|住在|住户|人家)\s?(\d{3,4})(?:室|户)?(?![\d元块年月日点度分米.:/%-])"
)
TITLES: Final = (
    "先生|女士|小姐|阿姨|大爷|大妈|大叔|大婶|大姐|大哥|奶奶|爷爷|老师|师傅|叔叔|婶婶|姨|嫂子|某某?"
)
SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘"
    "杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
TITLED: Final = re.compile(rf"(?<![{SURNAMES}])[{SURNAMES}][\u4e00-\u9fff]{{0,2}}?(?P<title>{TITLES})")
CALLED: Final = re.compile(r"(?<=我叫|名叫)[\u4e00-\u9fff]{2,3}?(?=[,。!?;\s]|是|住|家|在|$)")

HOME_PAIR: Final = re.compile(r"(?:[苑园区里湾城庄村邸府庭居寓院期]|住|在|是|家)\s?$")


class _Change(NamedTuple):
    start: int
    end: int
    text: str


def mask_contacts(text: str) -> str:
    """Phone and ID-card numbers, licence plates and accounts are partly starred; the rest stays as it is."""
    return _apply(text, _contacts(fold(text), text))


def mask_identity(text: str, *, names: Sequence[str] = ()) -> str:
    """Contacts are starred; unit, room and names are gone; estate and building stay: 33-5-201 is 33号楼."""
    folded = fold(text)
    changes = _contacts(folded, text)
    changes += [_Change(*span, "居民") for span in _named(folded, names)]
    changes += [_Change(match.start(), match.start("title"), "某") for match in TITLED.finditer(folded)]
    changes += [_Change(*match.span(), "某某") for match in CALLED.finditer(folded)]
    changes += _homes(folded, text)
    return _apply(text, changes)


def _contacts(folded: str, text: str) -> list[_Change]:
    """In order of importance: what comes first wins where two overlap."""
    changes = [_starred(match, text, head=3, tail=2) for match in ID_CARD.finditer(folded)]
    changes += [
        _starred(match, text, head=3, tail=4 if len(match.group()) > 9 else 2)
        for match in PHONE.finditer(folded)
    ]
    changes += [_starred(match, text, head=2, tail=2) for match in SPOKEN_PHONE.finditer(folded)]
    changes += [_starred(match, text, head=2, tail=1) for match in PLATE.finditer(folded)]
    changes += [_starred(match, text, head=1, tail=1) for match in ACCOUNT.finditer(folded)]
    return changes


def _starred(match: re.Match[str], text: str, *, head: int, tail: int) -> _Change:
    start, end = match.span()
    own = text[start:end]
    hidden = len(own) - head - tail
    return _Change(start, end, own[:head] + STAR * hidden + own[len(own) - tail :])


def _named(folded: str, names: Iterable[str]) -> list[tuple[int, int]]:
    wanted = sorted({fold(name.strip()) for name in names if len(name.strip()) > 1}, key=len, reverse=True)
    if not wanted:
        return []
    pattern = re.compile("|".join(re.escape(name) for name in wanted))
    return [match.span() for match in pattern.finditer(folded)]


def _homes(folded: str, text: str) -> list[_Change]:
    changes = [_building_only(match, text) for match in TRIPLE.finditer(folded)]
    changes += [
        _without_home(match, text, match.end("building") if match["building"] else match.end("lettered"))
        for match in FULL.finditer(folded)
        if match["unit"]
        or match["dash_unit"]
        or match["room"]
        or match["short"]
        or match["floor"]
        or match["door"]
    ]
    changes += [
        _Change(*match.span(), "某单元") for match in UNIT_FIRST.finditer(folded) if "单元" in match.group()
    ]
    changes += [_building_only(match, text) for match in PAIR.finditer(folded) if _is_home_pair(match)]
    for pattern in (FLOOR_DOOR, ROOM_WORD):
        changes += [_Change(*match.span(), "某户") for match in pattern.finditer(folded)]
    changes += [_Change(*match.span(), "某户") for match in ROOM_AFTER.finditer(folded)]
    return changes


def _building_only(match: re.Match[str], text: str) -> _Change:
    return _Change(match.start(), match.end(), f"{text[slice(*match.span('building'))]}号楼")


BUILDING_WORD: Final = re.compile(r"\s?(?:#\s?楼|号楼|号?[栋幢]楼?|座|#|号|楼)")


def _without_home(match: re.Match[str], text: str, number_end: int) -> _Change:
    """33号楼5单元301 becomes 33号楼, in the person's own characters."""
    range_and_word = re.compile(rf"(?:号?[、,到至和-]{NUMBER}){{0,4}}").match(match.string, number_end)
    word = BUILDING_WORD.match(match.string, range_and_word.end() if range_and_word else number_end)
    if word is None:
        return _Change(match.start(), match.end(), f"{text[match.start() : number_end]}号楼")
    kept = text[match.start() : word.end()]
    return _Change(
        match.start(),
        match.end(),
        kept if kept.endswith(("楼", "栋", "幢", "座")) else f"{text[match.start() : number_end]}号楼",
    )


def _is_home_pair(match: re.Match[str]) -> bool:
    """22-301 anywhere; 22-2 only after the name of an estate or 住, 在: elsewhere it may be an amount."""
    return len(match["second"]) >= 3 or bool(
        HOME_PAIR.search(match.string, max(0, match.start() - 2), match.start())
    )


def _apply(text: str, changes: Iterable[_Change]) -> str:
    """Replace the spans; where two overlap, the one listed first counts."""
    covered = bytearray(len(text))
    chosen: list[_Change] = []
    for change in changes:
        if change.end > change.start and not any(covered[change.start : change.end]):
            covered[change.start : change.end] = b"\1" * (change.end - change.start)
            chosen.append(change)
    parts, position = [], 0
    for change in sorted(chosen):
        parts += [text[position : change.start], change.text]
        position = change.end
    return "".join([*parts, text[position:]])
