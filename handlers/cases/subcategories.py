"""What the office knows of each subcategory: its name, who may hear of it, how soon and how it is settled."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any

KEYS = frozenset({"label", "public", "deadline", "proof", "mediation", "wide"})


class DeadlineClass(StrEnum):
    """Which deadline a kind of trouble has by its nature."""

    DANGER = "danger"
    LIFELINE = "lifeline"
    ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Subcategory:
    """One kind of trouble.

    `is_public`: residents' groups may be told. `needs_proof`: settling it asks for a photo.
    `is_mediation`: a quarrel between neighbours, settled by an agreement and told to nobody outside.
    `is_wide`: it reaches a whole estate, so that reports from different buildings are one case.
    """

    category: str
    code: str
    label: str
    is_public: bool
    deadline: DeadlineClass
    needs_proof: bool = False
    is_mediation: bool = False
    is_wide: bool = False


CATEGORY_LABELS: Mapping[str, str] = {
    "noise": "噪音",
    "parking": "停车",
    "water": "用水",
    "property": "物业",
    "other": "其他",
}


def read_subcategories(text: str) -> dict[tuple[str, str], Subcategory]:
    """Every row of the file by category and code; a misspelled key or a public quarrel is a `ValueError`."""
    return {
        (category, code): _subcategory(category, code, row)
        for category, rows in tomllib.loads(text).items()
        for code, row in rows.items()
    }


def _subcategory(category: str, code: str, row: Mapping[str, Any]) -> Subcategory:
    if unknown := set(row) - KEYS:
        raise ValueError(f"{category}/{code}: unknown keys {sorted(unknown)}")
    found = Subcategory(
        category,
        code,
        row["label"],
        row["public"],
        DeadlineClass(row.get("deadline", "ordinary")),
        needs_proof=row.get("proof", False),
        is_mediation=row.get("mediation", False),
        is_wide=row.get("wide", False),
    )
    if found.is_mediation and found.is_public:
        raise ValueError(f"{category}/{code}: a quarrel between neighbours is never public")
    return found


SUBCATEGORIES: Mapping[tuple[str, str], Subcategory] = read_subcategories(
    files("handlers.cases").joinpath("subcategories.toml").read_text("utf-8")
)


def _labels() -> dict[str, tuple[str, str | None]]:
    """停车, 地锁, 停车-地锁; a label that several categories have only with its category."""
    labels: dict[str, tuple[str, str | None]] = {}
    for (category, code), kind in SUBCATEGORIES.items():
        labels.setdefault(kind.label, (category, code))
        labels[f"{CATEGORY_LABELS[category]}-{kind.label}"] = (category, code)
    return labels | {label: (category, None) for category, label in CATEGORY_LABELS.items()}


KIND_LABELS: Mapping[str, tuple[str, str | None]] = _labels()


def subcategory_of(category: str, code: str | None) -> Subcategory:
    """What is known of this kind; an unknown code is the category's general one, told to nobody outside."""
    found = SUBCATEGORIES.get((category, code or "general"))
    return found or Subcategory(category, code or "general", "其他", False, DeadlineClass.ORDINARY)
