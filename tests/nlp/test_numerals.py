"""Numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.numerals import parse_number, to_digits


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("33", 33),
        ("３３", 33),
        ("三十三", 33),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零二", 102),
        ("三零一", 301),
        ("两", 2),
        ("幺二零", 120),
        ("0301", 301),
        ("", None),
        ("楼", None),
        ("十百", None),
        ("三三十", None),
        ("1234567890123", None),
    ],
)
def test_number_has_its_value(text: str, value: int | None) -> None:
    assert parse_number(text) == value


@given(st.text(alphabet="零一二三四五六七八九十百千两0123456789楼", max_size=12))
def test_any_text_gives_a_number_or_stays(text: str) -> None:
    value = parse_number(text)

    assert to_digits(text) == (text if value is None else str(value))
