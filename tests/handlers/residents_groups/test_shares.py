"""What a residents' group may still be sent, and when the next message goes."""

from datetime import UTC, datetime

import pytest

from handlers.residents_groups.shares import GroupLimit, share_of, shares_by_group
from storage.engine import Database
from storage.gathering import Usage
from storage.models.organization import Group
from storage.organization import all_communities, residents_groups_of_community
from tests.handlers.cases.scene import settle_in

M, W, D = GroupLimit.MONTH, GroupLimit.WEEK, GroupLimit.DAY


def local(text: str) -> datetime:
    return datetime.strptime(f"2026-{text} +0800", "%Y-%m-%d %H:%M %z").astimezone(UTC)


@pytest.mark.parametrize(
    ("limit", "now", "usage", "left", "turn"),
    [
        (M, "11-20 10:00", Usage(0, 0, 0), 30, None),
        (M, "11-20 10:00", Usage(18, 0, 5), 12, None),  # 11 days with today: one to spare
        (M, "11-20 10:00", Usage(19, 0, 1), 11, "11-21 08:00"),
        (M, "11-20 10:00", Usage(19, 0, 0), 11, None),
        (M, "11-20 10:00", Usage(27, 0, 0), 3, "12-01 08:00"),
        (M, "11-30 23:59", Usage(27, 0, 0), 3, "12-01 08:00"),
        (M, "11-30 23:59", Usage(26, 0, 3), 4, None),
        (M, "12-31 10:00", Usage(28, 0, 0), 3, "01-01 08:00"),  # of the next year
        (M, "02-28 10:00", Usage(0, 0, 0), 28, None),
        (M, "01-31 10:00", Usage(28, 28, 0), 0, "02-01 08:00"),  # all could be tapped in February
        (M, "11-20 10:00", Usage(40, 0, 0), 0, "12-01 08:00"),
        (W, "11-20 10:00", Usage(3, 0, 1), 4, None),  # a Friday: two days after it
        (W, "11-20 10:00", Usage(4, 0, 1), 3, "11-21 08:00"),
        (W, "11-20 10:00", Usage(6, 0, 0), 1, "11-23 08:00"),
        (D, "11-20 10:00", Usage(0, 0, 0), 1, None),
        (D, "11-20 10:00", Usage(1, 0, 1), 0, "11-21 08:00"),
    ],
)
def test_the_last_ones_are_kept_and_the_others_spread(
    limit: GroupLimit, now: str, usage: Usage, left: int, turn: str | None
) -> None:
    share = share_of(limit, usage, now=local(now))

    assert share.left == left
    expected = local(turn) if turn else None
    if turn == "01-01 08:00" and expected:
        expected = expected.replace(year=2027)
    assert share.turn() == expected


def test_the_calendar_is_that_of_shanghai() -> None:
    before, after = datetime(2026, 11, 30, 15, 59, tzinfo=UTC), datetime(2026, 11, 30, 16, 0, tzinfo=UTC)

    assert share_of(M, Usage(), now=before).period.most == 30
    assert share_of(M, Usage(), now=after).period.most == 31


def test_groups_nothing_was_sent_to_have_all_but_what_is_kept(database: Database, now: datetime) -> None:
    database.write_now(settle_in, now=now)

    def groups_of_first(db: object) -> list[Group]:
        [first, *_] = all_communities(db)  # type: ignore[arg-type]  # a connection
        return residents_groups_of_community(db, first.id)  # type: ignore[arg-type]

    groups = database.read_now(groups_of_first)

    shares = database.read_now(shares_by_group, groups, limit=M, now=now)

    assert {number: (each.left_for_notices, each.kept) for number, each in shares.items()} == {
        each.id: (27, 3) for each in groups
    }
