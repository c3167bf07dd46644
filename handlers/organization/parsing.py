"""A parsed TOML file (or sheets of the same shape) becomes an `Organization`, or a list of mistakes."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from handlers.organization.checking import check
from handlers.organization.entries import (
    CommunityEntry,
    ContactEntry,
    CoverEntry,
    DeputyEntry,
    EstateEntry,
    GridEntry,
    GroupEntry,
    Organization,
    PersonEntry,
    UnitEntry,
)
from handlers.organization.entry_reader import LONG, SHORT, EntryReader
from handlers.organization.mistakes import Mistakes
from handlers.replies.sentences import BadWording, check_wording
from storage.models.organization import Audience, GridMode, UnitKind
from storage.models.people import Role

T = TypeVar("T")


def parse_organization(table: Mapping[str, Any]) -> Organization:
    """What an organization file says, once it is free of mistakes.

    Raises `OrganizationRefused` with a sentence for every mistake: community, table, entry, key, remedy.
    """
    mistakes = Mistakes()
    reader = EntryReader(table, "组织文件", mistakes)
    communities = tuple(_community(entry, mistakes) for entry in reader.entries("communities"))
    reader.finish()
    if not communities and not mistakes.sentences:
        mistakes.add("组织文件", "没有社区，请写上 [[communities]]。")
    organization = Organization(communities)
    check(organization, mistakes)
    mistakes.refuse_if_any()
    return organization


def _community(entry: Mapping[str, Any], mistakes: Mistakes) -> CommunityEntry:
    where = str(entry.get("name") or entry.get("code") or "communities")
    reader = EntryReader(entry, where, mistakes)

    def every(key: str, read: Callable[[EntryReader], T]) -> tuple[T, ...]:
        return tuple(_entries(reader, key, read))

    community = CommunityEntry(
        code=_code(reader),
        name=reader.required("name"),
        phone=reader.text("phone", longest=SHORT),
        official_account=reader.text("official_account", longest=SHORT),
        estates=every("estates", _estate),
        units=every("units", _unit),
        people=every("people", _person),
        grids=every("grids", _grid),
        groups=every("groups", _group),
        contacts=every("contacts", _contact),
        wording=_wording(reader),
    )
    reader.finish()
    return community


def _wording(reader: EntryReader) -> tuple[tuple[str, str], ...]:
    """The sentences the community says in its own words; each must be one the bot says."""
    found = reader.sentences("wording")
    for key, text in found:
        try:
            check_wording(key, text)
        except BadWording as error:
            reader.wrong("wording", f"{error}。")
    return found


def _entries(parent: EntryReader, key: str, read: Callable[[EntryReader], T]) -> list[T]:
    found = []
    for number, entry in enumerate(parent.entries(key), start=1):
        label = entry.get("name") or entry.get("label") or entry.get("estate") or f"第 {number} 条"
        reader = EntryReader(entry, f"{parent.where} · {key} · {label}", parent.mistakes)
        found.append(read(reader))
        reader.finish()
    return found


def _code(reader: EntryReader) -> str:
    code = reader.required("code", longest=SHORT)
    if code and not re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", code):
        reader.wrong("code", f"“{code}”要出现在网址里，请只用小写字母和数字，例如 chenguang。")
    return code


def _estate(reader: EntryReader) -> EstateEntry:
    return EstateEntry(
        name=reader.required("name"),
        aliases=reader.texts("aliases"),
        spans=reader.spans("buildings"),
        households=reader.count("households"),
    )


def _unit(reader: EntryReader) -> UnitEntry:
    return UnitEntry(
        name=reader.required("name"),
        kind=reader.choice("kind", UnitKind, otherwise=UnitKind.DEPARTMENT),
        aliases=reader.texts("aliases"),
        estates=reader.texts("estates"),
        group=reader.text("group"),
    )


def _person(reader: EntryReader) -> PersonEntry:
    return PersonEntry(
        name=reader.required("name"),
        role=reader.choice("role", Role, otherwise=Role.STAFF, but=[Role.RESIDENT]),
        wecom_userid=reader.text("wecom_userid"),  # WeCom allows 64 characters
        phone=reader.text("phone", longest=SHORT),
        unit=reader.text("unit"),
    )


def _grid(reader: EntryReader) -> GridEntry:
    return GridEntry(
        name=reader.required("name"),
        mode=reader.choice("mode", GridMode, otherwise=GridMode.FIXED, may_lack=True),
        workers=reader.texts("workers"),
        deputies=_deputies(reader),
        covers=tuple(_entries(reader, "covers", _cover)),
    )


def _deputies(reader: EntryReader) -> tuple[DeputyEntry, ...]:
    """Names alone, or with their days: `{ name = "李娜", from = "2026-11-20", until = "2026-11-30" }`."""
    found = []
    for number, each in enumerate(reader.names_or_entries("deputies"), start=1):
        if isinstance(each, str):
            found.append(DeputyEntry(each))
            continue
        where = f"{reader.where} · deputies · {each.get('name') or f'第 {number} 条'}"
        entry = EntryReader(each, where, reader.mistakes)
        deputy = DeputyEntry(entry.required("name"), entry.day("from"), entry.day("until"))
        if deputy.starts_on and deputy.ends_on and deputy.ends_on < deputy.starts_on:
            entry.wrong("until", f"“{deputy.ends_on}”在开始之前，请改正日期。")
        entry.finish()
        found.append(deputy)
    return tuple(found)


def _cover(reader: EntryReader) -> CoverEntry:
    return CoverEntry(estate=reader.required("estate"), spans=reader.spans("buildings"))


def _group(reader: EntryReader) -> GroupEntry:
    likely = Audience.RESIDENTS if reader.text("customer_group", longest=LONG) else Audience.WORKERS
    return GroupEntry(
        name=reader.required("name"),
        audience=reader.choice("audience", Audience, otherwise=likely),
        grid=reader.text("grid"),
        unit=reader.text("unit"),
        estate=reader.text("estate"),
        robot=reader.text("robot", longest=SHORT),
        chat_id=reader.text("chat_id", longest=LONG),
        webhook=_webhook_key(reader.text("webhook", longest=LONG)),
        customer_group=reader.text("customer_group", longest=LONG),
        appchat=reader.text("appchat"),
        owner=reader.text("owner"),
    )


def _webhook_key(written: str) -> str:
    """The key alone, also when the platform's whole address was copied."""
    keys = parse_qs(urlsplit(written).query).get("key") if written.startswith("http") else None
    return keys[0] if keys else written


def _contact(reader: EntryReader) -> ContactEntry:
    return ContactEntry(
        label=reader.required("label"),
        estate=reader.text("estate"),
        phone=reader.required("phone", longest=SHORT),
    )
