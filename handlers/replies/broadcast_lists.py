"""What staff read of how broadcasts stand: progress, lists, series, templates, what is left to send."""

from collections.abc import Iterable, Mapping, Sequence

from handlers.broadcasts.progress import Progress, Target
from handlers.broadcasts.templates import variables_of
from handlers.replies.broadcasts import (
    STATES,
    WAY_LABELS,
    counts_text,
    names_line,
    rule_text,
    status_text,
)
from handlers.replies.formats import moment_text
from handlers.replies.shares import share_text
from handlers.residents_groups.shares import Share
from storage.models.broadcasts import (
    Broadcast,
    BroadcastAudience,
    BroadcastSeries,
    BroadcastStatus,
    BroadcastTemplate,
    Way,
)
from storage.models.organization import Group
from storage.models.outbox import DeliveryStatus

REASONS = 5  # kinds of failure in one answer
BEGINNING = 20  # characters of a broadcast's words in a list
WITH_REASON = frozenset({DeliveryStatus.DEAD, DeliveryStatus.UNCERTAIN})


def progress_text(found: Progress, *, most: int) -> str:
    """How the broadcast stands: per state who is in it, who must confirm, what failed and why."""
    broadcast = found.broadcast
    status = status_text(broadcast, _counted(found))
    lines = [f"群发 {broadcast.number}（{broadcast.target}）{status}{_when(broadcast)}"]
    for status, _ in STATES:
        lines += _state(broadcast, status, [each for each in found.targets if each.status is status])
    lines += [
        f"{_way(way, reason, most=most)}：{number} 人" for (way, reason), number in sorted(found.ways.items())
    ]
    unreached: Mapping[str, Sequence[str]] = broadcast.plan.get("unreached") or {}
    if broadcast.audience is not BroadcastAudience.RESIDENTS:
        lines += [f"发不到：{names_line(names)}（{reason}）" for reason, names in unreached.items()]
    return "\n".join(lines)


def _counted(found: Progress) -> Mapping[DeliveryStatus, int]:
    return {
        status: sum(each.people for each in found.targets if each.status is status)
        for status in DeliveryStatus
    }


def _when(broadcast: Broadcast) -> str:
    if broadcast.status is BroadcastStatus.SCHEDULED and broadcast.starts_at:
        return f"，{moment_text(broadcast.starts_at)} 开始"
    if broadcast.status is BroadcastStatus.SENDING and broadcast.ends_at:
        return f"，按计划 {moment_text(broadcast.ends_at)} 提交完"
    return ""


def _state(broadcast: Broadcast, status: DeliveryStatus, targets: Sequence[Target]) -> Iterable[str]:
    if not targets:
        return
    line = f"{dict(STATES)[status]} {sum(each.people for each in targets)}"
    if broadcast.audience is BroadcastAudience.RESIDENTS:
        yield line + _mass_result(targets)
    elif status is DeliveryStatus.AWAITING_OWNER:
        yield line + "：" + names_line(list(_by_owner(targets)))
        recalled = sum(each.is_unwanted for each in targets)
        if recalled:
            yield f"其中正在撤回 {recalled}"
    elif status is DeliveryStatus.WAITING:
        until = min(each.next_at for each in targets)
        yield f"{line}：{names_line([each.name for each in targets])}（最早 {moment_text(until)}）"
    else:
        yield line if status in WITH_REASON else f"{line}：{names_line([each.name for each in targets])}"
    if status in WITH_REASON:
        yield from _by_reason(targets)


def _by_owner(targets: Sequence[Target]) -> Iterable[str]:
    """王芳 2个（枫桥苑居民群、明园小区居民群）"""
    owners: dict[str, list[str]] = {}
    for each in targets:
        owners.setdefault(each.owner or "群主不明", []).append(each.name)
    for owner, names in sorted(owners.items(), key=lambda item: -len(item[1])):
        yield f"{owner} {len(names)}个（{names_line(names)}）"


def _by_reason(targets: Sequence[Target]) -> Iterable[str]:
    reasons: dict[str, list[str]] = {}
    for each in targets:
        reasons.setdefault(each.error or "原因不明", []).append(each.name)
    most_first = sorted(reasons.items(), key=lambda item: -len(item[1]))
    for reason, names in most_first[:REASONS]:
        yield f"  {reason}：{names_line(names)}"


def _mass_result(targets: Sequence[Target]) -> str:
    results = [each.result for each in targets if each.result]
    if not results:
        return ""
    total, ready, sent, failed = (_sum(results, name) for name in ("total", "ready", "sent", "failed"))
    return f"（公众号群发结果：到达 {sent}，平台没有送 {max(0, total - ready)}，失败 {failed}）"


def _sum(results: Sequence[Mapping[str, object]], name: str) -> int:
    return sum(value for each in results if isinstance(value := each.get(name), int))


def _way(way: Way, reason: str, *, most: int) -> str:
    return f"没有送（{reason}）" if way is Way.NONE else WAY_LABELS[way].format(most=most)


def broadcasts_listed(rows: Sequence[tuple[Broadcast, Mapping[DeliveryStatus, int]]]) -> str:
    """The last broadcasts, one a line."""
    return "\n".join(_listed(broadcast, counts) for broadcast, counts in rows)


def _listed(broadcast: Broadcast, counts: Mapping[DeliveryStatus, int]) -> str:
    words = " ".join(broadcast.text.split())
    words = words if len(words) <= BEGINNING else f"{words[:BEGINNING]}…"
    told = f"：{counts_text(counts)}" if counts else ""
    at = moment_text(broadcast.starts_at or broadcast.created_at)
    return f"{broadcast.number}｜{at}｜{broadcast.target}｜{status_text(broadcast, counts)}{told}｜{words}"


def series_listed(rows: Sequence[BroadcastSeries]) -> str:
    """What recurs, one a line."""
    lines = [
        f"{each.number}｜{rule_text(each.rule)}｜{each.target}｜下一次 {moment_text(each.next_at)}"
        f"｜{each.text}"
        for each in rows
        if each.next_at is not None
    ]
    return "\n".join([*lines, f"不再需要请说：取消定期群发 {rows[0].number}"])


def templates_listed(rows: Sequence[BroadcastTemplate]) -> str:
    """The templates with their words."""
    lines = [f"{each.name}：{each.text}" for each in rows]
    given = "".join(f" {each}=…" for each in variables_of(rows[0].text))
    example = f"用模板请发：群发 模板 {rows[0].name}{given}"
    return "\n".join([*lines, example, f"删除请发：删除群发模板 {rows[0].name}"])


def quotas_listed(rows: Sequence[tuple[Group, Share]], *, most: int) -> str:
    """What each residents' group may still be sent, those with the least first."""
    ordered = sorted(rows, key=lambda row: row[1].left_for_notices)
    lines = [f"{group.name}：{_share(share)}" for group, share in ordered[:30]]
    more = [f"还有 {len(rows) - 30} 个群没有列出。"] if len(rows) > 30 else []
    mass = f"公众号群发：每位居民每月最多 {most} 次。" if most else "公众号没有群发的权限。"
    return "\n".join([*lines, *more, mass])


def _share(share: Share) -> str:
    turn = share.turn()
    later = f"，下一次 {moment_text(turn)}" if turn else ""
    return f"{share_text(share)}{later}"
