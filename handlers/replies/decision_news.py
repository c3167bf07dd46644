"""What residents' groups read of decision items: no names, doors or phones."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from handlers.replies.formats import date_text, harmless
from storage.models.consultation import Happening

SHOWN: Final = 8  # items in one message; the rest is counted


class Line(NamedTuple):
    """What moved at one item; `what` and `said` are empty where they may not be told."""

    kind: Happening
    what: str
    owner: str
    said: str
    due_at: datetime | None


def group_news(title: str, lines: Sequence[Line], *, url: str) -> str:
    """What moved at the items of one meeting, and where everything stands."""
    head = f"【议定事项进展】{harmless(title)}" if title else "【议定事项进展】"
    shown = [f"{index}. {_moved(line)}" for index, line in enumerate(lines[:SHOWN], start=1)]
    more = [f"另有 {len(lines) - SHOWN} 件有进展。"] if len(lines) > SHOWN else []
    return "\n".join([head, *shown, *more, f"全部事项见公示栏：{url}"])


def _moved(line: Line) -> str:
    what = harmless(line.what) if line.what else "一件议定事项"
    said = harmless(line.said)
    match line.kind:
        case Happening.CONFIRMED:
            return f"{what}（{line.owner}）：已落实，销号。{said}"
        case Happening.DROPPED:
            return f"{what}（{line.owner}）：不再办理。{f'原因：{said}' if said else ''}"
        case Happening.EXTENDED:
            due = f"期限改为{date_text(line.due_at)}前。" if line.due_at else "期限另行确定。"
            return f"{what}（{line.owner}）：{due}{f'原因：{said}' if said else ''}"
    return f"{what}（{line.owner}）：{said or '正在办理，有新进展'}"
