"""Many residents of the sample community, and broadcasts to them one-to-one."""

from datetime import datetime

from sqlalchemy import Connection, insert

from handlers.broadcasts import confirming, sending
from handlers.broadcasts.orders import EVERYBODY, Order
from handlers.broadcasts.previewing import preview_broadcast
from handlers.broadcasts.previews import Preview
from handlers.rules import BroadcastRules, Rules
from storage.broadcasts import rows
from storage.models.broadcasts import (
    BroadcastAudience,
    BroadcastStatus,
    Way,
    broadcast_recipients,
)
from storage.models.people import identities, people
from tests.handlers.cases.scene import estate, named

RULES = Rules(broadcasts=BroadcastRules(approval_above=10**6))


def crowd(db: Connection, number: int, *, now: datetime) -> list[int]:
    """So many residents of 枫桥苑 who follow the account and have never been written to."""
    home = estate(db)
    person = {"community_id": home.community_id, "role": "resident", "name": "", "created_at": now}
    person |= {"estate_id": home.id, "building": "3"}
    ids = [
        db.execute(insert(people).values(person).returning(people.c.id)).scalar_one() for _ in range(number)
    ]
    account = {"channel": "official_account", "account": "main"}
    db.execute(
        insert(identities), [account | {"person_id": each, "external_id": f"oCrowd{each}"} for each in ids]
    )
    return ids


def previewed(db: Connection, *, now: datetime, text: str = "明天停水", rules: Rules = RULES) -> Preview:
    """A broadcast to every resident, awaiting the code 1234."""
    order = Order(text, BroadcastAudience.RESIDENTS, (EVERYBODY,))
    return preview_broadcast(db, named(db, "李强"), order, code="1234", now=now, rules=rules)


def begun(db: Connection, *, now: datetime, text: str = "明天停水", rules: Rules = RULES) -> int:
    """The broadcast to every resident, its code given and its messages made; gives its row."""
    number = previewed(db, now=now, text=text, rules=rules).broadcast.id
    confirming.confirm_broadcast(db, named(db, "李强"), number, "1234", now=now, rules=rules)
    assert sending.start_broadcast(db, number, now=now, rules=rules)
    return number


def had_mass_sends(db: Connection, ids: list[int], number: int, *, at: datetime) -> None:
    """Each of these people had so many mass sends then."""
    for _ in range(number):
        row = {"community_id": 1, "person_id": named(db, "李强").id, "text": "通知", "target": "全部"}
        row |= {"group_ids": [], "code": "", "status": BroadcastStatus.DONE, "created_at": at}
        row |= {"number": rows.next_number(db, 1), "audience": BroadcastAudience.RESIDENTS, "plan": {}}
        made = rows.add_broadcast(db, row)
        got = {"broadcast_id": made.id, "way": Way.MASS, "reason": "", "planned_at": at}
        db.execute(insert(broadcast_recipients), [got | {"person_id": each} for each in ids])
