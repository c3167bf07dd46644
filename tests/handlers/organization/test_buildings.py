"""Building numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from handlers.organization.buildings import Span, overlapping, parse_spans, within, written


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("1-40", ((1, 40),)),
        ("1-12,15,20-22", ((1, 12), (15, 15), (20, 22))),
        ("20-22, 1-12", ((1, 12), (20, 22))),
        ("１－１２、15号楼", ((1, 12), (15, 15))),
        ("1号楼至8号楼", ((1, 8),)),
        ("7", ((7, 7),)),
        ("9999", ((9999, 9999),)),
    ],
)
def test_buildings_are_read(text: str, spans: tuple[Span, ...]) -> None:
    assert parse_spans(text) == spans


@pytest.mark.parametrize(
    "text", ["", "A座", "40-1", "0-3", "1-", "-3", "1-12,5", "3,3", "10000", "1.5", "1--2-3", "全部"]
)
def test_what_is_no_buildings_is_refused(text: str) -> None:
    assert parse_spans(text) is None


@given(some.sets(some.integers(1, 60)))
def test_spans_written_are_read_back(numbers: set[int]) -> None:
    spans = tuple((number, number) for number in sorted(numbers))

    assert parse_spans(written(spans)) == (spans or None)


@given(some.lists(some.tuples(some.integers(1, 30), some.integers(0, 9), some.integers(0, 4))))
def test_overlap_is_found_exactly_when_two_spans_share_a_building(given: list[tuple[int, int, int]]) -> None:
    parts = [((first, first + more), owner) for first, more, owner in given]
    buildings = [set(range(span[0], span[1] + 1)) for span, _ in parts]
    shares = any(a & b for index, a in enumerate(buildings) for b in buildings[index + 1 :])

    assert bool(overlapping(parts)) == shares


def test_one_grid_for_the_whole_estate_may_stand_beside_those_that_name_buildings() -> None:
    assert overlapping([(None, "rest"), ((1, 3), "special")]) == []
    assert overlapping([(None, "one"), (None, "other")]) == [("one", "other")]


def test_a_span_is_within_spans_that_adjoin() -> None:
    assert within((3, 9), [(1, 5), (6, 12)])
    assert not within((3, 9), [(1, 5), (7, 12)])
    assert not within((1, 1), [])
