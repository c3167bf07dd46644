"""What residents read while something is being asked, and of what the bot knows of them."""

from collections.abc import Sequence

from handlers.cases.joining import Registered
from handlers.cases.subcategories import CATEGORY_LABELS, subcategory_of
from handlers.replies.formats import place_text, plain_kind
from handlers.replies.sentences import say


def ask_several(community_id: int, problems: Sequence[Sequence[str]]) -> str:
    """Which of the problems in one sentence are to be registered, by numbered choice."""
    labels = [_label(category, code) for category, code in problems]
    return numbered(community_id, "several_found", labels, end="several_choose", count=len(labels))


def ask_category(community_id: int, categories: Sequence[str]) -> str:
    """Which kind of trouble it is, by numbered choice; the last choice is that it is none."""
    labels = [CATEGORY_LABELS[each] for each in categories]
    return numbered(community_id, "ask_category", [*labels, say(community_id, "no_report")])


def numbered(community_id: int, key: str, choices: Sequence[str], *, end: str = "", **facts: object) -> str:
    """A question with its choices under it, each on a line with its number."""
    lines = [f"{index} {choice}" for index, choice in enumerate(choices, start=1)]
    last = [say(community_id, end, **facts)] if end else []
    return "\n".join([say(community_id, key, **facts), *lines, *last])


def further_lines(further: Sequence[Registered]) -> list[str]:
    """A line for each further problem of the same sentence."""
    return [
        say(each.case.community_id, "further_registered", label=each.case.label, kind=plain_kind(each.case))
        for each in further
    ]


def draft_opened(opened: Registered, owner: str) -> str:
    """The reporter did not answer what was asked; the case is open all the same, where it was said to be."""
    facts = {"label": opened.case.label, "kind": plain_kind(opened.case), "owner": owner}
    return say(
        opened.case.community_id, "draft_opened_here", place=place_text(opened.case, opened.estate), **facts
    )


def _label(category: str, code: str) -> str:
    kind = subcategory_of(category, code)
    return CATEGORY_LABELS.get(category, "其他") if kind.code == "general" else kind.label
