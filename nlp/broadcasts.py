"""Whom a broadcast is for, and its words exactly as they were typed."""

import re
from typing import Final

from nlp.places import Places

SPACE: Final = " \t\r\n\u2005\u3000,，:：;；、。"
GROUP: Final = r"(?:业主群|居民群|微信群|小区群|各群|群里|群)"
LEAD: Final = re.compile(
    rf"^(?:请|帮我|帮忙|给我|麻烦)?(?:(?:在|往|到)?{GROUP}里?(?:说|喊|讲|发|通知|告诉)(?:大家)?(?:一声|一下|一条|个)?(?:通知|消息|公告)?"
    r"|(?:群发|发(?:个|一条|一下)?(?:通知|公告)|通知|公告|广播|发布|@所有人)(?:一下|一条|通知|消息)?)"
)
COLON: Final = re.compile(r"(?:群发|通知|公告|广播|发(?:一条|一下|到\S{0,8}群|消息)?)[^:]{0,14}:")
AUDIENCE: Final = re.compile(
    rf"\s?(?P<to>给|到|往|向)?\s?(?P<who>[^\s:,。!?;]{{1,60}}?)"
    rf"(?:的?(?:{GROUP}|全体居民|居民|业主))?(?P<after>[\s,:]+)"
)
UP_TO_COLON: Final = re.compile(r"\s?(?P<to>给|到|往|向)?\s?(?P<who>[^:。!?;]{1,60})(?P<after>:\s*)")
EVERYONE: Final = re.compile(
    r"全部(?:小区|群|居民|业主)?|所有(?:小区|群|居民|业主|人)?|全体(?:居民|业主)?|各小区|全社区"
)
# Of these a first word before a space is taken for an estate, known or not, so that it can be refused.
ESTATE: Final = re.compile(
    r"[\u4e00-\u9fffA-Za-z\d]{1,6}(?:小区|花园|家园|公寓|[苑里园院府湾城居庭邸])(?:[一二三四五六\d]期|[东西南北A-Za-z]区)?"
)
NO_ESTATE: Final = re.compile(
    r"[今明后昨]天|[今明]晚|[这那家屋群哪夜]里$|医院|法院|学院|政府$|公园$|全城$|进城$|邻居$"
)
LONGEST_ESTATE: Final = 8


def find_broadcast(text: str, folded: str, places: Places) -> tuple[str | None, str]:
    """The target and the words to send. 全部 is everyone, None when nobody is named.

    Known estates come in the organization's spelling, joined with 、; others as they were typed.
    """
    lead = LEAD.match(folded)
    colon = COLON.search(folded[:60])
    if lead is None and colon is None:
        return None, text
    if lead is None or _is_up_to(colon, folded, lead.end()):
        end = colon.end() if colon else 0
        return _known_before(folded[:end], places), text[end:].lstrip(SPACE)
    start = lead.end() + len(text[lead.end() :]) - len(text[lead.end() :].lstrip(SPACE))
    for found in (AUDIENCE.match(folded, start), UP_TO_COLON.match(folded, start)):
        target = None if found is None else _target(found, text, places)
        if found is not None and target is not None:
            return target, text[found.end() :]
    return None, text[start:]


def _is_up_to(colon: re.Match[str] | None, folded: str, start: int) -> bool:
    return colon is not None and colon.end() < 30 and not folded[start : colon.end() - 1].strip()


def _known_before(folded: str, places: Places) -> str | None:
    """给枫桥苑群发一条:… : the estates that stand before the colon."""
    named = [one.estates[0] for one in places.find(folded) if len(one.estates) == 1]
    return "、".join(dict.fromkeys(named)) or None


def _target(found: re.Match[str], text: str, places: Places) -> str | None:
    who, after = found["who"], found["after"]
    if EVERYONE.fullmatch(who):
        return "全部"
    known = _known(who, places)
    if known:
        return known
    said = text[slice(*found.span("who"))]
    if found["to"] and ":" in after:
        return said
    looks = len(who) <= LONGEST_ESTATE and ESTATE.fullmatch(who) and not NO_ESTATE.search(who)
    return said if looks and "," not in after else None


def _known(who: str, places: Places) -> str | None:
    """The organization's names when every one of the words is an estate of its own."""
    names = []
    for word in re.split(r"[、和与及,\s]+", re.sub(rf"的?(?:{GROUP}|居民|业主)$", "", who.strip())):
        mentions = places.find(word)
        if len(mentions) != 1 or mentions[0].start or mentions[0].end < len(word):
            return None
        if len(mentions[0].estates) != 1:
            return None
        names.append(mentions[0].estates[0])
    return "、".join(dict.fromkeys(names)) or None
