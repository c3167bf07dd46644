"""Which floor is named without a building: 七楼那家, 负一层, 顶楼."""

import re
from typing import Final, NamedTuple

from nlp.addresses import Part, level_code
from nlp.numerals import to_digits

NUMBER: Final = r"(?:\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
NO_COUNT: Final = r"(?<![\d.:#/A-Za-z零一二三四五六七八九十百几第共每整半两号楼栋幢座期-])"
BELOW: Final = re.compile(
    rf"(?:负|地下|(?<![\d\w-])-)(?P<below>{NUMBER})(?:[层楼]|(?=车库|地库|停车))|(?<![A-Za-z])[Bb](?P<b>[1-5])[层楼]"
)
TOP: Final = re.compile(r"(?P<top>顶)[楼层](?!平台)")
HOUSEHOLD: Final = r"(?P<household>的?那[家户]|家(?=[里的,。!?]|那))"
STOREY: Final = re.compile(
    rf"{NO_COUNT}(?P<level>{NUMBER})楼?(?:[-~到至和、]{NUMBER})?(?:"
    rf"楼(?![梯道房盘宇长栋组板门市]|\d*单元|以[上下])(?:{HOUSEHOLD}|(?P<behind>[1-9]\d{{2,3}})(?![\d元块年多度个户]))?"
    r"|层(?=的?(?:那?[家户]|住户|业主|楼道|走廊|过道|电梯|平台|拐角|[东西南北中左右]|\d{3}))"
    r"|(?<=[住在]\d)层|(?<=[住在]\d\d)层|(?<=[住在][一二三四五六七八九十])层)"
)
LIVES: Final = re.compile(r"(?:我|我们|我家|家|俺)(?:就|现)?(?:住在?|在)\s?$")
HIGHEST: Final = 80


class Floor(NamedTuple):
    """A floor, the household there if one is meant (7楼), and where it is written."""

    level: str
    room: str | None
    part: Part
    span: tuple[int, int]


def find_floor(text: str) -> Floor | None:
    """The first floor named in the folded text that is no number of floors; -1 is below ground."""
    below, top = BELOW.search(text), TOP.search(text)
    if below is not None:
        return _floor(below, "-" + to_digits(below["below"] or below["b"]))
    found = next((one for one in STOREY.finditer(text) if 0 < int(level_code(one["level"])) <= HIGHEST), None)
    if found is None or (top is not None and top.start() < found.start()):
        return None if top is None else _floor(top, "顶")
    level = level_code(found["level"])
    is_home = found["household"] or LIVES.search(text, max(0, found.start() - 6), found.start())
    room = found["behind"] or (f"{level}楼" if is_home else None)
    return Floor(level, room, Part("floor", *found.span("level")), found.span())


def _floor(found: re.Match[str], level: str) -> Floor:
    return Floor(level, None, Part("floor", *found.span()), found.span())
