"""The router of what only community staff can say; the modules of this folder register on it."""

from handlers.turn import Router
from storage.models.people import Role

router = Router("staff", frozenset({Role.STAFF, Role.HEAD, Role.ADMIN}))
