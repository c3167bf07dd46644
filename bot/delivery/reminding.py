"""When the owner of a group is reminded of a message that waits for their tap. Decisions only."""

from datetime import datetime, time, timedelta

from handlers.working_days import SHANGHAI
from storage.models.outbox import OutgoingMessage, Priority

# After the task was made. People look at their phone within two hours of a working day; then once a day, for
# the platform allows three reminders in 24 hours (WW/97610) and more would be nagging.
USUAL = (timedelta(hours=2), timedelta(hours=24), timedelta(hours=48))
# Half the residents of a house would otherwise not know in time; three are all the platform allows.
EMERGENCY = (timedelta(minutes=10), timedelta(minutes=30), timedelta(minutes=60))
APART = {False: timedelta(hours=2), True: timedelta(minutes=10)}  # at least, when several are overdue at once
MORNING, EVENING = time(8), time(20)  # Asia/Shanghai: nobody is reminded outside but of an emergency


def reminder_at(message: OutgoingMessage) -> datetime | None:
    """When the owner is to be reminded next; `None` when they were reminded often enough."""
    is_emergency = message.priority == Priority.EMERGENCY
    steps = EMERGENCY if is_emergency else USUAL
    if message.made_at is None or len(message.reminders) >= len(steps):
        return None
    at = message.made_at + steps[len(message.reminders)]
    if message.reminders:
        last = datetime.fromtimestamp(message.reminders[-1], SHANGHAI)
        at = max(at, last + APART[is_emergency])
    return at if is_emergency else _by_day(at)


def _by_day(at: datetime) -> datetime:
    local = at.astimezone(SHANGHAI)
    if local.time() < MORNING:
        return local.replace(hour=MORNING.hour, minute=0, second=0, microsecond=0)
    if local.time() >= EVENING:
        tomorrow = local + timedelta(days=1)
        return tomorrow.replace(hour=MORNING.hour, minute=0, second=0, microsecond=0)
    return at
