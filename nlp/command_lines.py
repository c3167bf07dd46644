"""One message with several commands, a line each: 办结 12 器材换好了 / 办结 3 电梯修好了."""

import re
from collections.abc import Collection
from typing import Final

MOST: Final = 20  # commands of one message
NUMBER: Final = (
    r"[\s#]*(?:诉求|编号|单号|工单|第)?[\s:：#]*(?:20\d\d-)?\d{1,6}"
    r"(?!\d|[.:：/-]\d|\s?(?:天|点|月|日|个|户|楼|栋|幢|元))"
)
NUMBER_FIRST: Final = re.compile(rf"{NUMBER}(?:号|件|[\s,，、。:：]|(?=[\u4e00-\u9fff]))")
ENUMERATED: Final = re.compile(r"\s*1\s*[.、)）．](?!\d)")  # a list of measures begins: 1. 拆除地锁
WHOLE: Final = re.compile(r"群发|广播|公告|通告|通知|纪要|代报|提醒|议")  # their words may have lines
MANNERS: Final = r"\s*(?:请|麻烦|帮我)?\s*"


def command_lines(text: str, verbs: Collection[str]) -> list[str]:
    """The commands of a message of several lines, each with the lines that belong to it.

    A line that opens with a command word and a number, or with a number, is a command of its own; any other
    belongs to the one above it. One or none when the message is one command.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or WHOLE.match(lines[0]):
        return []
    opens = re.compile(
        rf"{MANNERS}(?:{'|'.join(map(re.escape, sorted(verbs, key=len, reverse=True)))}){NUMBER}"
    )
    if not _opens(lines[0], opens) or any(ENUMERATED.match(line) for line in lines):
        return []
    found: list[str] = []
    for line in lines:
        if _opens(line, opens) or not found:
            found.append(line)
        else:
            found[-1] += f"\n{line}"
    return found if 1 < len(found) <= MOST else []


def _opens(line: str, opens: re.Pattern[str]) -> bool:
    return opens.match(line) is not None or NUMBER_FIRST.match(line) is not None
