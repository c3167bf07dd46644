"""Keeping residents' groups in step: all pages, one trouble apart from the others, one process at a time."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, cast

import pytest
from sqlalchemy import delete

from bot.channels.api import AccountApi
from bot.channels.errors import DeliveryError
from bot.channels.verdicts import CORPORATION
from bot.groups import GroupsInStep
from storage import residents_groups as rows
from storage.engine import Database
from storage.models.leases import leases
from tests.bot.watch import Watch
from tests.conftest import KEY
from tests.handlers.cases.scene import settle_in


class Directory:
    """The platform's groups, two on a page; `troubles` are error codes by chat, or by verb."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = dict(names)
        self.troubles: dict[str, int] = {}
        self.asked: list[str] = []
        self.gate: asyncio.Event | None = None

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        verb = path.rsplit("/", 1)[1]
        chat = str(body.get("chat_id", verb))
        self.asked.append(chat)
        if self.gate is not None:
            await self.gate.wait()
        if chat in self.troubles:
            raise error_of(self.troubles[chat])
        if verb == "list":
            first = int(body.get("cursor") or 0)
            page = [{"chat_id": each, "status": 0} for each in list(self.names)[first : first + 2]]
            return {
                "group_chat_list": page,
                "next_cursor": str(first + 2) if first + 2 < len(self.names) else "",
            }
        if chat not in self.names:
            raise error_of(40050)
        members = [
            {"userid": "wangfang", "type": 1},
            {"userid": "wm1", "type": 2},
            {"userid": "wm2", "type": 2},
        ]
        detail = {"chat_id": chat, "name": self.names[chat], "owner": "wangfang", "member_list": members}
        return {"group_chat": detail}


def error_of(code: int) -> DeliveryError:
    return CORPORATION[code].as_error(code)


SAMPLE = ("wrSampleFengqiao", "wrSampleMingyuan", "wrSampleYinxing", "wrSampleCuihu")


@pytest.fixture
def sample(sqlite_url: str, now: datetime) -> Iterator[Database]:
    """The sample communities."""
    database = Database(sqlite_url, encryption_key=KEY)
    database.write_now(settle_in, now=now)
    yield database
    database.close()


@pytest.fixture
def watch(now: datetime) -> Watch:
    return Watch(now)


def in_step(sample: Database, platform: Directory, watch: Watch) -> GroupsInStep:
    return GroupsInStep(sample, cast(AccountApi, platform), watch)


def members(sample: Database, chat: str) -> int | None:
    [group] = sample.read_now(rows.groups_of_chat, chat)
    return group.members


async def test_every_page_is_read(sample: Database, watch: Watch) -> None:
    platform = Directory(
        {f"wr{number}": f"枫桥苑{number}号群" for number in range(5)} | dict.fromkeys(SAMPLE, "")
    )

    await in_step(sample, platform, watch).look_at_all()

    assert [members(sample, f"wr{number}") for number in range(5)] == [2] * 5
    assert platform.asked.count("list") == 5


async def test_one_group_s_trouble_is_not_the_others(sample: Database, watch: Watch) -> None:
    platform = Directory({"wr1": "枫桥苑1群", "wr2": "枫桥苑2群"} | dict.fromkeys(SAMPLE, ""))
    platform.troubles["wr1"] = -1

    await in_step(sample, platform, watch).look_at_all()

    assert sample.read_now(rows.groups_of_chat, "wr1") == []
    assert members(sample, "wr2") == 2


@pytest.mark.parametrize("code", [60020, 48002])
async def test_what_stops_every_call_stops_the_rest_and_says_what_to_configure(
    sample: Database, watch: Watch, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    platform = Directory(dict.fromkeys(SAMPLE, ""))
    platform.troubles[SAMPLE[0]] = code

    await in_step(sample, platform, watch).look_at_all()

    assert platform.asked == ["list", "list", SAMPLE[0]]
    assert "企业可信IP" in caplog.text
    assert "可调用接口的应用" in caplog.text


async def test_a_group_that_is_not_listed_and_not_there_was_dismissed(sample: Database, watch: Watch) -> None:
    platform = Directory(dict.fromkeys(SAMPLE[1:], ""))

    await in_step(sample, platform, watch).look_at_all()

    [gone] = sample.read_now(rows.groups_of_chat, SAMPLE[0])
    [there] = sample.read_now(rows.groups_of_chat, SAMPLE[1])
    assert (gone.dismissed_at, there.dismissed_at) == (watch(), None)


async def test_once_an_hour_by_one_process(sample: Database, watch: Watch) -> None:
    platform = Directory(dict.fromkeys(SAMPLE, ""))
    first, second = in_step(sample, platform, watch), in_step(sample, platform, watch)

    await asyncio.gather(first.look_at_all(), second.look_at_all())
    await first.look_at_all()

    assert platform.asked.count("list") == 2  # two pages, once
    sample.write_now(lambda db: db.execute(delete(leases)))
    await second.look_at_all()
    assert platform.asked.count("list") == 4


async def test_changes_are_looked_at_by_one_process(sample: Database, watch: Watch) -> None:
    platform = Directory(dict.fromkeys(SAMPLE, ""))
    platform.gate = asyncio.Event()
    first, second = in_step(sample, platform, watch), in_step(sample, platform, watch)
    sample.write_now(rows.note_change, SAMPLE[0], now=watch())

    looking = asyncio.create_task(first.look_at_changes())
    while not platform.asked:  # noqa: ASYNC110 - the first is on its way
        await asyncio.sleep(0.005)
    await second.look_at_changes()
    platform.gate.set()
    await looking

    assert platform.asked == [SAMPLE[0]]
    assert sample.read_now(rows.noted_changes, limit=9) == []


async def test_a_change_that_could_not_be_looked_at_is_not_forgotten(sample: Database, watch: Watch) -> None:
    platform = Directory(dict.fromkeys(SAMPLE, ""))
    platform.troubles[SAMPLE[0]] = -1
    groups = in_step(sample, platform, watch)
    sample.write_now(rows.note_change, SAMPLE[0], now=watch())

    await groups.look_at_changes()
    await groups.look_at_changes()  # it rests
    assert platform.asked == [SAMPLE[0]]
    platform.troubles.clear()
    watch.move(minutes=5)
    await groups.look_at_changes()

    assert (members(sample, SAMPLE[0]), sample.read_now(rows.noted_changes, limit=9)) == (2, [])


async def test_without_customer_contact_nothing_is_asked(sample: Database, watch: Watch) -> None:
    groups = GroupsInStep(sample, None, watch)
    sample.write_now(rows.note_change, SAMPLE[0], now=watch())

    await groups.look_at_changes()
    await groups.look_at_all()

    assert members(sample, SAMPLE[0]) is None


@pytest.mark.parametrize("code", [41048, 40058, 84061])
async def test_a_changed_group_the_platform_refuses_does_not_stop_the_others(
    sample: Database, watch: Watch, code: int
) -> None:
    platform = Directory(dict.fromkeys(SAMPLE, ""))
    platform.troubles["wrBad"] = code
    sample.write_now(rows.note_change, "wrBad", now=watch())
    sample.write_now(rows.note_change, SAMPLE[0], now=watch())

    await in_step(sample, platform, watch).look_at_changes()

    assert members(sample, SAMPLE[0]) == 2
    assert sample.read_now(rows.noted_changes, limit=9) == []


async def test_a_changed_group_that_cannot_be_told_of_just_now_goes_to_the_end(
    sample: Database, watch: Watch
) -> None:
    platform = Directory(dict.fromkeys(SAMPLE, ""))
    platform.troubles["wrBad"] = -1
    sample.write_now(rows.note_change, "wrBad", now=watch())
    sample.write_now(rows.note_change, SAMPLE[0], now=watch())

    await in_step(sample, platform, watch).look_at_changes()

    assert members(sample, SAMPLE[0]) == 2
    assert [chat for chat, _ in sample.read_now(rows.noted_changes, limit=9)] == ["wrBad"]
