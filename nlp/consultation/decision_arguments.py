"""What goes with a word about a decision item: what was done, how many days more, who instead, why."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from nlp.arguments import Arguments
from nlp.consultation.actions import TableAction
from nlp.consultation.decision_words import DECIDES_EXTENSION, WATCH_NO
from nlp.consultation.said import Said, TableWord
from nlp.numerals import parse_number
from nlp.times import LOCAL, find_moments

EDGE: Final = " \t\r\n\u2005\u3000,，:：;；、。.!！"
DAYS: Final = re.compile(
    r"(?:再|多|需要?|要)?(?:延期?|宽限|推迟)?\s*(?P<count>\d{1,3}|[一二两三四五六七八九十]{1,3}|半)\s?个?(?P<unit>工作日|天|日|周|星期|礼拜|月)(?![前底初中末\d一二三四五六七八九十])"
)
DAYS_IN: Final[Mapping[str, int]] = {"周": 7, "星期": 7, "礼拜": 7, "月": 30}
BECAUSE: Final = re.compile(r"^(?:原因|理由|因为|由于|因)[是为]?[:：]?\s*")
UNTIL: Final = re.compile(r"(?:定[在到为]|改[在到为成]|延[期长]?到|推迟到|[到至在])\s*$")
BEFORE: Final = re.compile(r"^(?:[之以]?前|为止|止|截止)")
NO_PHOTO: Final = re.compile(
    r"(?:^|[\s,，。;；(（])(?:无照片|没有?照片|无需照片|不用照片|不用拍照|无法拍照)[\s:：,，]*(?P<why>[^)）]*)[)）]?"
)
NOBODY: Final = re.compile(r"(?:无|没有|取消|去掉|撤销|不要了?|不设)[\s。]*")
TO: Final = re.compile(r"^(?:给|由|到|改为|改成|换成|为|是|请)\s*")


class Rest(NamedTuple):
    """What stands behind the word and the number: from where on, and which word it was."""

    said: Said
    at: int
    verb: str

    @property
    def text(self) -> str:
        """The words as typed, without signs at their ends."""
        return self.said.body[self.at :].strip(EDGE)


def word_of(action: str, number: int, rest: Rest) -> TableWord:
    """The word of this action (a key of `VERBS`) with its arguments; times are ISO strings."""
    meant, arguments = WORDS[action]
    if action == "give_back" and rest.said.is_resident:  # who watches gives nothing back
        return TableWord(TableAction.WATCH, number, {"confirms": False, "words": rest.text})
    return TableWord(meant, number, arguments(rest))


def _progress(rest: Rest) -> Arguments:
    return {"note": rest.text}


def _done(rest: Rest) -> Arguments:
    """What was done; 无照片：… says why nothing can be shown."""
    found = NO_PHOTO.search(rest.text)
    if found is None:
        return {"result": rest.text}
    result = rest.text[: found.start()].strip(EDGE + "(（")
    return {"result": result, "no_photo": found["why"].strip(EDGE)}


def _reason(rest: Rest) -> Arguments:
    return _because(rest.text)


def _because(words: str) -> Arguments:
    return {"reason": BECAUSE.sub("", words).strip(EDGE)}


def _decided(rest: Rest) -> Arguments:
    is_granted = DECIDES_EXTENSION.match(rest.verb) is not None
    return {"grants": is_granted} | _reason(rest)


def _given_back(rest: Rest) -> Arguments:
    return {"back": True} | _reason(rest)


def _watcher(rest: Rest) -> Arguments:
    if not rest.text:
        return {}
    return {"name": "" if NOBODY.fullmatch(rest.text) else TO.sub("", rest.text)}


def _no_watcher(_: Rest) -> Arguments:
    return {"name": ""}


def _confirmed(rest: Rest) -> Arguments:
    return {"confirms": WATCH_NO.match(rest.text) is None, "words": rest.text}


def _doubted(rest: Rest) -> Arguments:
    return {"confirms": False, "words": rest.text}


def _owner(rest: Rest) -> Arguments:
    """枫桥物业 管道归他们管: who, and why."""
    name, _, why = TO.sub("", rest.text).partition(" ")
    for sign in "，,：:；;":
        name, cut, more = name.partition(sign)
        why = f"{more} {why}".strip() if cut else why
    return {"to": name.strip(EDGE)} | _because(why)


def _later(rest: Rest) -> Arguments:
    """3天 等配件; 到12月5日 等配件."""
    folded, body = rest.said.folded[rest.at :], rest.said.body[rest.at :]
    days = DAYS.match(folded, len(folded) - len(folded.lstrip(EDGE)))
    if days is None or BEFORE.match(folded[days.end() :]):
        return _until(rest)
    count = 0.5 if days["count"] == "半" else float(parse_number(days["count"]) or 0)
    number = int(count * DAYS_IN.get(days["unit"], 1))
    return {"days": number} | _because(body[days.end() :].strip(EDGE))


def _due(rest: Rest) -> Arguments:
    return _until(rest) | {"sets": True}


def _until(rest: Rest) -> Arguments:
    """A day without an hour means 18:00, the close of office."""
    folded, body = rest.said.folded[rest.at :], rest.said.body[rest.at :]
    for moment in find_moments(folded, rest.said.now):
        due = moment.instant if moment.has_clock else _at_close(moment.instant)
        ahead = UNTIL.sub("", body[: moment.start].strip(EDGE))
        after = BEFORE.sub("", body[moment.end :]).strip(EDGE)
        reason = " ".join(part for part in (ahead.strip(EDGE), after) if part)
        return {"due": due.astimezone(LOCAL).isoformat()} | _because(reason)
    return _because(body.strip(EDGE))


def _supervised(rest: Rest) -> Arguments:
    return {"note": rest.text}


def _at_close(moment: datetime) -> datetime:
    return moment.astimezone(LOCAL).replace(hour=18, minute=0, second=0, microsecond=0)


WORDS: Final[Mapping[str, tuple[TableAction, Callable[[Rest], Arguments]]]] = {
    "progress": (TableAction.DECISION_PROGRESS, _progress),
    "done": (TableAction.DECISION_DONE, _done),
    "extend": (TableAction.DECISION_EXTEND, _later),
    "due": (TableAction.DECISION_EXTEND, _due),
    "extension_decided": (TableAction.DECISION_EXTEND, _decided),
    "supervise": (TableAction.DECISION_SUPERVISE, _supervised),
    "no_watcher": (TableAction.DECISION_WATCHER, _no_watcher),
    "watcher": (TableAction.DECISION_WATCHER, _watcher),
    "drop": (TableAction.DECISION_DROP, _reason),
    "hand_over": (TableAction.DECISION_HAND_OVER, _owner),
    "give_back": (TableAction.DECISION_HAND_OVER, _given_back),
    "doubt": (TableAction.WATCH, _doubted),
    "confirm": (TableAction.WATCH, _confirmed),
}
