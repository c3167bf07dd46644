"""Who is speaking: people by the account a channel knows them under."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.dialects import PerDialect, insert_row
from storage.models.base import one
from storage.models.people import Person, Role, identities, people

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


def names_of_workers(db: Connection, community_id: int) -> list[str]:
    """The names of those who work for the community."""
    return list(db.execute(_WORKERS, {"community_id": community_id}).scalars())


def remember_community(db: Connection, person_id: int, community_id: int) -> None:
    """The resident's next message is taken to be of this community unless it names another's place."""
    db.execute(_BIND, {"person_id": person_id, "bound": community_id})
