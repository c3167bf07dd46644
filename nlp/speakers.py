"""Hiding who speaks: for words that were said in confidence."""

import re
from typing import Final

from nlp.addresses import find_addresses
from nlp.characters import fold
from nlp.masking import mask_contacts
from nlp.surnames import SURNAMES

OWN: Final = re.compile(
    r"(?:(?:我|俺|咱|本人)(?:们)?(?:自己)?的?(?:家|屋)?(?:就|也|现在|现|一直|目前)?(?:住在|住|是|在|家在|家住|家)"
    r"|(?:我|俺|咱)(?:们)?家|(?<![他她们])家住(?:在)?|(?:^|[,。;])(?:就|现)?住(?:在)?)"
)
OTHERS: Final = re.compile(r"楼上|楼下|隔壁|对门|对面|邻居|旁边|[,。!?;:]|他|她|看|听|闻")
NEAR: Final = 14  # characters between 我住 and the address, so that an estate's name fits in
AFTER: Final = r"(?=\d|[,。!?;:\s]|住|家|在|电话|手机|$)"
NAMED: Final = re.compile(
    rf"(?:我叫|名叫|我是|我姓|系人|姓名)[:,是]?(?P<name>[{SURNAMES}][\u4e00-\u9fff]{{0,2}}?){AFTER}"
    rf"|的(?P<title>[{SURNAMES}](?:先生|女士|师傅|阿姨|大爷|大妈|奶奶|爷爷|老师))"
)
PHONE: Final = re.compile(r"(?<!\d)(?:1\d{10}|1\d{2}[ -]\d{4}[ -]\d{4}|0\d{2,3}-?\d{7,8})(?!\d)")
BESIDE_US: Final = re.compile(
    r"(?:我|我们|俺)(?:是|就是|住|住在)(?P<door>(?:隔壁|对门|楼上|楼下|旁边)的?\d{3,4}(?:室|号)?)"
)


def mask_speaker(text: str) -> str:
    """The text without what tells who speaks: contacts, 我叫…, the door behind 我住 and 我家.

    Other people's doors stay, as they are what it is about: 我住302，楼上402 is 我住某户，楼上402.
    """
    folded = fold(text)
    spans = [(*match.span(match.lastgroup or 0), "某某") for match in NAMED.finditer(folded)]
    spans += [(*match.span(), "（电话已隐去）") for match in PHONE.finditer(folded)]
    spans += [(*match.span("door"), "某户") for match in BESIDE_US.finditer(folded)]
    owned = [match.end() for match in OWN.finditer(folded)]
    for address in find_addresses(folded):
        before = max((end for end in owned if end <= address.start + 1), default=-1)
        between = folded[before : address.start]
        is_door = address.unit is not None or address.room is not None
        if is_door and before >= 0 and len(between) <= NEAR and not OTHERS.search(between):
            spans.append((address.start, address.end, "某户"))
    masked = text
    for start, end, word in sorted(_apart(spans), reverse=True):
        masked = masked[:start] + word + masked[end:]
    return mask_contacts(masked)


def _apart(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Of spans that overlap the first, and of those the longest."""
    kept: list[tuple[int, int, str]] = []
    for span in sorted(spans, key=lambda one: (one[0], -one[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept
