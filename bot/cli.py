"""The `huiyin` command. Imports stand in the commands, so that each starts with only what it needs."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from bot.config import Settings
    from nlp.commands import Role
    from nlp.lexicon import Lexicon
    from nlp.places import Places
    from storage.engine import Database

WRONG = 2  # exit status of a refusal, with its sentence on standard error
HERE = Path("config.toml")
DEMO_URL = "http://127.0.0.1:8080"
CACHE = Path("var")  # where the dictionary is cached, when the folder is there


class Commands(TyperGroup):
    """Refusals become one clear sentence and exit status 2; anything else is a bug with its traceback."""

    def invoke(self, ctx: Any) -> Any:  # Any: Typer's context and whatever a command returns
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, BrokenPipeError):  # the latter: Typer ends quietly, our reader has had enough
            raise
        except Exception as error:
            sentence = _sentence(error)
            if sentence is None:
                raise
            _complain(sentence)
            raise typer.Exit(WRONG) from error


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they would show variables, secrets among them
    help="回音 Huiyin: 事事有回音，件件有着落.",
)

Config = Annotated[
    Path | None, typer.Option("--config", help="The configuration file; config.toml here when not given.")
]
Jsonl = Annotated[bool, typer.Option("--jsonl", help="JSON lines on standard input and output.")]
PlacesFile = Annotated[
    Path | None, typer.Option("--places", help="Estates, one a line, with aliases after commas.")
]


@app.callback()
def _start(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log everything.")] = False,
) -> None:
    from bot.logs import set_up

    set_up(verbose=verbose)


@app.command()
def serve(config: Config = None) -> None:
    """Receive messages, answer them, deliver what is due."""
    from bot.app import serve as serve_until_stopped

    serve_until_stopped(_settings(config))


@app.command()
def migrate(config: Config = None) -> None:
    """Bring the database's tables to this version."""
    from storage.migrations import migrate as migrate_to_newest

    with _database(_settings(config)) as database:
        typer.echo(f"The database stands at revision {migrate_to_newest(database)}.")


@app.command()
def import_organization(
    file: Annotated[Path, typer.Argument(help="An organization file, .toml or .xlsx.")], config: Config = None
) -> None:
    """Take over communities, estates, people, grids and groups; nothing is deleted."""
    from bot.clock import Clock
    from bot.config import ConfigError
    from bot.organization_file import load_organization, unknown_channels
    from handlers.organization import described
    from handlers.organization import import_organization as take_over
    from storage.migrations import is_current

    organization = load_organization(file)
    settings = _settings(config)
    with _database(settings) as database:
        if not database.read_now(is_current):
            raise ConfigError("The database is not of this version: run huiyin migrate first.")
        imported = database.write_now(take_over, organization, now=Clock().now())
    for line in described(imported):
        typer.echo(line)
    for sentence in unknown_channels(organization, settings):
        _complain(sentence)


@app.command()
def import_rooms(
    file: Annotated[Path, typer.Argument(help="A list of rooms, .xlsx or .csv: 小区 楼 单元 室 面积.")],
    *,
    estate: Annotated[str, typer.Option("--estate", help="The estate of rows that name none.")] = "",
    community: Annotated[str, typer.Option("--community", help="Code or name, where names repeat.")] = "",
    config: Config = None,
) -> None:
    """Take over the rooms that may vote, with their areas; again updates, nothing is deleted."""
    from bot.config import ConfigError
    from bot.rooms_file import load_rooms
    from handlers.organization.rooms_import import described_rooms
    from handlers.organization.rooms_import import import_rooms as take_over
    from storage.migrations import is_current

    cells = load_rooms(file)
    with _database(_settings(config)) as database:
        if not database.read_now(is_current):
            raise ConfigError("The database is not of this version: run huiyin migrate first.")
        imported = database.write_now(take_over, cells, estate=estate, community=community)
    for line in described_rooms(imported):
        typer.echo(line)


@app.command()
def read(jsonl: Jsonl = False, places: PlacesFile = None) -> None:
    """Show how a message is read, and which words decided it."""
    from nlp.reading import Reader

    reader, known = Reader(_lexicon()), _places(places)
    if jsonl:
        _answer_lines(lambda line: _read_line(line, lambda text: reader.read(text, known).as_json()))
        return
    from bot.reading_prompt import described, prompted

    for text in prompted(typer.get_binary_stream("stdin"), sign="> "):
        typer.echo(described(reader.read(text, known)))


@app.command()
def same(jsonl: Jsonl = False, places: PlacesFile = None) -> None:
    """Say whether two messages tell of the same problem."""
    from bot.json_lines import text_of
    from nlp.reading import Reader
    from nlp.similarity import same_problem

    _ensure_jsonl(jsonl, 'huiyin same --jsonl reads lines {"a": "…", "b": "…"}')
    reader, known = Reader(_lexicon()), _places(places)

    def answer(line: dict[str, Any]) -> object:
        a, b = (reader.read(text_of(line, key), known) for key in ("a", "b"))
        return same_problem(a, b).as_json()

    _answer_lines(answer)


@app.command()
def command(jsonl: Jsonl = False, places: PlacesFile = None) -> None:
    """Show what a worker or a member of staff typed."""
    from bot.clock import Clock
    from bot.json_lines import text_of
    from nlp.commands import CommandReader

    _ensure_jsonl(jsonl, 'huiyin command --jsonl reads lines {"text": "…", "role": "grid"}')
    reader, known, clock = CommandReader(_lexicon()), _places(places), Clock()

    def answer(line: dict[str, Any]) -> object:
        now = _moment(line) or clock.now()
        return reader.read(text_of(line, "text"), role=_role(line), now=now, places=known).as_json()

    _answer_lines(answer)


@app.command()
def stuck(
    send_again: Annotated[int | None, typer.Option(help="Deliver the message of this number anew.")] = None,
    config: Config = None,
) -> None:
    """Show what needs a look: messages left unanswered, and messages not delivered."""
    from bot.clock import Clock
    from bot.stuck import described, ensure_stuck
    from storage import outbox

    with _database(_settings(config)) as database:
        if send_again is not None:
            database.read_now(ensure_stuck, send_again)
            database.write_now(outbox.send_again, send_again, now=Clock().now())
            typer.echo(f"Message {send_again} will be sent again.")
        for line in database.read_now(lambda db: list(described(db))):
            typer.echo(line)


@app.command()
def qr(
    *,
    community: Annotated[str, typer.Option(help="The code of the community.")],
    estate: Annotated[str, typer.Option(help="The estate where the code hangs.")] = "",
    building: Annotated[str, typer.Option(help="Its building.")] = "",
    unit: Annotated[str, typer.Option(help="The entrance of that building.")] = "",
    grid: Annotated[str, typer.Option(help="Instead of an estate: a grid.")] = "",
    config: Config = None,
) -> None:
    """Make a permanent QR code: who scans it is known to live there."""
    from bot.clock import Clock
    from bot.qr import Wanted, make_code

    settings = _settings(config)
    with _database(settings) as database:
        wanted = Wanted(community, estate, building, unit, grid)
        code = make_code(settings, database, wanted, now=Clock().now)
    for name, value in (("scene", code.scene), ("ticket", code.ticket), ("url", code.url)):
        typer.echo(f"{name}: {value}")
    typer.echo(f"picture: {code.picture}")


@app.command()
def demo(
    *,
    url: Annotated[str, typer.Option("--url", help="Where the simulator answers.")] = DEMO_URL,
    story: Annotated[str, typer.Option("--story", help="A story of consultation by its name, or all.")] = "",
    list_: Annotated[bool, typer.Option("--list", help="Only name the stories there are.")] = False,
) -> None:
    """Play a day, or a story, against the running simulator; a story moves its clock forward."""
    from bot.demo import STORIES, play

    if list_:
        for each in STORIES.values():
            typer.echo(f"{each.name}: {each.title}")
        return
    play(url, story)


def main() -> None:
    """The entry of the `huiyin` command."""
    app()


def _settings(path: Path | None) -> "Settings":
    from bot.config import ConfigError, load_settings

    if path is None and HERE.exists():
        path = HERE
    if path is None and not any(name.upper().startswith("HUIYIN_") for name in os.environ):
        raise ConfigError(
            "There is no config.toml here: give --config FILE, or copy config.example.toml to config.toml."
        )
    return load_settings(path)


@contextmanager
def _database(settings: "Settings") -> Iterator["Database"]:
    from storage.engine import Database

    url = settings.database.url.get_secret_value()
    database = Database(url, encryption_key=settings.security.encryption_key.get_secret_value())
    try:
        yield database
    finally:
        database.close()


def _lexicon() -> "Lexicon":
    from nlp.lexicon import Lexicon

    return Lexicon.load(CACHE if CACHE.is_dir() else None)


def _places(path: Path | None) -> "Places":
    from bot.config import ConfigError
    from nlp.places import Places

    if path is None:
        return Places.of([])
    try:
        return Places.parse_file(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ConfigError(f"--places {path} cannot be read ({reason}): give a text file.") from error


def _read_line(line: dict[str, Any], read_text: Callable[[str], dict[str, Any]]) -> object:
    from bot.json_lines import text_of

    return {"id": line.get("id")} | read_text(text_of(line, "text"))


def _role(line: dict[str, Any]) -> "Role":
    from bot.json_lines import LineError

    match line.get("role"):
        case "grid":
            return "grid"
        case "staff":
            return "staff"
    raise LineError('has no "role": write "grid" or "staff".')


def _moment(line: dict[str, Any]) -> datetime | None:
    """The moment a line speaks from; without a zone it is local."""
    from zoneinfo import ZoneInfo

    from bot.json_lines import LineError

    given = line.get("now")
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise LineError('has a "now" that is no time: write it like "2026-03-02T09:00:00+08:00".') from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("Asia/Shanghai"))).astimezone(UTC)


def _ensure_jsonl(jsonl: bool, example: str) -> None:
    from bot.config import ConfigError

    if not jsonl:
        raise ConfigError(f"This command works on JSON lines: {example}.")


def _answer_lines(answer: Callable[[dict[str, Any]], object]) -> None:
    from bot.json_lines import answer_lines

    lines, out = typer.get_binary_stream("stdin"), typer.get_binary_stream("stdout")
    if not answer_lines(lines, answer, out=out, complain=_complain):
        raise typer.Exit(WRONG)


def _complain(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _sentence(error: Exception) -> str | None:
    """What to tell of an error that is no bug; `None` for a bug."""
    from sqlalchemy.exc import DatabaseError, OperationalError

    from bot.config import ConfigError
    from handlers.errors import UserError

    if isinstance(error, ConfigError | UserError):
        return str(error)
    if isinstance(error, OperationalError):
        reason = str(error.orig).strip().splitlines()[0]
        return f"The database cannot be used ({reason}): check database.url and that the database runs."
    if isinstance(error, DatabaseError) and "not a database" in str(error.orig):
        return "The database cannot be used (the file is no SQLite database): check database.url."
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename} cannot be used ({error.strerror}): check the path and its rights."
    return None
