"""What is said to an invitation and at the door: 参加, 请假, 意见, 签到; who comes, who came."""

import re
from collections.abc import Callable
from typing import Final

from nlp.arguments import Json
from nlp.consultation.actions import TableAction
from nlp.consultation.answer_forms import (
    ABOUT,
    AFTER_JOIN,
    AFTER_OPINION,
    ALSO_SAYS,
    ASKS,
    ASKS_OF_MEETING,
    AT_DOOR,
    BARE_CODE,
    BARE_OPINIONS,
    BARE_REPORTED,
    BECAUSE,
    BETWEEN_NAMES,
    CODE,
    DECLINES,
    EDGE,
    FOR_NAMED,
    FOR_OTHERS,
    GLANCE,
    GOES,
    JOINS,
    LISTS,
    LONGEST_QUESTION,
    LONGEST_REASON,
    MOST,
    NOT_AN_ABSENCE,
    OPINES,
    OPINION_SIGN,
    PAGE,
    QUOTED,
    STANDS_ALONE,
    WORDS,
)
from nlp.consultation.said import Said, TableWord
from nlp.numerals import parse_number

LONGEST_ANSWER: Final = 80  # characters of what is read as a whole
LONGEST_NUMBER: Final = 4  # digits
SHORT_ANSWER: Final = 20  # characters


def find_answer(said: Said) -> TableWord | None:
    """参加 议事会5 2人, 请假 议事会5 加班, 意见 议事会5：…, 签到 4821, 到会 议事会5; `None` for all else.

    What asks does nothing. The number of a quoted invitation counts where the text names none.
    """
    if not any(word in said.folded[:GLANCE] for word in WORDS):
        return _in_few_words(said) if said.is_resident and len(said.folded) <= SHORT_ANSWER else None
    return next((word for part in PARTS if (word := part(said)) is not None), None)


def _in_few_words(said: Said) -> TableWord | None:
    """我和老伴都去, 我们家去3个人, 4821, 几点开; the handler knows whether anything awaits such an answer."""
    plain = said.folded.strip(EDGE)
    if BARE_CODE.fullmatch(plain):
        return TableWord(TableAction.CHECK_IN, None, {"code": plain, "is_bare": True})
    if ASKS_OF_MEETING.fullmatch(plain.strip(EDGE + "?")) and len(plain) <= LONGEST_QUESTION:
        return TableWord(TableAction.MEETING_ASKED, _number(said), {"is_bare": True})
    found = GOES.fullmatch(said.folded)
    if found is None:
        return None
    together = 2 if re.search("[和跟带俩]", found["lead"]) else None
    people = _count(found) or together
    args: dict[str, Json] = {"is_bare": True}
    return TableWord(TableAction.JOIN, _number(said), args | ({"people": people} if people else {}))


# ------------------------------------------------------------------ lists


def _lists(said: Said) -> TableWord | None:
    """到会 议事会5, 议事会5报名情况; for those who work here 报名 议事会5 and 意见 议事会5 as well."""
    if len(said.folded) > LONGEST_ANSWER:
        return None
    for action, ways in LISTS.items():
        for way in ways:
            found = way.fullmatch(said.folded)
            if found and (args := _rest_of_list(action, found["rest"])) is not None:
                return TableWord(action, _number(said, found), args)
    if said.is_resident:
        return None
    if found := BARE_REPORTED.fullmatch(said.folded):
        return TableWord(TableAction.WHO_COMES, _number(said, found))
    if found := BARE_OPINIONS.fullmatch(said.folded):
        args = _rest_of_list(TableAction.OPINIONS, found["rest"])
        return None if args is None else TableWord(TableAction.OPINIONS, _number(said, found), args)
    return None


def _rest_of_list(action: TableAction, rest: str) -> dict[str, Json] | None:
    """Nothing may follow but, of opinions, the page."""
    rest = rest.strip(EDGE + "?")
    if not rest:
        return {}
    page = PAGE.fullmatch(rest)
    if action is not TableAction.OPINIONS or page is None:
        return None
    return {"page": parse_number(page["page"])}


# ------------------------------------------------------------------ answers


def _joins(said: Said) -> TableWord | None:
    """参加 议事会5 2人, 我和老伴参加, 两个人参加, 报名"""
    if ASKS.search(said.folded):
        return None
    start = JOINS.match(said.folded) if len(said.folded) <= LONGEST_ANSWER else None
    rest = AFTER_JOIN.fullmatch(said.folded, start.end()) if start else None
    if start is None or rest is None:
        return None
    number = _number(said, start, rest)
    is_bare = number is None and start["verb"] == "报名"
    if is_bare and not said.is_resident:
        return None  # 我报名: a worker takes a case
    bare = int(rest["bare"]) if rest["bare"] else None
    if bare is not None and number is None:
        return TableWord(TableAction.JOIN, bare)  # 参加 5: the meeting
    together = 2 if re.search("[和跟带]", start["lead"] or "") else None
    counts = (_count(rest), bare, _count(start), together)
    people = next((each for each in counts if each is not None), None)
    return TableWord(TableAction.JOIN, number, {} if people is None else {"people": people})


def _declines(said: Said) -> TableWord | None:
    """请假 议事会5 加班, 来不了, 我不参加了"""
    found = DECLINES.match(said.folded)
    if found is None or ASKS.search(said.folded):
        return None
    if not STANDS_ALONE.match(said.folded, found.end()):
        return None  # 请假条, 来不了那么多人
    about = ABOUT.match(said.folded, found.end())
    end = about.end() if about else found.end()
    number = _number(said, found, *([about] if about else []))
    reason = BECAUSE.sub("", said.body[end:].strip(EDGE))
    if number is None and reason.isascii() and reason.isdigit() and len(reason) <= LONGEST_NUMBER:
        return TableWord(TableAction.DECLINE, int(reason))  # 请假 5: the meeting
    also = ALSO_SAYS.match(reason)
    if also is not None and (number is not None or said.is_resident):
        return TableWord(TableAction.DECLINE, number, {"opinion": reason[also.end() :].strip(EDGE)})
    behind = said.folded[found.end() :].strip(EDGE)
    is_absence = said.is_resident or (bool(behind) and not NOT_AN_ABSENCE.search(behind))
    is_answer = number is not None or (is_absence and len(reason) <= LONGEST_REASON)
    if not is_answer:
        return None  # 请假三天, said by a worker; or a report that begins so
    return TableWord(TableAction.DECLINE, number, {"reason": reason} if reason else {})


def _opines(said: Said) -> TableWord | None:
    """意见 议事会5：先修东门, 有意见：…, 议事会5意见：…"""
    found = OPINES.match(said.folded)
    if found is None:
        return None
    about = AFTER_OPINION.match(said.folded, found.end())
    end = about.end() if about else found.end()
    number = _number(said, found, *([about] if about else []))
    sign = OPINION_SIGN.match(said.folded, end)
    if sign is None:
        return None  # 意见箱, 意见很大
    words = said.body[sign.end() :].strip(EDGE)
    if (
        not words
        and number is None
        and not found.group().strip(EDGE).endswith(("有意见", "提意见", "我的意见"))
    ):
        return None
    is_clear = ":" in sign.group() or number is not None or said.is_resident
    return TableWord(TableAction.OPINION, number, {"words": words}) if is_clear else None


# ------------------------------------------------------------------ at the door


def _checks_in(said: Said) -> TableWord | None:
    """签到 4821, 4821签到; 签到 alone of a resident asks for the code"""
    if found := CODE.fullmatch(said.folded):
        code = found["code"] or found["code_ahead"]
        return TableWord(TableAction.CHECK_IN, _number(said, found), {"code": code})
    found = AT_DOOR.fullmatch(said.folded)
    if found is None:
        return None
    number = _number(said, found)
    if number is None and not said.is_resident:
        return None  # 签到 alone: somebody who was whistled is there
    return TableWord(TableAction.CHECK_IN, number, {"code": ""})


def _checks_in_for(said: Said) -> TableWord | None:
    """代签到 议事会5 王大妈、李大爷; 替王大妈签到"""
    if ASKS.search(said.folded):
        return None
    if named := FOR_NAMED.fullmatch(said.folded):
        names = _names(said.body[slice(*named.span("names"))])
        return TableWord(TableAction.CHECK_IN_FOR, _number(said, named), {"names": names})
    found = FOR_OTHERS.match(said.folded)
    if found is None:
        return None
    names = _names(said.body[found.end() :])
    return TableWord(TableAction.CHECK_IN_FOR, _number(said, found), {"names": names})


def _names(text: str) -> list[Json]:
    return [name for name in BETWEEN_NAMES.split(text.translate(str.maketrans("，；：", ",;:"))) if name]


def _number(said: Said, *found: re.Match[str]) -> int | None:
    """The meeting's number as the text has it, else as the message it answers has it."""
    for match in found:
        number = next((value for name, value in _groups(match) if value is not None), None)
        if number is not None:
            return number
    quoted = QUOTED.search(said.quoted)
    return _number(said, quoted) if quoted else None


def _groups(match: re.Match[str]) -> list[tuple[str, int | None]]:
    return [
        (name, parse_number(value))
        for name, value in match.groupdict().items()
        if name.startswith("meeting") and value
    ]


def _count(match: re.Match[str]) -> int | None:
    said = match.groupdict().get("count")
    found = parse_number(said) if said else None
    return None if found is None else min(found, MOST)


PARTS: Final[tuple[Callable[[Said], TableWord | None], ...]] = (
    _lists,
    _checks_in_for,
    _checks_in,
    _opines,
    _declines,
    _joins,
)
