"""What units, workers and reporters read of assignment sheets, whistles and mediations."""

from collections.abc import Sequence

from handlers.replies.formats import (
    URGENCY_LABELS,
    harmless,
    kind_text,
    moment_text,
    place_text,
    plain_kind,
)
from handlers.replies.sentences import say
from storage.models.assignments import Assignment, AssignmentKind, AssignmentStatus
from storage.models.cases import Case
from storage.models.organization import Estate

K, S = AssignmentKind, AssignmentStatus
HEADINGS = {K.DISPATCH: "交办单", K.WHISTLE: "吹哨"}


def sheet_card(
    case: Case, estate: Estate | None, sheet: Assignment, *, words: str, photos: int, lead: str, link: str
) -> str:
    """The sheet as the unit's group reads it, with what to type; a link only when there is one."""
    number = case.number
    lines = [
        f"**{HEADINGS[sheet.kind]} {case.label}**{URGENCY_LABELS.get(case.urgency, '')}",
        f"事项：{kind_text(case)}",
        f"地点：{place_text(case, estate)}",
        f"> {harmless(words)}",
    ]
    lines += [f"要办：{harmless(sheet.task)}"] if sheet.task else []
    lines += [f"照片：{photos} 张，问网格员要"] if photos else []
    lines += [f"期限：{moment_text(sheet.due_at)}前"]
    lines += [f"牵头：{lead}"] if lead else []
    lines += [f"到场请回复：@回音 报到 {number}"] if sheet.kind is K.WHISTLE else []
    lines += [f"办好请回复：@回音 反馈 {number} 办了什么", f"不归贵单位：@回音 退回 {number} 原因"]
    lines += [f"也可以点链接答复：{link}"] if link else []
    return "\n".join(lines)


def sheet_given(case: Case, unit: str, sheet: Assignment, *, is_in_group: bool, link: str) -> str:
    """The worker reads who got the sheet, and has the link to pass on where the unit has no group."""
    done = (
        "已发到对方工作群" if is_in_group else "对方没有工作群，请把下面的链接转给经办人（{0}前可答复一次）"
    )
    until = moment_text(sheet.link_until) if sheet.link_until else ""
    text = f"{case.label} 已交办{unit}，{moment_text(sheet.due_at)}前答复；{done.format(until)}。"
    return text if is_in_group or not link else f"{text}\n{link}"


def whistle_given(case: Case, lead: str, sheets: Sequence[tuple[str, bool, str]], *, due: str) -> str:
    """The worker reads who was whistled for: unit, whether its group was told, the link if there is one."""
    names = "、".join(unit for unit, _, _ in sheets)
    lines = [f"{case.label} 已吹哨：{names}；{lead}牵头，{due}前。发“查 {case.number}”看谁还没报到。"]
    links = [f"{unit}：{link}" for unit, is_in_group, link in sheets if not is_in_group and link]
    return "\n".join(lines + (["没有工作群的，请把链接转给经办人：", *links] if links else []))


def reporters_dispatched(case: Case, unit: str, sheet: Assignment) -> str:
    """The reporter reads who has the case now, and by when."""
    facts = {"label": case.label, "kind": plain_kind(case), "unit": unit}
    return say(case.community_id, "case_dispatched", due=moment_text(sheet.due_at), **facts)


def reporters_whistled(case: Case, units: Sequence[str], *, lead: str, due: str) -> str:
    """The reporter reads who works on the case together, and who leads."""
    facts = {"label": case.label, "kind": plain_kind(case), "units": "、".join(units)}
    return say(case.community_id, "case_whistled", lead=lead, due=due, **facts)


def fed_back(case: Case, unit: str, words: str, *, by: str, waiting: Sequence[str]) -> str:
    """The handler reads what the unit did, and what is to be done next."""
    left = (
        f"还在等：{'、'.join(waiting)}。"
        if waiting
        else f"都已答复，请核实后发“@回音 办结 {case.number} 结果”。"
    )
    who = f"（{harmless(by)}）" if by else ""
    return f"**诉求 {case.label} {unit}已反馈**{who}\n> {harmless(words)}\n{left}"


def returned(case: Case, unit: str, reason: str, *, by: str, waiting: Sequence[str]) -> str:
    """The handler reads why the unit gave the sheet back, and to whom it can go instead."""
    who = f"（{harmless(by)}）" if by else ""
    left = f"还在等：{'、'.join(waiting)}。" if waiting else ""
    return (
        f"**诉求 {case.label} 被{unit}退回**{who}\n> {harmless(reason)}\n"
        f"{left}请改派，例如“@回音 交办 {case.number} 单位 要办的事”，或自己办。"
    )


def checked_in(case: Case, unit: str, waiting: Sequence[str]) -> str:
    """The workers' group reads that a unit has come, and who has not."""
    left = f"还没报到：{'、'.join(waiting)}。" if waiting else "都已报到。"
    return f"{case.label} {unit}已报到。{left}"


def cancelled(case: Case) -> str:
    """The unit reads that nothing is to be done any more."""
    return f"诉求 {case.label} 已经结束，这张交办单不用再办，谢谢配合。"


def link_cancelled(case: Case) -> str:
    """The unit's group reads that the link it has leads nowhere."""
    return f"诉求 {case.label} 的答复链接已撤销。交办单还在办，请在群里@回音答复。"


def answered_in_group(case: Case, waiting: Sequence[str], *, is_return: bool) -> str:
    """The unit's member reads that the answer was passed on, and who else is still at it."""
    what = "已退回" if is_return else "反馈已记下"
    left = f"还在等{'、'.join(waiting)}。" if waiting else ""
    return f"{case.label} {what}，正在通知经办的网格员或社区。{left}"


def assignment_line(unit: str, sheet: Assignment, *, words: str, is_late: bool) -> str:
    """One sheet in the detail of a case: which unit, by when, whether it came and what it answered."""
    kind = ("吹哨·牵头" if sheet.is_lead else "吹哨") if sheet.kind is K.WHISTLE else "交办"
    came = ""
    if sheet.kind is K.WHISTLE and sheet.status is S.OPEN:
        came = "已报到，" if sheet.checked_in_at else "未报到，"
    stand = {
        S.OPEN: f"{came}未反馈，{'已超期，' if is_late else ''}{moment_text(sheet.due_at)}前",
        S.FED_BACK: f"已反馈{words}",
        S.RETURNED: f"已退回{words}",
        S.CANCELLED: "已作废",
    }[sheet.status]
    return f"{kind}：{unit}，{stand}"


def mediation_lines(respondent: str, mediator: str, agreement: str) -> list[str]:
    """What the handler and staff read of a mediation, one to one."""
    lines = [f"被反映人：{respondent or '未填'}", f"调解员：{mediator or '未定'}"]
    return lines + ([f"协议：{agreement}"] if agreement else ["协议：还没有达成"])


def mediated(case: Case) -> str:
    """Who mediates was noted; what comes next."""
    return (
        f"{case.label} 已转邻里调解，只有经办人和社区看得到双方。谈成请发“调解协议 {case.number} 内容”；"
        f"没谈成请发“办结 {case.number} 未达成，原因”。"
    )


def agreed(case: Case) -> str:
    """The agreement was noted; what comes next."""
    return f"{case.label} 调解协议已记下，正在通知反映人。落实后请发“办结 {case.number}”。"
