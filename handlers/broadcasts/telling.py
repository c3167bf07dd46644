"""Who is told of a broadcast beside those it is for: the desk, and the one who sent it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from handlers.notices.reaching import group_posting, staff_of, worker_postings
from handlers.rules import Rules
from storage import organization, outbox
from storage import people as people_rows
from storage.models.broadcasts import Broadcast
from storage.models.outbox import Priority
from storage.models.people import Person
from storage.outbox import Posting


def tell_desk(
    db: Connection,
    community_id: int,
    text: str,
    *,
    key: str,
    now: datetime,
    called: int | None = None,
) -> None:
    """Staff read this at the community's desk; `called` is the person it concerns, who is mentioned."""
    desk = organization.desk_group(db, community_id)
    userid = organization.wecom_userid_of(db, called) if called else None
    body: dict[str, object] = {"text": text, "format": "markdown", "mentions": [userid] if userid else []}
    posting = desk and group_posting(db, desk, body, key=f"{key}:desk", priority=Priority.ANSWER)
    outbox.post(db, [posting] if posting else [], now=now)


def tell_sender(
    db: Connection, broadcast: Broadcast, text: str, *, key: str, now: datetime, rules: Rules
) -> None:
    """Who ordered the broadcast reads this once, the desk too: who ordered it there is called there.

    Who ordered it one-to-one reads it alone, where there is an app, and is not called at the desk as well.
    """
    key = f"broadcast:{broadcast.id}:{key}"
    alone: list[Posting] = []
    if not broadcast.plan.get("asked_in"):
        sender = people_rows.person_by_id(db, broadcast.person_id)
        alone = _alone(db, [sender], text, key=key, rules=rules)
    called = None if alone else broadcast.person_id
    tell_desk(db, broadcast.community_id, text, key=key, now=now, called=called)
    outbox.post(db, alone, now=now)


def tell_colleagues(
    db: Connection, broadcast: Broadcast, text: str, *, key: str, now: datetime, rules: Rules
) -> None:
    """Everybody of staff but who ordered it reads this: at the desk, and alone where there is an app."""
    key = f"broadcast:{broadcast.id}:{key}"
    tell_desk(db, broadcast.community_id, text, key=key, now=now)
    others = [each for each in staff_of(db, broadcast.community_id) if each.id != broadcast.person_id]
    outbox.post(db, _alone(db, others, text, key=key, rules=rules), now=now)


def _alone(db: Connection, persons: Sequence[Person], text: str, *, key: str, rules: Rules) -> list[Posting]:
    return [
        posting
        for person in persons
        for posting in worker_postings(
            db, person, {"text": text}, key=f"{key}:person:{person.id}", rules=rules, priority=Priority.ANSWER
        )
    ]
