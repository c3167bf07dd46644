"""What anybody may say to an invitation and at the door, whichever way they write to us."""

from collections.abc import Mapping
from typing import Any

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.consultation.telling import RESIDENTS
from handlers.errors.invitations import CodeMissing, MeetingNotNamed, NotNowAtTheDoor, OnlyAtTheDesk
from handlers.meetings.answering import Answer, Answered, answer_invitation
from handlers.meetings.attendance import CheckedIn, check_in, check_in_for, has_open_door
from handlers.meetings.choosing import meeting_answered, voice_of
from handlers.meetings.opinions import give_opinion, read_opinions
from handlers.meetings.turnout import attendance_of, who_comes
from handlers.replies import invitations as texts
from handlers.replies.formats import meeting_time
from handlers.replies.turnout import attendance_text, who_comes_text
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction
from storage import cases as case_rows
from storage import invitations as invitation_rows
from storage import meetings as meeting_rows
from storage import organization


def join(turn: Turn) -> Reply | None:
    """参加 议事会5 2人"""
    people = _args(turn).get("people")
    return _answer(turn, Answer(True, people if isinstance(people, int) else 1))


def decline(turn: Turn) -> Reply | None:
    """请假 议事会5 加班; 去不了，但是我觉得应该物业出钱 is an opinion too"""
    opinion = str(_args(turn).get("opinion") or "")
    reply = _answer(
        turn, Answer(False, reason=str(_args(turn).get("reason") or "")), has_opinion=bool(opinion)
    )
    given = opine(turn) if reply and opinion else None
    return Reply(f"{reply.text}\n{given.text}") if reply and given else reply


def opine(turn: Turn) -> Reply | None:
    """意见 议事会5：先修东门"""
    given = give_opinion(
        turn.db,
        turn.person,
        _number(turn),
        words=str(_args(turn).get("words") or _args(turn).get("opinion") or ""),
        community=turn.community,
        now=turn.now,
    )
    return Reply(_named(turn, texts.opinion_taken(given.meeting, count=given.count))) if given else None


def show_opinions(turn: Turn) -> Reply:
    """意见 议事会5 第2页"""
    if not _is_among_staff(turn):
        raise OnlyAtTheDesk("看意见")
    page = _args(turn).get("page")
    found = read_opinions(
        turn.db, turn.person, _meant(turn, "意见 议事会5"), page=page if isinstance(page, int) else 1
    )
    return Reply(texts.opinions_listed(found.meeting, found.rows, found.words, page=found.page))


def show_who_comes(turn: Turn) -> Reply:
    """报名 议事会5, 报名情况 议事会5"""
    number = _meant(turn, "报名情况 议事会5")
    found = who_comes(turn.db, turn.person, number, community=turn.community, is_alone=_is_among_staff(turn))
    return Reply(who_comes_text(found))


def show_attendance(turn: Turn) -> Reply:
    """到会 议事会5"""
    number = _meant(turn, "到会 议事会5")
    found = attendance_of(
        turn.db, turn.person, number, community=turn.community, is_alone=_is_among_staff(turn)
    )
    return Reply(attendance_text(found))


def enter(turn: Turn) -> Reply | None:
    """签到 4821; `None` when it may be meant for something else than a meeting."""
    code, number = str(_args(turn).get("code") or ""), _number(turn)
    if not code:
        return _ask_for_code(turn)
    found = check_in(turn.db, turn.person, code, number=number, community=turn.community, now=turn.now)
    if isinstance(found, CheckedIn):
        told = texts.checked_in_text(
            found.meeting, who=_who(turn, found), is_again=found.is_again, is_new=found.is_new
        )
        return Reply(told)
    is_resident = turn.person.role in RESIDENTS
    numbered = case_rows.case_numbered(turn.db, community_id=turn.community.id, number=int(code))
    if found is None:
        _ensure_door_of(turn, number)
        is_bare = bool(_args(turn).get("is_bare"))
        return None if is_bare or (not is_resident and numbered is not None) else turn.say("no_open_door")
    if not is_resident and numbered is not None:
        return None  # 签到 1023: somebody who was whistled is there
    return Reply(_named(turn, texts.code_wrong(found.tries_left)))


def enter_for(turn: Turn) -> Reply:
    """代签到 议事会5 王大妈、李大爷"""
    given = _args(turn).get("names")
    names = [str(each) for each in given] if isinstance(given, list) else []
    done = check_in_for(turn.db, turn.person, _number(turn), names=names, now=turn.now)
    return Reply(texts.entered_text(done.meeting, entered=done.entered, again=done.again, guests=done.guests))


def tell_meeting(turn: Turn) -> Reply | None:
    """几点开, 在哪里开会, 周六可以吗: asked by who is invited to a meeting ahead; `None` of anybody else."""
    voice, number = voice_of(turn.db, turn.person), _number(turn)
    found = invitation_rows.meetings_ahead_of(
        turn.db,
        turn.community.id,
        now=turn.now,
        person_id=voice.person_id,
        unit_id=voice.unit_id,
        group_ids=voice.group_ids,
    )
    meant = [each for each in found if each.number == number] or found
    return Reply(texts.ahead_text(meant)) if meant else None


SAID = {
    TableAction.JOIN: join,
    TableAction.DECLINE: decline,
    TableAction.OPINION: opine,
    TableAction.MEETING_ASKED: tell_meeting,
    TableAction.OPINIONS: show_opinions,
    TableAction.WHO_COMES: show_who_comes,
    TableAction.CHECK_IN: enter,
    TableAction.CHECK_IN_FOR: enter_for,
    TableAction.ATTENDANCE: show_attendance,
}


def answered_reply(turn: Turn, done: Answered, *, has_opinion: bool = False) -> str:
    """What whoever answered reads, by name where others read along."""
    told = texts.answered_text(
        done.meeting, done.invitation, position=done.position, was=done.was, has_opinion=has_opinion
    )
    return _named(turn, told)


def _answer(turn: Turn, answer: Answer, *, has_opinion: bool = False) -> Reply | None:
    done = answer_invitation(
        turn.db,
        turn.person,
        _number(turn),
        answer=answer,
        community=turn.community,
        now=turn.now,
        rules=turn.rules,
    )
    return Reply(answered_reply(turn, done, has_opinion=has_opinion)) if done else None


def _ask_for_code(turn: Turn) -> Reply | None:
    """签到 alone is answered where somebody can check in."""
    _ensure_door_of(turn, _number(turn))
    if has_open_door(turn.db, turn.community.id, now=turn.now):
        raise CodeMissing
    return None


def _ensure_door_of(turn: Turn, number: int | None) -> None:
    """The meeting that was named can be checked in to; `NotNowAtTheDoor` else."""
    meeting = meeting_rows.meeting_numbered(turn.db, turn.community.id, number) if number else None
    if meeting is None or has_open_door(turn.db, turn.community.id, number=number, now=turn.now):
        return
    is_over = meeting.starts_at is None or meeting.starts_at < turn.now
    raise NotNowAtTheDoor(meeting.number, meeting_time(meeting), is_over=is_over)


def _who(turn: Turn, found: CheckedIn) -> str:
    """A resident is not told their own name, nor anything that others would call them."""
    return "您" if turn.person.role in RESIDENTS else found.who


def _meant(turn: Turn, example: str) -> int:
    """The number that was said, else that of the only meeting this can be."""
    number = _number(turn)
    if number is not None:
        return number
    found = meeting_answered(
        turn.db,
        turn.person,
        None,
        community=turn.community,
        is_joining=True,
        example=example.replace("5", "{number}"),
        now=turn.now,
    )
    if found is None:
        raise MeetingNotNamed(example)
    return found.number


def _is_among_staff(turn: Turn) -> bool:
    """Whether nobody but staff reads the answer: one to one, or at the desk."""
    if not turn.message.chat:
        return True
    desk = organization.desk_group(turn.db, turn.community.id)
    return desk is not None and desk.chat_id == turn.message.chat


def _named(turn: Turn, text: str) -> str:
    is_answer_in_group = bool(turn.message.chat) and turn.person.role not in COMMUNITY_ROLES
    return f"{turn.person.name}：{text}" if is_answer_in_group and turn.person.name else text


def _number(turn: Turn) -> int | None:
    return turn.table_word.number if turn.table_word else None


def _args(turn: Turn) -> Mapping[str, Any]:
    return turn.table_word.args if turn.table_word else {}
