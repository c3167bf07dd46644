"""What residents' groups read: no name, no unit, no room; and what staff read of the groups."""

from collections.abc import Sequence
from typing import Final

from handlers.cases.subcategories import subcategory_of
from handlers.replies.formats import (
    public_place,
)
from handlers.replies.sentences import say
from handlers.replies.shares import share_text
from handlers.residents_groups.listing import GroupListed
from storage.models.cases import Case
from storage.models.organization import Estate

MOST: Final = 50  # groups in one list


def public_resolution(case: Case, estate: Estate, result: str) -> str:
    """The neighbours read how it was settled; an empty `result` may not be told."""
    return say(
        case.community_id,
        "public_resolution",
        place=public_place(case, estate),
        kind=subcategory_of(case.category, case.subcategory).label,
        label=case.label,
        result=f"：{result}" if result else "。",
    )


def groups_listed(rows: Sequence[GroupListed]) -> str:
    """Every group of the community in a line: its estate, residents, owner, what it may still be sent."""
    shown = [_line(row) for row in rows[:MOST]]
    rest = [f"……还有 {len(rows) - MOST} 个"] if len(rows) > MOST else []
    return "\n".join([f"居民群 {len(rows)} 个：", *shown, *rest])


def _line(row: GroupListed) -> str:
    if row.group.dismissed_at is not None:
        return f"· {row.group.name}：已解散"
    parts = [
        row.estate.name if row.estate else "还不知道哪个小区",
        f"{row.group.members} 位居民" if row.group.members is not None else "",
        f"群主{row.owner}" if row.owner else "群主不在通讯录，发不出去",
        share_text(row.share) if row.share else "没有接入企业微信客户群，发不出去",
    ]
    return f"· {row.group.name}：" + "，".join(part for part in parts if part)
