"""What is in the outbox goes out: claim, send, record.

One message at a time per destination, each attempt counted before it is made. What happens when things
break between the phases:

- The process dies after an attempt was counted and before its outcome was recorded: the lease runs out
  within a minute, and the next sender finds the mark of the interrupted attempt. The attempt is made
  again (a resident who reads twice is better off than one who reads nothing) and the row is marked
  doubtful. A group task would ask the owner twice: the platform is asked whether it has one, a minute
  later, and only one it does not have is made again.
- The platform's answer is lost after the request went out (reset, timeout after writing). A push into a
  workers' group by its webhook is sent again after a pause, like one that failed, for there a doubled card
  is harmless and a lost one is not: the row is marked doubtful, and what is sent from then on says so in
  its first line. If the answer to the last try is lost as well, it is uncertain. Of a group task the platform
  is asked as above. Everything else (customer messages, robot responses, group tasks nothing could be learned
  of) is marked uncertain and not sent again by itself; staff see it and can send it again (then marked
  doubtful). Failures to connect, busy answers and unreadable ones are retried.
- A bug in a channel: marked uncertain, for it would only happen again.
- A bug in a statement about one destination's rows: the destination is set aside for minutes and the others
  go on. When the database itself failed, the transaction counts for nothing and is tried again.
- The outcome cannot be recorded: tried a few times more, then as if the process had died.
"""

from bot.delivery.steps import Deliveries
from bot.delivery.worker import DeliveryWorker
from handlers.quiet_hours import QuietHours

__all__ = ["Deliveries", "DeliveryWorker", "QuietHours"]
