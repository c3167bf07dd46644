"""What of a place a worker reads as the spot."""

import pytest

from handlers.places import spot_said
from nlp.locations import Location


@pytest.mark.parametrize(
    ("location", "spot"),
    [
        (Location(building="3", zone="B区"), "B区"),
        (Location(estate="金港城二期", building="3", zone="二期"), None),
        (Location(estate="枫桥苑", zone="北区", spot="南门"), "北区南门"),
        (Location(floor="5"), "5楼"),
        (Location(floor="顶"), "顶楼"),
        (Location(floor="-1"), "负1层"),
        (Location(building="3", room="502", floor="5"), None),
        (Location(spot="地下车库负二层", floor="-2"), "地下车库负二层"),
    ],
)
def test_zone_and_floor_reach_the_worker(location: Location, spot: str | None) -> None:
    assert spot_said(location) == spot
