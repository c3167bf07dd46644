"""The record of group-send tasks, as the platform gives it out."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.clock import Clock
from bot.simulator.platform import Platform
from bot.simulator.task_list import get_groupmsg_list
from bot.simulator.wire import ApiError, Call, json_text
from bot.simulator.world import build_world
from tests.conversations.conftest import read

CHAT = "wrSampleFengqiao"


@pytest.fixture
def platform(now: datetime) -> Platform:
    """Three tasks, a minute apart."""
    clock = Clock()
    clock.move(now - clock.now())
    world = build_world(
        read("config.toml"),
        read("organization.toml"),
        read("residents.toml"),
        product_url="http://127.0.0.1:1",
    )
    made = Platform(world, clock)
    for number in range(3):
        at = now + timedelta(minutes=number)
        made.tasks.add("wangfang", f"通知{number}", [CHAT], attachments=[], now=at)
    return made


async def listed(platform: Platform, now: datetime, **body: Any) -> dict[str, Any]:
    start, end = int(now.timestamp()) - 60, int(now.timestamp()) + 600
    whole = {"chat_type": "group", "start_time": start, "end_time": end} | body
    request = make_mocked_request("POST", "/")  # the endpoint reads the body alone
    return await get_groupmsg_list(platform, Call("/", {}, json_text(whole).encode(), request))


async def test_tasks_are_listed_by_time_and_page(platform: Platform, now: datetime) -> None:
    first = await listed(platform, now, limit=2)
    second = await listed(platform, now, limit=2, cursor=first["next_cursor"])

    said = [each["text"]["content"] for each in first["group_msg_list"] + second["group_msg_list"]]
    assert said == ["通知0", "通知1", "通知2"]
    assert second["next_cursor"] == ""
    later = await listed(platform, now, start_time=int(now.timestamp()) + 61)
    assert [each["text"]["content"] for each in later["group_msg_list"]] == ["通知2"]
    assert (await listed(platform, now, filter_type=1))["group_msg_list"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"chat_type": "all"},
        {"end_time": 0},
        {"end_time": 9_999_999_999},
        {"limit": 101},
        {"filter_type": 3},
        {"cursor": "x"},
        {"start_time": "yesterday"},
    ],
)
async def test_what_the_platform_does_not_take(
    platform: Platform, now: datetime, body: dict[str, Any]
) -> None:
    with pytest.raises(ApiError):
        await listed(platform, now, **body)
