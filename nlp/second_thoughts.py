"""An action that was read is reconsidered: whether it was asked, denied or taken back, and what was told."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from nlp.actions import Action
from nlp.case_numbers import CaseNumber
from nlp.doubts import DEEDS, is_asked, is_denied, is_taken_back
from nlp.notes import COMMANDED, ORDERED, QUERY, corrects, is_finished, tells
from nlp.recipients import find_units

TOLD: Final = 12  # characters: a broadcast longer than that is the residents' to read, questions and all
OTHER_NUMBER: Final = re.compile(
    r"\s*(?:不是|不对|错了)\s?[,:]?\s?\d{1,6}号?[\s,，。]*(?:应该|应)?是?\s?\d{1,6}号?[\s。!]*"
)
ARRIVED: Final = re.compile(r"报[到道]|到[岗达场位]|[我人们员队]到|到现场|就位|应哨|签到")
FOUND: Final = re.compile(
    r"(?:查|找|测|检|摸|问|看|拿|收|买|订|调|约|联系|接)到"
)  # a leak is found, nobody has come
TAKEN_UP: Final = re.compile(
    r"\s*接(?:一下|一哈|下)(?=[\u4e00-\u9fff])(?![这那吧哈了啊呗第编诉]|[一二三四五六七八九十]+号)"
)  # 接一下电话
URGED: Final = re.compile(
    r"(?<![该要得])(?:催|督促|督)(?:办|促)?(?:了|过)(?!没|吗|几)|(?:已经?|刚|都)(?:催|督)"
)
URGING: Final = re.compile(
    r"催|督|盯|抓紧|怎么|为[啥什何]|咋|超|逾|赶|快|限|拖|几天|多久|牌|过期|到期|加急|重点|急"
)
UNABLE: Final = re.compile(r"[办修弄]不[好成完了]")
STILL_OPEN: Final = re.compile(r"\s*#?\d{1,6}号?[\s,]*(?:还|暂时|目前|现在)*(?:没|未|不)")  # 13 还没办结
TOGETHER: Final = re.compile(r"一起|一块|一道|联合|都(?:来|到|去)|同时|一同")
GUESTS: Final = re.compile(r"会|列席|旁听|出席|参加|邀|座谈|评议|律师|代表|作证|见证")
OWN_TIME: Final = re.compile(r"^[\s,]*(?:我|本人|咱)(?!们|想|来|请|准备|打算|通知|约|定|召集|组织|安排|建议)")
OWN_DAY: Final = re.compile(  # 中午12点吃饭, 3点开会: no day, no place, nobody called
    r"\s*(?:今天|今晚|上午|下午|中午|晚上|早上|傍晚)*\s*(?:\d{1,2}|[一二两三四五六七八九十]{1,2})(?:点半?|:\d\d)"
    r"(?:多|左右|我|要|去|还)*\s*"
    r"(?:(?:有个|有|个|开)*会|\S{0,3}(?:吃饭|午饭|晚饭|下班|上班|上课|接孩子|回家|午休|看病|体检|培训|值班))[了呢吧啊\s。!]*"
)
BEGGED: Final = re.compile(r"行不行|可不可以|能不能|可以吗|行吗|成吗")  # more time is what one asks for
BARE_DONE: Final = re.compile(
    r"(?:都|已经?)?(?:弄|办|修|搞|处理)?(?:好了|完了|妥了|搞定了?|完事了?)[\s!。~]*"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What was typed, folded: the number in it, whether a case is named at all, the opening word's end."""

    head: str
    number: CaseNumber | None
    has_case: bool
    opening: int | None

    def words(self) -> str:
        """What stands beside the number."""
        if self.number is None:
            return self.head
        return f"{self.head[: self.number.start]} {self.head[self.number.end :]}".strip(" ,:、。的那")


def reconsidered(action: Action, said: Said) -> Action:
    """What is done in the end.

    What closes, rejects, hands over, prolongs, merges or tells a resident something never follows from a
    question, a denial or a wish: the case is shown instead, or nothing is done when none is named.
    """
    if said.opening is not None:
        return _spoken(action, said, said.opening)
    action = _meant(action, said)
    if action is Action.PROGRESS:
        return _noted(said)
    if is_finished(said.words()) and said.has_case and action in (Action.SHOW, Action.NONE):
        return Action.RESOLVE
    is_begged = action is Action.EXTEND and BEGGED.search(said.head) is not None
    is_doubted = is_asked(said.head, action) and not is_begged
    if action in DEEDS and (is_doubted or is_denied(said.head, action)):
        return _shown(said)
    if action is Action.NONE and said.has_case and not corrects(said.head) and is_asked(said.head, action):
        return Action.SHOW
    return action


def says_only_that_it_is_done(folded: str) -> bool:
    """好了, under a card: closed it is, but how must still be said."""
    return BARE_DONE.fullmatch(folded.strip()) is not None


def _shown(said: Said) -> Action:
    return Action.SHOW if said.has_case else Action.NONE


def _spoken(action: Action, said: Said, end: int) -> Action:
    """办结 12 …: its own word opens the message."""
    if action is Action.BROADCAST and len(said.head) > TOLD:
        return action
    if action is Action.PROGRESS and corrects(said.head) and not tells(said.words()):
        return Action.NONE
    if action in DEEDS and (is_asked(said.head, action) or is_taken_back(said.head, end, action)):
        return action if action is Action.PROGRESS and QUERY.search(said.head) else _shown(said)
    return action


def _meant(action: Action, said: Said) -> Action:
    """What the weights take for one thing and people mean as another."""
    if OTHER_NUMBER.fullmatch(said.head):
        return Action.NONE
    for read, is_so, meant in OTHERWISE:
        if action is read and is_so(said):
            return _shown(said) if meant is Action.SHOW else meant
    return action


def _is_found(said: Said) -> bool:
    """漏点查到了: nobody has come."""
    return FOUND.search(said.head) is not None and not ARRIVED.search(said.head)


def _is_urged_already(said: Said) -> bool:
    return said.has_case and URGED.search(said.head) is not None


def _is_no_urging(said: Said) -> bool:
    """13 还办不好, 6 不用重新办: nobody is urged."""
    is_denial = ORDERED.search(said.head) or UNABLE.search(said.head) or is_denied(said.head, Action.RESOLVE)
    return said.has_case and not URGING.search(said.head) and bool(is_denial)


def _are_several_called(said: Said) -> bool:
    """喊物业和执法一起来: more than one office, to the place and to no meeting."""
    is_joint = TOGETHER.search(said.head) is not None and not GUESTS.search(said.head)
    return is_joint and len(find_units(said.head)) > 1


def _is_own_time(said: Said) -> bool:
    """我下午3点到居委会开会, 3点开会: somebody's own day, and nobody is called."""
    is_own = OWN_TIME.search(said.head) or OWN_DAY.fullmatch(said.head)
    return not said.has_case and is_own is not None


def _noted(said: Said) -> Action:
    """A number and words are a note only when they tell something; without one it is asked of which."""
    words, is_told = said.words(), COMMANDED.search(said.head) is not None
    if corrects(words) and not is_told:
        return Action.NONE
    if QUERY.search(said.head):
        return Action.PROGRESS
    if said.has_case and is_finished(words):
        return Action.RESOLVE
    if is_asked(said.head, Action.PROGRESS):
        return _shown(said)
    return Action.PROGRESS if is_told or not said.has_case or tells(words) else Action.SHOW


OTHERWISE: Final[
    Sequence[tuple[Action, Callable[[Said], bool], Action]]
] = (  # what was read, when it is not that, and what it is
    (Action.CLAIM, lambda said: TAKEN_UP.match(said.head) is not None, Action.NONE),
    (Action.CHECK_IN, _is_found, Action.PROGRESS),
    (Action.LIST_OPEN, lambda said: STILL_OPEN.match(said.head) is not None, Action.SHOW),
    (Action.SUPERVISE, _is_no_urging, Action.SHOW),
    (Action.SUPERVISE, _is_urged_already, Action.PROGRESS),
    (Action.INVITE, _are_several_called, Action.WHISTLE),
    (Action.SCHEDULE_MEETING, _is_own_time, Action.NONE),
)
