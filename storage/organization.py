"""Whom and what a community consists of: the questions asked of it while messages are handled."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    or_,
    select,
    update,
)

from storage.models.base import many, one
from storage.models.organization import (
    Audience,
    Community,
    Contact,
    Estate,
    Grid,
    Group,
    communities,
    contacts,
    estates,
    grid_covers,
    grid_workers,
    grids,
    groups,
)
from storage.models.people import Person, identities, people

WECOM = "wecom"  # the channel of a worker's userid; its account is empty, there is one corporation

_ID: BindParameter[int] = bindparam("id")
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)


def _groups_where(*conditions: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    return select(*groups.c).where(*conditions).order_by(groups.c.id)


_COMMUNITIES_OF_ACCOUNT = (
    select(*communities.c)
    .where(communities.c.official_account == bindparam("account"))
    .order_by(communities.c.id)
)
_COMMUNITY = select(*communities.c).where(communities.c.id == _ID)
_COMMUNITY_WITH_CODE = select(*communities.c).where(communities.c.code == bindparam("code"))
_ESTATES = (
    select(*estates.c).where(estates.c.community_id.in_(_IDS)).order_by(estates.c.community_id, estates.c.id)
)
_ESTATE = select(*estates.c).where(estates.c.id == _ID)
_GRID = select(*grids.c).where(grids.c.id == _ID)
_COVERS = (
    select(*grids.c, grid_covers.c.first_building, grid_covers.c.last_building)
    .join(grid_covers, grid_covers.c.grid_id == grids.c.id)
    .where(grid_covers.c.estate_id == _ID)
    .order_by(grid_covers.c.id)
)
_ACTS = or_(grid_workers.c.is_deputy.is_(False), grid_workers.c.is_acting.is_(True))
_WORKERS = (
    select(*people.c)
    .join(grid_workers, grid_workers.c.person_id == people.c.id)
    .where(grid_workers.c.grid_id == _ID, _ACTS)
    .order_by(grid_workers.c.is_deputy, grid_workers.c.position)
)
_REGULAR_WORKERS = (
    select(*people.c)
    .join(grid_workers, grid_workers.c.person_id == people.c.id)
    .where(grid_workers.c.grid_id == _ID, grid_workers.c.is_deputy.is_(False))
    .order_by(grid_workers.c.position)
)
_TAKE_TURN = (
    update(grids)
    .where(grids.c.id == bindparam("grid_id"))
    .values(turns=grids.c.turns + 1)
    .returning(grids.c.turns)
)
_ESTATES_OF_GRIDS = (
    select(*estates.c)
    .where(
        estates.c.id.in_(select(grid_covers.c.estate_id).where(grid_covers.c.grid_id.in_(_IDS))),
    )
    .order_by(estates.c.id)
)
_FIRST_WORKER = (
    select(people.c.name)
    .join(grid_workers, grid_workers.c.person_id == people.c.id)
    .where(grid_workers.c.grid_id == _ID, _ACTS)
    .order_by(grid_workers.c.is_deputy, grid_workers.c.position)
    .limit(1)
)
_GRIDS_OF_WORKER = (
    select(grid_workers.c.grid_id)
    .where(grid_workers.c.person_id == _ID, _ACTS)
    .order_by(grid_workers.c.is_deputy, grid_workers.c.grid_id)
)
_FOR_WORKERS = groups.c.audience == Audience.WORKERS
_FOR_RESIDENTS = groups.c.audience == Audience.RESIDENTS
_WORKERS_GROUP = _groups_where(_FOR_WORKERS, groups.c.grid_id == _ID).limit(1)
_DESK = (
    select(*groups.c)
    .where(_FOR_WORKERS, groups.c.community_id == _ID, groups.c.unit_id.is_(None))
    .order_by(case((groups.c.grid_id.is_(None), 0), else_=1), groups.c.id)
    .limit(1)
)
_RESIDENTS_OF_ESTATE = _groups_where(_FOR_RESIDENTS, groups.c.estate_id == _ID)
_RESIDENTS_OF_COMMUNITY = _groups_where(_FOR_RESIDENTS, groups.c.community_id == _ID)
_GROUPS = _groups_where(groups.c.id.in_(_IDS))
_BY_CHAT = _groups_where(groups.c.chat_id == bindparam("chat_id")).limit(1)
_UNLEARNED = _groups_where(
    _FOR_WORKERS,
    groups.c.community_id == _ID,
    groups.c.robot == bindparam("robot"),
    groups.c.chat_id == "",
)
_LEARN = (
    update(groups)
    .where(groups.c.id == bindparam("group_id"), groups.c.chat_id == "")
    .values(chat_id=bindparam("learned"))
)
_USERID = (
    select(identities.c.external_id)
    .where(identities.c.person_id == _ID, identities.c.channel == WECOM, identities.c.account == "")
    .order_by(identities.c.id)
    .limit(1)
)
_CONTACTS = (
    select(*contacts.c)
    .where(
        contacts.c.community_id == bindparam("community_id"),
        or_(contacts.c.estate_id == bindparam("estate_id"), contacts.c.estate_id.is_(None)),
    )
    .order_by(contacts.c.estate_id.is_(None), contacts.c.id)
)


def communities_of_account(db: Connection, account: str) -> list[Community]:
    """The communities that one Official Account serves, in the order they were registered."""
    return many(Community, db.execute(_COMMUNITIES_OF_ACCOUNT, {"account": account}))


def community_by_id(db: Connection, community_id: int) -> Community:
    """The community of this number; it must exist."""
    return Community(*db.execute(_COMMUNITY, {"id": community_id}).one())


def community_with_code(db: Connection, code: str) -> Community | None:
    """The community that the address of a page names; `None` when there is none."""
    return one(Community, db.execute(_COMMUNITY_WITH_CODE, {"code": code}).first())


def estates_of_communities(db: Connection, community_ids: Sequence[int]) -> list[Estate]:
    """Every estate of these communities, those of one community together."""
    return many(Estate, db.execute(_ESTATES, {"ids": list(community_ids)}))


def estate_by_id(db: Connection, estate_id: int) -> Estate:
    """The estate of this number; it must exist."""
    return Estate(*db.execute(_ESTATE, {"id": estate_id}).one())


def grid_covering(db: Connection, estate_id: int, building: int | None) -> Grid | None:
    """The grid that serves this building.

    A grid that names the building comes before one that serves the whole estate. With the building unknown:
    the one that serves the whole estate, else the only grid there. `None` when that settles nothing.
    """
    covers = [(Grid(*row[:-2]), row[-2], row[-1]) for row in db.execute(_COVERS, {"id": estate_id})]
    whole = next((grid for grid, first, _ in covers if first is None), None)
    if building is not None:
        named = (g for g, first, last in covers if first is not None and first <= building <= last)
        return next(named, whole)
    if whole is None and len({grid.id for grid, _, _ in covers}) == 1:
        return covers[0][0]
    return whole


def grid_by_id(db: Connection, grid_id: int) -> Grid:
    """The grid of this number; it must exist."""
    return Grid(*db.execute(_GRID, {"id": grid_id}).one())


def grid_of_number(db: Connection, grid_id: int) -> Grid | None:
    """The grid of this number; `None` when there is none."""
    return one(Grid, db.execute(_GRID, {"id": grid_id}).first())


def grids_of_community(db: Connection, community_id: int) -> list[Grid]:
    """Every grid of a community, in the order they were registered."""
    query = select(*grids.c).where(grids.c.community_id == community_id).order_by(grids.c.id)
    return many(Grid, db.execute(query))


def estates_of_grid(db: Connection, grid_id: int) -> list[int]:
    """The numbers of the estates in which the grid covers something, each once."""
    query = select(grid_covers.c.estate_id).where(grid_covers.c.grid_id == grid_id).distinct()
    return list(db.execute(query.order_by(grid_covers.c.estate_id)).scalars())


def workers_of_grid(db: Connection, grid_id: int) -> list[Person]:
    """Who serves the grid today, in the order of the organization file; deputies who act come last."""
    return many(Person, db.execute(_WORKERS, {"id": grid_id}))


def regular_workers_of_grid(db: Connection, grid_id: int) -> list[Person]:
    """Who serves the grid by right, in the order of the organization file; deputies are absent."""
    return many(Person, db.execute(_REGULAR_WORKERS, {"id": grid_id}))


def take_turn(db: Connection, grid_id: int) -> int:
    """Which turn of the grid this is, from 1; given once, the row stays locked till commit."""
    turn: int = db.execute(_TAKE_TURN, {"grid_id": grid_id}).scalar_one()
    return turn


def estates_of_grids(db: Connection, grid_ids: Sequence[int]) -> list[Estate]:
    """The estates these grids serve, wholly or in part, each once."""
    return many(Estate, db.execute(_ESTATES_OF_GRIDS, {"ids": list(grid_ids)}))


def first_worker_of_grid(db: Connection, grid_id: int) -> str:
    """The name of the one who serves the grid first; empty when nobody does."""
    name: str | None = db.execute(_FIRST_WORKER, {"id": grid_id}).scalar()
    return name or ""


def grids_of_worker(db: Connection, person_id: int) -> list[int]:
    """The grids a person serves today; those where they are only a deputy come last."""
    return list(db.execute(_GRIDS_OF_WORKER, {"id": person_id}).scalars())


def workers_group_of_grid(db: Connection, grid_id: int) -> Group | None:
    """The internal group where the grid's cases are told; `None` when it has none."""
    return one(Group, db.execute(_WORKERS_GROUP, {"id": grid_id}).first())


def desk_group(db: Connection, community_id: int) -> Group | None:
    """The community desk's group, for what belongs to no grid.

    A workers' group of neither grid nor unit, else the first of a grid, whose workers are the community's
    own people; never a unit's, which is another company's. `None` when there is none.
    """
    return one(Group, db.execute(_DESK, {"id": community_id}).first())


def residents_groups_of_estate(db: Connection, estate_id: int) -> list[Group]:
    """The residents' groups of one estate."""
    return many(Group, db.execute(_RESIDENTS_OF_ESTATE, {"id": estate_id}))


def residents_groups_of_community(db: Connection, community_id: int) -> list[Group]:
    """Every residents' group of a community, those of its estates included."""
    return many(Group, db.execute(_RESIDENTS_OF_COMMUNITY, {"id": community_id}))


def groups_by_ids(db: Connection, ids: Sequence[int]) -> list[Group]:
    """The groups of these numbers, by number; unknown ones are absent."""
    return many(Group, db.execute(_GROUPS, {"ids": list(ids)}))


def group_by_chat(db: Connection, chat_id: str) -> Group | None:
    """The group of a chat the platform names; `None` while it is not learned."""
    if not chat_id:
        return None  # an empty chat_id stands for every group not yet learned
    return one(Group, db.execute(_BY_CHAT, {"chat_id": chat_id}).first())


def unlearned_groups(db: Connection, community_id: int, robot: str) -> list[Group]:
    """The workers' groups of this robot whose chat nobody has spoken in yet."""
    return many(Group, db.execute(_UNLEARNED, {"id": community_id, "robot": robot}))


def learn_chat(db: Connection, group_id: int, chat_id: str) -> None:
    """The group is known by this chat from now on; one already learned keeps its own."""
    db.execute(_LEARN, {"group_id": group_id, "learned": chat_id})


def connect_group(db: Connection, group_id: int, *, robot: str, is_connected: bool) -> None:
    """Whether this robot may push into the group's chat by its own connection."""
    row = update(groups).where(groups.c.id == group_id)
    db.execute(row.values(is_connected=is_connected, robot=robot))


def disconnect_groups(db: Connection, connected: Collection[str]) -> None:
    """Groups of robots without a connection of their own are reached some other way from now on."""
    lost = and_(groups.c.is_connected.is_(True), groups.c.robot.not_in(sorted(connected)))
    db.execute(update(groups).where(lost).values(is_connected=False))


def wecom_userid_of(db: Connection, person_id: int) -> str | None:
    """The userid by which WeCom knows this person; `None` when they have none."""
    userid: str | None = db.execute(_USERID, {"id": person_id}).scalar_one_or_none()
    return userid


def contacts_of(db: Connection, community_id: int, estate_id: int | None) -> list[Contact]:
    """The contact card: the estate's own lines first, then those of the whole community.

    Without an estate only those of the whole community.
    """
    asked = {"community_id": community_id, "estate_id": estate_id}
    return many(Contact, db.execute(_CONTACTS, asked))


def all_communities(db: Connection) -> list[Community]:
    """Every community of this deployment, in the order they were registered."""
    return many(Community, db.execute(select(*communities.c).order_by(communities.c.id)))


# ------------------------------------------------------------------ the daily list


def groups_not_listed(db: Connection, day: date) -> list[int]:
    """The numbers of the workers' groups of grids and desks that had no list on this day."""
    query = select(groups.c.id).where(_FOR_WORKERS, groups.c.unit_id.is_(None), _not_listed(day))
    return list(db.execute(query.order_by(groups.c.id)).scalars())


def claim_listing(db: Connection, group_id: int, day: date) -> bool:
    """The group's list of this day is the caller's to make; false when somebody has made it."""
    row = update(groups).where(groups.c.id == group_id, _not_listed(day)).values(listed_on=day)
    return db.execute(row).rowcount == 1


def _not_listed(day: date) -> ColumnElement[bool]:
    return or_(groups.c.listed_on.is_(None), groups.c.listed_on < day)
