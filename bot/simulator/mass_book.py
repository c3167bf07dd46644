"""The mass sendings of an Official Account, and who has had how many."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from bot.simulator.allowances import Monthly, Rolling
from bot.simulator.wire import Json
from bot.simulator.world import Account

PER_MONTH = 4  # to each resident, WECHAT 2.4
CALLS = (60, timedelta(minutes=1))
KEPT = 2000  # jobs


@dataclass
class MassJob:
    """One mass sending."""

    msg_id: int
    account: str
    text: str
    openids: list[str]
    client_id: str
    is_done: bool = False
    reached: list[str] = field(default_factory=list)  # ids of people

    def as_json(self) -> Json:
        return {
            "id": self.msg_id,
            "account": self.account,
            "text": self.text,
            "total": len(self.openids),
            "done": self.is_done,
            "reached": list(self.reached),
        }


class MassBook:
    """The jobs there were, and who has had how many this month."""

    def __init__(self) -> None:
        self.received = Monthly(PER_MONTH)  # by resident
        self.calls = Rolling(CALLS)
        self.jobs: dict[int, MassJob] = {}

    def add(self, sender: Account, text: str, openids: list[str], *, client_id: str) -> MassJob:
        msg_id = 3_000_000_000 + secrets.randbelow(10**9)
        job = MassJob(msg_id, sender.name, text, openids, client_id)
        self.jobs[msg_id] = job
        while len(self.jobs) > KEPT:
            del self.jobs[next(iter(self.jobs))]
        return job

    def job_of(self, account_name: str, client_id: str) -> MassJob | None:
        """The job of that clientmsgid, if there is one."""
        mine = (job for job in self.jobs.values() if job.account == account_name)
        return next((job for job in mine if client_id and job.client_id == client_id), None)
