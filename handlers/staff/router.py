"""The router of what only community staff can say; the modules of this folder register on it."""

from handlers.grid_worker.naming import AskingRouter
from storage.models.people import Role

router = AskingRouter("staff", frozenset({Role.STAFF, Role.HEAD, Role.ADMIN}))
