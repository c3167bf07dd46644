"""What workers say of votes: 表决2, 敲门 2, 敲门 2 … 没人, 代投 2 … 同意. Surveys answer theirs."""

from handlers.errors import NotAllowed
from handlers.errors.polls import NoSuchPoll, VoteByHousehold
from handlers.grid_worker.router import router
from handlers.polls import doors, showing, walking
from handlers.polls.finding import poll_named
from handlers.polls.kinds import survey_reply, worker_surveys
from handlers.replies import poll_answers as texts
from handlers.replies.formats import without_call
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction, TableWord
from storage.models.polls import Poll, PollKind

FOR_STAFF = {
    TableAction.POLL_NEW: "发起表决和征询",
    TableAction.POLL_OPEN: "开始表决和征询",
    TableAction.POLL_CLOSE: "结束表决和征询",
    TableAction.POLL_CANCEL: "取消表决和征询",
    TableAction.POLL_REMIND: "催票",
    TableAction.CLAIMS: "查看意见不一致的住户",
    TableAction.CLAIM_DECIDE: "认定以谁的为准",
}


@router.on(TableAction.POLL_SHOW)
def show(turn: Turn) -> Reply | None:
    """表决2"""
    poll = poll_named(turn.db, turn.community.id, said(turn).number, "表决 2")
    if poll.kind is PollKind.SURVEY:
        return survey_reply(worker_surveys, turn, TableAction.POLL_SHOW)
    return answered(turn, texts.standing_text(showing.standing_of(turn.db, poll), now=turn.now))


@router.on(TableAction.POLL_LIST)
def listed(turn: Turn) -> Reply | None:
    """表决列表"""
    if said(turn).args.get("kind") == PollKind.SURVEY:
        return survey_reply(worker_surveys, turn, TableAction.POLL_LIST)
    found, total = showing.votes_of(turn.db, turn.community.id)
    return answered(turn, texts.list_text(found, total, now=turn.now))


@router.on(TableAction.CHOOSE)
def choose(turn: Turn) -> Reply | None:
    """表决2 同意, said by a worker: whose household?"""
    poll = poll_named(turn.db, turn.community.id, said(turn).number, "表决 2")
    if poll.kind is PollKind.SURVEY:
        return survey_reply(worker_surveys, turn, TableAction.CHOOSE)
    raise VoteByHousehold(poll.number)


@router.on(TableAction.DOORS)
def knock(turn: Turn) -> Reply:
    """敲门 2, 敲门 2 33号楼, 敲门 2 33号楼5单元301起"""
    poll = vote_named(turn, "敲门 2")
    start = walking.start_of(said(turn).args)
    found = walking.list_doors(turn.db, turn.person, poll, start=start, now=turn.now)
    return answered(turn, texts.doors_text(found))


@router.on(TableAction.NOT_MET)
def not_met(turn: Turn) -> Reply:
    """敲门 2 33号楼5单元201 没人 202 拒绝"""
    poll = vote_named(turn, "敲门 2 33号楼5单元201 没人")
    entered = doors.note_visits(turn.db, turn.person, poll.id, doors.doors_of(said(turn).args), now=turn.now)
    return answered(turn, texts.entered_lines(poll, entered, done="记下"))


@router.on(TableAction.VOTE_FOR)
def vote_for(turn: Turn) -> Reply:
    """代投 2 33号楼5单元201 202 同意 301 不同意"""
    poll = vote_named(turn, "代投 2 33号楼5单元201 同意")
    entered = doors.enter_votes(
        turn.db,
        turn.person,
        poll.id,
        doors.doors_of(said(turn).args),
        is_in_group=bool(turn.message.chat),
        now=turn.now,
    )
    return answered(turn, texts.entered_lines(poll, entered, done="录入"))


@router.on(*FOR_STAFF)
def for_staff(turn: Turn) -> Reply:
    """发起表决 …, said by somebody who is no staff."""
    raise NotAllowed(FOR_STAFF[said(turn).action])


def said(turn: Turn) -> TableWord:
    """What was said of polls."""
    assert turn.table_word is not None
    return turn.table_word


def vote_named(turn: Turn, example: str) -> Poll:
    """The vote of that number; a survey has no doors."""
    poll = poll_named(turn.db, turn.community.id, said(turn).number, example)
    if poll.kind is not PollKind.VOTE:
        raise NoSuchPoll(poll.number)
    return poll


def answered(turn: Turn, text: str) -> Reply:
    """The answer; alone with the bot nobody has to be called before a command."""
    return Reply(text if turn.message.chat else without_call(text))
