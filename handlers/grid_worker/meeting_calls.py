"""Meetings are called, in one sentence or by question and answer."""

import re
from typing import Any, Final

from handlers.cases.consulting import propose_consultation
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.conversation import MOVES, Move, move, settle
from handlers.errors.meetings import CALL, MeetingIncomplete, NoSuchDay
from handlers.grid_worker.lookup import numbered
from handlers.grid_worker.router import router
from handlers.meetings.arranging import Ask, draft_meeting, missing, with_answer, would_be_told
from handlers.meetings.calling import MeetingCalled, call_meeting, ensure_may_call, send_meeting
from handlers.meetings.changing import MeetingMove, cancel_meeting, move_meeting
from handlers.meetings.clashes import remarks_on
from handlers.meetings.inviting import InvitedCounts
from handlers.meetings.plans import MeetingOrder, ensure_may_begin, order_from, read_order
from handlers.replies import meetings as texts
from handlers.replies import workers
from handlers.replies.formats import without_call
from handlers.turn import Reply, Turn, is_expired
from nlp.actions import Action
from nlp.characters import fold
from nlp.commands import without_mention
from nlp.consultation import TableAction
from nlp.consultation.meeting_calls import read_answer
from nlp.places import Places
from nlp.times import no_such_day
from storage import cases as case_rows
from storage import meeting_circles, people
from storage import meetings as rows
from storage.models.cases import Case
from storage.models.conversations import Step
from storage.models.meetings import Meeting, MeetingStatus

YES: Final = frozenset(
    {
        "确认",
        "确定",
        "好",
        "好的",
        "可以",
        "对",
        "是",
        "是的",
        "行",
        "没问题",
        "发",
        "发出",
        "发吧",
        "发出去",
        "ok",
        "OK",
    }
)
CALLED_OFF: Final = re.compile(
    r"(?:(?:取消|算了|(?:先|那就)?不(?:开|用|发|用开|召集)了?|作罢)(?:吧|会|议事会)*[\s,，。]*){1,3}"
)
NEVER_ANSWERS: Final = frozenset({Action.STATS, Action.LIST_OPEN, Action.BROADCAST})
ANSWERS: Final = frozenset({Action.NONE, Action.REPORT})  # 党群活动中心201 numbers no case
AGENDA: Final = re.compile(r"(?:(?:诉求|议题)[\s#]*\d{1,6}(?:[\s、,，和及]*\d{1,6})*[\s、,，和及]*)+")
LOOKS: Final = frozenset({Action.STATS, Action.LIST_OPEN, Action.SHOW})
TABLE_LOOKS: Final = frozenset(
    {
        TableAction.TOPIC_LIST,
        TableAction.TOPIC_SHOW,
        TableAction.MEETING_LIST,
        TableAction.MEETING_SHOW,
        TableAction.DECISION_LIST,
        TableAction.DECISION_SHOW,
    }
)


@router.on(TableAction.MEETING_CALL)
def call(turn: Turn) -> Reply:
    """召集议事会 周五15:00 居委会会议室 议题3、4; 议 23、24 周五15:00 居委会会议室"""
    order = order_from(turn.table_word.args if turn.table_word else {})
    is_wish = order.starts_at is None and not order.has_place
    if is_wish and order.cases and turn.person.role not in COMMUNITY_ROLES:
        return Reply("\n".join(proposed(turn, numbered(turn, each)) for each in order.cases))
    return arrange(turn, order)


def ensure_day_exists(turn: Turn, *, has_time: bool = False) -> None:
    """Refuse with `NoSuchDay` words whose only date is none (2月30日15:00)."""
    said = "" if has_time else no_such_day(fold(turn.message.text), turn.now)
    if said:
        raise NoSuchDay(said)


def proposed(turn: Turn, case: Case) -> str:
    """Staff are asked for a meeting; what whoever asks reads."""
    done = propose_consultation(turn.db, turn.person, case.id, now=turn.now)
    return workers.proposed_in_group(done.case, is_new=done.is_new)


def arrange(turn: Turn, order: MeetingOrder) -> Reply:
    """The meeting is called when everything is said, or drafted; else the next thing is asked."""
    ensure_day_exists(turn, has_time=order.starts_at is not None)
    ask = missing(order)
    if ask is None or order.is_draft:
        plan = read_order(turn.db, turn.person, order)
        done = call_meeting(turn.db, turn.person, plan, secret=turn.secret, now=turn.now, rules=turn.rules)
        return worded(turn, called(done))
    ensure_may_call(turn.person, read_order(turn.db, turn.person, order, is_whole=False))
    return _ask(turn, order, ask)


@router.on(Step.ARRANGING_MEETING)
def go_on(turn: Turn) -> Reply | None:
    """周五15:00, 居委会会议室, 确认, 取消; another command is obeyed, and ends it unless it only looks"""
    draft: dict[str, Any] = turn.conversation.draft or {}
    said = without_mention(turn.message.text, "回音").strip(" 。！!")
    is_agenda = draft.get("ask") == Ask.WHAT and AGENDA.fullmatch(said) is not None
    if not is_expired(turn) and not is_agenda and _only_looks(turn):
        return None
    if is_expired(turn) or (not is_agenda and _is_another_command(turn, said)):
        settle(turn.db, turn.conversation)
        return worded(turn, texts.too_late()) if said in YES and is_expired(turn) else None
    ensure_day_exists(turn)
    if "meeting" in draft:
        return _about_draft(turn, int(draft["meeting"]), said)
    if CALLED_OFF.fullmatch(said):
        settle(turn.db, turn.conversation)
        return Reply(texts.called_off())
    order, ask = order_from(draft["order"]), Ask(draft["ask"])
    answered = with_answer(order, ask, said, given=_given(turn, said)) if said else order
    still = missing(answered)
    return _preview(turn, answered) if still is None else _ask(turn, answered, still)


def _about_draft(turn: Turn, meeting_id: int, said: str) -> Reply | None:
    """It goes out, it is dropped, or it is shown again with another time or place."""
    meeting = rows.lock_meeting(turn.db, meeting_id)
    if meeting.status is not MeetingStatus.DRAFT:  # somebody else has sent or dropped it
        settle(turn.db, turn.conversation)
        return None
    if CALLED_OFF.fullmatch(said):
        settle(turn.db, turn.conversation)
        cancel_meeting(turn.db, turn.person, meeting, "", now=turn.now, rules=turn.rules)
        return Reply(texts.called_off())
    if said in YES:
        settle(turn.db, turn.conversation)
        done = send_meeting(turn.db, turn.person, meeting, secret=turn.secret, now=turn.now, rules=turn.rules)
        return worded(turn, called(done))
    given = order_from(_given(turn, said))
    if given.starts_at is None and not given.has_place:
        return worded(turn, _preview_text(turn, meeting))
    change = MeetingMove(given.starts_at, given.has_clock, given.place, given.online)
    moved = move_meeting(turn.db, turn.person, meeting, change, now=turn.now, rules=turn.rules)
    return worded(turn, _preview_text(turn, moved.meeting))


def _ask(turn: Turn, order: MeetingOrder, ask: Ask) -> Reply:
    ensure_may_begin(order, now=turn.now)
    if (turn.conversation.step, Move.ASK_MEETING) not in MOVES:
        raise MeetingIncomplete(CALL)
    _wait(turn, {"order": order.as_json(), "ask": ask.value})
    if ask is Ask.WHAT:
        return worded(turn, texts.ask_what())
    if ask is Ask.WHERE:
        return worded(turn, texts.ask_where(order))
    labels = [case_rows.case_by_id(turn.db, each).label for each in order.case_ids]
    return worded(turn, texts.ask_when(order, labels or [f"诉求{each}" for each in order.cases]))


def _preview(turn: Turn, order: MeetingOrder) -> Reply:
    done = draft_meeting(turn.db, turn.person, order, secret=turn.secret, now=turn.now, rules=turn.rules)
    _wait(turn, {"meeting": done.meeting.id})
    return worded(turn, _preview_text(turn, done.meeting))


def _preview_text(turn: Turn, meeting: Meeting) -> str:
    return texts.preview_text(
        meeting,
        meeting_circles.topics_of_meeting(turn.db, meeting.id),
        wanted=would_be_told(turn.db, meeting),
        remarks=remarks_on(turn.db, meeting),
        chair=people.person_by_id(turn.db, meeting.chair_id).name or "" if meeting.chair_id else "",
    )


def _wait(turn: Turn, draft: dict[str, Any]) -> None:
    until = turn.now + turn.rules.draft_lifetime
    move(turn.db, turn.conversation, Move.ASK_MEETING, draft=draft, expires_at=until)


def _only_looks(turn: Turn) -> bool:
    """统计, 议事会列表: what is asked stays open."""
    if turn.table_word is not None:
        return turn.table_word.action in TABLE_LOOKS
    return turn.desk_word is None and turn.command.action in LOOKS


def _is_another_command(turn: Turn, said: str) -> bool:
    if turn.table_word is not None or turn.desk_word is not None:
        return True
    action = turn.command.action
    if action is Action.HELP:
        return said.startswith("帮助")  # 地锁怎么办 is what the meeting is about
    return action in NEVER_ANSWERS or (turn.command.case is not None and action not in ANSWERS)


def _given(turn: Turn, said: str) -> dict[str, Any]:
    names = [(each.name, each.aliases) for each in turn.estates]
    return dict(read_answer(said, turn.now, places=Places.of(names)))


def called(done: MeetingCalled) -> str:
    """What whoever called it, or drafted it, reads."""
    if done.invited is None:
        return texts.drafted_text(done.meeting, done.topics, remarks=done.remarks)
    return texts.called_text(
        done.meeting,
        done.topics,
        done.cases,
        told=counted(done.invited),
        remarks=done.remarks,
        has_no_group=done.invited.residents_groups == 0,
    )


def counted(invited: InvitedCounts) -> str:
    """Who is told, in words."""
    return texts.told_text(
        persons=invited.persons,
        units=invited.units,
        workers_groups=invited.workers_groups,
        residents_groups=invited.residents_groups,
        unreached=invited.unreached,
    )


def worded(turn: Turn, text: str) -> Reply:
    """The reply; who is alone with us need not call us."""
    return Reply(text if turn.message.chat else without_call(text))
