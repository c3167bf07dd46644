"""Two thousand pushes to a hundred destinations while the platform misbehaves for ten minutes of its time."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.simulator.chats import Message
from storage import outbox as outgoing
from storage.models.outbox import Channel, DeliveryStatus, OutgoingMessage
from tests.bot.faults.city import City, leased, rows, running_city

ROUNDS = 20  # of a hundred messages each
APART = timedelta(seconds=30)
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
        await city.database.write(city.post, number)
        city.worker.wake()
        await city.pass_time(APART)
    city.platform.faults.switch_off()
    await city.settle()

    before = await city.database.read(rows)
    assert len(before) == ROUNDS * len(city.places()) == 2000
    assert {each.status for each in before.values()} <= TOLERATED
    assert all("群机器人" in each.error for each in before.values() if each.status is DeliveryStatus.DEAD)
    for address, chat in city.places():
        arrived = city.arrived(chat)
        ensure_in_order(arrived, f"run:{chat}", before)
        ensure_single(arrived, f"run:{chat}", before)
        ensure_within_quota(arrived, MOST_A_MINUTE[Channel(address.channel)])

    await send_the_stuck_again(city, before)
    for _, chat in city.places():
        texts = {each.text.split("\n")[-1] for each in city.arrived(chat)}
        assert texts >= {f"第{number:02d}条" for number in range(ROUNDS)}
    assert await city.database.read(leased) == 0


def ensure_in_order(arrived: list[Message], key: str, before: dict[str, OutgoingMessage]) -> None:
    """First arrivals follow the order in which the messages were posted."""
    firsts = list(dict.fromkeys(number_of(each) for each in arrived))
    assert firsts == sorted(firsts)
    assert all(before[f"{key}:{number}"].status is not DeliveryStatus.WAITING for number in firsts)


def ensure_single(arrived: list[Message], key: str, before: dict[str, OutgoingMessage]) -> None:
    """What was sent arrived; twice only what the platform's lost answer made doubtful, and it says so."""
    times = Counter(number_of(each) for each in arrived)
    for number in range(ROUNDS):
        row = before[f"{key}:{number}"]
        if row.status is DeliveryStatus.SENT:
            assert times[number] >= 1
        if times[number] > 1:
            assert row.is_doubtful
            assert sum("可能重复" in each.text for each in arrived if number_of(each) == number) >= 1


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
