"""What the account's messages are read with: communities, estates, common answers; kept in memory."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from handlers.questions import AnswerTable, prepared_answers
from handlers.replies.sentences import BadWording, check_wording, take_over
from nlp.lexicon import Lexicon
from nlp.places import Places
from storage import answers, organization
from storage.engine import Database
from storage.models.desk import StoredAnswer, Wording
from storage.models.organization import Community, Estate

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Served:
    """The communities of one account, the estates a sentence may name, and answers by community."""

    communities: tuple[Community, ...]
    estates: tuple[Estate, ...]
    places: Places
    answers: Mapping[int, AnswerTable] = field(default_factory=dict)


NOBODY = Served((), (), Places.of([]))


@dataclass(frozen=True, slots=True)
class Stored:
    """What one look at the database found."""

    communities: list[Community]
    estates: list[Estate]
    answers: list[StoredAnswer]
    wordings: list[Wording]


@dataclass(slots=True)
class Directory:
    """What the reader must know of the organization; refreshed by a tick, and when an account is unknown."""

    database: Database
    lexicon: Lexicon
    _accounts: Mapping[str, Served] = field(default_factory=dict)
    _all: Served = field(default_factory=lambda: NOBODY)

    def of_account(self, account: str) -> Served:
        """What an Official Account serves; nothing when no community has been imported for it."""
        return self._accounts.get(account, NOBODY)

    def everything(self) -> Served:
        """All communities of this deployment, for those who speak through WeCom."""
        return self._all

    async def refresh(self) -> None:
        """Take over what was imported since, and what staff changed of answers and wording."""
        found = await self.database.read(_load)
        tables = prepared_answers(found.answers, self.lexicon, known=self._all.answers)
        accounts = {community.official_account for community in found.communities}
        self._accounts = {account: _served(found, tables, account=account) for account in accounts}
        self._all = _served(found, tables)
        take_over(_by_community(found.wordings))


def _load(db: Connection) -> Stored:
    communities = organization.all_communities(db)
    ids = [community.id for community in communities]
    return Stored(
        communities,
        organization.estates_of_communities(db, ids),
        answers.answers_of(db, ids),
        answers.wordings_of(db),
    )


def _served(found: Stored, tables: Mapping[int, AnswerTable], *, account: str | None = None) -> Served:
    """What one account serves; without an account, everything."""
    communities = [each for each in found.communities if account in (None, each.official_account)]
    ids = {community.id for community in communities}
    estates = [estate for estate in found.estates if estate.community_id in ids]
    places = Places.of([(estate.name, tuple(estate.aliases)) for estate in estates])
    mine = {community_id: table for community_id, table in tables.items() if community_id in ids}
    return Served(tuple(communities), tuple(estates), places, mine)


def _by_community(rows: Sequence[Wording]) -> dict[int, dict[str, str]]:
    """The sentences that communities say in their own words."""
    own: dict[int, dict[str, str]] = {}
    for row in rows:
        try:
            check_wording(row.key, row.text)
        except BadWording as error:  # a sentence of a former version: the usual one is said
            log.warning("a wording is not used: %s", error, extra={"action": "wording"})
            continue
        own.setdefault(row.community_id, {})[row.key] = row.text
    return own
