"""WeCom's endpoints for group-send tasks (企业群发): made, looked up, reminded of, cancelled."""

from bot.simulator.customer_groups import customer_groups
from bot.simulator.group_tasks import NOT_SENT, SENT, TASK_OVER, GroupTask
from bot.simulator.platform import Platform
from bot.simulator.wire import ApiError, Call, Json, byte_length, table_field, text_field

OK: Json = {"errcode": 0, "errmsg": "ok"}
LONGEST_TEXT = 4000  # bytes, WW/92135
PAGE, LARGEST_PAGE = 500, 1000
TASK_SENT = 2  # status of a member in get_groupmsg_task


async def add_msg_template(platform: Platform, call: Call) -> Json:
    """POST externalcontact/add_msg_template: a task that waits for the group owner's tap."""
    body = call.json()
    if text_field(body, "chat_type") != "group":
        raise ApiError(40058, "chat_type must be group here")
    sender = text_field(body, "sender")
    if not sender:
        raise ApiError(40058, "sender is missing")
    person = platform.world.person(sender)
    if person is None or person.kind != "worker":
        raise ApiError(60111, "userid not found")
    text, attachments = _content(body)
    owned = [g.chat_id for g in customer_groups(platform) if g.owner == sender]
    wanted = body.get("chat_id_list") or owned
    if not isinstance(wanted, list) or len(wanted) > 2000:
        raise ApiError(40058, "chat_id_list must hold at most 2000 chats")
    failed = [chat for chat in wanted if chat not in owned]
    reached = list(dict.fromkeys(chat for chat in wanted if chat in owned))
    if not reached:
        raise ApiError(41048, "no customer group that the sender owns")
    task = platform.tasks.add(sender, text, reached, attachments=attachments, now=platform.now())
    return {**OK, "fail_list": failed, "msgid": task.msgid}


async def get_groupmsg_send_result(platform: Platform, call: Call) -> Json:
    """POST externalcontact/get_groupmsg_send_result.

    Status 0 not sent, 1 sent, 2 not to be reached, 3 the month's share is used up. A task that was cancelled
    before anything was sent has no result.
    """
    body = call.json()
    task = _task(platform, body)
    if text_field(body, "userid") != task.sender:
        raise ApiError(40058, "userid is wrong")
    if task.is_cancelled and SENT not in task.status.values():
        raise ApiError(TASK_OVER, "the task was cancelled")
    sent = [
        {
            "chat_id": chat,
            "userid": task.sender,
            "status": status,
            **({"send_time": int(task.sent_at[chat].timestamp())} if chat in task.sent_at else {}),
        }
        for chat, status in task.status.items()
    ]
    page, cursor = _page(body, sent)
    return {**OK, "next_cursor": cursor, "send_list": page}


async def get_groupmsg_task(platform: Platform, call: Call) -> Json:
    """POST externalcontact/get_groupmsg_task: whether the member has tapped."""
    task = _task(platform, call.json())
    is_open = NOT_SENT in task.status.values()
    done = {"send_time": int(max(task.sent_at.values()).timestamp())} if task.sent_at else {}
    entry = {"userid": task.sender, "status": 0 if is_open else TASK_SENT, **done}
    return {**OK, "next_cursor": "", "task_list": [entry]}


async def remind_groupmsg_send(platform: Platform, call: Call) -> Json:
    """POST externalcontact/remind_groupmsg_send: the owner's phone tells of the task again."""
    platform.tasks.remind(_task(platform, call.json()), now=platform.now())
    return OK


async def cancel_groupmsg_send(platform: Platform, call: Call) -> Json:
    """POST externalcontact/cancel_groupmsg_send: what was sent stays sent."""
    platform.tasks.cancel(_task(platform, call.json()))
    return OK


def _task(platform: Platform, body: Json) -> GroupTask:
    task = platform.tasks.get(text_field(body, "msgid"))
    if task is None:
        raise ApiError(40058, "msgid is wrong")
    return task


def _content(body: Json) -> tuple[str, list[Json]]:
    text = text_field(table_field(body, "text"), "content")
    attachments = body.get("attachments") or []
    if not isinstance(attachments, list) or len(attachments) > 9:
        raise ApiError(40058, "at most 9 attachments")
    if not text.strip() and not attachments:
        raise ApiError(44004, "empty content")
    if byte_length(text) > LONGEST_TEXT:
        raise ApiError(45002, "content size out of limit")
    return text, [a for a in attachments if isinstance(a, dict)]


def _page(body: Json, entries: list[Json]) -> tuple[list[Json], str]:
    limit, cursor = body.get("limit", PAGE), text_field(body, "cursor")
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= LARGEST_PAGE:
        raise ApiError(40058, "limit must be 1 to 1000")
    if cursor and not (cursor.isascii() and cursor.isdigit()):
        raise ApiError(40058, "invalid cursor")
    start = int(cursor or 0)
    following = str(start + limit) if start + limit < len(entries) else ""
    return entries[start : start + limit], following
