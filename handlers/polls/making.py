"""A vote is drafted, shown, begun, called off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from handlers.errors import polls as errors
from handlers.organization.buildings import parse_spans
from handlers.polls.counting import DEFAULT_SHARE, is_motion
from handlers.polls.eligibility import Eligible, Scope, count_eligible, scope_of
from handlers.polls.finding import ensure_staff
from handlers.polls.reminding import plan_reminders
from handlers.polls.telling import tell_groups_of, tell_voters
from handlers.replies import polls as texts
from handlers.replies.formats import moment_text
from handlers.rules import Rules
from storage import decision_lists, meetings, organization, topics
from storage.consultation import add_happening, set_wake, stop_wakes
from storage.models.consultation import Happening, Subject, WakeKind
from storage.models.organization import Estate
from storage.models.people import Person
from storage.models.polls import Basis, Poll, PollKind, PollStatus
from storage.polls import rows

OPTIONS: Final = ("同意", "不同意", "弃权")
LONGEST_TITLE: Final = 60  # characters
LONGEST_OPTION: Final = 20  # characters
MOST_OPTIONS: Final = 8
SHORTEST: Final = timedelta(hours=1)
LONGEST: Final = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class PollOrder:
    """What staff want to be voted on; what they did not say is empty or `None`. `closes_at` is aware."""

    title: str
    options: tuple[str, ...] = ()
    estate: str | None = None
    estates: tuple[str, ...] = ()
    building: str | None = None
    unit: str | None = None
    is_several: bool = False
    scope_words: str = ""
    households: int | None = None
    basis: Basis | None = None
    quorum: str = ""
    threshold: str = ""
    is_of_cast: bool = False
    unread: tuple[str, ...] = ()
    is_secret: bool = False
    closes_at: datetime | None = None
    topic: int | None = None
    meeting: int | None = None
    decision: int | None = None


@dataclass(frozen=True, slots=True)
class PollDrafted:
    """A vote as it will be: what, where, and who counts as all."""

    poll: Poll
    scope: Scope
    eligible: Eligible


@dataclass(frozen=True, slots=True)
class PollOpened:
    """A vote that has begun; `groups` are the residents' groups that were told."""

    poll: Poll
    scope: Scope
    groups: list[str]


def order_of(args: Mapping[str, Any]) -> PollOrder:
    """The order as it was read from one message."""
    closes = args.get("closes_at")
    buildings = args.get("buildings") or []
    return PollOrder(
        title=str(args.get("title") or ""),
        options=tuple(args.get("options") or ()),
        estate=args.get("estate"),
        estates=tuple(args.get("estates") or ()),
        building=buildings[0] if buildings else None,
        unit=args.get("unit"),
        is_several=bool(args.get("is_several")),
        scope_words=str(args.get("scope") or ""),
        households=args.get("households"),
        basis=Basis(args["basis"]) if args.get("basis") else None,
        quorum=str(args.get("quorum") or ""),
        threshold=str(args.get("threshold") or ""),
        is_of_cast=bool(args.get("is_of_cast")),
        unread=tuple(args.get("unread") or ()),
        is_secret=bool(args.get("is_secret")),
        closes_at=datetime.fromisoformat(closes) if closes else None,
        topic=args.get("topic"),
        meeting=args.get("meeting"),
        decision=args.get("decision"),
    )


def draft_vote(db: Connection, staff: Person, order: PollOrder, *, now: datetime) -> PollDrafted:
    """A vote is written down and not yet begun: nobody is told.

    Refused where it cannot be held as ordered: title, options, scope, shares, households or end are missing
    or wrong, what it is for does not exist, or the same vote is there already.
    """
    ensure_staff(staff, "发起表决")
    community_id = staff.community_id or 0
    options = _checked_words(order)
    scope = _scope(db, community_id, order)
    closes_at = _closing(order.closes_at, now=now)
    basis = order.basis or Basis.HOUSEHOLDS
    eligible = count_eligible(db, scope, said=order.households, basis=basis)
    attached = _attached(db, community_id, order)
    values: dict[str, Any] = {
        "community_id": community_id,
        "kind": PollKind.VOTE,
        "title": order.title,
        "options": list(options),
        "estate_id": scope.estate.id,
        "building": scope.building,
        "unit": scope.unit,
        "households": eligible.households,
        "area": eligible.area,
        "is_listed": eligible.is_listed,
        "basis": basis,
        "is_secret": order.is_secret,
        "closes_at": closes_at,
        "made_by_id": staff.id,
        "made_at": now,
        **_shares(order, options),
        **attached,
    }
    poll = rows.add_poll(db, values)
    _ensure_new(db, poll)
    _happened(db, poll, Happening.DRAFTED, staff, now=now)
    return PollDrafted(poll, scope, eligible)


def open_vote(db: Connection, staff: Person, number: int, *, now: datetime, rules: Rules) -> PollOpened:
    """The vote begins: who may vote is fixed, groups and residents are told, and it ends by itself.

    `NoSuchPoll`, `PollNotDraft` when it has begun, `ClosingWrong` when its end has come too near meanwhile.
    """
    ensure_staff(staff, "开始表决")
    poll = locked(db, staff, number)
    if poll.status is not PollStatus.DRAFT:
        raise errors.PollNotDraft(poll.number, texts.status_text(poll))
    _closing(poll.closes_at, now=now)
    scope = scope_of(db, poll)
    known: dict[str, Any] = {"status": PollStatus.OPEN, "opened_at": now}
    if poll.is_listed:  # the list may have grown since
        eligible = count_eligible(db, scope, said=None, basis=poll.basis)
        known |= {"households": eligible.households, "area": eligible.area}
    poll = rows.change_poll(db, poll.id, **known)
    event_id = _happened(db, poll, Happening.OPENED, staff, now=now)
    set_wake(
        db,
        Subject.POLL,
        poll.id,
        WakeKind.CLOSE,
        community_id=poll.community_id,
        due_at=poll.closes_at,
    )
    plan_reminders(db, poll, after=now)
    groups = tell_groups_of(db, poll, event_id, texts.opened_for_groups, now=now, rules=rules)
    tell_voters(db, poll, event_id, now=now)
    return PollOpened(poll, scope, [each.name for each in groups])


def cancel_vote(
    db: Connection, staff: Person, number: int, reason: str, *, now: datetime, rules: Rules
) -> Poll:
    """The vote is called off; a draft without a word, one that runs with the reason told to all it concerns.

    `NoSuchPoll`, `PollEnded`, `PollReasonMissing`.
    """
    ensure_staff(staff, "取消表决")
    poll = locked(db, staff, number)
    if poll.status in rows.ENDED_POLLS:
        raise errors.PollEnded(poll.number, texts.status_text(poll))
    was_open = poll.status is PollStatus.OPEN
    if was_open and not reason:
        raise errors.PollReasonMissing(poll.number)
    poll = rows.change_poll(db, poll.id, status=PollStatus.CANCELLED, closed_at=now)
    stop_wakes(db, Subject.POLL, poll.id)
    event_id = _happened(db, poll, Happening.CANCELLED, staff, now=now, data={"reason": reason})
    if was_open:
        tell_groups_of(db, poll, event_id, texts.cancelled_for_groups, now=now, rules=rules, words=reason)
        tell_voters(db, poll, event_id, now=now)
    return poll


def locked(db: Connection, staff: Person, number: int) -> Poll:
    """The community's vote of this number, held; `NoSuchPoll`."""
    poll = rows.lock_poll_numbered(db, staff.community_id or 0, number)
    if poll is None:
        raise errors.NoSuchPoll(number)
    return poll


# ------------------------------------------------------------------ what is ordered


def _checked_words(order: PollOrder) -> tuple[str, ...]:
    if not order.title:
        raise errors.PollTitleMissing
    if len(order.title) > LONGEST_TITLE:
        raise errors.PollTextTooLong("表决的题目", LONGEST_TITLE)
    if order.unread:
        raise errors.ShareUnread(order.unread[0])
    options = order.options or OPTIONS
    if not 2 <= len(options) <= MOST_OPTIONS:
        raise errors.OptionsWrong(MOST_OPTIONS)
    if any(len(each) > LONGEST_OPTION for each in options):
        raise errors.PollTextTooLong("一个选项", LONGEST_OPTION)
    return options


def _shares(order: PollOrder, options: tuple[str, ...]) -> dict[str, Any]:
    """Without a share a motion needs more than half of all; where enough must take part, of those who do."""
    threshold, is_of_cast = order.threshold, order.is_of_cast
    if not threshold and is_motion(options):
        threshold, is_of_cast = DEFAULT_SHARE, is_of_cast or bool(order.quorum)
    return {"quorum": order.quorum, "threshold": threshold, "is_of_cast": is_of_cast}


def _scope(db: Connection, community_id: int, order: PollOrder) -> Scope:
    known = organization.estates_of_communities(db, [community_id])
    names = [each.name for each in known]
    mine = [each for each in known if each.name in order.estates or each.name == order.estate]
    if order.is_several or len(mine) > 1:
        raise errors.ScopeTooWide
    if not mine and (order.estates or len(known) != 1 or (order.scope_words and not order.building)):
        raise errors.ScopeMissing(names, order.scope_words or "、".join(order.estates))
    estate = mine[0] if mine else known[0]
    _ensure_building(estate, order)
    return Scope(estate, order.building, order.unit)


def _ensure_building(estate: Estate, order: PollOrder) -> None:
    if order.building is None:
        if order.unit is not None:
            raise errors.NoSuchBuilding(estate.name, None)
        return
    spans = parse_spans(estate.buildings) if estate.buildings else None
    if spans is None or not order.building.isdecimal():
        return
    if not any(first <= int(order.building) <= last for first, last in spans):
        raise errors.NoSuchBuilding(estate.name, order.building)


def _closing(closes_at: datetime | None, *, now: datetime) -> datetime:
    if closes_at is None:
        raise errors.ClosingMissing
    if not now + SHORTEST <= closes_at <= now + LONGEST:
        raise errors.ClosingWrong(moment_text(closes_at), LONGEST.days)
    return closes_at


def _attached(db: Connection, community_id: int, order: PollOrder) -> dict[str, int | None]:
    """The topic and the meeting it is for, those of a decision when that is named."""
    topic_id: int | None = None
    meeting_id: int | None = None
    if order.decision is not None:
        decision = decision_lists.decision_numbered(db, community_id, order.decision)
        if decision is None:
            raise errors.AttachedUnknown(f"决议{order.decision}")
        topic_id, meeting_id = decision.topic_id, decision.meeting_id
    if order.topic is not None:
        topic = topics.topic_numbered(db, community_id, order.topic)
        if topic is None:
            raise errors.AttachedUnknown(f"议题{order.topic}")
        topic_id = topic.id
    if order.meeting is not None:
        meeting = meetings.meeting_numbered(db, community_id, order.meeting)
        if meeting is None:
            raise errors.AttachedUnknown(f"议事会{order.meeting}")
        meeting_id = meeting.id
    return {"topic_id": topic_id, "meeting_id": meeting_id}


def _ensure_new(db: Connection, poll: Poll) -> None:
    """Looked at once the number is taken: who drafts the same at the same time waits for it."""
    where = (poll.estate_id, poll.building, poll.unit)
    for each in rows.waiting_votes(db, poll.community_id, poll.title):
        if each.id != poll.id and (each.estate_id, each.building, each.unit) == where:
            raise errors.PollAlreadyThere(each.number, is_open=each.status is PollStatus.OPEN)


def _happened(
    db: Connection,
    poll: Poll,
    kind: Happening,
    staff: Person,
    *,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> int:
    return add_happening(
        db,
        Subject.POLL,
        poll.id,
        kind,
        community_id=poll.community_id,
        person_id=staff.id,
        now=now,
        data=data,
    )
