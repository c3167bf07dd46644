"""Every morning each workers' group reads what is open in its grid, and the desk what the community owes."""

from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.notices.reaching import group_posting
from handlers.replies import daily as texts
from handlers.rules import Rules
from handlers.working_days import local
from storage import case_counts, organization, outbox
from storage import cases as case_rows
from storage.case_counts import OpenCounts
from storage.models.cases import Case
from storage.models.organization import Group
from storage.models.outbox import Priority

CATCH_UP_UNTIL: Final = time(12)  # who was down in the morning makes up for it before noon, not at night
LOOKED_AT: Final = 200  # cases for one list; it shows fewer


def groups_to_list(db: Connection, *, now: datetime, rules: Rules) -> list[int]:
    """The numbers of the groups that today's list has not gone to; none outside the morning."""
    here = local(now)
    if not rules.daily_list_at <= here.time() < CATCH_UP_UNTIL:
        return []
    return organization.groups_not_listed(db, here.date())


def tell_daily_list(db: Connection, group_id: int, *, now: datetime) -> bool:
    """The group has had its list of today, once, however many look; nothing is said when nothing is open."""
    day = local(now).date()
    if not organization.claim_listing(db, group_id, day):
        return False
    [group] = organization.groups_by_ids(db, [group_id])
    text = _list_of_grid(db, group, now=now) if group.grid_id else _list_of_desk(db, group, now=now)
    if not text:
        return False
    body = {"text": text, "format": "markdown"}
    key = f"daily:{day.isoformat()}:group:{group.id}"
    posting = group_posting(db, group, body, key=key, priority=Priority.NOTICE)
    outbox.post(db, [posting] if posting else [], now=now)
    return posting is not None


def list_text(
    db: Connection,
    name: str,
    cases: list[Case],
    *,
    of: OpenCounts | None,
    is_for_unit: bool = False,
    now: datetime,
) -> str:
    """These open cases as workers read them; without counts those of the cases themselves are told."""
    late, today, _ = texts.parts(cases, now=now)
    counts = of or OpenCounts(len(cases), len(today), len(late))
    estates = {each.id: each for each in organization.estates_of_communities(db, _communities(cases))}
    return texts.open_list(name, cases, estates, of=counts, is_for_unit=is_for_unit, now=now)


def counts_by_grid(db: Connection, community_id: int, *, now: datetime) -> dict[int | None, OpenCounts]:
    """The community's open cases by grid, with what is due before midnight in Asia/Shanghai."""
    here = local(now)
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return case_counts.open_counts(db, community_id, now=now, day_end=midnight)


def _list_of_grid(db: Connection, group: Group, *, now: datetime) -> str:
    grid_id = group.grid_id or 0
    cases = case_rows.open_cases_of_grids(db, [grid_id], limit=LOOKED_AT)
    if not cases:
        return ""
    counts = counts_by_grid(db, group.community_id, now=now).get(grid_id)
    return list_text(db, organization.grid_by_id(db, grid_id).name, cases, of=counts, now=now)


def _list_of_desk(db: Connection, group: Group, *, now: datetime) -> str:
    """The sums of the community, for the one group that is its desk."""
    desk = organization.desk_group(db, group.community_id)
    if group.unit_id is not None or desk is None or desk.id != group.id:
        return ""
    counts = counts_by_grid(db, group.community_id, now=now)
    if not counts:
        return ""
    cases = case_rows.open_cases_of_community(db, group.community_id, limit=LOOKED_AT)
    late, _, _ = texts.parts(cases, now=now)
    return texts.community_list(
        organization.community_by_id(db, group.community_id).name,
        {each.id: each for each in organization.grids_of_community(db, group.community_id)},
        counts,
        late=late,
        estates={each.id: each for each in organization.estates_of_communities(db, [group.community_id])},
        now=now,
    )


def _communities(cases: list[Case]) -> list[int]:
    return sorted({case.community_id for case in cases})
