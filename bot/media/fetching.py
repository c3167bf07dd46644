"""What every channel offers the media worker, and how fetching may end."""

from datetime import timedelta
from typing import ClassVar, Protocol

from storage.models.attachments import Attachment
from storage.models.outbox import Channel


class Unkept(Exception):
    """What was sent must not be kept; the sentence says why, for staff."""


class Fetcher(Protocol):
    """One channel's way to the files that people sent."""

    channel: ClassVar[Channel]
    life: ClassVar[timedelta]  # of a file at the platform, counted from its arrival

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """The file, of at most `limit` bytes.

        `Unkept` when it is larger; DeliveryError when the platform does not give it out, permanent when
        asking again is in vain.
        """
