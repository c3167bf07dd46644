"""What becomes a case: reports, emergencies, and the answers to what was asked about them."""

from dataclasses import replace
from typing import Final

from handlers.cases.attaching import Sent, attach, sent_of
from handlers.cases.locating import supplement_case
from handlers.conversation import Move, move, settle
from handlers.emergency_contacts import whom_to_call
from handlers.messages import MessageKind
from handlers.places import estate_chosen, estate_meant, estates_offered, names_somewhere
from handlers.replies import residents
from handlers.resident import again, answering, asking, choosing_category, drafts
from handlers.resident.drafts import Draft, kept_draft, open_silent_draft, owner_text
from handlers.resident.router import router
from handlers.turn import Doubt, Reply, Turn, is_expired
from nlp.reading import Intent, Kind
from storage import cases as case_rows
from storage.models.cases import Urgency
from storage.models.conversations import Step
from storage.models.organization import Estate

SEARCHED = 5  # of the speaker's newest cases
YES: Final = frozenset({"1", "是", "是的", "登记", "要", "对", "嗯"})
NO: Final = frozenset({"2", "不是", "不用", "不", "不登记", "算了", "没事"})
SMALL_TALK: Final = frozenset({Kind.GREETING, Kind.THANKS, Kind.CHAT, Kind.AD_SPAM, Kind.QUESTION})
NO_COMMANDS: Final = frozenset(
    {Intent.NONE, Intent.CORRECT, Intent.RESIDE, Intent.AGREE, Intent.JOIN}
)  # may say where
MORE_OF_IT: Final = frozenset({Kind.EMERGENCY, Kind.PROGRESS_QUERY, Kind.FEEDBACK_NEGATIVE})
GENERAL: Final = "general"  # the subcategory of what nothing more is known of


@router.on(Kind.REPORT)
def report(turn: Turn) -> Reply:
    """枫桥苑33号楼5单元下水道堵了"""
    return asking.report(turn)


@router.on(Kind.EMERGENCY)
def emergency(turn: Turn) -> Reply:
    """家里有煤气味 — opens at once, the place is asked afterwards; 快点啊 belongs to the one just told of."""
    more = again.of_emergency(turn)
    if more is not None:
        return more
    asking.release_draft(turn)  # what was asked about must not be forgotten over it
    draft, estate = asking.draft_and_estate(turn)
    opened = asking.register(turn, draft, estate)
    if estate is None:
        asking.await_place(turn, replace(draft, case_id=opened.case.id))
    contact = whom_to_call(turn.db, opened.case)
    told = residents.emergency_opened(opened.case, estate, owner_text(turn.db, opened), contact=contact)
    return Reply("\n".join([told, turn.say("home_assumed").text]) if draft.is_home else told)


@router.on(Step.AWAITING_PLACE)
def place_given(turn: Turn) -> Reply | None:
    """枫桥苑3号楼2单元, or a number from the list; other words are kept, and asked for only once."""
    if is_expired(turn):
        open_silent_draft(turn.db, turn.conversation, now=turn.now, rules=turn.rules, read=turn.read)
        return None
    draft = kept_draft(turn.conversation)
    if draft is None or asking.is_over(turn, draft):
        settle(turn.db, turn.conversation)
        return None
    sent = sent_of(turn.message)
    if sent is not None and turn.message.kind is not MessageKind.LOCATION:
        return _attach_to_draft(turn, draft, sent)
    return _answer_to_where(turn, draft)


def _answer_to_where(turn: Turn, draft: Draft) -> Reply | None:
    offered = estates_offered(turn.estates, turn.person) if draft.has_asked_estate else []
    estate = estate_chosen(offered, turn.message.text)
    estate = estate or estate_meant(turn.estates, turn.reading.location, turn.person)
    if _is_for_another_purpose(turn, draft, estate):
        return None
    if draft.case_id is not None and estate is None and turn.reading.location is None:
        return _supplement_awaited(turn, draft.case_id)
    is_talk = turn.reading.kind in SMALL_TALK and not turn.reading.is_unsure
    if estate is None and is_talk and not names_somewhere(turn.reading):
        return turn.say("still_waiting")
    return asking.complete(turn, drafts.with_location(draft, turn.reading), estate)


@router.on(Doubt.UNSURE)
def ask_whether_to_register(turn: Turn) -> Reply:
    """东门口天天这样 — asked, never guessed; a bare place is asked what is the matter there."""
    late = answering.answer_late(turn)
    if late is not None:
        return late
    if asking.is_place_alone(turn):
        return asking.place_alone(turn)
    draft, _ = asking.draft_and_estate(turn)
    categories = choosing_category.offered(turn.reading) if turn.reading.kind is Kind.REPORT else []
    if categories:
        return choosing_category.ask(turn, draft, categories)
    asking.release_draft(turn)
    until = turn.now + turn.rules.draft_lifetime
    move(turn.db, turn.conversation, Move.ASK_WHETHER, draft=draft.as_json(), expires_at=until)
    return turn.say("ask_whether")


@router.on(Step.CONFIRMING_REPORT)
def register_or_not(turn: Turn) -> Reply | None:
    """1, 登记 or a place registers; 2 or 不用 does not; anything else is a new message."""
    said = turn.message.text.strip().rstrip("。.!！")
    draft = kept_draft(turn.conversation)
    is_place = asking.is_place_alone(turn)
    is_answer = turn.message.kind is MessageKind.TEXT and (is_place or said in YES | NO)
    if draft is None or is_expired(turn) or not is_answer:
        settle(turn.db, turn.conversation)
        return None
    settle(turn.db, turn.conversation)
    if said in NO:
        return turn.say("draft_dropped")
    draft = drafts.with_location(draft, turn.reading) if is_place else draft
    return asking.open_or_ask(turn, draft, asking.estate_of_draft(turn, draft))


def _is_for_another_purpose(turn: Turn, draft: Draft, estate: Estate | None) -> bool:
    """Whether the message is no answer to the question: 查, 算了, an emergency, a report of something else.

    When the case is open already, only a place or words that nothing else explains are its answer.
    """
    reading = turn.reading
    is_choice = draft.has_asked_estate and turn.message.text.strip().isdecimal()  # not a rating
    is_command = reading.intent not in NO_COMMANDS and not is_choice
    if turn.message.kind not in (MessageKind.TEXT, MessageKind.LOCATION) or is_command:
        return True
    if reading.is_abusive:
        return True
    says_nothing_new = reading.subcategory == GENERAL and reading.location is None  # 麻烦快点好不好
    is_sure = reading.kind is Kind.REPORT and not reading.is_unsure and not says_nothing_new
    if reading.is_confidential:
        return True
    if draft.case_id is not None:
        is_place = estate is not None and not is_sure and asking.is_hardly_more_than_a_place(turn)
        is_more = reading.kind in MORE_OF_IT or (reading.kind is Kind.REPORT and says_nothing_new)
        return not (is_place or (not _is_elsewhere(turn) and (reading.is_unsure or is_more)))
    is_other = (reading.category, reading.subcategory) != (draft.category, draft.subcategory)
    return reading.kind is Kind.EMERGENCY or (is_sure and is_other and estate is not None)


def _is_elsewhere(turn: Turn) -> bool:
    """Whether the words name a place of their own, with more than the place."""
    location = turn.reading.location
    return location is not None and location.is_address


def _supplement_awaited(turn: Turn, case_id: int) -> Reply:
    """More words on a case whose place is still missing; of an emergency the place is asked for again."""
    case = supplement_case(turn.db, turn.person, case_id, turn.message.text, now=turn.now)
    told = turn.say("supplemented", label=case.label)
    if case.urgency is not Urgency.EMERGENCY:
        return told
    return Reply(told.text + turn.say("ask_place_now").text)


def _attach_to_draft(turn: Turn, draft: Draft, sent: Sent) -> Reply:
    """What is sent while a question waits belongs to the report that is being asked about."""
    if draft.case_id is not None:
        case = case_rows.lock_case(turn.db, draft.case_id)
        attach(turn.db, turn.person, case, sent, now=turn.now)
        return turn.say("attached", label=case.label)
    asking.await_place(turn, replace(draft, media=[*draft.media, sent.as_list()]))
    return turn.say("photo_kept")
