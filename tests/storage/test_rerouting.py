"""What waits for a robot that cannot push goes by its group's webhook; on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.rerouting import let_go_of_others, reroute
from storage import deliveries, leases, organization, outbox, rerouting
from storage.engine import Database, database_now
from storage.models.leases import leases as lease_rows
from storage.models.organization import Audience, communities, groups
from storage.models.outbox import (
    Channel,
    DeliveryStatus,
    Destination,
    OutgoingMessage,
    Priority,
    destinations,
)
from storage.models.outbox import outbox as rows
from storage.outbox import Address, Posting

CARD = {"task_id": "case-1-1-1", "title": "诉求 0001", "buttons": [["claim", "接单"]]}
TEXT = "新诉求 0001\n回复 @回音 接单 1"
ALL = deliveries.Reach(frozenset({str(Channel.WECOM_ROBOT), str(Channel.GROUP_WEBHOOK)}))


@pytest.fixture
def town(database: Database) -> Database:
    """Two groups that the robot may push into, the second without a webhook."""
    database.write_now(add_groups)
    return database


def add_groups(db: Connection) -> None:
    row = {"code": "chenguang", "name": "晨光社区", "phone": "", "official_account": "main"}
    key = db.execute(communities.insert().values(row)).inserted_primary_key
    assert key is not None
    for name, webhook in (("第一网格工作群", "key-1"), ("第二网格工作群", "")):
        group = {"community_id": key[0], "name": name, "audience": Audience.WORKERS, "robot": "main"}
        chat = {"chat_id": f"wr-{name[:2]}", "webhook": webhook, "is_connected": True}
        db.execute(groups.insert().values(group | chat))


def post(
    db: Connection,
    /,
    *keys: str,
    now: datetime,
    chat: str = "wr-第一",
    priority: Priority = Priority.NOTICE,
    robot: str = "main",
    **body: Any,
) -> None:
    to = Address(Channel.WECOM_ROBOT, robot, chat)
    whole = {"text": TEXT, "card": CARD, "chat_type": 2, "mentions": ["wangfang"]} | body
    outbox.post(db, [Posting(to, key, whole, priority, None) for key in keys], now=now)


def change(db: Connection, /, key: str, **values: Any) -> None:
    db.execute(update(rows).where(rows.c.key == key).values(**values))


def message(db: Connection, key: str) -> OutgoingMessage:
    return OutgoingMessage(*db.execute(select(*rows.c).where(rows.c.key == key)).one())


def place(db: Connection, key: str) -> Destination:
    return outbox.destination_of(db, message(db, key).destination_id)


def silent_for(db: Connection, span: timedelta) -> None:
    """The last sign of life came so long ago."""
    until = database_now(db) - span + rerouting.NOTED_FOR
    db.execute(update(lease_rows).values(held_until=until))


async def rerouted(database: Database, now: datetime) -> int:
    """How often the delivery was woken."""
    woken: list[None] = []
    await reroute(database, now=now, on_commit=lambda: woken.append(None))
    return len(woken)


async def test_after_a_minute_of_silence_it_goes_by_webhook_as_text(town: Database, now: datetime) -> None:
    await town.write(rerouting.note_connected, "main")
    await town.write(post, "fact", now=now)
    await town.write(silent_for, timedelta(seconds=91))

    assert await rerouted(town, now) == 1

    to, moved = town.read_now(place, "fact"), town.read_now(message, "fact")
    assert (to.channel, to.account, to.address) == (Channel.GROUP_WEBHOOK, "", "key-1")
    assert moved.body == {"text": TEXT, "mentions": ["wangfang"]}
    assert (moved.status, to.ready_at) == (DeliveryStatus.WAITING, now)
    assert await rerouted(town, now) == 0


async def test_within_the_minute_it_waits_for_the_robot(town: Database, now: datetime) -> None:
    await town.write(rerouting.note_connected, "main")
    await town.write(post, "fact", now=now)
    await town.write(silent_for, timedelta(seconds=80))

    assert await rerouted(town, now) == 0
    assert town.read_now(place, "fact").channel == Channel.WECOM_ROBOT


async def test_a_robot_that_was_never_there_is_waited_for_by_nobody(town: Database, now: datetime) -> None:
    await town.write(post, "fact", now=now)

    assert await rerouted(town, now) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"attempted_at": "now"},
        {"parts_sent": 1},
        {"is_doubtful": True},
        {"status": DeliveryStatus.SENT},
        {"status": DeliveryStatus.UNCERTAIN},
        {"status": DeliveryStatus.DEAD},
        {"next_at": "later"},
    ],
    ids=str,
)
async def test_what_may_be_out_or_is_not_due_stays(
    town: Database, now: datetime, values: dict[str, Any]
) -> None:
    moments = {"now": now, "later": now + timedelta(minutes=5)}
    await town.write(post, "fact", now=now)
    await town.write(change, "fact", **{name: moments.get(value, value) for name, value in values.items()})

    assert await rerouted(town, now) == 0
    assert town.read_now(message, "fact").body["card"] == CARD


async def test_where_there_is_no_webhook_it_waits_on(town: Database, now: datetime) -> None:
    await town.write(post, "group", chat="wr-第二", now=now)
    await town.write(post, "alone", chat="wangfang", now=now)

    assert await rerouted(town, now) == 0


async def test_an_alarm_that_the_webhook_has_already_told_is_not_told_again(
    town: Database, now: datetime
) -> None:
    await town.write(post, "alarm", "other", now=now)
    by_webhook = Posting(
        Address(Channel.GROUP_WEBHOOK, "", "key-1"), "alarm:all", {"text": "!"}, Priority.EMERGENCY, None
    )
    await town.write(outbox.post, [by_webhook], now=now)

    await rerouted(town, now)

    channels = {key: town.read_now(place, key).channel for key in ("alarm", "other")}
    assert channels == {"alarm": Channel.WECOM_ROBOT, "other": Channel.GROUP_WEBHOOK}


async def test_what_was_tried_in_vain_begins_anew(town: Database, now: datetime) -> None:
    await town.write(post, "fact", now=now)
    await town.write(change, "fact", attempts=7, error="平台繁忙")

    await rerouted(town, now)

    moved = town.read_now(message, "fact")
    assert (moved.attempts, moved.error) == (0, "")


async def test_order_and_urgency_stay(town: Database, now: datetime) -> None:
    await town.write(post, "a", "b", now=now)
    await town.write(post, "answer", now=now, priority=Priority.ANSWER)
    await town.write(post, "emergency", now=now, priority=Priority.EMERGENCY)

    await rerouted(town, now)

    def in_turn(db: Connection) -> list[str]:
        keys = []
        claimed = deliveries.claim_destination(db, now=now, reach=ALL)
        assert claimed is not None
        assert (claimed.address, claimed.urgency) == ("key-1", Priority.EMERGENCY)
        while heads := deliveries.heads(db, claimed.id):
            keys.append(heads[0].key)
            change(db, heads[0].key, status=DeliveryStatus.SENT)
        return keys

    assert town.write_now(in_turn) == ["emergency", "answer", "a", "b"]


async def test_more_than_fit_into_one_transaction_all_move(
    town: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.rerouting.AT_ONCE", 2)
    await town.write(post, *(f"fact-{n}" for n in range(5)), now=now)

    assert await rerouted(town, now) == 3

    def left(db: Connection) -> list[str]:
        here = destinations.c.channel == str(Channel.WECOM_ROBOT)
        joined = rows.join(destinations, destinations.c.id == rows.c.destination_id)
        return list(db.execute(select(rows.c.key).select_from(joined).where(here)).scalars())

    assert town.read_now(left) == []


async def test_what_a_sender_has_just_taken_stays_with_it(town: Database, now: datetime) -> None:
    await town.write(post, "fact", now=now)

    def take(db: Connection) -> None:
        assert deliveries.claim_destination(db, now=now, reach=ALL) is not None
        deliveries.start_attempt(db, message(db, "fact"), now=now, recent=[])

    await town.write(take)

    assert await rerouted(town, now) == 0


# ------------------------------------------------------------------ at start


async def test_groups_of_a_robot_without_a_connection_are_let_go_of(town: Database, now: datetime) -> None:
    await town.write(rerouting.note_connected, "main")
    await town.write(post, "fact", now=now)
    later = now + timedelta(hours=1)
    await town.write(post, "later", now=now)
    await town.write(change, "later", next_at=later)

    await let_go_of_others(town, frozenset({"another"}), now=now)

    found = town.read_now(organization.group_by_chat, "wr-第一")
    assert found is not None
    assert not found.is_connected
    assert {town.read_now(place, key).channel for key in ("fact", "later")} == {Channel.GROUP_WEBHOOK}
    assert town.read_now(message, "later").next_at == later


async def test_groups_of_a_connected_robot_stay(town: Database, now: datetime) -> None:
    await town.write(post, "fact", now=now)

    await let_go_of_others(town, frozenset({"main"}), now=now)

    found = town.read_now(organization.group_by_chat, "wr-第一")
    assert found is not None
    assert found.is_connected
    assert town.read_now(place, "fact").channel == Channel.WECOM_ROBOT


async def test_a_sign_of_life_may_come_from_any_process(database: Database) -> None:
    for _ in range(2):  # the next holder notes it while the note of the former still stands
        await database.write(rerouting.note_connected, "main")

    assert await database.read(leases.is_held, "robot-up:main")


async def test_a_group_without_a_webhook_is_reached_by_the_app_that_made_it(
    town: Database, now: datetime
) -> None:
    await town.write(
        lambda db: db.execute(
            update(groups).where(groups.c.chat_id == "wr-第二").values(appchat="work:chat1")
        )
    )
    await town.write(post, "fact", chat="wr-第二", now=now)

    assert await rerouted(town, now) == 1

    to = town.read_now(place, "fact")
    assert (to.channel, to.account, to.address) == (Channel.APPCHAT, "work", "chat1")
    assert town.read_now(message, "fact").body == {"text": TEXT, "mentions": ["wangfang"]}
    assert town.write_now(rerouting.disconnect_chat, "main", "wr-第二")


async def test_what_waits_for_a_robot_goes_by_the_one_that_took_its_place(
    town: Database, now: datetime
) -> None:
    await town.write(post, "fact", chat="wr-第二", now=now)
    group = town.read_now(organization.group_by_chat, "wr-第二")
    assert group is not None
    await town.write(organization.connect_group, group.id, robot="second", is_connected=True)

    assert await rerouted(town, now) == 1

    to = town.read_now(place, "fact")
    assert (to.channel, to.account, to.address) == (Channel.WECOM_ROBOT, "second", "wr-第二")
    assert town.read_now(message, "fact").body["card"] == CARD
