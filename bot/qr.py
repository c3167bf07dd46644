"""Permanent QR codes for doors and notice boards: who scans one belongs to that house or grid."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import Connection

from bot.channels.api import AccountApi
from bot.channels.building import Tools
from bot.channels.client import PlatformClient
from bot.channels.errors import DeliveryError
from bot.config import ConfigError, Settings
from bot.media.download import Downloader
from handlers.homes import scene_of_estate, scene_of_grid
from storage import organization
from storage.engine import Database

PICTURE = "https://mp.weixin.qq.com/cgi-bin/showqrcode"  # ?ticket=…: the code as a picture, no token needed


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a code is for: a grid, or an estate, one of its buildings, an entrance; by their names."""

    community: str
    estate: str = ""
    building: str = ""
    unit: str = ""
    grid: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A code as the platform made it; `url` is what it holds, `picture` where it can be seen."""

    scene: str
    ticket: str
    url: str

    @property
    def picture(self) -> str:
        """The address of the code as a picture."""
        return f"{PICTURE}?{urlencode({'ticket': self.ticket})}"


def make_code(settings: Settings, database: Database, wanted: Wanted, *, now: Callable[[], datetime]) -> Code:
    """The code, made by the platform of the community's account; `ConfigError` says what is amiss."""
    name, scene = database.read_now(find_scene, wanted)
    if name not in settings.official_accounts:
        raise ConfigError(
            f"{wanted.community} is served by the Official Account “{name}”, which the configuration "
            f"lacks: add [official_accounts.{name or 'NAME'}], or correct the organization file."
        )
    try:
        return asyncio.run(_request(settings, database, name, scene=scene, now=now))
    except DeliveryError as error:
        raise ConfigError(
            f"The platform made no code ({error}): check app_id, app_secret and api_base."
        ) from error


async def request_code(api: AccountApi, scene: str) -> Code:
    """Ask the platform for a code that never ends."""
    body = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
    answer = await api.post("/cgi-bin/qrcode/create", body)
    return Code(scene, str(answer.get("ticket", "")), str(answer.get("url", "")))


async def _request(
    settings: Settings, database: Database, account: str, *, scene: str, now: Callable[[], datetime]
) -> Code:
    client, downloader = PlatformClient(), Downloader()
    try:
        tools = Tools(settings, client, downloader, database, now)
        return await request_code(tools.account_api(settings.official_accounts[account]), scene)
    finally:
        await client.close()


def find_scene(db: Connection, wanted: Wanted) -> tuple[str, str]:
    """The account that serves the community, and what the code must hold."""
    communities = {each.code: each for each in organization.all_communities(db)}
    community = communities.get(wanted.community)
    if community is None:
        raise ConfigError(f"There is no community {wanted.community}: choose among {', '.join(communities)}.")
    if bool(wanted.estate) == bool(wanted.grid):
        raise ConfigError("Say what the code is for: --estate NAME, or --grid NAME, one of them.")
    if wanted.grid:
        grids = {each.name: each for each in organization.grids_of_community(db, community.id)}
        if wanted.grid not in grids:
            raise ConfigError(f"{community.name} has no grid {wanted.grid}: choose among {', '.join(grids)}.")
        return community.official_account, scene_of_grid(grids[wanted.grid])
    estates = {each.name: each for each in organization.estates_of_communities(db, [community.id])}
    if wanted.estate not in estates:
        raise ConfigError(
            f"{community.name} has no estate {wanted.estate}: choose among {', '.join(estates)}."
        )
    if wanted.unit and not wanted.building:
        raise ConfigError("--unit needs --building.")
    if any(part and not part.isalnum() for part in (wanted.building, wanted.unit)):
        raise ConfigError("--building and --unit are letters and digits, such as 33 and 2.")
    return community.official_account, scene_of_estate(estates[wanted.estate], wanted.building, wanted.unit)
