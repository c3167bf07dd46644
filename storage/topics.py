"""Topics: made, held, changed; the cases they are about."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage.consultation import take_number
from storage.dialects import insert_row
from storage.models.base import one
from storage.models.consultation import Subject
from storage.models.topics import Topic, topic_cases, topics

_ADD = insert(topics)


def add_topic(db: Connection, values: dict[str, Any], *, case_ids: Iterable[int] = ()) -> Topic:
    """A new topic with the community's next number, about these cases; what `values` leaves out is empty."""
    number = take_number(db, values["community_id"], Subject.TOPIC)
    topic_id = insert_row(db, _ADD, {"recurs": "", "reason": "", "words": ""} | values | {"number": number})
    add_cases(db, topic_id, case_ids)
    return lock_topic(db, topic_id)


def add_cases(db: Connection, topic_id: int, case_ids: Iterable[int]) -> None:
    """The topic is about these cases too; those it is about already are left out."""
    stand = set(cases_of_topic(db, topic_id))
    rows = [{"topic_id": topic_id, "case_id": each} for each in dict.fromkeys(case_ids) if each not in stand]
    if rows:
        db.execute(insert(topic_cases), rows)


def lock_topic(db: Connection, topic_id: int) -> Topic:
    """The topic as it stands now, held until the transaction ends."""
    query = select(*topics.c).where(topics.c.id == topic_id).with_for_update()
    return Topic(*db.execute(query).one())


def lock_topic_numbered(db: Connection, community_id: int, number: int) -> Topic | None:
    """The community's topic of this number, held; `None` when it has none."""
    query = select(*topics.c).where(topics.c.community_id == community_id, topics.c.number == number)
    return one(Topic, db.execute(query.with_for_update()).first())


def change_topic(db: Connection, topic_id: int, **values: object) -> Topic:
    """These columns of the topic have new values; gives it as it now stands."""
    db.execute(update(topics).where(topics.c.id == topic_id).values(**values))
    return lock_topic(db, topic_id)


def cases_of_topic(db: Connection, topic_id: int) -> list[int]:
    """The ids of the cases the topic is about, in order."""
    query = select(topic_cases.c.case_id).where(topic_cases.c.topic_id == topic_id)
    return list(db.execute(query.order_by(topic_cases.c.case_id)).scalars())
