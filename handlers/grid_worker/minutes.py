"""Minutes and what is entered at the table: 纪要 议事会5 …, 决议 议事会5：…, 登记 议事会5, 认领 决议7."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.cases.reports import Report
from handlers.errors.meetings import NotYourMeeting
from handlers.grid_worker.patrol import estates_here, report_from
from handlers.grid_worker.router import router
from handlers.meetings import minutes as use_cases
from handlers.meetings.agreed import agreed_of
from handlers.meetings.finding import ensure_runs
from handlers.meetings.items import line_of
from handlers.meetings.showing import show_meeting
from handlers.meetings.table import claim_case, claim_decision, enter_batch
from handlers.places import estate_meant
from handlers.replies import minutes as texts
from handlers.replies import table as table_texts
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction
from storage import decisions, invitations, meetings, organization
from storage.models.cases import Source
from storage.models.decisions import Decision
from storage.models.meetings import Meeting
from storage.models.organization import Estate
from storage.models.people import Role


@router.on(TableAction.MINUTES)
def write_minutes(turn: Turn) -> Reply:
    """纪要 议事会5 大家同意换管⏎决议：枫桥物业 11月30日前 疏通主管道 监督人李秀英; alone it says how."""
    args = _args(turn)
    has_words = bool(args.get("words") or args.get("decisions") or args.get("later"))
    number = _number(turn)
    if not has_words and number is not None and not _runs(turn, number):
        return _shown(turn, number)
    meeting = use_cases.meeting_for_minutes(turn.db, turn.person, number, now=turn.now)
    if not has_words:
        return _how(turn, meeting)
    writ = use_cases.Writ(
        words=str(args.get("words") or ""),
        lines=tuple(line_of(each) for each in args.get("decisions") or ()),
        later=tuple(args.get("later") or ()),
        is_whole=args.get("how") == "replace",
    )
    done = use_cases.write_minutes(
        turn.db,
        turn.person,
        meeting,
        writ,
        said_in=turn.message.chat,
        now=turn.now,
        rules=turn.rules,
    )
    agreed = agreed_of(turn.db, [each.decision for each in done.made])
    text = texts.kept(done.meeting, done.made, agreed=agreed, undecided=done.undecided, version=done.version)
    return Reply(text)


@router.on(TableAction.DECISION_ADD)
def add_decisions(turn: Turn) -> Reply:
    """决议 议事会5：枫桥物业 11月30日前 疏通主管道 监督人李秀英"""
    args = _args(turn)
    number = _number(turn)
    if number is None:
        number = use_cases.meeting_of_topic(turn.db, turn.person, int(args.get("topic") or 0))
    meeting = use_cases.meeting_for_minutes(turn.db, turn.person, number, now=turn.now)
    made = use_cases.add_decisions(
        turn.db,
        turn.person,
        meeting,
        [line_of(each) for each in args.get("decisions") or ()],
        said_in=turn.message.chat,
        now=turn.now,
        rules=turn.rules,
    )
    agreed = agreed_of(turn.db, [each.decision for each in made])
    return Reply(texts.entered(meeting, made, agreed=agreed))


@router.on(TableAction.DECISION_TOPIC)
def give_topic(turn: Turn) -> Reply:
    """决议7 议题3"""
    topic = int(_args(turn).get("topic") or 0)
    decision, of = use_cases.give_topic(turn.db, turn.person, _number(turn) or 0, topic, now=turn.now)
    return Reply(texts.belongs(decision, of))


@router.on(TableAction.TABLE_BATCH)
def enter(turn: Turn) -> Reply:
    """登记 议事会5⏎诉求 …⏎议题 …⏎决议 …"""
    meeting = use_cases.meeting_for_minutes(turn.db, turn.person, _number(turn), now=turn.now)
    lines: Sequence[Mapping[str, Any]] = _args(turn).get("lines") or ()
    raised = enter_batch(
        turn.db,
        turn.person,
        meeting,
        lines,
        report_of=lambda words: _report(turn, meeting, words),
        read=turn.read,
        said_in=turn.message.chat,
        now=turn.now,
        rules=turn.rules,
    )
    return Reply(table_texts.entered(meeting, raised))


@router.on(TableAction.CLAIM_ITEM)
def claim(turn: Turn) -> Reply | None:
    """认领 决议7 11月30日前; 认领 23 by a unit's member, a worker's own word for it is 接单"""
    args = _args(turn)
    due = args.get("due")
    due_at = datetime.fromisoformat(due) if isinstance(due, str) else None
    if args.get("of") == "case":
        if turn.person.role is not Role.UNIT_MEMBER:
            return None
        label = claim_case(
            turn.db,
            turn.person,
            _number(turn) or 0,
            year=args.get("year"),
            due_at=due_at,
            secret=turn.secret,
            now=turn.now,
            rules=turn.rules,
        )
        return Reply(table_texts.case_claimed(label))
    decision = claim_decision(
        turn.db,
        turn.person,
        _number(turn) or 0,
        due_at=due_at,
        working_days=args.get("working_days"),
        said_in=turn.message.chat,
        now=turn.now,
        rules=turn.rules,
    )
    return Reply(table_texts.claim_kept(decision))


def _how(turn: Turn, meeting: Meeting) -> Reply:
    """How to write them, or what stands and how to go on; the link only where staff are by themselves."""
    token = use_cases.page_token(turn.db, meeting, turn.secret)
    is_private = not turn.message.chat or _is_desk(turn)
    link = f"{turn.rules.public_url}/desk/meetings/{token}" if turn.rules.public_url and is_private else ""
    if meeting.minuted_at is None:
        agenda = meetings.topics_of_meeting(turn.db, meeting.id)
        return Reply(texts.how_to_write(meeting, agenda, link=link))
    agreed = agreed_of(turn.db, decisions.decisions_of_meeting(turn.db, meeting.id))
    return Reply(texts.record_shown(meeting, meeting.record, agreed) + texts.how_to_go_on(meeting, link=link))


def _shown(turn: Turn, number: int) -> Reply:
    """The minutes for who was invited but does not run the meeting."""
    meeting = show_meeting(turn.db, turn.person, number).meeting
    if meeting.minuted_at is None:
        raise NotYourMeeting(number)
    found: list[Decision] = decisions.decisions_of_meeting(turn.db, meeting.id)
    record = "" if turn.person.role is Role.UNIT_MEMBER else meeting.record
    return Reply(texts.record_shown(meeting, record, agreed_of(turn.db, found)))


def _runs(turn: Turn, number: int) -> bool:
    """Whether the speaker may write them; a number nobody has is refused later."""
    meeting = meetings.meeting_numbered(turn.db, turn.person.community_id or 0, number)
    if meeting is None:
        return True
    try:
        ensure_runs(turn.person, meeting)
    except NotYourMeeting:
        return False
    return True


def _is_desk(turn: Turn) -> bool:
    desk = organization.desk_group(turn.db, turn.person.community_id or 0)
    return desk is not None and desk.chat_id == turn.message.chat and desk.unit_id is None


def _report(turn: Turn, meeting: Meeting, words: str) -> Report:
    """What was raised as a report; without a place of its own it is of the meeting's only estate."""
    reading = turn.read(words)
    here = estates_here(turn)
    estate: Estate | None = estate_meant(here, reading.location, turn.person)
    of_meeting = invitations.estates_of_meeting(turn.db, meeting.id)
    if estate is None and len(of_meeting) == 1:
        estate = next((each for each in here if each.id == of_meeting[0]), None)
    return report_from(reading, meeting.community_id, estate, source=Source.TABLE)


def _args(turn: Turn) -> Mapping[str, Any]:
    return turn.table_word.args if turn.table_word else {}


def _number(turn: Turn) -> int | None:
    return turn.table_word.number if turn.table_word else None
