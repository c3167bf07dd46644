"""Whom a broadcast reaches at this moment, whom not, and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.broadcasts.orders import Order
from handlers.broadcasts.residents import Route, residents_meant, routes_to
from handlers.broadcasts.targets import groups_meant
from handlers.notices.reaching import address_of_group
from handlers.residents_groups.shares import Share, shares_by_group
from handlers.rules import BroadcastRules, Rules
from storage import organization
from storage import people as people_rows
from storage.models.broadcasts import BroadcastAudience, Way
from storage.models.organization import Audience, Estate, Group

MOST_OF_A_GROUP = 500  # people a customer group holds at most
DISMISSED = "群已解散"
NO_CHAT = "没有接入企业微信客户群"
NO_OWNER = "没有登记群主"
OWNER_UNKNOWN = "群主没有企业微信账号"
USED_UP = "可收的群发次数已用完（留的几次给紧急事项）"
NOTHING_LEFT = "可收的群发次数已全部用完"
NO_WAY = "没有可推送的方式"


@dataclass(frozen=True, slots=True)
class Found:
    """The groups or residents that are reached, in the order in which they will be.

    `unreached` gives the names (for residents their number) by the reason; `people` is how many read it,
    `is_estimate` when some group's members are not known and its estate's households stand for them.
    `taps` are the owners who must confirm, with how many groups each; `shares` is how each residents' group
    stands with what it may receive, by its number.
    """

    groups: tuple[Group, ...] = ()
    routes: tuple[Route, ...] = ()
    unreached: Mapping[str, Sequence[str]] | None = None
    remarks: tuple[str, ...] = ()
    people: int = 0
    is_estimate: bool = False
    taps: tuple[tuple[str, int], ...] = ()
    shares: Mapping[int, Share] | None = None
    is_everyone: bool = False

    @property
    def reached(self) -> list[Route]:
        """The residents there is a way to."""
        return [each for each in self.routes if each.way is not Way.NONE]

    @property
    def messages(self) -> int:
        """How many go out."""
        return len(self.groups) + len(self.reached)

    @property
    def paced(self) -> int:
        """How many of them go one after the other; a mass send is one call for thousands, at the start."""
        return len(self.groups) + sum(each.way is not Way.MASS for each in self.reached)

    def later(self, *, is_urgent: bool) -> dict[str, object]:
        """How many groups have had their message of the day, and when the first of them has its turn."""
        if is_urgent or not self.shares:
            return {}
        shares = [self.shares[each.id] for each in self.groups if each.id in self.shares]
        turns = [at for share in shares if (at := share.turn()) is not None]
        return {"later": len(turns), "later_at": min(turns).isoformat()} if turns else {}


def find(
    db: Connection, community_id: int, order: Order, *, at: datetime, now: datetime, rules: Rules
) -> Found:
    """Whom the order names and how each will be reached then, when it starts.

    What people and groups may still receive is counted in the month of that time. Raises `NobodyToReach` with
    the name that is nobody's.
    """
    if order.audience is BroadcastAudience.RESIDENTS:
        ids = residents_meant(db, community_id, order, now=now, rules=rules.broadcasts)
        return residents_found(db, community_id, ids, at=at, until=at, rules=rules.broadcasts)
    meant = groups_meant(db, community_id, order)
    return groups_found(
        db,
        community_id,
        meant.groups,
        remarks=meant.remarks,
        is_urgent=order.is_urgent,
        at=at,
        rules=rules,
    )


def residents_found(
    db: Connection,
    community_id: int,
    ids: Sequence[int],
    *,
    at: datetime,
    until: datetime,
    rules: BroadcastRules,
) -> Found:
    """These residents, and how each is reached by a broadcast that starts and is under way until then."""
    account = organization.community_by_id(db, community_id).official_account
    routes = routes_to(db, ids, account=account, at=at, until=until, rules=rules)
    without = Counter(each.reason for each in routes if each.way is Way.NONE)
    unreached = {reason: [f"{number}人"] for reason, number in without.items()}
    reached = [each for each in routes if each.way is not Way.NONE]
    return Found(routes=tuple(routes), unreached=unreached, people=len(reached))


def groups_found(
    db: Connection,
    community_id: int,
    groups: Sequence[Group],
    *,
    at: datetime,
    rules: Rules,
    is_urgent: bool = False,
    remarks: tuple[str, ...] = (),
) -> Found:
    """These groups, without those that cannot be reached by a broadcast that starts then.

    What is urgent may use what is kept of a group's share for emergencies. Whether everybody is meant is
    asked of all these groups: those that cannot be reached change nothing of that.
    """
    shares = shares_by_group(db, groups, limit=rules.group_limit, now=at)
    owners = people_rows.people_by_ids(db, {each.owner_id for each in groups if each.owner_id})
    userids = {number: organization.wecom_userid_of(db, number) for number in owners}
    reached: list[Group] = []
    unreached: dict[str, list[str]] = {}
    for group in groups:
        reason = _why_not(group, userids, shares, is_urgent=is_urgent)
        if reason:
            unreached.setdefault(reason, []).append(group.name)
        else:
            reached.append(group)
    is_public = any(each.audience is Audience.RESIDENTS for each in reached)
    taps = Counter(owners[each.owner_id].name for each in reached if is_public and each.owner_id)
    people, is_estimate = _people(db, community_id, reached)
    return Found(
        groups=tuple(reached),
        unreached=unreached,
        remarks=remarks,
        people=people,
        is_estimate=is_estimate,
        taps=tuple(taps.most_common()),
        shares=shares,
        is_everyone=is_public and _is_everyone(db, community_id, groups),
    )


def _why_not(
    group: Group, userids: Mapping[int, str | None], shares: Mapping[int, Share], *, is_urgent: bool
) -> str:
    if group.dismissed_at is not None:
        return DISMISSED
    if group.audience is not Audience.RESIDENTS:
        return "" if address_of_group(group) else NO_WAY
    if not group.customer_group:
        return NO_CHAT
    if group.owner_id is None:
        return NO_OWNER
    if not userids.get(group.owner_id):
        return OWNER_UNKNOWN
    return _used_up(shares[group.id], is_urgent=is_urgent)


def _used_up(share: Share, *, is_urgent: bool) -> str:
    if is_urgent:
        return "" if share.left else NOTHING_LEFT
    return "" if share.left_for_notices else USED_UP


def _people(db: Connection, community_id: int, groups: Iterable[Group]) -> tuple[int, bool]:
    """The members of the groups; where they are not known the households of the estate, once.

    Of residents' groups of which not even these are known as many as a group can hold: better that a second
    person agrees once too often.
    """
    estates = {each.id: each for each in organization.estates_of_communities(db, [community_id])}
    known, guessed, elsewhere = 0, dict[int, int](), 0
    for group in groups:
        if group.members is not None:
            known += group.members
        elif group.audience is Audience.RESIDENTS and group.estate_id in estates:
            guessed[group.estate_id] = guessed.get(group.estate_id, 0) + MOST_OF_A_GROUP
        elif group.audience is Audience.RESIDENTS:
            elsewhere += MOST_OF_A_GROUP
    homes = sum(_homes(estates[number], room) for number, room in guessed.items())
    return known + homes + elsewhere, bool(guessed or elsewhere)


def _homes(estate: Estate, room: int) -> int:
    """The households of an estate as far as its groups have room; where nobody knows them, all that room."""
    return room if estate.households is None else min(room, estate.households)


def _is_everyone(db: Connection, community_id: int, groups: Sequence[Group]) -> bool:
    everybody = organization.residents_groups_of_community(db, community_id)
    there = {each.id for each in everybody if each.dismissed_at is None and each.customer_group}
    return len(there) > 1 and there <= {each.id for each in groups}
