"""What staff say of votes: 发起表决 …, 开始表决2, 结束表决2, 取消表决2, 催票 2, 争议 2, 认定 2 …"""

from handlers.errors.desk import OnlyAlone
from handlers.errors.polls import NoClaimThere, PollNumberMissing
from handlers.grid_worker.polls import answered, said, vote_named
from handlers.groups import is_among_us
from handlers.polls import claims, closing, doors, making, reminding
from handlers.polls.eligibility import scope_of
from handlers.polls.finding import poll_named
from handlers.polls.kinds import survey_reply, worker_surveys
from handlers.replies import poll_answers as texts
from handlers.replies.polls import result
from handlers.staff.router import router
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction
from storage.models.polls import Poll, PollKind


@router.on(TableAction.POLL_NEW)
def new(turn: Turn) -> Reply | None:
    """发起表决 是否加装电梯 范围枫桥苑33号楼 比例80% 截止11月30日20:00"""
    args = said(turn).args
    if args.get("kind") == PollKind.SURVEY:
        return survey_reply(worker_surveys, turn, TableAction.POLL_NEW)
    made = making.draft_vote(turn.db, turn.person, making.order_of(args), now=turn.now)
    return answered(turn, texts.draft_text(made))


@router.on(TableAction.POLL_OPEN)
def begin(turn: Turn) -> Reply | None:
    """开始表决2"""
    if said(turn).number is None:
        raise PollNumberMissing("开始表决2")
    poll = _poll(turn, "开始表决2")
    if poll.kind is PollKind.SURVEY:
        return survey_reply(worker_surveys, turn, TableAction.POLL_OPEN)
    opened = making.open_vote(turn.db, turn.person, poll.number, now=turn.now, rules=turn.rules)
    return answered(turn, texts.opened_text(opened))


@router.on(TableAction.POLL_CLOSE)
def end(turn: Turn) -> Reply | None:
    """结束表决2, 提前结束表决2"""
    poll = _poll(turn, "结束表决2")
    if poll.kind is PollKind.SURVEY:
        return survey_reply(worker_surveys, turn, TableAction.POLL_CLOSE)
    closed = closing.close_early(
        turn.db,
        turn.person,
        poll.number,
        is_sure=bool(said(turn).args.get("is_early")),
        now=turn.now,
        rules=turn.rules,
    )
    return answered(turn, result(closed, scope_of(turn.db, closed)))


@router.on(TableAction.POLL_CANCEL)
def cancel(turn: Turn) -> Reply | None:
    """取消表决2 方案有改动"""
    poll = _poll(turn, "取消表决2 方案有改动")
    if poll.kind is PollKind.SURVEY:
        return survey_reply(worker_surveys, turn, TableAction.POLL_CANCEL)
    reason = str(said(turn).args.get("reason") or "")
    cancelled = making.cancel_vote(turn.db, turn.person, poll.number, reason, now=turn.now, rules=turn.rules)
    return answered(turn, texts.cancelled_text(cancelled))


@router.on(TableAction.POLL_REMIND)
def remind(turn: Turn) -> Reply | None:
    """催票 2"""
    poll = _poll(turn, "催票 2")
    if poll.kind is PollKind.SURVEY:
        return survey_reply(worker_surveys, turn, TableAction.POLL_REMIND)
    return answered(
        turn, texts.reminded_text(reminding.remind_voters(turn.db, turn.person, poll.number, now=turn.now))
    )


@router.on(TableAction.CLAIMS)
def contested(turn: Turn) -> Reply:
    """争议 2"""
    poll = vote_named(turn, "争议 2")
    if not is_among_us(turn.db, turn.message.chat):
        raise OnlyAlone(f"争议 {poll.number}")
    found = claims.list_claims(turn.db, turn.person, poll, now=turn.now)
    return answered(turn, texts.claims_text(poll, found))


@router.on(TableAction.CLAIM_DECIDE)
def decide(turn: Turn) -> Reply:
    """认定 2 33号楼5单元201 张伟"""
    poll = vote_named(turn, "认定 2 33号楼5单元201 第1位")
    named = doors.doors_of(said(turn).args)
    if len(named) != 1:
        raise NoClaimThere(poll.number, "这里")
    ruled = claims.decide_claim(turn.db, turn.person, poll.id, named[0], now=turn.now)
    return answered(turn, texts.ruled_text(ruled))


def _poll(turn: Turn, example: str) -> Poll:
    return poll_named(turn.db, turn.community.id, said(turn).number, example)
