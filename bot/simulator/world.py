"""Who and what exists on this WeChat: accounts, the corporation, robots, groups and people."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

Table = Mapping[str, Any]

ACCOUNT_NAME = "社区回音"  # the account's nickname as residents see it
ROBOT_NAME = "回音"  # the name that is typed after @
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
class Robot:
    """An intelligent robot in webhook mode."""

    name: str
    bot_id: str
    token: str
    aes_key: str
    receive_id: str
    callback: str
    display_name: str = ROBOT_NAME


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

    def account(self, name: str) -> Account:
        return next(a for a in self.accounts if a.name == name)

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
    world = World(
        accounts=tuple(_accounts(config, base)),
        corporation=_corporation(config),
        robots=robots,
        groups=tuple(_groups(organization, people)),
        people=people,
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
        if entry.get("mode", "webhook") != "webhook":
            continue  # a robot on the long connection gets no callbacks
        yield Robot(
            name=name,
            bot_id=invented("aib", name, entry["token"]),
            token=entry["token"],
            aes_key=entry["aes_key"],
            receive_id=entry.get("receive_id") or "",
            callback=f"{base}/wecom/robot/{quote(name)}",
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


def _groups(organization: Table, people: tuple[Person, ...]) -> Iterator[Group]:
    communities = organization.get("communities", [])
    entries = [(community, entry) for community in communities for entry in community.get("groups", [])]
    entries.sort(key=lambda pair: not pair[1].get("grid"))  # where cases arrive first: shown first
    for community, entry in entries:
        if entry["audience"] == "workers":
            yield _workers_group(community, entry, people)
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


def _people_of_grid(community: Table, entry: Table) -> set[str]:
    grids = [g for g in community.get("grids", []) if g["name"] == entry.get("grid")]
    return {name for grid in grids for name in (*grid.get("workers", ()), *grid.get("deputies", ()))}


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
