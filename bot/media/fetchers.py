"""The one list of the ways to the files that people sent."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.channels import OfficialAccountSender
from bot.channels.client import PlatformClient
from bot.channels.official_account.media import MediaAccount, OfficialAccountMedia
from bot.channels.tokens import StableToken, Tokens
from bot.channels.wecom_robot.media import RobotMedia
from bot.media.download import Downloader
from bot.media.fetching import Fetcher
from storage.engine import Database


def media_fetchers(
    client: PlatformClient,
    downloader: Downloader,
    *,
    database: Database,
    now: Callable[[], datetime],
    accounts: Mapping[str, OfficialAccountSender],
    robot_keys: Mapping[str, Sequence[str]],
) -> tuple[Fetcher, ...]:
    """Every channel this process can fetch from; accounts and robots by their names in the configuration.

    The tokens are those that sending uses: one for all processes, in the database.
    """

    def account(sender: OfficialAccountSender) -> MediaAccount:
        source = StableToken(client, sender.api_base, app_id=sender.app_id, app_secret=sender.app_secret)
        return MediaAccount(sender.api_base, Tokens(source, database=database, now=now))

    residents = {name: account(sender) for name, sender in accounts.items()}
    return OfficialAccountMedia(downloader, residents), RobotMedia(downloader, robot_keys)
