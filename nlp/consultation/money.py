"""Money and evidence of a decision: 分摊 决议7 1200元 …, 同意分摊, 已收, 资金, 凭证."""

import re
from decimal import Decimal
from typing import Final

from nlp.addresses import find_addresses
from nlp.arguments import Arguments, Json
from nlp.consultation.actions import TableAction
from nlp.consultation.numbering import DECISION, MEETING, forms, match_of, number_in, numbered
from nlp.consultation.said import Said, TableWord
from nlp.numerals import parse_number

A = TableAction
OF_DECISION: Final = numbered(DECISION, "decision")
OF_MEETING: Final = numbered(MEETING, "meeting")
GAP: Final = r"[\s,:、的]*"
AMOUNT: Final = (
    r"(?P<amount>\d{1,9}(?:,\d{3})*(?:\.\d+)?|[一二两三四五六七八九十百千]{1,7})"
    r"\s*(?P<scale>[万千百](?!分))?\s*(?:元|块钱?|圆)"
)
MONEY: Final = re.compile(rf"(?<![\d.]){AMOUNT}整?")
EACH: Final = re.compile(rf"(?:每户|一户|每家|各)(?:人?均?|分摊|出|交)?\s*{AMOUNT}")
OWN: Final = re.compile(rf"(?<!\d)(?P<room>\d{{3,4}})(?!\d)(?:室|房|户)?\s*(?:[:=出交付]|分摊)?\s*{AMOUNT}")
ROOM: Final = re.compile(r"(?<![\d.])(?P<room>\d{3,4})(?:室|房|户)?(?![\d.元块万号栋楼单])")
SHARED: Final = "(?:费用)?分摊(?:费用|情况)?"
SHARE: Final = forms(rf"{SHARED}[\s:]*{OF_DECISION}", rf"{OF_DECISION}{GAP}{SHARED}")
CONSENT: Final = re.compile(
    r"(?:我们?家?|本户)?\s*(?:(?P<no>不同意|不愿意?|不接受|拒绝|反对|不想)|(?P<yes>同意|愿意|接受))\s*(?:费用|这个)?分摊(?:费用|方案)?"
    r"\s*(?:决议(?:事项)?)?[\s#:]*(?P<number>\d{1,6})?(?![\d元块户家])(?P<rest>.*)",
    re.DOTALL,
)
CONSENT_FOR: Final = re.compile(rf"代(?:签|填|录)?\s?(?:同意)?分摊[\s:]*{OF_DECISION}")
SAYS: Final = re.compile(r"(?P<no>不同意|不愿意?|拒绝|反对)|(?P<yes>同意|愿意)")
PAID: Final = re.compile(
    rf"(?:(?P<undo>未收|没收|撤销收款|误收)|(?:已收款?|收到|已交|已付))[\s:]*{OF_DECISION}(?:的)?(?:分摊)?"
)
PAID_OF: Final = re.compile(
    rf"{OF_DECISION}(?:的)?(?:分摊)?(?P<rooms>[\s\d、,室和]*|\s*全部)(?:(?P<undo>未收|没收)|已收|已交|已付|收齐)了?(?:钱|款)?[\s。]*"
)
FUND: Final = forms(rf"(?:记|登记)?资金[\s:]*{OF_DECISION}", rf"{OF_DECISION}{GAP}资金")
PROOF: Final = "(?:上传|登记|补)?(?:凭证|证据|佐证|证明材料|检测报告)"
EVIDENCE: Final = forms(
    rf"{PROOF}[\s:]*(?:{OF_DECISION}|{OF_MEETING})", rf"(?:{OF_DECISION}|{OF_MEETING}){GAP}{PROOF}"
)
KINDS: Final = (
    (re.compile("维修[资基]?金|公共?维修?金|大修"), "maintenance_fund"),
    (re.compile("专项|财政|补助|补贴"), "special_fund"),
)
QUESTION: Final = re.compile(r"[?？]\s*$|[吗么呢][\s。]*$|能不能|可不可以|怎么|多少")
SCALES: Final = {"万": 10_000, "千": 1000, "百": 100}
BECAUSE: Final = re.compile(r"^(?:的)?(?:原因|理由|因为|由于|因)?[是为]?[:：\s,，]*")
EDGES: Final = " \t\r\n,，。;；:：、"
MOST_ROOMS: Final = 200


def find_money(said: Said) -> TableWord | None:
    """分摊, 同意分摊, 代签分摊, 已收, 资金, 凭证; `None` for everything else. Amounts in whole cents (分)."""
    head = said.folded[:40]
    if said.is_resident:
        return _consent(said) if "分摊" in head else None
    if "分摊" in head and (found := _consent_for(said) or _paid(said) or _share(said)):
        return found
    if ("收" in head or "已" in head) and "决议" in head and (found := _paid(said)):
        return found
    if "资金" in head and (found := _fund(said)):
        return found
    return _evidence(said)


def cents_of(amount: str, scale: str | None = None) -> int | None:
    """3 of scale 万 is 3000000; `None` for a part of a cent, and for more than a hundred million yuan."""
    spoken = parse_number(amount) if not amount[0].isdigit() else None
    if spoken is None and not amount[0].isdigit():
        return None
    yuan = Decimal(spoken) if spoken is not None else Decimal(amount.replace(",", ""))
    cents = yuan * SCALES.get(scale or "", 1) * 100
    return int(cents) if cents == cents.to_integral_value() and 0 < cents <= 10**10 else None


def _share(said: Said) -> TableWord | None:
    """分摊 决议7 1200元 枫桥苑33号楼5单元 101、102; the word and the number alone show the shares."""
    match = match_of(SHARE, said.folded)
    if match is None:
        return None
    rest = said.folded[match.end() :]
    if QUESTION.search(rest) or not rest.strip(EDGES):
        return TableWord(A.COST_SHARE, number_in(match, "decision"), {})
    estates = said.places.find_near(rest)
    addresses = find_addresses(rest, frozenset(each.end for each in estates))
    each = EACH.search(rest)
    left = rest[: each.start()] + " " * (each.end() - each.start()) + rest[each.end() :] if each else rest
    own: dict[str, Json] = {found["room"]: _cents(found) for found in OWN.finditer(left)}
    without_own = OWN.sub(lambda found: f" {found['room']} ", left)
    total = MONEY.search(without_own)
    rooms = dict.fromkeys(found["room"] for found in ROOM.finditer(MONEY.sub(" ", without_own)))
    args: Arguments = {
        "cents": _cents(total) if total else None,
        "each": _cents(each) if each else None,
        "estate": estates[0].estates[0] if estates and len(estates[0].estates) == 1 else None,
        "building": next((one.building for one in addresses if one.building), None),
        "unit": next((one.unit for one in addresses if one.unit), None),
        "rooms": [*list(rooms)[: MOST_ROOMS + 1]],
        "own": own,
        "has_part_of_cent": any(_cents(found) is None for found in MONEY.finditer(rest)),
    }
    return TableWord(A.COST_SHARE, number_in(match, "decision"), args)


def _cents(found: re.Match[str]) -> int | None:
    return cents_of(found["amount"], found["scale"])


def _consent(said: Said) -> TableWord | None:
    """同意分摊, 不同意分摊 7：太贵"""
    match = CONSENT.fullmatch(said.folded)
    if match is None or QUESTION.search(said.folded):
        return None
    start, _ = match.span("rest")
    reason = BECAUSE.sub("", said.body[start:].strip(EDGES)).strip(EDGES)
    number = int(match["number"]) if match["number"] else None
    return TableWord(A.CONSENT, number, {"agrees": bool(match["yes"]), "reason": reason})


def _consent_for(said: Said) -> TableWord | None:
    match = CONSENT_FOR.match(said.folded)
    if match is None:
        return None
    rest = said.folded[match.end() :]
    says = SAYS.search(rest)
    rooms = [found["room"] for found in ROOM.finditer(rest[: says.start()] if says else rest)]
    reason = BECAUSE.sub("", said.body[match.end() + says.end() :].strip(EDGES)) if says else ""
    args: Arguments = {
        "rooms": [*rooms],
        "agrees": None if says is None else bool(says["yes"]),
        "reason": reason,
    }
    return TableWord(A.CONSENT_FOR, number_in(match, "decision"), args)


def _paid(said: Said) -> TableWord | None:
    match = PAID.match(said.folded)
    behind = None if match else PAID_OF.fullmatch(said.folded)
    found = match or behind
    if found is None or QUESTION.search(said.folded):
        return None
    rest = said.folded[found.end() :] if match else found["rooms"]
    rooms = [each["room"] for each in ROOM.finditer(rest)]
    is_all = not rooms and ("全" in rest or "收齐" in said.folded)
    args: Arguments = {"rooms": [*rooms], "all": is_all, "is_paid": not found["undo"]}
    return TableWord(A.PAID, number_in(found, "decision"), args)


def _fund(said: Said) -> TableWord | None:
    match = match_of(FUND, said.folded)
    if match is None or QUESTION.search(said.folded):
        return None
    rest = said.folded[match.end() :]
    money = MONEY.search(rest)
    kind = next((name for form, name in KINDS if form.search(rest)), "other")
    words = rest[: money.start()] + rest[money.end() :] if money else rest
    note = " ".join(words.strip(EDGES).split())
    return TableWord(
        A.FUND,
        number_in(match, "decision"),
        {"kind": kind, "cents": _cents(money) if money else None, "note": note},
    )


def _evidence(said: Said) -> TableWord | None:
    match = match_of(EVIDENCE, said.folded)
    if match is None or QUESTION.search(said.folded):
        return None
    words = said.body[match.end() :].strip(EDGES)
    groups = match.groupdict()
    of = "decision" if groups["decision"] or groups["decision_ahead"] else "meeting"
    return TableWord(A.EVIDENCE, number_in(match, of), {"of": of, "words": words})
