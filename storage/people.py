"""Who is speaking: people by the account a channel knows them under."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.dialects import PerDialect, insert_row
from storage.models.base import many, one
from storage.models.people import NAMED, Person, Role, identities, people

WECOM = "wecom"  # the channel of a worker's userid

_BY_IDENTITY = (
    select(*people.c)
    .join(identities, identities.c.person_id == people.c.id)
    .where(
        identities.c.channel == bindparam("channel"),
        identities.c.account == bindparam("account"),
        identities.c.external_id == bindparam("external_id"),
    )
)
_BY_ID = select(*people.c).where(people.c.id == bindparam("person_id"))
_BY_IDS = select(*people.c).where(people.c.id.in_(bindparam("ids", expanding=True)))
_ADD = insert(people)
_CLAIM_IDENTITY = PerDialect(  # asked for the row it made: its count is -1 on PostgreSQL
    identities, lambda statement: statement.on_conflict_do_nothing().returning(identities.c.id)
)
_EXTERNAL_IDS = select(identities.c.channel, identities.c.account, identities.c.external_id).where(
    identities.c.person_id == bindparam("person_id")
)
_WORKERS = select(people.c.name).where(
    people.c.community_id == bindparam("community_id"),
    people.c.role.in_([Role.GRID_WORKER, Role.STAFF, Role.HEAD]),
    people.c.name != "",
)
_NAMED = (
    select(*people.c)
    .where(
        people.c.community_id == bindparam("community_id"),
        people.c.name == bindparam("name"),
        NAMED,
        people.c.role.in_(bindparam("roles", expanding=True)),
    )
    .order_by(people.c.id)
)
_WITH_ROLES = (
    select(*people.c)
    .where(
        people.c.community_id == bindparam("community_id"),
        people.c.role.in_(bindparam("roles", expanding=True)),
    )
    .order_by(people.c.id)
)
_NAME = (
    update(people)
    .where(people.c.id == bindparam("person_id"), people.c.role.in_([Role.RESIDENT, Role.BUILDING_LEAD]))
    .values(name=bindparam("called"))
)
_BIND = update(people).where(people.c.id == bindparam("person_id")).values(community_id=bindparam("bound"))


def person_of(db: Connection, *, channel: str, account: str, external_id: str) -> Person | None:
    """The person behind an openid or a WeCom user id; `None` when nobody is known under it."""
    key = {"channel": channel, "account": account, "external_id": external_id}
    return one(Person, db.execute(_BY_IDENTITY, key).first())


def person_by_id(db: Connection, person_id: int) -> Person:
    """The person of this number."""
    return Person(*db.execute(_BY_ID, {"person_id": person_id}).one())


def register_resident(
    db: Connection, *, channel: str, account: str, external_id: str, now: datetime
) -> Person:
    """The resident behind this account is known from now on, once, even when two messages come at once."""
    known = person_of(db, channel=channel, account=account, external_id=external_id)
    if known is not None:
        return known
    row = {"name": "", "role": Role.RESIDENT, "created_at": now}
    person_id = insert_row(db, _ADD, row)
    key = {"channel": channel, "account": account, "external_id": external_id}
    taken = db.execute(_CLAIM_IDENTITY.on(db), key | {"person_id": person_id}).first() is None
    if taken:  # the other message was first; on PostgreSQL the insert waited for its commit
        db.execute(people.delete().where(people.c.id == person_id))
        return register_resident(db, channel=channel, account=account, external_id=external_id, now=now)
    return person_by_id(db, person_id)


def external_ids_of(db: Connection, person_id: int) -> list[tuple[str, str, str]]:
    """Every (channel, account, id) a person can be reached under, in no order."""
    return [(row[0], row[1], row[2]) for row in db.execute(_EXTERNAL_IDS, {"person_id": person_id})]


def accounts_of(db: Connection, person_ids: Sequence[int], channel: str) -> dict[int, list[tuple[str, str]]]:
    """The (account, id) pairs each person has on a channel, by person; whoever has none is absent."""
    query = select(identities.c.person_id, identities.c.account, identities.c.external_id).where(
        identities.c.person_id.in_(person_ids), identities.c.channel == channel
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for person_id, account, external_id in db.execute(query.order_by(identities.c.id)):
        found.setdefault(person_id, []).append((account, external_id))
    return found


def names_of_workers(db: Connection, community_id: int) -> list[str]:
    """The names of those who work for the community."""
    return list(db.execute(_WORKERS, {"community_id": community_id}).scalars())


def people_named(db: Connection, community_id: int, name: str, roles: Collection[Role]) -> list[Person]:
    """Those of the community who have this name and one of these roles; namesakes in order of their rows."""
    key = {"community_id": community_id, "name": name, "roles": list(roles)}
    return many(Person, db.execute(_NAMED, key))


def people_by_ids(db: Connection, ids: Collection[int]) -> dict[int, Person]:
    """The people of these numbers, by number; unknown ones are absent."""
    found = many(Person, db.execute(_BY_IDS, {"ids": list(ids)}))
    return {each.id: each for each in found}


def people_with_roles(db: Connection, community_id: int, roles: Collection[Role]) -> list[Person]:
    """Everybody of the community who has one of these roles."""
    return many(Person, db.execute(_WITH_ROLES, {"community_id": community_id, "roles": list(roles)}))


def remember_community(db: Connection, person_id: int, community_id: int) -> None:
    """The resident's next message is taken to be of this community unless it names another's place."""
    db.execute(_BIND, {"person_id": person_id, "bound": community_id})


def name_resident(db: Connection, person_id: int, name: str) -> None:
    """The resident is called so from now on; who works here keeps the name of the organization file."""
    db.execute(_NAME, {"person_id": person_id, "called": name})


def userids_of_role(db: Connection, community_id: int, role: Role) -> list[str]:
    """The WeCom user ids of everybody of this role in the community, in the order they were registered."""
    query = (
        select(identities.c.external_id)
        .join(people, people.c.id == identities.c.person_id)
        .where(people.c.community_id == community_id, people.c.role == role, identities.c.channel == WECOM)
    )
    return list(db.execute(query.order_by(people.c.id)).scalars())
