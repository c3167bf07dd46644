"""Which place a message means, with its span in the text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from nlp.addresses import Address, find_addresses
from nlp.places import EstateMention, Places

Found = TypeVar("Found", Address, EstateMention)

HOME: Final = re.compile(
    r"(?:我|俺|咱|我们|俺们|咱们|本人)(?:们)?(?:家|屋|住|那屋|那户)|家住|家里|屋里|住在|(?:^|[,。\s])住"
    r"|我(?:们)?是[^,。!?]{0,14}(?:的|住户|业主|居民)|我(?:们)?在[^,。!?]{0,12}(?:号楼|单元|栋|室|\d{3})"
    r"|(?:我们|咱们|俺们)(?:这)?(?:栋|楼|单元|一层|顶楼)"
)
HOME_BEFORE: Final = re.compile(r"(?:家|住|住在|我是|我在|我们是|家在|本人)[^,。!?;]{0,10}$")
AROUND: Final = re.compile(
    r"(?:楼下|楼前|楼后|楼顶|门口|门前|楼道口|旁边|对面|前面|后面|西头|东头|西侧|东侧|南侧|北侧)"
)
KIND_OF_ESTATE: Final = (
    "小区|花园|家园|佳苑|嘉园|嘉苑|名苑|新苑|苑|名邸|新村|公寓|华府|华庭|花苑|雅居|雅苑|豪庭|府邸|小镇"
    "|家属院|大院"
)
UNLISTED: Final = re.compile(
    rf"[\u4e00-\u9fff]{{2,7}}?(?:{KIND_OF_ESTATE})(?:[一二三四五六\d]期|[A-Za-z东西南北]区)?"
)
BEFORE_ADDRESS: Final = re.compile(r"(?:^|[,。!?;:\s])([\u4e00-\u9fffA-Za-z]{2,8})$")
NOT_A_NAME: Final = re.compile(
    r"^(?:你好|您好|请问|反映|麻烦|我们家|我家|我们|咱们|我|是|就是|住在|家住|住|位于|在|的|于|这个|那个|这|那|整个|全|本|老|有个|一个|和|到|从|去)+"
)

DENIED: Final = re.compile(  # 不是12号楼,是11号楼: the place that it is not
    r"(?<!是)(?:不是|并非|不在)\s?([^,。!?;]{1,20}?)(?=[,。!?;]|\s?(?:而|应该)?是|$)"
)

MOST: Final = 20  # mentions looked at; a message names one or two places


@dataclass(frozen=True, slots=True)
class Location:
    """A place as a message names it; parts it does not name are None."""

    estate: str | None = None  # as the organization writes it
    building: str | None = None  # "33", "A3"
    unit: str | None = None
    room: str | None = None  # "301", "4楼西户"
    spot: str | None = None  # 地下车库负一层, 南门, 3号楼楼下
    text: str = ""  # the words themselves, from the first to the last of them
    span: tuple[int, int] = (0, 0)
    is_home: bool = (
        False  # the reporter's own home (我家): what is missing may be filled in from what is known
    )
    candidates: tuple[str, ...] = ()  # when the name means several estates: all of them, and estate is None
    unlisted: str | None = None  # what looks like an estate but is none of the organization's

    @property
    def is_address(self) -> bool:
        """Whether an estate or a building is named, so that somebody could go there."""
        return self.estate is not None or self.building is not None


def find_location(folded: str, places: Places, spots: re.Pattern[str], *, text: str) -> Location | None:
    """The place that a message is about: the reporter's own address if given, else the spot, else None."""
    mentions = places.find(folded)[:MOST]
    names = [mention.end for mention in mentions] or [found.end() for found in UNLISTED.finditer(folded)]
    addresses = find_addresses(folded, frozenset(names))[:MOST]
    denied = [found.span(1) for found in DENIED.finditer(folded)]
    mentions, addresses = _undenied(mentions, denied), _undenied(addresses, denied)
    address = _best_address(folded, addresses, mentions)
    mention = _best_mention(mentions, address)
    spot = _spot(folded, spots, address=address, mention=mention)
    home = HOME.search(folded)
    unlisted = None if mention else _unlisted(folded, address)
    spans = [(found.start, found.end) for found in (mention, address) if found is not None]
    spans += [found for found in (spot, unlisted) if found is not None]
    if home is not None and not spans:
        spans.append(home.span())
    if not spans:
        return None
    start, end = min(span[0] for span in spans), max(span[1] for span in spans)
    estates = mention.estates if mention else ()
    return Location(
        estate=estates[0] if len(estates) == 1 else None,
        building=address.building if address else None,
        unit=address.unit if address else None,
        room=address.room if address else None,
        spot=text[slice(*spot)] if spot else None,
        text=text[start:end],
        span=(start, end),
        is_home=home is not None and not (spot and address is None),
        candidates=estates if len(estates) > 1 else (),
        unlisted=text[slice(*unlisted)] if unlisted else None,
    )


def _undenied(found: list[Found], denied: Sequence[tuple[int, int]]) -> list[Found]:
    """What is left without the places that the message says it is not; all when nothing would be left."""
    left = [one for one in found if not any(start <= one.start < end for start, end in denied)]
    return left or found


def _best_address(
    text: str, addresses: Sequence[Address], mentions: Sequence[EstateMention]
) -> Address | None:
    """Sort key: after 住 or 我家, then right after an estate, then most parts, then first."""
    if not addresses:
        return None

    def key(address: Address) -> tuple[bool, bool, int, int]:
        begin = max((m.start for m in mentions if m.end <= address.start <= m.end + 2), default=address.start)
        is_home = HOME_BEFORE.search(text, max(0, begin - 16), begin) is not None
        return not is_home, begin == address.start, -address.size, address.start

    best = min(addresses, key=key)
    following = [one for one in addresses if best.end <= one.start <= best.end + 2]
    return _joined(best, following[0]) if following else best


def _joined(first: Address, second: Address) -> Address:
    """3号楼, 2单元: two finds next to each other that complete one another are one address."""
    if second.building is not None or (first.unit is not None and second.unit is not None):
        return first
    return Address(
        first.building, first.unit or second.unit, first.room or second.room, first.start, second.end
    )


def _best_mention(mentions: Sequence[EstateMention], address: Address | None) -> EstateMention | None:
    """The estate that stands before the address, as near as can be; else the first."""
    if not mentions:
        return None
    if address is None:
        return mentions[0]
    before = [mention for mention in mentions if mention.end <= address.start]
    return max(before, key=lambda mention: mention.end) if before else mentions[0]


def _spot(
    text: str, spots: re.Pattern[str], *, address: Address | None, mention: EstateMention | None
) -> tuple[int, int] | None:
    """A public place: what follows the address (3号楼楼下), else a common noun (南门, 地下车库负一层)."""
    if address is not None and address.room is None:
        around = AROUND.match(text, address.end)
        if around is not None:
            return address.start, around.end()
    inside = [(one.start, one.end) for one in (address, mention) if one is not None]
    for found in spots.finditer(text):
        if not any(start < found.end() and found.start() < end for start, end in inside):
            return found.span()
    return None


def _unlisted(text: str, address: Address | None) -> tuple[int, int] | None:
    """A name that ends like an estate's, or stands alone before an address."""
    for found in UNLISTED.finditer(text):
        start, end = _without_lead(text, *found.span())
        if end - start > 2 and not text[start:end].endswith(("个小区", "们小区", "本小区", "老小区")):
            return start, end
    if address is None or address.building is None:
        return None
    before = BEFORE_ADDRESS.search(text, max(0, address.start - 9), address.start)
    if before is None:
        return None
    start, end = _without_lead(text, *before.span(1))
    return (start, end) if end - start >= 2 else None


def _without_lead(text: str, start: int, end: int) -> tuple[int, int]:
    lead = NOT_A_NAME.match(text[start:end])
    return (start + lead.end(), end) if lead else (start, end)
