"""Cards with buttons: what stands on them, and what they turn into once somebody has tapped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from handlers.cases.states import STATUS_LABELS
from handlers.replies.formats import date_text, harmless, moment_text, place_text, plain_kind
from handlers.replies.protected import SOURCES
from handlers.working_days import local
from storage.models.cases import Case, CaseStatus, Source, Urgency
from storage.models.organization import Estate

Card = dict[str, Any]  # our description of a card, JSON

CLAIM: Final = "claim"
HAND_ON: Final = "hand_on"
CONSULT: Final = "consult"
SETTLED: Final = "settled"  # the key of what has no buttons any more
CHOICE: Final = "to"  # the drop-down: whom to hand the case to
DESK: Final = "desk"  # its option for the community itself
NOBODY: Final = ("none", "请选择")  # stands first, as the platform takes the first for chosen (WECHAT 3.7)
BUTTONS: Final = ((CLAIM, "接单"), (HAND_ON, "转交"), (CONSULT, "需要议事"))
MARKS: Final[Mapping[Urgency, str]] = {Urgency.HIGH: "【急】", Urgency.EMERGENCY: "【紧急】"}

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a card of a case says beside the case itself; `words` are those workers may read."""

    estate: Estate | None
    words: str
    reporters: int
    photos: int
    source: Source
    handler: str
    options: Sequence[Option]
    is_proposed: bool = False  # today somebody said that it needs a meeting


def case_card(case: Case, facts: CardFacts, *, task_id: str, about: str = "") -> Card:
    """A case somebody can take, with its buttons; `about` is the line under the title."""
    card: Card = _plain(case, facts, task_id=task_id) | {"about": about or _respond(case)}
    without = {CONSULT} if facts.is_proposed else set()
    if facts.options:
        options = [list(each) for each in (NOBODY, *facts.options)]
        card["choice"] = {"key": CHOICE, "title": "转交给", "options": options}
    else:
        without.add(HAND_ON)
    return card | {"buttons": [[key, text] for key, text in BUTTONS if key not in without]}


def settled_card(case: Case, facts: CardFacts, *, task_id: str, note: str) -> Card:
    """The same without buttons: what became of the case."""
    return _plain(case, facts, task_id=task_id) | {"note": note}


def claimed_note(name: str, at: datetime, *, now: datetime) -> str:
    """已由王芳接单 9:32"""
    return f"已由{name}接单 {_clock(at, now)}"


def handed_note(name: str, at: datetime, *, now: datetime) -> str:
    """已转给赵磊 9:32"""
    return f"已转给{name} {_clock(at, now)}"


def dispatched_note(units: Sequence[str]) -> str:
    """已交办枫桥物业"""
    return f"已交办{'、'.join(units)}" if units else STATUS_LABELS[CaseStatus.DISPATCHED]


def status_note(case: Case, handler: str) -> str:
    """Where a case stands that nobody can take any more."""
    if case.status is CaseStatus.IN_PROGRESS and handler:
        return f"{handler}正在办理"
    return STATUS_LABELS[case.status]


def merged_note(into: Case) -> str:
    """已并入 0012"""
    return f"已并入 {into.number:04d}"


def _plain(case: Case, facts: CardFacts, *, task_id: str) -> Card:
    lines = [
        ["地点", place_text(case, facts.estate)],
        ["登记人数", f"{facts.reporters} 人" if facts.reporters > 1 else ""],
        ["照片", f"{facts.photos} 张" if facts.photos else ""],
        ["期限", f"{date_text(case.resolve_by)}前"],
        ["来源", "" if facts.source is Source.ACCOUNT else SOURCES[facts.source]],
        ["负责", facts.handler],
    ]
    return {
        "task_id": task_id,
        "title": f"{MARKS.get(case.urgency, '')}诉求 {case.number:04d} · {plain_kind(case)}",
        "words": harmless(facts.words),
        "lines": [line for line in lines if line[1]],
    }


def _respond(case: Case) -> str:
    return f"新诉求，请在{moment_text(case.respond_by)}前回应"


def _clock(at: datetime, now: datetime) -> str:
    """The time of day; of another day with its date."""
    here, today = local(at), local(now)
    clock = f"{here.hour}:{here:%M}"
    return clock if here.date() == today.date() else f"{here.month}月{here.day}日 {clock}"
