"""What is read of decision items: by owners, staff, participants, watchers, and in residents' groups."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from handlers.cases.ladder import LadderStep
from handlers.replies.formats import date_text, harmless, moment_text
from handlers.replies.supervision import HEADS
from handlers.working_days import local
from nlp.masking import mask_contacts
from storage.models.decisions import Decision, DecisionStatus

S = DecisionStatus
STATUS_LABELS: Final[Mapping[DecisionStatus, str]] = {
    S.OPEN: "办理中",
    S.REPORTED_DONE: "已报完成，待核实",
    S.DONE: "已落实",
    S.DROPPED: "已撤销",
}
DAY: Final = timedelta(days=1)


def words(text: str) -> str:
    """Somebody's words on one line, without phone numbers, so that they neither mention nor format."""
    return harmless(mask_contacts(text))


def overdue_days(decision: Decision, now: datetime) -> int | None:
    """How many days ago it was due, by the calendar; 0 on the day itself, `None` while it is not overdue."""
    if decision.due_at is None or decision.status is not S.OPEN or now < decision.due_at:
        return None
    return (local(now).date() - local(decision.due_at).date()).days


def due_text(decision: Decision, now: datetime) -> str:
    """By when, and how much time is left: 11月30日 周一 18:00（还有 3 天）."""
    if decision.due_at is None:
        return "没有定期限"
    when = date_text(decision.due_at)
    if decision.status is not S.OPEN:
        return when
    late = overdue_days(decision, now)
    if late is not None:
        return f"{when}（已超期 {late} 天）" if late else f"{when}（已到期）"
    left = (decision.due_at - now) // DAY
    return f"{when}（还有 {left} 天）" if left else f"{when}（不到一天）"


def next_words(decision: Decision) -> str:
    """What an owner types next."""
    number = decision.number
    return (
        f"回复：@回音 进展 决议{number} 办到哪一步；办完先发现场照片，再发“办结 决议{number} 办了什么”；"
        f"来不及发“延期 决议{number} 3天 原因”"
    )


# ------------------------------------------------------------------ supervision


def step_card(
    decision: Decision, step: LadderStep, *, owner: str, missing: Sequence[str], now: datetime
) -> str:
    """A step of the ladder: what, who has it, until when, what to type; `missing`: nobody is that here."""
    absent = [f"（社区没有登记{each}，请工作人员转告）" for each in missing]
    return "\n".join([*_about(decision, HEADS[step], owner=owner, now=now), *absent, next_words(decision)])


def supervised_card(decision: Decision, *, by: str, note: str, owner: str, now: datetime) -> str:
    """A member of staff wants it done."""
    said = [f"> {words(note)}"] if note else []
    return "\n".join([*_about(decision, f"{by}督办", owner=owner, now=now), *said, next_words(decision)])


def due_wanted(decision: Decision, *, owner: str) -> str:
    """Staff are asked for a date."""
    return (
        f"**决议{decision.number} 还没有定期限**\n{words(decision.what)}\n责任：{owner}\n"
        f"请与责任方商定后回复：@回音 期限 决议{decision.number} 11月30日"
    )


def to_pass_on(text: str, owner: str) -> str:
    """The desk reads what its owner cannot be told here."""
    return f"{text}\n（{owner}在这里联系不上，请工作人员转告）"


# ------------------------------------------------------------------ movements


def progressed_card(decision: Decision, note: str, *, owner: str, by: str) -> str:
    """Those who work here read how far it is."""
    return f"**决议{decision.number} 有进展**\n{words(decision.what)}（{owner}）\n> {words(note)}\n——{by}"


def progressed(decision: Decision, note: str, *, owner: str) -> str:
    """Participants and reporters read how far it is."""
    return (
        f"会上定的“{words(decision.what)}”有进展：{words(note)}（{owner}）\n发“决议{decision.number}”看详情。"
    )


def reported_card(decision: Decision, *, owner: str, by: str, waits_for: str) -> str:
    """Those who work here read that it is done, says its owner."""
    return (
        f"**决议{decision.number} 报完成**\n{words(decision.what)}（{owner}）\n> {words(decision.result)}\n"
        f"——{by}。{waits_for}"
    )


def reported(decision: Decision, *, owner: str) -> str:
    """Participants read the same."""
    return (
        f"会上定的“{words(decision.what)}”，{owner}说已办完：{words(decision.result)}。"
        f"正在核实，发“决议{decision.number}”看结果。"
    )


def to_be_confirmed(decision: Decision, *, owner: str, why: str) -> str:
    """Staff are asked to confirm, and why they."""
    number = decision.number
    return (
        f"**决议{number} 请社区核实**（{why}）\n{words(decision.what)}（{owner}）\n"
        f"> {words(decision.result)}\n"
        f"核实后回复：@回音 确认 决议{number}；没做完回复：决议{number} 没做完：原因"
    )


def done_card(decision: Decision, *, owner: str, by: str) -> str:
    """Those who work here read that it is settled."""
    return (
        f"**决议{decision.number} 已落实，销号**\n{words(decision.what)}（{owner}）\n"
        f"> {words(decision.result)}\n{by}已核实。"
    )


def done(decision: Decision, *, owner: str) -> str:
    """Participants and reporters read the same."""
    return f"会上定的“{words(decision.what)}”已落实：{words(decision.result)}（{owner}），经核实销号。"


def doubted_card(decision: Decision, reason: str, *, owner: str, by: str, now: datetime) -> str:
    """The owner and staff read what is missing."""
    lines = _about(decision, "没做完，请继续办", owner=owner, now=now)
    return "\n".join([*lines, f"{by}核实：", f"> {words(reason)}", next_words(decision)])


def doubted(decision: Decision) -> str:
    """Participants read that it goes on."""
    return (
        f"会上定的“{words(decision.what)}”经核实还没有做完，责任方继续办理。发“决议{decision.number}”看进展。"
    )


def extended_card(decision: Decision, reason: str, *, owner: str, now: datetime) -> str:
    """Those who work here read the new date and why."""
    why = f"\n原因：{words(reason)}" if reason else ""
    return (
        f"**决议{decision.number} 期限已改**\n{words(decision.what)}（{owner}）\n"
        f"期限：{due_text(decision, now)}{why}"
    )


def extended(decision: Decision, reason: str) -> str:
    """Participants and reporters read the same."""
    due = date_text(decision.due_at) if decision.due_at else "另行确定"
    why = f"，原因：{words(reason)}" if reason else ""
    return f"会上定的“{words(decision.what)}”，期限改为{due}前{why}。"


def extension_asked(decision: Decision, *, by: str, until: datetime, reason: str) -> str:
    """Staff read who asks for how much, why, and how to answer."""
    number = decision.number
    return (
        f"**{by}申请延期 决议{number}**\n{words(decision.what)}\n"
        f"现期限{moment_text(decision.due_at) if decision.due_at else '未定'}，想延到{moment_text(until)}\n"
        f"> {words(reason)}\n"
        f"回复：@回音 同意延期 决议{number}，或：不同意延期 决议{number} 原因"
    )


def extension_refused(decision: Decision, reason: str, *, by: str, now: datetime) -> str:
    """The owner reads that there is no more time."""
    why = f"：{words(reason)}" if reason else ""
    return (
        f"**决议{decision.number} 没有同意延期**\n{by}{why}\n"
        f"期限：{due_text(decision, now)}\n{next_words(decision)}"
    )


def dropped_card(decision: Decision, reason: str, *, owner: str, by: str) -> str:
    """Those who work here read that it is called off."""
    return (
        f"**决议{decision.number} 已撤销**\n{words(decision.what)}（{owner}）\n原因：{words(reason)}\n——{by}"
    )


def dropped(decision: Decision, reason: str) -> str:
    """Participants and reporters read the same."""
    return f"会上定的“{words(decision.what)}”不再办理，原因：{words(reason)}。有疑问请打社区电话。"


def handed_over_card(decision: Decision, *, before: str, owner: str, reason: str, now: datetime) -> str:
    """The former and the new owner read who has it now."""
    why = [f"原因：{words(reason)}"] if reason else []
    lines = _about(decision, f"由{before}转交{owner}", owner=owner, now=now)
    return "\n".join([*lines, *why, next_words(decision)])


def handed_over(decision: Decision, *, owner: str) -> str:
    """Participants and reporters read the same."""
    return f"会上定的“{words(decision.what)}”，改由{owner}负责。"


def returned_card(decision: Decision, reason: str, *, owner: str) -> str:
    """Staff read that its owner wants somebody else to do it."""
    number = decision.number
    return (
        f"**{owner}退回 决议{number}**\n{words(decision.what)}\n> {words(reason)}\n"
        f"请改派，回复：@回音 转交 决议{number} 单位或姓名；不改派请直接说明，原责任方不变。"
    )


# ------------------------------------------------------------------ the watcher


def watcher_asked(decision: Decision, *, owner: str) -> str:
    """A resident reads that they watch over it, and how to say no."""
    due = f"，期限{date_text(decision.due_at)}" if decision.due_at else ""
    number = decision.number
    return (
        f"请您当决议{number} 的监督人：{words(decision.what)}（{owner}{due}）。办完后会请您看一眼是否属实。"
        f"愿意就不用回复，看进展发“决议{number}”；不方便请回复“不当监督人 决议{number}”。"
    )


def watcher_relieved(decision: Decision) -> str:
    """A resident reads that they watch over it no more."""
    return f"决议{decision.number}（{words(decision.what)}）不再请您当监督人，谢谢您。"


def watcher_wanted(decision: Decision) -> str:
    """Staff read that the watcher does not want to."""
    number = decision.number
    return (
        f"**决议{number} 的监督人不再担任**\n{words(decision.what)}\n"
        f"请另请一位居民，回复：@回音 监督人 决议{number} 姓名；不设监督人的由社区核实。"
    )


def watcher_unreached(decision: Decision) -> str:
    """Staff read that nothing reaches the watcher here."""
    return (
        f"**决议{decision.number} 的监督人没有用公众号**\n{words(decision.what)}\n"
        "请打电话或当面告诉这位居民；办完后也由社区当面问。"
    )


def word_wanted(decision: Decision, *, owner: str, until: datetime | None, is_again: bool) -> str:
    """The watcher is asked whether it is done."""
    number = decision.number
    head = "再请您看一看：" if is_again else "请您看一看："
    later = f"{moment_text(until)}前没有回复，就由社区工作人员核实。" if until else ""
    return (
        f"{head}决议{number}“{words(decision.what)}”，{owner}说已办完：{words(decision.result)}。\n"
        f"做好了请回复“决议{number} 属实”；没做好请回复“决议{number} 没做完：哪里没做完”。{later}"
    )


def _about(decision: Decision, head: str, *, owner: str, now: datetime) -> list[str]:
    return [
        f"**决议{decision.number} {head}**",
        words(decision.what),
        f"责任：{owner}",
        f"期限：{due_text(decision, now)}",
    ]
