"""Where the speaker lives: 我住枫桥苑33-5-201, 我搬家了, and the codes on doors and notice boards."""

from dataclasses import replace
from typing import Final

from handlers.conversation import Move, move, settle
from handlers.homes import Home, move_out, settle_by_scene, settle_in
from handlers.messages import MessageKind
from handlers.places import estate_chosen, estate_meant, estates_offered
from handlers.replies import dialogue, homes
from handlers.resident import asking
from handlers.resident.router import router
from handlers.turn import Reply, Turn, is_expired
from nlp.locations import Location
from nlp.reading import Intent, Kind
from storage.models.conversations import Step
from storage.models.organization import Estate

PARTS: Final = ("building", "unit", "room")
NEVER_MIND: Final = frozenset({"算了", "不用", "不用了", "不说", "不想说", "以后再说", "跳过"})


@router.on(Intent.RESIDE)
def reside(turn: Turn) -> Reply:
    """我住枫桥苑33-5-201 — and whatever else the sentence reports."""
    told = _take_home(turn, turn.reading.location)
    is_report = turn.reading.kind is Kind.REPORT and not turn.reading.is_unsure
    if not is_report or turn.conversation.step is not Step.IDLE:
        return told
    return Reply(f"{told.text}\n{asking.report(turn).text}")


@router.on(Intent.MOVED)
def moved(turn: Turn) -> Reply:
    """我搬家了"""
    move_out(turn.db, turn.person)
    _await_home(turn, {})
    return turn.say("home_left")


@router.on(Step.AWAITING_HOME)
def home_given(turn: Turn) -> Reply | None:
    """枫桥苑33-5-201, or a number from the list; anything else is a new message."""
    said = turn.message.text.strip().rstrip("。.!！")
    if turn.message.kind is not MessageKind.TEXT or is_expired(turn):
        settle(turn.db, turn.conversation)
        return None
    if said in NEVER_MIND:
        settle(turn.db, turn.conversation)
        return turn.say("home_skipped")
    draft = turn.conversation.draft or {}
    chosen = estate_chosen(estates_offered(turn.estates, turn.person), said) if draft else None
    if chosen is not None:
        return _settled(turn, chosen, {name: draft.get(name) for name in PARTS})
    if turn.reading.location is None or not asking.is_place_alone(turn):
        return None
    return _take_home(turn, turn.reading.location)


def scanned(turn: Turn, scene: str) -> Reply | None:
    """The code of a building or a grid says where the speaker belongs; `None`: it is none of ours."""
    placed = settle_by_scene(turn.db, turn.person, scene, communities=turn.communities, estates=turn.estates)
    return None if placed is None else Reply(homes.placed_text(placed))


def _take_home(turn: Turn, location: Location | None) -> Reply:
    draft = turn.conversation.draft or {} if turn.conversation.step is Step.AWAITING_HOME else {}
    known = {name: getattr(location, name, None) or draft.get(name) for name in PARTS}
    estate = estate_meant(turn.estates, location, turn.person)
    offered = estates_offered(turn.estates, turn.person)
    if estate is None and location is not None and location.estate is None and len(offered) == 1:
        estate = None if location.unlisted else offered[0]
    if estate is not None:
        return _settled(turn, estate, known)
    _await_home(turn, known)
    names = [each.name for each in offered]
    if location is not None and location.unlisted:
        return Reply(dialogue.numbered(turn.community.id, "home_unknown", names, place=location.unlisted))
    if known["building"] is not None:
        return Reply(dialogue.numbered(turn.community.id, "home_which_estate", names))
    return turn.say("home_ask")


def _settled(turn: Turn, estate: Estate, known: dict[str, str | None]) -> Reply:
    home = Home(estate, known["building"], known["unit"], known["room"])
    result = settle_in(turn.db, turn.person, home)
    if turn.conversation.step is Step.AWAITING_HOME:
        settle(turn.db, turn.conversation)
    return Reply(homes.placed_text(replace(result, home=home)))


def _await_home(turn: Turn, known: dict[str, str | None]) -> None:
    asking.release_draft(turn)
    until = turn.now + turn.rules.draft_lifetime
    move(turn.db, turn.conversation, Move.ASK_HOME, draft=known or {"asked": True}, expires_at=until)
