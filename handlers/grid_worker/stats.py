"""统计: what came in and went out, and the three rates, of the own grids or of the whole community."""

from collections.abc import Sequence
from datetime import timedelta

from handlers.cases.rates import Period, ThreeRates, period_named, rates_of
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.daily import counts_by_grid
from handlers.grid_worker.lookup import text_of
from handlers.grid_worker.router import router
from handlers.replies import rates as texts
from handlers.turn import Reply, Turn
from nlp.actions import Action
from storage import organization
from storage.case_counts import OpenCounts, flow_of
from storage.rates import Unit


@router.on(Action.STATS)
def stats(turn: Turn) -> Reply:
    """统计, 统计 上周"""
    period = period_named(text_of(turn, "period"), now=turn.now)
    community_id = turn.person.community_id or 0
    if turn.person.role in COMMUNITY_ROLES:
        rates = rates_of(turn.db, [community_id], Unit.COMMUNITY, period=period)
        name = organization.community_by_id(turn.db, community_id).name
        return _told(turn, period, rates, of=name, among=None)
    grids = organization.grids_of_worker(turn.db, turn.person.id)
    if not grids:
        return turn.say("no_figures_here")
    rates = rates_of(turn.db, [community_id], Unit.GRID, among=grids, period=period)
    names = "、".join(organization.grid_by_id(turn.db, grid).name for grid in grids)
    return _told(turn, period, rates, of=names, among=grids)


def _told(turn: Turn, period: Period, rates: ThreeRates, *, of: str, among: Sequence[int] | None) -> Reply:
    """What came in and was settled, what is open now, and the rates."""
    community_id = turn.person.community_id or 0
    flow = flow_of(turn.db, community_id, among=among, start=period.start, end=period.end)
    counts = counts_by_grid(turn.db, community_id, now=turn.now)
    here = sum((each for grid, each in counts.items() if among is None or grid in among), OpenCounts())
    return Reply(texts.figures(rates, _shown(period), of=of, flow=flow, open_now=here))


def _shown(period: Period) -> Period:
    """The period with the last moment that belongs to it at its end, so that 上周 ends on Sunday."""
    return Period(period.label, period.start, period.end - timedelta(microseconds=1))
