"""What a channel is made of, and what it is made with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.channels.answers import Reception
from bot.channels.api import AccountApi
from bot.channels.client import PlatformClient
from bot.channels.door import Door
from bot.channels.tokens import CorporationToken, StableToken, Tokens, TokenSource
from bot.channels.transport import Transport
from bot.channels.verdicts import CORPORATION, OFFICIAL_ACCOUNT, Rulings
from bot.config import Settings
from bot.config.settings import OfficialAccountSettings
from bot.media.download import Downloader
from bot.media.fetching import Fetcher
from bot.refusals import Refusals
from storage.engine import Database


class Line(Protocol):
    """A connection this process keeps up by itself, on which messages come in."""

    name: str

    async def run(self, reception: Reception) -> None:
        """Keep it up until cancelled."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a channel brings: ways out, callback doors, ways to files, connections of its own."""

    transports: tuple[Transport, ...] = ()
    doors: tuple[Door, ...] = ()
    fetchers: tuple[Fetcher, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(slots=True)
class Tools:
    """What channels are made with; one access token of each account for everything that needs it.

    `wake` tells the delivery that something can be sent that could not before; `refusals` counts what comes
    in on lines and cannot be read, where somebody does.
    """

    settings: Settings
    client: PlatformClient
    downloader: Downloader
    database: Database
    now: Callable[[], datetime]
    wake: Callable[[], None] = lambda: None
    refusals: Refusals | None = None
    _tokens: dict[str, Tokens] = field(default_factory=dict)

    def account_tokens(self, account: OfficialAccountSettings) -> Tokens:
        """The tokens of an Official Account."""
        secret = account.app_secret.get_secret_value()
        source = StableToken(self.client, account.api_base, app_id=account.app_id, app_secret=secret)
        return self._shared(source)

    def account_api(self, account: OfficialAccountSettings) -> AccountApi:
        """The endpoints of an Official Account."""
        return self._api(account.api_base, self.account_tokens(account), OFFICIAL_ACCOUNT)

    def corporation_tokens(self, secret: str) -> Tokens:
        """The tokens of one secret of the corporation: of an app, or of customer contact."""
        wecom = self.settings.wecom
        return self._shared(
            CorporationToken(self.client, wecom.api_base, corp_id=wecom.corp_id, secret=secret)
        )

    def corporation_api(self, secret: str) -> AccountApi:
        """The corporation's endpoints under one secret."""
        return self._api(self.settings.wecom.api_base, self.corporation_tokens(secret), CORPORATION)

    def _api(self, base: str, tokens: Tokens, rulings: Rulings) -> AccountApi:
        return AccountApi(self.client, base, tokens=tokens, rulings=rulings)

    def _shared(self, source: TokenSource) -> Tokens:
        if source.name not in self._tokens:
            self._tokens[source.name] = Tokens(source, database=self.database, now=self.now)
        return self._tokens[source.name]
