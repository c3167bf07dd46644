"""A town whose robot has a connection of its own, so that cards with buttons are pushed and tapped."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from storage.models.cases import CaseEvent, EventKind, case_events
from storage.models.desk import AuditEntry, audit
from tests.conversations.conftest import Town, running_town

Json = dict[str, Any]


def put_on_a_line(config: Json) -> None:
    """The robot "main" is a socket robot of the simulator."""
    socket_url = config["wecom"]["api_base"].replace("http", "ws") + "/simulator/socket"
    config["wecom"]["robots"]["main"] = {
        "mode": "socket",
        "bot_id": "aibSampleRobot01",
        "secret": "sample-robot-secret",
        "socket_url": socket_url,
    }


@asynccontextmanager
async def town_on_a_line(
    database_url: str, tmp_path: Path, now: datetime, *, groups: tuple[str, ...], **more: Any
) -> AsyncIterator[Town]:
    """The town, with the robot connected and addressed once in each of these groups, by who belongs there."""
    async with running_town(database_url, tmp_path, now, change=put_on_a_line, **more) as town:
        await town.simulator.wait_for_robot("main")
        for group, person in (each.split(":") for each in groups):
            await town.say(person, "帮助", chat=town.groups[group])
        yield town


async def cards(town: Town, chat: str) -> list[Json]:
    """The cards in a chat as they stand now, oldest first, each with the number of its message."""
    await town.settle()
    messages = await town.simulator.chat(chat)
    found = [message for message in messages if message["data"].get("card")]
    return [{"id": message["id"], "card": message["data"]["card"]} for message in found]


async def last_card(town: Town, chat: str) -> Json:
    """The newest card of a chat."""
    return (await cards(town, chat))[-1]


async def all_events(town: Town, *kinds: EventKind) -> list[CaseEvent]:
    """What happened to cases, of these kinds."""

    def read(db: Connection) -> list[CaseEvent]:
        query = select(*case_events.c).where(case_events.c.kind.in_(list(kinds))).order_by(case_events.c.id)
        return [CaseEvent(*row) for row in db.execute(query)]

    return await town.database.read(read)


async def audited(town: Town, action: str) -> list[AuditEntry]:
    """The lines of the log with this action, oldest first."""

    def read(db: Connection) -> list[AuditEntry]:
        query = select(*audit.c).where(audit.c.action == action).order_by(audit.c.id)
        return [AuditEntry(*row) for row in db.execute(query)]

    return await town.database.read(read)
