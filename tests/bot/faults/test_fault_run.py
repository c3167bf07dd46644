"""Two thousand pushes to a hundred destinations while the platform misbehaves for ten minutes of its time."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.simulator.chats import Message
from storage import outbox as outgoing
from storage.models.outbox import Channel, DeliveryStatus, OutgoingMessage
from tests.bot.faults.city import City, leased, rows, running_city

ROUNDS = 11  # in each everybody is told something
BURSTS = {4: range(100, 130), 5: range(130, 160), 6: range(160, 190)}  # what the busy ones hear beside it
APART = timedelta(seconds=50)
TOLERATED = {DeliveryStatus.SENT, DeliveryStatus.UNCERTAIN, DeliveryStatus.DEAD}
MINUTE = timedelta(minutes=1)
MOST_A_MINUTE = {
    Channel.GROUP_WEBHOOK: 20,
    Channel.WECOM_APP: 30,
    Channel.WECOM_ROBOT: 30,
}  # WECHAT 3.3 to 3.7
SOCKET = "/simulator/socket"
WEBHOOK, SEND, TOKEN = "/cgi-bin/webhook/send", "/cgi-bin/message/send", "/cgi-bin/gettoken"
SLOW = 0.8  # seconds, longer than the client waits


@pytest.fixture
async def city(database_url: str, now: datetime) -> AsyncIterator[City]:
    async with running_city(database_url, now) as running:
        yield running


def misbehave(city: City) -> None:
    """What the platform does from now on; the same at every run as far as the order of calls is."""
    faults = city.platform.faults
    for seed, (kind, share) in enumerate(
        [("reset", 0.03), ("lost", 0.03), ("busy", 0.04), ("html", 0.03), ("slow", 0.01)]
    ):
        for path in (WEBHOOK, SEND):
            faults.switch_on(kind, path, share=share, seed=seed, seconds=SLOW)
    for seed, (kind, share) in enumerate([("reset", 0.02), ("lost", 0.02), ("busy", 0.03)], start=10):
        faults.switch_on(kind, SOCKET, share=share, seed=seed)
    faults.switch_on("expired", SEND, share=0.02, seed=20)
    faults.switch_on("quota", WEBHOOK, share=0.01, seed=21)
    faults.switch_on("quota", SEND, count=1, every=150)
    faults.switch_on("untrusted", SEND, count=1, every=250)
    faults.switch_on("removed", WEBHOOK, share=0.01, seed=22)
    faults.switch_on("busy", TOKEN, every=2)


async def test_nothing_is_lost_doubled_or_out_of_order_and_no_quota_is_exceeded(city: City) -> None:
    misbehave(city)
    for number in range(ROUNDS):
        await city.database.write(city.post, city.places(), range(number, number + 1))
        if number in BURSTS:
            await city.database.write(city.post, city.busy_places(), BURSTS[number])
        city.worker.wake()
        await city.pass_time(APART)
    city.platform.faults.switch_off()
    await city.settle()

    before = await city.database.read(rows)
    assert len(before) == 2000
    assert {each.status for each in before.values()} <= TOLERATED
    assert all("群机器人" in each.error for each in before.values() if each.status is DeliveryStatus.DEAD)
    for address, chat in city.places():
        arrived, posted = city.arrived(chat), of_chat(before, chat)
        ensure_in_order(arrived, posted)
        ensure_single(arrived, posted)
        ensure_within_quota(arrived, MOST_A_MINUTE[Channel(address.channel)])

    await send_the_stuck_again(city, before)
    for _, chat in city.places():
        assert {number_of(each) for each in city.arrived(chat)} == of_chat(before, chat).keys()
    assert await city.database.read(leased) == 0


def of_chat(before: dict[str, OutgoingMessage], chat: str) -> dict[int, OutgoingMessage]:
    """What was posted to one destination, by number, in its order."""
    numbers = {key: key.removeprefix(f"run:{chat}:") for key in before if key.startswith(f"run:{chat}:")}
    return {int(number): before[key] for key, number in numbers.items()}


def ensure_in_order(arrived: list[Message], posted: dict[int, OutgoingMessage]) -> None:
    """First arrivals follow the order in which the messages were posted."""
    firsts = dict.fromkeys(number_of(each) for each in arrived)
    assert list(firsts) == [number for number in posted if number in firsts]


def ensure_single(arrived: list[Message], posted: dict[int, OutgoingMessage]) -> None:
    """What was sent arrived; twice only what the platform's lost answer made doubtful, and it says so."""
    times = Counter(number_of(each) for each in arrived)
    for number, row in posted.items():
        assert times[number] >= (row.status is DeliveryStatus.SENT)
        if times[number] > 1:
            assert row.is_doubtful
            assert any("可能重复" in each.text for each in arrived if number_of(each) == number)


def ensure_within_quota(arrived: list[Message], most: int) -> None:
    """In no minute of the platform's time were there more than it takes."""
    times = [each.at for each in arrived]
    for index, start in enumerate(times):
        assert sum(start <= at < start + MINUTE for at in times[index:]) <= most


async def send_the_stuck_again(city: City, before: dict[str, OutgoingMessage]) -> None:
    """What was given up is visible and can be sent again."""
    for each in before.values():
        if each.status is not DeliveryStatus.SENT:
            await city.database.write(outgoing.send_again, each.id, now=city.clock.now())
    city.worker.wake()
    await city.settle()
    after = await city.database.read(rows)
    assert {each.status for each in after.values()} == {DeliveryStatus.SENT}


def number_of(message: Message) -> int:
    return int(message.text.split("第")[-1].removesuffix("条"))
