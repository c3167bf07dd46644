"""What is handed to units and what they answer: 交办, 吹哨, 报到, 反馈, 退回, 撤销链接."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.cases.answering import check_in, give_feedback, return_sheet
from handlers.cases.assigning import decline_case
from handlers.cases.dispatching import Order, cancel_links, dispatch_case, whistle_units
from handlers.cases.handling import report_progress
from handlers.cases.states import CaseAction
from handlers.cases.units import units_named
from handlers.grid_worker.lookup import case_meant, desk_case, text_of
from handlers.grid_worker.router import router
from handlers.notices.assignments import link_of, units_waited_for
from handlers.notices.reaching import has_readers
from handlers.replies import assignments as wording
from handlers.replies.assigning import declined_in_group
from handlers.replies.formats import harmless, moment_text
from handlers.replies.workers import progressed_in_group
from handlers.turn import Reply, Turn
from handlers.working_days import CLOSE_OF_OFFICE, after_working_days, local
from nlp.actions import Action
from nlp.characters import fold
from nlp.commands import parsed_time, without_mention
from nlp.desk_words import DeskAction
from nlp.masking import mask_contacts
from nlp.numerals import NUMBER, parse_number
from nlp.times import find_moments
from storage import assignments
from storage.models.cases import Case, Urgency
from storage.models.people import Role

WITHIN = re.compile(rf"(?P<count>{NUMBER})个?(?P<unit>工作日|天|日|周|星期|小时|钟头)(?:之|以)?内")
LONGEST = timedelta(days=366)  # a due date beyond is a slip of the finger
IDLE = " ,，、。;；:：和与"  # what is left of a list of units when the units are taken out
ARRIVAL = re.compile(r"^[\s,，]*(?:报到)?[\s:：]*(?:\d{4}-)?\d{1,6}(?:号|件)?|报到")
SHORTEST_ARRIVAL = 5  # characters; 我们到了 says no more than the command
ONLY_DUE = re.compile(r"[之以]?[前内]?(?:处理|办理|办好|完成|答复|解决)?")


@router.on(Action.WHISTLE)
def whistle(turn: Turn) -> Reply:
    """吹哨 23 牵头 执法，自来水、物业 周五前清理地锁"""
    case = case_meant(turn, "吹哨 23 执法、自来水 要办的事", CaseAction.WHISTLE)
    note = text_of(turn, "note")
    words = _units_of(turn)
    order = Order(tuple(words), _task(turn, note, words), turn.secret, due_of(turn), _lead(note, words))
    given = whistle_units(turn.db, turn.person, case.id, order, now=turn.now, rules=turn.rules)
    url = turn.rules.public_url
    sheets = [(each.unit.name, each.group is not None, link_of(url, each.token)) for each in given.sheets]
    due = moment_text(given.sheets[0].assignment.due_at)
    return Reply(wording.whistle_given(given.case, given.lead.name, sheets, due=due))


@router.on(Action.CHECK_IN)
def report_in(turn: Turn) -> Reply:
    """报到 23; of an emergency who works here says with it that they are there"""
    meant = case_meant(turn, "报到 23", CaseAction.CHECK_IN)
    if meant.urgency is Urgency.EMERGENCY and turn.person.role is not Role.UNIT_MEMBER:
        case = report_progress(turn.db, turn.person, meant.id, _arrival(turn), now=turn.now)
        return Reply(progressed_in_group(case, has_readers=has_readers(turn.db, case)))
    case = check_in(turn.db, turn.person, meant.id, now=turn.now)
    return turn.say("checked_in", label=case.label, number=case.number)


@router.on(Action.FEEDBACK)
def feed_back(turn: Turn) -> Reply:
    """反馈 23 已更换水管"""
    case = case_meant(turn, "反馈 23 已更换水管", CaseAction.ANSWER_SHEET)
    case = give_feedback(turn.db, turn.person, case.id, text_of(turn, "text"), now=turn.now)
    return _answered(turn, case, is_return=False)


@router.on(Action.RETURN)
def give_back(turn: Turn) -> Reply:
    """退回 23 不在我们的管养范围: a unit gives back its sheet, a worker the case"""
    case = case_meant(turn, "退回 23 不在我们的管养范围", CaseAction.DECLINE)
    reason = text_of(turn, "reason")
    if turn.person.role is Role.UNIT_MEMBER:
        case = return_sheet(turn.db, turn.person, case.id, reason, now=turn.now)
        return _answered(turn, case, is_return=True)
    case = decline_case(turn.db, turn.person, case.id, reason, now=turn.now, rules=turn.rules)
    return Reply(declined_in_group(case))


@router.on(DeskAction.CANCEL_LINK)
def cancel_link(turn: Turn) -> Reply:
    """撤销链接 23"""
    case = cancel_links(turn.db, turn.person, desk_case(turn, "撤销链接 23").id, now=turn.now)
    return turn.say("link_ended", label=case.label, number=case.number)


def hand_to_unit(turn: Turn, case: Case, word: str) -> Reply:
    """The unit called so has the sheet, and the worker the link if it has no group."""
    task = _task(turn, text_of(turn, "note"), [word])
    order = Order((word,) if word else (), task, turn.secret, due_of(turn))
    given = dispatch_case(turn.db, turn.person, case.id, order, now=turn.now, rules=turn.rules)
    [sheet] = given.sheets
    link = link_of(turn.rules.public_url, sheet.token)
    is_in_group = sheet.group is not None
    name = sheet.unit.name
    return Reply(wording.sheet_given(given.case, name, sheet.assignment, is_in_group=is_in_group, link=link))


def assignment_lines(turn: Turn, case: Case, *, is_hidden: bool) -> list[str]:
    """Which units have the case, who has come and who has not, what each answered (not while `is_hidden`)."""
    lines = []
    for sheet in assignments.assignments_of(turn.db, case.id):
        unit = assignments.unit_by_id(turn.db, sheet.unit_id).name
        answer = f"：{harmless(mask_contacts(sheet.answer))}" if sheet.answer and not is_hidden else ""
        is_late = sheet.due_at <= turn.now
        lines.append(wording.assignment_line(unit, sheet, words=answer, is_late=is_late))
    return lines


def due_of(turn: Turn) -> datetime | None:
    """By when the command says; 3天内, and a day without an hour, mean the close of office."""
    text = fold(turn.message.text)
    within = WITHIN.search(text)
    count = parse_number(within["count"]) if within else None
    if within and count:
        return _within(count, within["unit"], turn.now)
    moment = parsed_time(turn.command)
    if moment is None:
        return None
    has_clock = any(each.has_clock and each.instant == moment for each in find_moments(text, turn.now))
    return moment if has_clock else _at_close(moment)


def _arrival(turn: Turn) -> str:
    """The words of who is at the scene, without command and number."""
    said = ARRIVAL.sub("", without_mention(turn.message.text, "回音")).strip(IDLE)
    return said if len(said) >= SHORTEST_ARRIVAL else "已到现场"


def _within(count: int, unit: str, now: datetime) -> datetime | None:
    if unit == "工作日":
        return after_working_days(now, min(count, LONGEST.days))
    if unit in ("小时", "钟头"):
        return now + min(timedelta(hours=count), LONGEST)
    return _at_close(now + min(timedelta(days=count * (7 if unit in ("周", "星期") else 1)), LONGEST))


def _at_close(moment: datetime) -> datetime:
    """The close of office on the moment's day."""
    at = local(moment)
    closed = datetime.combine(at.date(), CLOSE_OF_OFFICE, tzinfo=at.tzinfo)
    return closed.astimezone(moment.tzinfo)


def _units_of(turn: Turn) -> list[str]:
    """The units that the command names; those of unusual names are looked for in the text."""
    said = turn.command.args.get("to")
    words = [str(each) for each in said] if isinstance(said, list) else []
    return words or units_named(turn.db, turn.person.community_id or 0, turn.message.text)


def _lead(note: str, words: Sequence[str]) -> str | None:
    """The unit marked 牵头, if one is."""
    for word in words:
        name = re.escape(word)
        if re.search(rf"牵头(?:单位)?[:：是为]?\s*{name}|{name}(?:来|负责)?牵头", note):
            return word
    return None


def _task(turn: Turn, note: str, words: Sequence[str]) -> str:
    """What is to be done: the note without the units and their marks; empty when it only says by when."""
    for word in sorted(words, key=len, reverse=True):
        name = re.escape(word)
        note = re.sub(
            rf"牵头(?:单位)?[:：是为]?\s*{name}|(?:{name}[、，, ]*)?{name}(?:来|负责)?牵头|{name}", " ", note
        )
    task = re.sub(r"\s+", " ", note).strip(IDLE)
    rest = WITHIN.sub("", task)
    for moment in find_moments(fold(rest), turn.now):
        rest = rest.replace(rest[moment.start : moment.end], " ", 1)
        break
    return "" if ONLY_DUE.fullmatch(rest.strip(IDLE)) else task


def _answered(turn: Turn, case: Case, *, is_return: bool) -> Reply:
    waiting = units_waited_for(turn.db, case)
    return Reply(wording.answered_in_group(case, waiting, is_return=is_return))
