"""What happens to one message inside its transaction."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.channels.answers import Answer
from bot.channels.group_texts import DOUBTFUL
from bot.channels.parts import split_text
from handlers import routing
from handlers.broadcasts.mass_results import is_mass_result, note_mass_result
from handlers.cases.alike import Read
from handlers.errors import UnknownSpeaker, UserError
from handlers.groups import learn_group
from handlers.messages import IncomingMessage, MessageKind
from handlers.notices.opening import tell_unhandled
from handlers.questions import AnswerTable
from handlers.replies import say
from handlers.replies.formats import without_call
from handlers.resident.first_contact import introduced
from handlers.residents_groups import in_step
from handlers.rules import Rules
from handlers.turn import Turn
from nlp.commands import Command
from nlp.consultation import TableWord
from nlp.desk_words import DeskWord
from nlp.reading import Kind, Reading
from storage import bursts, conversations, homes, outbox, people
from storage.models.conversations import AnswerRoute, Conversation, Outcome, Receipt
from storage.models.organization import Community, Estate
from storage.models.outbox import Channel, Priority
from storage.models.people import Person
from storage.outbox import Address, Posting
from storage.writers import is_failure, savepoint

log = logging.getLogger(__name__)

WECOM = "wecom"  # the channel under which identities keep WeCom user ids
PASSIVE_BYTES = {  # WECHAT 1.7, 3.3, 3.6
    Channel.OFFICIAL_ACCOUNT: 2048,
    Channel.WECOM_APP: 2048,
    Channel.WECOM_ROBOT: 20480,
}
WAITED_PART = -1  # of an answer's outbox keys, when the message had to wait
LATE_PART = 0  # of an answer's outbox keys; what did not fit into the response counts from 1
EVENTS = frozenset({MessageKind.SILENT, MessageKind.GROUP_CHANGED})  # nobody said anything
UNSEEN = EVENTS | {MessageKind.UNSUBSCRIBE}  # nobody reads an answer to these
OPENS_WINDOW = frozenset(  # what a resident must send for customer messages to be allowed (WECHAT 2.2)
    {
        MessageKind.TEXT,
        MessageKind.IMAGE,
        MessageKind.VOICE,
        MessageKind.VIDEO,
        MessageKind.LOCATION,
        MessageKind.LINK,
        MessageKind.FILE,
        MessageKind.UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message, how it was read, and whom its account serves; without a reading the reader has a bug."""

    message: IncomingMessage
    reading: Reading | None
    command: Command | None
    communities: tuple[Community, ...]
    estates: tuple[Estate, ...]
    rules: Rules
    code: str
    read: Read
    desk_word: DeskWord | None = None
    table_word: TableWord | None = None
    secret: str = ""
    answers: Mapping[int, AnswerTable] = field(default_factory=dict)
    has_waited: bool = False  # it came too fast, and is handled now


class Unread(Exception):
    """The text could not be read for a bug, which has been logged: staff must look at the message."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of the message."""

    outcome: Outcome
    text: str
    card: dict[str, Any] | None = None


def handle_message(
    db: Connection, inbound: Inbound, *, can_push: bool, is_late: Callable[[], bool], now: datetime
) -> Answer:
    """The message has its receipt and its answer, once; a redelivery gets the same answer again."""
    message = inbound.message
    receipt_id = _take_receipt(db, message, now=now)
    if receipt_id is None:
        return _answer_again(db, message)
    speaker = _speaker(db, message, now=now)
    if message.channel == Channel.OFFICIAL_ACCOUNT and message.kind in OPENS_WINDOW:
        outbox.open_window(db, _address_of(message), now=now)
    handled = _handle(db, inbound, speaker, now=now)
    if handled.outcome is Outcome.UNHANDLED:
        _tell_staff(db, inbound, speaker, receipt_id, now=now)
    if handled.outcome is Outcome.DEFERRED and speaker is not None:
        bursts.defer_receipt(db, receipt_id, person_id=speaker.id, now=now)
    text = handled.text if message.chat else without_call(handled.text)
    text = text if can_push else _with_held(db, message, text, now=now)
    handled = replace(handled, text=text)
    answer = _route_answer(db, inbound, handled, receipt_id, is_late=is_late, now=now)
    conversations.finish_receipt(
        db,
        receipt_id,
        person_id=speaker.id if speaker else None,
        community_id=speaker.community_id if speaker else None,
        outcome=handled.outcome,
        route=answer.route,
        answer=answer.text,
    )
    return answer


def handle_deferred(db: Connection, inbound: Inbound, receipt: Receipt, *, now: datetime) -> bool:
    """A message that had to wait is handled, once, and its answer goes out by itself."""
    if not bursts.claim_deferred(db, receipt, now=now):
        return False
    speaker = people.person_by_id(db, receipt.person_id) if receipt.person_id else None
    handled = _handle(db, inbound, speaker, now=now)
    if handled.outcome is Outcome.UNHANDLED:
        _tell_staff(db, inbound, speaker, receipt.id, now=now)
    text = handled.text if inbound.message.chat else without_call(handled.text)
    if text:
        _post_answer(db, inbound.message, {WAITED_PART: text}, receipt.id, now=now)
    conversations.finish_receipt(
        db,
        receipt.id,
        person_id=receipt.person_id,
        community_id=speaker.community_id if speaker else None,
        outcome=handled.outcome,
        route=AnswerRoute.OUTBOX if text else AnswerRoute.NONE,
        answer=text,
    )
    return True


def file_late_answer(
    db: Connection, message: IncomingMessage, answer: Answer, *, is_doubtful: bool = False, now: datetime
) -> Answer:
    """The response was given up: the answer goes out by itself instead; the words of a tap do so anyway.

    `is_doubtful`: the platform may have shown it, and its first line says so.
    """
    if not _address_of(message).address or message.kind is MessageKind.CARD:
        return answer
    if conversations.reroute_answer(db, answer.receipt_id, AnswerRoute.OUTBOX):
        text = f"{DOUBTFUL}{answer.text}" if is_doubtful else answer.text
        _post_answer(db, message, {LATE_PART: text}, answer.receipt_id, now=now)
    return Answer(AnswerRoute.OUTBOX, "", answer.receipt_id)


def _take_receipt(db: Connection, message: IncomingMessage, *, now: datetime) -> int | None:
    return conversations.take_receipt(
        db,
        channel=message.channel,
        account=message.account,
        message_key=message.key,
        kind=message.kind.value,
        text=message.text,
        payload=message.payload | ({"quoted": message.quoted} if message.quoted else {}),
        now=now,
    )


def _answer_again(db: Connection, message: IncomingMessage) -> Answer:
    receipt = conversations.receipt_of(
        db, channel=message.channel, account=message.account, message_key=message.key
    )
    if receipt is None or receipt.answer_route is None:
        return Answer(AnswerRoute.NONE, "")
    if message.kind is MessageKind.CARD:
        return Answer(AnswerRoute.NONE, "", receipt.id)  # the card that replaced it is not kept
    text = receipt.answer if receipt.answer_route is AnswerRoute.PASSIVE else ""
    return Answer(receipt.answer_route, text, receipt.id)


def _speaker(db: Connection, message: IncomingMessage, *, now: datetime) -> Person | None:
    if is_mass_result(message):
        return None  # the platform's own openid is nobody's
    if message.channel == Channel.OFFICIAL_ACCOUNT:
        return people.register_resident(
            db, channel=message.channel, account=message.account, external_id=message.sender, now=now
        )
    return people.person_of(db, channel=WECOM, account="", external_id=message.sender)


def _handle(db: Connection, inbound: Inbound, speaker: Person | None, *, now: datetime) -> Handled:
    """The reply; a refusal or a bug undoes what the handler did, a database error everything."""
    try:
        with savepoint(db):
            return _reply(db, inbound, speaker, now=now)
    except UserError as refusal:
        log.info("refused: %s", type(refusal).__name__, extra={"action": "refuse"})
        return Handled(Outcome.REFUSED, str(refusal))
    except Exception as error:
        if is_failure(error):
            raise
        log.exception("a message was not handled", extra={"action": "handle"})
        return Handled(Outcome.UNHANDLED, say(speaker.community_id if speaker else None, "apology"))


def _tell_staff(
    db: Connection, inbound: Inbound, speaker: Person | None, receipt_id: int, *, now: datetime
) -> None:
    """Staff of the speaker's community, or of the account's first, look at what was left unanswered."""
    known = speaker.community_id if speaker else None
    community_id = known or next((each.id for each in inbound.communities), None)
    if community_id is not None:
        tell_unhandled(db, community_id, inbound.message.text, receipt_id=receipt_id, now=now)


def _reply(db: Connection, inbound: Inbound, speaker: Person | None, *, now: datetime) -> Handled:
    message = inbound.message
    if message.kind is MessageKind.GROUP_CHANGED:
        in_step.note_change(db, message.payload, now)
    if is_mass_result(message):
        note_mass_result(db, message, now=now)
    if message.kind in EVENTS:
        return Handled(Outcome.HANDLED, "")
    if inbound.reading is None or inbound.command is None:
        raise Unread
    if speaker is None:
        raise UnknownSpeaker
    if not inbound.communities:
        return Handled(Outcome.HANDLED, say(None, "not_served"))
    if message.chat:
        learn_group(db, speaker, message)
    conversation = _locked(db, inbound, speaker, now=now)
    if _must_wait(inbound, conversation):
        told = say(speaker.community_id, "too_fast") if bursts.is_first_too_fast(conversation) else ""
        return Handled(Outcome.DEFERRED, told)
    if speaker.unsubscribed_at is not None and message.kind is not MessageKind.UNSUBSCRIBE:
        homes.set_unsubscribed(db, speaker.id, None)  # only who follows can write
    turn = Turn(
        db=db,
        message=message,
        person=speaker,
        reading=inbound.reading,
        command=inbound.command,
        conversation=conversation,
        communities=inbound.communities,
        estates=inbound.estates,
        rules=inbound.rules,
        code=inbound.code,
        secret=inbound.secret,
        read=inbound.read,
        desk_word=inbound.desk_word,
        table_word=inbound.table_word,
        now=now,
        answers=inbound.answers,
    )
    reply = introduced(turn, routing.answer(turn))
    return Handled(Outcome.HANDLED, reply.text, reply.card)


def _locked(db: Connection, inbound: Inbound, speaker: Person, *, now: datetime) -> Conversation:
    """The talk, held; what residents send is counted with it, unless it has waited its turn already."""
    message = inbound.message
    key = {"channel": message.channel, "account": message.account, "chat": message.chat}
    if inbound.has_waited or not _is_counted(message):
        return conversations.lock_conversation(db, person_id=speaker.id, **key)
    return bursts.lock_and_count(db, person_id=speaker.id, now=now, **key)


def _is_counted(message: IncomingMessage) -> bool:
    is_said = message.kind in OPENS_WINDOW or message.kind is MessageKind.CLICK
    return message.channel == Channel.OFFICIAL_ACCOUNT and is_said


def _must_wait(inbound: Inbound, conversation: Conversation) -> bool:
    """Whether the person writes too fast; an emergency never waits."""
    if inbound.has_waited or not _is_counted(inbound.message) or not bursts.is_too_fast(conversation):
        return False
    return inbound.reading is None or inbound.reading.kind is not Kind.EMERGENCY


def _route_answer(
    db: Connection,
    inbound: Inbound,
    handled: Handled,
    receipt_id: int,
    *,
    is_late: Callable[[], bool],
    now: datetime,
) -> Answer:
    """Decided once: in the response, or, when it is too late for that, by delivery; a long rest follows.

    Who taps a card is answered with a card alone: words go out by themselves.
    """
    message, text = inbound.message, handled.text
    if message.kind is MessageKind.CARD:
        _post_answer(db, message, {LATE_PART: text} if text else {}, receipt_id, now=now)
        route = AnswerRoute.PASSIVE if handled.card else AnswerRoute.NONE
        return Answer(route, text, receipt_id, handled.card)
    parts = dict(enumerate(split_text(text, PASSIVE_BYTES[Channel(message.channel)])))
    if not parts:
        return Answer(AnswerRoute.NONE, "", receipt_id)
    if is_late() and _address_of(message).address:
        _post_answer(db, message, {LATE_PART: text}, receipt_id, now=now)
        return Answer(AnswerRoute.OUTBOX, text, receipt_id)
    first = parts.pop(0)
    if message.is_connected:
        outbox.count_reply(db, _address_of(message), now=now)
    _post_answer(db, message, parts, receipt_id, now=now)
    return Answer(AnswerRoute.PASSIVE, first, receipt_id, handled.card)


def _post_answer(
    db: Connection, message: IncomingMessage, parts: dict[int, str], receipt_id: int, *, now: datetime
) -> None:
    to = _address_of(message)
    if not to.address:
        return
    postings = [
        Posting(to, f"answer:{receipt_id}:{part}", {"text": text}, Priority.ANSWER, None)
        for part, text in parts.items()
    ]
    outbox.post(db, postings, now=now)


def _with_held(db: Connection, message: IncomingMessage, text: str, *, now: datetime) -> str:
    """An account that may not push says with its next answer what was held for the resident."""
    if message.kind in UNSEEN:
        return text
    held = outbox.take_held(db, _address_of(message), now=now)
    return "\n\n".join([*held, text] if text else held)


def _address_of(message: IncomingMessage) -> Address:
    """Where an answer goes that does not fit into the response."""
    if message.channel != Channel.WECOM_ROBOT:
        return Address(message.channel, message.account, message.sender)
    if message.is_connected:
        return Address(Channel.WECOM_ROBOT, message.account, message.chat or message.sender)
    return Address(Channel.ROBOT_RESPONSE, message.account, message.response_url)
