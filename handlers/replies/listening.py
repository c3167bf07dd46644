"""What is said of listening days: the call, the summary, and what staff read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from handlers.cases.subcategories import CATEGORY_LABELS, subcategory_of
from handlers.listening.gathering import Gathered, KindGathered
from handlers.listening.planning import SeriesPlanned
from handlers.replies.broadcasts import rule_text
from handlers.replies.formats import WEEKDAYS, harmless
from handlers.replies.sentences import say
from handlers.working_days import local
from storage.models.listening import ListeningDay, ListeningSeries, OnHoliday
from storage.models.organization import Community

NUMBERS_SHOWN: Final = 8  # case numbers of one kind
KINDS_SHOWN: Final = 12
TOPICS_SHOWN: Final = 8
TITLE_SHOWN: Final = 40  # characters of a topic's title
DAYS_SHOWN: Final = 10
GROUPS_SHOWN: Final = 10
HOLIDAYS: Final = {
    OnHoliday.KEEP: "遇节假日照常",
    OnHoliday.SHIFT: "遇节假日顺延到下一个工作日",
    OnHoliday.SKIP: "遇节假日不办",
}


# ------------------------------------------------------------------ residents' groups


def call(community: Community, series: ListeningSeries, day: ListeningDay) -> str:
    """The call, in the community's own words where staff gave some; the day and how to speak always stand."""
    key = "listening_call_own" if series.call else "listening_call"
    return say(
        community.id,
        key,
        community=community.name,
        day=day_text(day.day),
        hours=_hours(day.starts_at, day.ends_at),
        call=series.call,
    )


def summary(found: Gathered) -> str:
    """What came in, as residents' groups read it."""
    head = f"【民意听取日】{day_text(found.day.day)}小结"
    if not found.voices:
        return say(found.day.community_id, "listening_nothing", head=head)
    lines = [head, f"收到 {found.voices} 条意见，{found.people} 位居民参与。"]
    lines += _kinds(found.kinds)
    lines += [f"另有 {found.unnamed} 件不公开办理。"] if found.unnamed else []
    lines += _topics(found)
    return "\n".join([*lines, say(found.day.community_id, "listening_follow_up")])


# ------------------------------------------------------------------ the desk


def call_told(day: ListeningDay, *, reached: int, without: Sequence[str]) -> str:
    """The desk reads that the day has begun, and which groups do not hear of it."""
    hours = _hours(day.starts_at, day.ends_at)
    lines = [f"【民意听取日】{day_text(day.day)} {hours}，号召已提交 {reached} 个居民群，群主点确认后送达。"]
    lines += _without(without)
    lines.append(f"今天居民反映和提议的都记在这一天，{local(day.ends_at):%H:%M} 出小结。")
    return "\n".join([*lines, "随时查看请发：@回音 听取日"])


def days_missed(days: Sequence[date]) -> str:
    """The desk reads of days that went by while nobody ran."""
    named = "、".join(day_text(each) for each in days[-DAYS_SHOWN:])
    more = f"等 {len(days)} 天" if len(days) > DAYS_SHOWN else ""
    example = f"{days[-1].month}月{days[-1].day}日"
    return (
        f"【民意听取日】{named}{more}系统没有运行，没有发出号召。"
        f"当天收到的意见可以发“@回音 听取日 {example}”查看。"
    )


def desk_summary(found: Gathered, *, without: Sequence[str] = (), is_late: bool = False) -> str:
    """What came in, as staff read it: every case that was not told in confidence."""
    lines = [f"【民意听取日】{day_text(found.day.day)}小结"]
    if found.day.called_at is None:
        lines.append("当天系统没有运行，没有发出号召。")
    if not found.voices:
        lines.append("没有收到居民的意见。")
    else:
        lines.append(f"收到 {found.voices} 条意见，{found.people} 位居民参与。")
    lines += _kinds(found.kinds)
    lines += [f"另有 {found.unnamed} 件保密办理。"] if found.unnamed else []
    lines += _topics(found)
    lines += ["小结迟了，没有再发居民群。"] if is_late and found.day.called_at else []
    return "\n".join([*lines, *_without(without), *_what_next(found)])


# ------------------------------------------------------------------ answers


def planned(made: SeriesPlanned) -> str:
    """The series is set: what it means, when it begins, what it costs."""
    series, following = made.series, made.following
    return "\n".join(
        [
            f"已设听取日 {series.number}：{series_text(series)}。",
            f"第一次：{day_text(following.day)} {_hours(following.starts_at, following.ends_at)}。",
            "开始时在各小区居民群发号召（群主点确认后送达），结束时发小结，每次用居民群 2 条群发次数；"
            "当天居民反映和提议的都归到这一天。",
            f"看安排请发“听取日列表”，不再需要请发“取消听取日 {series.number}”。",
        ]
    )


def ended(series: ListeningSeries) -> str:
    """The series does not go on."""
    return f"听取日 {series.number}（{series_text(series)}）已取消，以后不再号召。今天已经号召的，小结照发。"


def listed(rows: Sequence[SeriesPlanned], *, counts: Mapping[int, int]) -> str:
    """What goes on, for staff, one a line."""
    if not rows:
        return "还没有听取日。要设请发“听取日 每月5日、15日、25日 9:00-18:00 遇节假日顺延”。"
    lines = [
        f"{each.series.number}｜{series_text(each.series)}｜下一次 {day_text(each.following.day)}"
        f"｜已办 {counts.get(each.series.id, 0)} 次"
        for each in rows
    ]
    return "\n".join([*lines, "看某一天请发“听取日 11月5日”，不再需要请发“取消听取日 编号”。"])


def listed_for_residents(community_id: int, rows: Sequence[SeriesPlanned]) -> str:
    """When the community listens, and how to speak, also on other days."""
    if not rows:
        return say(community_id, "listening_none")
    soonest = min(rows, key=lambda each: each.following.starts_at)
    days = (
        f"{day_text(soonest.following.day)} {_hours(soonest.following.starts_at, soonest.following.ends_at)}"
    )
    return say(
        community_id, "listening_next", rule="；".join(_rule(each.series.rule) for each in rows), day=days
    )


def next_one(rows: Sequence[SeriesPlanned]) -> str:
    """When the next day is; without a series how to speak all the same."""
    if not rows:
        return "有事随时直接说。"
    return f"下一次：{day_text(min(each.following.day for each in rows))}。"


def series_text(series: ListeningSeries) -> str:
    """每月5日、15日、25日 9:00–18:00，遇节假日顺延到下一个工作日"""
    return f"{_rule(series.rule)}，{HOLIDAYS[series.on_holiday]}"


def day_text(day: date) -> str:
    """11月5日（周四）"""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def _rule(rule: Mapping[str, Any]) -> str:
    return f"{rule_text({**rule, 'at_time': rule['starts']})}–{rule['ends']}"


def _hours(starts_at: datetime, ends_at: datetime) -> str:
    return f"{local(starts_at):%H:%M}–{local(ends_at):%H:%M}"


def _kinds(kinds: Sequence[KindGathered]) -> Iterable[str]:
    for each in kinds[:KINDS_SHOWN]:
        label = subcategory_of(each.category, each.subcategory).label
        category = CATEGORY_LABELS.get(each.category, "其他")
        kind = category if label == "其他" else f"{category}·{label}"
        numbers = "、".join(case.label for case in each.cases[:NUMBERS_SHOWN])
        more = f"等 {len(each.cases)} 件" if len(each.cases) > NUMBERS_SHOWN else ""
        yield f"· {kind} {len(each.cases)} 件：{numbers}{more}"
    rest = kinds[KINDS_SHOWN:]
    if rest:
        yield f"· 其余 {len(rest)} 类 {sum(len(each.cases) for each in rest)} 件"


def _topics(found: Gathered) -> Iterable[str]:
    if found.topics:
        yield f"居民提议 {len(found.topics) + found.further} 条："
    elif found.further:
        yield f"居民提议 {found.further} 条，正在看。"
    for each in found.topics[:TOPICS_SHOWN]:
        title = harmless(each.title)
        title = title if len(title) <= TITLE_SHOWN else f"{title[:TITLE_SHOWN]}…"
        yield f"· 议题{each.number} {title}"
    rest = len(found.topics) - TOPICS_SHOWN
    if rest > 0:
        yield f"· 还有 {rest} 条，发“议题”看全部"


def _what_next(found: Gathered) -> Iterable[str]:
    """The words for what is left to do; nothing where nothing came in."""
    if found.topics:
        yield f"采纳请发：@回音 采纳议题{found.topics[0].number}"
    elif found.kinds:
        yield f"要商量的请发：@回音 列入议题 {found.kinds[0].cases[0].number}"


def _without(names: Sequence[str]) -> Iterable[str]:
    if names:
        shown = "、".join(names[:GROUPS_SHOWN])
        more = f"等 {len(names)} 个群" if len(names) > GROUPS_SHOWN else ""
        yield f"没有发到：{shown}{more}（群发次数已用完或没有群主）"
