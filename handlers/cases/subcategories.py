"""What the office knows of each subcategory: its name, who may hear of it, how soon it must be done."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files


class DeadlineClass(StrEnum):
    """Which deadline a kind of trouble has by its nature."""

    DANGER = "danger"
    LIFELINE = "lifeline"
    ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Subcategory:
    """One kind of trouble; `is_public` says whether residents' groups may be told of such a case."""

    category: str
    code: str
    label: str
    is_public: bool
    deadline: DeadlineClass


CATEGORY_LABELS: Mapping[str, str] = {
    "noise": "噪音",
    "parking": "停车",
    "water": "用水",
    "property": "物业",
    "other": "其他",
}


def _load() -> dict[tuple[str, str], Subcategory]:
    text = files("handlers.cases").joinpath("subcategories.toml").read_text("utf-8")
    return {
        (category, code): Subcategory(
            category, code, row["label"], row["public"], DeadlineClass(row.get("deadline", "ordinary"))
        )
        for category, rows in tomllib.loads(text).items()
        for code, row in rows.items()
    }


SUBCATEGORIES: Mapping[tuple[str, str], Subcategory] = _load()


def subcategory_of(category: str, code: str | None) -> Subcategory:
    """What is known of this kind; an unknown code is the category's general one, told to nobody outside."""
    found = SUBCATEGORIES.get((category, code or "general"))
    return found or Subcategory(category, code or "general", "其他", False, DeadlineClass.ORDINARY)
