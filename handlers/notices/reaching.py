"""The ways in which people are reached: reporters, workers' groups, the desk, residents' groups.

Every message has a key made of facts, so that handling the same event again posts nothing twice.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from storage import cases as case_rows
from storage import organization, outbox, people
from storage.models.cases import Case, Urgency
from storage.models.organization import Estate, Group
from storage.models.outbox import Channel, Priority
from storage.models.people import Person
from storage.outbox import Address, Posting

URGENT = {  # both pass the quiet hours: somebody must answer within two hours
    Urgency.EMERGENCY: Priority.EMERGENCY,
    Urgency.HIGH: Priority.ANSWER,
}
EVERYBODY = ("@all",)


def estate_of(db: Connection, case: Case) -> Estate | None:
    """The estate of a case, when its place is known."""
    return None if case.estate_id is None else organization.estate_by_id(db, case.estate_id)


def tell_reporters(
    db: Connection,
    case: Case,
    event_id: int,
    text: str,
    *,
    now: datetime,
    but: int | None = None,
) -> None:
    """Everybody who reported the case reads this, but the one who caused it.

    Whoever cannot be reached is told by the person who reported for them.
    """
    reporters = [each for each in case_rows.reporters_of(db, case.id) if each.id != but]
    accounts = people.accounts_of(db, [each.id for each in reporters], Channel.OFFICIAL_ACCOUNT)
    postings: list[Posting] = []
    for each in reporters:
        key = f"case:{case.id}:{event_id}:person:{each.id}"
        if each.id in accounts:
            postings += _to_person(each, case, text, accounts=accounts[each.id], key=key)
        else:
            postings += _to_helpers(db, case, each, text, key=key)
    outbox.post(db, postings, now=now)


def number_without_account(db: Connection, case: Case) -> int:
    """How many who report the case can be told nothing here: they called, and nobody wrote for them."""
    reporters = case_rows.reporters_of(db, case.id)
    accounts = people.accounts_of(db, [each.id for each in reporters], Channel.OFFICIAL_ACCOUNT)
    without = [each for each in reporters if each.id not in accounts]
    return sum(not _to_helpers(db, case, each, "", key="") for each in without)


def tell_workers(
    db: Connection,
    case: Case,
    event_id: int,
    text: str,
    *,
    now: datetime,
    grid_id: int | None = None,
    mentions: Sequence[str] = (),
    is_urgent: bool = False,
) -> None:
    """The workers' group of the case's grid reads this; without one the community's desk, never nowhere.

    Of an emergency both read it, everybody is mentioned, and it goes ahead of every queue.
    """
    grid_id = grid_id or case.grid_id
    group = organization.workers_group_of_grid(db, grid_id) if grid_id else None
    is_emergency = case.urgency is Urgency.EMERGENCY
    groups = [group] if group else []
    if group is None or is_emergency:
        desk = organization.desk_group(db, case.community_id)
        groups += [desk] if desk else []
    tell_groups(
        db,
        case,
        event_id,
        text,
        groups=groups,
        mentions=EVERYBODY if is_emergency else mentions,
        priority=Priority.ANSWER if is_urgent else URGENT.get(case.urgency, Priority.NOTICE),
        now=now,
    )


def tell_desk(
    db: Connection,
    case: Case,
    event_id: int,
    text: str,
    *,
    now: datetime,
    mentions: Sequence[str] = (),
    priority: Priority = Priority.NOTICE,
    about: str = "",
) -> None:
    """Staff read this at the community's desk; `about` tells a second message of the same event apart."""
    desk = organization.desk_group(db, case.community_id)
    groups = [desk] if desk else []
    tell_groups(
        db, case, event_id, text, groups=groups, mentions=mentions, priority=priority, about=about, now=now
    )


def tell_groups(
    db: Connection,
    case: Case,
    event_id: int,
    text: str,
    *,
    groups: Iterable[Group],
    now: datetime,
    mentions: Sequence[str] = (),
    priority: Priority = Priority.NOTICE,
    about: str = "",
) -> None:
    """These internal groups read this, each once; one without a webhook cannot be reached."""
    body = {"text": text, "format": "markdown", "mentions": list(mentions)}
    reachable = {group.id: group for group in groups if group.webhook}
    postings = [
        Posting(
            Address(Channel.GROUP_WEBHOOK, "", group.webhook),
            f"case:{case.id}:{event_id}{about}:group:{group.id}",
            body,
            priority,
            case.community_id,
            case.id,
        )
        for group in reachable.values()
    ]
    outbox.post(db, postings, now=now)


def tell_residents_groups(db: Connection, case: Case, event_id: int, text: str, *, now: datetime) -> None:
    """The residents' groups of the case's estate read this once their owner has confirmed it."""
    groups = organization.residents_groups_of_estate(db, case.estate_id) if case.estate_id else []
    postings = [
        residents_posting(
            db,
            group,
            text,
            key=f"case:{case.id}:{event_id}:group:{group.id}",
            priority=Priority.NOTICE,
            case_id=case.id,
        )
        for group in groups
    ]
    outbox.post(db, [each for each in postings if each is not None], now=now)


def residents_posting(
    db: Connection, group: Group, text: str, *, key: str, priority: Priority, case_id: int | None = None
) -> Posting | None:
    """A message to a residents' group, for its owner to confirm; `None` when the group cannot be reached."""
    owner = organization.wecom_userid_of(db, group.owner_id) if group.owner_id else None
    if not group.customer_group or owner is None:
        return None
    to = Address(Channel.GROUP_TASK, "", group.customer_group)
    return Posting(to, key, {"text": text, "sender": owner}, priority, group.community_id, case_id)


def _to_helpers(db: Connection, case: Case, reporter: Person, text: str, *, key: str) -> list[Posting]:
    """Those who reported it for somebody without an account."""
    helpers = case_rows.entered_for(db, case.id, reporter.id)
    accounts = people.accounts_of(db, [each.id for each in helpers], Channel.OFFICIAL_ACCOUNT)
    postings: list[Posting] = []
    for each in helpers:
        postings += _to_person(
            each, case, text, accounts=accounts.get(each.id, []), key=f"{key}:by:{each.id}"
        )
    return postings


def _to_person(
    person: Person,
    case: Case,
    text: str,
    *,
    accounts: Iterable[tuple[str, str]],
    key: str,
    priority: Priority = Priority.NOTICE,
) -> list[Posting]:
    if person.unsubscribed_at is not None:
        return []
    return [
        Posting(
            Address(Channel.OFFICIAL_ACCOUNT, account, openid),
            f"{key}:{account}",
            {"text": text},
            priority,
            case.community_id,
            case.id,
        )
        for account, openid in accounts
    ]
