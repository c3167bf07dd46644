"""What residents' groups read of a meeting's decisions: gathered, at most once a day; what ended at once."""

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import Connection

from handlers.consultation.telling import News, news_of, tell_residents_groups
from handlers.decisions.ownership import public_owner
from handlers.meetings.publicity import public_title
from handlers.privacy import public_wording
from handlers.replies import decision_news as texts
from handlers.replies.decision_news import Line
from handlers.rules import Rules
from handlers.working_days import local
from storage import cases as case_rows
from storage import consultation, decision_circles, decision_lists, decisions, organization, topics
from storage import meetings as meeting_rows
from storage.models.consultation import Happening, HappeningRow, Subject, Wake, WakeKind
from storage.models.decisions import Decision
from storage.models.organization import Audience, Group

GATHERED_AT: Final = time(18)  # Asia/Shanghai: people are at home, and it is not late
TOLD: Final = (Happening.PROGRESSED, Happening.CONFIRMED, Happening.EXTENDED, Happening.DROPPED)


def gather(db: Connection, decision: Decision, *, now: datetime) -> None:
    """Residents' groups read of it at six, with whatever else moves until then; nothing of a private item."""
    if not decision_lists.is_public(db, decision.id):
        return
    subject, subject_id = _heading(decision)
    here = local(now)
    today = here.replace(hour=GATHERED_AT.hour, minute=0, second=0, microsecond=0)
    due = (today if here < today else today + timedelta(days=1)).astimezone(now.tzinfo)
    waiting = consultation.wakes_of(db, subject, subject_id)
    planned = [each.due_at for each in waiting if each.kind is WakeKind.GROUP_NEWS]
    consultation.set_wake(  # also what was set: who tells at this moment does not know of this line
        db,
        subject,
        subject_id,
        WakeKind.GROUP_NEWS,
        community_id=decision.community_id,
        due_at=min([due, *planned]),
    )


def publish(
    db: Connection, decision: Decision, *, now: datetime, rules: Rules, told_already: Collection[int] = ()
) -> None:
    """Residents' groups read now what moved at this item, and at others of its meeting, since the last time.

    `told_already`: items whose end these groups read otherwise.
    """
    if decision_lists.is_public(db, decision.id):
        _publish(db, decision, now=now, rules=rules, told_already=told_already)


def fire_group_news(db: Connection, wake: Wake, *, secret: str, now: datetime, rules: Rules) -> None:
    """What was gathered is told, once, however late; nothing when it was told meanwhile."""
    if wake.subject is Subject.MEETING:
        mine = decisions.decisions_of_meeting(db, wake.subject_id)
    else:
        mine = [decisions.decision_by_id(db, wake.subject_id)]
    if mine:
        _publish(db, mine[0], now=now, rules=rules, told_already=())


def _publish(
    db: Connection, decision: Decision, *, now: datetime, rules: Rules, told_already: Collection[int]
) -> None:
    subject, subject_id = _heading(decision)
    if subject is Subject.MEETING:
        meeting_rows.lock_meeting(db, subject_id)  # two processes do not tell the same
    else:
        decisions.lock_decision(db, subject_id)
    consultation.stop_wakes(db, subject, subject_id, (WakeKind.GROUP_NEWS,))
    public = _public_ones(db, decision)
    before = consultation.happenings_of(db, subject, subject_id, kinds=(Happening.PUBLISHED,))
    told = {line_id for line in before for line_id in (line.data or {}).get("lines", [])}
    lines = decision_circles.lines_of(db, list(public), TOLD)
    moved = [line for line in lines if line.id not in told]  # a lower number may be committed later
    if not moved:
        return
    event_id = consultation.add_happening(
        db,
        subject,
        subject_id,
        Happening.PUBLISHED,
        community_id=decision.community_id,
        person_id=None,
        now=now,
        data={"lines": [line.id for line in moved]},
    )
    latest = {line.subject_id: line for line in moved if line.subject_id not in told_already}
    if latest:
        shown = [_line(db, public[each], line) for each, line in latest.items()]
        community = organization.community_by_id(db, decision.community_id)
        url = f"{rules.public_url}/board/{community.code}"
        text = texts.group_news(_title(db, decision), shown, url=url)
        news = news_of(
            subject, subject_id, event_id, community_id=decision.community_id, now=now, rules=rules
        )
        _tell(db, news, [public[each] for each in latest], text)


def _tell(db: Connection, news: News, items: Iterable[Decision], text: str) -> None:
    groups = {group.id: group for each in items for group in groups_of(db, each)}
    tell_residents_groups(db, news, groups.values(), text)


def groups_of(db: Connection, decision: Decision) -> list[Group]:
    """The residents' groups it concerns: of its cases' and topic's estates, and those that were invited."""
    case_ids = decisions.cases_of_decision(db, decision.id)
    estates = [case_rows.case_by_id(db, each).estate_id for each in case_ids]
    if decision.topic_id is not None:
        estates.append(topics.topic_by_id(db, decision.topic_id).estate_id)
    found = [
        group
        for estate_id in dict.fromkeys(each for each in estates if each is not None)
        for group in organization.residents_groups_of_estate(db, estate_id)
    ]
    if decision.meeting_id is not None:
        invited = decision_circles.invited_groups(db, decision.meeting_id)
        groups = organization.groups_by_ids(db, invited) if invited else []
        found += [each for each in groups if each.audience is Audience.RESIDENTS]
    return list({each.id: each for each in found}.values())


def _heading(decision: Decision) -> tuple[Subject, int]:
    """Under what it is gathered: its meeting, without one itself."""
    if decision.meeting_id is not None:
        return Subject.MEETING, decision.meeting_id
    return Subject.DECISION, decision.id


def _public_ones(db: Connection, decision: Decision) -> dict[int, Decision]:
    of_meeting = decision.meeting_id is not None
    mine = decisions.decisions_of_meeting(db, decision.meeting_id or 0) if of_meeting else [decision]
    return {each.id: each for each in mine if decision_lists.is_public(db, each.id)}


def _title(db: Connection, decision: Decision) -> str:
    """The meeting's title as groups may read it."""
    if decision.meeting_id is None:
        return ""
    return public_title(meeting_rows.meeting_by_id(db, decision.meeting_id))


def _line(db: Connection, decision: Decision, line: HappeningRow) -> Line:
    data = line.data or {}
    said = str(data.get("note") or data.get("result") or data.get("reason") or "")
    owner = public_owner(db, decision)
    return Line(line.kind, public_wording(decision.what), owner, public_wording(said), decision.due_at)
