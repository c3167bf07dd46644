"""A report whose kind is not clear: one question with numbered choices."""

from dataclasses import replace
from typing import Final

from handlers.cases.subcategories import CATEGORY_LABELS, SUBCATEGORIES
from handlers.conversation import Move, move, settle
from handlers.replies import dialogue
from handlers.resident import asking, drafts
from handlers.resident.choosing import asked_draft, keep_photo, wrong_number
from handlers.resident.drafts import Draft
from handlers.resident.router import router
from handlers.turn import Reply, Turn
from nlp.reading import Intent, Kind, Reading
from storage.models.conversations import Step

OFFERED: Final = 3  # kinds of trouble, beside 其他
OTHER: Final = "other"
LIKELY: Final = 0.25  # share from which a subcategory is believed of what is not clear
YES: Final = frozenset({"是", "是的", "登记", "要", "对", "嗯"})
NO: Final = frozenset({"不是", "不用", "不", "不登记", "算了", "没事", "只是说说", "不是要办的事"})
HOMES: Final = ("我住", "我家住", "我们住", "我搬")  # says where somebody lives, not where the trouble is


def offered(reading: Reading) -> list[str]:
    """The categories to choose from, the likeliest first and 其他 last; none when there is no choice."""
    likely = [each for each in reading.candidates if each != OTHER][:OFFERED]
    return [*likely, OTHER] if likely else []


def ask(turn: Turn, draft: Draft, categories: list[str]) -> Reply:
    """The resident chooses what it is; unanswered it goes to the desk as the likeliest."""
    asking.release_draft(turn)
    choices = [[each, best_subcategory(turn.reading, each)] for each in categories]
    until = turn.now + turn.rules.draft_lifetime
    kept = draft.as_json() | {"choices": choices}
    move(turn.db, turn.conversation, Move.ASK_CATEGORY, draft=kept, expires_at=until)
    return Reply(dialogue.ask_category(turn.community.id, categories))


def best_subcategory(reading: Reading, category: str) -> str:
    """What it most likely is within this category."""
    if reading.category == category and reading.subcategory:
        return reading.subcategory
    shares = {
        name.rpartition("/")[2]: share
        for name, share in reading.topics.items()
        if (category, name.rpartition("/")[2]) in SUBCATEGORIES
    }
    likeliest = max(shares, key=lambda code: shares[code], default="general")
    return likeliest if shares.get(likeliest, 0.0) >= LIKELY else "general"


@router.on(Step.CHOOSING_CATEGORY)
def choose(turn: Turn) -> Reply | None:
    """2, 停车, or more words that make it clear; 算了 drops it; anything else is a new message."""
    draft = asked_draft(turn)
    if draft is None:
        return None
    if (kept := keep_photo(turn, draft)) is not None:
        return kept
    choices: list[list[str]] = (turn.conversation.draft or {}).get("choices", [])
    said = turn.message.text.strip().rstrip("。.!！~ ")
    is_dropped = turn.reading.intent is Intent.WITHDRAW and turn.reading.case_number is None
    if turn.reading.intent is Intent.RESIDE and turn.message.text.strip().startswith(HOMES):
        return None
    if said == str(len(choices) + 1) or said in NO or is_dropped:
        settle(turn.db, turn.conversation)
        return turn.say("draft_dropped")
    return _answered(turn, draft, said=said, choices=choices)


def _answered(turn: Turn, draft: Draft, *, said: str, choices: list[list[str]]) -> Reply | None:
    """The case of the kind chosen; `None` when the words are no answer."""
    if asking.is_place_alone(turn):
        return _register(turn, drafts.with_location(draft, turn.reading), None)
    chosen = _chosen(said, draft, choices)
    if chosen is not None:
        return _register(turn, draft, chosen)
    location = turn.reading.location
    has_own_place = location is not None and location.is_address
    if turn.reading.is_confidential or (has_own_place and turn.reading.opens_case):
        return None  # another report, whole by itself
    is_clearer = turn.reading.kind is Kind.REPORT and not turn.reading.is_unsure
    if is_clearer and turn.reading.category in [category for category, _ in choices]:
        told = drafts.with_location(draft, turn.reading)
        return _register(turn, told, [turn.reading.category or OTHER, turn.reading.subcategory or "general"])
    return wrong_number(turn, len(choices) + 1)


def _register(turn: Turn, draft: Draft, chosen: list[str] | None) -> Reply:
    settle(turn.db, turn.conversation)
    category, subcategory = chosen or [draft.category, draft.subcategory or "general"]
    draft = replace(draft, category=category, subcategory=subcategory)
    return asking.open_or_ask(turn, draft, asking.estate_of_draft(turn, draft))


def _chosen(said: str, draft: Draft, choices: list[list[str]]) -> list[str] | None:
    if said in YES:
        return [draft.category, draft.subcategory or "general"]
    if said.isdecimal() and 1 <= int(said[:3]) <= len(choices):
        return choices[int(said) - 1]
    return next((each for each in choices if CATEGORY_LABELS[each[0]] == said), None)
