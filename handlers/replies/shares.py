"""How many broadcasts a residents' group may still get, in the same words wherever staff read of it."""

from collections.abc import Sequence

from handlers.residents_groups.shares import Share


def share_text(share: Share) -> str:
    """还可群发 27 次（另留 3 次给紧急）: what is kept for emergencies is told apart."""
    return _text(str(share.left_for_notices), share.kept)


def shares_text(shares: Sequence[Share]) -> str:
    """The same of several groups, from the least to the most."""
    each = sorted({share.left_for_notices for share in shares})
    kept = sorted({share.kept for share in shares})
    left = f"{each[0]}" if len(each) == 1 else f"{each[0]} 到 {each[-1]}"
    return _text(left, kept[-1])


def _text(left: str, kept: int) -> str:
    return f"还可群发 {left} 次" + (f"（另留 {kept} 次给紧急）" if kept else "")
