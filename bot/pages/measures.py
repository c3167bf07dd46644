"""`/measures/{token}`: whoever has the link sees what residents said before, during and after a measure."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Connection

from bot.pages.rendering import message_page, page, rendered
from handlers.measures.comparing import MeasureCompared, PhaseCompared, compared
from handlers.replies.surveys import percent
from handlers.surveys.summing import FEWEST
from handlers.working_days import local
from storage import measures
from storage.engine import Database

WIDTH = 1000  # of a whole bar, in its own units
WORDS_SHOWN = 30  # of one survey


@dataclass(frozen=True, slots=True)
class Bar:
    """One option in one survey; `width` of `WIDTH`, rounded down as its share is."""

    label: str
    count: int
    share: str
    width: int


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option in the three surveys."""

    option: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class WordRow:
    """What somebody said, and how often."""

    words: str
    times: int


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """One of the three surveys: `note` says why it shows nothing, empty when it does."""

    label: str
    note: str
    answers: int
    concerned: str
    day: str
    without_choice: int
    words: tuple[WordRow, ...]
    further: int


@dataclass(frozen=True, slots=True)
class MeasurePages:
    """The pages of all measures; they are only looked at."""

    database: Database

    def add_routes(self, app: web.Application) -> None:
        """Serve the page of each measure."""
        app.router.add_get("/measures/{token}", self.show)

    async def show(self, request: web.Request) -> web.Response:
        """The three surveys side by side; 404 for what never was a link."""
        found = await self.database.read(_found, request.match_info["token"])
        if found is None:
            return message_page("没有找到", "这个链接不对。请向社区要对比页的新链接。", status=404)
        return page(rendered_measure(found))


def rendered_measure(found: MeasureCompared) -> str:
    """The page of one measure."""
    return rendered(
        "measure.html",
        title=found.measure.title,
        community=found.community,
        question=found.question,
        phases=[_phase(each) for each in found.phases],
        rows=_rows(found),
        width=WIDTH,
        fewest=FEWEST,
    )


def _found(db: Connection, token: str) -> MeasureCompared | None:
    measure = measures.measure_behind(db, token)
    return compared(db, measure) if measure else None


def _rows(found: MeasureCompared) -> Sequence[OptionRow]:
    """Nothing is compared while no survey has ended with an answer."""
    shown = [each for each in found.phases if each.summary is not None and each.answers]
    return [
        OptionRow(option, tuple(_bar(each, place) for each in shown))
        for place, option in enumerate(found.options)
        if shown
    ]


def _bar(each: PhaseCompared, place: int) -> Bar:
    count = each.summary.counts[place] if each.summary else 0
    return Bar(each.label, count, percent(count, each.answers), count * WIDTH // each.answers)


def _phase(each: PhaseCompared) -> PhaseRow:
    summary, poll = each.summary, each.poll
    if summary is None:
        note = f"进行中，已有 {each.answers} 人回答，结束后显示结果。" if poll else "还没有调查。"
        return PhaseRow(each.label, note, 0, "", "", 0, (), 0)
    closed = local(poll.closed_at) if poll and poll.closed_at else None
    shown = summary.words[:WORDS_SHOWN]
    return PhaseRow(
        each.label,
        note="" if summary.answers else "没有人回答。",
        answers=summary.answers,
        concerned=f"涉及 {summary.people} 人（{summary.households} 份写了人数）"
        if summary.households
        else "",
        day=f"{closed.year}年{closed.month}月{closed.day}日结束" if closed else "",
        without_choice=summary.without_choice,
        words=tuple(WordRow(row.words, row.times) for row in shown),
        further=summary.hidden + sum(row.times for row in summary.words[WORDS_SHOWN:]),
    )
