"""What is read when time passes: deadlines, alarms, urging, questions, extensions, new kinds."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from handlers.cases.ladder import LadderStep
from handlers.replies.formats import (
    URGENCY_LABELS,
    date_text,
    due_text,
    harmless,
    kind_text,
    moment_text,
    place_text,
    plain_kind,
)
from handlers.replies.sentences import say
from storage.models.assignments import Assignment
from storage.models.cases import Case, Urgency
from storage.models.organization import Estate

HEADS: Final = {
    LadderStep.REMIND: "临期提醒",
    LadderStep.OVERDUE: "超期督办",
    LadderStep.HEAD: "超期督办，提请社区负责人过问",
    LadderStep.STREET: "超期督办，提请街道过问",
}
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


def step_card(
    case: Case, estate: Estate | None, step: LadderStep, *, who: str, missing: Sequence[str], now: datetime
) -> str:
    """The case at a step of the ladder: what, since when, who has it, what to type; `missing`: nobody is."""
    absent = [f"（社区没有登记{each}，请工作人员转告）" for each in missing]
    return "\n".join([*_about(case, estate, HEADS[step], who=who, now=now), *absent, _next(case)])


def response_card(case: Case, estate: Estate | None, *, who: str, now: datetime) -> str:
    """Nobody has answered in time."""
    lines = _about(case, estate, "还没有人回应", who=who, now=now)
    return "\n".join([*lines, f"应在{moment_text(case.respond_by)}前回应居民。", _next(case)])


def alarm_card(
    case: Case, estate: Estate | None, *, who: str, count: int, every: timedelta, now: datetime
) -> str:
    """An emergency that nobody has claimed: since when, and how often it was said by now."""
    lines = _about(case, estate, f"紧急，还没有人接单（第{count}次提醒）", who=who, now=now)
    waited = f"已等 {_length(now - case.round_at)}，每 {_length(every)}提醒一次，直到有人接单。"
    return "\n".join([*lines, waited, f"回复：@回音 接单 {case.number}"])


def supervised_card(case: Case, estate: Estate | None, *, by: str, note: str, who: str, now: datetime) -> str:
    """A member of staff wants it done."""
    words = [f"> {harmless(note)}"] if note else []
    return "\n".join([*_about(case, estate, f"{by}督办", who=who, now=now), *words, _next(case)])


def urged_card(case: Case, estate: Estate | None, *, count: int, who: str, now: datetime) -> str:
    """A resident asks for speed, for the so-many-th time."""
    return "\n".join([*_about(case, estate, f"居民催办（第{count}次）", who=who, now=now), _next(case)])


def sheet_overdue_card(
    case: Case, estate: Estate | None, unit: str, *, sheet: Assignment, now: datetime
) -> str:
    """A unit owes the answer to its sheet; it reads what to type, and so does whoever gave the sheet."""
    head = f"{unit}的交办单已到期（{moment_text(sheet.due_at)}）"
    typed = f"承办单位请回复：@回音 反馈 {case.number} 办理情况；不属于的发“退回 {case.number} 原因”。"
    return "\n".join([*_about(case, estate, head, who=unit, now=now), typed])


def answer_card(case: Case, words: str) -> str:
    """The reporter has answered, and the clock goes on."""
    return (
        f"**诉求 {case.label} 居民已答复**{URGENCY_LABELS.get(case.urgency, '')}\n> {harmless(words)}\n"
        f"期限：{date_text(case.resolve_by)}前\n{_next(case)}"
    )


def unanswered_card(case: Case, question: str, *, days: int) -> str:
    """The reporter has not answered; it goes on without."""
    return (
        f"**诉求 {case.label} 居民 {days} 天没有答复**\n> 问：{harmless(question)}\n"
        f"请按现有情况继续办，期限：{date_text(case.resolve_by)}前\n{_next(case)}"
    )


def asked_in_group(case: Case, until: datetime) -> str:
    """The group sees that the question is on its way, and how long it is waited for."""
    return f"{case.label} 正在问居民，等答复时不计时限；到{moment_text(until)}还没答复，就按现有情况继续办。"


def extended_in_group(case: Case, days: int) -> str:
    """The group sees the new deadline."""
    return f"{case.label} 已延期 {days} 天，新期限{date_text(case.resolve_by)}前，正在告诉居民。"


def proposed_in_group(case: Case, days: int) -> str:
    """The group sees that staff must agree."""
    due = date_text(case.resolve_by)
    return f"{case.label} 延期 {days} 天要社区同意，已报社区工作人员。在答复之前，仍按{due}前办。"


def proposal_card(case: Case, *, by: str, days: int, reason: str) -> str:
    """Staff read who asks for how many days more, why, and how to answer."""
    return (
        f"**{by}申请延期 {case.label}**\n事项：{kind_text(case)}\n"
        f"再延 {days} 天，已延过 {case.extension_days} 天，现期限{date_text(case.resolve_by)}\n"
        f"> {harmless(reason)}\n"
        f"回复：@回音 同意延期 {case.number}，或：不同意延期 {case.number} 原因"
    )


def decided_card(case: Case, *, by: str, reason: str, is_accepted: bool) -> str:
    """The workers read what became of their proposal."""
    said = f"{by}{'同意' if is_accepted else '没有同意'} {case.label} 延期"
    why = f"：{harmless(reason)}" if reason else ""
    return f"{said}{why}。期限{date_text(case.resolve_by)}前。"


def recategorized_in_group(case: Case) -> str:
    """The group sees the new kind and both deadlines."""
    public = "" if case.is_public else "这件不在居民群里说，要公开请社区工作人员改类。"
    return f"{case.label} 改为{kind_text(case)}，{due_text(case)}。{public}"


def raised_card(case: Case, estate: Estate | None, *, who: str, now: datetime) -> str:
    """The workers read that it is more urgent than it was."""
    return "\n".join([*_about(case, estate, "加急", who=who, now=now), _next(case)])


# ------------------------------------------------------------------ to residents


def question(case: Case, text: str) -> str:
    """The reporter is asked."""
    return say(case.community_id, "question_asked", label=case.label, kind=plain_kind(case), question=text)


def question_lapsed(case: Case) -> str:
    """The reporter reads that it goes on without the answer."""
    due = date_text(case.resolve_by)
    return say(case.community_id, "question_lapsed", label=case.label, kind=plain_kind(case), due=due)


def extension_notice(case: Case, reason: str) -> str:
    """The reporter reads the new date and why."""
    facts = {"label": case.label, "kind": plain_kind(case), "reason": reason}
    return say(case.community_id, "extension_notice", due=date_text(case.resolve_by), **facts)


def kind_notice(case: Case) -> str:
    """The reporter reads as what the case is dealt with now, and by when."""
    facts = {"label": case.label, "kind": plain_kind(case), "due": date_text(case.resolve_by)}
    return say(case.community_id, "kind_notice", **facts)


def _about(case: Case, estate: Estate | None, head: str, *, who: str, now: datetime) -> list[str]:
    again = f"（第{case.reopen_count}次重办）" if case.reopen_count else ""
    late = now >= case.resolve_by
    left = f"已超期 {_length(now - case.resolve_by)}" if late else f"还有 {_length(case.resolve_by - now)}"
    return [
        f"**{head} {case.label}**{URGENCY_LABELS.get(case.urgency, '')}",
        f"事项：{kind_text(case)}",
        f"地点：{place_text(case, estate)}",
        f"开始：{moment_text(case.round_at)}{again}",
        f"办理：{who}",
        f"期限：{date_text(case.resolve_by)}（{left}）",
    ]


def _next(case: Case) -> str:
    if case.responded_at is None:
        return f"回复：@回音 接单 {case.number}"
    number = case.number
    later = f"，来不及发“延期 {number} 3天 原因”" if case.urgency is not Urgency.EMERGENCY else ""
    return f"回复：@回音 进展 {number} 办到哪一步；办完发“办结 {number} 结果”{later}"


def _length(time: timedelta) -> str:
    minutes = max(time // timedelta(minutes=1), 1)
    if time < 2 * HOUR and minutes % 60:
        return f"{minutes} 分钟" if time < HOUR else f"1 小时 {minutes - 60} 分钟"
    return f"{time // HOUR} 小时" if time < 2 * DAY else f"{time // DAY} 天"
