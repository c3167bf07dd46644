"""What is said of decision items (决议7), of watching over one, and of the public board (公示栏)."""

import re
from typing import Final

from nlp.arguments import Arguments
from nlp.consultation.actions import TableAction
from nlp.consultation.decision_arguments import EDGE, Rest, word_of
from nlp.consultation.decision_words import (
    AMOUNT,
    ASKED,
    BOARD,
    COMMAND,
    DONE_SAID,
    LIST,
    LIST_ONLY,
    LOOKS,
    NOT_OURS,
    OPENING,
    PAGE,
    PLEASANT,
    QUOTED,
    REFERENCE,
    UNWILLING,
    VERBS,
    WATCH_NO,
    WATCH_YES,
    WATCH_YES_RESIDENT,
    WILLING,
)
from nlp.consultation.said import Said, TableWord
from nlp.numerals import parse_number

OTHER: Final = re.compile(rf"\D{{0,8}}\d{{1,6}}(?!{AMOUNT})")  # another number is named
GLANCE: Final = 60  # characters in which the words stand that open something of ours
SHORTEST_NOTE: Final = 4  # characters of a note that no word announces
LONGEST_QUESTION: Final = 18  # characters, of a resident
SHORT_REST: Final = 6  # characters; a resident who says more behind a number may be reporting something


def find_decision(said: Said) -> TableWord | None:
    """进展 决议7 已联系, 决议7 属实, 决议列表, 公示栏; `None` for everything else.

    A question only shows. Times in `args` are ISO strings in Asia/Shanghai.
    """
    head = said.folded[:GLANCE]
    if "决议" in head:
        return _numbered(said) or _listed(said)
    if "公示" in head:
        return TableWord(TableAction.BOARD) if BOARD.fullmatch(said.folded.strip(EDGE + "?")) else None
    if "监督人" in head:
        return _willing(said.folded, None)
    if said.quoted and (found := QUOTED.match(said.quoted)):
        return _answering(said, int(found["number"]))
    return _bare(said) if said.is_resident else None


# ------------------------------------------------------------------ with a number


def _numbered(said: Said) -> TableWord | None:
    """VERB 决议7 …, or 决议7 VERB …"""
    lead = OPENING.match(said.folded)
    start = lead.end() if lead else 0
    for action, form in VERBS.items():
        verb = form.match(said.folded, start)
        if verb and (found := REFERENCE.match(said.folded, verb.end())):
            return _after(said, action, found, verb=verb.group())
    found = REFERENCE.match(said.folded, start)
    return _behind(said, found) if found else None


def _after(said: Said, action: str, found: re.Match[str], *, verb: str) -> TableWord | None:
    """The verb stood ahead of the number: 进展 决议7 已联系."""
    number, at = _number(found), found.end()
    rest = said.folded[at:].strip(EDGE)
    is_question = rest.endswith(("吗", "?", "吗。")) or bool(action != "progress" and ASKED.fullmatch(rest))
    if is_question:
        return TableWord(TableAction.DECISION_SHOW, number)
    if verb.strip(EDGE) in LOOKS and not rest:
        return TableWord(TableAction.DECISION_SHOW, number)
    return word_of(action, number, Rest(said, at, verb))


def _behind(said: Said, found: re.Match[str]) -> TableWord | None:
    """The number opened it: 决议7 属实, 决议7怎么样了, 决议7 已联系施工队."""
    number, at = _number(found), found.end()
    rest = said.folded[at:].strip(EDGE + "的")
    if not rest or ASKED.search(rest):
        is_looking = len(rest) <= LONGEST_QUESTION or not said.is_resident
        return TableWord(TableAction.DECISION_SHOW, number) if is_looking else None
    if NOT_OURS.match(rest):
        return None
    start = said.folded.index(rest, at)
    said_so = _willing(rest, number) or _watched(said, number, start)
    return said_so or _announced(said, number, start) or _noted(said, number, start)


def _announced(said: Said, number: int, start: int) -> TableWord | None:
    """A word of ours stands behind the number."""
    verbs = ((action, form.match(said.folded, start)) for action, form in VERBS.items())
    action, verb = next(((action, verb) for action, verb in verbs if verb), ("", None))
    return word_of(action, number, Rest(said, verb.end(), verb.group())) if verb else None


def _noted(said: Said, number: int, start: int) -> TableWord | None:
    """No word of ours: a note of who works on it; of a resident, maybe a report."""
    rest = said.folded[start:].strip(EDGE)
    if said.is_resident:
        return TableWord(TableAction.DECISION_SHOW, number) if len(rest) <= SHORT_REST else None
    if len(rest) < SHORTEST_NOTE:
        return TableWord(TableAction.DECISION_SHOW, number)
    action = "done" if DONE_SAID.match(rest) else "progress"
    return word_of(action, number, Rest(said, start, ""))


def _answering(said: Said, number: int) -> TableWord | None:
    """进展 已联系, said under a notice of that decision."""
    opened = said.folded.strip(EDGE)
    start = said.folded.index(opened) if opened else 0
    if OTHER.match(opened):
        return None
    watched = _watched(said, number, start)
    if watched is not None:
        return watched
    for action, form in VERBS.items():
        verb = form.match(said.folded, start)
        if verb and (
            not said.folded[verb.end() :] or said.folded[verb.end()] in EDGE or verb.group()[-1] in EDGE
        ):
            return _after_quote(said, action, number, verb=verb)
    return _note_under(said, number, start, opened=opened)


def _note_under(said: Said, number: int, start: int, *, opened: str) -> TableWord | None:
    """Words without a command under a notice are a note on it: no case is meant, whatever number it has."""
    if said.is_resident or len(opened) < SHORTEST_NOTE or PLEASANT.match(opened) or COMMAND.match(opened):
        return None
    return (
        TableWord(TableAction.DECISION_SHOW, number) if ASKED.search(opened) else _noted(said, number, start)
    )


def _after_quote(said: Said, action: str, number: int, *, verb: re.Match[str]) -> TableWord:
    rest = said.folded[verb.end() :].strip(EDGE)
    if rest.endswith(("吗", "?")) or (verb.group().strip(EDGE) in LOOKS and not rest):
        return TableWord(TableAction.DECISION_SHOW, number)
    return word_of(action, number, Rest(said, verb.end(), verb.group()))


def _number(found: re.Match[str]) -> int:
    words = found["behind"] or found["spoken"] or found["before"] or found["spoken_before"]
    return parse_number(words) or 0


# ------------------------------------------------------------------ what goes with it


def _watched(said: Said, number: int | None, start: int) -> TableWord | None:
    """属实, 没做完：还漏水"""
    rest = said.folded[start:]
    no = WATCH_NO.match(rest)
    if no is not None:
        words = said.body[start + no.end() :].strip(EDGE)
        is_telling = no.group().startswith(("还", "并", "只")) or not words
        whole = said.body[start:].strip(EDGE) if is_telling and len(rest) > no.end() else words
        return TableWord(TableAction.WATCH, number, {"confirms": False, "words": whole})
    yes = (WATCH_YES_RESIDENT if said.is_resident else WATCH_YES).match(rest)
    if yes is None:
        return None
    words = said.body[start + yes.end() :].strip(EDGE)
    return TableWord(TableAction.WATCH, number, {"confirms": True, "words": words})


def _willing(folded: str, number: int | None) -> TableWord | None:
    """愿意当监督人, 不当监督人 决议7"""
    for form, agrees in ((UNWILLING, False), (WILLING, True)):
        found = form.match(folded.strip(EDGE))
        if found is None:
            continue
        named = REFERENCE.search(folded, found.end())
        known = _number(named) if named else number
        return TableWord(TableAction.DECISION_WATCHER, known, {"agrees": agrees})
    return None


# ------------------------------------------------------------------ without a number


def _listed(said: Said) -> TableWord | None:
    """决议列表, 超期决议, 决议列表 第2页"""
    plain = said.folded.strip(EDGE + "?")
    page = PAGE.search(plain)
    number = parse_number(page["page"]) if page else None
    if page:
        plain = plain[: page.start()].strip(EDGE)
    if not LIST.fullmatch(plain):
        return _willing(said.folded, None) if "监督人" in plain else None
    only = next((name for name, form in LIST_ONLY.items() if form.search(plain)), "")
    args: Arguments = ({"only": only} if only else {}) | ({"page": number} if number and number > 1 else {})
    return TableWord(TableAction.DECISION_LIST, None, args)


def _bare(said: Said) -> TableWord | None:
    """属实, 没做完：还漏水: said by a watcher who was asked just now."""
    plain = said.folded.strip(EDGE)
    if not plain.startswith(
        ("属实", "情况属实", "确认属实", "没做完", "不属实", "没落实", "没有做完", "没有落实")
    ):
        return None
    return _watched(said, None, said.folded.index(plain))
