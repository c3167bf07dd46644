"""What staff read of a broadcast: its preview, what was decided, what became of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers.broadcasts.orders import Order
from handlers.broadcasts.planning import Plan
from handlers.broadcasts.previews import Preview
from handlers.broadcasts.reach import Found
from handlers.broadcasts.residents import ALLOWANCE, KEPT_BACK
from handlers.replies.formats import WEEKDAYS, moment_text
from handlers.working_days import local
from storage.models.broadcasts import (
    Broadcast,
    BroadcastAudience,
    BroadcastSeries,
    BroadcastStatus,
    Way,
)
from storage.models.outbox import DeliveryStatus

SHOWN = 10  # names in a line
STATUS_LABELS: Mapping[BroadcastStatus, str] = {
    BroadcastStatus.PREVIEWED: "待确认",
    BroadcastStatus.AWAITING_APPROVAL: "待审批",
    BroadcastStatus.SCHEDULED: "已定时",
    BroadcastStatus.SENDING: "发送中",
    BroadcastStatus.DONE: "已发完",
    BroadcastStatus.STOPPED: "已停止",
    BroadcastStatus.CANCELLED: "已取消",
}
AUDIENCE_LABELS: Mapping[BroadcastAudience, str] = {
    BroadcastAudience.RESIDENTS_GROUPS: "居民群",
    BroadcastAudience.WORKERS_GROUPS: "工作群",
    BroadcastAudience.RESIDENTS: "居民",
}
WAY_LABELS: Mapping[Way, str] = {
    Way.MESSAGE: "正在48小时会话期内，直接送达",
    Way.MASS: "用公众号群发（每人每月最多{most}次）",
    Way.NOTICE: "先发一条提醒，对方回复后才看到内容",
}
STATES = (  # in the order in which they are told
    (DeliveryStatus.SENT, "已送达"),
    (DeliveryStatus.AWAITING_OWNER, "待群主确认"),
    (DeliveryStatus.WAITING, "等待发送"),
    (DeliveryStatus.HELD, "等对方来信再送"),
    (DeliveryStatus.UNCERTAIN, "不清楚是否送达"),
    (DeliveryStatus.DEAD, "失败"),
    (DeliveryStatus.CANCELLED, "已撤下"),
)


def names_line(names: Sequence[str]) -> str:
    """The names in one line, 等 when there are many."""
    return "、".join(names[:SHOWN]) + ("等" if len(names) > SHOWN else "")


def status_text(broadcast: Broadcast) -> str:
    """Where the broadcast stands, in the words of the office."""
    if broadcast.series_id is not None and broadcast.plan.get("rule"):
        return "已设为定期群发"
    return STATUS_LABELS[broadcast.status]


# ------------------------------------------------------------------ before it is sent


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
        *_costs(found, most=most, now=now),
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
        return f"{rule_text(order.rule)}发送，第一次：{first}。每次提前一小时告知，可以停。"
    if plan.quiet_until is not None:
        asked = "现在" if order.at is None else f"{moment_text(order.at)} "
        when = f"{asked}是静默时段，{moment_text(plan.starts_at)} 才送出；紧急请说“紧急群发”"
    elif order.at is None:
        when = "确认后马上开始"
    else:
        when = f"{moment_text(plan.starts_at)} 开始"
    if order.is_urgent:
        when += "（紧急，不受静默时段限制）"
    return f"{when}，{_pace(plan, found)}。"


def _pace(plan: Plan, found: Found) -> str:
    minutes = len(plan.turns)
    if minutes == 1:
        return "一次提交完"
    pace = f"每分钟 {plan.per_minute} {_counter(found)}"
    return f"{pace}，约 {minutes} 分钟，到 {moment_text(plan.ends_at)} 提交完"


def _counter(found: Found) -> str:
    return "个群" if found.groups else "人"


def _costs(found: Found, *, most: int, now: datetime) -> list[str]:
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
        least, best = min(each.left for each in shares), max(each.left for each in shares)
        left = f"{least}" if least == best else f"{least} 到 {best}"
        lines.append(f"用掉每个群 1 次额度，现在每个群还剩 {left} 次。")
    later = [each.turn() for each in shares]
    waits = [at for at in later if at is not None and at > now]
    if waits:
        lines.append(f"其中 {len(waits)} 个群今天的次数已用，{moment_text(min(waits))} 再发。")
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


def rule_text(rule: Mapping[str, object]) -> str:
    """每周五 9:00, 每月5日、15日 9:00, 每天 8:00."""
    at = str(rule.get("at_time") or "09:00")
    weekdays, month_days = _numbers(rule.get("weekdays")), _numbers(rule.get("month_days"))
    if weekdays:
        return f"每周{'、'.join(WEEKDAYS[day - 1] for day in weekdays)} {at}"
    if month_days:
        return f"每月{'、'.join(f'{day}日' for day in month_days)} {at}"
    return f"每天 {at}"


def _numbers(value: object) -> list[int]:
    return [each for each in value if isinstance(each, int)] if isinstance(value, list) else []


# ------------------------------------------------------------------ decided


def confirmed(broadcast: Broadcast, *, reached: int, now: datetime) -> str:
    """What happens now that the code was given."""
    number = broadcast.number
    if broadcast.status is BroadcastStatus.AWAITING_APPROVAL:
        return (
            f"已收到。群发 {number} 范围较大，要另一位工作人员回复“同意群发 {number}”才发送，24小时内有效。"
        )
    if broadcast.plan.get("rule"):
        rule = rule_text(broadcast.plan["rule"])
        return f"已设为定期群发：{rule}。每次提前一小时在工作群告知。发“定期群发”看列表。"
    ending = f"进度请发“群发进度 {number}”，停止请发“停止群发 {number}”。"
    if broadcast.status is BroadcastStatus.SCHEDULED or (broadcast.starts_at or now) > now:
        return f"群发 {number} 已定于 {moment_text(broadcast.starts_at or now)} 开始发送。{ending}"
    if broadcast.audience is BroadcastAudience.RESIDENTS:
        return f"群发 {number} 已开始发给 {reached} 位居民{_until(broadcast)}。{ending}"
    if broadcast.audience is BroadcastAudience.WORKERS_GROUPS:
        return f"群发 {number} 已开始发到 {reached} 个工作群{_until(broadcast)}。{ending}"
    return f"群发 {number} 已提交 {reached} 个居民群，群主点确认后送达{_until(broadcast)}。{ending}"


def _until(broadcast: Broadcast) -> str:
    minutes = int(broadcast.plan.get("minutes") or 1)
    if minutes == 1 or broadcast.ends_at is None:
        return ""
    pace = broadcast.plan.get("per_minute")
    return f"；按每分钟 {pace} 个，约 {minutes} 分钟，到 {moment_text(broadcast.ends_at)} 提交完"


def approval_wanted(broadcast: Broadcast, sender: str) -> str:
    """Another member of staff is asked to agree."""
    number = broadcast.number
    when = (
        ""
        if broadcast.plan.get("at_once")
        else f"，{moment_text(broadcast.starts_at or broadcast.created_at)} 开始"
    )
    rule = broadcast.plan.get("rule")
    when = f"，{rule_text(rule)}" if isinstance(rule, dict) else when
    return (
        f"{sender}要群发 {number}，请另一位工作人员核对：发给{broadcast.target}，{_size(broadcast)}{when}。\n"
        f"{broadcast.text}\n"
        f"同意请回复：同意群发 {number}\n不同意请回复：不同意群发 {number} 因为…\n24小时没有人同意就不发了。"
    )


def _size(broadcast: Broadcast) -> str:
    if broadcast.audience is BroadcastAudience.RESIDENTS:
        return f"{broadcast.people} 位居民一对一"
    label = AUDIENCE_LABELS[broadcast.audience]
    people = f"、约 {broadcast.people} 人" if broadcast.people else ""
    return f"{len(broadcast.group_ids)} 个{label}{people}"


def approved(broadcast: Broadcast, by: str) -> str:
    """Who ordered it hears that it goes on."""
    if broadcast.plan.get("rule"):
        return f"{by}已同意群发 {broadcast.number}，已设为定期群发：{rule_text(broadcast.plan['rule'])}。"
    is_begun = broadcast.status is not BroadcastStatus.SCHEDULED
    when = (
        "已开始发送" if is_begun else f"{moment_text(broadcast.starts_at or broadcast.created_at)} 开始发送"
    )
    return f"{by}已同意群发 {broadcast.number}，{when}。"


def not_approved(broadcast: Broadcast, by: str, reason: str) -> str:
    """Who ordered it hears why it is not sent."""
    why = f"：{reason}" if reason else ""
    return f"{by}没有同意群发 {broadcast.number}{why}。没有发送，需要时请重新发起。"


def approval_expired(broadcast: Broadcast) -> str:
    """Nobody agreed in time."""
    return f"群发 {broadcast.number}（{broadcast.target}）24小时没有人同意，已取消，没有发送。"


# ------------------------------------------------------------------ afterwards


def counts_text(counts: Mapping[DeliveryStatus, int]) -> str:
    """已送达 12，待群主确认 3 …"""
    told = [f"{label} {counts[status]}" for status, label in STATES if counts.get(status)]
    return "，".join(told) or "没有可发的"


def broadcast_result(broadcast: Broadcast, counts: Mapping[DeliveryStatus, int]) -> str:
    """What became of it, once nothing waits any more."""
    number = broadcast.number
    hints = []
    if counts.get(DeliveryStatus.AWAITING_OWNER):
        hints.append("请提醒群主在企业微信里点“发送”")
    if counts.get(DeliveryStatus.DEAD):
        hints.append(f"失败的可发“重发群发 {number}”")
    hints.append(f"明细请发“群发进度 {number}”")
    return f"群发 {number}（{broadcast.target}）已全部提交：{counts_text(counts)}。{'；'.join(hints)}。"


def stopped(broadcast: Broadcast, *, out: int, called_back: int, cancelled: int) -> str:
    """What is out, what is being called back, what was never sent."""
    if broadcast.status is BroadcastStatus.CANCELLED:
        return f"群发 {broadcast.number} 还没有开始，已取消，一个也没有发。"
    return (
        f"群发 {broadcast.number} 已停止：已发出 {out} 个（收不回），"
        f"正在撤回 {called_back} 个（群主还没确认的），没有发的 {cancelled} 个已取消。"
    )


def occurrence_coming(broadcast: Broadcast, series: BroadcastSeries) -> str:
    """The desk hears of it an hour before."""
    at = local(broadcast.starts_at or broadcast.created_at)
    return (
        f"将于{at:%H:%M}群发 {broadcast.number}"
        f"（定期群发 {series.number}，{series.target}，{_size(broadcast)}）：\n"
        f"{series.text}\n停止请说：停止群发 {broadcast.number}"
    )


def occurrence_missed(series: BroadcastSeries, at: datetime, following: datetime) -> str:
    """A time was missed while nobody ran."""
    return (
        f"定期群发 {series.number}（{series.target}）{moment_text(at)} 那次因系统停机没有发送，不再补发。"
        f"下一次：{moment_text(following)}。要补发请直接群发。"
    )


def occurrence_reaches_nobody(series: BroadcastSeries, at: datetime) -> str:
    """This time there is nobody it could be sent to."""
    return (
        f"定期群发 {series.number}（{series.target}）{moment_text(at)} 这次没有可以发到的对象，没有发送。"
        f"不再需要请说：取消定期群发 {series.number}"
    )
