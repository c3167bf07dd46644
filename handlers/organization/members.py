"""The people of an organization file: whom of the database each of them is, and saving them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from handlers.organization.entries import CommunityEntry, Organization, PersonEntry
from handlers.organization.mistakes import Mistakes
from storage.models.people import Role
from storage.organization_import import (
    KnownPerson,
    Saved,
    add_person,
    change_person,
    known_people,
    set_wecom_userid,
)


@dataclass(frozen=True, slots=True)
class Members:
    """What has to be known of the whole file to save the people of one community."""

    community_ids: frozenset[int]  # the communities of the file: people may move between them
    userids: frozenset[str]

    @classmethod
    def of(cls, organization: Organization, community_ids: frozenset[int]) -> "Members":
        """The members of an organization file."""
        people = (person for community in organization.communities for person in community.people)
        userids = frozenset(person.wecom_userid for person in people if person.wecom_userid)
        return cls(community_ids, userids)

    def may_move(self, known: KnownPerson) -> bool:
        """Whether the file speaks for the community this person is of now."""
        community = known.person.community_id
        return community is None or known.person.role is Role.RESIDENT or community in self.community_ids


def save_people(
    db: Connection,
    community_id: int,
    entry: CommunityEntry,
    *,
    members: Members,
    units: Mapping[str, int],
    mistakes: Mistakes,
    now: datetime,
) -> Saved:
    """The community has the people of the file, with their WeCom accounts; keys are one name each.

    Someone is the same person by userid, else by name among the community's own.
    """
    userids = {person.wecom_userid for person in entry.people if person.wecom_userid}
    known = known_people(db, community_id, userids)
    found = same_people(entry.people, [each for each in known if _is_of(each, community_id, userids)])
    saved = Saved()
    for person in entry.people:
        match = found.get(person.name)
        if match is not None and not members.may_move(match):
            where = f"{entry.name} · people · {person.name} · wecom_userid"
            sentence = f"“{person.wecom_userid}”是另一社区的“{match.person.name}”，请核对账号。"
            mistakes.add(where, sentence)
        values = _values(person, community_id, units)
        _save(db, saved, person, match, values=values, now=now)
    matched = {each.person.id for each in found.values()}
    saved.absent = [
        (each.person.name,)
        for each in known
        if each.person.id not in matched and each.wecom_userid not in members.userids
    ]
    return saved


def same_people(entries: tuple[PersonEntry, ...], known: list[KnownPerson]) -> dict[str, KnownPerson]:
    """Whom of the known people each entry (by name) is; new people are absent.

    All userids are looked at before any name, so that a renamed person is not taken for a namesake.
    """
    by_userid = {each.wecom_userid: each for each in known if each.wecom_userid}
    found = {
        entry.name: by_userid[entry.wecom_userid]
        for entry in entries
        if entry.wecom_userid and entry.wecom_userid in by_userid
    }
    taken = {each.person.id for each in found.values()}
    by_name = {each.person.name: each for each in reversed(known) if each.person.id not in taken}
    others = {entry.name: by_name[entry.name] for entry in entries if entry.name in by_name}
    return others | found


def _is_of(known: KnownPerson, community_id: int, userids: set[str]) -> bool:
    return known.person.community_id == community_id or known.wecom_userid in userids


def _values(person: PersonEntry, community_id: int, units: Mapping[str, int]) -> dict[str, object]:
    values: dict[str, object] = {
        "community_id": community_id,
        "name": person.name,
        "role": person.role,
        "unit_id": units.get(person.unit),
    }
    return values | ({"phone": person.phone} if person.phone else {})


def _save(
    db: Connection,
    saved: Saved,
    person: PersonEntry,
    match: KnownPerson | None,
    *,
    values: dict[str, object],
    now: datetime,
) -> None:
    key = (person.name,)
    if match is None:
        saved.ids[key] = add_person(db, values, now=now)
        saved.added.append(key)
    else:
        saved.ids[key] = match.person.id
        for column in change_person(db, match.person, values):
            saved.mark_changed(key, column)
    if person.wecom_userid and (match is None or match.wecom_userid != person.wecom_userid):
        set_wecom_userid(db, saved.ids[key], person.wecom_userid)
        saved.mark_changed(key, "wecom_userid")
