"""Minutes and what is entered at the table: 纪要 议事会5 …, 决议 议事会5：…, 登记 议事会5, 认领 决议7."""

import re
from datetime import datetime
from typing import Final

from nlp.arguments import Arguments, Json
from nlp.characters import fold
from nlp.consultation.actions import TableAction
from nlp.consultation.decision_lines import MOST, is_item, read_due, read_line
from nlp.consultation.numbering import DECISION, MEETING, TOPIC, forms, match_of, number_in, numbered
from nlp.consultation.said import Said, TableWord

A = TableAction
OF_MEETING: Final = numbered(MEETING, "meeting")
OF_DECISION: Final = numbered(DECISION, "decision")
OF_TOPIC: Final = numbered(TOPIC, "topic")
GAP: Final = r"[\s,:、的]*"
HOW: Final = r"(?:(?P<replace>更正|修改|重写|改)|(?P<add>补充|追加|补))?"
WORD: Final = rf"{HOW}\s?(?:写|记|录)?(?:会议|议事会)?纪要(?!录)"
MINUTES: Final = re.compile(rf"{WORD}(?:{GAP}{OF_MEETING})?")
MINUTES_OF: Final = re.compile(rf"{OF_MEETING}{GAP}{WORD}")
CASE_NUMBER: Final = re.compile(r"\s*(?:诉求|编号)?[\s#]*\d")  # 纪要 23 …: of the meeting on that case
ADD: Final = forms(
    rf"(?:新增|增加|加|补充|记|登记)?(?:一条)?决议(?:事项)?[\s:]*(?:{OF_MEETING}|{OF_TOPIC})",
    rf"(?:{OF_MEETING}|{OF_TOPIC}){GAP}(?:新增|增加|加|补充)?(?:一条)?决议(?:事项)?\s*:",
)
BELONGS: Final = re.compile(rf"{OF_DECISION}\s*(?:是|属于|归|列入|放到|改到)?\s*{OF_TOPIC}(?:的)?[\s。!]*")
BATCH: Final = forms(
    rf"(?:现场|当场|批量)?登记[\s:]*{OF_MEETING}", rf"{OF_MEETING}{GAP}(?:现场|当场|批量)?登记"
)
CLAIM: Final = re.compile(rf"(?:我们?|单位)?\s?认领[\s:]*{OF_DECISION}")
CLAIMED: Final = re.compile(rf"{OF_DECISION}[\s,]*(?:由?我们?|单位)?认领(?!吗|没)了?")
CLAIM_CASE: Final = re.compile(
    r"(?:我们?|单位)?\s?认领\s*(?:诉求|编号|#)?\s*(?:(?P<year>20\d\d)-)?(?P<case>\d{1,6})号?(?=$|[\s,。!])"
)
QUESTION: Final = re.compile(r"[?？]\s*$|[吗么呢][\s。]*$|能不能|可不可以|怎么")
ASKS_HOW: Final = re.compile("怎么写|如何写|格式|怎么记")
SHORT: Final = 16  # characters of a question behind the word; more are minutes
HEADING: Final = re.compile(
    r"\s*(?:#+|[一二三四五六]、)?\s*(?:会议)?(?:决议(?:事项)?|议定事项|决定)(?:如下)?\s*:?\s*"
)
LABELLED: Final = re.compile(
    r"\s*(?:[-*·•]|[(]?\d{1,2}[.、)])?\s*(?:决议(?:事项)?|议定事项|决定)\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})?(?:\s*[:、.]\s*|\s+)"
)
NUMBERED: Final = re.compile(r"\s*(?:[-*·•]|[(]?\d{1,2}[.、):])\s*(?=\S)")
INLINE: Final = re.compile(r"\n|(?<=[。;；])\s*(?=决议(?:事项)?\s*\d{0,2}\s*[:：])")
ITEMS: Final = re.compile(r"(?:^|(?<=[;；。\s]))\s*\d{1,2}[.、)]\s*")
TOPIC_HEAD: Final = re.compile(rf"\s*(?:#+|[-*])?\s*(?:关于|讨论)?{OF_TOPIC}")
LATER: Final = re.compile(
    r"下次(?:会议?)?(?:再|继续)(?:议|商量|讨论|开)|留到下次|留待下次|(?:未|没有?)(?:能)?议定|改日再议|暂缓再议"
)
KINDS: Final = {
    "诉求": "case",
    "反映": "case",
    "问题": "case",
    "报修": "case",
    "议题": "topic",
    "提议": "topic",
    "决议": "decision",
    "决议事项": "decision",
}
LINE: Final = re.compile(
    r"\s*(?:[-*·•]|[(]?\d{1,2}[.、)])?\s*(?P<kind>诉求|反映|问题|报修|议题|提议|决议事项|决议)(?P<mark>\s*[:、]\s*|\s+)(?P<words>\S.*)"
)
SPLIT: Final = re.compile(r"\n|[;；](?=\s*(?:诉求|反映|问题|报修|议题|提议|决议))")
REPORTER: Final = re.compile(
    r"[\s,(]*(?:反映人|提出人)[是为:\s]*(?P<named>[^\s,。;()]{2,16})[\s)。]*"
    r"|^(?P<leading>[\u4e00-\u9fff]{2,5})\s?(?:反映|说|提出)[\s:,]+"
)


def find_minutes(said: Said) -> TableWord | None:
    """纪要, 决议 议事会5：…, 登记 议事会5, 认领 决议7; `None` for everything else."""
    head = said.folded[:40]
    if "纪要" in head and (found := _minutes(said)):
        return found
    if said.is_resident:
        return None
    if "决议" in head and (found := _decisions(said)):
        return found
    if "登记" in head and (found := _batch(said)):
        return found
    return _claim(said) if "认领" in head else None


def _minutes(said: Said) -> TableWord | None:
    match = MINUTES_OF.match(said.folded) or MINUTES.match(said.folded)
    if match is None:
        return None
    number = number_in(match, "meeting")
    rest = said.body[match.end() :]
    if number is None and CASE_NUMBER.match(rest):
        return None
    if number is None and (quoted := re.search(numbered(MEETING, "meeting"), said.quoted)):
        number = number_in(quoted, "meeting")
    if number is None and rest and rest[0] not in " \t\n:：,，" and not ASKS_HOW.match(rest):
        return None
    is_question = bool(QUESTION.search(said.folded)) and len(rest) < SHORT
    if is_question and number is None and not ASKS_HOW.search(rest):
        return None
    words = "" if is_question else rest.strip(" \t\r\n:：,，。")
    if said.is_resident:
        return TableWord(A.MINUTES, number) if not words else None
    how = "replace" if match["replace"] else "add" if match["add"] else "write"
    return TableWord(A.MINUTES, number, {"how": how, **read_minutes(words, said.now)})


def read_minutes(text: str, now: datetime) -> Arguments:
    """The words of minutes, the decision items among them, and the topics left for another time (`later`).

    Items stand behind 决议：, in lines that begin with who does it and until when, or as numbered lines
    below such a heading; a line that begins with 议题3 says what the items below belong to. All in their
    order; at most fifty items.
    """
    kept: list[str] = []
    decisions: list[Json] = []
    later: list[Json] = []
    topic: int | None = None
    is_below = False
    for line in INLINE.split(text):
        folded = fold(line)
        if HEADING.fullmatch(folded):
            is_below = True
            continue
        if (items := _items(line, folded, now, is_below=is_below)) is not None:
            decisions += [_of_topic(read_line(item, now), topic) for item in items if item.strip()]
            continue
        is_below = False
        if head := TOPIC_HEAD.match(folded):
            topic = number_in(head, "topic")
        if LATER.search(folded):
            later += [each for match in re.finditer(OF_TOPIC, folded) if (each := number_in(match, "topic"))]
        kept.append(line.rstrip())
    return {"words": "\n".join(kept).strip(), "decisions": decisions[:MOST], "later": later}


def _items(line: str, folded: str, now: datetime, *, is_below: bool) -> list[str] | None:
    """The items of a line, several where they are numbered in it; `None` when it is no line of items."""
    labelled = LABELLED.match(folded)
    if labelled is not None:
        rest = line[labelled.end() :]
        numbered_items = [part for part in ITEMS.split(rest) if part.strip(" ;；。")]
        return numbered_items if len(numbered_items) > 1 else [rest]
    found = NUMBERED.match(folded)
    bare = line[found.end() :] if found else line
    return [bare] if (found and is_below) or is_item(bare, now) else None


def _of_topic(item: Arguments, topic: int | None) -> Arguments:
    return item if item["topic"] is not None else item | {"topic": topic}


def _decisions(said: Said) -> TableWord | None:
    belongs = BELONGS.fullmatch(said.folded)
    if belongs is not None:
        return TableWord(
            A.DECISION_TOPIC, number_in(belongs, "decision"), {"topic": number_in(belongs, "topic")}
        )
    match = match_of(ADD, said.folded)
    if match is None or (QUESTION.search(said.folded) and "\n" not in said.body):
        return None
    topic = number_in(match, "topic")
    lines = (_unmarked(each).strip(" \t:：,，。") for each in said.body[match.end() :].split("\n"))
    items = [_of_topic(read_line(each, said.now), topic) for each in lines if each]
    decisions: list[Json] = [*items[:MOST]]
    return TableWord(A.DECISION_ADD, number_in(match, "meeting"), {"topic": topic, "decisions": decisions})


def _unmarked(line: str) -> str:
    """The line without its number and the word 决议 before it."""
    for form in (NUMBERED, LABELLED):
        found = form.match(fold(line))
        line = line[found.end() :] if found else line
    return line


def _batch(said: Said) -> TableWord | None:
    match = match_of(BATCH, said.folded)
    if match is None or (QUESTION.search(said.folded) and "\n" not in said.body):
        return None
    return TableWord(
        A.TABLE_BATCH, number_in(match, "meeting"), {"lines": read_batch(said.body[match.end() :], said.now)}
    )


def read_batch(text: str, now: datetime) -> list[Json]:
    """What was raised, a line each: `kind` is case, topic, decision, or empty where no word says it.

    A case has `reporter`, the name of who raised it, empty without one; a decision what `read_line` gives.
    """
    lines = (each.strip(" \t:：,，") for each in SPLIT.split(text))
    return [_line(each, now) for each in lines if each]


def _line(text: str, now: datetime) -> Arguments:
    folded = fold(text)
    found = LINE.fullmatch(folded)
    if found is None:
        return {"kind": "", "words": text}
    words, kind = text[slice(*found.span("words"))].strip(), KINDS[found["kind"]]
    if kind == "decision":
        return {"kind": kind, **read_line(words, now)}
    if kind == "topic":
        return {"kind": kind, "words": words}
    reporter = REPORTER.search(folded[found.start("words") :])
    name = (reporter["named"] or reporter["leading"]) if reporter else ""
    return {
        "kind": kind,
        "words": words.replace(reporter.group(), "").strip() if reporter else words,
        "reporter": name,
    }


def _claim(said: Said) -> TableWord | None:
    match = CLAIM.match(said.folded) or CLAIMED.match(said.folded)
    case = None if match else CLAIM_CASE.match(said.folded)
    if QUESTION.search(said.folded) or (match is None and case is None):
        return None
    if case is not None:
        due = read_due(said.body[case.end() :], said.now)
        return TableWord(
            A.CLAIM_ITEM, int(case["case"]), {"of": "case", "year": int(case["year"] or 0) or None, **due}
        )
    assert match is not None
    return TableWord(
        A.CLAIM_ITEM,
        number_in(match, "decision"),
        {"of": "decision", **read_due(said.body[match.end() :], said.now)},
    )
