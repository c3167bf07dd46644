"""Who hears that time passes: the ladder, missed answers, alarms, urging, and what staff want done."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.cases.ladder import Audience, LadderStep
from handlers.notices.cards import cards_of
from handlers.notices.reaching import EVERYBODY, URGENT, estate_of, tell_groups
from handlers.replies import supervision as texts
from storage import assignments, organization, people
from storage.models.assignments import Assignment
from storage.models.cases import Case, CaseStatus, Urgency
from storage.models.organization import Group
from storage.models.outbox import Priority
from storage.models.people import Person, Role

OFFICES: Final = {Audience.HEAD: (Role.HEAD, "负责人"), Audience.STREET: (Role.STREET, "街道联系人")}


def tell_step(
    db: Connection,
    case: Case,
    step: LadderStep,
    event_id: int,
    *,
    audiences: Sequence[Audience],
    now: datetime,
) -> None:
    """Those whom the step concerns read it where they are: the handler's group, or the community's desk.

    Head and street are mentioned at the desk; where a community has none, the desk reads that too.
    """
    offices = {each: people.userids_of_role(db, case.community_id, OFFICES[each][0]) for each in OFFICES}
    told = [each for each in audiences if each in OFFICES]
    missing = [OFFICES[each][1] for each in told if not offices[each]]
    who = holder_text(db, case)
    text = texts.step_card(case, estate_of(db, case), step, who=who, missing=missing, now=now)
    _tell(
        db,
        case,
        event_id,
        text,
        groups=groups_of(db, case, audiences),
        mentions=[
            *(handlers_userids(db, case) if Audience.HANDLER in audiences else ()),
            *(userid for each in told for userid in offices[each]),
        ],
        about=texts.HEADS[step],
        now=now,
    )


def tell_response_missed(db: Connection, case: Case, event_id: int, *, now: datetime) -> None:
    """The handler, or the whole grid, and the desk read that the resident still waits for an answer."""
    text = texts.response_card(case, estate_of(db, case), who=holder_text(db, case), now=now)
    groups = groups_of(db, case, (Audience.HANDLER, Audience.STAFF))
    mentions = handlers_userids(db, case)
    _tell(db, case, event_id, text, groups=groups, mentions=mentions, about="还没有人回应", now=now)


def tell_alarm(
    db: Connection, case: Case, event_id: int, *, count: int, every: timedelta, now: datetime
) -> None:
    """Everybody in the workers' group and at the desk reads, before all else, that nobody has claimed it."""
    who = holder_text(db, case)
    text = texts.alarm_card(case, estate_of(db, case), who=who, count=count, every=every, now=now)
    groups = groups_of(db, case, (Audience.HANDLER, Audience.STAFF))
    _tell(db, case, event_id, text, groups=groups, about=f"紧急，还没有人接单（第{count}次提醒）", now=now)


def tell_sheet_overdue(
    db: Connection, case: Case, sheet: Assignment, event_id: int, *, now: datetime
) -> None:
    """The unit reads that its answer is overdue, and the handler that it is still owed."""
    unit = assignments.unit_by_id(db, sheet.unit_id)
    group = assignments.group_of_unit(db, unit.id)
    text = texts.sheet_overdue_card(case, estate_of(db, case), unit.name, sheet=sheet, now=now)
    own = organization.workers_group_of_grid(db, case.grid_id) if case.grid_id else None
    desk = None if own else organization.desk_group(db, case.community_id)
    groups = [each for each in (own, desk, group) if each is not None]
    _tell(db, case, event_id, text, groups=groups, mentions=handlers_userids(db, case), now=now)


def tell_supervised(
    db: Connection, case: Case, by: Person, event_id: int, *, note: str, now: datetime
) -> None:
    """Whoever must act reads what staff want."""
    estate, who = estate_of(db, case), holder_text(db, case)
    text = texts.supervised_card(case, estate, by=by.name, note=note, who=who, now=now)
    about = f"{by.name}督办：{note}" if note else f"{by.name}督办"
    _tell_who_must_act(db, case, event_id, text, about=about, now=now)


def tell_urged(db: Connection, case: Case, event_id: int, *, count: int, now: datetime) -> None:
    """Whoever must act reads that a resident asks for speed."""
    who = holder_text(db, case)
    text = texts.urged_card(case, estate_of(db, case), count=count, who=who, now=now)
    _tell_who_must_act(db, case, event_id, text, about=f"居民催办（第{count}次）", now=now)


def tell_raised(db: Connection, case: Case, event_id: int, *, now: datetime) -> None:
    """Whoever must act reads that it is more urgent than it was; of an emergency everybody."""
    text = texts.raised_card(case, estate_of(db, case), who=holder_text(db, case), now=now)
    _tell_who_must_act(db, case, event_id, text, about="加急", now=now)


def holder_text(db: Connection, case: Case) -> str:
    """Who has the case, in words for workers: its handler, and the units that still owe an answer."""
    name = people.person_by_id(db, case.handler_id).name if case.handler_id else ""
    if case.responded_at is None:
        holder = f"{name}（还没有回应）" if name else "还没有人接单"
    else:
        holder = name or "社区"
    if case.status is CaseStatus.DISPATCHED:
        sheets = assignments.open_assignments_of(db, case.id)
        units = "、".join(assignments.unit_by_id(db, each.unit_id).name for each in sheets)
        holder += f"，已交办{units}" if units else ""
    return holder


def handlers_userids(db: Connection, case: Case) -> list[str]:
    """Whom a message to the handler mentions: who has the case, else everybody who serves its grid."""
    if case.handler_id is not None:
        ids = [case.handler_id]
    else:
        ids = [each.id for each in organization.workers_of_grid(db, case.grid_id)] if case.grid_id else []
    found = (organization.wecom_userid_of(db, each) for each in ids)
    return [userid for userid in found if userid]


def groups_of(db: Connection, case: Case, audiences: Sequence[Audience]) -> list[Group]:
    """Where these read: the handler in the grid's group, the others at the desk; never nowhere.

    With the handler the units that still owe an answer, each in its own group.
    """
    own = organization.workers_group_of_grid(db, case.grid_id) if case.grid_id else None
    groups = [own] if own is not None and Audience.HANDLER in audiences else []
    if own is None or any(each is not Audience.HANDLER for each in audiences):
        desk = organization.desk_group(db, case.community_id)
        groups += [desk] if desk else []
    if case.status is CaseStatus.DISPATCHED and Audience.HANDLER in audiences:
        sheets = assignments.open_assignments_of(db, case.id)
        found = (assignments.group_of_unit(db, each.unit_id) for each in sheets)
        groups += [group for group in found if group is not None]
    return groups


def _tell_who_must_act(
    db: Connection, case: Case, event_id: int, text: str, *, about: str, now: datetime
) -> None:
    groups, mentions = groups_of(db, case, (Audience.HANDLER,)), handlers_userids(db, case)
    _tell(db, case, event_id, text, groups=groups, mentions=mentions, about=about, now=now)


def _tell(
    db: Connection,
    case: Case,
    event_id: int,
    text: str,
    *,
    groups: Sequence[Group],
    now: datetime,
    mentions: Sequence[str] = (),
    about: str = "",
) -> None:
    """`about` stands on the card, which is drawn while somebody can take the case."""
    is_emergency = case.urgency is Urgency.EMERGENCY
    tell_groups(
        db,
        case,
        event_id,
        text,
        groups=groups,
        mentions=EVERYBODY if is_emergency else list(dict.fromkeys(mentions)),
        priority=URGENT.get(case.urgency, Priority.NOTICE),
        card=cards_of(db, case, event_id, about=about, now=now),
        now=now,
    )
