"""How people are told of a consultation: one by one, in workers' groups, at the desk, in residents' groups.

Every message has a key made of facts, so that handling the same happening again posts nothing twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from handlers.notices.reaching import group_posting, residents_posting, worker_postings
from handlers.rules import Rules
from storage import assignments, organization, outbox, people
from storage.models.consultation import Subject
from storage.models.organization import Group
from storage.models.outbox import Channel, Priority
from storage.models.people import Person, Role
from storage.outbox import Address, Posting

RESIDENTS = (Role.RESIDENT, Role.BUILDING_LEAD)


@dataclass(frozen=True, slots=True)
class News:
    """One happening that people are told of: of which community, by what key, how urgently."""

    community_id: int
    key: str
    now: datetime
    rules: Rules = field(default_factory=Rules)
    priority: Priority = Priority.NOTICE


def news_of(
    subject: Subject, subject_id: int, event_id: int, *, community_id: int, now: datetime, rules: Rules
) -> News:
    """The news of one line of a history."""
    return News(community_id, f"{subject.value}:{subject_id}:{event_id}", now, rules)


def tell_people(
    db: Connection, news: News, persons: Iterable[Person], text: str, *, but: int | None = None
) -> list[Person]:
    """Each of them reads this once, but the one who caused it; gives those whom nothing reaches alone.

    A resident by the account they follow, somebody who works here by the app, else called by name in the
    group of their unit or grid, staff at the desk.
    """
    wanted = {each.id: each for each in persons if each.id != but}
    accounts = people.accounts_of(db, list(wanted), Channel.OFFICIAL_ACCOUNT)
    unreached: list[Person] = []
    postings: list[Posting] = []
    for person in wanted.values():
        mine = (
            _to_resident(news, person, text, accounts=accounts.get(person.id, []))
            if person.role in RESIDENTS
            else _to_worker(db, news, person, text)
        )
        postings += mine
        if not mine:
            unreached.append(person)
    outbox.post(db, postings, now=news.now)
    return unreached


def tell_groups(
    db: Connection,
    news: News,
    groups: Iterable[Group],
    text: str,
    *,
    mentions: Sequence[str] = (),
    cards: Mapping[int, dict[str, Any]] | None = None,
) -> list[Group]:
    """These workers' groups read this, each once; gives those that cannot be reached.

    `cards`, by group, are shown instead of the text where buttons can be pushed.
    """
    unreached: list[Group] = []
    postings: list[Posting] = []
    for group in {each.id: each for each in groups}.values():
        card = (cards or {}).get(group.id)
        body: dict[str, Any] = {"text": text, "format": "markdown", "mentions": list(mentions)}
        body |= {"card": card} if card else {}
        key = f"{news.key}:group:{group.id}"
        posting = group_posting(db, group, body, key=key, priority=news.priority)
        if posting is None:
            unreached.append(group)
        else:
            postings.append(posting)
    outbox.post(db, postings, now=news.now)
    return unreached


def tell_desk(db: Connection, news: News, text: str, *, called: int | None = None) -> None:
    """Staff read this at the community's desk; `called` is the person it concerns, who is mentioned."""
    desk = organization.desk_group(db, news.community_id)
    userid = organization.wecom_userid_of(db, called) if called else None
    tell_groups(db, news, [desk] if desk else [], text, mentions=[userid] if userid else [])


def tell_unit(
    db: Connection, news: News, unit_id: int, text: str, *, card: dict[str, Any] | None = None
) -> bool:
    """The unit's own group reads this; without one its members alone. False when nobody is reached."""
    group = assignments.group_of_unit(db, unit_id)
    if group is not None and not tell_groups(
        db, news, [group], text, cards={group.id: card} if card else None
    ):
        return True
    members = assignments.members_of_unit(db, unit_id)
    return bool(members) and len(tell_people(db, news, members, text)) < len(members)


def tell_residents_groups(db: Connection, news: News, groups: Iterable[Group], text: str) -> list[Group]:
    """These residents' groups read this once their owner has confirmed it; gives those it cannot go to."""
    unreached: list[Group] = []
    postings: list[Posting] = []
    for group in {each.id: each for each in groups}.values():
        key = f"{news.key}:group:{group.id}"
        posting = residents_posting(db, group, text, key=key, priority=news.priority)
        if posting is None:
            unreached.append(group)
        else:
            postings.append(posting)
    outbox.post(db, postings, now=news.now)
    return unreached


def _to_resident(
    news: News, person: Person, text: str, *, accounts: Iterable[tuple[str, str]]
) -> list[Posting]:
    if person.unsubscribed_at is not None:
        return []
    return [
        Posting(
            Address(Channel.OFFICIAL_ACCOUNT, account, openid),
            f"{news.key}:person:{person.id}:{account}",
            {"text": text},
            news.priority,
            news.community_id,
        )
        for account, openid in accounts
    ]


def _to_worker(db: Connection, news: News, person: Person, text: str) -> list[Posting]:
    key = f"{news.key}:person:{person.id}"
    alone = worker_postings(db, person, {"text": text}, key=key, rules=news.rules, priority=news.priority)
    if alone:
        return alone
    group = _group_of(db, person)
    if group is None:
        return []
    userid = organization.wecom_userid_of(db, person.id)
    body = {"text": text, "format": "markdown", "mentions": [userid] if userid else []}
    posting = group_posting(db, group, body, key=key, priority=news.priority)
    return [posting] if posting else []


def _group_of(db: Connection, person: Person) -> Group | None:
    """Where somebody who works here reads what is for them."""
    if person.unit_id is not None:
        return assignments.group_of_unit(db, person.unit_id)
    grid_ids = organization.grids_of_worker(db, person.id) if person.role is Role.GRID_WORKER else []
    for grid_id in grid_ids:
        group = organization.workers_group_of_grid(db, grid_id)
        if group is not None:
            return group
    return organization.desk_group(db, person.community_id) if person.community_id else None
