"""The reporter answers what was asked: the next words, or a photo, after the question came."""

from collections.abc import Sequence
from typing import Final

from handlers.cases.attaching import attach, sent_of
from handlers.cases.locating import supplement_case
from handlers.cases.waiting import answer_question
from handlers.conversation import Move, move, settle
from handlers.messages import MessageKind
from handlers.notices.reaching import estate_of
from handlers.resident.router import router
from handlers.turn import Reply, Turn, is_expired
from nlp.reading import Intent, Kind
from storage import cases as case_rows
from storage.models.attachments import AttachmentKind
from storage.models.cases import OPEN_STATUSES, Case, CaseStatus
from storage.models.conversations import Step

GENERAL: Final = "general"  # the subcategory of what nothing more is known of
SEARCHED: Final = 20  # of the speaker's newest cases
ANSWERS: Final = (  # what can be an answer; taps, scans and the like cannot
    MessageKind.TEXT,
    MessageKind.IMAGE,
    MessageKind.VOICE,
    MessageKind.VIDEO,
    MessageKind.LOCATION,
)
SHOWN: Final = {
    AttachmentKind.PHOTO: "（发来照片）",
    AttachmentKind.VIDEO: "（发来视频）",
    AttachmentKind.VOICE: "（发来语音）",
    AttachmentKind.LOCATION: "（发来位置）",
}


@router.on(Step.AWAITING_ANSWER)
def answer(turn: Turn) -> Reply | None:
    """具体是 3 单元 501 — unless it is plainly something else; then the question goes on waiting."""
    draft = turn.conversation.draft or {}
    asked = _still_open(turn, draft.get("cases", []))
    if not asked or is_expired(turn):
        settle(turn.db, turn.conversation)
        return None
    if is_for_another_purpose(turn, asked[0]):
        return None
    _await_others(turn, asked)
    return take_answer(turn, asked[0])


def answer_late(turn: Turn) -> Reply | None:
    """The words answer a question that came while the talk was busy; `None` when none waits."""
    own = case_rows.cases_of_person(turn.db, turn.person.id, limit=SEARCHED)
    waiting = next((case for case in own if case.status is CaseStatus.WAITING), None)
    if waiting is None or is_for_another_purpose(turn, waiting):
        return None
    return take_answer(turn, waiting)


def take_answer(turn: Turn, case: Case) -> Reply:
    """What was said or sent stands with the case, which goes on; a second answer is passed on too."""
    sent = sent_of(turn.message)
    if sent is not None:
        attach(turn.db, turn.person, case, sent, now=turn.now)
    words = turn.message.text.strip() or (SHOWN[sent.kind] if sent is not None else "")
    if case.status is CaseStatus.WAITING:
        answer_question(turn.db, turn.person, case.id, words, now=turn.now, rules=turn.rules)
    else:
        supplement_case(turn.db, turn.person, case.id, words, now=turn.now)
    return turn.say("answer_passed_on", label=case.label)


def is_for_another_purpose(turn: Turn, case: Case) -> bool:
    """Whether the message is no answer: a command, an emergency, a sure report of something elsewhere."""
    reading = turn.reading
    if turn.message.kind is not MessageKind.TEXT:
        return turn.message.kind not in ANSWERS
    if reading.intent is Intent.EVALUATE and turn.message.text.strip().isdecimal():
        return _was_resolved_since(turn, case)  # 5: people, or points?
    if reading.kind is Kind.EMERGENCY or reading.intent is not Intent.NONE:
        return True
    if reading.kind is not Kind.REPORT or reading.is_unsure or reading.subcategory == GENERAL:
        return False
    return reading.category != case.category or _is_elsewhere(turn, case)


def _still_open(turn: Turn, ids: Sequence[int]) -> list[Case]:
    """The cases that were asked about, or what they were merged into; those that still wait come first."""
    found = [case_rows.standing_for(turn.db, case_rows.case_by_id(turn.db, each)) for each in ids]
    running = [case for case in found if case.status in OPEN_STATUSES]
    return sorted(running, key=lambda case: case.status is not CaseStatus.WAITING)


def _is_elsewhere(turn: Turn, case: Case) -> bool:
    location, estate = turn.reading.location, estate_of(turn.db, case)
    if location is None:
        return False
    is_other_estate = estate is not None and location.estate not in (None, estate.name)
    is_other_building = case.building is not None and location.building not in (None, case.building)
    return is_other_estate or is_other_building


def _was_resolved_since(turn: Turn, case: Case) -> bool:
    own = case_rows.cases_of_person(turn.db, turn.person.id, limit=SEARCHED)
    settled = [each.resolved_at for each in own if each.status is CaseStatus.RESOLVED and each.resolved_at]
    return any(case.paused_at is None or moment >= case.paused_at for moment in settled)


def _await_others(turn: Turn, asked: list[Case]) -> None:
    """A question about another case goes on waiting."""
    others = [each.id for each in asked[1:] if each.status is CaseStatus.WAITING]
    if not others:
        settle(turn.db, turn.conversation)
        return
    until = turn.conversation.expires_at
    move(turn.db, turn.conversation, Move.AWAIT_ANSWER, draft={"cases": others}, expires_at=until)
