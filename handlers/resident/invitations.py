"""A resident answers an invitation, hands in an opinion, checks in at the door."""

from handlers.invited import SAID
from handlers.resident.router import router

for _action, _handler in SAID.items():
    router.on(_action)(_handler)
