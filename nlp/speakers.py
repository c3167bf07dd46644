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
NAMED: Final = re.compile(
    rf"(?<=我叫|名叫|我是)(?:[{SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?=[,。!?;\s]|住|家|在|$)"
)


def mask_speaker(text: str) -> str:
    """The text without what tells who speaks: contacts, 我叫…, the door behind 我住 and 我家.

    Other people's doors stay, as they are what it is about: 我住302，楼上402 is 我住某户，楼上402.
    """
    folded = fold(text)
    spans = [(match.start(), match.end(), "某某") for match in NAMED.finditer(folded)]
    owned = [match.end() for match in OWN.finditer(folded)]
    for address in find_addresses(folded):
        before = max((end for end in owned if end <= address.start + 1), default=-1)
        between = folded[before : address.start]
        is_door = address.unit is not None or address.room is not None
        if is_door and before >= 0 and len(between) <= NEAR and not OTHERS.search(between):
            spans.append((address.start, address.end, "某户"))
    masked = text
    for start, end, word in sorted(spans, reverse=True):
        masked = masked[:start] + word + masked[end:]
    return mask_contacts(masked)
