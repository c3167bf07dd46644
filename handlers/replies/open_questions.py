"""What is asked of a resident whose words may answer something that was asked of them before."""

from collections.abc import Sequence
from typing import Final

from handlers.replies.formats import harmless
from storage.models.decisions import Decision
from storage.models.polls import Poll

SHOWN: Final = 3  # decisions or polls in one question
SHORT: Final = 40  # characters of what a decision is about
OTHERWISE: Final = "如果是别的事，请说是什么事、在哪个小区几号楼。"


def which_decision(decisions: Sequence[Decision]) -> str:
    """The watcher is asked which decision is meant, and for the words that count."""
    names = "，还是".join(f"决议{each.number}（{harmless(each.what[:SHORT])}）" for each in decisions[:SHOWN])
    lines = [
        f"做好了请回复：决议{each.number} 属实\n没做好请回复：决议{each.number} 没做完：哪里没做完"
        for each in decisions[:SHOWN]
    ]
    return "\n".join([f"您说的是{names}吗？", *lines, *_rest(len(decisions), "决议列表"), OTHERWISE])


def which_poll(votes: Sequence[Poll], surveys: Sequence[Poll], said: str) -> str:
    """The resident is asked which vote or survey the words answer, and for the words that count."""
    asked = [_vote(each) for each in votes] + [_survey(each, said) for each in surveys]
    return "\n".join([*asked[:SHOWN], *_rest(len(asked), "表决列表"), OTHERWISE])


def vote_or_share(polls: Sequence[Poll], numbers: Sequence[int], words: str) -> str:
    """同意 may be a vote and may be the share of a cost: nothing is taken before it is clear."""
    shares = [
        f"费用分摊（决议{number}）：请回复“{words}分摊 {number}{'' if words == '同意' else '：原因'}”"
        for number in numbers[:SHOWN]
    ]
    votes = [f"{harmless(each.title)}：请回复“{_noun(each)}{each.number} {words}”" for each in polls[:SHOWN]]
    return "\n".join([f"您家有两件事都在等答复，“{words}”说的是哪一件？", *votes, *shares])


def _vote(poll: Poll) -> str:
    ways = "或".join(f"“表决{poll.number} {harmless(each)}”" for each in poll.options)
    return f"是投表决{poll.number}（{harmless(poll.title)}）吗？请回复{ways}。"


def _survey(poll: Poll, said: str) -> str:
    return f"是答征询{poll.number}（{harmless(poll.title)}）吗？请回复“征询{poll.number}：{harmless(said)}”。"


def _noun(poll: Poll) -> str:
    return "表决" if poll.kind == "vote" else "征询"


def _rest(count: int, command: str) -> list[str]:
    return [f"……还有{count - SHOWN}项，发“{command}”看。"] if count > SHOWN else []
