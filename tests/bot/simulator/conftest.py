import json
import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot.clock import Clock
from bot.simulator import Platform, World, build_world, create_app
from bot.simulator.client import SimulatorClient
from bot.simulator.world import App
from tests.bot.simulator.app_door import AppDoor, opened_door
from tests.bot.simulator.product import FakeProduct
from tests.bot.simulator.socket_product import Connection, connected, use_socket

DATA = Path(__file__).parents[3] / "bot" / "simulator" / "data"
WORKERS = "第一网格工作群"
RESIDENTS = "枫桥苑居民群"


def sample_world(product_url: str = "http://127.0.0.1:9") -> World:
    """The world of the sample files, its robot called back over HTTP."""
    tables = [
        tomllib.loads((DATA / f"{name}.toml").read_text("utf-8")) for name in ("config", "organization")
    ]
    residents = tomllib.loads((DATA / "residents.toml").read_text("utf-8"))
    tables[0]["wecom"]["robots"]["main"]["mode"] = "webhook"
    return build_world(tables[0], tables[1], residents, product_url=product_url)


@dataclass
class Stage:
    """The platform on its own port, a product on another, and hands to use both."""

    platform: Platform
    product: FakeProduct
    simulator: SimulatorClient
    url: str
    session: aiohttp.ClientSession

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        async with self.session.get(self.url + path, params=query) as response:
            assert response.status == 200
            return dict(await response.json())

    async def post(self, path: str, body: object, **query: str) -> dict[str, Any]:
        async with self.session.post(self.url + path, json=body, params=query) as response:
            assert response.status == 200
            return dict(await response.json())

    async def account_token(self) -> str:
        account = self.product.account
        body = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.app_secret}
        return str((await self.post("/cgi-bin/stable_token", body))["access_token"])

    async def corporation_token(self) -> str:
        corporation = self.platform.world.corporation
        assert corporation is not None
        answer = await self.get(
            "/cgi-bin/gettoken", corpid=corporation.corp_id, corpsecret=corporation.secrets[0]
        )
        return str(answer["access_token"])

    async def app_token(self, name: str = "main") -> str:
        """The access token of that app's own secret."""
        corporation, app = self.platform.world.corporation, self.platform.world.app(name)
        assert corporation is not None
        assert app is not None
        answer = await self.get("/cgi-bin/gettoken", corpid=corporation.corp_id, corpsecret=app.secret)
        return str(answer["access_token"])

    async def send_text(self, text: str = "已受理", *, token: str | None = None) -> int:
        """A customer message to 李秀英; its errcode."""
        openid = next(p.openid for p in self.platform.world.people if p.id == "lixiuying")
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        raw = json.dumps(body, ensure_ascii=False).encode()
        token = await self.account_token() if token is None else token
        async with self.session.post(
            f"{self.url}/cgi-bin/message/custom/send", data=raw, params={"access_token": token}
        ) as response:
            return int((await response.json())["errcode"])

    def use_app(self, **changes: Any) -> App:
        """The app with other settings."""
        app = replace(self.platform.world.apps[0], **changes)
        self.platform.world = replace(self.platform.world, apps=(app,))
        return app

    def use_account(self, **changes: Any) -> None:
        """The account with other settings, for both sides."""
        account = replace(self.platform.world.accounts[0], **changes)
        world = replace(self.platform.world, accounts=(account,))
        self.platform.world = self.product.world = world


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    product = FakeProduct(sample_world())
    async with TestServer(product.app()) as far_end:
        world = sample_world(str(far_end.make_url("")))
        product.world = world
        platform = Platform(world, Clock(), poll_interval=0.01)
        async with (
            TestServer(create_app(platform)) as server,
            SimulatorClient(str(server.make_url(""))) as simulator,
            aiohttp.ClientSession() as session,
        ):
            url = str(server.make_url("")).rstrip("/")
            yield Stage(platform, product, simulator, url, session)
            product.released.set()
            await platform.settle()


@pytest.fixture
async def robot(stage: Stage) -> AsyncIterator[Connection]:
    """The robot on its long connection, subscribed."""
    use_socket(stage.platform)
    async with connected(stage.session, stage.url) as connection:
        assert await connection.subscribe() == 0
        yield connection


@pytest.fixture
async def door(stage: Stage) -> AsyncIterator[AppDoor]:
    """Where the sample app's callbacks go."""
    async with opened_door(stage.platform) as door:
        yield door
