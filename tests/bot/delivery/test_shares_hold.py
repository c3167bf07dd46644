"""Whatever arrives, is tapped, called back or breaks: no group above its share, no text lost or doubled."""

import asyncio
import re
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.delivery.phases import Taken, take
from handlers.residents_groups.shares import GroupLimit
from storage.engine import Database
from storage.migrations import migrate
from storage.models.outbox import DeliveryStatus, Priority
from tests.bot.delivery.contact import ADD, BUSY, CANCEL, LIST, LOST, NEVER_CAME, RESULT, Contact
from tests.bot.delivery.tasks_office import TasksOffice, steps_of
from tests.bot.watch import Watch
from tests.conftest import KEY

START = datetime(2026, 1, 20, 2, tzinfo=UTC)  # before the shortest month
WORD = re.compile(r"【(\d+)】")
ALIVE = (DeliveryStatus.WAITING, DeliveryStatus.AWAITING_OWNER, DeliveryStatus.GATHERED)
S = DeliveryStatus


class Group(RuleBasedStateMachine):
    """One residents' group, its owner, the platform, and processes that die."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(f"sqlite:///{Path(self.folder.name) / 'h.db'}", encryption_key=KEY)
        migrate(self.database)
        self.watch = Watch(START)
        self.contact = Contact(self.watch)
        self.office = TasksOffice(
            self.database, self.contact, self.watch, steps_of(self.database, self.contact, self.watch)
        )
        self.posted: dict[str, Priority] = {}
        self.searches_failed = 0
        self.cancelled: set[str] = set()
        self.refused: list[str] = []  # texts of tasks the platform did not send for the group's share

    @initialize(limit=st.sampled_from(GroupLimit), spent=st.integers(0, 24))
    def begin(self, limit: GroupLimit, spent: int) -> None:
        """Of a month's share much may be used up already."""
        if limit is GroupLimit.MONTH:
            asyncio.run(self.office.spend(spent))
        self.watch.time = START
        self.office.limit = limit
        self.contact.tasks.period = limit.value
        self.office.die()

    @rule(number=st.integers(1, 12), priority=st.sampled_from([Priority.NOTICE, Priority.BROADCAST]))
    def notices(self, number: int, priority: Priority) -> None:
        for _ in range(number):
            self._post(priority, length=0)

    @rule(length=st.integers(0, 1300), priority=st.sampled_from(list(Priority)))
    def message(self, length: int, priority: Priority) -> None:
        self._post(priority, length=length)

    @rule(which=st.floats(0, 1))
    def call_back(self, which: float) -> None:
        if self.posted:
            key = sorted(self.posted, key=int)[round(which * (len(self.posted) - 1))]
            self.office.cancel(key)
            self.cancelled.add(key)

    @rule(share=st.sampled_from([0.3, 1.0]))
    def tap(self, share: float) -> None:
        waiting = self.contact.waiting()
        for task in waiting[: round(len(waiting) * share)]:
            if not self.contact.tap(task):
                self.refused.append(task.text)

    @rule(
        verb=st.sampled_from([ADD, ADD, LIST, CANCEL, RESULT]), kind=st.sampled_from([BUSY, LOST, NEVER_CAME])
    )
    def trouble(self, verb: str, kind: str) -> None:
        self.contact.trouble(verb, kind)
        self.searches_failed += verb in (LIST, RESULT)

    @rule(is_sent=st.booleans())
    def die_in_between(self, is_sent: bool) -> None:
        taken = self.database.write_now(take, self.office.steps.desk, now=self.watch(), pauses={})
        if isinstance(taken, Taken) and is_sent:
            transport = self.office.steps.desk.transports[taken.destination.channel]
            self.contact.troubles.pop(ADD, None)
            asyncio.run(_sent(transport.send(taken.destination, taken.message)))
        self.office.die()

    @rule(minutes=st.sampled_from([1, 2, 30, 300, 1440, 2 * 1440, 8 * 1440]))
    def time_passes(self, minutes: int) -> None:
        asyncio.run(self.office.work())
        self.watch.move(minutes=minutes)
        asyncio.run(self.office.work())

    @invariant()
    def no_group_above_its_share(self) -> None:
        assert self.refused == []

    @invariant()
    def each_text_stands_where_its_row_says(self) -> None:
        """Once among what was sent or may be, and only there; never beside what waits to be sent."""
        out = Counter[str]()
        for task in self.contact.tasks.all():
            if not task.is_cancelled:
                out.update(WORD.findall(task.text))
        for key in self.posted:
            assert out[key] <= 1, f"{key} is out {out[key]} times"
            status = self._fate(key)
            if status is S.SENT:
                assert out[key] == 1, f"{key} counts as sent"
            assert status is not S.UNCERTAIN or self.searches_failed > 1
            if status is S.CANCELLED:
                assert key in self.cancelled

    def teardown(self) -> None:
        """In the end everything was read, but what was called back, or the owner never looked at."""
        for verb in list(self.contact.troubles):
            del self.contact.troubles[verb]
        self.office.die()
        for _ in range(400):
            if not any(self.office.status(key) in ALIVE and self._fate(key) in ALIVE for key in self.posted):
                break
            asyncio.run(self.office.work())
            self.tap(share=1.0)
            self.watch.move(hours=7)
        self.no_group_above_its_share()
        self.each_text_stands_where_its_row_says()
        fates = {key: self._fate(key) for key in self.posted}
        self.database.close()
        self.folder.cleanup()
        assert {key: fate for key, fate in fates.items() if fate in ALIVE} == {}

    def _post(self, priority: Priority, *, length: int) -> None:
        key = str(len(self.posted) + 1000)
        self.posted[key] = priority
        self.office.post(key, priority=priority, text=f"【{key}】" + "字" * length)

    def _fate(self, key: str) -> DeliveryStatus:
        message = self.office.message(key)
        if message.status is not S.GATHERED or message.gathered_into_id is None:
            return message.status
        carrier = next(
            each for each in self.posted if self.office.message(each).id == message.gathered_into_id
        )
        return self.office.message(carrier).status


async def _sent(sending: object) -> None:
    await sending  # type: ignore[misc]  # a coroutine


TestGroup = Group.TestCase
TestGroup.settings = settings(
    max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
