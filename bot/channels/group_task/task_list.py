"""The platform's record of group tasks (get_groupmsg_list_v2, WW/93338), to find one that was lost."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from bot.channels.api import AccountApi
from bot.channels.client import Answer
from bot.channels.errors import TryAgain
from bot.channels.texts import clean

PAGE = 100  # most records of one call
MOST_PAGES = 50  # of so short a time; more would be a cursor that leads nowhere
EVERYBODY = 2  # filter_type: whoever made it, for what the API made may count as either
AROUND = timedelta(minutes=15)  # the platform's clock and ours, and a slow request


async def tasks_saying(api: AccountApi, text: str, *, around: datetime) -> AsyncIterator[str]:
    """The platform's numbers of the tasks for groups that say just this and were made about that time."""
    cursor = ""
    for _ in range(MOST_PAGES):
        answer = await api.post("/cgi-bin/externalcontact/get_groupmsg_list_v2", _query(around, cursor))
        for record in _records(answer):
            msgid = record.get("msgid")
            if isinstance(msgid, str) and _says(record, text):
                yield msgid
        cursor = str(answer.get("next_cursor") or "")
        if not cursor:
            return
    raise TryAgain("平台的群发记录没有尽头")


def _query(around: datetime, cursor: str) -> dict[str, object]:
    start, end = around - AROUND, around + AROUND
    window = {"start_time": int(start.timestamp()), "end_time": int(end.timestamp())}
    paging = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
    return {"chat_type": "group", "filter_type": EVERYBODY, **window, **paging}


def _records(answer: Answer) -> list[Answer]:
    records = answer.get("group_msg_list")
    if not isinstance(records, list):
        raise TryAgain("平台的回答无法识别")
    return [each for each in records if isinstance(each, dict)]


def _says(record: Answer, text: str) -> bool:
    part = record.get("text")
    content = part.get("content") if isinstance(part, dict) else None
    return isinstance(content, str) and clean(content).strip() == text.strip()
