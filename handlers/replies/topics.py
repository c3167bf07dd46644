"""What people read of topics (议题)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.cases.states import STATUS_LABELS
from handlers.privacy import public_wording
from handlers.replies.formats import harmless, meeting_time, plain_kind
from handlers.topics.states import TOPIC_STATUS_LABELS
from handlers.working_days import local
from storage.models.cases import Case
from storage.models.meetings import Meeting
from storage.models.topics import WAITING, Topic, TopicSource, TopicStatus

SOURCES = {
    TopicSource.CASE: "来自诉求",
    TopicSource.PROPOSAL: "居民提议",
    TopicSource.TABLE: "会上提出",
    TopicSource.RECURRING: "反复出现",
}
LABELS = 5  # case numbers in one line


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """A topic as its reader may know it; `title` and `words` are what of them may be shown.

    `joined_into` is the number of the topic it was joined into.
    """

    topic: Topic
    title: str
    words: str
    seconds: int
    cases: Sequence[Case]
    meetings: Sequence[Meeting]
    joined_into: int | None
    estate: str


# ------------------------------------------------------------------ notices


def topic_proposed(topic: Topic, words: str, *, estate: str) -> str:
    """Staff read what a resident proposes, and what to answer."""
    where = f"（{estate}）" if estate else ""
    number = topic.number
    lines = [
        f"**居民提议：议题{number}**{where}",
        f"> {harmless(words)}",
        f"请回复：@回音 采纳议题{number}，或 @回音 合并议题{number} 到 另一个编号，"
        f"或 @回音 不采纳议题{number} 原因",
    ]
    if not topic.is_public:
        lines.append(
            "（原话可能涉及个人，居民看不到。要让大家看到，请采纳时另写题目："
            f"@回音 采纳议题{number} 标题 不带人名门牌的题目）"
        )
    return "\n".join(lines)


def topics_suggested(topics: Sequence[tuple[Topic, Sequence[Case]]], *, more: int) -> str:
    """Staff read what keeps coming back, and what to answer."""
    number = topics[0][0].number
    lines = ["**这些事反复出现，建议议一议**"]
    lines += [f"议题{topic.number}　{topic.title}　诉求 {labels(cases)}" for topic, cases in topics]
    lines += [f"（还有 {more} 类，过一天再列）"] if more else []
    lines.append(f"采纳请回复：@回音 采纳议题{number}；不用议的：@回音 不采纳议题{number} 原因")
    lines.append(f"直接开会：@回音 召集议事会 周五15:00 居委会会议室 议题{number}")
    return "\n".join(lines)


def topic_accepted(topic: Topic, *, is_proposer: bool) -> str:
    """Who proposed or supports it reads that it will be talked over."""
    whose = "您提的" if is_proposer else "您附议的"
    return (
        f"{whose}议题{topic.number}“{topic.title}”已采纳。"
        f"定了开会时间会请您参加；发“议题{topic.number}”看进展。"
    )


def topic_declined(topic: Topic, *, is_proposer: bool) -> str:
    """Who proposed or supports it reads why it is not talked over."""
    whose = "您提的" if is_proposer else "您附议的"
    return (
        f"{whose}议题{topic.number}“{topic.title}”这次没有采纳。原因：{topic.reason}\n"
        "情况有变化可以再发“提议 …”；要反映问题，直接说一句话就行。"
    )


def topic_joined(topic: Topic, into: Topic, *, is_proposer: bool) -> str:
    """Who proposed or supports it reads under which topic it is talked over."""
    whose = "您提的" if is_proposer else "您附议的"
    title = f"“{into.title}”" if into.is_public else ""
    return (
        f"{whose}议题{topic.number}“{topic.title}”和议题{into.number}{title}说的是一件事，已合在一起商量，"
        f"您的支持也算在里面。发“议题{into.number}”看进展。"
    )


# ------------------------------------------------------------------ answers to staff and workers


def accepted_in_group(topic: Topic, seconds: int) -> str:
    """Staff see that it is accepted, and how a meeting is called."""
    told = "，已告诉提议和附议的居民" if seconds else ""
    where = "" if topic.is_public else "。题目不公开，居民群里不说"
    return (
        f"议题{topic.number}“{topic.title}”已采纳{told}{where}。"
        f"开会请发“@回音 召集议事会 周五15:00 居委会会议室 议题{topic.number}”。"
    )


def declined_in_group(topic: Topic, seconds: int) -> str:
    """Staff see that it is declined."""
    told = "，原因已告诉提议和附议的居民" if seconds else ""
    return f"议题{topic.number}“{topic.title}”不采纳{told}。要改主意请发“@回音 采纳议题{topic.number}”。"


def joined_in_group(joined: Sequence[Topic], into: Topic, seconds: int) -> str:
    """Staff see what is one topic now."""
    numbers = "、".join(str(each.number) for each in joined)
    return f"议题{numbers} 已并入议题{into.number}“{into.title}”，现在共 {seconds} 位居民支持。"


def added_in_group(topic: Topic, cases: Sequence[Case]) -> str:
    """Staff see the topic of their cases, or of their title, and how a meeting is called."""
    about = f"（诉求 {labels(cases)}）" if cases else ""
    return (
        f"已列为议题{topic.number}“{topic.title}”{about}。"
        f"开会请发“@回音 召集议事会 周五15:00 居委会会议室 议题{topic.number}”。"
    )


def wished_in_group(topic: Topic, cases: Sequence[Case]) -> str:
    """A worker sees that staff decide on the topic."""
    about = f"（诉求 {labels(cases)}）" if cases else ""
    return f"已提请社区：议题{topic.number}“{topic.title}”{about}。采纳不采纳都会告诉您。"


def topic_wished(topic: Topic, cases: Sequence[Case], worker: str) -> str:
    """Staff read what a worker wants talked over."""
    number = topic.number
    about = f"（诉求 {labels(cases)}）" if cases else ""
    return (
        f"**{worker}建议议一议：议题{number}**\n{topic.title}{about}\n"
        f"请回复：@回音 采纳议题{number}，或 @回音 不采纳议题{number} 原因"
    )


# ------------------------------------------------------------------ lists


def topic_list_for_residents(
    entries: Sequence[TopicFacts], *, total: int, skipped: int, now: datetime
) -> str:
    """What residents read of the topics that wait: no names, no cases."""
    lines = [f"等着商量的议题（共 {total} 个，支持多的在前）："]
    lines += [
        f"议题{each.topic.number}　{each.title}　{each.seconds}人支持　{age(each.topic, now=now)}"
        for each in entries
    ]
    lines += _rest(total - skipped - len(entries), page="议题 第{}页", skipped=skipped, shown=len(entries))
    lines.append(f"支持哪个就发“附议 议题{entries[0].topic.number}”；想商量别的请发“提议 …”。")
    return "\n".join(lines)


def topic_list(entries: Sequence[TopicFacts], *, total: int, skipped: int, now: datetime) -> str:
    """What staff and workers read of the topics that wait, and what to do with one."""
    number = entries[0].topic.number
    lines = [f"**待议议题 {total} 个**（支持多的在前）"]
    lines += [_line(each, now=now) for each in entries]
    lines += _rest(
        total - skipped - len(entries), page="@回音 议题列表 第{}页", skipped=skipped, shown=len(entries)
    )
    lines.append(f"看一个：@回音 议题{number}　采纳：@回音 采纳议题{number}")
    return "\n".join(lines)


def no_topics_in_group() -> str:
    """Nothing waits to be talked over."""
    return "现在没有待议的议题。列一个请发“@回音 列入议题 23”（诉求编号），或“@回音 新议题 题目”。"


def no_such_page(total: int) -> str:
    """There are fewer pages than that."""
    return f"没有这一页，一共 {total} 个议题。发“议题列表”从头看。"


def _line(facts: TopicFacts, *, now: datetime) -> str:
    topic = facts.topic
    about = f"　诉求 {labels(facts.cases)}" if facts.cases else ""
    return (
        f"{topic.number}　{facts.title}　{TOPIC_STATUS_LABELS[topic.status]}　{facts.seconds}人支持　"
        f"{age(topic, now=now)}{about}"
    )


def _rest(left: int, *, page: str, skipped: int, shown: int) -> list[str]:
    if left <= 0:
        return []
    following = skipped // max(shown, 1) + 2
    return [f"还有 {left} 个，发“{page.format(following)}”接着看。"]


# ------------------------------------------------------------------ one topic


def topic_detail_for_resident(facts: TopicFacts, *, is_own: bool, now: datetime) -> str:
    """One topic as a resident reads it: where it stands, and what can be done."""
    topic = facts.topic
    lines = [f"议题{topic.number}　{facts.title}"]
    if is_own and facts.words and facts.words != facts.title:
        lines.append(f"您的原话：{facts.words}")
    lines.append(f"现在：{_standing(facts)}")
    reason = topic.reason if is_own else public_wording(topic.reason)
    if topic.status is TopicStatus.DECLINED and reason:
        lines.append(f"原因：{reason}")
    lines.append(f"{facts.seconds} 位居民支持，{age(topic, now=now)}提出。")
    if topic.status in (*WAITING, TopicStatus.SCHEDULED):
        lines.append("您已支持。" if is_own else f"支持请发“附议 议题{topic.number}”。")
    return "\n".join(lines)


def topic_detail(facts: TopicFacts, *, now: datetime, is_staff: bool) -> str:
    """One topic as staff and workers read it: everything, and what to do next."""
    topic = facts.topic
    where = f"，{facts.estate}" if facts.estate else ""
    told = "居民可看" if topic.is_public else "不公开"
    lines = [
        f"**议题{topic.number}**　{facts.title}",
        f"现在：{_standing(facts)}（{SOURCES[topic.source]}{where}，{told}）",
        f"{facts.seconds} 位居民支持，{age(topic, now=now)}提出",
    ]
    if facts.words and facts.words != facts.title:
        lines.append(f"> {harmless(facts.words)}")
    lines += [
        f"诉求 {each.label} {plain_kind(each)} {STATUS_LABELS[each.status]}" for each in facts.cases[:LABELS]
    ]
    lines += [f"还有 {len(facts.cases) - LABELS} 件诉求"] if len(facts.cases) > LABELS else []
    if topic.reason:
        lines.append(f"原因：{topic.reason}")
    lines += _next_words(topic) if is_staff else []
    return "\n".join(lines)


def age(topic: Topic, *, now: datetime) -> str:
    """How long ago it was proposed, in days of the calendar: 今天, 昨天, 5天前."""
    days = (local(now).date() - local(topic.proposed_at).date()).days
    return {0: "今天", 1: "昨天"}.get(max(days, 0), f"{days}天前")


def labels(cases: Sequence[Case]) -> str:
    """The numbers of the cases, cut when there are many."""
    shown = "、".join(each.label for each in cases[:LABELS])
    return f"{shown}等{len(cases)}件" if len(cases) > LABELS else shown


def _standing(facts: TopicFacts) -> str:
    topic = facts.topic
    label = TOPIC_STATUS_LABELS[topic.status]
    if topic.status is TopicStatus.JOINED and facts.joined_into is not None:
        return f"{label}议题{facts.joined_into}"
    if topic.status in (TopicStatus.SCHEDULED, TopicStatus.SETTLED) and facts.meetings:
        last = facts.meetings[-1]
        where = last.place or last.online
        return f"{label}：议事会{last.number}，{meeting_time(last)}" + (f"，{where}" if where else "")
    return label


def _next_words(topic: Topic) -> list[str]:
    number = topic.number
    if topic.status in (TopicStatus.SUGGESTED, TopicStatus.PROPOSED):
        return [
            f"采纳：@回音 采纳议题{number}　合并：@回音 合并议题{number} 到 编号　"
            f"不采纳：@回音 不采纳议题{number} 原因"
        ]
    if topic.status is TopicStatus.ACCEPTED:
        return [f"开会：@回音 召集议事会 周五15:00 居委会会议室 议题{number}"]
    return []
