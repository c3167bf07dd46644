"""The messages of a broadcast to residents: who is in which mass send, and when the others go."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.broadcasts.planning import plan_of
from handlers.broadcasts.postings import LARGEST_MASS_SEND, to_residents
from handlers.broadcasts.residents import Route
from handlers.broadcasts.targets import houses_named
from handlers.rules import BroadcastRules
from storage.models.broadcasts import Broadcast, BroadcastAudience, BroadcastStatus, Way
from storage.models.organization import Audience, Estate, Group
from storage.models.outbox import Channel, Priority

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
BROADCAST = Broadcast(
    7,
    1,
    3,
    "明天停水",
    "枫桥苑",
    [],
    "",
    0,
    BroadcastStatus.SCHEDULED,
    NOW,
    NOW,
    1,
    BroadcastAudience.RESIDENTS,
)
RULES = BroadcastRules(per_minute=2)


def routes(way: Way, numbers: Sequence[int], account: str = "main") -> list[Route]:
    return [Route(number, way, account, f"o{number}") for number in numbers]


@settings(deadline=None, max_examples=30)
@given(number=st.integers(2, 3 * LARGEST_MASS_SEND))
def test_everybody_of_a_mass_send_is_in_one_part_and_no_part_is_too_small(number: int) -> None:
    everybody = routes(Way.MASS, range(number))
    plan = plan_of(number, at=NOW, is_urgent=False, rules=RULES)

    postings, rows = to_residents(BROADCAST, everybody, plan)

    parts = [posting.body["openids"] for posting in postings]
    assert [openid for part in parts for openid in part] == [each.openid for each in everybody]
    assert all(2 <= len(part) <= LARGEST_MASS_SEND for part in parts)
    assert (
        len({posting.key for posting in postings}) == len({posting.to for posting in postings}) == len(parts)
    )
    assert [row["person_id"] for row in rows] == list(range(number))


def test_mass_sends_go_first_and_the_others_by_the_plan() -> None:
    everybody = [
        *routes(Way.MESSAGE, [1, 2, 3]),
        *routes(Way.MASS, [4, 5]),
        *routes(Way.MASS, [6, 7], "other"),
        *routes(Way.NOTICE, [8]),
        Route(9, Way.NONE, reason="已取消关注"),
    ]
    plan = plan_of(8, at=NOW, is_urgent=False, rules=RULES)

    postings, rows = to_residents(BROADCAST, everybody, plan)

    minute = timedelta(minutes=1)
    assert [(each.key.removeprefix("broadcast:7:"), each.at) for each in postings] == [
        ("mass:main:1", NOW),
        ("mass:other:1", NOW),
        ("person:1", NOW),
        ("person:2", NOW),
        ("person:3", NOW + minute),
        ("person:8", NOW + minute),
    ]
    assert {each.to.channel for each in postings} == {Channel.MASS_SEND, Channel.OFFICIAL_ACCOUNT}
    assert {each.priority for each in postings} == {Priority.BROADCAST}
    assert {row["person_id"]: row["reason"] for row in rows}[9] == "已取消关注"


def test_the_houses_in_the_name_of_a_group() -> None:
    estate = Estate(1, 1, "枫桥苑2期", [], "1-40", None)

    def named(name: str) -> set[int]:
        group = Group(1, 1, name, Audience.RESIDENTS, None, None, 1, "", "", "", "", "", None)
        return houses_named(group, estate)

    assert named("枫桥苑2期居民群") == set()
    assert named("枫桥苑2期3号楼群") == {3}
    assert named("枫桥苑2期1-3栋、5#业主群") == {1, 2, 3, 5}
