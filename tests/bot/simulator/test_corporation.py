"""WeCom: the group webhook, tasks for residents' groups, a robot's response_url."""

import base64
import hashlib
from datetime import timedelta

import pytest

from tests.bot.simulator.conftest import RESIDENTS, WORKERS, Stage

KEY = "sample-webhook-grid-1"
PUSH = "/cgi-bin/webhook/send"
TASK = "/cgi-bin/externalcontact/add_msg_template"
RESULT = "/cgi-bin/externalcontact/get_groupmsg_send_result"


def markdown(content: str) -> dict[str, object]:
    return {"msgtype": "markdown", "markdown": {"content": content}}


async def test_the_corporation_token_is_the_same_while_it_is_valid(stage: Stage) -> None:
    first = await stage.corporation_token()
    again = await stage.corporation_token()
    await stage.simulator.advance(7201)

    assert first == again != await stage.corporation_token()
    expired = await stage.post(TASK, {}, access_token=first)
    foreign = await stage.post(TASK, {}, access_token=await stage.account_token())
    assert (expired["errcode"], foreign["errcode"]) == (42001, 40014)


async def test_twenty_pushes_in_any_minute(stage: Stage) -> None:
    first = [(await stage.post(PUSH, markdown(f"{n}"), key=KEY))["errcode"] for n in range(21)]
    other = await stage.post(PUSH, markdown("other group"), key="sample-webhook-grid-2")
    await stage.simulator.advance(59)
    early = await stage.post(PUSH, markdown("early"), key=KEY)
    await stage.simulator.advance(2)
    later = await stage.post(PUSH, markdown("later"), key=KEY)

    assert first == [0] * 20 + [45009]
    assert [a["errcode"] for a in (other, early, later)] == [0, 45009, 0]
    assert [m["text"] for m in await stage.simulator.chat(WORKERS)] == [*map(str, range(20)), "later"]


PICTURE = b"\x89PNG\r\n\x1a\n1"
PUSHES = {
    "markdown": (markdown("字" * 1365), 0),
    "long markdown": (markdown("字" * 1366), 45002),
    "long text": ({"msgtype": "text", "text": {"content": "字" * 683}}, 45002),
    "empty": (markdown(" "), 44004),
    "type": ({"msgtype": "wxcard", "wxcard": {}}, 40008),
    "image": (
        {
            "msgtype": "image",
            "image": {
                "base64": base64.b64encode(PICTURE).decode(),
                "md5": hashlib.md5(PICTURE, usedforsecurity=False).hexdigest(),
            },
        },
        0,
    ),
    "image md5": ({"msgtype": "image", "image": {"base64": "AAAA", "md5": "0"}}, 40058),
    "news": ({"msgtype": "news", "news": {"articles": [{"title": "t", "url": "http://x"}]}}, 0),
    "no news": ({"msgtype": "news", "news": {"articles": ["x"]}}, 40058),
    "bare card": ({"msgtype": "template_card", "template_card": {"card_type": "text_notice"}}, 40058),
}


@pytest.mark.parametrize(("body", "errcode"), PUSHES.values(), ids=PUSHES.keys())
async def test_pushes_are_checked(stage: Stage, body: dict[str, object], errcode: int) -> None:
    assert (await stage.post(PUSH, body, key=KEY))["errcode"] == errcode
    assert len(await stage.simulator.chat(WORKERS)) == (0 if errcode else 1)


async def test_an_unknown_webhook_key_is_told_93000(stage: Stage) -> None:
    assert (await stage.post(PUSH, markdown("hi"), key="nobody"))["errcode"] == 93000


def task(**changes: object) -> dict[str, object]:
    body: dict[str, object] = {"chat_type": "group", "sender": "wangfang", "text": {"content": "停水通知"}}
    return {**body, **changes}


async def test_a_task_reaches_the_group_only_after_the_owners_tap(stage: Stage) -> None:
    token = await stage.corporation_token()
    made = await stage.post(TASK, task(), access_token=token)
    query = {"msgid": made["msgid"], "userid": "wangfang"}
    before = await stage.post(RESULT, query, access_token=token)
    assert (before["send_list"][0]["status"], await stage.simulator.chat(RESIDENTS)) == (0, [])

    waiting = await stage.simulator.wait_for_task(chat="wrSampleFengqiao")
    await stage.simulator.confirm(waiting["id"])

    after = await stage.post(RESULT, query, access_token=token)
    (message,) = await stage.simulator.chat(RESIDENTS)
    assert (message["sender"], message["text"]) == ("wangfang", "停水通知")
    assert (after["send_list"][0]["status"], after["send_list"][0]["chat_id"]) == (1, "wrSampleFengqiao")
    assert await stage.simulator.tasks(waiting=True) == []


async def test_the_monthly_share_of_a_group_is_as_many_as_the_month_has_days(stage: Stage) -> None:
    token = await stage.corporation_token()
    made = [(await stage.post(TASK, task(), access_token=token))["msgid"] for _ in range(32)]

    for msgid in made:
        await stage.simulator.confirm(msgid)

    shown = len(await stage.simulator.chat(RESIDENTS))
    assert 28 <= shown <= 31
    last = await stage.post(RESULT, {"msgid": made[-1], "userid": "wangfang"}, access_token=token)
    assert last["send_list"][0]["status"] == 3
    await stage.simulator.advance(timedelta(days=31))
    fresh = await stage.post(TASK, task(), access_token=await stage.corporation_token())
    await stage.simulator.confirm(fresh["msgid"])
    assert len(await stage.simulator.chat(RESIDENTS)) == shown + 1


async def test_a_sender_reaches_only_groups_of_their_own(stage: Stage) -> None:
    token = await stage.corporation_token()
    mixed = await stage.post(
        TASK, task(chat_id_list=["wrSampleMingyuan", "wrSampleFengqiao"]), access_token=token
    )
    foreign = await stage.post(TASK, task(chat_id_list=["wrSampleMingyuan"]), access_token=token)

    assert (mixed["errcode"], mixed["fail_list"]) == (0, ["wrSampleMingyuan"])
    assert foreign["errcode"] == 41048


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"sender": ""}, 40058),
        ({"sender": "nobody"}, 60111),
        ({"sender": "lixiuying"}, 60111),
        ({"chat_type": "single"}, 40058),
        ({"text": {}}, 44004),
        ({"text": {"content": "字" * 1334}}, 45002),
    ],
)
async def test_a_task_is_checked(stage: Stage, changes: dict[str, object], errcode: int) -> None:
    token = await stage.corporation_token()

    assert (await stage.post(TASK, task(**changes), access_token=token))["errcode"] == errcode


async def test_customer_groups_are_listed_page_by_page(stage: Stage) -> None:
    token, base = await stage.corporation_token(), "/cgi-bin/externalcontact/groupchat"
    first = await stage.post(f"{base}/list", {"limit": 3}, access_token=token)
    second = await stage.post(
        f"{base}/list", {"limit": 3, "cursor": first["next_cursor"]}, access_token=token
    )
    group = await stage.post(
        f"{base}/get", {"chat_id": "wrSampleFengqiao", "need_name": 1}, access_token=token
    )

    assert len(first["group_chat_list"] + second["group_chat_list"]) == 4
    assert "next_cursor" not in second
    members = group["group_chat"]["member_list"]
    assert group["group_chat"]["owner"] == "wangfang"
    assert {m["type"] for m in members} == {1, 2}


async def test_a_response_url_works_once_and_for_an_hour(stage: Stage) -> None:
    await stage.simulator.say("wangfang", "接单 1", chat=WORKERS)
    await stage.simulator.say("wangfang", "接单 2", chat=WORKERS)
    first, second = (s.message["response_url"].removeprefix(stage.url) for s in stage.product.seen)
    body = markdown("**已接单**")

    refused = await stage.post(first, {"msgtype": "text", "text": {"content": "x"}})
    used = [await stage.post(first, body) for _ in range(2)]
    await stage.simulator.advance(3600)
    late = await stage.post(second, body)

    assert [a["errcode"] for a in (refused, *used, late)] == [40008, 0, 40058, 40058]
    assert (await stage.simulator.chat(WORKERS))[-1]["text"] == "**已接单**"
