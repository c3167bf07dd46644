"""Everybody is told what was agreed at a meeting, by whom, until when: each once, what concerns them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from handlers.consultation import telling
from handlers.consultation.telling import RESIDENTS, News, news_of
from handlers.decisions.ownership import owner_name, public_owner
from handlers.decisions.telling import plain
from handlers.meetings.publicity import public_title
from handlers.privacy import public_wording
from handlers.replies import decisions as decision_texts
from handlers.replies import minutes as texts
from handlers.replies.minutes import Agreed
from handlers.rules import Rules
from storage import assignments, decision_lists, invitations, meeting_circles, organization, people
from storage.decision_circles import AtTable, at_table
from storage.models.consultation import Subject
from storage.models.decisions import Decision
from storage.models.meetings import Meeting
from storage.models.organization import Audience, Group
from storage.models.people import Person


@dataclass(frozen=True, slots=True)
class Writing:
    """One writing of minutes that people are told of: who wrote, in which chat, which line of the history."""

    meeting: Meeting
    by: Person
    event_id: int
    said_in: str
    now: datetime
    rules: Rules
    is_again: bool = False
    is_by_page: bool = False

    def news(self, about: str) -> News:
        """The news of it; `about` tells apart what one writing says to one place for two purposes."""
        told = news_of(
            Subject.MEETING,
            self.meeting.id,
            self.event_id,
            community_id=self.meeting.community_id,
            now=self.now,
            rules=self.rules,
        )
        return replace(told, key=f"{told.key}:{about}")


def agreed_of(db: Connection, decisions: Sequence[Decision]) -> list[Agreed]:
    """The decisions with their owners' names, for those who sat at the table."""
    return [Agreed(each, owner_name(db, each)) for each in decisions]


def tell_agreed(
    db: Connection, writing: Writing, decisions: Sequence[Decision], *, known: Collection[int] = ()
) -> None:
    """Owners, watchers, who came, reporters, workers' groups, the desk, and of a public one the groups.

    `known`: the ids of decisions whose owners have read of them, at the table.
    """
    agreed = agreed_of(db, decisions)
    tell_owners(db, writing, [each for each in agreed if each.decision.id not in known])
    _tell_watchers(db, writing, agreed)
    table = at_table(db, writing.meeting.id)
    if agreed:
        _tell_persons(db, writing, texts.to_participants(writing.meeting, agreed), table)
        owning = {each.unit_id for each in decisions}
        _tell_workers(db, writing, texts.to_workers(writing.meeting, agreed), table, owning=owning)
        _tell_residents_groups(db, writing, agreed)
    elif writing.is_again:
        _tell_persons(db, writing, texts.corrected(writing.meeting), table)
    desk = organization.desk_group(db, writing.meeting.community_id)
    if desk is None or not _was_said_in(writing, desk):
        by = "网页填写" if writing.is_by_page else writing.by.name
        said = texts.to_desk(writing.meeting, agreed, by=by, is_again=writing.is_again)
        telling.tell_desk(db, writing.news("desk"), said)


def tell_owners(db: Connection, writing: Writing, agreed: Sequence[Agreed]) -> None:
    """Each unit or person reads what it has to do; the desk passes on what reaches nobody."""
    mine: dict[tuple[int | None, int | None, str], list[Agreed]] = {}
    for each in agreed:
        decision = each.decision
        if decision.unit_id or decision.owner_id or decision.owner:
            mine.setdefault((decision.unit_id, decision.owner_id, decision.owner), []).append(each)
    for (unit_id, owner_id, name), items in mine.items():
        text = texts.to_owner(writing.meeting, items)
        if not _reaches(db, writing, unit_id, owner_id, text=text):
            about = f"pass:{items[0].decision.id}"
            told = decision_texts.to_pass_on(text, items[0].owner or name)
            telling.tell_desk(db, writing.news(about), told)


def _reaches(
    db: Connection, writing: Writing, unit_id: int | None, owner_id: int | None, *, text: str
) -> bool:
    if unit_id is not None:
        group = assignments.group_of_unit(db, unit_id)
        is_there = group is not None and _was_said_in(writing, group)
        return is_there or telling.tell_unit(db, writing.news("owner"), unit_id, text)
    if owner_id is None:
        return False
    owner = people.person_by_id(db, owner_id)
    said = plain(text) if owner.role in RESIDENTS else text
    return owner.id == writing.by.id or not telling.tell_people(db, writing.news("owner"), [owner], said)


def _tell_watchers(db: Connection, writing: Writing, agreed: Sequence[Agreed]) -> None:
    for each in agreed:
        decision = each.decision
        if decision.watcher_id is None:
            continue
        watcher = people.person_by_id(db, decision.watcher_id)
        asked = decision_texts.watcher_asked(decision, owner=each.owner)
        if telling.tell_people(db, writing.news(f"watcher:{decision.id}"), [watcher], asked):
            told = decision_texts.watcher_unreached(decision)
            telling.tell_desk(db, writing.news(f"unreached:{decision.id}"), told)


def _tell_persons(db: Connection, writing: Writing, text: str, table: AtTable) -> None:
    """Residents who came or come, and everybody who reported a case or supports a topic."""
    meeting_id = writing.meeting.id
    ids = {
        *table.person_ids,
        *meeting_circles.reporters_of_meeting(db, meeting_id),
        *meeting_circles.backers_of_meeting(db, meeting_id),
    }
    persons = [each for each in people.people_by_ids(db, ids).values() if each.role in RESIDENTS]
    telling.tell_people(db, writing.news("persons"), persons, plain(text), but=writing.by.id)


def _tell_workers(
    db: Connection, writing: Writing, text: str, table: AtTable, *, owning: set[int | None]
) -> None:
    """Groups of units and grids at the table; a unit that has something to do has read that already."""
    units = [each for each in table.unit_ids if each not in owning]
    found = [assignments.group_of_unit(db, each) for each in units]
    invited = organization.groups_by_ids(db, table.group_ids) if table.group_ids else []
    found += [each for each in invited if each.audience is Audience.WORKERS]
    desk = organization.desk_group(db, writing.meeting.community_id)
    fresh = [
        each
        for each in found
        if each is not None
        and not _was_said_in(writing, each)
        and (desk is None or each.id != desk.id)
        and each.unit_id not in owning - {None}
    ]
    telling.tell_groups(db, writing.news("table"), fresh, text)
    alone = [unit for unit in units if assignments.group_of_unit(db, unit) is None]
    for unit_id in alone:
        telling.tell_people(db, writing.news("alone"), assignments.members_of_unit(db, unit_id), text)


def _tell_residents_groups(db: Connection, writing: Writing, agreed: Sequence[Agreed]) -> None:
    """Of a public meeting: each public decision in words that point to nobody; others are only counted."""
    title = public_title(writing.meeting)
    if not title:
        return
    lines = [line for each in agreed if (line := public_line(db, each.decision))]
    groups: list[Group] = []
    for estate_id in invitations.estates_of_meeting(db, writing.meeting.id):
        groups += organization.residents_groups_of_estate(db, estate_id)
    if lines:
        text = texts.to_groups(title, lines, hidden=len(agreed) - len(lines))
        telling.tell_residents_groups(db, writing.news("public"), groups, text)


def public_line(db: Connection, decision: Decision) -> str:
    """The decision as anybody may read it; empty when they may not."""
    what = public_wording(decision.what)
    if not what or not decision_lists.is_public(db, decision.id):
        return ""
    return texts.public_line(what, public_owner(db, decision), decision)


def _was_said_in(writing: Writing, group: Group) -> bool:
    return bool(writing.said_in) and group.chat_id == writing.said_in
