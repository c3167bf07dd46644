"""统计: the three rates of the worker's own grids, for staff of the whole community."""

from datetime import timedelta

from handlers.cases.rates import Period, period_named, rates_of
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.grid_worker.lookup import text_of
from handlers.grid_worker.router import router
from handlers.replies import rates as texts
from handlers.turn import Reply, Turn
from nlp.actions import Action
from storage import organization
from storage.rates import Unit


@router.on(Action.STATS)
def stats(turn: Turn) -> Reply:
    """统计, 统计 上周"""
    period = period_named(text_of(turn, "period"), now=turn.now)
    community_id = turn.person.community_id or 0
    if turn.person.role in COMMUNITY_ROLES:
        rates = rates_of(turn.db, [community_id], Unit.COMMUNITY, period=period)
        name = organization.community_by_id(turn.db, community_id).name
        return Reply(texts.three_rates(rates, _shown(period), of=name))
    grids = organization.grids_of_worker(turn.db, turn.person.id)
    if not grids:
        return turn.say("no_figures_here")
    rates = rates_of(turn.db, [community_id], Unit.GRID, among=grids, period=period)
    names = "、".join(organization.grid_by_id(turn.db, grid).name for grid in grids)
    return Reply(texts.three_rates(rates, _shown(period), of=names))


def _shown(period: Period) -> Period:
    """The period with the last moment that belongs to it at its end, so that 上周 ends on Sunday."""
    return Period(period.label, period.start, period.end - timedelta(microseconds=1))
