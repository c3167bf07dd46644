"""Faults of the platform, switched on at run time."""

import aiohttp
import pytest

from bot.simulator.allowances import RollingMinute
from bot.simulator.client import SimulatorError
from tests.bot.simulator.conftest import WORKERS, Stage

SEND = "/cgi-bin/message/custom/send"
PUSH = "/cgi-bin/webhook/send"
KEY = "sample-webhook-grid-1"
TEXT = {"msgtype": "text", "text": {"content": "hi"}}


@pytest.mark.parametrize(("kind", "errcode"), [("busy", -1), ("quota", 45009)])
async def test_an_error_code_for_so_many_times(stage: Stage, kind: str, errcode: int) -> None:
    await stage.simulator.fault(kind, PUSH, count=2)

    answers = [(await stage.post(PUSH, TEXT, key=KEY))["errcode"] for _ in range(3)]

    assert answers == [errcode, errcode, 0]
    assert len(await stage.simulator.chat(WORKERS)) == 1


async def push(stage: Stage, times: int) -> list[int]:
    """The errcodes of so many pushes to a group that takes any number of them."""
    stage.platform.pushes = RollingMinute(limit=10_000)
    return [(await stage.post(PUSH, TEXT, key=KEY))["errcode"] for _ in range(times)]


async def test_a_fault_can_strike_each_third_time(stage: Stage) -> None:
    await stage.simulator.fault("busy", PUSH, every=3, count=2)

    assert await push(stage, 10) == [0, 0, -1, 0, 0, -1, 0, 0, 0, 0]


async def test_a_fault_can_strike_by_chance_and_the_same_times_again(stage: Stage) -> None:
    runs = []
    for seed in (7, 7, 8):
        await stage.simulator.fault("busy", PUSH, share=0.3, seed=seed)
        runs.append(await push(stage, 60))
        await stage.simulator.clear_faults()

    assert runs[0] == runs[1] != runs[2]
    assert 8 <= runs[0].count(-1) <= 28


async def test_when_one_fault_does_not_strike_another_may(stage: Stage) -> None:
    await stage.simulator.fault("busy", PUSH, every=2)
    await stage.simulator.fault("quota", PUSH, every=3)

    assert await push(stage, 6) == [0, -1, 0, -1, 45009, -1]


async def test_a_fault_covers_all_below_its_path(stage: Stage) -> None:
    await stage.simulator.fault("busy", "/cgi-bin/webhook")
    assert await push(stage, 1) == [-1]
    await stage.simulator.clear_faults()

    await stage.simulator.fault("busy", "/cgi-bin/web")
    assert await push(stage, 1) == [0]


async def test_a_removed_robot_and_an_untrusted_address(stage: Stage) -> None:
    token = await stage.corporation_token()
    await stage.simulator.fault("removed")
    await stage.simulator.fault("untrusted")
    groups = "/cgi-bin/externalcontact/groupchat/list"

    assert await push(stage, 1) == [93000]
    assert (await stage.post(groups, {"limit": 10}, access_token=token))["errcode"] == 60020
    assert await stage.corporation_token() == token
    await stage.simulator.say("lixiuying", "你好")
    assert await stage.send_text() == 0


async def test_a_fault_applies_to_its_path_only_until_it_is_switched_off(stage: Stage) -> None:
    await stage.simulator.say("lixiuying", "你好")
    token = await stage.account_token()
    await stage.simulator.fault("busy", SEND)

    assert [await stage.send_text(token=token) for _ in range(3)] == [-1, -1, -1]
    assert (await stage.post(PUSH, TEXT, key=KEY))["errcode"] == 0
    await stage.simulator.clear_faults()
    assert await stage.send_text(token=token) == 0


async def test_an_expired_token_is_replaced_by_the_next_request_for_one(stage: Stage) -> None:
    await stage.simulator.say("lixiuying", "你好")
    token = await stage.account_token()
    await stage.simulator.fault("expired", count=1)

    assert await stage.send_text(token=token) == 42001
    fresh = await stage.account_token()
    assert fresh != token
    assert await stage.send_text(token=fresh) == 0


async def test_tokens_may_expire_for_ever(stage: Stage) -> None:
    await stage.simulator.say("lixiuying", "你好")
    await stage.simulator.fault("expired", SEND)

    assert [await stage.send_text() for _ in range(3)] == [42001, 42001, 42001]
    assert (await stage.post(PUSH, TEXT, key=KEY))["errcode"] == 0


@pytest.mark.parametrize(("kind", "shown"), [("reset", 0), ("lost", 1)])
async def test_a_dropped_connection_before_or_after_the_work(stage: Stage, kind: str, shown: int) -> None:
    await stage.simulator.fault(kind, PUSH, count=1)

    with pytest.raises(aiohttp.ClientError):
        await stage.post(PUSH, TEXT, key=KEY)

    assert len(await stage.simulator.chat(WORKERS)) == shown


async def test_a_proxy_page_comes_with_status_200(stage: Stage) -> None:
    await stage.simulator.fault("html", PUSH, count=1)

    async with stage.session.post(stage.url + PUSH, json=TEXT, params={"key": KEY}) as response:
        assert (response.status, response.content_type) == (200, "text/html")


async def test_a_slow_answer_still_comes(stage: Stage) -> None:
    await stage.simulator.fault("slow", PUSH, seconds=0.05, count=1)

    assert (await stage.post(PUSH, TEXT, key=KEY))["errcode"] == 0
    (entry,) = (await stage.simulator.ledgers(path=PUSH))["requests"]
    assert entry["answer"] == "0 ok"


async def test_a_skewed_callback_carries_another_time(stage: Stage) -> None:
    await stage.simulator.fault("skew", "/wechat/main", seconds=-600, count=1)

    await stage.simulator.say("lixiuying", "一")
    await stage.simulator.say("lixiuying", "二")

    first, second = (int(s.query["timestamp"]) for s in stage.product.seen)
    assert 590 <= second - first <= 610


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "earthquake"},
        {"kind": "slow"},
        {"kind": "busy", "path": "cgi-bin"},
        {"kind": "busy", "count": 0},
        {"kind": "slow", "seconds": "three"},
        {"kind": "busy", "every": 0},
        {"kind": "busy", "every": True},
        {"kind": "busy", "share": 0},
        {"kind": "busy", "share": 1.5},
        {"kind": "busy", "share": "half"},
        {"kind": "busy", "seed": "x"},
    ],
)
async def test_a_wrong_fault_is_refused(stage: Stage, body: dict[str, object]) -> None:
    async with stage.session.post(f"{stage.url}/simulator/api/faults", json=body) as response:
        assert response.status == 400
        assert (await response.json())["error"]


async def test_the_ledger_keeps_no_secrets(stage: Stage) -> None:
    await stage.account_token()
    await stage.corporation_token()

    ledgers = await stage.simulator.ledgers()

    assert ledgers["counts"] == {"/cgi-bin/stable_token": 1, "/cgi-bin/gettoken": 1}
    assert "sample-app-secret" not in str(ledgers)
    assert "sample-contact-secret" not in str(ledgers)


async def test_a_refusal_reaches_the_client_as_its_sentence(stage: Stage) -> None:
    with pytest.raises(SimulatorError, match="没有叫“无名”的人"):
        await stage.simulator.say("无名", "你好")
