"""What residents read of their cases."""

from collections.abc import Sequence

from handlers.cases.states import STATUS_LABELS
from handlers.replies.formats import (
    case_line,
    date_text,
    due_text,
    kind_text,
    moment_text,
    place_text,
    plain_kind,
)
from handlers.replies.sentences import SENTENCES, say
from storage.models.cases import OPEN_STATUSES, Case, CaseEvent
from storage.models.organization import Contact, Estate


def case_opened(case: Case, estate: Estate | None, owner: str) -> str:
    """The number, what was understood, who acts by when, and who learns of it."""
    lines = [
        f"已登记，编号 {case.label}。",
        f"事项：{kind_text(case)}",
        f"地点：{place_text(case, estate)}",
        f"{owner}负责，{due_text(case)}。",
    ]
    if case.is_confidential:
        lines.append("涉及工作人员，只有社区工作人员看得到，不转给网格员。")
    elif case.has_whisper:
        lines.append("您是谁只有社区工作人员看得到，不告诉网格员，也不在居民群里说。")
    elif not case.is_public:
        lines.append("这件事只有办理的人知道，不在居民群里说。")
    lines.append(f"发“查 {case.number}”看进展。")
    return "\n".join(lines)


def draft_opened(case: Case, owner: str) -> str:
    """The reporter never said where; the case is open all the same."""
    return say(case.community_id, "draft_opened", label=case.label, owner=owner)


def emergency_opened(case: Case, estate: Estate | None, owner: str, *, contact: str = "") -> str:
    """Whom to call first, `contact` of the contact card too; a missing place is asked for last."""
    community_id, lines = case.community_id, [emergency_advice(case, contact=contact)]
    if estate is None:
        told = f"已登记 {case.label}，正在通知{owner}。"
        return "\n".join([*lines, told, say(community_id, "ask_place_now")])
    place = place_text(case, estate)
    return "\n".join([*lines, f"已登记 {case.label}（{place}），正在通知社区和{owner}。"])


def emergency_advice(case: Case, *, contact: str = "") -> str:
    """What to do at once, and whom to call."""
    advice = f"emergency_{case.subcategory}"
    call = say(case.community_id, "emergency_contact", contact=contact) if contact else ""
    return say(case.community_id, advice if advice in SENTENCES else "emergency_other") + call


def case_located(case: Case, estate: Estate | None, owner: str) -> str:
    """The place of a case that was open already is known now, or was put right."""
    place = place_text(case, estate)
    return say(case.community_id, "case_located", label=case.label, place=place, owner=owner)


def ask_estate(community_id: int, names: Sequence[str]) -> str:
    """Which estate the building stands in, by numbered choice."""
    choices = [f"{index} {name}" for index, name in enumerate(names, start=1)]
    return "\n".join([say(community_id, "ask_estate"), *choices])


def own_cases(cases: Sequence[Case]) -> str:
    """The resident's cases, newest first."""
    return "\n".join(["您登记的事：", *map(case_line, cases)])


def case_detail(case: Case, estate: Estate | None, handler: str, *, words: str = "") -> str:
    """One case: where it stands, what was said, who has it, by when, how it was settled."""
    lines = [
        f"诉求 {case.label}：{STATUS_LABELS[case.status]}",
        f"事项：{kind_text(case)}",
        f"地点：{place_text(case, estate)}",
        f"办理：{handler}",
    ]
    if words:
        lines.insert(3, f"原话：{words}")
    if case.status in OPEN_STATUSES:
        lines.append(f"期限：{date_text(case.resolve_by)}前")
    elif case.resolution:
        lines.append(f"结果：{case.resolution}")
    return "\n".join(lines)


def last_told(event: CaseEvent) -> str:
    """The last that was told of a case that is still open."""
    data = event.data or {}
    words = data.get("note") or data.get("reason") or data.get("text") or data.get("answer") or ""
    return f"最近进展（{moment_text(event.happened_at)}）：{words}"


def case_claimed(case: Case, worker: str, *, title: str) -> str:
    """The reporter reads who has the case; `title`: 网格员 or 社区工作人员."""
    facts = {"label": case.label, "kind": plain_kind(case), "worker": worker, "title": title}
    return say(case.community_id, "case_claimed", due=date_text(case.resolve_by), **facts)


def case_progressed(case: Case, note: str) -> str:
    """The reporter reads how far the case is."""
    return say(case.community_id, "case_progressed", label=case.label, note=note)


def resolution_notice(case: Case) -> str:
    """The reporter reads how the case was settled."""
    facts = {"label": case.label, "kind": plain_kind(case), "number": case.number}
    return say(case.community_id, "resolution_notice", result=case.resolution, **facts)


def contact_card(community: str, phone: str, contacts: Sequence[Contact]) -> str:
    """Whom to call."""
    lines = [f"{each.label} {each.phone}" for each in contacts]
    return "\n".join([f"{community} {phone}", *lines, "火警 119  急救 120  报警 110"])
