"""Which communities an account serves and how their estates are called, kept in memory for the reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from nlp.places import Places
from storage import organization
from storage.engine import Database
from storage.models.organization import Community, Estate


@dataclass(frozen=True, slots=True)
class Served:
    """The communities of one account, and the estates a sentence may name."""

    communities: tuple[Community, ...]
    estates: tuple[Estate, ...]
    places: Places


NOBODY = Served((), (), Places.of([]))


@dataclass(slots=True)
class Directory:
    """What the reader must know of the organization; refreshed by a tick, and when an account is unknown."""

    database: Database
    _accounts: Mapping[str, Served] = field(default_factory=dict)
    _all: Served = field(default_factory=lambda: NOBODY)

    def of_account(self, account: str) -> Served:
        """What an Official Account serves; nothing when no community has been imported for it."""
        return self._accounts.get(account, NOBODY)

    def everything(self) -> Served:
        """All communities of this deployment, for those who speak through WeCom."""
        return self._all

    async def refresh(self) -> None:
        """Take over what was imported since."""
        self._accounts, self._all = await self.database.read(_load)


def _load(db: Connection) -> tuple[dict[str, Served], Served]:
    communities = organization.all_communities(db)
    accounts = {community.official_account for community in communities}
    served = {
        account: _served(db, [each for each in communities if each.official_account == account])
        for account in accounts
    }
    return served, _served(db, communities)


def _served(db: Connection, communities: list[Community]) -> Served:
    estates = organization.estates_of_communities(db, [community.id for community in communities])
    places = Places.of([(estate.name, tuple(estate.aliases)) for estate in estates])
    return Served(tuple(communities), tuple(estates), places)
