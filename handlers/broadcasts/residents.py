"""Which residents a broadcast is for one-to-one, and how each of them can be reached."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from handlers.broadcasts.orders import Order
from handlers.broadcasts.targets import estate_named, grid_named
from handlers.cases.subcategories import SUBCATEGORIES
from handlers.errors import NobodyToReach
from handlers.errors.broadcasts import NoResidentKnown
from handlers.rules import AccountRules, BroadcastRules
from handlers.working_days import local
from nlp.broadcasts.targets import Target, TargetKind
from storage import organization
from storage import people as people_rows
from storage.broadcasts import people, places
from storage.broadcasts.people import Where, Window
from storage.models.broadcasts import Way
from storage.models.organization import Grid
from storage.models.outbox import Channel

WINDOW = timedelta(hours=48)  # after the resident's last message (WECHAT 2.2)
ALLOWANCE = 5  # customer messages in that window
KEPT_BACK = 1  # of them, for an answer to what the resident may have asked
MARGIN = timedelta(minutes=5)  # a window that closes so soon counts as closed
FEWEST_OF_A_MASS_SEND = 2  # openids the platform takes at least (WECHAT 2.4)
WIDE = frozenset(f"{category}/{code}" for (category, code), each in SUBCATEGORIES.items() if each.is_wide)
NO_ACCOUNT = "没有关注公众号"
LEFT = "已取消关注"
NO_RIGHT = "公众号没有主动发送的权限"
USED_UP = "本月公众号群发已收满"
ALONE = "只有一位，不能用公众号群发"


@dataclass(frozen=True, slots=True)
class Route:
    """How one resident is reached; `reason` says why there is no way."""

    person_id: int
    way: Way
    account: str = ""
    openid: str = ""
    reason: str = ""


def residents_meant(
    db: Connection, community_id: int, order: Order, *, now: datetime, rules: BroadcastRules
) -> list[int]:
    """Everybody with a home where the order says, or who reported something from there, by number.

    Raises `NobodyToReach` with the name that is nobody's, `NoResidentKnown` when nobody is known there.
    """
    found: set[int] = set()
    for target in order.targets:
        if target.kind is TargetKind.CATEGORY:
            found |= _reporters(db, community_id, target, since=now - rules.reporters_within)
            continue
        for where in _places(db, community_id, target):
            found |= people.residents_at(db, where)
    if not found:
        raise NoResidentKnown(order.label)
    return sorted(found)


def _reporters(db: Connection, community_id: int, target: Target, *, since: datetime) -> set[int]:
    if not target.category:
        raise NobodyToReach(target.said)
    where = Where(community_id)
    if target.name:
        where = Where(community_id, _estate(db, community_id, target))
    return people.reporters_of_kind(
        db, where, category=target.category, subcategory=target.subcategory, since=since
    )


def _places(db: Connection, community_id: int, target: Target) -> Iterable[Where]:
    match target.kind:
        case TargetKind.ALL:
            return [Where(community_id)]
        case TargetKind.ESTATE:
            return [Where(community_id, _estate(db, community_id, target))]
        case TargetKind.BUILDING:
            houses = _houses(target.buildings)
            unit = str(target.unit) if target.unit is not None else None
            return [Where(community_id, _estate(db, community_id, target), houses, unit, WIDE)]
        case TargetKind.GRID:
            grid = grid_named(organization.grids_of_community(db, community_id), target.name)
            return _covered(db, community_id, grid) if grid else []
    raise NobodyToReach(target.said or target.name)


def _covered(db: Connection, community_id: int, grid: Grid) -> list[Where]:
    """What the grid covers; of an estate it has for itself everything, houses that nobody named included."""
    covers = places.covers_of_grid(db, grid.id)
    shared = set(places.shared_estates(db, {each.estate_id for each in covers}))
    return [
        Where(community_id, each.estate_id, _houses(each.buildings), wide=WIDE)
        if each.estate_id in shared
        else Where(community_id, each.estate_id)
        for each in covers
    ]


def _estate(db: Connection, community_id: int, target: Target) -> int:
    estate = estate_named(organization.estates_of_communities(db, [community_id]), target.name)
    if estate is None:
        raise NobodyToReach(target.said or target.name)
    return estate.id


def _houses(buildings: tuple[int, int] | None) -> frozenset[str]:
    return (
        frozenset(str(each) for each in range(buildings[0], buildings[1] + 1)) if buildings else frozenset()
    )


# ------------------------------------------------------------------ ways


def routes_to(
    db: Connection,
    ids: Sequence[int],
    *,
    account: str,
    at: datetime,
    until: datetime,
    rules: BroadcastRules,
) -> list[Route]:
    """How each of these residents is reached by a broadcast that starts and is under way until then.

    In their order. `account` is preferred where somebody follows several. A mass send needs two people at
    least; it goes at the start and so counts in that month.
    """
    known = _known(db, ids, account)
    windows = {
        name: people.windows_of(db, name, [openid for at, openid in known.values() if at == name])
        for name in {at for at, _ in known.values()}
    }
    left = {each.id for each in people.people_by_numbers(db, ids) if each.unsubscribed_at is not None}
    start, end = _month(at)
    had = people.mass_sends_of(db, ids, since=start, until=end)
    routes = []
    for number in ids:
        if number in left or number not in known:
            routes.append(Route(number, Way.NONE, reason=LEFT if number in left else NO_ACCOUNT))
            continue
        name, openid = known[number]
        may = rules.accounts.get(name, AccountRules())
        window = windows[name].get(openid)
        way, reason = _way(may, window, had=had.get(number, 0), until=until)
        routes.append(Route(number, way, name, openid, reason))
    return _without_lonely(routes, rules)


def _known(db: Connection, ids: Sequence[int], account: str) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(ids), people.CHUNK):
        chunk = ids[start : start + people.CHUNK]
        of_people = people_rows.accounts_of(db, chunk, Channel.OFFICIAL_ACCOUNT)
        for number, accounts in of_people.items():
            found[number] = next((each for each in accounts if each[0] == account), accounts[0])
    return found


def _way(may: AccountRules, window: Window | None, *, had: int, until: datetime) -> tuple[Way, str]:
    if may.has_messages and window is not None and _is_open(window, until):
        return Way.MESSAGE, ""
    if had < may.mass_sends:
        return Way.MASS, ""
    if may.has_notice:
        return Way.NOTICE, ""
    return Way.NONE, USED_UP if may.mass_sends else NO_RIGHT


def _is_open(window: Window, until: datetime) -> bool:
    if window.opened_at is None or window.has_held or until >= window.opened_at + WINDOW - MARGIN:
        return False
    spent = sum(at > (until - WINDOW).timestamp() for at in window.recent)
    return spent < ALLOWANCE - KEPT_BACK


def _without_lonely(routes: list[Route], rules: BroadcastRules) -> list[Route]:
    """A mass send to one person is not taken by the platform: they get a notice, or nothing."""
    by_account: dict[str, list[Route]] = {}
    for each in routes:
        if each.way is Way.MASS:
            by_account.setdefault(each.account, []).append(each)
    lonely = {few[0].person_id for few in by_account.values() if len(few) < FEWEST_OF_A_MASS_SEND}
    return [_otherwise(each, rules) if each.person_id in lonely else each for each in routes]


def _otherwise(route: Route, rules: BroadcastRules) -> Route:
    if rules.accounts.get(route.account, AccountRules()).has_notice:
        return Route(route.person_id, Way.NOTICE, route.account, route.openid)
    return Route(route.person_id, Way.NONE, reason=ALONE)


def _month(moment: datetime) -> tuple[datetime, datetime]:
    """The calendar month of a moment, from its beginning to the next one's."""
    first = local(moment).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first, (first + timedelta(days=32)).replace(day=1)
