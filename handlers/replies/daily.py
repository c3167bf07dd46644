"""The list of what is open: late first, then what is due today, then the rest."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from handlers.cases.states import STATUS_LABELS
from handlers.replies.formats import URGENCY_LABELS, date_text, place_text, plain_kind
from handlers.working_days import local
from storage.case_counts import OpenCounts
from storage.models.cases import Case
from storage.models.organization import Estate, Grid

SHOWN: Final = 20  # cases in one list
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)


def open_list(
    name: str,
    cases: Sequence[Case],
    estates: Mapping[int, Estate],
    *,
    of: OpenCounts,
    is_for_unit: bool = False,
    now: datetime,
) -> str:
    """What is open, the earliest deadline of each part first; `of` counts what the list may leave out."""
    late, today, rest = parts(cases, now=now)
    lines = [f"**{name} 未办 {of.open} 件**（超期 {of.late}，今天到期 {of.due}）"]
    room = SHOWN
    for head, part in (("超期：", late), ("今天到期：", today), ("其余：", rest)):
        shown = part[:room]
        room -= len(shown)
        lines += [head, *(_line(case, estates, now=now) for case in shown)] if shown else []
    missing = of.open - (SHOWN - room)
    lines += [f"另有 {missing} 件没列出来，发“查 编号”看。"] if missing > 0 else []
    done = "反馈 编号 办了什么" if is_for_unit else "办结 编号 结果"
    return "\n".join([*lines, f"办到哪一步发：@回音 进展 编号 情况；办完发：@回音 {done}"])


def community_list(
    name: str,
    grids: Mapping[int, Grid],
    counts: Mapping[int | None, OpenCounts],
    *,
    late: Sequence[Case],
    estates: Mapping[int, Estate],
    now: datetime,
) -> str:
    """The desk reads the community's sums, grid by grid, and which cases are late."""
    total = sum(counts.values(), OpenCounts())
    lines = [f"**{name} 未办 {total.open} 件**（超期 {total.late}，今天到期 {total.due}）"]
    for key, each in sorted(counts.items(), key=lambda item: (item[0] is None, item[0] or 0)):
        grid = grids[key].name if key is not None and key in grids else "社区"
        lines.append(f"{grid}：{each.open} 件，超期 {each.late}，今天到期 {each.due}")
    shown = late[:SHOWN]
    lines += ["超期：", *(_line(case, estates, now=now) for case in shown)] if shown else []
    lines += [f"另有 {total.late - len(shown)} 件超期。"] if total.late > len(shown) else []
    lines += ["要催办发：@回音 督办 编号 要求"] if shown else []
    return "\n".join(lines)


def parts(cases: Sequence[Case], *, now: datetime) -> tuple[list[Case], list[Case], list[Case]]:
    """Late, due before midnight in Asia/Shanghai, and the rest; each in the order given."""
    late = [case for case in cases if case.paused_at is None and case.resolve_by <= now]
    today = [
        case
        for case in cases
        if case.paused_at is None
        and case.resolve_by > now
        and local(case.resolve_by).date() == local(now).date()
    ]
    named = {case.id for case in [*late, *today]}
    return late, today, [case for case in cases if case.id not in named]


def _line(case: Case, estates: Mapping[int, Estate], *, now: datetime) -> str:
    urgency = URGENCY_LABELS.get(case.urgency, "")
    what = f"{case.label} {plain_kind(case)}{urgency} {place_text(case, estates.get(case.estate_id or 0))}"
    return f"{what}，{STATUS_LABELS[case.status]}，{_when(case, now=now)}"


def _when(case: Case, *, now: datetime) -> str:
    if case.paused_at is not None:
        return "等居民答复"
    if case.resolve_by <= now:
        return f"超期 {_length(now - case.resolve_by)}"
    if local(case.resolve_by).date() == local(now).date():
        return f"{local(case.resolve_by):%H:%M}前"
    return f"{date_text(case.resolve_by)}前"


def _length(time: timedelta) -> str:
    if time < HOUR:
        return "不到 1 小时"
    return f"{time // HOUR} 小时" if time < 2 * DAY else f"{time // DAY} 天"
