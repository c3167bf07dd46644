"""Callbacks that are answered with XML: sent, judged, written down; for Official Accounts and apps alike."""

import asyncio
from collections.abc import Callable

from bot.simulator.passive_answers import BadAnswer, PassiveReply
from bot.simulator.platform import Callback, Outcome, Platform
from bot.simulator.postman import Parcel, Receipt

NO_ANSWER = "no answer to three requests"


def path_of(address: str) -> str:
    """The path of a callback address, by which faults and the journal know it."""
    return "/" + address.split("/", 3)[3]


async def carry(platform: Platform, path: str, make: Callable[[], Parcel]) -> list[Receipt]:
    """Ask the product until it answers; twice at once while callbacks are duplicated."""
    copies = 2 if platform.faults.take(path, ("duplicate",)) else 1
    return await asyncio.gather(*(platform.postman.deliver(make) for _ in range(copies)))


def accepted(receipts: list[Receipt], read: Callable[[str], PassiveReply | None]) -> PassiveReply | None:
    """The first reply there is to show; BadAnswer when any request got something malformed, or nothing."""
    replies = [read(_body(receipt)) for receipt in receipts]
    return next((reply for reply in replies if reply), None)


def note(platform: Platform, callback: Callback, path: str, *, outcome: Outcome) -> None:
    """Write into the journal what became of a callback."""
    at = platform.now().isoformat()
    platform.journal.callback({"path": path, "person": callback.person, "at": at, **outcome.as_json()})


def _body(receipt: Receipt) -> str:
    last = receipt.last
    if last.status is None:
        raise BadAnswer(f"{NO_ANSWER} ({last.trouble})")
    if last.status != 200:
        raise BadAnswer(f"HTTP status {last.status}")
    return last.answer
