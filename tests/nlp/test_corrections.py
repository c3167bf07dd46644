"""What staff put right is read rightly afterwards, and little else changes."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.corrections import MOST, Correction, changes_for
from nlp.lexicon import Lexicon
from nlp.reading import Kind, Places, Reader

CACHE = Path(__file__).parents[2] / "var"
NOWHERE = Places.of([])
SENTENCE = "那几只铁皮葫芦又在后墙根轰隆开了"
OTHERS = ("楼道灯不亮了", "家里停水一整天了", "谢谢你们", "楼下有人私装地锁")


def corrected(lexicon: Lexicon, *targets: str, text: str = SENTENCE) -> Lexicon:
    for target in targets:
        for _ in range(20):
            lexicon = lexicon.with_changes(changes_for(lexicon, Correction(text, target), NOWHERE))
    return lexicon


@pytest.mark.parametrize(
    ("kind", "subcategory"),
    [("report", "noise/equipment"), ("report", "property/greening"), ("emergency", "other/gas")],
)
def test_corrected_message_is_read_as_staff_said(lexicon: Lexicon, *, kind: str, subcategory: str) -> None:
    category, code = subcategory.split("/")

    reading = Reader(corrected(lexicon, kind, category, subcategory)).read(SENTENCE, NOWHERE)

    assert (reading.kind, reading.category, reading.subcategory) == (kind, category, code)


def test_correction_leaves_plain_sentences_and_the_old_lexicon_alone(lexicon: Lexicon) -> None:
    before = [Reader(lexicon).read(text, NOWHERE) for text in (SENTENCE, *OTHERS)]

    after = Reader(corrected(lexicon, "chat"))

    assert after.read(SENTENCE, NOWHERE).kind is Kind.CHAT
    assert [after.read(text, NOWHERE).kind for text in OTHERS] == [reading.kind for reading in before[1:]]
    assert Reader(lexicon).read(SENTENCE, NOWHERE) == before[0]


def test_what_is_read_rightly_already_changes_nothing(lexicon: Lexicon) -> None:
    assert changes_for(lexicon, Correction("家里停水一整天了，连个通知都没有", "water"), NOWHERE) == {}


def test_unknown_target_is_refused(lexicon: Lexicon) -> None:
    with pytest.raises(ValueError, match="nothing is read as 'rockets'"):
        changes_for(lexicon, Correction(SENTENCE, "rockets"), NOWHERE)


@settings(max_examples=60, deadline=None)
@given(
    text=st.text("灯坏了水声车谢你好吗。？3号楼", max_size=30),
    target=st.sampled_from(["noise", "chat", "water/leak"]),
)
def test_one_message_never_moves_a_weight_far(text: str, target: str) -> None:
    changes = changes_for(_lexicon(), Correction(text, target), NOWHERE)

    assert all(abs(change) <= MOST for change in changes.values())
    assert sum(changes.values()) == pytest.approx(0)


@cache
def _lexicon() -> Lexicon:
    """One for all examples; hypothesis and fixtures of a test do not mix."""
    return Lexicon.load(CACHE)
