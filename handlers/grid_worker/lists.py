"""今天未办, 代班表 and 帮助: what is open, who stands in, and what can be said."""

from dataclasses import replace

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.daily import counts_by_grid, list_text
from handlers.deputies import deputies_listed
from handlers.errors import NotAllowed
from handlers.grid_worker.lookup import LOOKED_AT, open_cases
from handlers.grid_worker.router import router
from handlers.messages import MessageKind
from handlers.replies import deputies
from handlers.turn import Reply, Turn
from handlers.working_days import local
from nlp.actions import Action
from nlp.desk_words import DeskAction
from storage import assignments, organization
from storage.case_counts import OpenCounts
from storage.models.cases import Case
from storage.models.people import Role

TOPICS = {  # words of 帮助 …, and the sentences that answer them
    "help_broadcasts": ("群发", "通知", "模板"),
    "help_meetings": ("会议", "议事", "开会", "议题", "联席会", "听取日"),
    "help_decisions": ("决议", "纪要", "分摊", "监督人"),
    "help_polls": ("表决", "投票", "征询", "敲门", "改造"),
    "help_units": ("物业", "部门", "单位", "交办", "吹哨"),
    "help_deadlines": ("期限", "延期", "督办", "催办"),
    "help_desk": ("社区", "来电", "问答", "会话", "代班", "特殊家庭"),
    "help_more": ("更多", "全部", "其他", "合并", "改类", "上报"),
}
FOR_STAFF = frozenset({"help_broadcasts", "help_desk"})


@router.on(Action.LIST_OPEN)
def list_open(turn: Turn) -> Reply:
    """今天未办, in the form of the morning's list"""
    cases = open_cases(turn, limit=LOOKED_AT)
    if not cases:
        return turn.say("no_open_cases")
    is_unit = turn.person.role is Role.UNIT_MEMBER
    cases = _by_sheet(turn, cases) if is_unit else cases
    return Reply(list_text(turn.db, _whose(turn), cases, of=_counts(turn), is_for_unit=is_unit, now=turn.now))


@router.on(Action.HELP, MessageKind.ENTER_CHAT)
def offer_help(turn: Turn) -> Reply:
    """帮助, 帮助 群发"""
    if turn.person.role is Role.UNIT_MEMBER:
        return turn.say("help_units")
    is_staff = turn.person.role in COMMUNITY_ROLES
    for key, words in TOPICS.items():
        if any(word in turn.message.text for word in words) and (is_staff or key not in FOR_STAFF):
            return turn.say(key)
    lines = [turn.say("help_workers").text]
    lines += [turn.say("help_staff").text] if is_staff else []
    return Reply("\n".join(lines))


@router.on(DeskAction.DEPUTY_LIST)
def list_deputies(turn: Turn) -> Reply:
    """代班表"""
    if turn.person.role is Role.UNIT_MEMBER:
        raise NotAllowed("代班")
    found = deputies_listed(turn.db, turn.person.community_id or 0)
    return Reply(deputies.listed(found, today=local(turn.now).date()))


def _by_sheet(turn: Turn, cases: list[Case]) -> list[Case]:
    """The same with the deadline that the unit's own sheet gives it, the earliest first."""
    sheets = {
        each.id: assignments.open_assignment_of_unit(turn.db, each.id, turn.person.unit_id) for each in cases
    }
    due = [replace(each, resolve_by=sheet.due_at) if (sheet := sheets[each.id]) else each for each in cases]
    return sorted(due, key=lambda case: (case.resolve_by, case.id))


def _whose(turn: Turn) -> str:
    if turn.person.role in COMMUNITY_ROLES:
        return organization.community_by_id(turn.db, turn.person.community_id or 0).name
    if turn.person.role is Role.UNIT_MEMBER:
        return assignments.unit_by_id(turn.db, turn.person.unit_id).name if turn.person.unit_id else "本单位"
    grids = organization.grids_of_worker(turn.db, turn.person.id)
    return "、".join(organization.grid_by_id(turn.db, grid).name for grid in grids)


def _counts(turn: Turn) -> OpenCounts | None:
    """Of all, where the list may leave some out; a unit's sheets are counted as they are listed."""
    if turn.person.role is Role.UNIT_MEMBER:
        return None
    counts = counts_by_grid(turn.db, turn.person.community_id or 0, now=turn.now)
    if turn.person.role in COMMUNITY_ROLES:
        return sum(counts.values(), OpenCounts())
    grids = set(organization.grids_of_worker(turn.db, turn.person.id))
    return sum((each for grid, each in counts.items() if grid in grids), OpenCounts())
