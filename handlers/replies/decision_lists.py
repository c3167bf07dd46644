"""Lists of decision items in chat, and one item as it is shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from handlers.decisions.listing import PAGE, Listed, Shown
from handlers.replies.decisions import STATUS_LABELS, due_text, words
from handlers.replies.formats import meeting_time, moment_text
from handlers.working_days import local
from storage.models.consultation import Happening, HappeningRow
from storage.models.decisions import Cost, CostKind, Decision, DecisionStatus

HEADS: Final = {
    "": "决议列表",
    "open": "在办的决议",
    "overdue": "超期的决议",
    "reported": "待核实的决议",
    "done": "已落实的决议",
}
HAPPENED: Final = {
    Happening.PROGRESSED: "进展",
    Happening.REPORTED_DONE: "报完成",
    Happening.CONFIRMED: "已核实",
    Happening.DOUBTED: "没做完",
    Happening.EXTENDED: "改期限",
    Happening.HANDED_OVER: "改由",
    Happening.DROPPED: "撤销",
}
SAID: Final = ("note", "result", "reason", "to", "words")  # where a line of the history keeps its words


def decisions_listed(found: Listed, *, only: str, now: datetime) -> str:
    """One page, each item with owner, date and state, and how to see the next."""
    head = f"{HEADS[only]}（共 {found.total} 件）"
    lines = [decision_line(each, owner, now=now) for each, owner in found.items]
    more = []
    if found.rest:
        name = {"": "决议列表", "done": "已落实的决议"}.get(only, HEADS[only])
        more = [f"还有 {found.rest} 件，发“{name} 第{found.page + 1}页”接着看。"]
    return "\n".join([head, *lines, *more, "看一件发“决议 编号”，例如“决议7”。"])


def decision_line(decision: Decision, owner: str, *, now: datetime) -> str:
    """One item on a line: number, what, who, until when, how it stands."""
    what = words(decision.what)
    short = what if len(what) <= 40 else f"{what[:40]}…"
    if decision.status is DecisionStatus.OPEN:
        return f"决议{decision.number} {short}｜{owner}｜{due_text(decision, now)}"
    when = local(decision.done_at) if decision.done_at else None
    on = f"（{when.month}月{when.day}日）" if when else ""
    return f"决议{decision.number} {short}｜{owner}｜{STATUS_LABELS[decision.status]}{on}"


def decision_shown(shown: Shown, *, now: datetime, is_resident: bool, costs: Sequence[str] = ()) -> str:
    """One item: what, who, until when, how it stands, what happened last, and what may be typed."""
    decision = shown.decision
    meeting = shown.meeting
    lines = [
        f"决议{decision.number}（{STATUS_LABELS[decision.status]}）",
        words(decision.what),
        f"责任：{shown.owner}",
        f"期限：{due_text(decision, now)}",
    ]
    lines += [f"监督人：{shown.watcher}"] if shown.watcher else []
    lines += [f"来自：议事会{meeting.number}（{meeting_time(meeting)}）"] if meeting else []
    lines += [f"诉求：{'、'.join(shown.cases)}"] if shown.cases else []
    lines += [*costs, *([f"凭证：{shown.pieces} 份"] if shown.pieces else [])]
    lines += [happened(each) for each in shown.lines]
    return "\n".join([*lines, *_next(shown, is_resident=is_resident)])


def happened(line: HappeningRow) -> str:
    """One line of the history: when, what, in whose words."""
    data = line.data or {}
    said = next((str(data[name]) for name in SAID if data.get(name)), "")
    at = local(line.happened_at)
    return f"{at.month}月{at.day}日 {HAPPENED[line.kind]}{f'：{words(said)}' if said else ''}"


def no_decisions(only: str) -> str:
    """There is nothing in the list."""
    return f"现在没有{HEADS[only].removesuffix('列表') if not only else HEADS[only]}。"


def _next(shown: Shown, *, is_resident: bool) -> list[str]:
    number, status = shown.decision.number, shown.decision.status
    if status is DecisionStatus.REPORTED_DONE and (is_resident or shown.may_work):
        return [f"核实过的请回复“决议{number} 属实”，没做完回复“决议{number} 没做完：原因”。"]
    if status is DecisionStatus.OPEN and shown.may_work:
        return [f"报进展发“进展 决议{number} …”，办完发照片和“办结 决议{number} 办了什么”。"]
    return []


# ------------------------------------------------------------------ what whoever acted reads


def progressed(decision: Decision) -> str:
    """Who reported reads that it is told on."""
    return f"决议{decision.number} 的进展已记下，正在告诉参会的人和反映人。"


def photo_kept(number: int) -> str:
    """Who sent a photo reads what it shows, and what is still missing."""
    return f"照片已记到决议{number}。办完请发“办结 决议{number} 办了什么”。"


def reported(decision: Decision, *, has_watcher: bool) -> str:
    """Who reported it done reads whose word is waited for."""
    number = decision.number
    if has_watcher:
        return f"决议{number} 已报完成，正请监督人核实；三天没有答复就由社区核实。"
    return f"决议{number} 已报完成，等社区核实。社区工作人员核实后发“确认 决议{number}”。"


def confirmed(decision: Decision, *, is_resident: bool) -> str:
    """Who confirmed reads that it is settled."""
    thanks = "谢谢您去看过。" if is_resident else ""
    return f"{thanks}决议{decision.number} 已落实，销号，正在告诉大家。"


def doubted(decision: Decision, owner: str) -> str:
    """Who doubted reads that it goes on."""
    return f"记下了，决议{decision.number} 已请{owner}继续办，做完再请核实。"


def extended(decision: Decision) -> str:
    """Who set the date reads it."""
    due = moment_text(decision.due_at) if decision.due_at else "未定"
    return f"决议{decision.number} 的期限已定为{due}，正在告诉大家。"


def extension_asked(decision: Decision, until: datetime) -> str:
    """The owner reads that staff have to agree."""
    return (
        f"决议{decision.number} 想延到{moment_text(until)}，已报社区工作人员。"
        f"答复之前仍按{moment_text(decision.due_at) if decision.due_at else '原期限'}办。"
    )


def page_is_empty(page: int) -> str:
    """The list is shorter than that."""
    return f"没有第{page}页了，每页 {PAGE} 件。发“决议列表”从头看。"


def extension_refused(decision: Decision) -> str:
    """Staff read that the date stays."""
    due = moment_text(decision.due_at) if decision.due_at else "未定"
    return f"已答复：决议{decision.number} 不延期，期限还是{due}。"


def supervised(decision: Decision, owner: str) -> str:
    """Staff read that it is on its way."""
    return f"已督办决议{decision.number}，正在告诉{owner}。"


def dropped(decision: Decision) -> str:
    """Staff read that it is called off."""
    return f"决议{decision.number} 已撤销，正在告诉参会的人和反映人。"


def handed_over(decision: Decision, owner: str) -> str:
    """Staff read who has it now."""
    return f"决议{decision.number} 已转交{owner}，期限不变，正在告诉双方。"


def given_back(decision: Decision) -> str:
    """The owner reads that it stays theirs until staff say otherwise."""
    return f"已报社区工作人员，请等答复；改派之前决议{decision.number} 仍由您负责。"


def watching_answered(decision: Decision, *, agrees: bool) -> str:
    """A resident reads what comes of their answer."""
    if agrees:
        return f"谢谢您。决议{decision.number} 办完后会请您看一眼是否属实。"
    return f"好的，决议{decision.number} 不请您当监督人了，已告诉社区工作人员。"


def watcher_set(decision: Decision, name: str) -> str:
    """Staff read who watches over it."""
    if not name:
        return f"决议{decision.number} 不设监督人，报完成后由社区核实。"
    return f"决议{decision.number} 的监督人是{name}，正在告诉对方。"


def board_link(public_url: str, code: str) -> str:
    """Where the board is."""
    if not public_url:
        return "公示栏的网页还没有开通，要看议定的事项请发“决议列表”。"
    return f"公示栏（开会预告、议定事项、表决结果）：{public_url}/board/{code}"


COST_LABELS: Final = {
    CostKind.SHARED: "住户分摊",
    CostKind.MAINTENANCE_FUND: "维修资金",
    CostKind.SPECIAL_FUND: "专项资金",
    CostKind.OTHER: "其他资金",
}


def costs_line(found: Sequence[Cost]) -> list[str]:
    """The money of an item by where it comes from, in yuan; no line without any."""
    parts = []
    for kind in dict.fromkeys(each.kind for each in found):
        cents = sum(each.cents for each in found if each.kind is kind)
        yuan = f"{cents // 100}" if cents % 100 == 0 else f"{cents // 100}.{cents % 100:02d}"
        parts.append(f"{COST_LABELS[kind]} {yuan} 元")
    return [f"费用：{'，'.join(parts)}"] if parts else []
