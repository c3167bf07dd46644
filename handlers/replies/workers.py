"""What workers' groups and staff read of cases."""

from collections.abc import Sequence

from handlers.cases.subcategories import subcategory_of
from handlers.replies.formats import (
    URGENCY_LABELS,
    due_text,
    harmless,
    kind_text,
    place_text,
    plain_kind,
)
from storage.models.cases import Case
from storage.models.organization import Estate

ASKED = 8  # cases listed when a number is asked for


def case_card(case: Case, estate: Estate | None, summary: str, *, needs_care: bool = False) -> str:
    """A new case as the grid's workers see it, with what to type; why a home needs care is not said."""
    return "\n".join(
        [
            f"**新诉求 {case.label}**{'（家有特殊人员，请优先）' if needs_care else ''}",
            f"事项：{kind_text(case)}{mediation_mark(case)}",
            f"地点：{place_text(case, estate)}",
            f"> {harmless(summary)}",
            f"期限：{due_text(case)}",
            f"回复：@回音 接单 {case.number}",
        ]
    )


def seen_card(case: Case, estate: Estate | None, summary: str, *, worker: str) -> str:
    """What a worker saw on patrol and has at once; the group reads it, and has nothing to claim."""
    return "\n".join(
        [
            f"**巡查上报 {case.label}**（{worker}已接单）",
            f"事项：{kind_text(case)}{mediation_mark(case)}",
            f"地点：{place_text(case, estate)}",
            f"> {harmless(summary)}",
            f"期限：{due_text(case)}",
        ]
    )


def mediation_mark(case: Case) -> str:
    """A quarrel between neighbours is marked, as it is settled by an agreement."""
    return "（邻里调解）" if subcategory_of(case.category, case.subcategory).is_mediation else ""


def unhandled(receipt_id: int, text: str) -> str:
    """Staff read of a message that was left unanswered."""
    return (
        f"**来信 {receipt_id} 没能自动处理**\n> {' '.join(text.split()) or '（没有文字）'}\n"
        "已向对方致歉。请人工跟进，并把来信号告诉管理员。"
    )


def consultation_proposed(case: Case, worker: str, words: str, *, topic: int) -> str:
    """Staff read who wants a meeting, and how to call it."""
    return (
        f"**{worker}认为诉求 {case.label} 需要议事**\n事项：{kind_text(case)}\n> {harmless(words)}\n"
        f"请回复：@回音 议 {case.number} 周五15:00 居委会会议室\n"
        f"先不开会的话（它是议题{topic}）：@回音 采纳议题{topic}，或 @回音 不采纳议题{topic} 原因"
    )


def proposed_in_group(case: Case, *, is_new: bool) -> str:
    """Who wants a meeting reads that staff know of it."""
    if not is_new:
        return f"{case.label} 今天已经提过要议事，社区工作人员收到了。定了时间会告诉大家。"
    return (
        f"{case.label} 要议事，已告诉社区工作人员。时间地点定了的话，可以直接发"
        f"“议 {case.number} 周五15:00 居委会会议室”。"
    )


def case_supplemented(case: Case, words: str) -> str:
    """What else the resident said of a case."""
    return f"**诉求 {case.label} 有补充**{URGENCY_LABELS.get(case.urgency, '')}\n> {harmless(words)}"


def claimed_in_group(case: Case, worker: str, *, has_readers: bool) -> str:
    """The group sees who has the case; `has_readers`: a resident is told."""
    told = "，正在通知居民" if has_readers else ""
    return f"{worker}已接单 {case.label}{told}。办完请发“@回音 办结 {case.number} 结果”。"


def claimed_elsewhere(case: Case, estate: Estate | None, worker: str) -> str:
    """The case's group reads who has taken it in another chat."""
    return f"{worker}已接单 {case.label}：{kind_text(case)}，{place_text(case, estate)}。"


def progressed_in_group(case: Case, *, has_readers: bool) -> str:
    """The group sees that the progress was noted."""
    return f"{case.label} 进展已记下{'，正在通知居民' if has_readers else ''}。"


def resolved_in_group(case: Case, *, is_told: bool, has_readers: bool) -> str:
    """The group sees that the case was settled; `is_told`: residents' groups read the result as it is."""
    where = "不在居民群里公示"
    if case.is_public and case.estate_id:
        where = "居民群的公示待群主确认" + ("" if is_told else "（结果里有人名或门牌，公示里没写）")
    return f"{case.label} 已办结{'，正在通知居民' if has_readers else ''}；{where}。"


def which_case(cases: Sequence[tuple[Case, Estate | None]], *, is_alone: bool) -> str:
    """Several cases may be meant: they are listed, and the number alone is awaited."""
    shown = cases[:ASKED]
    lines = [f"{case.number}　{plain_kind(case)}　{place_text(case, estate)}" for case, estate in shown]
    more = [f"（还有 {len(cases) - ASKED} 件，发“今天未办”看）"] if len(cases) > ASKED else []
    call = "" if is_alone else "@回音 "
    return "\n".join(["是哪一件？", *lines, *more, f"回复 {call}{cases[0][0].number} 这样的编号就行。"])


def to_be_called(case: Case, callers: int) -> str:
    """Staff read that somebody who reported the case cannot read the result here."""
    return (
        f"**诉求 {case.label} 已办结，请打电话告知**\n结果：{harmless(case.resolution)}\n"
        f"有 {callers} 位登记人没有微信，收不到通知。电话请单独私聊我发“反映人 {case.number}”看。"
    )
