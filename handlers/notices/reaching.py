"""The ways in which people are reached: reporters, workers' groups, the desk, residents' groups.

Every message has a key made of facts, so that handling the same event again posts nothing twice.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from handlers.replies.formats import without_call
from handlers.rules import Rules
from storage import cases as case_rows
from storage import organization, outbox, people
from storage.models.cases import Case, Urgency
from storage.models.organization import Estate, Group
from storage.models.outbox import Channel, Priority
from storage.models.people import Person, Role
from storage.outbox import Address, Posting

Json = dict[str, Any]  # the body of a message
CardOf = Callable[[Group], Json | None]  # a card has an id of its own in every group

URGENT = {  # both pass the quiet hours: somebody must answer within two hours
    Urgency.EMERGENCY: Priority.EMERGENCY,
    Urgency.HIGH: Priority.ANSWER,
}
EVERYBODY = ("@all",)
STAFF: Final = (Role.STAFF, Role.HEAD)
CALLING: Final = 3  # lines, and the last, of what calls everybody beside the message that tells all
GROUP_CHAT: Final = 2  # the robot's word for a chat of several (WECHAT 3.7)


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
    """How many who report the case can be told nothing here: they called, and nobody wrote for them.

    Who works here and saw it themselves reads of it with the workers.
    """
    return sum(
        organization.wecom_userid_of(db, each.id) is None
        for each, is_reached in _reporters(db, case)
        if not is_reached
    )


def has_readers(db: Connection, case: Case) -> bool:
    """Whether anybody reads what reporters are told: some case only workers reported, or callers."""
    return any(is_reached for _, is_reached in _reporters(db, case))


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
    card: CardOf | None = None,
    said_in: str = "",
) -> None:
    """The workers' group of the case's grid reads this; without one the community's desk, never nowhere.

    Of an emergency both read it, everybody is mentioned, and it goes ahead of every queue. `card` is what
    stands instead of the text where buttons can be pushed. `said_in`: the chat that has read it already.
    """
    is_emergency = case.urgency is Urgency.EMERGENCY
    tell_groups(
        db,
        case,
        event_id,
        text,
        groups=[
            each
            for each in workers_groups(db, case, grid_id=grid_id)
            if not said_in or each.chat_id != said_in
        ],
        mentions=EVERYBODY if is_emergency else mentions,
        priority=Priority.ANSWER if is_urgent else URGENT.get(case.urgency, Priority.NOTICE),
        card=card,
        now=now,
    )


def workers_groups(db: Connection, case: Case, *, grid_id: int | None = None) -> list[Group]:
    """Where workers read of the case: its grid's group, else the desk; of an emergency both."""
    grid_id = grid_id or case.grid_id
    group = organization.workers_group_of_grid(db, grid_id) if grid_id else None
    desk = None
    if group is None or case.urgency is Urgency.EMERGENCY:
        desk = organization.desk_group(db, case.community_id)
    return [each for each in (group, desk) if each is not None]


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
    card: CardOf | None = None,
) -> None:
    """Staff read this at the community's desk; `about` tells a second message of the same event apart."""
    desk = organization.desk_group(db, case.community_id)
    groups = [desk] if desk else []
    tell_groups(
        db,
        case,
        event_id,
        text,
        groups=groups,
        mentions=mentions,
        priority=priority,
        about=about,
        card=card,
        now=now,
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
    card: CardOf | None = None,
) -> None:
    """These internal groups read this, each once, in every way an emergency needs; some have no way."""
    body: Json = {"text": text, "format": "markdown", "mentions": list(mentions)}
    postings: list[Posting] = []
    for group in {group.id: group for group in groups}.values():
        drawn = card(group) if card and has_buttons(group) else None
        postings += group_postings(
            db,
            group,
            body | ({"card": drawn} if drawn else {}),
            key=f"case:{case.id}:{event_id}{about}:group:{group.id}",
            priority=priority,
            case_id=case.id,
        )
    outbox.post(db, postings, now=now)


# ------------------------------------------------------------------ one group, one worker


def address_of_group(group: Group) -> Address | None:
    """How a workers' group is reached: by its robot's own connection, its webhook, or the app that made it.

    `None` when there is no way. The app is named before a colon (`work:CHAT`) where there are several.
    """
    if group.is_connected and group.robot and group.chat_id:
        return Address(Channel.WECOM_ROBOT, group.robot, group.chat_id)
    if group.webhook:
        return Address(Channel.GROUP_WEBHOOK, "", group.webhook)
    if group.appchat:
        app, _, chat = group.appchat.rpartition(":")
        return Address(Channel.APPCHAT, app, chat)
    return None


def other_way(group: Group, robot: str) -> Address | None:
    """How a workers' group is reached when this robot cannot push; `None` when there is no other way."""
    if group.robot == robot:
        group = replace(group, is_connected=False)
    return address_of_group(group)


def has_buttons(group: Group) -> bool:
    """Whether cards can be pushed into the group: its robot's own connection does."""
    to = address_of_group(group)
    return to is not None and to.channel == Channel.WECOM_ROBOT


def group_posting(
    db: Connection,
    group: Group,
    body: Mapping[str, Any],
    *,
    key: str,
    priority: Priority,
    case_id: int | None = None,
    at: datetime | None = None,
    broadcast_id: int | None = None,
) -> Posting | None:
    """A message to a workers' group; `None` when the group cannot be reached.

    `body` holds text, format, mentions and, for channels with buttons, card. Where nobody can be called all
    at once (`@all`) every worker of the grid and staff are called by name.
    """
    to = address_of_group(group)
    if to is None:
        return None
    mine = dict(body)
    if to.channel == Channel.WECOM_ROBOT:
        mine |= {"mentions": _called_singly(db, group, body.get("mentions", ())), "chat_type": GROUP_CHAT}
    else:
        mine.pop("card", None)
    return Posting(to, key, mine, priority, group.community_id, case_id, at, broadcast_id)


def group_postings(
    db: Connection,
    group: Group,
    body: Mapping[str, Any],
    *,
    key: str,
    priority: Priority,
    case_id: int | None = None,
) -> list[Posting]:
    """The same; of what calls everybody a group with buttons and a webhook has both.

    A card calls nobody: without a webhook a line that does goes ahead of it.
    """
    first = group_posting(db, group, body, key=key, priority=priority, case_id=case_id)
    if first is None:
        return []
    is_alarm = tuple(body.get("mentions", ())) == EVERYBODY
    if first.to.channel != Channel.WECOM_ROBOT or not is_alarm:
        return [first]
    said = {name: value for name, value in body.items() if name != "card"}
    if group.webhook:  # the whole stands in the other message
        to = Address(Channel.GROUP_WEBHOOK, "", group.webhook)
        lines = str(said["text"]).split("\n")
        said["text"] = "\n".join([*lines[:CALLING], *lines[CALLING:][-1:]])
        return [first, Posting(to, f"{key}:all", said, priority, group.community_id, case_id)]
    if "card" not in body:
        return [first]
    called = first.body | {"text": str(body["text"]).split("\n", maxsplit=1)[0]}
    called.pop("card")
    return [Posting(first.to, f"{key}:all", called, priority, group.community_id, case_id), first]


def worker_postings(
    db: Connection,
    person: Person,
    body: Mapping[str, Any],
    *,
    key: str,
    rules: Rules,
    priority: Priority = Priority.NOTICE,
    case_id: int | None = None,
    broadcast_id: int | None = None,
) -> list[Posting]:
    """A message to one worker or member of staff alone, by the app; none without app or WeCom account."""
    userid = organization.wecom_userid_of(db, person.id) if rules.has_app else None
    if userid is None:
        return []
    to = Address(Channel.WECOM_APP, "", userid)
    mine = {name: value for name, value in body.items() if name != "mentions"}
    mine["text"] = without_call(str(body.get("text", "")))
    return [
        Posting(to, key, mine, priority, person.community_id, case_id, broadcast_id=broadcast_id),
    ]


def staff_of(db: Connection, community_id: int) -> list[Person]:
    """The community's staff and head, in the order they were registered."""
    return people.people_with_roles(db, community_id, STAFF)


def _called_singly(db: Connection, group: Group, mentions: Sequence[str]) -> list[str]:
    """The userids to call; in the place of everybody those who serve the grid, and staff."""
    if EVERYBODY[0] not in mentions:
        return list(mentions)
    served = organization.workers_of_grid(db, group.grid_id) if group.grid_id else []
    found = (
        organization.wecom_userid_of(db, each.id) for each in [*served, *staff_of(db, group.community_id)]
    )
    return list(dict.fromkeys(userid for userid in found if userid))


# ------------------------------------------------------------------ residents' groups, single residents


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


def _reporters(db: Connection, case: Case) -> list[tuple[Person, bool]]:
    """Everybody who reported the case, and whether something sent to them is read by somebody."""
    reporters = case_rows.reporters_of(db, case.id)
    accounts = people.accounts_of(db, [each.id for each in reporters], Channel.OFFICIAL_ACCOUNT)
    return [
        (each, each.id in accounts or bool(_to_helpers(db, case, each, "", key=""))) for each in reporters
    ]


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
