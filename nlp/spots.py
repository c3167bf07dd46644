"""Which public place is named: 3号楼楼下, 地下车库负一层216号车位, 南门进来左手第二个井盖."""

import re
from collections.abc import Sequence
from typing import Final

from nlp.addresses import BUILDING, Address
from nlp.numerals import NUMBER

Span = tuple[int, int]

AROUND: Final = re.compile(
    r"的?(?:楼下|楼前|楼后|楼顶|门口|门前|楼道口|单元口|旁边|对面|前面|后面|西头|东头|南头|北头|[东西南北]侧|东山墙|西山墙"
    r"|[东西南北][南北]?角|之间|中间|背后|背面|墙根|拐角)(?!面)"
)
ANOTHER: Final = BUILDING.replace("?P<building>", "?:").replace("?P<lettered>", "?:")
BETWEEN: Final = re.compile(
    rf"\s?(?:和|与|跟|到|、)\s?{ANOTHER}\s?的?(?:之间|中间|当间|当中|夹道|夹缝|空地)", re.VERBOSE
)
FURTHER: Final = re.compile(  # what makes a spot more exact; each link in order
    r"(?:(?:往里|往外|进来|进去|出来|出去|一进门|拐弯)(?!的)|往?[左右][手边转拐]边?|靠?[东西南北里外]边|最?[东西南北里]头"
    rf"|第{NUMBER}[个根盏棵排张条块道辆只](?:井盖|路灯|灯杆|灯|垃圾桶|车位|柱子|长椅|长凳|摄像头|雨水口|减速带|树)?"
    r"|的?[A-Za-z]?-?\d{1,4}(?:号(?:车?位|柱|桩)|#车?位|车位)"
    rf"|的?(?:负|地下){NUMBER}层|(?<=库){NUMBER}层(?![厚土灰水油])"
    r"|[A-Za-z]区|旁边|旁|边上|跟前|附近|中间|之间|门口|对面|上面|下面|里面|外面)"
)
LINKS: Final = 6  # more say nothing


def find_spot(
    text: str, spots: re.Pattern[str], *, address: Address | None, taken: Sequence[Span]
) -> Span | None:
    """A public place: what follows the address (3号楼楼下), else the first common noun outside `taken`."""
    if address is not None and address.room is None:
        around = BETWEEN.match(text, address.end) or AROUND.match(text, address.end)
        if around is not None:
            return address.start, around.end()
    for found in spots.finditer(text):
        start, end = found.span()
        if not any(low < end and start < high for low, high in taken):
            return start, _extended(text, end)
    return None


def _extended(text: str, end: int) -> int:
    for _ in range(LINKS):
        further = FURTHER.match(text, end)
        if further is None:
            break
        end = further.end()
    return end
