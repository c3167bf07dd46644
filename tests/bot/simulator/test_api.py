"""The API by which people are played: refusals, live updates, the clock."""

import asyncio
from contextlib import aclosing

import aiohttp
import pytest
from aiohttp.test_utils import TestServer, unused_port

from bot.clock import Clock
from bot.simulator import Platform, add_routes, create_app
from bot.simulator.client import SimulatorClient, SimulatorError
from bot.simulator.feed import BACKLOG, Feed
from tests.bot.simulator.conftest import RESIDENTS, WORKERS, Stage, sample_world
from tests.bot.simulator.product import FakeProduct

SAY = "/simulator/api/say"
REFUSED = {
    "nobody": (SAY, {"text": "hi"}),
    "nothing": (SAY, {"person": "lixiuying"}),
    "blank": (SAY, {"person": "lixiuying", "text": " \u0000 "}),
    "two things": (SAY, {"person": "lixiuying", "text": "hi", "location": {"lat": 1, "lng": 1}}),
    "no base64": (SAY, {"person": "lixiuying", "image": "%%%"}),
    "no picture": (SAY, {"person": "lixiuying", "image": "aGVsbG8="}),
    "no place": (SAY, {"person": "lixiuying", "location": {"lat": "x", "lng": 1}}),
    "off the globe": (SAY, {"person": "lixiuying", "location": {"lat": 91, "lng": 1}}),
    "no such chat": (SAY, {"person": "lixiuying", "chat": "x", "text": "hi"}),
    "not a member": (SAY, {"person": "lixiuying", "chat": WORKERS, "text": "hi"}),
    "another's chat": (SAY, {"person": "zhangwei", "chat": "account:main:lixiuying", "text": "hi"}),
    "no such quote": (SAY, {"person": "wangfang", "chat": WORKERS, "text": "hi", "quote": 99}),
    "quote in words": (SAY, {"person": "wangfang", "chat": WORKERS, "text": "hi", "quote": "99"}),
    "event": ("/simulator/api/event", {"person": "lixiuying"}),
    "worker's event": ("/simulator/api/event", {"person": "wangfang", "event": "subscribe"}),
    "task": ("/simulator/api/confirm", {"task": "x"}),
    "message": ("/simulator/api/redeliver", {"message": 7}),
    "account": ("/simulator/api/verify", {"account": "x"}),
    "jump": ("/simulator/api/clock", {"advance_seconds": "x"}),
    "endless jump": ("/simulator/api/clock", {"advance_seconds": 1e300}),
    "list": (SAY, ["x"]),
}


@pytest.mark.parametrize(("path", "body"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_cannot_be_done_is_refused_with_a_sentence(stage: Stage, path: str, body: object) -> None:
    async with stage.session.post(stage.url + path, json=body) as response:
        assert response.status == 400
        assert (await response.json())["error"].endswith("。")
    assert stage.product.seen == []


async def test_only_json_is_taken(stage: Stage) -> None:
    async with stage.session.post(stage.url + SAY, data=b'{"person":"lixiuying","text":"hi"}') as response:
        assert response.status == 400
    headers = {"Content-Type": "application/json"}
    async with stage.session.post(stage.url + SAY, data=b"{", headers=headers) as response:
        assert response.status == 400


async def test_whoever_does_not_follow_cannot_speak(stage: Stage) -> None:
    await stage.simulator.event("lixiuying", "unsubscribe")

    with pytest.raises(SimulatorError, match="没有关注"):
        await stage.simulator.say("lixiuying", "你好")


async def test_the_world_names_people_and_groups_and_no_secret(stage: Stage) -> None:
    world = await stage.simulator.world()

    assert {"id": "wangfang", "name": "王芳"}.items() <= next(
        p for p in world["people"] if p["id"] == "wangfang"
    ).items()
    assert {g["name"] for g in world["groups"]} >= {WORKERS, RESIDENTS}
    assert "sample-app-secret" not in str(world)
    assert "sample-webhook" not in str(world)


async def test_without_waiting_the_answer_arrives_in_the_chat(stage: Stage) -> None:
    stage.product.answers.append(stage.product.text_reply("收到"))

    said = await stage.simulator.say("lixiuying", "你好", wait=False)
    reply = await stage.simulator.wait_for(
        "account:main:lixiuying", lambda m: m["text"] == "收到", after=said["message"]["sequence"]
    )

    assert (said["outcome"], reply["sender"]) == ("pending", "account:main")


async def test_a_chat_tells_what_is_new_or_changed_since(stage: Stage) -> None:
    first = await stage.simulator.say("wangfang", "一", chat=WORKERS, mention=False)
    await stage.simulator.say("wangfang", "二", chat=WORKERS, mention=False)

    newer = await stage.simulator.chat(WORKERS, after=first["message"]["sequence"])

    assert [m["text"] for m in newer] == ["二"]
    with pytest.raises(TimeoutError):
        await stage.simulator.wait_for(WORKERS, lambda _: False, seconds=0.05)


async def test_the_stream_tells_messages_requests_and_the_clock(stage: Stage) -> None:
    kinds: list[str] = []
    async with aclosing(stage.simulator.follow(after=0)) as happenings:
        await stage.simulator.say("lixiuying", "你好")
        await stage.account_token()
        await stage.simulator.advance(60)
        async for kind, data in happenings:
            kinds.append(kind)
            if kind == "clock":
                assert data["now"] == stage.platform.feed._past[-1].data["now"]
                break

    assert [k for k in kinds if k != "message"] == ["callback", "request", "clock"]
    assert "message" in kinds


async def test_moving_the_clock_moves_the_one_that_was_given(stage: Stage) -> None:
    before = stage.platform.clock.shift

    await stage.simulator.advance(86_400)

    assert (stage.platform.clock.shift - before).total_seconds() == 86_400


async def test_a_follower_who_is_too_slow_is_told_to_reload() -> None:
    feed = Feed()
    for number in range(BACKLOG + 10):
        feed.publish("message", {"number": number})

    async with aclosing(feed.follow(5, heartbeat=1)) as happenings:
        happening = await anext(happenings)

    assert happening is not None
    assert (happening.kind, happening.number) == ("reload", BACKLOG + 10)


async def test_closing_the_platform_lets_followers_and_callbacks_go() -> None:
    platform = Platform(sample_world(), Clock(), answer_timeout=60)
    server = TestServer(create_app(platform))
    await server.start_server()
    async with SimulatorClient(str(server.make_url(""))) as simulator:
        await simulator.say("lixiuying", "你好", wait=False)
        following = asyncio.create_task(_follow_to_the_end(simulator))
        await simulator.now()

        async with asyncio.timeout(10):
            await server.close()
            await following


async def _follow_to_the_end(simulator: SimulatorClient) -> None:
    try:
        async for _ in simulator.follow(after=0):
            pass
    except aiohttp.ClientError:
        pass  # it ended before it began


async def test_the_platform_may_live_inside_the_product() -> None:
    port = unused_port()
    world = sample_world(f"http://127.0.0.1:{port}")
    product, platform = FakeProduct(world), Platform(world, Clock())
    app = product.app()
    add_routes(app, platform)
    photo = b"\x89PNG\r\n\x1a\n" + b"0" * (1 << 20)  # far above the product's own cap of 64 KiB
    async with (
        TestServer(app, port=port) as server,
        SimulatorClient(str(server.make_url(""))) as simulator,
    ):
        said = await simulator.say("lixiuying", image=photo)

        assert said["outcome"] == "silent"
        async with aiohttp.request("GET", product.seen[0].message["PicUrl"]) as response:
            assert await response.read() == photo


async def test_the_page_comes_with_a_policy_against_foreign_scripts(stage: Stage) -> None:
    for path in ("/simulator", "/simulator/"):
        async with stage.session.get(stage.url + path) as response:
            assert response.status == 200
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
            assert "http" not in (await response.text()).split("</head>")[0]
    async with stage.session.get(f"{stage.url}/simulator/static/../routes.py") as response:
        assert response.status == 404
