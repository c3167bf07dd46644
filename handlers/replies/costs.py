"""What is read of money for a decision: exact amounts, who agreed, what is paid."""

from collections.abc import Mapping, Sequence
from typing import Final

from handlers.replies.decisions import words
from storage.models.decisions import Consent, Cost, CostKind, CostShare, Decision
from storage.models.organization import Estate

SHOWN: Final = 40  # households in one message
KINDS: Final[Mapping[CostKind, str]] = {
    CostKind.SHARED: "住户分摊",
    CostKind.MAINTENANCE_FUND: "维修资金",
    CostKind.SPECIAL_FUND: "专项资金",
    CostKind.OTHER: "其他资金",
}
CONSENTS: Final[Mapping[Consent, str]] = {
    Consent.OPEN: "未答复",
    Consent.AGREED: "同意",
    Consent.REFUSED: "不同意",
}


def yuan(cents: int) -> str:
    """1200元, 1200.50元: exact."""
    whole, rest = divmod(cents, 100)
    return f"{whole}.{rest:02d}元" if rest else f"{whole}元"


def asked(decision: Decision, share: CostShare, *, total: int, count: int) -> str:
    """A household reads its part and how to answer."""
    number = decision.number
    return (
        f"会上定的“{words(decision.what)}”费用{yuan(total)}，{count}户分摊，您家{yuan(share.cents)}。"
        f"同意请回复“同意分摊 {number}”，不同意请回复“不同意分摊 {number}：原因”。"
        "一户答复一次就行，交款前可以改。"
    )


def said(decision: Decision, share: CostShare) -> str:
    """A household reads what is on record of it."""
    if share.consent is Consent.AGREED:
        return (
            f"已记下：您家同意分摊{yuan(share.cents)}（决议{decision.number}）。"
            f"交款前想改，回复“不同意分摊 {decision.number}：原因”。"
        )
    return (
        f"已记下：您家不同意分摊（决议{decision.number}），原因已转给社区，会再和您商量。"
        f"改主意请回复“同意分摊 {decision.number}”。"
    )


def conflicting(decision: Decision, before: Consent, share: CostShare) -> str:
    """The household had said something else."""
    return f"您家之前答复的是“{CONSENTS[before]}”。{said(decision, share)}"


def status(
    decision: Decision, cost: Cost, shares: Sequence[CostShare], *, estates: Mapping[int, Estate]
) -> str:
    """Staff read every household's part, what it said, and whether it paid."""
    agreed = sum(1 for each in shares if each.consent is Consent.AGREED)
    refused = sum(1 for each in shares if each.consent is Consent.REFUSED)
    paid = [each for each in shares if each.paid_at is not None]
    counted = f"同意 {agreed} 户，不同意 {refused} 户，未答复 {len(shares) - agreed - refused} 户"
    head = (
        f"决议{decision.number} 分摊{yuan(cost.cents)}，{len(shares)}户：{counted}；"
        f"已收 {len(paid)} 户共{yuan(sum(each.cents for each in paid))}"
    )
    lines = [f"{door(each, estates)} {yuan(each.cents)} {_state(each)}" for each in shares[:SHOWN]]
    rest = [f"另有 {len(shares) - SHOWN} 户"] if len(shares) > SHOWN else []
    return "\n".join([head, *lines, *rest])


def door(share: CostShare, estates: Mapping[int, Estate]) -> str:
    """枫桥苑33号楼5单元101"""
    unit = f"{share.unit}单元" if share.unit else ""
    return f"{estates[share.estate_id].name}{share.building}号楼{unit}{share.room}"


def _state(share: CostShare) -> str:
    entered = "（代签）" if share.entered_by_id is not None else ""
    why = f"：{words(share.reason)}" if share.reason else ""
    paid = "，已收" if share.paid_at is not None else ""
    return f"{CONSENTS[share.consent]}{entered}{why}{paid}"


def shared(
    decision: Decision,
    cost: Cost,
    shares: Sequence[CostShare],
    *,
    silent: Sequence[str],
) -> str:
    """Whoever entered it reads who pays what, and whose household nothing reaches."""
    parts: dict[int, list[str]] = {}
    for each in shares:
        parts.setdefault(each.cents, []).append(each.room)
    lines = [
        f"{'、'.join(rooms[:SHOWN])}{f'等 {len(rooms)} 户' if len(rooms) > SHOWN else ''} 各{yuan(cents)}"
        for cents, rooms in parts.items()
    ]
    number = decision.number
    asked_all = "已逐户询问是否同意。"
    if silent:
        asked_all = (
            f"已询问；{'、'.join(silent[:SHOWN])} 没有用公众号，请上门问，"
            f"再发“代签分摊 决议{number} {silent[0]} 同意”。"
        )
    return "\n".join([f"决议{number} 分摊{yuan(cost.cents)}，{len(shares)}户：", *lines, asked_all])


def all_agreed(decision: Decision, total: int, count: int) -> str:
    """The desk reads that every household agrees."""
    return (
        f"**决议{decision.number} 分摊全部同意**\n{words(decision.what)}\n{count}户共{yuan(total)}。"
        f"收款后请发：@回音 已收 决议{decision.number} 101"
    )


def all_agreed_to_residents(decision: Decision, total: int, count: int) -> str:
    """Those who sat at the table read the same, without who pays what."""
    return f"会上定的“{words(decision.what)}”，费用{yuan(total)}由{count}户分摊，已全部同意。"


def refused(decision: Decision, share: CostShare, estates: Mapping[int, Estate]) -> str:
    """The desk reads who does not agree, and why."""
    by_hand = "（代签）" if share.entered_by_id is not None else ""
    return (
        f"**决议{decision.number} 有一户不同意分摊**{by_hand}\n"
        f"{door(share, estates)}：{words(share.reason)}\n"
        "决议照常保留，请与这一户再商量；谈好后由住户自己回复，或代签。"
    )


def entered_for(decision: Decision, shares: Sequence[CostShare]) -> str:
    """Whoever answered for households reads what is on record."""
    rooms = "、".join(each.room for each in shares)
    what = CONSENTS[shares[0].consent]
    return f"决议{decision.number} 已代 {rooms} 记为“{what}”（标明代签，住户自己可以改）。"


def entered_by_other(decision: Decision, share: CostShare) -> str:
    """The household reads that somebody answered for it."""
    return (
        f"工作人员替您家记了：{CONSENTS[share.consent]}分摊{yuan(share.cents)}"
        f"（决议{decision.number}，"
        f"{words(decision.what)}）。不对请回复“同意分摊 {decision.number}”"
        f"或“不同意分摊 {decision.number}：原因”。"
    )


def paid(decision: Decision, shares: Sequence[CostShare], *, is_paid: bool, left: int) -> str:
    """Whoever took the money reads what is on record."""
    rooms = "、".join(each.room for each in shares[:SHOWN])
    total = yuan(sum(each.cents for each in shares))
    if not is_paid:
        return f"决议{decision.number} 已改为没收到：{rooms}，共{total}。"
    rest = "全部收齐。" if left == 0 else f"还差 {left} 户。"
    return f"决议{decision.number} 已收 {rooms}，共{total}。{rest}"


def receipt(decision: Decision, share: CostShare) -> str:
    """A household reads that its money came."""
    return f"已收到您家分摊款{yuan(share.cents)}（决议{decision.number}，{words(decision.what)}），谢谢。"


def fund_kept(decision: Decision, cost: Cost, *, total: int) -> str:
    """Whoever recorded money reads it, and the sum of its kind."""
    note = f"（{words(cost.note)}）" if cost.note and cost.note != KINDS[cost.kind] else ""
    more = f"，累计{yuan(total)}" if total != cost.cents else ""
    return f"决议{decision.number} 已记{KINDS[cost.kind]}{yuan(cost.cents)}{note}{more}。"


def costs_line(costs: Sequence[Cost]) -> str:
    """All money of a decision on one line; empty without any: 住户分摊1200元、维修资金30000元."""
    sums: dict[CostKind, int] = {}
    for each in costs:
        sums[each.kind] = sums.get(each.kind, 0) + each.cents
    return "、".join(f"{KINDS[kind]}{yuan(cents)}" for kind, cents in sums.items())
