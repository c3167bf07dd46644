"""What follows from an attempt to fetch. Decisions only; nothing here touches a row."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.errors import DeliveryError
from bot.delivery.consequences import pause_after
from bot.media.fetching import Unkept
from storage.models.attachments import Attachment, AttachmentStatus

TOO_LATE = "没有在平台保存的时间内取到：{reason}"


@dataclass(frozen=True, slots=True)
class Failed:
    """Refused or lost for good, or waiting for the next attempt; `error` is a sentence for staff."""

    status: AttachmentStatus
    error: str
    next_at: datetime | None = None


def failed(
    error: Exception, attachment: Attachment, *, life: timedelta, now: datetime, chance: float
) -> Failed:
    """What follows from a failed attempt: 5 s, doubling to an hour, as long as the platform has the file.

    `life` counts from its arrival; `attachment` is the row with this attempt counted, `chance` between 0
    and 1. An error of any other family is a bug: it is tried again as well, for a new version may mend it.
    """
    if isinstance(error, Unkept):
        return Failed(AttachmentStatus.REFUSED, str(error))
    reason = str(error) if isinstance(error, DeliveryError) else "程序出错"
    if isinstance(error, DeliveryError) and error.permanent:
        return Failed(AttachmentStatus.LOST, reason)
    pause = pause_after(attachment.attempts, chance=chance)
    asked = error.retry_after if isinstance(error, DeliveryError) else None
    next_at = now + max(pause, asked or timedelta(0))
    if next_at >= attachment.received_at + life:
        return Failed(AttachmentStatus.LOST, TOO_LATE.format(reason=reason))
    return Failed(AttachmentStatus.WAITING, reason, next_at)
