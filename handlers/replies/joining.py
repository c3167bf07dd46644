"""What is read when reports and cases come together, come back, or go."""

from handlers.replies.formats import (
    URGENCY_LABELS,
    date_text,
    due_text,
    harmless,
    kind_text,
    place_text,
    plain_kind,
)
from handlers.replies.sentences import say
from storage.models.cases import Case
from storage.models.organization import Estate


def case_joined(case: Case, owner: str, *, reporters: int) -> str:
    """The resident reads that neighbours reported it already, who has it, and by when."""
    facts = {"label": case.label, "kind": plain_kind(case), "owner": owner, "reporters": reporters}
    return say(case.community_id, "case_joined", number=case.number, due=due_text(case), **facts)


def case_brought_back(case: Case, owner: str) -> str:
    """The resident reads that the trouble is known, was settled once, and is dealt with again."""
    facts = {"label": case.label, "kind": plain_kind(case), "owner": owner}
    return say(case.community_id, "case_brought_back", number=case.number, due=due_text(case), **facts)


def reopened_notice(case: Case) -> str:
    """The reporters read that it is dealt with again."""
    due = date_text(case.resolve_by)
    return say(case.community_id, "reopened_notice", label=case.label, kind=plain_kind(case), due=due)


def merged_notice(case: Case, into: Case) -> str:
    """The reporters read under which number their case goes on."""
    facts = {"label": case.label, "into": into.label, "number": into.number}
    return say(case.community_id, "merged_notice", **facts)


def unmerged_notice(case: Case) -> str:
    """The reporters read that their case stands by itself again."""
    return say(case.community_id, "unmerged_notice", label=case.label, number=case.number)


# ------------------------------------------------------------------ to workers


def joined_card(case: Case, words: str, *, reporters: int | None) -> str:
    """The workers read what one more reporter said, or what the same one said again."""
    head = "有补充" if reporters is None else f"又有居民反映，登记人数 {reporters}"
    return f"**诉求 {case.label} {head}**{URGENCY_LABELS.get(case.urgency, '')}\n> {harmless(words)}"


def reopened_card(case: Case, estate: Estate | None, words: str, *, handler: str) -> str:
    """The workers read what is the matter again, and how it was solved last time."""
    solved = f"上次办理：{case.resolution}" if case.resolution else "上次没有办理结果"
    lines = [
        f"**诉求 {case.label} 重办（第{case.reopen_count}次）**",
        f"事项：{kind_text(case)}",
        f"地点：{place_text(case, estate)}",
        f"> {harmless(words)}",
        harmless(solved) + (f"（{handler}）" if handler else ""),
        f"期限：{due_text(case)}",
        *(["群主请注意：这件的办结公示还没点发送的，请不要再发。"] if case.is_public else []),
        f"回复：@回音 {'进展' if handler else '接单'} {case.number}{' 怎么办' if handler else ''}",
    ]
    return "\n".join(lines)


def reopened_in_group(case: Case) -> str:
    """The group sees that the case is worked on again."""
    return f"{case.label} 已重办（第{case.reopen_count}次），{due_text(case)}，正在通知居民。"


def left_card(case: Case, reporters: int) -> str:
    """The workers read that one reporter left."""
    return f"诉求 {case.label} 有一位居民撤回了反映，还有 {reporters} 位居民等着办理。"


def withdrawn_card(case: Case) -> str:
    """The workers read that nothing is to be done any more."""
    return f"诉求 {case.label}（{plain_kind(case)}）居民已撤回，不用再办。"


def merged_card(case: Case, into: Case, by: str) -> str:
    """The workers read which case goes on under which number; two that do not look like one are named."""
    due = date_text(into.resolve_by)
    done = f"{by}把 {case.label} 并入 {into.label}，以后按 {into.number} 办，期限{due}前。"
    is_alike = plain_kind(case) == plain_kind(into) or _where(case) == _where(into)
    doubt = "" if is_alike else f"请核对：{_what(case)}，{_what(into)}，类别和地点都不一样。"
    return f"{done}{doubt}要分开请发“拆分 {case.number}”。"


def _where(case: Case) -> tuple[int | None, str | None]:
    return case.estate_id, case.building


def _what(case: Case) -> str:
    building = f"（{case.building}号楼）" if case.building and case.building.isalnum() else ""
    return f"{case.number} 是{plain_kind(case)}{building}"


def unmerged_card(case: Case, by: str) -> str:
    """The workers read that the case stands by itself again."""
    return f"{by}把 {case.label} 拆出来单独办理，{due_text(case)}。"
