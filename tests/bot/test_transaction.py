"""Whatever the order of messages and redeliveries: one receipt, one case, one card, one answer each."""

import shutil
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from bot.channels.answers import Answer
from bot.directory import Served
from bot.transaction import Inbound, handle_message
from handlers.messages import IncomingMessage, MessageKind
from handlers.organization import import_organization, parse_organization
from handlers.rules import Rules
from nlp.commands import CommandReader
from nlp.lexicon import Lexicon
from nlp.reading import Places, Reader
from storage import organization
from storage.engine import Database
from storage.models.cases import cases, reports
from storage.models.conversations import receipts
from storage.models.outbox import Channel, destinations, outbox

ORGANIZATION = Path(__file__).parents[2] / "bot" / "simulator" / "data" / "organization.toml"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SENTENCES = (
    "枫桥苑33号楼5单元下水道堵了，污水往外冒",
    "楼道灯不亮了，晚上看不见",
    "枫桥苑3号楼2单元",
    "3号楼电梯坏了，上不去",
    "1",
    "算了",
    "你好",
    "查",
    "家里有煤气味",
    "东门口天天这样",
)

# A message is (who, which sentence); an order is a list of messages, some of them delivered again later.
messages = st.lists(st.tuples(st.integers(0, 2), st.integers(0, len(SENTENCES) - 1)), min_size=1, max_size=12)
redelivered = st.lists(st.integers(0, 11), max_size=8)


@cache
def lexicon() -> Lexicon:
    return Lexicon.load(None)


def imported(template: Path, folder: str) -> Database:
    path = Path(folder) / "huiyin.db"
    shutil.copyfile(template, path)
    database = Database(f"sqlite:///{path}", encryption_key="k")
    table = tomllib.loads(ORGANIZATION.read_text("utf-8"))
    database.write_now(import_organization, parse_organization(table), now=NOW)
    return database


def served(db: Connection) -> Served:
    communities = organization.communities_of_account(db, "main")
    estates = organization.estates_of_communities(db, [each.id for each in communities])
    places = Places.of([(estate.name, tuple(estate.aliases)) for estate in estates])
    return Served(tuple(communities), tuple(estates), places)


def counts(db: Connection) -> Counter[str]:
    tables = {"receipts": receipts, "cases": cases, "reports": reports, "outbox": outbox}
    return Counter({name: db.scalar(select(func.count()).select_from(each)) for name, each in tables.items()})


def cards_of_cases(db: Connection) -> list[int]:
    """How many cards went to workers' groups for each case's opening."""
    query = (
        select(func.count())
        .select_from(outbox)
        .join(destinations, destinations.c.id == outbox.c.destination_id)
        .where(destinations.c.channel == Channel.GROUP_WEBHOOK)
        .group_by(outbox.c.case_id)
    )
    return list(db.execute(query).scalars())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=messages, again=redelivered)
def test_redeliveries_change_nothing(
    sqlite_template: Path, said: list[tuple[int, int]], again: list[int]
) -> None:
    reader, commands = Reader(lexicon()), CommandReader(lexicon())
    with TemporaryDirectory() as folder:
        database = imported(sqlite_template, folder)
        town = database.read_now(served)

        def deliver(number: int) -> Answer:
            person, sentence = said[number]
            text = SENTENCES[sentence]
            message = IncomingMessage(
                channel=Channel.OFFICIAL_ACCOUNT,
                account="main",
                key=str(number),
                sender=f"openid-{person}",
                kind=MessageKind.TEXT,
                text=text,
            )
            inbound = Inbound(
                message,
                reader.read(text, town.places),
                commands.read("", role="staff", now=NOW),
                town.communities,
                town.estates,
                Rules(),
                "1234",
                read=lambda words: reader.read(words, town.places),
            )
            now = NOW + timedelta(seconds=number)
            return database.write_now(handle_message, inbound, can_push=True, is_late=lambda: False, now=now)

        first = [deliver(number) for number in range(len(said))]
        before = database.read_now(counts)
        repeated = [(number, deliver(number)) for number in again if number < len(said)]

        assert database.read_now(counts) == before
        assert before["receipts"] == len(said)
        assert before["cases"] <= before["reports"]  # two people with one trouble share a case
        assert [answer.text for number, answer in repeated] == [first[number].text for number, _ in repeated]
        assert len(database.read_now(cards_of_cases)) == before["cases"]  # no case is told to nobody
        database.close()
