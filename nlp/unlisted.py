"""What looks like an estate's name but is none of the organization's."""

import re
from typing import Final

from nlp.addresses import Address
from nlp.zones import is_zone

KIND_OF_ESTATE: Final = (
    "小区|花园|家园|佳苑|嘉园|嘉苑|名苑|新苑|苑|名邸|新村|公寓|华府|华庭|花苑|雅居|雅苑|豪庭|府邸|小镇"
    "|家属院|大院"
)
UNLISTED: Final = re.compile(
    rf"[\u4e00-\u9fff]{{2,7}}?(?:{KIND_OF_ESTATE})(?:[一二三四五六\d]期|[A-Za-z东西南北]区)?"
)
BEFORE_ADDRESS: Final = re.compile(r"(?:^|[,。!?;:\s])([\u4e00-\u9fffA-Za-z]{2,8})$")
NOT_A_NAME: Final = re.compile(
    r"^(?:你好|您好|请问|反映|麻烦|我们家|我家|我们|咱们|我|是|就是|住在|家住|住|位于|在|的|于|这个|那个|这|那|整个|全|本|老|有个|一个|和(?![平顺泰谐美畅悦睦煦园苑])|到|从|去)+"
)
LED: Final = re.compile(r".*(?:我是|我们是|我在|住在|家住|我住|位于|地址是?)(?=[\u4e00-\u9fff]{3})")


def find_unlisted(text: str, address: Address | None) -> tuple[int, int] | None:
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
    return (start, end) if end - start >= 2 and not is_zone(text[start:end]) else None


def _without_lead(text: str, start: int, end: int) -> tuple[int, int]:
    inner = LED.match(text, start, end)
    start = inner.end() if inner else start
    lead = NOT_A_NAME.match(text[start:end])
    return (start + lead.end(), end) if lead else (start, end)
