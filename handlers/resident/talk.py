"""What opens nothing: greetings, questions, the contact card, and what cannot be read."""

import re
from typing import Final

from handlers.homes import Placed, home_of, placed
from handlers.messages import MessageKind
from handlers.replies import homes
from handlers.resident.router import router
from handlers.turn import Doubt, Reply, Turn
from nlp.consultation import TableAction
from nlp.contacts import contact_asked
from nlp.reading import Intent, Kind
from storage import audit, organization

CALLS: Final = re.compile("电话|号码|手机|联系方式|怎么联系|明白卡|找谁")
WORKER: Final = "网格员"
SHORT_ANSWER: Final = 10  # characters
SHOWN_OF_ABUSE: Final = 100  # characters kept in the log


@router.on(Kind.GREETING, Intent.HELP)
def welcome(turn: Turn) -> Reply:
    """你好, 怎么用"""
    return turn.say("welcome", community=turn.community.name)


@router.on(TableAction.TABLE_HELP)
def help_to_consult(turn: Turn) -> Reply:
    """议事会怎么用, 怎么提议, 帮助 更多"""
    return turn.say("help_consultation")


@router.on(Intent.CONTACT_CARD)
def contact_card(turn: Turn) -> Reply:
    """明白卡, 物业电话多少 — the line that was asked for alone, else the whole card of the own grid."""
    here = _placed(turn)
    community = turn.community
    estate_id = here.home.estate.id if here.home else None
    contacts = organization.contacts_of(turn.db, community.id, estate_id)
    lines = {WORKER: homes.worker_line(here) if here.worker is not None else ""}
    lines[community.name] = homes.contact_line(community.id, community.name, community.phone)
    lines |= {each.label: homes.contact_line(community.id, each.label, each.phone) for each in contacts[::-1]}
    labels = list(lines)
    asked = [lines[labels[index]] for index in contact_asked(turn.message.text, labels)]
    return Reply("\n".join(filter(None, asked)) or homes.contact_card(here, contacts))


@router.on(Intent.JOIN, Intent.DECLINE, Intent.AGREE)
def refer_to_community(turn: Turn) -> Reply:
    """参加 and what else only people can do as yet"""
    return turn.say("ask_community", phone=turn.community.phone)


@router.on(Doubt.UNASKED)
def nothing_asked(turn: Turn) -> Reply | None:
    """参加, 同意, 同意分摊: to nothing; what people can be asked is said. `None` for all that may be more."""
    word = turn.table_word
    is_judging = turn.reading.kind in (Kind.FEEDBACK_POSITIVE, Kind.FEEDBACK_NEGATIVE)
    if word is None or word.number is not None or word.args.get("is_bare"):
        return None
    if word.action is TableAction.CHOOSE and not word.args.get("reason") and not is_judging:
        return turn.say("nothing_to_vote_on")
    if word.action is TableAction.CONSENT:
        return turn.say("nothing_to_share", phone=turn.community.phone)
    is_short = len(turn.message.text.strip()) <= SHORT_ANSWER
    is_answer = word.action is TableAction.JOIN or turn.message.text.strip().startswith("请假")
    if word.action in (TableAction.JOIN, TableAction.DECLINE) and is_short and is_answer:
        return turn.say("nothing_to_join")
    return turn.say("no_open_door") if word.action is TableAction.CHECK_IN else None


@router.on(Doubt.ABUSE)
def calm(turn: Turn) -> Reply:
    """Abuse is answered calmly, noted, and opens nothing."""
    audit.add_entry(
        turn.db,
        "abuse",
        person_id=turn.person.id,
        community_id=turn.community.id,
        now=turn.now,
        data={"text": turn.message.text[:SHOWN_OF_ABUSE]},
    )
    return turn.say("calm", phone=turn.community.phone)


@router.on(Kind.CHAT, Kind.AD_SPAM)
def small_talk(turn: Turn) -> Reply:
    """今天天气不错"""
    return turn.say("small_talk")


@router.on(Kind.QUESTION)
def question(turn: Turn) -> Reply:
    """装修几点到几点可以施工？ — answered by what staff wrote; a number from the contact card."""
    table = turn.answers.get(turn.community.id)
    answer = table.answer_to(turn.message.text) if table else None
    if answer is not None:
        return Reply(answer)
    if CALLS.search(turn.message.text):
        return contact_card(turn)
    return turn.say("question", phone=turn.community.phone)


@router.on(MessageKind.SILENT, MessageKind.ENTER_CHAT)
def silent(turn: Turn) -> Reply:
    """Events that await no answer."""
    return Reply()


@router.on(MessageKind.LINK, MessageKind.FILE, MessageKind.UNKNOWN)
def not_understood(turn: Turn) -> Reply:
    """What the bot cannot read is answered politely; the receipt keeps it."""
    return turn.say("not_understood")


def _placed(turn: Turn) -> Placed:
    return placed(turn.db, turn.person, home_of(turn.person, turn.estates), turn.community)
