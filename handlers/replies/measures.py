"""What is said of measures (改造) and their three surveys."""

from collections.abc import Sequence

from handlers.measures.comparing import MeasureCompared, PhaseCompared
from handlers.measures.making import PHASE_LABELS
from handlers.replies.surveys import percent
from storage.models.polls import Measure, Phase, Poll


def link(measure: Measure, *, public_url: str) -> str:
    """The address of the page that compares the three surveys."""
    return f"{public_url}/measures/{measure.token}"


def registered(measure: Measure, *, public_url: str) -> str:
    """The number, the page, and how to begin."""
    number = measure.number
    return (
        f"已登记改造{number}：{measure.title}。\n"
        f"三次调查同题对比：请发“改造{number} 改造前调查”，施工中发“改造{number} 改造中调查”，"
        f"完工后发“改造{number} 改造后调查”。不写题目就问是否满意（满意/基本满意/不满意），"
        f"也可以写“改造{number} 改造前调查 题目 选项 … 截止 …”。\n"
        f"对比页（可以转发）：{link(measure, public_url=public_url)}"
    )


def shown(found: MeasureCompared, *, public_url: str, is_staff: bool) -> str:
    """How each of the three surveys stands, and the page."""
    measure = found.measure
    lines = [f"改造{measure.number} {measure.title}"]
    lines += [f"问题：{found.question}"] if found.question else []
    lines += [_phase(each, found.options) for each in found.phases]
    lines.append(f"对比页：{link(measure, public_url=public_url)}")
    following = next((each for each in found.phases if each.poll is None), None)
    if is_staff and following is not None:
        lines.append(f"发起下一次请发“改造{measure.number} {following.label}调查”。")
    return "\n".join(lines)


def listed(rows: Sequence[tuple[Measure, dict[Phase, Poll]]], total: int) -> str:
    """The measures, the newest first, with the surveys each has had."""
    if not rows:
        return "还没有登记改造。要登记请发“改造 枫桥苑雨污分流改造”。"
    lines = [f"改造{measure.number} {measure.title}：{_done(surveys)}" for measure, surveys in rows]
    lines += [f"还有 {total - len(rows)} 项更早的。"] if total > len(rows) else []
    return "\n".join([*lines, f"看对比请发“改造{rows[0][0].number}”。"])


def _done(surveys: dict[Phase, Poll]) -> str:
    made = [label for phase, label in PHASE_LABELS.items() if phase in surveys]
    return f"{'、'.join(made)}已调查" if made else "还没有调查"


def _phase(each: PhaseCompared, options: Sequence[str]) -> str:
    if each.poll is None:
        return f"{each.label}：还没有调查"
    if each.summary is None:
        return f"{each.label}（征询{each.poll.number}）：进行中，已有 {each.answers} 人回答"
    if not each.answers:
        return f"{each.label}（征询{each.poll.number}）：没有人回答"
    shares = "，".join(
        f"{option} {count}（{percent(count, each.answers)}）"
        for option, count in zip(options, each.summary.counts, strict=True)
    )
    return f"{each.label}（征询{each.poll.number}，{each.answers} 人）：{shares}"
