"""A small organization file as parsed TOML, for tests to bend."""

import copy
from typing import Any

from handlers.organization import Organization, parse_organization

Table = dict[str, Any]

_PINGAN: Table = {
    "code": "pingan",
    "name": "平安社区",
    "phone": "0900-1000000",
    "official_account": "main",
    "estates": [
        {"name": "松园", "aliases": ["松园小区"], "buildings": "1-20", "households": 600},
        {"name": "竹园", "buildings": "1-6"},
    ],
    "units": [
        {"name": "松园物业", "kind": "property", "aliases": ["物业"], "estates": ["松园"], "group": "物业群"},
        {"name": "执法队", "kind": "department"},
    ],
    "people": [
        {"name": "田甜", "role": "grid_worker", "wecom_userid": "tiantian", "phone": "13900000101"},
        {"name": "石磊", "role": "grid_worker", "wecom_userid": "shilei"},
        {"name": "白经理", "role": "unit_member", "unit": "松园物业"},
        {"name": "方主任", "role": "head"},
    ],
    "grids": [
        {
            "name": "松园网格",
            "workers": ["田甜"],
            "deputies": ["石磊"],
            "covers": [{"estate": "松园", "buildings": "1-12,15"}],
        },
        {"name": "竹园网格", "workers": ["石磊"], "mode": "claim", "covers": [{"estate": "竹园"}]},
    ],
    "groups": [
        {"name": "值班群", "audience": "workers", "robot": "main", "webhook": "desk-key"},
        {"name": "松园网格群", "audience": "workers", "grid": "松园网格", "robot": "main"},
        {"name": "物业群", "audience": "workers", "robot": "main"},
        {
            "name": "松园居民群",
            "audience": "residents",
            "estate": "松园",
            "customer_group": "wrSong",
            "owner": "田甜",
        },
    ],
    "contacts": [
        {"label": "物业", "estate": "松园", "phone": "0900-1000001"},
        {"label": "燃气", "phone": "0900-1000002"},
    ],
}
_HEPING: Table = {
    "code": "heping",
    "name": "和平社区",
    "official_account": "main",
    "estates": [{"name": "梅园"}],
    "people": [{"name": "田甜", "role": "grid_worker", "wecom_userid": "tiantian2"}],
    "groups": [{"name": "和平群", "audience": "workers", "webhook": "heping-key"}],
}


def pingan(**changes: Any) -> Table:
    """The first community; a change replaces a whole key."""
    return copy.deepcopy(_PINGAN) | changes


def heping(**changes: Any) -> Table:
    """The second community, of which little is known."""
    return copy.deepcopy(_HEPING) | changes


def organization(*communities: Table) -> Organization:
    """The organization of these communities; without any, of the first."""
    return parse_organization({"communities": list(communities) or [pingan()]})


def entry(table: list[Table], name: str) -> Table:
    """The entry of this name, for changing in place."""
    return next(each for each in table if each.get("name", each.get("label")) == name)
