"""What a resident can say to the Official Account."""

from dataclasses import replace

from handlers import drafts, replies
from handlers.cases.opening import CaseOpened, attach, locate_case
from handlers.conversation import Move, move, settle
from handlers.drafts import Draft, kept_draft, open_draft, open_silent_draft, owner_text
from handlers.messages import MessageKind
from handlers.notices import estate_of
from handlers.places import estate_chosen, estate_meant, estate_named, home_community
from handlers.turn import Doubt, Reply, Router, Turn, is_expired
from nlp.reading import Intent, Kind
from storage import cases as case_rows
from storage import organization, people
from storage.models.cases import OPEN_STATUSES, AttachmentKind, Case, CaseStatus
from storage.models.conversations import Step
from storage.models.organization import Estate
from storage.models.people import Role

LISTED = 5  # own cases in one answer
OWN_CASES_SEARCHED = 200  # how far back a number is looked for among the speaker's own cases

PLACE_WITH_LITTLE_MORE = 2  # characters beside the place: 在, 。
YES = frozenset({"1", "是", "是的", "登记", "要", "对", "嗯"})
NO = frozenset({"2", "不是", "不用", "不", "不登记", "算了", "没事"})

router = Router("resident", frozenset({Role.RESIDENT, Role.BUILDING_LEAD}))


@router.on(Kind.REPORT)
def report(turn: Turn) -> Reply:
    """枫桥苑33号楼5单元下水道堵了"""
    draft = drafts.draft_of(turn.reading, community_id=_community_id(turn))
    return _open_or_ask(turn, draft, estate_meant(turn.estates, turn.reading.location, turn.person))


@router.on(Kind.FEEDBACK_NEGATIVE)
def still_there(turn: Turn) -> Reply:
    """还在漏，没修好 — a new case at the place of the one that was settled last, unless another is named."""
    own = case_rows.cases_of_person(turn.db, turn.person.id, limit=LISTED)
    settled = next((case for case in own if case.status is CaseStatus.RESOLVED), None)
    if settled is None or settled.estate_id is None or turn.reading.location is not None:
        return report(turn)
    draft = drafts.draft_again(settled, turn.reading)
    estate = organization.estate_by_id(turn.db, settled.estate_id)
    return _open_or_ask(turn, draft, estate)


@router.on(Kind.EMERGENCY)
def emergency(turn: Turn) -> Reply:
    """家里有煤气味 — opens at once; the place is asked for afterwards."""
    draft = drafts.draft_of(turn.reading, community_id=_community_id(turn))
    estate = estate_meant(turn.estates, turn.reading.location, turn.person)
    opened = open_draft(turn.db, turn.person, draft, estate, now=turn.now, rules=turn.rules)
    if estate is None:
        waiting = replace(draft, case_id=opened.case.id)
        _await_place(turn, waiting)
    return Reply(replies.emergency_opened(_opened_text(turn, opened), place_is_known=estate is not None))


@router.on(Step.AWAITING_PLACE)
def place_given(turn: Turn) -> Reply | None:
    """枫桥苑3号楼2单元, or a number from the list; anything else is kept, and asked for only once."""
    if is_expired(turn):
        open_silent_draft(turn.db, turn.conversation, now=turn.now, rules=turn.rules)
        return None
    draft = kept_draft(turn.conversation)
    if draft is None:
        settle(turn.db, turn.conversation)
        return None
    if _is_for_another_purpose(turn, draft):
        return None
    estate = estate_chosen(turn.estates, turn.message.text) if draft.has_asked_estate else None
    if estate is None:
        draft = drafts.with_location(draft, turn.reading)
        estate = estate_meant(turn.estates, turn.reading.location, turn.person)
    if estate is None and turn.reading.kind in (Kind.GREETING, Kind.THANKS):
        return Reply(replies.STILL_WAITING)
    return _complete(turn, draft, estate)


@router.on(Doubt.UNSURE)
def ask_whether_to_register(turn: Turn) -> Reply:
    """东门口那家店天天这样 — asked, never guessed; a bare place is asked what is the matter there."""
    location = turn.reading.location
    if location is not None and len(turn.reading.text.strip()) <= len(location.text) + PLACE_WITH_LITTLE_MORE:
        return Reply(replies.ASK_WHAT.format(place=location.text))
    draft = drafts.draft_of(turn.reading, community_id=_community_id(turn))
    until = turn.now + turn.rules.draft_lifetime
    move(turn.db, turn.conversation, Move.ASK_WHETHER, draft=draft.as_json(), expires_at=until)
    return Reply(replies.ASK_WHETHER)


@router.on(Step.CONFIRMING_REPORT)
def register_or_not(turn: Turn) -> Reply | None:
    """1 or 登记 registers; 2 or 不用 does not; anything else is a new message."""
    said = turn.message.text.strip().rstrip("。.!！")
    draft = kept_draft(turn.conversation)
    if draft is None or is_expired(turn) or turn.message.kind is not MessageKind.TEXT or said not in YES | NO:
        settle(turn.db, turn.conversation)
        return None
    if said in NO:
        settle(turn.db, turn.conversation)
        return Reply(replies.DRAFT_DROPPED)
    reading_estate = estate_named(turn.estates, draft.estate, turn.person)
    reply = _open_or_ask(turn, draft, reading_estate)
    if reading_estate is not None:
        settle(turn.db, turn.conversation)
    return reply


@router.on(Intent.WITHDRAW)
def drop_draft(turn: Turn) -> Reply:
    """算了"""
    if turn.conversation.step is not Step.AWAITING_PLACE:
        return Reply(replies.NOTHING_TO_DROP.format(phone=_phone(turn)))
    draft = kept_draft(turn.conversation)
    settle(turn.db, turn.conversation)
    if draft is not None and draft.case_id is not None:
        return Reply(replies.NOTHING_TO_DROP.format(phone=_phone(turn)))
    return Reply(replies.DRAFT_DROPPED)


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


@router.on(Kind.THANKS, Kind.FEEDBACK_POSITIVE)
def thanks(turn: Turn) -> Reply:
    """谢谢"""
    return Reply(replies.THANKS)


@router.on(Kind.QUESTION)
def question(turn: Turn) -> Reply:
    """装修几点到几点可以施工？"""
    return Reply(replies.QUESTION.format(phone=_phone(turn)))


@router.on(MessageKind.IMAGE, MessageKind.VIDEO)
def photo(turn: Turn) -> Reply:
    """A photo joins the speaker's newest open case; without one, words are asked for."""
    return _attachment(turn, replies.PHOTO_NEEDS_WORDS)


@router.on(MessageKind.VOICE)
def voice(turn: Turn) -> Reply:
    """A voice message joins the newest open case too; it cannot be understood."""
    return _attachment(turn, replies.VOICE_NEEDS_WORDS)


@router.on(MessageKind.UNSUBSCRIBE, MessageKind.SILENT, MessageKind.ENTER_CHAT)
def silent(turn: Turn) -> Reply:
    """Events that await no answer."""
    return Reply()


@router.on(MessageKind.LOCATION, MessageKind.LINK, MessageKind.FILE, MessageKind.UNKNOWN)
def not_understood(turn: Turn) -> Reply:
    """What the bot cannot read is answered politely; the receipt keeps it."""
    return Reply(replies.NOT_UNDERSTOOD)


def _open_or_ask(turn: Turn, draft: Draft, estate: Estate | None) -> Reply:
    if estate is None:
        return _ask(turn, draft)
    opened = open_draft(turn.db, turn.person, draft, estate, now=turn.now, rules=turn.rules)
    return Reply(_opened_text(turn, opened))


def _ask(turn: Turn, draft: Draft) -> Reply:
    """One question: where; or which estate, when the building was said already."""
    if draft.building is None:
        _await_place(turn, draft)
        return Reply(replies.ASK_PLACE)
    _await_place(turn, replace(draft, has_asked_estate=True))
    return Reply(replies.ask_estate([each.name for each in turn.estates]))


def _complete(turn: Turn, draft: Draft, estate: Estate | None) -> Reply:
    """The answer completes the case; without an estate even now it goes to the desk, never asked twice."""
    if estate is None and draft.building is not None and not draft.has_asked_estate:
        return _ask(turn, draft)
    settle(turn.db, turn.conversation)
    if draft.case_id is None:
        opened = open_draft(turn.db, turn.person, draft, estate, now=turn.now, rules=turn.rules)
    else:
        opened = locate_case(turn.db, turn.person, draft.case_id, draft.place(estate), now=turn.now)
    return Reply(_opened_text(turn, opened))


def _await_place(turn: Turn, draft: Draft) -> None:
    until = turn.now + turn.rules.draft_lifetime
    move(turn.db, turn.conversation, Move.ASK_PLACE, draft=draft.as_json(), expires_at=until)


def _is_for_another_purpose(turn: Turn, draft: Draft) -> bool:
    """Whether the message is no answer to the question: a photo, 查, 算了, an emergency, another report.

    When the case is open already, an urgent sentence that names a place is that case's answer.
    """
    if turn.message.kind not in (MessageKind.TEXT, MessageKind.LOCATION):
        return True
    is_command = turn.reading.intent in (Intent.WITHDRAW, Intent.QUERY, Intent.CONTACT_CARD, Intent.HELP)
    if draft.case_id is None:
        return is_command or turn.reading.kind is Kind.EMERGENCY
    is_elsewhere = turn.reading.location is None or turn.reading.location.estate is None
    return is_command or turn.reading.kind is Kind.REPORT or is_elsewhere


def _attachment(turn: Turn, otherwise: str) -> Reply:
    kinds = {
        MessageKind.IMAGE: AttachmentKind.PHOTO,
        MessageKind.VIDEO: AttachmentKind.VIDEO,
        MessageKind.VOICE: AttachmentKind.VOICE,
    }
    own = case_rows.cases_of_person(turn.db, turn.person.id, limit=LISTED)
    case = next((each for each in own if each.status in OPEN_STATUSES), None)
    if case is None:
        return Reply(otherwise)
    media_id = str(turn.message.payload.get("media_id", ""))
    attach(turn.db, turn.person, case, kind=kinds[turn.message.kind], media_id=media_id, now=turn.now)
    return Reply(replies.ATTACHED.format(label=case.label))


def _opened_text(turn: Turn, opened: CaseOpened) -> str:
    return replies.case_opened(opened.case, opened.estate, owner_text(turn.db, opened))


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
