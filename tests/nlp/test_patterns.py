"""How patterns match."""

import pytest

from nlp.patterns import Matcher, Rule
from nlp.tokenizer import Tokenizer

CONCEPTS = {"bad": ("坏", "坏了", "不亮"), "lamp": ("灯", "路灯")}


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer(())


def find(tokenizer: Tokenizer, pattern: str, text: str) -> list[str]:
    matcher = Matcher([Rule("category", "property/lighting", pattern, 1.0)], CONCEPTS)
    return [text[match.start : match.end] for match in matcher.find(text, tokenizer.words(text))]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("漏水", "我家漏水了", ["漏水"]),
        ("下水", "楼下水管爆了", []),
        ("水", "水果店", []),
        ("<lamp>…<bad>", "路灯昨晚又坏了", ["路灯昨晚又坏了"]),
        ("<lamp>…<bad>", "坏人关了灯", []),
        ("<lamp>…<bad>", "有路灯。车坏了", []),
        ("车+挪", "麻烦挪一下车", ["挪一下车"]),
        ("^谢谢$", "谢谢！！😀", ["谢谢"]),
        ("^谢谢$", "谢谢你，灯坏了", []),
        ("不<bad>", "灯不坏", ["不坏"]),
    ],
)
def test_pattern_matches_words_in_their_place(
    tokenizer: Tokenizer, *, pattern: str, text: str, found: list[str]
) -> None:
    assert find(tokenizer, pattern, text) == found


@pytest.mark.parametrize("pattern", ["", "^", "<unknown>", "灯…"])
def test_pattern_without_sense_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="lexicon"):
        Matcher([Rule("category", "property/lighting", pattern, 1.0)], CONCEPTS)
