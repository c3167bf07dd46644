"""The three rates 响应率, 解决率, 满意率, with their sample sizes; what nobody judged is told beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from sqlalchemy import Connection

from handlers.working_days import SHANGHAI, local
from storage import rates as rows
from storage.rates import Figures, Unit


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    hits: int
    of: int

    @property
    def share(self) -> Fraction | None:
        """The exact share; `None` when there is nothing to take a share of, which is not 100 %."""
        return Fraction(self.hits, self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class ThreeRates:
    """The rates of one unit in one period (design, section 6).

    `response`: first response in time / cases due for one. `solution`: judged solved / judged.
    `satisfaction`: 满意 + 基本满意 / judged. `unjudged`: closed in silence / closed in silence or judged; in
    the others it counts as nothing.
    """

    response: Rate
    solution: Rate
    satisfaction: Rate
    unjudged: Rate


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to before `end`, in UTC or any zone; `label` as people say it."""

    label: str
    start: datetime
    end: datetime


def three_rates(figures: Figures) -> ThreeRates:
    """The rates that these counts make."""
    return ThreeRates(
        response=Rate(figures.in_time, figures.due),
        solution=Rate(figures.solved, figures.judged),
        satisfaction=Rate(figures.content, figures.judged),
        unjudged=Rate(figures.silent, figures.silent + figures.judged),
    )


def rates_by_unit(
    db: Connection, community_ids: Sequence[int], unit: Unit, *, period: Period
) -> Mapping[int | None, ThreeRates]:
    """The rates of every unit of these communities; absent are units in which nothing fell into the period.

    `None` stands for cases that no unit of this kind has: no grid covers them, nobody handles them.
    """
    found = rows.figures_by_unit(db, community_ids, unit=unit, start=period.start, end=period.end)
    return {key: three_rates(figures) for key, figures in found.items()}


def rates_of(
    db: Connection,
    community_ids: Sequence[int],
    unit: Unit,
    *,
    among: Sequence[int] | None = None,
    period: Period,
) -> ThreeRates:
    """The rates of these units together, for instance of a worker's grids; of all when `among` is `None`."""
    found = rows.figures_by_unit(db, community_ids, unit=unit, start=period.start, end=period.end)
    wanted = [figures for key, figures in found.items() if among is None or key in among]
    return three_rates(sum(wanted, Figures()))


def period_named(said: str, *, now: datetime) -> Period:
    """今天, 昨天, 本周, 上周, 本月, 上月, 今年 as a period that has begun; anything else is this week.

    A period that is not over ends now: what falls due later is not due yet.
    """
    today = local(now).date()
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    last_month = (first - timedelta(days=1)).replace(day=1)
    days = {
        "今天": (today, None),
        "昨天": (today - timedelta(days=1), today),
        "上周": (monday - timedelta(days=7), monday),
        "本月": (first, None),
        "上月": (last_month, first),
        "今年": (today.replace(month=1, day=1), None),
    }
    label = _plain(said) if _plain(said) in days else "本周"
    start, end = days.get(label, (monday, None))
    return Period(label, _midnight(start), _midnight(end) if end else now)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def _plain(said: str) -> str:
    """上个月, 这个月 and 本礼拜 as the office says them."""
    word = said.replace("个", "").replace("礼拜", "周").replace("星期", "周")
    return {"这周": "本周", "这月": "本月", "月": "本月", "周": "本周"}.get(word, word)
