"""What is read when a case was settled: by its reporters, who judge it, and by workers, who are thanked."""

from collections.abc import Sequence

from handlers.replies.formats import harmless, place_text, plain_kind
from handlers.replies.sentences import say
from storage.models.cases import Case
from storage.models.organization import Estate

MIDDLE = 3  # of 5: 基本满意


def rating_text(rating: int, *, is_partly: bool = False) -> str:
    """A rating in the words of the office."""
    if is_partly:
        return "部分解决"
    if rating == MIDDLE:
        return "基本满意"
    return "满意" if rating > MIDDLE else "不满意"


def reopening_reason(rating: int, reason: str, *, is_partly: bool) -> str:
    """Why the case is open again, as its workers and its history say it."""
    judged = f"居民评价“{rating_text(rating, is_partly=is_partly)}”"
    return f"{judged}：{reason}" if reason else f"{judged}，正在问原因"


def judged_well(case: Case, rating: int) -> str:
    """The reporter reads that the case is struck off, and what to do if the trouble returns."""
    return say(case.community_id, "judged_well", label=case.label, rating=rating_text(rating))


def judged_badly(case: Case, *, has_reason: bool) -> str:
    """The reporter reads that it is dealt with again; without a reason it is asked for."""
    key = "judged_badly" if has_reason else "judged_badly_why"
    return say(case.community_id, key, label=case.label)


def judgement_reminder(case: Case) -> str:
    """The reporter is asked once more."""
    facts = {"label": case.label, "kind": plain_kind(case), "number": case.number}
    return say(case.community_id, "judgement_reminder", **facts)


def case_expired(case: Case, days: int) -> str:
    """The reporter reads that the case was closed without a judgement, and that one may still come."""
    facts = {"label": case.label, "kind": plain_kind(case), "number": case.number}
    return say(case.community_id, "case_expired", days=days, **facts)


def resolved_card(case: Case, estate: Estate | None, by: str) -> str:
    """The grid's workers read that somebody settled one of their cases elsewhere."""
    lines = [
        f"**诉求 {case.label} 已办结**（{by}）",
        f"事项：{plain_kind(case)}",
        f"地点：{place_text(case, estate)}",
        f"结果：{harmless(case.resolution)}",
    ]
    return "\n".join(lines)


def commendation_card(worker: str, words: str, case: Case | None) -> str:
    """The worker, the colleagues and staff read the thanks."""
    about = f"（诉求 {case.label}）" if case is not None and not case.is_confidential else ""
    return f"**居民感谢{worker}**{about}\n> {harmless(words)}"


def passed_on(community_id: int, names: Sequence[str]) -> str:
    """The resident reads to whom the thanks were passed on."""
    return say(community_id, "thanks_passed_on", names="、".join(names))
