"""Mass sending of an Official Account: to many residents at once, four times a month to each."""

import asyncio

from bot.simulator import account
from bot.simulator.account_answers import LONGEST_TEXT, AccountReply
from bot.simulator.mass_book import MassJob
from bot.simulator.platform import Callback, Platform
from bot.simulator.wire import ApiError, Call, Json, byte_length, table_field, text_field
from bot.simulator.world import Account, Person

FEWEST, MOST = 2, 10_000  # openids of one call
LONGEST_CLIENT_ID = 64  # bytes of clientmsgid
MOMENT = 0.2  # real seconds until a job is done; the platform takes longer
HELPER = "oMassSendingHelper"  # whose openid the event carries; the platform's is of no resident either


async def mass_send(platform: Platform, call: Call) -> Json:
    """POST message/mass/send: a job; whoever has had four this month is left out without a word."""
    sender, body = _account(call), call.json()
    openids = body.get("touser")
    if not isinstance(openids, list) or not FEWEST <= len(openids) <= MOST:
        raise ApiError(40130, "invalid openid list size, at least two openid")
    if text_field(body, "msgtype") != "text":
        raise ApiError(40008, "invalid message type")  # of this simulator: others are not built
    text = _content(text_field(table_field(body, "text"), "content"))
    client_id = text_field(body, "clientmsgid")
    if byte_length(client_id) > LONGEST_CLIENT_ID:
        raise ApiError(45067, "clientmsgid size out of limit")
    earlier = platform.mass.job_of(sender.name, client_id)
    if earlier and not earlier.is_done:
        raise ApiError(45066, "same clientmsgid retry too fast")
    if earlier:
        return {"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": earlier.msg_id}
    if not platform.mass.calls.take(sender.name, now=platform.now()):
        raise ApiError(45011, "api minute-quota reach limit")
    job = platform.mass.add(sender, text, [str(each) for each in openids], client_id=client_id)
    platform.spawn(_run(platform, sender, job))
    return {"errcode": 0, "errmsg": "send job submission success", "msg_id": job.msg_id}


async def mass_get(platform: Platform, call: Call) -> Json:
    """POST message/mass/get: how far a job is."""
    sender, msg_id = _account(call), str(call.json().get("msg_id"))
    job = platform.mass.jobs.get(int(msg_id)) if msg_id.isdecimal() else None
    if job is None or job.account != sender.name:
        raise ApiError(40059, "invalid msg id")
    return {"msg_id": job.msg_id, "msg_status": "SEND_SUCCESS" if job.is_done else "SENDING"}


async def _run(platform: Platform, sender: Account, job: MassJob) -> None:
    await asyncio.sleep(MOMENT)
    for person in _followers(platform, sender, job):
        if platform.mass.received.take(person.openid, now=platform.now()):
            account.show_from_account(platform, person, AccountReply("text", job.text, {"mass": job.msg_id}))
            job.reached.append(person.id)
    job.is_done = True
    callback = _finished(platform, sender, job)
    platform.remember(callback)
    await account.deliver(platform, callback)


def _followers(platform: Platform, sender: Account, job: MassJob) -> list[Person]:
    found = (platform.world.resident(openid) for openid in dict.fromkeys(job.openids))
    return [
        person
        for person in found
        if person and person.account == sender.name and person.openid not in platform.followers.unfollowed
    ]


def _finished(platform: Platform, sender: Account, job: MassJob) -> Callback:
    """FilterCount is what was left after filtering, so that it equals sent and failed together."""
    counts = {"FilterCount": len(job.reached), "SentCount": len(job.reached), "ErrorCount": 0}
    fields: Json = {
        "ToUserName": sender.gh_id,
        "FromUserName": HELPER,
        "CreateTime": int(platform.now().timestamp()),
        "MsgType": "event",
        "Event": "MASSSENDJOBFINISH",
        "MsgID": job.msg_id,
        "Status": "send success",
        "TotalCount": len(job.openids),
        **counts,
    }
    channel = f"account:{sender.name}"
    return Callback(platform.new_message_id(), channel, "", "", fields, shows_failure=False)


def _account(call: Call) -> Account:
    if call.account is None:
        raise ApiError(41001, "access_token missing")
    return call.account


def _content(text: str) -> str:
    if not text.strip():
        raise ApiError(44004, "empty content")
    if byte_length(text) > LONGEST_TEXT:
        raise ApiError(45002, "content size out of limit")
    return text
