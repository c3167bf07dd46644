"""What a resident can say to the Official Account."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from handlers import asking, drafts, replies
from handlers.cases.opening import CaseOpened, attach, supplement_case
from handlers.conversation import Move, move, settle
from handlers.drafts import Draft, kept_draft, open_draft, open_silent_draft, owner_text
from handlers.messages import MessageKind
from handlers.notices import estate_of
from handlers.places import estate_chosen, estate_meant, estate_named, home_community, names_somewhere
from handlers.turn import Doubt, Reply, Router, Turn, is_expired
from nlp.reading import Intent, Kind
from storage import cases as case_rows
from storage import organization, people
from storage.models.cases import AttachmentKind, Case, CaseStatus, Urgency
from storage.models.conversations import Step
from storage.models.organization import Estate
from storage.models.people import Role

LISTED = 5  # own cases in one answer
OWN_CASES_SEARCHED = 200  # how far back a number is looked for among the speaker's own cases
ATTACHED_WITHIN = timedelta(days=1)  # after the report; later photos may be of anything
YES = frozenset({"1", "是", "是的", "登记", "要", "对", "嗯"})
NO = frozenset({"2", "不是", "不用", "不", "不登记", "算了", "没事"})
SMALL_TALK = frozenset({Kind.GREETING, Kind.THANKS, Kind.CHAT, Kind.AD_SPAM, Kind.QUESTION})
COMMANDS = frozenset({Intent.WITHDRAW, Intent.QUERY, Intent.CONTACT_CARD, Intent.HELP, Intent.HUMAN})
ATTACHMENTS = {
    MessageKind.IMAGE: AttachmentKind.PHOTO,
    MessageKind.VIDEO: AttachmentKind.VIDEO,
    MessageKind.VOICE: AttachmentKind.VOICE,
}

MORE_OF_IT: Final = frozenset({Kind.EMERGENCY, Kind.PROGRESS_QUERY, Kind.FEEDBACK_NEGATIVE})
GENERAL: Final = "general"  # the subcategory of what nothing more is known of

router = Router("resident", frozenset({Role.RESIDENT, Role.BUILDING_LEAD}))


@router.on(Kind.REPORT)
def report(turn: Turn) -> Reply:
    """枫桥苑33号楼5单元下水道堵了"""
    draft = drafts.draft_of(turn.reading, community_id=_community_id(turn))
    return asking.open_or_ask(turn, draft, estate_meant(turn.estates, turn.reading.location, turn.person))


@router.on(Kind.FEEDBACK_NEGATIVE)
def still_there(turn: Turn) -> Reply:
    """还在漏，没修好 — a new case at the place of the one that was settled last, unless another is named."""
    own = case_rows.cases_of_person(turn.db, turn.person.id, limit=LISTED)
    settled = next((case for case in own if case.status is CaseStatus.RESOLVED), None)
    location = turn.reading.location
    if settled is None or settled.estate_id is None or (location is not None and location.is_somewhere):
        return _tell_handlers(turn) or report(turn)
    draft = drafts.draft_again(settled, turn.reading)
    return asking.open_or_ask(turn, draft, organization.estate_by_id(turn.db, settled.estate_id))


@router.on(Kind.EMERGENCY)
def emergency(turn: Turn) -> Reply:
    """家里有煤气味 — opens at once; the place is asked for afterwards."""
    waiting = kept_draft(turn.conversation) if turn.conversation.step is Step.AWAITING_PLACE else None
    if waiting is not None and waiting.case_id is None:  # what was asked about must not be forgotten over it
        open_draft(turn.db, turn.person, waiting, None, now=turn.now, rules=turn.rules)
        settle(turn.db, turn.conversation)
    draft = drafts.draft_of(turn.reading, community_id=_community_id(turn))
    estate = estate_meant(turn.estates, turn.reading.location, turn.person)
    opened = open_draft(turn.db, turn.person, draft, estate, now=turn.now, rules=turn.rules)
    if estate is None:
        asking.await_place(turn, replace(draft, case_id=opened.case.id))
    return Reply(replies.emergency_opened(opened.case, estate, owner_text(turn.db, opened)))


@router.on(Step.AWAITING_PLACE)
def place_given(turn: Turn) -> Reply | None:
    """枫桥苑3号楼2单元, or a number from the list; other words are kept, and asked for only once."""
    if is_expired(turn):
        open_silent_draft(turn.db, turn.conversation, now=turn.now, rules=turn.rules)
        return None
    draft = kept_draft(turn.conversation)
    if draft is None:
        settle(turn.db, turn.conversation)
        return None
    if turn.message.kind in ATTACHMENTS:
        return _attach_to_draft(turn, draft)
    return _answer_to_where(turn, draft)


def _answer_to_where(turn: Turn, draft: Draft) -> Reply | None:
    estate = estate_chosen(turn.estates, turn.message.text) if draft.has_asked_estate else None
    estate = estate or estate_meant(turn.estates, turn.reading.location, turn.person)
    if _is_for_another_purpose(turn, draft, estate):
        return None
    if draft.case_id is not None and estate is None and turn.reading.location is None:
        return _supplement_awaited(turn, draft.case_id)
    is_talk = turn.reading.kind in SMALL_TALK and not turn.reading.is_unsure
    if estate is None and is_talk and not names_somewhere(turn.reading):
        return Reply(replies.STILL_WAITING)
    return asking.complete(turn, drafts.with_location(draft, turn.reading), estate)


@router.on(Doubt.UNSURE)
def ask_whether_to_register(turn: Turn) -> Reply:
    """东门口天天这样 — asked, never guessed; a bare place is asked what is the matter there."""
    if asking.is_place_alone(turn):
        return asking.place_alone(turn)
    draft = drafts.draft_of(turn.reading, community_id=_community_id(turn))
    until = turn.now + turn.rules.draft_lifetime
    move(turn.db, turn.conversation, Move.ASK_WHETHER, draft=draft.as_json(), expires_at=until)
    return Reply(replies.ASK_WHETHER)


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
        return Reply(replies.DRAFT_DROPPED)
    draft = drafts.with_location(draft, turn.reading) if is_place else draft
    return asking.open_or_ask(turn, draft, estate_named(turn.estates, draft.estate, turn.person))


@router.on(Intent.WITHDRAW)
def call_off(turn: Turn) -> Reply:
    """算了 drops what is not registered yet; of a registered case those who have it are told."""
    draft = kept_draft(turn.conversation)
    if turn.conversation.step is Step.AWAITING_PLACE and draft is not None and draft.case_id is None:
        settle(turn.db, turn.conversation)
        return Reply(replies.DRAFT_DROPPED)
    return _tell_handlers(turn) or Reply(replies.NOTHING_TO_DROP.format(phone=_phone(turn)))


@router.on(Intent.CORRECT)
def correct_place(turn: Turn) -> Reply:
    """说错了，是34号楼 — the newest open case has its right place."""
    case = asking.newest_open_case(turn, turn.reading.case_number)
    if case is None:
        return report(turn) if turn.reading.opens_case else Reply(replies.NOT_UNDERSTOOD)
    if turn.reading.location is None:
        return _tell_handlers(turn) or Reply(replies.NOT_UNDERSTOOD)
    return asking.relocate(turn, case, asking.corrected(turn, case, turn.reading.location))


@router.on(Intent.QUERY, Kind.PROGRESS_QUERY)
def show_own_cases(turn: Turn) -> Reply:
    """查, 查 12, 到哪一步了"""
    cases = case_rows.cases_of_person(turn.db, turn.person.id, limit=OWN_CASES_SEARCHED)
    number = turn.reading.case_number
    if number is not None:
        cases = [case for case in cases if case.number == number][:1]
    if len(cases) == 1:
        return _detail(turn, cases[0])
    return Reply(replies.own_cases(cases[:LISTED]) if cases else replies.NO_CASES)


@router.on(Intent.CONTACT_CARD)
def contact_card(turn: Turn) -> Reply:
    """明白卡"""
    community = organization.community_by_id(turn.db, _community_id(turn))
    contacts = organization.contacts_of(turn.db, community.id, None)
    return Reply(replies.contact_card(community.name, community.phone, contacts))


@router.on(Kind.GREETING, Intent.HELP, MessageKind.SUBSCRIBE, MessageKind.SCAN, MessageKind.CLICK)
def welcome(turn: Turn) -> Reply:
    """你好, a first contact, a tap on the menu"""
    return Reply(replies.WELCOME)


@router.on(
    Intent.HUMAN,
    Intent.MY_DATA,
    Intent.DELETE_DATA,
    Intent.SECOND,
    Intent.JOIN,
    Intent.DECLINE,
    Intent.AGREE,
    Intent.PROPOSE,
)
def refer_to_community(turn: Turn) -> Reply:
    """转人工 and what else only people can do as yet"""
    return Reply(replies.ASK_COMMUNITY.format(phone=_phone(turn)))


@router.on(Kind.CHAT, Kind.AD_SPAM)
def small_talk(turn: Turn) -> Reply:
    """今天天气不错"""
    return Reply(replies.SMALL_TALK)


@router.on(Kind.FEEDBACK_POSITIVE)
def all_right_again(turn: Turn) -> Reply:
    """已经来水了，不用来了 — whoever still has the case is told."""
    return _tell_handlers(turn) or Reply(replies.THANKS)


@router.on(Kind.THANKS)
def thanks(turn: Turn) -> Reply:
    """谢谢"""
    return Reply(replies.THANKS)


@router.on(Kind.QUESTION)
def question(turn: Turn) -> Reply:
    """装修几点到几点可以施工？"""
    return Reply(replies.QUESTION.format(phone=_phone(turn)))


@router.on(MessageKind.IMAGE, MessageKind.VIDEO)
def photo(turn: Turn) -> Reply:
    """A photo joins the case reported last, within a day; without one, words are asked for."""
    return _attachment(turn, replies.PHOTO_NEEDS_WORDS)


@router.on(MessageKind.VOICE)
def voice(turn: Turn) -> Reply:
    """A voice message joins the case reported last too; it cannot be understood."""
    return _attachment(turn, replies.VOICE_NEEDS_WORDS)


@router.on(MessageKind.LOCATION)
def location_alone(turn: Turn) -> Reply:
    """A place on the map is read by its label."""
    return asking.place_alone(turn)


@router.on(MessageKind.UNSUBSCRIBE, MessageKind.SILENT, MessageKind.ENTER_CHAT)
def silent(turn: Turn) -> Reply:
    """Events that await no answer."""
    return Reply()


@router.on(MessageKind.LINK, MessageKind.FILE, MessageKind.UNKNOWN)
def not_understood(turn: Turn) -> Reply:
    """What the bot cannot read is answered politely; the receipt keeps it."""
    return Reply(replies.NOT_UNDERSTOOD)


def _is_for_another_purpose(turn: Turn, draft: Draft, estate: Estate | None) -> bool:
    """Whether the message is no answer to the question: 查, 算了, an emergency, a report of something else.

    When the case is open already, only a place or words that nothing else explains are its answer.
    """
    reading = turn.reading
    if turn.message.kind not in (MessageKind.TEXT, MessageKind.LOCATION) or reading.intent in COMMANDS:
        return True
    says_nothing_new = reading.subcategory == GENERAL and reading.location is None  # 麻烦快点好不好
    is_sure = reading.kind is Kind.REPORT and not reading.is_unsure and not says_nothing_new
    if draft.case_id is not None:
        is_place = estate is not None and not is_sure
        is_more = reading.kind in MORE_OF_IT or (reading.kind is Kind.REPORT and says_nothing_new)
        return not (is_place or reading.is_unsure or is_more)
    is_other = (reading.category, reading.subcategory) != (draft.category, draft.subcategory)
    return reading.kind is Kind.EMERGENCY or (is_sure and is_other and estate is not None)


def _supplement_awaited(turn: Turn, case_id: int) -> Reply:
    """More words on a case whose place is still missing; of an emergency the place is asked for again."""
    case = supplement_case(turn.db, turn.person, case_id, turn.message.text, now=turn.now)
    text = replies.SUPPLEMENTED.format(label=case.label)
    return Reply(f"{text}{replies.ASK_PLACE_NOW}" if case.urgency is Urgency.EMERGENCY else text)


def _tell_handlers(turn: Turn) -> Reply | None:
    """Those who have the speaker's newest open case read these words; `None` when there is no such case."""
    case = asking.newest_open_case(turn, turn.reading.case_number)
    if case is None:
        return None
    supplement_case(turn.db, turn.person, case.id, turn.message.text, now=turn.now)
    return Reply(replies.SUPPLEMENTED.format(label=case.label))


def _attach_to_draft(turn: Turn, draft: Draft) -> Reply:
    """What is sent while a question waits belongs to the report that is being asked about."""
    kind, media_id = ATTACHMENTS[turn.message.kind], str(turn.message.payload.get("media_id", ""))
    if draft.case_id is not None:
        case = case_rows.lock_case(turn.db, draft.case_id)
        attach(turn.db, turn.person, case, kind=kind, media_id=media_id, now=turn.now)
        return Reply(replies.ATTACHED.format(label=case.label))
    asking.await_place(turn, replace(draft, media=[*draft.media, [kind.value, media_id]]))
    return Reply(replies.PHOTO_KEPT)


def _attachment(turn: Turn, otherwise: str) -> Reply:
    case = asking.newest_open_case(turn)
    if case is None or turn.now - case.opened_at > ATTACHED_WITHIN:
        return Reply(otherwise)
    media_id = str(turn.message.payload.get("media_id", ""))
    attach(turn.db, turn.person, case, kind=ATTACHMENTS[turn.message.kind], media_id=media_id, now=turn.now)
    return Reply(replies.ATTACHED.format(label=case.label))


def _detail(turn: Turn, case: Case) -> Reply:
    estate = estate_of(turn.db, case)
    if case.handler_id:
        handler = people.person_by_id(turn.db, case.handler_id).name
    else:
        grid = organization.grid_by_id(turn.db, case.grid_id) if case.grid_id else None
        handler = owner_text(turn.db, CaseOpened(case, grid, estate))
    return Reply(replies.case_detail(case, estate, handler))


def _community_id(turn: Turn) -> int:
    return home_community(turn.communities, turn.person).id


def _phone(turn: Turn) -> str:
    return home_community(turn.communities, turn.person).phone
