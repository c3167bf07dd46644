"""Words that may answer what a resident was asked, of a decision or in a poll: they are asked back."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers.decisions.consents import shares_awaiting
from handlers.polls.finding import votes_concerning
from handlers.replies import open_questions as texts
from handlers.resident.router import router
from handlers.surveys.circle import surveys_concerning
from handlers.turn import Doubt, Reply, Turn
from nlp.consultation.surveys import read_answer
from nlp.reading import Intent, Kind
from storage import cases as case_rows
from storage import decision_lists, judgements
from storage.models.cases import CaseStatus
from storage.models.decisions import DecisionStatus
from storage.models.people import Person
from storage.models.polls import Poll

AGREES: Final = "同意"
REFUSES: Final = "不同意"
SHORT: Final = 24  # characters; a longer sentence tells a story of its own
SEARCHED: Final = 20  # of the speaker's newest cases, or of the decisions they watch over
JUDGING: Final = frozenset({Kind.FEEDBACK_POSITIVE, Kind.FEEDBACK_NEGATIVE})
MAYBE: Final = r"(?:我们?家?)?(?:感觉|觉得|好像|似乎|看着|看来|应该|可能|大概|是)*"
OF_WORK: Final = re.compile(  # 好像还是有点堵, 弄好了吧
    rf"^{MAYBE}(?:还是|还有|还没|还不|仍|没有?[修弄做办搞疏清装换])"
    r"|[修弄做办搞装换清通][好完通净]了|^(?:都|已经|全)*(?:好|通|完工|解决)了|没有?[修弄做办搞清][好完通]"
)
OPINION: Final = re.compile(
    r"(?:我们?家?)?(?:也|都|还是|应该|可能|大概|基本上?|比较|有点|不太|不大|不怎么|不是很|不|很|勉强|就)*"
    r"(?:同意|赞成|赞同|支持|反对|弃权)(?:吧|的|了|啊|呀|哦|呢|票)*"
)
FIGURE: Final = re.compile(  # 16度多一点
    r"(?:大概|大约|差不多|也就|就|只有|有|不到|快|最多|平均|一般)*\d{1,4}(?:\.\d{1,2})?"
    r"(?:度|℃|个|户|人|次|天|年|元|块|分贝|小时|点)(?:半|多|左右|上下|以上|以下|不到|出头)*(?:一?点点?)?(?:吧|的|了|啊|呢)*"
)
LETTER: Final = re.compile(r"(?:我?选|投)?\s?[A-Ha-h](?:吧|了|的|吗|项)*")  # B吧
SHORTEST_OPTION: Final = 2  # characters; a shorter one is found in other words too
EDGES: Final = " \t\r\n,，。;；.!！~、"


@router.on(Doubt.ASKED)
def ask_what_is_meant(turn: Turn) -> Reply | None:
    """修好了，挺好的 of a decision to be confirmed, 不太同意吧 while a vote is open; `None` for all else."""
    reading = turn.reading
    is_elsewhere = reading.location is not None and reading.location.is_address
    is_plain = reading.intent in (Intent.NONE, Intent.EVALUATE, Intent.AGREE) and reading.case_number is None
    if len(turn.message.text.strip()) > SHORT or is_elsewhere or not is_plain or reading.is_confidential:
        return None
    return _of_decision(turn) or _of_poll(turn)


def vote_or_share(turn: Turn, votes: Sequence[Poll], words: str) -> Reply | None:
    """同意 where a vote or survey and the share of a cost both wait for it: which is asked; else `None`."""
    if words not in (AGREES, REFUSES):
        return None
    numbers = shares_awaiting(turn.db, turn.person)
    if not numbers:
        return None
    polls = votes or [each for each in _surveys(turn) if read_answer(words, each.options).choice is not None]
    return Reply(texts.vote_or_share(polls, numbers, words)) if polls else None


def _of_decision(turn: Turn) -> Reply | None:
    """A watcher whose word is awaited speaks of the work; an own case that the words judge comes first."""
    reading, said = turn.reading, turn.message.text.strip(EDGES)
    is_judging = reading.kind in JUDGING or (reading.intent is Intent.EVALUATE and not said.isdecimal())
    if not is_judging and not OF_WORK.search(said):
        return None
    waiting = decision_lists.watched_by(
        turn.db, turn.person.id, status=(DecisionStatus.REPORTED_DONE,), limit=SEARCHED
    )
    mine = [each for each in waiting if each.community_id == turn.community.id]
    if not mine or (is_judging and _has_case_to_judge(turn)):
        return None
    return Reply(texts.which_decision(mine))


def _has_case_to_judge(turn: Turn) -> bool:
    found = judgements.cases_to_judge(turn.db, turn.person.id, closed_since=turn.now)
    return any(each.status is CaseStatus.RESOLVED for each in found)


def _of_poll(turn: Turn) -> Reply | None:
    """An opinion or a figure alone, or words of what is asked that cannot be read otherwise."""
    said = turn.message.text.strip(EDGES)
    is_opinion, is_figure = OPINION.fullmatch(said), FIGURE.fullmatch(said)
    if not (is_opinion or is_figure or turn.reading.is_unsure) or turn.table_word is not None:
        return None
    votes = [] if is_figure else _votes(turn)
    if not is_opinion:
        votes = [each for each in votes if _names_option(each, said)]
    surveys = [each for each in _surveys(turn) if is_figure or _names_option(each, said)]
    if not (votes or surveys) or _awaits_answer(turn):
        return None
    return Reply(texts.which_poll(votes, surveys, said))


def _votes(turn: Turn) -> list[Poll]:
    return [each for each in votes_concerning(turn.db, turn.person) if turn.now < each.closes_at]


def _surveys(turn: Turn) -> list[Poll]:
    return surveys_concerning(turn.db, _who(turn), now=turn.now)


def _names_option(poll: Poll, said: str) -> bool:
    """Whether the words hold one of the options, by its own words or its letter."""
    is_letter = bool(poll.options) and LETTER.fullmatch(said) is not None
    return is_letter or any(len(each) >= SHORTEST_OPTION and each in said for each in poll.options)


def _awaits_answer(turn: Turn) -> bool:
    """Whether a worker waits for the resident's answer about a case: then this may be it."""
    own = case_rows.cases_of_person(turn.db, turn.person.id, limit=SEARCHED)
    return any(each.status is CaseStatus.WAITING for each in own)


def _who(turn: Turn) -> Person:
    """The speaker, as of the community that is asked; a resident may be bound to none yet."""
    return replace(turn.person, community_id=turn.community.id)
