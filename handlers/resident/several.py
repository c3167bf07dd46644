"""Several problems in one sentence: each a case of its own, after one question."""

import re
from dataclasses import replace
from typing import Final

from handlers.conversation import settle
from handlers.resident import asking, drafts
from handlers.resident.choosing import asked_draft, keep_photo, wrong_number
from handlers.resident.drafts import Draft
from handlers.resident.router import router
from handlers.turn import Reply, Turn
from nlp.reading import Intent
from storage.models.conversations import Step

ALL: Final = frozenset(
    {
        "是",
        "是的",
        "对",
        "好",
        "好的",
        "嗯",
        "行",
        "可以",
        "要",
        "都要",
        "都是",
        "都登记",
        "都办",
        "全部",
        "全登记",
    }
)
NONE: Final = frozenset({"不", "不用", "不是", "不登记", "都不", "都不要", "算了"})
CHOSEN: Final = re.compile(
    r"(?:第|只登记|只|登记|要|选)*\s*([1-9一二三四五](?:[\s,，、和跟.。]*第?[1-9一二三四五])*)\s*[件个号项]?"
)
DIGIT: Final = re.compile("[1-9一二三四五]")
DIGITS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}


@router.on(Step.CONFIRMING_SEVERAL)
def choose(turn: Turn) -> Reply | None:
    """是, 1, 1和2, or the place of it all; 算了 drops it; anything else is a new message."""
    draft = asked_draft(turn)
    if draft is None:
        return None
    if (kept := keep_photo(turn, draft)) is not None:
        return kept
    said = turn.message.text.strip().rstrip("。.!！~ ")
    if said in NONE or (turn.reading.intent is Intent.WITHDRAW and turn.reading.case_number is None):
        settle(turn.db, turn.conversation)
        return turn.say("draft_dropped")
    chosen = _chosen(said, draft)
    if asking.is_place_alone(turn):
        draft = replace(drafts.with_location(draft, turn.reading), is_home=False)
        chosen = asking.problems_of(draft)
    if not chosen:
        return wrong_number(turn, len(asking.problems_of(draft)))
    settle(turn.db, turn.conversation)
    (category, subcategory), *also = chosen
    draft = replace(draft, category=category, subcategory=subcategory, also=also)
    return asking.open_or_ask(turn, draft, asking.estate_of_draft(turn, draft))


def _chosen(said: str, draft: Draft) -> list[list[str]]:
    """The problems that are to be registered; none when the words are no answer."""
    problems = asking.problems_of(draft)
    if said in ALL:
        return problems
    found = CHOSEN.fullmatch(said)
    digits = DIGIT.findall(found[1]) if found else []
    numbers = [DIGITS.get(each) or int(each) for each in digits]
    if any(number > len(problems) for number in numbers):
        return []
    return [problems[number - 1] for number in dict.fromkeys(numbers)]
