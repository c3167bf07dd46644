"""The router of what residents say; the modules of this folder register on it."""

from handlers.turn import Router
from storage.models.people import Role

router = Router("resident", frozenset({Role.RESIDENT, Role.BUILDING_LEAD}))
