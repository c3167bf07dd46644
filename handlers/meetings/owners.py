"""Who has to do what was agreed, as the line of the minutes names them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from handlers.cases.rights import COMMUNITY_ROLES
from nlp.surnames import SURNAMES
from storage import assignments, invitations, people
from storage.models.meetings import Meeting
from storage.models.organization import Unit
from storage.models.people import Person, Role

WORKERS: Final = COMMUNITY_ROLES | {Role.GRID_WORKER, Role.UNIT_MEMBER}
BODY: Final = (
    r"(?:服务中心|管理处|有限公司|公司|中心|中队|大队|部门|单位|小组|站|队|办)?"  # 物业 and 物业公司
)
NO_NAME: Final = re.compile("费|管理费|服务费|用房|合同")  # 物业费公示: of the fee
OPENING: Final = re.compile(r"^(?:由|请|让|委托|责成)\s*")
DUTY: Final = re.compile(r"^(?:网格员|社区工作人员|社区|楼长|主任|书记)(?=[\u4e00-\u9fff]{2,3}(?:$|\s))")
BEHIND: Final = re.compile(r"^(?:负责|牵头|承担|落实|来|应当?|要|将|:|：|,|，|、|\s)+")
SEPARATOR: Final = re.compile(r"[\s,，;；、|]+")
PLAIN: Final = re.compile(
    rf"(?:[{SURNAMES}][\u4e00-\u9fff]{{0,2}}(?:大爷|大妈|阿姨|叔叔|师傅|老师|先生|女士|楼长|主任|经理)?"
    r"|[\u4e00-\u9fff]{1,10}(?:公司|中队|大队|街道办?|社区|居委会|业委会|委员会|办公室|派出所|中心|站|局|处|科|所|商户|店|业主|住户|居民))"
)


@dataclass(frozen=True, slots=True)
class Owner:
    """A unit, else a person, else only a name; nobody when all are empty."""

    unit_id: int | None = None
    person_id: int | None = None
    name: str = ""

    @property
    def is_known(self) -> bool:
        """Whether somebody is named at all."""
        return self.unit_id is not None or self.person_id is not None or bool(self.name)


def owner_named(db: Connection, meeting: Meeting, name: str) -> Owner:
    """Whom a word names that says nothing else: a unit by name or alias, who works here, else the name."""
    said = OPENING.sub("", name.strip())
    exact = next((unit for word, unit in _units(db, meeting) if _is_unit(said, word)), None)
    if exact is not None:
        return Owner(unit_id=exact.id)
    person = _person(db, meeting, DUTY.sub("", said))
    return Owner(person_id=person.id) if person else Owner(name=said[:64])


def find_owner(db: Connection, meeting: Meeting, text: str) -> tuple[Owner, str]:
    """Who is named in a line, and the line without them: at its beginning, else as a word of its own."""
    line = OPENING.sub("", text.strip())
    for word, unit in _units(db, meeting):
        found = re.match(re.escape(word) + BODY, line)
        if found and not NO_NAME.match(line, found.end()) and line[found.end() :].strip():
            return Owner(unit_id=unit.id), _cleaned(line[found.end() :])
    parts = [part for part in SEPARATOR.split(line) if part]
    for part in parts if len(parts) > 1 else []:
        known = _known(db, meeting, part)
        if known is not None:
            return known, _cleaned(line.replace(part, " ", 1))
    worker = next((each for each in _workers(db, meeting) if each.name and line.startswith(each.name)), None)
    if worker is not None and line[len(worker.name) :].strip():
        return Owner(person_id=worker.id), _cleaned(line[len(worker.name) :])
    if len(parts) > 1 and PLAIN.fullmatch(parts[0]):
        return Owner(name=parts[0]), _cleaned(line.replace(parts[0], " ", 1))
    return Owner(), _cleaned(text)


def _known(db: Connection, meeting: Meeting, word: str) -> Owner | None:
    unit = next((unit for name, unit in _units(db, meeting) if _is_unit(word, name)), None)
    if unit is not None:
        return Owner(unit_id=unit.id)
    person = _person(db, meeting, DUTY.sub("", word))
    return Owner(person_id=person.id) if person else None


def _is_unit(said: str, word: str) -> bool:
    return re.fullmatch(re.escape(word) + BODY, said) is not None


def _units(db: Connection, meeting: Meeting) -> Iterator[tuple[str, Unit]]:
    """Every name and alias with the unit it means here, the longest first; of several the one that serves."""
    units = assignments.units_of_community(db, meeting.community_id)
    served = assignments.estates_served(db, meeting.community_id)
    here = set(invitations.estates_of_meeting(db, meeting.id))
    called: dict[str, list[Unit]] = {}
    for unit in units:
        for word in dict.fromkeys([unit.name, *unit.aliases]):
            called.setdefault(word, []).append(unit)
    for word in sorted(called, key=len, reverse=True):
        nearest = [unit for unit in called[word] if served.get(unit.id, set()) & here] or called[word]
        if word and len(nearest) == 1:
            yield word, nearest[0]


def _person(db: Connection, meeting: Meeting, name: str) -> Person | None:
    """Who works here and is called so, else the only resident invited who is."""
    if not 1 < len(name) <= 16:
        return None
    found = people.people_named(db, meeting.community_id, name, sorted(WORKERS))
    if not found:
        found = [each for each in invitations.invited_people(db, meeting.id) if each.name == name]
    return found[0] if len(found) == 1 else None


def _workers(db: Connection, meeting: Meeting) -> list[Person]:
    return people.people_with_roles(db, meeting.community_id, sorted(WORKERS))


def _cleaned(text: str) -> str:
    return " ".join(BEHIND.sub("", text.strip()).split()).strip(" ,，;；。:：、")
