"""What staff ordered: the words, whom they are for, when, and how often."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from handlers.errors.broadcasts import TimeNotUnderstood
from nlp.broadcasts.targets import Target, TargetKind
from storage.models.broadcasts import BroadcastAudience

EVERYBODY = Target(TargetKind.ALL, "全部", "全部")
LONGEST_TARGET = 256  # characters of the column


@dataclass(frozen=True, slots=True)
class Order:
    """One broadcast as it was ordered.

    `at` is when to send it, at once when `None`; `rule` the days and the time of day (`at_time`) of one that
    recurs. `template` names the template the words are to be made of, with its `variables`.
    """

    text: str
    audience: BroadcastAudience
    targets: tuple[Target, ...]
    at: datetime | None = None
    is_urgent: bool = False
    rule: Mapping[str, Any] | None = None
    template: str = ""
    variables: Mapping[str, str] | None = None
    is_for_named: bool = True  # somebody was named; else everybody is meant

    @property
    def label(self) -> str:
        """Whom it is for, as people call it."""
        names = (
            self._everybody(each) if each.kind is TargetKind.ALL else each.label for each in self.targets
        )
        return "、".join(names)[:LONGEST_TARGET]

    def _everybody(self, target: Target) -> str:
        if self.audience is BroadcastAudience.WORKERS_GROUPS:
            return "全部网格群" if "网格" in target.said else "全部工作群"
        return "全部居民" if self.audience is BroadcastAudience.RESIDENTS else "全部"

    def as_json(self) -> dict[str, Any]:
        """What is kept of it beside its text, to be resolved anew."""
        return {
            "audience": self.audience.value,
            "targets": [each.as_json() for each in self.targets],
            "urgent": self.is_urgent,
        }


def read_order(args: Mapping[str, Any]) -> Order:
    """The order in the arguments of the command; without a target everybody is meant.

    Raises `TimeNotUnderstood` when a time of sending was said that cannot be read.
    """
    if args.get("at_unknown"):
        raise TimeNotUnderstood(str(args["at_unknown"]))
    targets = tuple(_target(each) for each in args.get("targets") or ()) or _named(args)
    audience = BroadcastAudience(args.get("audience") or BroadcastAudience.RESIDENTS_GROUPS)
    if any(each.kind is TargetKind.CATEGORY for each in targets):
        audience = BroadcastAudience.RESIDENTS
    at, repeat = args.get("at"), args.get("repeat")
    variables = args.get("variables")
    return Order(
        text=str(args.get("text") or "").strip(),
        audience=audience,
        targets=targets or (EVERYBODY,),
        at=datetime.fromisoformat(at) if isinstance(at, str) and not repeat else None,
        is_urgent=bool(args.get("urgent")),
        rule={**repeat, "at_time": args.get("at_time") or "09:00"} if isinstance(repeat, dict) else None,
        template=str(args.get("template") or ""),
        variables=variables if isinstance(variables, dict) else None,
        is_for_named=bool(targets),
    )


def kept_order(text: str, kept: Mapping[str, Any]) -> Order:
    """An order as it was kept, to be resolved anew."""
    return replace(read_order(kept), text=text)


def _target(said: Mapping[str, Any]) -> Target:
    buildings = said.get("buildings")
    return Target(
        kind=TargetKind(said["kind"]),
        name=str(said.get("name") or ""),
        said=str(said.get("said") or said.get("name") or ""),
        buildings=(int(buildings[0]), int(buildings[-1])) if buildings else None,
        unit=said.get("unit"),
        category=said.get("category"),
        subcategory=said.get("subcategory"),
    )


def _named(args: Mapping[str, Any]) -> tuple[Target, ...]:
    """Names alone: 全部, or estates joined by 、."""
    names = [each for each in str(args.get("target") or "").split("、") if each]
    if names in ([], ["全部"]):
        return ()
    return tuple(Target(TargetKind.ESTATE, each, each) for each in names)
