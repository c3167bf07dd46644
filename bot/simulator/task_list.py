"""WeCom's record of group-send tasks: get_groupmsg_list_v2 (WW/93338)."""

from datetime import timedelta

from bot.simulator.group_tasks import GroupTask
from bot.simulator.platform import Platform
from bot.simulator.wire import ApiError, Call, Json, text_field

OK: Json = {"errcode": 0, "errmsg": "ok"}
LARGEST_PAGE = 100
LONGEST = timedelta(days=31)  # "one month" between start_time and end_time
BY_THE_CORPORATION, EVERYBODY = 0, 2  # filter_type; 1: by a member, which nobody does here


async def get_groupmsg_list(platform: Platform, call: Call) -> Json:
    """POST externalcontact/get_groupmsg_list_v2: without creator, for tasks made by the API have none."""
    body = call.json()
    if text_field(body, "chat_type") not in {"group", "single"}:
        raise ApiError(40058, "chat_type must be single or group")
    start, end = _seconds(body, "start_time"), _seconds(body, "end_time")
    if not start <= end <= start + LONGEST.total_seconds():
        raise ApiError(40058, "start_time and end_time must be at most a month apart")
    filter_type, limit = body.get("filter_type", EVERYBODY), body.get("limit", 50)
    if filter_type not in {0, 1, 2} or isinstance(limit, bool) or not isinstance(limit, int):
        raise ApiError(40058, "filter_type must be 0 to 2 and limit a number")
    if not 1 <= limit <= LARGEST_PAGE:
        raise ApiError(40058, "limit must be 1 to 100")
    cursor = text_field(body, "cursor")
    if cursor and not (cursor.isascii() and cursor.isdigit()):
        raise ApiError(40058, "invalid cursor")
    is_listed = text_field(body, "chat_type") == "group" and filter_type in {BY_THE_CORPORATION, EVERYBODY}
    found = [t for t in platform.tasks.all() if is_listed and start <= t.created_at.timestamp() <= end]
    first = int(cursor or 0)
    more = str(first + limit) if first + limit < len(found) else ""
    return {**OK, "next_cursor": more, "group_msg_list": [_record(t) for t in found[first : first + limit]]}


def _record(task: GroupTask) -> Json:
    return {
        "msgid": task.msgid,
        "create_time": str(int(task.created_at.timestamp())),
        "create_type": BY_THE_CORPORATION,
        "text": {"content": task.text},
        "attachments": [dict(each) for each in task.attachments],
    }


def _seconds(body: Json, name: str) -> int:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ApiError(40058, f"{name} must be a number of seconds")
    return value
