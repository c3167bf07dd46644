"""What a worker saw on patrol: 上报 枫桥苑3号楼井盖破损, with a photo."""

import re
from typing import Final

from handlers.cases.attaching import all_sent_of, attach
from handlers.cases.handling import claim_case
from handlers.cases.joining import How, Registered, report_problem
from handlers.cases.reports import Place, Report
from handlers.emergency_contacts import whom_to_call
from handlers.errors.desk import NotACase, NothingReported, PlaceMissing
from handlers.grid_worker.lookup import text_of
from handlers.grid_worker.router import router
from handlers.places import estate_meant, spot_said
from handlers.replies import reports as texts
from handlers.replies.residents import emergency_advice
from handlers.turn import Reply, Turn
from nlp.actions import Action
from nlp.reading import Reading
from storage import organization, people
from storage.models.cases import Case, CaseStatus, Source, Urgency
from storage.models.organization import Estate
from storage.models.people import Role

COMMAND: Final = re.compile(r"^\s*上报[\s:：,，]*|[\s,，。:：]*上报[\s。!！]*$")


@router.on(Action.REPORT)
def report_seen(turn: Turn) -> Reply:
    """上报 枫桥苑3号楼井盖破损 — in the own grid it is the worker's at once: they saw it."""
    text = text_of(turn, "text")
    if "特殊家庭" in text:  # must not become a case that a group reads
        raise NotACase
    if not text or _is_place_alone(turn.read(text)):
        raise NothingReported("上报 枫桥苑3号楼井盖破损")
    report = _report_of(turn, COMMAND.sub("", text))
    registered = report_problem(turn.db, turn.person, report, now=turn.now, rules=turn.rules, read=turn.read)
    for sent in all_sent_of(turn.message):
        attach(turn.db, turn.person, registered.case, sent, now=turn.now)
    is_own = _is_own(turn, registered)
    if is_own:
        claim_case(turn.db, turn.person, registered.case.id, now=turn.now)
    said = texts.seen_on_patrol(registered, is_own=is_own, owner=_owner(turn, registered))
    return Reply(advised(turn, registered.case, said))


def advised(turn: Turn, case: Case, said: str) -> str:
    """Of an emergency the number to call comes first, as a resident reads it."""
    if case.urgency is not Urgency.EMERGENCY:
        return said
    return f"{emergency_advice(case, contact=whom_to_call(turn.db, case))}\n{said}"


def _is_place_alone(reading: Reading) -> bool:
    """Whether the words name a place and not what is the matter there."""
    place, words = reading.location, reading.text.removeprefix("上报").strip(" :：，,")
    return place is not None and len(words) <= len(place.text) + 2


def report_from(
    reading: Reading, community_id: int, estate: Estate | None, *, source: Source, outside_number: str = ""
) -> Report:
    """What was read of a problem, as a report that came in this way."""
    location = reading.location
    place = Place(estate)
    if location is not None:
        place = Place(estate, location.building, location.unit, location.room, spot_said(location))
    return Report(
        community_id=community_id,
        category=reading.category or "other",
        subcategory=reading.subcategory,
        urgency=Urgency(reading.urgency.value),
        text=reading.text,
        place=place,
        is_whisper=reading.is_confidential,
        source=source,
        outside_number=outside_number,
    )


def estates_here(turn: Turn) -> list[Estate]:
    """The estates of the community the speaker works for."""
    return [each for each in turn.estates if each.community_id == turn.person.community_id]


def _report_of(turn: Turn, text: str) -> Report:
    """Of what names no estate the only one of the speaker's grids is meant."""
    reading = turn.read(text)
    location = reading.location
    estate = estate_meant(estates_here(turn), location, turn.person)
    if estate is None and (location is None or not (location.unlisted or location.candidates)):
        grids = organization.grids_of_worker(turn.db, turn.person.id)
        served = organization.estates_of_grids(turn.db, grids)
        estate = served[0] if len(served) == 1 else None
    if estate is None:
        raise PlaceMissing
    return report_from(reading, estate.community_id, estate, source=Source.PATROL)


def _is_own(turn: Turn, registered: Registered) -> bool:
    """Whether a new case falls to the speaker, who serves its grid."""
    case = registered.case
    is_new = registered.how is How.OPENED and case.status is CaseStatus.REGISTERED
    return is_new and turn.person.role is Role.GRID_WORKER and case.handler_id == turn.person.id


def _owner(turn: Turn, registered: Registered) -> str:
    """The grid that has it, with the worker it falls to."""
    handler = registered.case.handler_id
    name = people.person_by_id(turn.db, handler).name if handler else ""
    return f"{registered.grid.name if registered.grid else ''}{name}"
