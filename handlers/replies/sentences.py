"""Every fixed sentence the bot says, by key, and how a community changes one."""

import string
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

Sentences = Mapping[str, str]


def _load() -> dict[str, str]:
    text = files("handlers.replies").joinpath("sentences.toml").read_text("utf-8")
    return {key: str(value).strip("\n") for key, value in tomllib.loads(text).items()}


SENTENCES: Final[Sentences] = _load()
# What communities say in their own words, by community: the one thing here that changes.
# The directory swaps it in whole after each look at the database.
_own: dict[int, Sentences] = {}


class BadWording(Exception):
    """A community's own sentence has no such key, or fills in what the sentence does not know."""


def say(community_id: int | None, key: str, /, **facts: object) -> str:
    """The sentence as this community says it, filled in."""
    own = _own.get(community_id or 0, {})
    return own.get(key, SENTENCES[key]).format(**facts)


def take_over(own: Mapping[int, Sentences]) -> None:
    """From now on these communities say these sentences in their own words; the others say the usual ones."""
    _own.clear()
    _own.update(own)


def check_wording(key: str, text: str) -> None:
    """Whether the sentence may be said so; `BadWording` says what is the matter and what to do."""
    if key not in SENTENCES:
        raise BadWording(f"没有“{key}”这句话：请核对名称")
    try:
        used, known = _fields(text), _fields(SENTENCES[key])
    except ValueError as error:
        raise BadWording(f"“{key}”里的花括号不成对：请写成 {{名称}}") from error
    if not used <= known:
        raise BadWording(f"“{key}”里用了填不上的 {'、'.join(sorted(used - known))}：可用 {sorted(known)}")


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
