"""发起征询 …, 征询4, 结束征询4, 取消征询4: what staff do with surveys; votes share the words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors import NotAllowed
from handlers.errors.polls import NoSuchPoll
from handlers.errors.surveys import (
    SurveyByResidents,
    SurveyNotReminded,
    SurveyPlaceUnknown,
    SurveyRuns,
    SurveyTimeUnread,
)
from handlers.places import estate_named
from handlers.polls.kinds import worker_surveys
from handlers.replies import surveys as texts
from handlers.surveys.closing import cancel_survey, close_survey
from handlers.surveys.making import SurveyOpened, SurveyOrder, open_survey
from handlers.surveys.summing import summary_of
from handlers.turn import Reply, Turn
from nlp.arguments import Json
from nlp.consultation import TableAction
from storage.models.organization import Estate
from storage.models.polls import Poll, PollKind, PollStatus
from storage.polls import ballots, rows

LISTED: Final = 15  # in one answer
NO_ARGS: Final[Mapping[str, Json]] = {}


@worker_surveys.on(TableAction.POLL_NEW)
def ask(turn: Turn) -> Reply:
    """发起征询 议事会5 您家暖气热不热 选项 不热、还可以、很热 截止周五12:00"""
    ensure_staff(turn)
    args = turn.table_word.args if turn.table_word else NO_ARGS
    estate = _estate(turn, args)
    buildings = args.get("buildings")
    building = str(buildings[0]) if isinstance(buildings, list) and len(buildings) == 1 else None
    order = SurveyOrder(
        str(args.get("title") or ""),
        options_said(args),
        closes_at=closing_said(args),
        estate_id=estate.id if estate else None,
        building=building if estate else None,
        meeting=_number(args, "meeting"),
        topic=_number(args, "topic"),
    )
    return opened_reply(open_survey(turn.db, turn.person, order, now=turn.now, rules=turn.rules))


@worker_surveys.on(TableAction.POLL_SHOW)
def show(turn: Turn) -> Reply:
    """征询4: staff see what counts now, workers the question."""
    poll = rows.poll_numbered(turn.db, turn.community.id, _said(turn))
    if poll is None or poll.kind is not PollKind.SURVEY:
        raise NoSuchPoll(_said(turn))
    if turn.person.role not in COMMUNITY_ROLES:
        return Reply(texts.shown_to_resident(poll, None))
    return Reply(texts.shown_to_staff(poll, summary_of(turn.db, poll, is_for_staff=True)))


@worker_surveys.on(TableAction.POLL_LIST)
def list_surveys(turn: Turn) -> Reply:
    """征询列表"""
    found, total = rows.polls_of(turn.db, turn.community.id, kind=PollKind.SURVEY, limit=LISTED)
    counts = {each.id: ballots.counted_number(turn.db, each.id) for each in found}
    return Reply(texts.listed(found, counts=counts, total=total))


@worker_surveys.on(TableAction.POLL_CLOSE)
def close(turn: Turn) -> Reply:
    """结束征询4"""
    ensure_staff(turn)
    closed = close_survey(turn.db, turn.person, _held(turn), now=turn.now, rules=turn.rules)
    return Reply(texts.closed_by_staff(closed))


@worker_surveys.on(TableAction.POLL_CANCEL)
def cancel(turn: Turn) -> Reply:
    """取消征询4 题目写错了"""
    ensure_staff(turn)
    reason = str((turn.table_word.args if turn.table_word else NO_ARGS).get("reason") or "")
    return Reply(
        texts.cancelled(cancel_survey(turn.db, turn.person, _held(turn), reason=reason, now=turn.now))
    )


@worker_surveys.on(TableAction.POLL_OPEN)
def begin(turn: Turn) -> Reply:
    """开始征询4: it began when it was ordered."""
    ensure_staff(turn)
    poll = _held(turn)
    if poll.status is PollStatus.OPEN:
        raise SurveyRuns(poll.number, poll.closes_at)
    return show(turn)


@worker_surveys.on(TableAction.POLL_REMIND)
def remind(turn: Turn) -> Reply:
    """催票 4, of a survey"""
    raise SurveyNotReminded(_said(turn))


@worker_surveys.on(TableAction.CHOOSE)
def leave_to_residents(turn: Turn) -> Reply:
    """征询4 B, said by a worker or staff"""
    raise SurveyByResidents(_said(turn))


def ensure_staff(turn: Turn) -> None:
    """Surveys are the staff's; anybody else is refused with `NotAllowed`."""
    if turn.person.role not in COMMUNITY_ROLES:
        raise NotAllowed("征询和改造调查")


def options_said(args: Mapping[str, Json]) -> tuple[str, ...]:
    """The options as they were written, in order."""
    said = args.get("options")
    return tuple(str(each) for each in said) if isinstance(said, list) else ()


def closing_said(args: Mapping[str, Json]) -> datetime | None:
    """The end that was said, aware; `None` without one. `SurveyTimeUnread` when it cannot be read."""
    if args.get("is_closing_unread"):
        raise SurveyTimeUnread
    said = args.get("closes_at")
    return datetime.fromisoformat(said) if isinstance(said, str) else None


def opened_reply(opened: SurveyOpened) -> Reply:
    """Who is asked, until when, and how to end it."""
    return Reply(
        texts.opened(opened.poll, groups=opened.groups, people=opened.people, unreached=opened.unreached)
    )


def _estate(turn: Turn, args: Mapping[str, Json]) -> Estate | None:
    """The estate that is asked; a place that was named behind 范围 must be one of the community."""
    scope, name = str(args.get("scope") or ""), args.get("estate")
    here = [each for each in turn.estates if each.community_id == turn.community.id]
    estate = estate_named(here, name, turn.person) if isinstance(name, str) else None
    if estate is None and scope and not args.get("is_whole") and "全社区" not in scope:
        raise SurveyPlaceUnknown(scope)
    return estate


def _held(turn: Turn) -> Poll:
    poll = rows.lock_poll_numbered(turn.db, turn.community.id, _said(turn))
    if poll is None or poll.kind is not PollKind.SURVEY:
        raise NoSuchPoll(_said(turn))
    return poll


def _said(turn: Turn) -> int:
    return (turn.table_word.number if turn.table_word else None) or 0


def _number(args: Mapping[str, Json], name: str) -> int | None:
    value = args.get(name)
    return value if isinstance(value, int) else None
