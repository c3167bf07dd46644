"""What staff read of a broadcast: what was decided, what became of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

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


def status_text(broadcast: Broadcast, counts: Mapping[DeliveryStatus, int] | None = None) -> str:
    """Where the broadcast stands, in the words of the office; `counts` tell whether owners have tapped."""
    if broadcast.series_id is not None and broadcast.plan.get("rule"):
        return "已设为定期群发"
    if broadcast.status is BroadcastStatus.DONE and counts:
        if counts.get(DeliveryStatus.WAITING):
            return "还在发送"
        if counts.get(DeliveryStatus.AWAITING_OWNER):
            return "已提交，等群主确认"
    return STATUS_LABELS[broadcast.status]


def rule_text(rule: Mapping[str, object]) -> str:
    """每周五 9:00, 每月5日、15日 9:00, 每天 8:00."""
    at = str(rule.get("at_time") or "09:00")
    weekdays, month_days = rule_numbers(rule.get("weekdays")), rule_numbers(rule.get("month_days"))
    if weekdays:
        return f"每周{'、'.join(WEEKDAYS[day - 1] for day in weekdays)} {at}"
    if month_days:
        return f"每月{'、'.join(f'{day}日' for day in month_days)} {at}"
    nth = rule.get("nth_weekdays")
    if isinstance(nth, list) and nth:
        return f"每月{'、'.join(_nth_text(*each) for each in nth)} {at}"
    return f"每天 {at}"


def _nth_text(nth: int, weekday: int) -> str:
    """第一个周五, 最后一个周三."""
    return f"{'最后一' if nth < 0 else '第' + '一二三四'[nth - 1]}个周{WEEKDAYS[weekday - 1]}"


def rule_numbers(value: object) -> list[int]:
    """The days of a rule, as it was kept."""
    return [each for each in value if isinstance(each, int)] if isinstance(value, list) else []


# ------------------------------------------------------------------ decided


def confirmed(broadcast: Broadcast, *, reached: int, series: int | None, now: datetime) -> str:
    """What happens now that the code was given; `series` is the number of the series that it became."""
    number = broadcast.number
    if broadcast.status is BroadcastStatus.AWAITING_APPROVAL:
        return (
            f"已收到。群发 {number} 范围较大，要另一位工作人员回复“同意群发 {number}”才发送，24小时内有效。"
        )
    if broadcast.plan.get("rule"):
        rule = rule_text(broadcast.plan["rule"])
        return (
            f"已设为定期群发：{rule}。每次提前一小时在工作群告知。"
            f"发“定期群发”看列表，不再需要请发“取消定期群发 {series}”。"
        )
    ending = f"进度请发“群发进度 {number}”，停止请发“停止群发 {number}”。"
    if (broadcast.starts_at or now) > now:
        return f"群发 {number} 已定于 {moment_text(broadcast.starts_at or now)} 开始发送。{ending}"
    if broadcast.audience is BroadcastAudience.RESIDENTS:
        return f"群发 {number} 开始发送：{reached} 位居民{_until(broadcast)}。{ending}"
    if broadcast.audience is BroadcastAudience.WORKERS_GROUPS:
        return f"群发 {number} 开始发送：{reached} 个工作群{_until(broadcast)}。{ending}"
    return f"群发 {number} {_handed_in(broadcast, reached)}{_until(broadcast)}。{ending}"


def _handed_in(broadcast: Broadcast, reached: int) -> str:
    """What owners can confirm now, and what waits for its group's turn."""
    later = int(broadcast.plan.get("later") or 0)
    if not later:
        return f"开始发送：{reached} 个居民群，群主点确认后送达"
    at = moment_text(datetime.fromisoformat(broadcast.plan["later_at"]))
    if later >= reached:
        return f"已排队，今天还不发：{reached} 个居民群今天的次数已用，{at} 提交，群主点确认后送达"
    return f"开始发送：{reached - later} 个居民群，群主点确认后送达；另 {later} 个今天的次数已用，{at} 提交"


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


def approved(broadcast: Broadcast, by: str, *, now: datetime) -> str:
    """Who ordered it hears that it goes on."""
    if broadcast.plan.get("rule"):
        return f"{by}已同意群发 {broadcast.number}，已设为定期群发：{rule_text(broadcast.plan['rule'])}。"
    starts_at = broadcast.starts_at or now
    when = f"{moment_text(starts_at)} 开始发送" if starts_at > now else "开始发送"
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


def failed_later(broadcast: Broadcast, whom: str, reason: str) -> str:
    """The desk hears that after all not everybody has it."""
    number = broadcast.number
    where = f"“{whom}”没有送达" if whom else "有没送达的"
    return (
        f"群发 {number}（{broadcast.target}）{where}：{reason}。"
        f"明细请发“群发进度 {number}”，要再发请说“重发群发 {number}”。"
    )


def stopped(broadcast: Broadcast, *, out: int, called_back: int, cancelled: int) -> str:
    """What is out, what is being called back, what was never sent."""
    if broadcast.status is BroadcastStatus.CANCELLED:
        return f"群发 {broadcast.number} 还没有开始，已取消，一个也没有发。"
    return (
        f"群发 {broadcast.number} 已停止：已发出 {out} 个（收不回），"
        f"正在撤回 {called_back} 个（群主还没确认的），没有发的 {cancelled} 个已取消。"
    ) + (f"群主刚点过的收不回，结果请发“群发进度 {broadcast.number}”。" if called_back else "")


def stopped_before_approval(broadcast: Broadcast, by: str) -> str:
    """Those who were asked to agree need not any more."""
    return f"{by}已取消群发 {broadcast.number}（{broadcast.target}），不用再核对了。"


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
