"""Which robot pushes into a group: the one that was spoken to last over its own connection."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from handlers.groups import learn_group
from handlers.messages import IncomingMessage, MessageKind
from handlers.notices.reaching import address_of_group
from handlers.organization import import_organization, parse_organization
from storage import organization
from storage.engine import Database
from storage.models.outbox import Channel
from tests.conftest import KEY
from tests.conversations.conftest import read
from tests.handlers.cases.scene import named, settle_in

CHAT = "wrTeam"


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """Nothing in it yet."""
    opened = Database(sqlite_url, encryption_key=KEY)
    yield opened
    opened.close()


def say(db: Connection, robot: str, *, is_connected: bool = True) -> None:
    message = IncomingMessage(
        channel=Channel.WECOM_ROBOT,
        account=robot,
        key=robot,
        sender="wangfang",
        kind=MessageKind.TEXT,
        text="帮助",
        chat=CHAT,
        is_connected=is_connected,
    )
    learn_group(db, named(db, "王芳"), message)


def pushes(db: Connection) -> str:
    group = organization.group_by_chat(db, CHAT)
    to = address_of_group(group) if group else None
    return to.account if to and to.channel == Channel.WECOM_ROBOT else ""


def test_the_robot_spoken_to_last_pushes(database: Database, now: datetime) -> None:
    def story(db: Connection) -> list[str]:
        settle_in(db, now=now)
        heard = []
        for robot in ("main", "second"):
            say(db, robot)
            heard.append(pushes(db))
        say(db, "third", is_connected=False)  # it cannot push, the second still does
        return [*heard, pushes(db)]

    assert database.write_now(story) == ["main", "second", "second"]


def test_a_file_that_names_no_robot_leaves_the_one_that_was_learned(
    database: Database, now: datetime
) -> None:
    given: dict[str, Any] = read("organization.toml")
    group = next(each for each in given["communities"][0]["groups"] if each["name"] == "第一网格工作群")
    group |= {"robot": "", "webhook": "", "chat_id": CHAT}

    def story(db: Connection) -> str:
        settle_in(db, now=now)
        import_organization(db, parse_organization(given), now=now)
        say(db, "main")
        import_organization(db, parse_organization(given), now=now)
        return pushes(db)

    assert database.write_now(story) == "main"


@pytest.mark.parametrize("which", [0, -1])
def test_some_new_groups_have_a_chat_and_others_none(database: Database, now: datetime, which: int) -> None:
    given: dict[str, Any] = read("organization.toml")
    groups = given["communities"][0]["groups"]
    for each in groups:
        each.pop("chat_id", None)
    groups[which]["chat_id"] = CHAT

    def story(db: Connection) -> str:
        import_organization(db, parse_organization(given), now=now)
        found = organization.group_by_chat(db, CHAT)
        return found.name if found else ""

    assert database.write_now(story) == groups[which]["name"]
