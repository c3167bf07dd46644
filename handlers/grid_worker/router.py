"""The router of what grid workers, unit members and staff say; the modules of this folder register on it."""

from handlers.turn import Router
from storage.models.people import Role

router = Router(
    "grid worker",
    frozenset({Role.GRID_WORKER, Role.UNIT_MEMBER, Role.STAFF, Role.HEAD, Role.ADMIN}),
)
