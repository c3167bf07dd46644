"""Mass sending of an Official Account: four a month to each resident, and the event at its end."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.bot.simulator.conftest import Stage

SEND, STATE = "/cgi-bin/message/mass/send", "/cgi-bin/message/mass/get"
LI, ZHANG = "lixiuying", "zhangwei"


def openids(stage: Stage, *people: str) -> list[str]:
    return [p.openid for p in stage.platform.world.people if p.id in people]


async def send(stage: Stage, touser: Sequence[str], text: str = "停水", **changes: Any) -> dict[str, Any]:
    body = {"touser": list(touser), "msgtype": "text", "text": {"content": text}, **changes}
    return await stage.post(SEND, body, access_token=await stage.account_token())


async def texts(stage: Stage, person: str = LI) -> list[str]:
    return [m["text"] for m in await stage.simulator.chat(f"account:main:{person}") if m["sender"]]


async def test_everybody_gets_it_and_the_product_is_told(stage: Stage) -> None:
    stage.use_account(mode="plain")
    await stage.simulator.unsubscribe(ZHANG)
    stage.product.seen.clear()

    job = await send(stage, [*openids(stage, LI, ZHANG, "hetao"), "oNobody"])
    await stage.platform.settle()

    assert (job["errcode"], await texts(stage), await texts(stage, ZHANG)) == (0, ["停水"], [])
    (seen,) = stage.product.seen
    fields = {k: seen.message[k] for k in ("Event", "MsgID", "Status", "TotalCount", "FilterCount")}
    assert fields == {
        "Event": "MASSSENDJOBFINISH",
        "MsgID": str(job["msg_id"]),
        "Status": "send success",
        "TotalCount": "4",
        "FilterCount": "2",
    }
    assert (seen.message["SentCount"], seen.message["ErrorCount"]) == ("2", "0")


async def test_the_answer_comes_before_the_end(stage: Stage) -> None:
    job = await send(stage, openids(stage, LI, ZHANG), clientmsgid="b-1")
    token = await stage.account_token()
    early = await stage.post(STATE, {"msg_id": job["msg_id"]}, access_token=token)
    hasty = await send(stage, openids(stage, LI, ZHANG), clientmsgid="b-1")
    await stage.platform.settle()

    late = await stage.post(STATE, {"msg_id": str(job["msg_id"])}, access_token=await stage.account_token())

    assert (early["msg_status"], late["msg_status"], hasty["errcode"]) == ("SENDING", "SEND_SUCCESS", 45066)


async def test_a_clientmsgid_is_used_once(stage: Stage) -> None:
    first = await send(stage, openids(stage, LI, ZHANG), clientmsgid="b-1")
    await stage.platform.settle()

    again = await send(stage, openids(stage, LI, ZHANG), clientmsgid="b-1")
    other = await send(stage, openids(stage, LI, ZHANG), clientmsgid="b-2")
    await stage.platform.settle()

    assert (again["errcode"], again["msg_id"]) == (45065, first["msg_id"])
    assert (other["errcode"], await texts(stage)) == (0, ["停水"] * 2)


async def test_a_resident_gets_four_a_month(stage: Stage) -> None:
    stage.use_account(mode="plain")
    for n in range(4):
        await send(stage, openids(stage, LI, "hetao"), str(n))
    await stage.platform.settle()
    fifth = await send(stage, openids(stage, LI, ZHANG), "5")
    await stage.platform.settle()

    assert (fifth["errcode"], len(await texts(stage)), await texts(stage, ZHANG)) == (0, 4, ["5"])
    assert stage.product.seen[-1].message["FilterCount"] == "1"
    left = (await stage.simulator.ledgers())["mass_left"]
    assert (left[LI], left[ZHANG], left["xumin"]) == (0, 3, 4)
    await stage.simulator.advance(31 * 86_400)
    await send(stage, openids(stage, LI, ZHANG), "next month")
    await stage.platform.settle()
    assert (await texts(stage))[-1] == "next month"


SENT: dict[str, tuple[dict[str, Any], int]] = {
    "one": ({"touser": ["o1"]}, 40130),
    "too many": ({"touser": ["o"] * 10_001}, 40130),
    "no list": ({"touser": "o1"}, 40130),
    "empty": ({"text": {"content": " "}}, 44004),
    "long": ({"text": {"content": "字" * 683}}, 45002),
    "kind": ({"msgtype": "mpnews"}, 40008),
    "long clientmsgid": ({"clientmsgid": "a" * 65}, 45067),
}


@pytest.mark.parametrize(("changes", "errcode"), SENT.values(), ids=SENT.keys())
async def test_a_job_is_checked(stage: Stage, changes: dict[str, Any], errcode: int) -> None:
    body = {"touser": openids(stage, LI, ZHANG), "msgtype": "text", "text": {"content": "停水"}, **changes}

    answer = await stage.post(SEND, body, access_token=await stage.account_token())

    assert (answer["errcode"], stage.platform.mass.jobs) == (errcode, {})


async def test_sixty_calls_a_minute(stage: Stage) -> None:
    now = stage.platform.now()
    for _ in range(60):
        stage.platform.mass.calls.spend("main", now=now)

    assert (await send(stage, openids(stage, LI, ZHANG)))["errcode"] == 45011


async def test_an_unknown_job(stage: Stage) -> None:
    for msg_id in (1, "x", None, [1]):
        answer = await stage.post(STATE, {"msg_id": msg_id}, access_token=await stage.account_token())
        assert answer["errcode"] == 40059
