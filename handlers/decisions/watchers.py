"""Which resident watches over a decision item (监督人): named by staff, asked, willing or not."""

from collections.abc import Sequence

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from handlers.consultation import telling as circles
from handlers.decisions.cases import OPEN
from handlers.decisions.changing import Said
from handlers.decisions.ownership import owner_name
from handlers.decisions.rights import RESIDENTS, ensure_stands, held_decision
from handlers.decisions.supervision import add_line
from handlers.decisions.telling import Movement, tell_desk, tell_watcher
from handlers.decisions.watching import await_word
from handlers.errors import NotAllowed
from handlers.errors.decisions import (
    NotTheWatcher,
    NotWatching,
    OwnerCannotWatch,
    SeveralWatchers,
    UnknownWatcher,
    WatcherNameMissing,
    WhichDecision,
)
from handlers.meetings.items import watchers_called
from handlers.replies import decisions as texts
from storage import cases as case_rows
from storage import decision_circles, decision_lists, decisions, organization, people
from storage import meetings as meeting_rows
from storage.models.consultation import Happening
from storage.models.decisions import Decision, DecisionStatus
from storage.models.people import Person

LOOKED_AT = 20  # items somebody watches over
SHOWN = 5  # names in one sentence
NAME_LENGTHS = (4, 3, 2)  # characters of a name behind a place: 枫桥苑3号楼李秀英


def set_watcher(db: Connection, said: Said, number: int, name: str | None) -> Decision:
    """The resident of this name watches over it and is asked; with an empty name nobody does any more.

    Raises `NotAllowed`, `WatcherNameMissing` (`None`), `UnknownWatcher`, `SeveralWatchers`,
    `OwnerCannotWatch`, `DecisionNotOpen`.
    """
    decision = held_decision(db, said.who.community_id, number)
    if said.who.role not in COMMUNITY_ROLES:
        raise NotAllowed("定监督人")
    ensure_stands(decision, OPEN, "换监督人")
    if name is None:
        raise WatcherNameMissing(number)
    watcher = _resident_called(db, decision, name) if name else None
    if watcher is not None and watcher.id == decision.owner_id:
        raise OwnerCannotWatch(number)
    return _change(db, said, decision, watcher.id if watcher else None)


def answer_watching(db: Connection, said: Said, number: int | None, *, agrees: bool) -> Decision:
    """The resident watches over it, or does not: then staff read that somebody else is needed.

    Raises `NotWatching`, `NotTheWatcher`, `WhichDecision` when several may be meant.
    """
    number = number if number is not None else only_watched(db, said.who, OPEN, "不当监督人 决议{number}")
    decision = held_decision(db, said.who.community_id, number)
    if decision.watcher_id != said.who.id:
        raise NotTheWatcher(number)
    ensure_stands(decision, OPEN, "换监督人")
    add_line(db, decision, Happening.ANSWERED, said.who, data={"watches": agrees}, now=said.now)
    return decision if agrees else _change(db, said, decision, None)


def only_watched(db: Connection, who: Person, status: Sequence[DecisionStatus], example: str) -> int:
    """The number of the one item the resident watches over that stands so; `NotWatching`, `WhichDecision`."""
    found = decision_lists.watched_by(db, who.id, status=status, limit=LOOKED_AT)
    mine = [each.number for each in found if each.community_id == who.community_id]
    if not mine:
        raise NotWatching
    if len(mine) > 1:
        raise WhichDecision(mine[:SHOWN], example.format(number=mine[0]))
    return mine[0]


def ask_watcher(db: Connection, movement: Movement) -> bool:
    """The watcher reads that they watch over it and how to say no; false when nothing reaches them."""
    owner = owner_name(db, movement.decision)
    return tell_watcher(db, movement, texts.watcher_asked(movement.decision, owner=owner))


def _change(db: Connection, said: Said, decision: Decision, watcher_id: int | None) -> Decision:
    """The old watcher hears so, the new one is asked; of what is reported done the new one's word counts."""
    former = decision.watcher_id
    decision = decisions.change_decision(db, decision.id, watcher_id=watcher_id)
    data = {"watcher": watcher_id, "from": former}
    event_id = add_line(db, decision, Happening.CHANGED, said.who, data=data, now=said.now)
    movement = Movement(decision, event_id, said.now, said.rules, said.who, said.said_in)
    if former is not None and former not in (watcher_id, said.who.id):
        relieved = [people.person_by_id(db, former)]
        circles.tell_people(db, movement.news("former"), relieved, texts.watcher_relieved(decision))
    if said.who.id == former:
        tell_desk(db, movement, texts.watcher_wanted(decision))
    if decision.status is DecisionStatus.REPORTED_DONE:
        await_word(db, movement)
    elif watcher_id is not None and not ask_watcher(db, movement):
        tell_desk(db, movement, texts.watcher_unreached(decision), about="unreached")
    return decision


def _resident_called(db: Connection, decision: Decision, name: str) -> Person:
    """The resident of this name, door or title, as minutes read it; else 枫桥苑3号楼李秀英 names the home."""
    if decision.meeting_id is not None:
        called = watchers_called(db, meeting_rows.meeting_by_id(db, decision.meeting_id), name)
        if len(called) == 1:
            return called[0]
    lengths = dict.fromkeys([len(name), *NAME_LENGTHS])
    found = [
        each
        for length in lengths
        for each in people.people_named(db, decision.community_id, name[-length:], tuple(RESIDENTS))
        if _lives_in(db, each, name.removesuffix(each.name))
    ]
    circle = _circle(db, decision)
    found = list({each.id: each for each in found}.values())
    near = [each for each in found if each.id in circle] or found
    if len(near) > 1:
        raise SeveralWatchers(name, [_home(db, each) for each in near[:SHOWN]], decision.number)
    if not near:
        known = people.people_by_ids(db, circle).values()
        names = [each.name for each in known if each.name and each.role in RESIDENTS]
        raise UnknownWatcher(name, names[:SHOWN])
    return near[0]


def _circle(db: Connection, decision: Decision) -> list[int]:
    """The people who sat at the table, and who reported its cases."""
    table = decision_circles.at_table(db, decision.meeting_id).person_ids if decision.meeting_id else ()
    case_ids = decisions.cases_of_decision(db, decision.id)
    return [*table, *(each.id for case_id in case_ids for each in case_rows.reporters_of(db, case_id))]


def _lives_in(db: Connection, resident: Person, place: str) -> bool:
    """Whether the home fits what stands before the name; nothing there fits all."""
    home = _home(db, resident)
    return not place.strip() or place.strip().replace("的", "") in home


def _home(db: Connection, resident: Person) -> str:
    if resident.estate_id is None:
        return "没有登记住址"
    estate = organization.estate_by_id(db, resident.estate_id).name
    building = f"{resident.building}号楼" if resident.building else ""
    unit = f"{resident.unit}单元" if resident.unit else ""
    return f"{estate}{building}{unit}"
