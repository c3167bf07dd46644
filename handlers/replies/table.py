"""What is read of problems entered at the table, and of what somebody took on there."""

from collections.abc import Sequence
from typing import Final

from handlers.cases.joining import How
from handlers.meetings.raised import Raised
from handlers.replies.decisions import words
from handlers.replies.formats import moment_text
from handlers.replies.minutes import due_of, lacks_text
from storage.models.decisions import Decision
from storage.models.meetings import Meeting

TOO_MANY: Final = "一次最多登记 50 行，这一行没有登记，请再发一次。"
WHICH_KIND: Final = "没写是什么，没有登记。请在前面写“诉求”“议题”或“决议”再发。"
CUT: Final = 30  # characters of a line that is given back
HOW: Final = {
    How.OPENED: "已登记",
    How.JOINED: "已并入",
    How.REPEATED: "之前已登记",
    How.REOPENED: "重新受理",
}


def entered(meeting: Meeting, raised: Sequence[Raised]) -> str:
    """Line by line what became of it."""
    kept = sum(1 for each in raised if not each.refusal)
    head = f"议事会{meeting.number} 登记 {len(raised)} 行，成 {kept} 行："
    return "\n".join([head, *(f"{index}. {_line(each)}" for index, each in enumerate(raised, start=1))])


def _line(each: Raised) -> str:
    said = words(each.words)
    short = said if len(said) <= CUT else f"{said[:CUT]}…"
    if each.case is not None:
        return f"{short} → 诉求 {each.case.case.label}（{HOW[each.case.how]}）"
    if each.topic is not None:
        return f"{short} → 议题{each.topic.number}（下次议事会可用）"
    if each.made is not None:
        lacks = "；".join(lacks_text([each.made]))
        return f"{short} → 决议{each.made.decision.number}" + (f"（{lacks}）" if lacks else "")
    return f"{short} → {each.refusal}"


def claimed(decision: Decision, *, owner: str) -> str:
    """Who sat at the table reads who has taken the item on."""
    return f"决议{decision.number}（{words(decision.what)}）由{owner}认领{due_of(decision)}办好。"


def claim_kept(decision: Decision) -> str:
    """Who took it on reads what comes next."""
    due = (
        f"期限{moment_text(decision.due_at)}"
        if decision.due_at
        else f"没有期限，发“期限 决议{decision.number} 11月30日”补上"
    )
    return (
        f"决议{decision.number} 由您认领：{words(decision.what)}。{due}。\n"
        f"报进展请发“进展 决议{decision.number} 办到哪一步”，"
        f"办完先发照片再发“办结 决议{decision.number} 办了什么”。"
    )


def case_claimed(label: str) -> str:
    """A unit took a case on the spot."""
    return f"诉求 {label} 由您单位认领，交办单已生成，期限和回复办法见群里的交办单。"


def sheet_task(meeting: Meeting) -> str:
    """What a sheet says that was taken at the table."""
    return f"议事会{meeting.number}上认领"
