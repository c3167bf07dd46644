"""Who and what exists on this WeChat: accounts, the corporation, robots, groups and people."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

Table = Mapping[str, Any]

ACCOUNT_NAME = "社区回音"  # the account's nickname as residents see it
ROBOT_NAME = "回音"  # the name that is typed after @
APP_NAME = "回音助手"  # the app's name in a worker's list of chats
DEFAULT_MENU: tuple[Mapping[str, str], ...] = (  # of an account whose product has made none
    {"type": "click", "name": "我要反映", "key": "REPORT"},
    {"type": "click", "name": "我的诉求", "key": "MY_CASES"},
    {"type": "click", "name": "明白卡", "key": "CONTACT_CARD"},
)
PUSH_NAME = "回音推送"  # the group webhook's name
OFFICE_ROLES = frozenset({"staff", "head"})  # sit in every workers' group of their community


class WorldError(ValueError):
    """The tables do not describe a world; the message says which entry is wrong."""


@dataclass(frozen=True)
class Account:
    """An Official Account and where its callbacks go."""

    name: str
    gh_id: str
    app_id: str
    app_secret: str
    token: str
    aes_key: str
    mode: str  # plain, compatible or safe
    callback: str
    customer_messages: bool
    notice_template: str
    display_name: str = ACCOUNT_NAME


@dataclass(frozen=True)
class Corporation:
    """The WeCom corporation; each secret gets its own access token."""

    corp_id: str
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class App:
    """A self-built app; one without token and key gets no callbacks."""

    name: str
    agent_id: int
    secret: str
    token: str
    aes_key: str
    corp_id: str
    callback: str
    display_name: str = APP_NAME

    @property
    def has_callback(self) -> bool:
        return bool(self.token and self.aes_key)


@dataclass(frozen=True)
class Robot:
    """An intelligent robot: called back over HTTP (webhook), or on its own long connection (socket)."""

    name: str
    bot_id: str
    token: str
    aes_key: str
    receive_id: str
    callback: str  # empty in socket mode
    display_name: str = ROBOT_NAME
    mode: str = "webhook"  # or socket
    secret: str = ""  # of the long connection


@dataclass(frozen=True)
class Group:
    """A workers' group (internal) or a residents' group (customer group)."""

    chat_id: str
    name: str
    kind: str  # workers or residents
    community: str
    members: tuple[str, ...]  # ids of people
    webhook: str = ""
    robot: str = ""
    owner: str = ""  # userid
    appchat: str = ""  # its id for the app that created it
    app: str = ""  # that app's name


@dataclass(frozen=True)
class Person:
    """A resident with an openid, or a worker with a userid."""

    id: str
    name: str
    kind: str  # resident or worker
    community: str
    role: str
    openid: str = ""
    account: str = ""
    estate: str = ""


@dataclass(frozen=True)
class World:
    accounts: tuple[Account, ...]
    corporation: Corporation | None
    robots: tuple[Robot, ...]
    groups: tuple[Group, ...]
    people: tuple[Person, ...]
    apps: tuple[App, ...] = ()

    def account(self, name: str) -> Account:
        return next(a for a in self.accounts if a.name == name)

    def app(self, name: str) -> App | None:
        return next((a for a in self.apps if a.name == name), None)

    def robot(self, name: str) -> Robot | None:
        return next((r for r in self.robots if r.name == name), None)

    def group(self, chat_id: str) -> Group | None:
        return next((g for g in self.groups if g.chat_id == chat_id), None)

    def person(self, person_id: str) -> Person | None:
        return next((p for p in self.people if p.id == person_id), None)

    def resident(self, openid: str) -> Person | None:
        return next((p for p in self.people if p.openid == openid), None) if openid else None


def build_world(config: Table, organization: Table, residents: Table, *, product_url: str) -> World:
    """The world that a product's configuration and organization file speak of.

    `config`, `organization` and `residents` are parsed TOML; `product_url` is where callbacks go.
    """
    base = product_url.rstrip("/")
    robots = tuple(_robots(config, base))
    workers = tuple(_workers(organization))
    citizens = tuple(_residents(residents))
    people = (*citizens, *workers)
    apps = tuple(_apps(config, base))
    world = World(
        accounts=tuple(_accounts(config, base)),
        corporation=_corporation(config),
        robots=robots,
        groups=tuple(_groups(organization, people, first_app=next((a.name for a in apps), ""))),
        people=people,
        apps=apps,
    )
    _ensure_consistent(world)
    return world


def invented(prefix: str, *facts: str) -> str:
    """An identifier that is the same at every start, so that what the product learned stays true."""
    return prefix + hashlib.sha256("\x00".join(facts).encode()).hexdigest()[:16]


def _accounts(config: Table, base: str) -> Iterator[Account]:
    for name, entry in config.get("official_accounts", {}).items():
        aes_key = entry.get("aes_key") or ""
        mode = entry.get("mode") or ("safe" if aes_key else "plain")
        if mode not in {"plain", "compatible", "safe"} or (mode != "plain" and len(aes_key) != 43):
            raise WorldError(f"official_accounts.{name}: mode {mode!r} needs an aes_key of 43 characters")
        yield Account(
            name=name,
            gh_id=invented("gh_", name, entry["app_id"])[:15],
            app_id=entry["app_id"],
            app_secret=entry["app_secret"],
            token=entry["token"],
            aes_key=aes_key,
            mode=mode,
            callback=f"{base}/wechat/{quote(name)}",
            customer_messages=bool(entry.get("customer_messages", True)),
            notice_template=(entry.get("notice_template") or "")
            .strip()
            .partition(" ")[0],  # "ID field=text …"
        )


def _corporation(config: Table) -> Corporation | None:
    wecom = config.get("wecom", {})
    if not wecom.get("corp_id"):
        return None
    apps = wecom.get("apps", {}).values()
    secrets = [wecom.get("contact_secret"), *(app.get("secret") for app in apps)]
    return Corporation(wecom["corp_id"], tuple(s for s in secrets if s))


def _robots(config: Table, base: str) -> Iterator[Robot]:
    for name, entry in config.get("wecom", {}).get("robots", {}).items():
        is_socket = entry.get("mode", "webhook") == "socket"
        if is_socket and not (entry.get("bot_id") and entry.get("secret")):
            raise WorldError(f"wecom.robots.{name}: mode socket needs bot_id and secret")
        yield Robot(
            name=name,
            bot_id=entry["bot_id"] if is_socket else invented("aib", name, entry["token"]),
            token=entry.get("token") or "",
            aes_key=entry.get("aes_key") or "",
            receive_id=entry.get("receive_id") or "",
            callback="" if is_socket else f"{base}/wecom/robot/{quote(name)}",
            mode="socket" if is_socket else "webhook",
            secret=entry.get("secret") or "",
        )


def _apps(config: Table, base: str) -> Iterator[App]:
    wecom = config.get("wecom", {})
    for name, entry in wecom.get("apps", {}).items():
        yield App(
            name=name,
            agent_id=entry["agent_id"],
            secret=entry["secret"],
            token=entry.get("token") or "",
            aes_key=entry.get("aes_key") or "",
            corp_id=wecom.get("corp_id") or "",
            callback=f"{base}/wecom/app/{quote(name)}",
        )


def _residents(table: Table) -> Iterator[Person]:
    for entry in table.get("residents", []):
        yield Person(
            id=entry["id"],
            name=entry["name"],
            kind="resident",
            community=entry.get("community", ""),
            role="resident",
            openid=entry["openid"],
            account=entry.get("account", "main"),
            estate=entry.get("estate", ""),
        )


def _workers(organization: Table) -> Iterator[Person]:
    seen: set[str] = set()
    for community in organization.get("communities", []):
        for entry in community.get("people", []):
            userid = entry.get("wecom_userid") or ""
            if not userid or userid in seen:
                continue
            seen.add(userid)
            yield Person(userid, entry["name"], "worker", community["code"], entry["role"])


def _groups(organization: Table, people: tuple[Person, ...], *, first_app: str) -> Iterator[Group]:
    communities = organization.get("communities", [])
    entries = [(community, entry) for community in communities for entry in community.get("groups", [])]
    entries.sort(key=lambda pair: not pair[1].get("grid"))  # where cases arrive first: shown first
    for community, entry in entries:
        if entry["audience"] == "workers":
            yield _created_by_app(_workers_group(community, entry, people), entry, first_app)
        elif entry.get("customer_group"):
            yield _residents_group(community, entry, people)


def _workers_group(community: Table, entry: Table, people: tuple[Person, ...]) -> Group:
    named = _people_of_grid(community, entry) | _people_of_unit(community, entry)
    members = [
        person.id
        for person in people
        if person.kind == "worker"
        and person.community == community["code"]
        and (person.role in OFFICE_ROLES or person.name in named or not named)
    ]
    chat_id = entry.get("chat_id") or invented("wrInternal", community["code"], entry["name"])
    return Group(
        chat_id=chat_id,
        name=entry["name"],
        kind="workers",
        community=community["code"],
        members=tuple(members),
        webhook=entry.get("webhook") or "",
        robot=entry.get("robot") or "",
    )


def _created_by_app(group: Group, entry: Table, first_app: str) -> Group:
    """`appchat` is "ID", of the first app, or "APP:ID"."""
    app, _, chat_id = (entry.get("appchat") or "").rpartition(":")
    return replace(group, appchat=chat_id, app=app or first_app) if chat_id else group


def _people_of_grid(community: Table, entry: Table) -> set[str]:
    grids = [g for g in community.get("grids", []) if g["name"] == entry.get("grid")]
    serving = [each for grid in grids for each in (*grid.get("workers", ()), *grid.get("deputies", ()))]
    return {each["name"] if isinstance(each, dict) else each for each in serving}


def _people_of_unit(community: Table, entry: Table) -> set[str]:
    unit = entry.get("unit")
    if not unit:
        return set()
    return {p["name"] for p in community["people"] if p.get("unit") == unit or p["role"] == "grid_worker"}


def _residents_group(community: Table, entry: Table, people: tuple[Person, ...]) -> Group:
    here = [p for p in people if p.community == community["code"]]
    owner = next((p.id for p in here if p.kind == "worker" and p.name == entry.get("owner")), "")
    if not owner:
        raise WorldError(f"group {entry['name']}: its owner {entry.get('owner')!r} has no wecom_userid")
    neighbours = (p.id for p in here if p.kind == "resident" and p.estate == entry.get("estate"))
    return Group(
        chat_id=entry["customer_group"],
        name=entry["name"],
        kind="residents",
        community=community["code"],
        members=(owner, *neighbours),
        owner=owner,
    )


def _ensure_consistent(world: World) -> None:
    _ensure_unique("person", (p.id for p in world.people))
    _ensure_unique("openid", (p.openid for p in world.people if p.openid))
    _ensure_unique("group", (g.chat_id for g in world.groups))
    _ensure_unique("webhook", (g.webhook for g in world.groups if g.webhook))
    _ensure_unique("bot_id", (r.bot_id for r in world.robots))
    _ensure_unique("appchat", (g.appchat for g in world.groups if g.appchat))
    apps = {a.name for a in world.apps}
    for group in world.groups:
        if group.app and group.app not in apps:
            raise WorldError(f"group {group.name}: no app of config.toml is called {group.app!r}")
    accounts = {a.name for a in world.accounts}
    for person in world.people:
        if person.kind == "resident" and person.account not in accounts:
            raise WorldError(f"resident {person.id}: no official account is called {person.account!r}")


def _ensure_unique(noun: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise WorldError(f"{noun} {value!r} appears twice")
        seen.add(value)
