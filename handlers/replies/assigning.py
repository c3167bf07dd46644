"""What workers and staff read when a case changes hands, is handed back, or is turned down."""

from handlers.replies.formats import due_text, harmless, kind_text, place_text
from storage.models.cases import Case
from storage.models.organization import Estate


def case_assigned(case: Case, estate: Estate | None, words: str, *, by: str, to: str, reason: str) -> str:
    """The new owner reads what it is about and by when."""
    lines = [
        f"**诉求 {case.label} 转给{to}办理**（{by}转交）",
        f"事项：{kind_text(case)}",
        f"地点：{place_text(case, estate)}",
        f"> {harmless(words)}",
        f"期限：{due_text(case)}",
    ]
    lines += [f"说明：{harmless(reason)}"] if reason else []
    return "\n".join([*lines, f"有进展请发：@回音 进展 {case.number} 情况"])


def assigned_in_group(case: Case, to: str) -> str:
    """Who handed the case over sees that it was done."""
    return f"{case.label} 已转给{to}，已提醒本人，正在通知居民。"


def case_declined(case: Case, worker: str, reason: str) -> str:
    """Nobody has the case: somebody must take it."""
    return (
        f"**诉求 {case.label} 被退还，现在没有人接**\n{kind_text(case)}，{due_text(case)}\n"
        f"{worker}：{harmless(reason)}\n"
        f"接单请发：@回音 接单 {case.number}；社区可发：@回音 指派 {case.number} 姓名"
    )


def declined_in_group(case: Case) -> str:
    """The worker sees that the case is not theirs any more."""
    return f"{case.label} 已退还，群里和社区都已收到提醒。"


def rejection_proposed(case: Case, words: str, *, worker: str, reason: str) -> str:
    """Staff decide."""
    return (
        f"**{worker}建议不予受理 {case.label}**\n{kind_text(case)}\n> {harmless(words)}\n"
        f"理由：{harmless(reason)}\n"
        f"同意请发：@回音 同意不予受理 {case.number} 理由和去处\n"
        f"不同意请发：@回音 不同意不予受理 {case.number} 原因"
    )


def proposed_in_group(case: Case) -> str:
    """The worker sees that staff were asked."""
    return f"{case.label} 已报社区审核；同意之前请照常办理。"


def rejection_refused(case: Case, reason: str) -> str:
    """The case is to be dealt with."""
    why = f"：{harmless(reason)}" if reason else ""
    return f"**诉求 {case.label} 社区不同意不予受理**{why}。请继续办理。"


def refused_at_desk(case: Case) -> str:
    """Staff see that the case goes on."""
    return f"{case.label} 继续办理，已告诉办理的人。"


def case_rejected(case: Case, reason: str) -> str:
    """Those who had the case need do nothing."""
    return f"**诉求 {case.label} 不予受理**：{harmless(reason)}。已告知居民，不用再办。"


def rejected_at_desk(case: Case) -> str:
    """Staff see that the case was turned down."""
    return f"{case.label} 已按不予受理处理，正在把理由和去处告诉居民。"
