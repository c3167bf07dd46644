"""What must not be told on: contacts for workers' cards, contacts and identity for residents' groups."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from nlp.addresses import DOOR, FULL, PAIR, TRIPLE, UNIT_FIRST
from nlp.characters import fold
from nlp.numerals import NUMBER
from nlp.surnames import SURNAMES

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
    "先生|女士|小姐|阿姨|大爷|大妈|大叔|大婶|大姐|大哥|大伯|大娘|奶奶|爷爷|伯伯|老师|师傅"
    "|叔叔|婶婶|姨|嫂子|某某?"
)
TITLED: Final = re.compile(rf"(?<![{SURNAMES}])[{SURNAMES}][\u4e00-\u9fff]{{0,2}}?(?P<title>{TITLES})")
SHORT_TITLED: Final = re.compile(
    rf"[{SURNAMES}](?P<title>[叔婶哥姐嫂爷奶伯](?![\u4e00-\u9fff]?[叔婶哥姐嫂爷奶伯]))"
)
FAMILIAR: Final = re.compile(
    rf"(?<![大中从幼最很太家年])(?P<lead>[老小])(?P<name>[{SURNAMES}])"
    r"(?!病|高层|层|[路桶上]|法|案|便|向|额|子|头|圆|桌|虾|猫|狗|菜|车|社会|务|户|龄|金|木|卖部|区|孔|型|康|毛)"
)
CHINESE_ROOM: Final = re.compile(
    r"(?<![零〇一二两三四五六七八九十百千\d])[一二三四五六七八九十]{1,2}[零〇][一二三四五六七八九](?![零〇一二三四五六七八九十百千年元块天个])(?:室|户)?"
)
ROOM_OF: Final = re.compile(
    rf"(?<![\d.:/-])\d{{3,4}}(?=\s?的?(?:[老小]?[{SURNAMES}][\u4e00-\u9fff]|[那这]?家|住户|业主|居民|租户|房东|老人|老太太|大[爷妈娘]|阿姨|奶奶|爷爷))"
)
# 王秀兰家; not 于是大家, 康复专家, 何时回家.
HOME_OF: Final = re.compile(
    rf"(?<![{SURNAMES}老小])[{SURNAMES}](?:[\u4e00-\u9fff][^\W\d大厂商专公搬回住我你他她们人自各全在到进这那哪谁每几的]|[^\W\d大厂商专国公搬回住我你他她们人自各全在到进这那哪谁每几的])"
    r"家(?![电具园长属庭政常用装务])里?"
)
CALLED: Final = re.compile(r"(?<=我叫|名叫)[\u4e00-\u9fff]{2,3}?(?=[,。!?;\s]|是|住|家|在|$)")

HOME_PAIR: Final = re.compile(r"(?:[苑园区里湾城庄村邸府庭居寓院期]|住|在|是|家)\s?$")
ROLE: Final = (
    "业主|居民|住户|邻居|租户|租客|房东|房主|家属|户主|师傅|网格员|楼长|联系人|老人|当事人|病人|患者"
)
# Words that begin with a family name's character and are no names.
NO_NAME: Final = (
    "方案|方便|方法|方向|方式|方面|高空|高压|高层|高度|高峰|高温|高低|金额|金属|石材|石墩|石子|石头|万一|任务|任何|任由|常见"
    "|常规|常常|白天|白色|黄色|黄线|马上|马路|马桶|陈旧|陈年|于是|于今|何时|何人|何种|毛病|毛巾|程序|程度|温度|温馨|温水|雷雨"
    "|段落|段时|范围|江边|龙头|余下|余款|余额|周[一二三四五六日天边围末期]|康复|武装|田地|孔洞|顾客|文明|文件|文化|叶子|林木"
    "|苏打|杜绝|谢谢|许可|许多|钱款|黎明|曾经|陆续|胡同|胡乱|董事|易燃|易爆|易堵|易坏|成员|夏天|夏季|秋季|姜|汤|熊|史|贺"
)
ENDS: Final = "说讲称反映同意已来要也在去看的住家把签确认表示家,。、;!?和与跟及"
SIGNS: Final = tuple(
    re.compile(sign)
    for sign in (
        # digits that are no amount, date or time: a door, a plate, a number to call
        r"(?<![\d.])\d{3,}(?![\d.]*(?:[元块年月日天点时分秒度米吨斤户个件人次张条台盏根只%万千名瓦伏平公里毫厘升]|小时))",
        rf"{NUMBER}\s?(?:单元|室|号房)",
        rf"{NUMBER}[楼层](?:的)?(?:[东西南北左右中]|那|这|住|老|家|业主|住户|邻居)",
        r"[东西南北中][东西南北]?(?:边|面)?户|对门|隔壁|楼[上下](?:的?邻居|那|这|住户|业主)",
        r"(?<![大厂商专国公搬回居作画管店东万各])家(?![电具园属庭政常用装务家]|各户|家户户)",
        rf"(?:{ROLE})[{SURNAMES}][\u4e00-\u9fff]",
        rf"姓[{SURNAMES}]|我叫|名叫|叫做|名字",
        rf"(?:^|[\s,。、;:!?和跟与及给找向问让叫由为被室户号\d])(?!{NO_NAME})[{SURNAMES}][\u4e00-\u9fff]{{1,2}}?(?:[{ENDS}]|\s|$)",
        rf"[老小](?!区|时|心|孩|毛病|高层|马路|方|康|额|型|金)[{SURNAMES}](?!病)",
        r"身份证|手机号|电话\D{0,3}\d|微信|QQ|qq|车牌",
        r"(?:大爷|大妈|大娘|阿姨|奶奶|爷爷|大叔|大婶|大姐|大哥|先生|女士|小姐)",
    )
)


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
    changes += [_Change(match.start(), match.start("title"), "某") for match in SHORT_TITLED.finditer(folded)]
    changes += [_Change(*match.span(), "某户") for match in HOME_OF.finditer(folded)]
    changes += [_Change(*match.span("name"), "某") for match in FAMILIAR.finditer(folded)]
    changes += [_Change(*match.span(), "某某") for match in CALLED.finditer(folded)]
    changes += _homes(folded, text)
    return _apply(text, changes)


def has_identity(text: str) -> bool:
    """True when anything in the text might tell who somebody is or where their door is.

    Errs on the side of True: phones, ids, plates, units, rooms, names and somebody's 家 count even where
    they may be harmless; an estate, a building, amounts and dates do not.
    """
    folded = fold(text)
    return mask_identity(text) != text or any(sign.search(folded) for sign in SIGNS)


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
    for pattern in (FLOOR_DOOR, ROOM_WORD, CHINESE_ROOM, ROOM_OF):
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
