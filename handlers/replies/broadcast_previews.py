"""What staff read of a broadcast before it is sent: whom it reaches, when, at what cost, and the code."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from handlers.broadcasts.orders import Order
from handlers.broadcasts.planning import Plan
from handlers.broadcasts.previews import Preview
from handlers.broadcasts.reach import Found
from handlers.broadcasts.residents import ALLOWANCE, KEPT_BACK
from handlers.replies.broadcasts import AUDIENCE_LABELS, WAY_LABELS, names_line, rule_numbers, rule_text
from handlers.replies.formats import moment_text
from handlers.replies.shares import shares_text
from handlers.residents_groups.shares import Share
from storage.models.broadcasts import Broadcast, BroadcastAudience, Way

SHORTEST_MONTH = 28  # days
DAYS_OF_A_MONTH, WEEKS_OF_A_MONTH = 30, 4.35


def broadcast_preview(preview: Preview, *, most: int, now: datetime) -> str:
    """What would be sent, to whom, when, at what cost and whom it does not reach, and the code that sends it.

    `most` is how many mass sends a person gets in a month.
    """
    broadcast, found = preview.broadcast, preview.found
    lines = [
        _reach(broadcast, found),
        broadcast.text,
        "——",
        _schedule(preview.order, preview.plan, found=found),
        *_costs(preview.order, found, most=most, now=now),
        *(f"注意：{remark}。" for remark in found.remarks),
        *(f"发不到：{names_line(names)}（{reason}）。" for reason, names in (found.unreached or {}).items()),
    ]
    if preview.approvers is not None:
        lines.append(_approval(found, preview.approvers))
    lines.append(
        f"确认请回复：{broadcast.code}（10分钟内有效）；要改内容请回复“改 新的内容”；不发请回复“取消”。"
    )
    return "\n".join(line for line in lines if line)


def _reach(broadcast: Broadcast, found: Found) -> str:
    if broadcast.audience is BroadcastAudience.RESIDENTS:
        return f"群发 {broadcast.number}：将一对一发给 {found.people} 位居民（{broadcast.target}）："
    names = names_line([group.name for group in found.groups])
    label = AUDIENCE_LABELS[broadcast.audience]
    return f"群发 {broadcast.number}：将发到 {len(found.groups)} 个{label}（{names}）{_people(found)}："


def _people(found: Found) -> str:
    if not found.people:
        return ""
    return (
        f"，约 {found.people} 人（人数未知的群按户数估计）"
        if found.is_estimate
        else f"，共 {found.people} 人"
    )


def _schedule(order: Order, plan: Plan, *, found: Found) -> str:
    """When it begins and ends, and what the quiet hours make of it."""
    if order.rule is not None:
        first = moment_text(plan.starts_at)
        told = f"{rule_text(order.rule)}发送，第一次：{first}。每次提前一小时告知，可以停。"
        return told + _left_out(order.rule)
    if plan.quiet_until is not None:
        asked = "现在" if order.at is None else f"{moment_text(order.at)} "
        when = f"{asked}是静默时段，{moment_text(plan.starts_at)} 才送出；紧急请说“紧急群发”"
    elif order.at is None:
        when = "确认后马上开始" if not _all_wait(order, found) else "今天轮不到了，确认后排队"
    else:
        when = f"{moment_text(plan.starts_at)} 开始"
    if order.is_urgent:
        when += "（紧急，不受静默时段限制）"
    return f"{when}，{_pace(plan, found)}。{_urgency(order)}"


def _urgency(order: Order) -> str:
    """What a residents' group gets of an urgent broadcast more than of another."""
    if not order.is_urgent or order.audience is not BroadcastAudience.RESIDENTS_GROUPS:
        return ""
    return "不等、不和别的通知合并，可用留给紧急的次数；群主没点的，10、30、60分钟后各提醒一次。"


def _all_wait(order: Order, found: Found) -> bool:
    """Whether every group that is reached has had its message of the day."""
    shares = (
        [found.shares[each.id] for each in found.groups if each.id in (found.shares or {})]
        if found.shares
        else []
    )
    return bool(shares) and not order.is_urgent and len(_turns(shares)) == len(shares)


def _pace(plan: Plan, found: Found) -> str:
    minutes = len(plan.turns)
    if minutes == 1:
        return "一次提交完"
    pace = f"每分钟 {plan.per_minute} {_counter(found)}"
    return f"{pace}，约 {minutes} 分钟，到 {moment_text(plan.ends_at)} 提交完"


def _counter(found: Found) -> str:
    return "个群" if found.groups else "人"


def _left_out(rule: Mapping[str, object]) -> str:
    """每月31号: months without such a day are passed over."""
    missing = [day for day in rule_numbers(rule.get("month_days")) if day > SHORTEST_MONTH]
    return f"没有{'、'.join(f'{day}日' for day in missing)}的月份，那次就不发。" if missing else ""


def _times_a_month(rule: Mapping[str, object]) -> int:
    weekdays, month_days = rule_numbers(rule.get("weekdays")), rule_numbers(rule.get("month_days"))
    nth = rule.get("nth_weekdays")
    if isinstance(nth, list) and nth:
        return len(nth)
    return len(month_days) or round(len(weekdays) * WEEKS_OF_A_MONTH) or DAYS_OF_A_MONTH


def _cost_of_shares(order: Order, shares: Sequence[Share], *, now: datetime) -> Iterator[str]:
    """What of the groups' shares is used, and which groups must wait for their turn."""
    each = f"现在每个群{shares_text(shares)}"
    if order.rule is None:
        yield f"用掉每个群 1 次额度，{each}。"
    else:
        times = _times_a_month(order.rule)
        yield f"每次用掉每个群 1 次额度，一个月约 {times} 次；{each}。"
        if times >= min(share.period.most for share in shares) - shares[0].kept:
            yield "注意：这样会把每个群整月的额度都用完，别的通知和公示只能并在一起、排队发。"
    waits = [] if order.is_urgent or order.rule else [at for at in _turns(shares) if at > now]
    if waits:
        yield f"其中 {len(waits)} 个群今天的次数已用，要到 {moment_text(min(waits))} 才提交给群主。"


def _turns(shares: Sequence[Share]) -> list[datetime]:
    return [at for share in shares if (at := share.turn()) is not None]


def _costs(order: Order, found: Found, *, most: int, now: datetime) -> list[str]:
    lines = []
    if found.taps:
        owners = [f"{name}（{number}次）" for name, number in found.taps]
        lines.append(f"要群主点确认才送达：{names_line(owners)}。")
    shares = (
        [found.shares[each.id] for each in found.groups if each.id in (found.shares or {})]
        if found.shares
        else []
    )
    if shares:
        lines += _cost_of_shares(order, shares, now=now)
    ways = {way: sum(each.way is way for each in found.routes) for way in WAY_LABELS}
    for way, number in ways.items():
        if number:
            lines.append(f"{number} 人{WAY_LABELS[way].format(most=most)}。")
    if ways[Way.MESSAGE]:
        lines.append(f"会话期内每人最多 {ALLOWANCE} 条，已留 {KEPT_BACK} 条给答复。")
    return lines


def _approval(found: Found, approvers: Sequence[str]) -> str:
    """A second person must agree; without one in the organization it would wait in vain."""
    why = "全部居民群" if found.is_everyone else f"约 {found.people} 人"
    if not approvers:
        return f"范围较大（{why}），要另一位工作人员同意才发送，但本社区没有登记第二位，请先登记或缩小范围。"
    return f"范围较大（{why}），确认后还要另一位工作人员（{names_line(approvers)}）同意才发送。"
