"""Residents' groups stand here as the platform has them: who owns them, how many live there, which are gone.

The organization file says what a group is called and where it belongs; the platform whether it is there. What
the two do not agree on is told at the desk, each thing once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from handlers.replies import say
from handlers.residents_groups.desk import tell_desk
from storage import gathering, organization, people, residents_groups
from storage.models.organization import Estate, Group
from storage.models.people import Person
from storage.organization import WECOM

LONGEST_NAME: Final = 64  # characters, as wide as the column
GONE: Final = "dismiss"


@dataclass(frozen=True, slots=True)
class Chat:
    """A residents' group on the platform; `owner` is a userid, `residents` counts those from outside."""

    id: str
    name: str
    owner: str
    residents: int


def note_change(db: Connection, payload: Mapping[str, Any], now: datetime) -> None:
    """The platform says that a group was made, changed or dismissed: it is asked about soon."""
    chat_id = payload.get("chat_id")
    if not isinstance(chat_id, str) or not chat_id:
        return
    if payload.get("change") == GONE:
        note_gone(db, chat_id, now=now)
    else:
        residents_groups.note_change(db, chat_id, now=now)


def note_gone(db: Connection, chat_id: str, *, now: datetime) -> None:
    """Nothing is sent to a group any more that is no longer there; staff read so once."""
    for group in residents_groups.groups_of_chat(db, chat_id):
        if group.dismissed_at is not None:
            continue
        residents_groups.change_residents_group(db, group.id, dismissed_at=now)
        gathering.hand_over(db, chat_id, owner="", now=now)
        text = say(group.community_id, "group_gone", group=group.name)
        tell_desk(db, group.community_id, text, key=f"group:{group.id}:gone:{now:%Y%m%d%H%M}", now=now)


def take_over(db: Connection, chat: Chat, *, now: datetime) -> None:
    """The group stands as the platform has it; one that nobody registered is registered."""
    owner = people.person_of(db, channel=WECOM, account="", external_id=chat.owner) if chat.owner else None
    known = residents_groups.groups_of_chat(db, chat.id)
    for group in known:
        _bring_up_to_date(db, group, chat, owner=owner, now=now)
    if not known:
        _register(db, chat, owner=owner, now=now)


def _bring_up_to_date(
    db: Connection, group: Group, chat: Chat, *, owner: Person | None, now: datetime
) -> None:
    is_known = owner is not None and owner.community_id == group.community_id
    owner_id = owner.id if owner is not None and is_known else None
    seen = (chat.residents, owner_id, None)
    if (group.members, group.owner_id, group.dismissed_at) != seen:
        residents_groups.change_residents_group(
            db, group.id, members=chat.residents, owner_id=owner_id, dismissed_at=None
        )
    if group.owner_id != owner_id:
        gathering.hand_over(db, chat.id, owner=chat.owner if is_known else "", now=now)
    if not is_known:
        _ask_for_owner(db, group, chat, now=now)
    if chat.name and not _is_called(group, chat.name):
        text = say(group.community_id, "group_renamed", group=group.name, name=chat.name)
        tell_desk(db, group.community_id, text, key=_key(group, f"name:{chat.name}"), now=now)


def _register(db: Connection, chat: Chat, *, owner: Person | None, now: datetime) -> None:
    """It belongs to its owner's community, else to the one whose estate it names, else to the only one."""
    communities = [each.id for each in organization.all_communities(db)]
    estates = estates_named(organization.estates_of_communities(db, communities), chat.name)
    if owner is not None and owner.community_id is not None:
        estates = [each for each in estates if each.community_id == owner.community_id]
        communities = [owner.community_id]
    elif len(estates) == 1:
        communities = [estates[0].community_id]
    if len(communities) != 1:
        return  # nobody could say whose it is; its owner is asked for in the documents
    estate = estates[0] if len(estates) == 1 else None
    group = residents_groups.add_residents_group(
        db,
        {
            "community_id": communities[0],
            "name": _free_name(db, communities[0], chat.name or f"{owner.name if owner else ''}居民群"),
            "customer_group": chat.id,
            "owner_id": owner.id if owner else None,
            "estate_id": estate.id if estate else None,
            "members": chat.residents,
        },
    )
    key = "group_found" if estate is None else "group_found_in"
    facts = {"group": group.name, "people": chat.residents, "estate": estate.name if estate else ""}
    tell_desk(
        db, group.community_id, say(group.community_id, key, **facts), key=_key(group, "found"), now=now
    )
    if owner is None:
        _ask_for_owner(db, group, chat, now=now)


def estates_named(estates: Sequence[Estate], name: str) -> list[Estate]:
    """The estates whose name or alias stands in the name; one within a longer one's name does not count."""
    found = {word: each for each in estates for word in (each.name, *each.aliases) if word and word in name}
    longest = {word for word in found if not any(word != other and word in other for other in found)}
    return list({found[word].id: found[word] for word in sorted(longest)}.values())


def _ask_for_owner(db: Connection, group: Group, chat: Chat, *, now: datetime) -> None:
    text = say(group.community_id, "group_owner_unknown", group=group.name, userid=chat.owner or "（没有）")
    tell_desk(db, group.community_id, text, key=_key(group, f"owner:{chat.owner}"), now=now)


def _is_called(group: Group, name: str) -> bool:
    """Whether ours is the platform's name, a number that made it unique left out."""
    return name.strip()[:LONGEST_NAME] == group.name or group.name.startswith(f"{name.strip()}（")


def _free_name(db: Connection, community_id: int, name: str) -> str:
    wanted, taken = name.strip()[:LONGEST_NAME], residents_groups.names_of_groups(db, community_id)
    number = 2
    free = wanted
    while free in taken:
        suffix = f"（{number}）"
        free = wanted[: LONGEST_NAME - len(suffix)] + suffix
        number += 1
    return free


def _key(group: Group, fact: str) -> str:
    return f"group:{group.id}:{fact}"[:160]  # as wide as the column
