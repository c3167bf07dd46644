"""What is read when the last decision item of a case has ended."""

from collections.abc import Sequence
from typing import Final

from storage.models.cases import Case

LONGEST: Final = 600  # characters of a resolution that is put together


def resolution(whats: Sequence[str], results: Sequence[str]) -> str:
    """How a case was settled, put together from what was done at each of its items."""
    if len(results) == 1:
        return results[0][:LONGEST]
    pairs = zip(whats, results, strict=True)
    parts = [f"{index}. {what}：{result}" for index, (what, result) in enumerate(pairs, start=1)]
    text = "；".join(part.rstrip("。；") for part in parts)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def nothing_done(case: Case) -> str:
    """Every item of the case was dropped."""
    return (
        f"**诉求 {case.label} 的决议都撤销了**\n请按平常的办法接着办，或再开议事会。"
        f"\n回复：@回音 办结 {case.number} 结果，或：议 {case.number} 时间 地点"
    )


def not_resolved(case: Case, why: str) -> str:
    """Every item is done, and the case could not be resolved by itself."""
    return f"**诉求 {case.label} 的决议都落实了，还不能自动办结**\n{why}"
