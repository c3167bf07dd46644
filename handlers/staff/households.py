"""Homes where somebody needs care: 特殊家庭, one-to-one only."""

from handlers.cases.reports import Place
from handlers.errors.desk import OnlyAlone
from handlers.grid_worker.patrol import estates_here
from handlers.households import Care, care_text, list_households, register_household, unregister_household
from handlers.places import estate_meant
from handlers.replies import protected
from handlers.staff.router import router
from handlers.turn import Reply, Turn
from nlp.desk_words import DeskAction


@router.on(DeskAction.CARE)
def care(turn: Turn) -> Reply:
    """特殊家庭 枫桥苑3-2-501 独居老人; 取消特殊家庭 枫桥苑3-2-501; 特殊家庭"""
    if turn.message.chat:
        raise OnlyAlone("特殊家庭 枫桥苑3-2-501 独居老人")
    args = turn.desk_word.args if turn.desk_word else {}
    text, kinds = str(args.get("text") or ""), args.get("kinds")
    if not text:
        return _listed(turn)
    place = _place(turn, text)
    if args.get("is_removed"):
        unregister_household(turn.db, turn.person, place)
        return turn.say("household_removed")
    said = [str(kind) for kind in kinds] if isinstance(kinds, list) else []
    register_household(turn.db, turn.person, place, Care(tuple(said), text), now=turn.now)
    return turn.say("household_kept", kinds=care_text(said))


def _listed(turn: Turn) -> Reply:
    found = list_households(turn.db, turn.person, now=turn.now)
    if not found:
        return turn.say("no_households")
    return Reply(protected.households(found, {each.id: each for each in turn.estates}))


def _place(turn: Turn, text: str) -> Place:
    location = turn.read(text).location
    if location is None:
        return Place()
    estate = estate_meant(estates_here(turn), location, turn.person)
    return Place(estate, location.building, location.unit, location.room)
