"""What is said of surveys (征询): the question, the answer, and what it gave, never with names."""

from collections.abc import Iterable, Mapping, Sequence
from string import ascii_uppercase
from typing import Final

from handlers.replies.formats import harmless, meeting_time, moment_text
from handlers.surveys.summing import SurveySummary
from handlers.working_days import local
from storage.models.meetings import Meeting
from storage.models.polls import Ballot, Measure, Poll, PollStatus

WORDS_SHOWN: Final = 15  # of one summary
WORDS_LENGTH: Final = 80  # characters of one
GROUPS_SHOWN: Final = 8


def percent(part: int, whole: int) -> str:
    """The exact share, rounded down to a tenth: 2 of 3 is 66.6%, never more than it is."""
    tenths = part * 1000 // whole if whole else 0
    return f"{tenths // 10}.{tenths % 10}%"


# ------------------------------------------------------------------ those who are asked


def asked(poll: Poll, meeting: Meeting | None, *, about: str = "") -> str:
    """The question with its options, how to answer, until when, and what becomes of it."""
    head = f"【征询】{about}" if about else "【征询】"
    if meeting is not None and not about:
        head = f"【征询】{meeting_time(meeting)}的议事会之前，想先听听大家的意见"
    lines = [head, poll.title] if about or meeting is not None else [f"{head}{poll.title}"]
    lines += option_lines(poll)
    lines.append(f"请在公众号回复“{example(poll)}”，{moment_text(poll.closes_at)}前都可以回答和修改。")
    return "\n".join([*lines, "只统计人数和意见，不公布谁说的。"])


def option_lines(poll: Poll) -> list[str]:
    """A 不热, one a line."""
    return [f"{ascii_uppercase[place]} {option}" for place, option in enumerate(poll.options)]


def example(poll: Poll) -> str:
    """How the survey is answered."""
    return f"征询{poll.number} A 家里3人 想说的话" if poll.options else f"征询{poll.number} 想说的话"


def answered(poll: Poll, ballot: Ballot, before: Ballot | None) -> str:
    """What counts now, how to change it, and what is still missing."""
    what = own_text(poll, ballot)
    if before is not None and before.id == ballot.id:
        return f"您已经这样回答过：{what}。要改请再发一次“{example(poll)}”。"
    lines = [f"{'已改为' if before else '收到'}：{what}。谢谢！"]
    if poll.options and ballot.choice is None:
        lines += ["还没有选选项，请再回复一个字母：", *option_lines(poll)]
    lines.append(f"{moment_text(poll.closes_at)}前可以再发“征询{poll.number} …”修改，不公布是谁说的。")
    return "\n".join(lines)


def own_text(poll: Poll, ballot: Ballot) -> str:
    """A 不热，3 人，“晚上只有15度”"""
    parts = []
    if ballot.choice is not None:
        parts.append(f"{ascii_uppercase[ballot.choice]} {poll.options[ballot.choice]}")
    parts += [f"{ballot.people} 人"] if ballot.people is not None else []
    parts += [f"“{_cut(ballot.words)}”"] if ballot.words else []
    return "，".join(parts)


def shown_to_resident(poll: Poll, own: Ballot | None) -> str:
    """The question, and what the speaker has said to it."""
    if poll.status is PollStatus.CANCELLED:
        return f"征询{poll.number}（{poll.title}）已取消。"
    if poll.status is PollStatus.CLOSED:
        answers = (poll.result or {}).get("answers", 0)
        lines = [f"征询{poll.number}（{poll.title}）已结束，共 {answers} 人回答。"]
        return "\n".join([*lines, *([f"您的回答：{own_text(poll, own)}"] if own else [])])
    lines = [f"征询{poll.number}：{poll.title}", *option_lines(poll)]
    lines += [f"您的回答：{own_text(poll, own)}"] if own else []
    return "\n".join([*lines, f"请回复“{example(poll)}”，{moment_text(poll.closes_at)}前有效。"])


def listed_for_residents(rows: Sequence[Poll]) -> str:
    """What is being asked of the speaker now."""
    if not rows:
        return "现在没有正在进行的征询。有什么想说的，直接打一句话就行。"
    lines = [f"征询{each.number}：{each.title}（{moment_text(each.closes_at)}前）" for each in rows]
    return "\n".join([*lines, f"回答请回复“{example(rows[0])}”，看题目请发“征询{rows[0].number}”。"])


# ------------------------------------------------------------------ staff


def listed(rows: Sequence[Poll], *, counts: Mapping[int, int], total: int) -> str:
    """The surveys, the newest first, with how many have answered each."""
    if not rows:
        return "还没有征询。要发起请发“发起征询 题目 选项 … 截止 …”，会前征询写上“议事会5”。"
    lines = [
        f"征询{each.number} {each.title}（{status_text(each)}）：{counts.get(each.id, 0)} 人回答"
        for each in rows
    ]
    lines += [f"还有 {total - len(rows)} 次更早的。"] if total > len(rows) else []
    return "\n".join([*lines, f"看结果请发“征询{rows[0].number}”。"])


def status_text(poll: Poll) -> str:
    """进行中，11月30日 周一 20:00 结束; 11月30日已结束; 已取消"""
    return {
        PollStatus.OPEN: f"进行中，{moment_text(poll.closes_at)} 结束",
        PollStatus.CLOSED: f"{_day(poll)}已结束",
        PollStatus.CANCELLED: "已取消",
    }.get(poll.status, "还没有开始")


def opened(poll: Poll, *, groups: int, people: int, unreached: Sequence[str]) -> str:
    """Who is asked, until when, and how to look, to end and to cancel it."""
    reached = [f"{groups} 个居民群（群主点确认后送达）"] if groups else []
    reached += [f"{people} 位居民（一对一）"] if people else []
    lines = [f"征询{poll.number} 已发起：{poll.title}", *option_lines(poll)]
    lines.append(f"发给{'、'.join(reached)}，{moment_text(poll.closes_at)} 结束，结束后小结发到社区工作群。")
    if not reached:
        lines[-1] = (
            f"现在没有群和人收得到，请用其他办法告诉居民在公众号回复“{example(poll)}”，"
            f"{moment_text(poll.closes_at)} 结束。"
        )
    lines += [f"没有发到：{_names(unreached)}（没有群主）"] if unreached else []
    number = poll.number
    return "\n".join(
        [*lines, f"看人数请发“征询{number}”，提前结束“结束征询{number}”，不要了“取消征询{number}”。"]
    )


def result(poll: Poll, summary: SurveySummary, *, meeting: Meeting | None, measure: Measure | None) -> str:
    """What the survey gave, for the chair at the desk."""
    head = f"【征询小结】征询{poll.number} {poll.title}"
    if meeting is not None:
        head += f"\n会前征询：议事会 {meeting.number} {harmless(meeting.title)}，{meeting_time(meeting)}"
    lines = [head, *counts(poll, summary), *words(poll, summary)]
    if measure is not None:
        lines.append(f"三次对比请发：@回音 改造{measure.number}")
    return "\n".join(lines)


def shown_to_staff(poll: Poll, summary: SurveySummary) -> str:
    """How the survey stands: what counts now, and the words so far."""
    lines = [
        f"征询{poll.number} {poll.title}（{status_text(poll)}）",
        *counts(poll, summary),
        *words(poll, summary),
    ]
    if poll.status is PollStatus.OPEN:
        lines.append(f"提前结束请发“结束征询{poll.number}”，不要了“取消征询{poll.number}”。")
    return "\n".join(lines)


def counts(poll: Poll, summary: SurveySummary) -> list[str]:
    """How many answered, per option with its share, and how many people it concerns."""
    if not summary.answers:
        return ["还没有人回答。"]
    lines = [f"{summary.answers} 人回答" + _concerned(summary) + "。"]
    lines += [
        f"{ascii_uppercase[place]} {option}：{count}（{percent(count, summary.answers)}）"
        for place, (option, count) in enumerate(zip(poll.options, summary.counts, strict=True))
    ]
    lines += (
        [f"没有选选项、只说了意见：{summary.without_choice}"]
        if poll.options and summary.without_choice
        else []
    )
    return lines


def words(poll: Poll, summary: SurveySummary) -> Iterable[str]:
    """What was said, grouped, without names; cut with a count of the rest."""
    if summary.words:
        yield "居民的话（不含姓名门牌）："
    for each in summary.words[:WORDS_SHOWN]:
        option = f"{ascii_uppercase[each.choice]} " if each.choice is not None and poll.options else ""
        times = f"（{each.times} 人）" if each.times > 1 else ""
        yield f"· {option}{_cut(each.words)}{times}"
    rest = len(summary.words) - WORDS_SHOWN
    if rest > 0:
        yield f"· 还有 {rest} 条"


def closed_by_staff(poll: Poll) -> str:
    """The survey has ended at the word of staff."""
    return f"征询{poll.number} 已结束，小结已发到社区工作群。"


def cancelled(poll: Poll) -> str:
    """The survey is not asked any more."""
    return f"征询{poll.number} 已取消，不再收回答，也不出小结。已发到群里的消息撤不回，请在群里说明一声。"


def _concerned(summary: SurveySummary) -> str:
    if not summary.households:
        return ""
    return f"，涉及 {summary.people} 人（{summary.households} 份写了人数）"


def _cut(text: str) -> str:
    line = " ".join(harmless(text).split())
    return line if len(line) <= WORDS_LENGTH else f"{line[:WORDS_LENGTH]}…"


def _names(names: Sequence[str]) -> str:
    more = f"等 {len(names)} 个群" if len(names) > GROUPS_SHOWN else ""
    return "、".join(names[:GROUPS_SHOWN]) + more


def _day(poll: Poll) -> str:
    return f"{local(poll.closed_at).month}月{local(poll.closed_at).day}日" if poll.closed_at else ""
