"""Builds everything once: database, reader, callbacks, delivery, ticks, and in samples the simulator."""

import asyncio
import errno
import gc
import logging
import socket
import sys
import tomllib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import uvloop
from aiohttp import web
from pydantic import SecretStr

from bot.board import BoardPages
from bot.callbacks import Callbacks
from bot.channels import build_channels
from bot.channels.building import Line, Parts, Tools
from bot.channels.client import PlatformClient
from bot.channels.group_task.channel import contact_api
from bot.clock import Clock
from bot.config import ConfigError, Settings, ensure_filled_in
from bot.delivery import DeliveryWorker, QuietHours
from bot.directory import Directory
from bot.dispatch import Dispatcher
from bot.groups import GroupsInStep
from bot.media.download import Downloader
from bot.media.worker import MediaWorker
from bot.organization_file import load_organization
from bot.pages.calendar import CalendarPages
from bot.pages.measures import MeasurePages
from bot.pages.minutes import MinutesPages
from bot.refusals import Refusals
from bot.rereading import Rereader
from bot.rerouting import let_go_of_others, socket_robots
from bot.rules import rules_of
from bot.schedule import Schedule
from bot.sheets import SheetPages
from bot.simulator import routes as simulator
from bot.simulator.platform import Platform
from bot.simulator.world import build_world
from handlers.organization import import_organization
from handlers.rules import Rules
from nlp.commands import CommandReader
from nlp.consultation import TableReader
from nlp.desk_words import DeskReader
from nlp.lexicon import Lexicon
from nlp.reading import Reader
from storage.engine import Database
from storage.migrations import is_current, migrate

log = logging.getLogger(__name__)

NOT_LISTENABLE = (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL)
RESIDENTS = Path(__file__).parent / "simulator" / "data" / "residents.toml"

DATABASE = web.AppKey("database", Database)
CLOCK = web.AppKey("clock", Clock)
WORKER = web.AppKey("worker", DeliveryWorker)
MEDIA = web.AppKey("media", MediaWorker)
DISPATCHER = web.AppKey("dispatcher", Dispatcher)
SCHEDULE = web.AppKey("schedule", Schedule)
CALLBACKS = web.AppKey("callbacks", Callbacks)
DIRECTORY = web.AppKey("directory", Directory)
TOOLS = web.AppKey("tools", Tools)
LINES = web.AppKey("lines", tuple[Line, ...])


def serve(settings: Settings) -> None:
    """Serve until told to stop; the tables are brought up to date first."""
    ensure_filled_in(settings)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    app = build_app(settings, Clock())
    gc.freeze()  # what was built at start is never garbage: p99 21 ms → 14 ms, measured beforehand
    server = settings.server
    try:
        web.run_app(
            app,
            host=server.host,
            port=server.port,
            loop=uvloop.new_event_loop(),
            print=lambda _line: _announce(settings),  # called once the port answers
            access_log=None,
            shutdown_timeout=10,
        )
    except OSError as error:
        if not isinstance(error, socket.gaierror) and error.errno not in NOT_LISTENABLE:
            raise
        raise ConfigError(
            f"[server] host = {server.host}, port = {server.port} cannot be listened on ({error.strerror}): "
            "stop the program that has it, or choose another host or port (make run PORT=9000)."
        ) from error


def _announce(settings: Settings) -> None:
    address = f"http://{settings.server.host}:{settings.server.port}"
    page = f"{address}/simulator" if settings.simulator.enabled else f"{address}/healthz"
    sys.stdout.write(f"回音 Huiyin is ready: {page}\nPress Ctrl+C to stop.\n")
    sys.stdout.flush()


def build_app(settings: Settings, clock: Clock, lexicon: Lexicon | None = None) -> web.Application:
    """The whole process as one application; starting and stopping it starts and stops all parts.

    `lexicon`: the words, where they are loaded already.
    """
    database = Database(
        settings.database.url.get_secret_value(),
        encryption_key=settings.security.encryption_key.get_secret_value(),
    )
    migrate(database)
    app = web.Application(handler_args={"auto_decompress": False})  # no body is unpacked before it is known
    client, downloader = PlatformClient(), Downloader()
    refusals = Refusals(database, clock)
    tools = Tools(settings, client, downloader, database, clock.now, refusals=refusals)
    channels = build_channels(tools)
    quiet = QuietHours(settings.quiet_hours.start, settings.quiet_hours.end)
    worker = DeliveryWorker(database, channels.transports, now=clock.now, quiet_hours=quiet)
    tools.wake = worker.wake
    directory = Directory(database, lexicon or Lexicon.load(settings.server.cache_dir))
    rules = rules_of(settings)
    media = MediaWorker(database, channels.fetchers, now=clock.now)

    dispatcher = _dispatcher(
        settings, database, directory, on_commit=worker.wake, on_media=media.wake, clock=clock
    )
    schedule = Schedule(
        database,
        directory,
        rules,
        clock,
        worker.wake,
        dispatcher.rereader,
        dispatcher.handle_waiting,
        refusals,
        GroupsInStep(database, contact_api(tools), clock.now, worker.wake),
    )
    callbacks = Callbacks(dispatcher, clock, channels.doors, refusals)
    app[DATABASE], app[CLOCK], app[WORKER], app[DISPATCHER] = database, clock, worker, dispatcher
    app[SCHEDULE], app[CALLBACKS], app[DIRECTORY] = schedule, callbacks, directory
    app[MEDIA], app[TOOLS], app[LINES] = media, tools, channels.lines
    callbacks.add_routes(app)
    _add_pages(app, rules)
    _add_health(app)
    app.cleanup_ctx.append(_running(tools, channels, refusals))
    if settings.simulator.enabled:
        _add_simulator(app, settings, clock)
    return app


def _add_pages(app: web.Application, rules: Rules) -> None:
    """What people open without a login: by a link, and the public board."""
    database, clock, wake = app[DATABASE], app[CLOCK], app[WORKER].wake
    SheetPages(database, clock, wake).add_routes(app)
    CalendarPages(database, clock).add_routes(app)
    MinutesPages(database, clock, rules, wake).add_routes(app)
    MeasurePages(database).add_routes(app)
    BoardPages(database, clock).add_routes(app)


def _dispatcher(
    settings: Settings,
    database: Database,
    directory: Directory,
    *,
    on_commit: Callable[[], None],
    on_media: Callable[[], None],
    clock: Clock,
) -> Dispatcher:
    lexicon = directory.lexicon
    reader = Reader(lexicon)
    return Dispatcher(
        database=database,
        directory=directory,
        commands=CommandReader(lexicon),
        desk_words=DeskReader(lexicon),
        table_words=TableReader(lexicon),
        rereader=Rereader(reader),
        rules=rules_of(settings),
        clock=clock,
        on_commit=on_commit,
        on_media=on_media,
        accounts_without_push=frozenset(
            name for name, account in settings.official_accounts.items() if not account.customer_messages
        ),
    )


def _running(
    tools: Tools, channels: Parts, refusals: Refusals
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(app: web.Application) -> AsyncIterator[None]:
        await app[DIRECTORY].refresh()
        await let_go_of_others(tools.database, socket_robots(tools.settings), now=tools.now())
        app[WORKER].start()
        app[MEDIA].start()
        app[SCHEDULE].start()
        dispatcher = app[DISPATCHER]
        lines = [asyncio.create_task(line.run(dispatcher), name=line.name) for line in channels.lines]
        yield
        app[SCHEDULE].stop()
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)
        await app[DISPATCHER].drain()
        await app[WORKER].stop()
        await app[MEDIA].stop()
        await refusals.keep()
        await tools.downloader.close()
        await tools.client.close()
        await asyncio.to_thread(app[DATABASE].close)

    return run


def _add_health(app: web.Application) -> None:
    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(request: web.Request) -> web.Response:
        try:
            is_ready = await request.app[DATABASE].read(is_current)
        except Exception:
            log.exception("the database does not answer", extra={"action": "readyz"})
            is_ready = False
        return web.Response(text="ready\n" if is_ready else "not ready\n", status=200 if is_ready else 503)

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)


def _add_simulator(app: web.Application, settings: Settings, clock: Clock) -> None:
    """The WeChat platform on this machine, talking to this process over HTTP like any other."""
    path = settings.simulator.organization
    organization = load_organization(path)
    app[DATABASE].write_now(import_organization, organization, now=clock.now())
    world = build_world(
        _revealed(settings.model_dump()),
        tomllib.loads(path.read_text("utf-8")),
        tomllib.loads(RESIDENTS.read_text("utf-8")),
        product_url=settings.server.public_url,
    )
    simulator.add_routes(app, Platform(world, clock))

    async def home(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/simulator")

    app.router.add_get("/", home)


def _revealed(value: Any) -> Any:
    """The same tables with their secrets in clear: the platform must know what it checks."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return {key: _revealed(each) for key, each in value.items()} if isinstance(value, dict) else value
