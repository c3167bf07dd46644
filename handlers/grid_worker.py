"""What grid workers (and staff, in the same words) can say in their group or one-to-one."""

from handlers import replies
from handlers.cases.handling import COMMUNITY_ROLES, claim_case, report_progress, resolve_case
from handlers.errors import NoNumberGiven, NoSuchCase, NotAllowed, NotYetHere, UserError
from handlers.meetings import MeetingRequest, call_meeting
from handlers.messages import MessageKind
from handlers.notices import estate_of
from handlers.privacy import public_wording
from handlers.turn import Reply, Router, Turn
from nlp.actions import Action
from nlp.commands import parsed_time
from storage import cases as case_rows
from storage import organization, people
from storage.models.cases import Case, CaseStatus
from storage.models.people import Role

LISTED = 20  # cases in one answer
POLITE = frozenset({"收到", "谢谢", "好", "嗯", "行", "可以", "知道", "明白", "辛苦", "ok", "OK"})

router = Router(
    "grid worker",
    frozenset({Role.GRID_WORKER, Role.UNIT_MEMBER, Role.STAFF, Role.HEAD, Role.ADMIN}),
)


@router.on(Action.CLAIM)
def claim(turn: Turn) -> Reply:
    """接单 23, 接单 5 6 7"""
    numbers = turn.command.args.get("cases")
    if not isinstance(numbers, list):
        return Reply(_claim(turn, _case(turn, "接单 23")))
    lines = []
    for number in numbers[:LISTED]:
        try:
            lines.append(_claim(turn, _numbered(turn, int(str(number)))))
        except UserError as refusal:
            lines.append(str(refusal))
    return Reply("\n".join(lines))


@router.on(Action.PROGRESS)
def progress(turn: Turn) -> Reply:
    """进展 23 已联系疏通队"""
    case = _case(turn, "进展 23 已联系疏通队")
    if turn.command.args.get("query"):
        return _detail(turn, case)
    case = report_progress(turn.db, turn.person, case.id, _text(turn, "note"), now=turn.now)
    return Reply(replies.progressed_in_group(case))


@router.on(Action.RESOLVE)
def resolve(turn: Turn) -> Reply:
    """办结 23 管道已疏通"""
    case = _case(turn, "办结 23 管道已疏通")
    case = resolve_case(turn.db, turn.person, case.id, _text(turn, "result"), now=turn.now)
    is_told = bool(public_wording(case.resolution))
    return Reply(replies.resolved_in_group(case, is_told=is_told))


@router.on(Action.CONSULT, Action.SCHEDULE_MEETING)
def consult(turn: Turn) -> Reply:
    """议 23 周五15:00 居委会会议室"""
    case = _case(turn, "议 23 周五15:00 居委会会议室")
    request = MeetingRequest(parsed_time(turn.command), _text(turn, "place"))
    called = call_meeting(turn.db, turn.person, case.id, request, now=turn.now)
    return Reply(replies.meeting_in_group(called.case, called.meeting))


@router.on(Action.SHOW)
def show(turn: Turn) -> Reply:
    """查 23"""
    return _detail(turn, _case(turn, "查 23"))


@router.on(Action.LIST_OPEN)
def list_open(turn: Turn) -> Reply:
    """今天未办"""
    cases = _open_cases(turn)
    return Reply(replies.open_cases(cases) if cases else replies.NO_OPEN_CASES)


@router.on(Action.BROADCAST)
def refuse_broadcast(turn: Turn) -> Reply:
    """群发 is for staff."""
    raise NotAllowed("群发")


@router.on(
    MessageKind.IMAGE,
    MessageKind.VOICE,
    MessageKind.VIDEO,
    MessageKind.LOCATION,
    MessageKind.LINK,
    MessageKind.FILE,
    MessageKind.UNKNOWN,
)
def words_only(_turn: Turn) -> Reply:
    """A photo or a file, which cannot be taken yet."""
    return Reply(replies.WORDS_ONLY)


@router.on(Action.NONE)
def not_a_command(turn: Turn) -> Reply:
    """收到, 谢谢, and whatever was not understood"""
    is_polite = turn.message.text.strip(" 。！!~的了啊哈") in POLITE
    return Reply(replies.NOTED if is_polite else replies.UNCLEAR_COMMAND)


@router.on(Action.HELP, MessageKind.ENTER_CHAT)
def offer_help(turn: Turn) -> Reply:
    """帮助"""
    is_staff = turn.person.role in COMMUNITY_ROLES
    return Reply(replies.HELP_STAFF if is_staff else replies.HELP_WORKERS)


@router.on(
    Action.REPORT,
    Action.DISPATCH,
    Action.TRANSFER,
    Action.WHISTLE,
    Action.CHECK_IN,
    Action.FEEDBACK,
    Action.RETURN,
    Action.ASK,
    Action.REJECT,
    Action.EXTEND,
    Action.SUPERVISE,
    Action.MERGE,
    Action.INVITE,
    Action.MINUTES,
    Action.REMIND,
    Action.STATS,
)
def refuse_for_now(turn: Turn) -> Reply:
    """Understood, but not offered in chat."""
    raise NotYetHere


def _case(turn: Turn, example: str) -> Case:
    """The case meant by a number, or the only open one of the speaker's grids."""
    if turn.command.case is None:
        candidates = _open_cases(turn)
        if len(candidates) != 1:
            raise NoNumberGiven(example)
        return candidates[0]
    return _numbered(turn, turn.command.case)


def _numbered(turn: Turn, number: int) -> Case:
    community_id = turn.person.community_id or 0
    found = case_rows.case_numbered(turn.db, community_id=community_id, number=number)
    if found is None:
        raise NoSuchCase(str(number))
    return found


def _claim(turn: Turn, case: Case) -> str:
    claimed = claim_case(turn.db, turn.person, case.id, now=turn.now)
    return replies.claimed_in_group(claimed, turn.person.name)


def _open_cases(turn: Turn) -> list[Case]:
    if turn.person.role in COMMUNITY_ROLES:
        community_id = turn.person.community_id or 0
        return case_rows.open_cases_of_community(turn.db, community_id, limit=LISTED)
    grids = organization.grids_of_worker(turn.db, turn.person.id)
    return case_rows.open_cases_of_grids(turn.db, grids, limit=LISTED)


def _detail(turn: Turn, case: Case) -> Reply:
    if case.handler_id:
        handler = people.person_by_id(turn.db, case.handler_id).name
    else:
        handler = "还没有人接单" if case.status is CaseStatus.REGISTERED else "社区"
    is_alone_with_staff = turn.person.role in COMMUNITY_ROLES and not turn.message.chat
    is_hidden = case.is_confidential and not is_alone_with_staff  # the one it is about may read the group
    words = replies.CONFIDENTIAL if is_hidden else case.summary
    return Reply(replies.case_detail(case, estate_of(turn.db, case), handler, words=words))


def _text(turn: Turn, name: str) -> str:
    value = turn.command.args.get(name)
    return value.strip() if isinstance(value, str) else ""
