"""What staff and workers read of the reports they entered."""

from handlers.cases.joining import How, Registered
from handlers.replies.formats import due_text, kind_text, place_text
from storage.models.cases import Case

HOW = {
    How.OPENED: "已登记",
    How.JOINED: "已有居民反映，已并入",
    How.REPEATED: "本人已反映过，已补充到",
    How.REOPENED: "以前办过，已按重办处理",
}


def entered(registered: Registered, owner: str) -> str:
    """The number, who has it, by when; and that its place is still missing."""
    case = registered.case
    lines = [
        f"{HOW[registered.how]} {case.label}，登记人数 {registered.reporters}。",
        f"事项：{kind_text(case)}",
        f"地点：{place_text(case, registered.estate)}",
        f"{owner}负责，{due_text(case)}。",
    ]
    if registered.estate is None:
        lines.append("地点不明，先放在社区；请问清小区和楼号后连同内容再登记一次。")
    return "\n".join(lines)


def entered_before(case: Case, outside_number: str, owner: str) -> str:
    """The other office's number stands with a case already."""
    return f"{outside_number} 已登记过：{case.label} {kind_text(case)}，{owner}负责，{due_text(case)}。"


def seen_on_patrol(registered: Registered, *, is_own: bool, owner: str) -> str:
    """What became of what the worker saw; `owner`: the grid that has it, and whoever it falls to there."""
    case = registered.case
    lines = [
        f"{HOW[registered.how]} {case.label}：{kind_text(case)}，{place_text(case, registered.estate)}。"
    ]
    if is_own:
        lines.append(f"在您的网格，已记到您名下，{due_text(case)}。办完请发“@回音 办结 {case.number} 结果”。")
    elif registered.how is How.OPENED:
        there = f"已转给负责的网格（{owner}）。"
        lines.append(there if case.grid_id else "没有网格覆盖，已转社区。")
    else:
        lines.append(f"登记人数 {registered.reporters}，{due_text(case)}。")
    return "\n".join(lines)
