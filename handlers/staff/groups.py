"""The residents' groups of the community, as staff see them and place them."""

from handlers.places import estate_meant
from handlers.replies import residents_groups as texts
from handlers.residents_groups.listing import groups_listed
from handlers.residents_groups.placing import place_group
from handlers.staff.router import router
from handlers.turn import Reply, Turn
from nlp.desk_words import DeskAction


@router.on(DeskAction.GROUP_LIST)
def show(turn: Turn) -> Reply:
    """居民群"""
    rows = groups_listed(turn.db, turn.person, limit=turn.rules.group_limit, now=turn.now)
    return Reply(texts.groups_listed(rows)) if rows else turn.say("no_residents_groups")


@router.on(DeskAction.GROUP_ESTATE)
def place(turn: Turn) -> Reply:
    """居民群 枫桥苑三期业主群 属于 枫桥苑"""
    name, words = _said(turn, "group"), _said(turn, "place")
    own = [each for each in turn.estates if each.community_id == turn.community.id]
    named = next((each for each in own if words in (each.name, *each.aliases)), None)
    location = turn.read(words).location
    read = estate_meant(own, location, turn.person) if location and location.estate else None
    placed = place_group(turn.db, turn.person, name, named or read, place=words)
    is_narrower = named is None and location is not None and bool(location.building)
    key = "group_placed_wider" if is_narrower else "group_placed"
    return turn.say(key, group=placed.group.name, estate=placed.estate.name)


def _said(turn: Turn, name: str) -> str:
    value = turn.desk_word.args.get(name) if turn.desk_word else None
    return value.strip() if isinstance(value, str) else ""
