"""What is in the outbox goes out: claim, send, record.

One message at a time per destination, each attempt counted before it is made. What happens when things
break between the phases:

- The process dies after an attempt was counted and before its outcome was recorded: the lease runs out
  within a minute, and the next sender finds the mark of the interrupted attempt. The attempt is made
  again (a resident who reads twice is better off than one who reads nothing) and the row is marked
  doubtful; a group task is not made again but marked uncertain, for it would ask the owner twice.
- The platform's answer is lost after the request went out: marked uncertain, not sent again by itself,
  shown to staff, who can send it again (then marked doubtful). Failures to connect, busy answers and
  unreadable ones are retried.
- The outcome cannot be recorded: tried a few times more, then as if the process had died.
"""

from bot.delivery.quiet_hours import QuietHours
from bot.delivery.steps import Deliveries
from bot.delivery.worker import DeliveryWorker

__all__ = ["Deliveries", "DeliveryWorker", "QuietHours"]
