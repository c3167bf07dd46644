"""What the office knows of each subcategory covers what the reader can find."""

import pytest

from handlers.cases.subcategories import (
    CATEGORY_LABELS,
    SUBCATEGORIES,
    read_subcategories,
    subcategory_of,
)
from nlp.lexicon import Lexicon

QUARRELS = (("noise", "upstairs"), ("noise", "renovation"), ("noise", "instrument"), ("noise", "dog_bark"))
PUBLIC_MATTERS = (
    ("property", "lighting"),
    ("water", "sewer"),
    ("parking", "ground_lock"),
    ("property", "lift"),
)


def test_every_subcategory_of_the_lexicon_is_known_and_no_other() -> None:
    found = {(category, code) for category, codes in Lexicon.load().subcategories.items() for code in codes}

    assert found == set(SUBCATEGORIES)
    assert {category for category, _ in found} == set(CATEGORY_LABELS)


def test_quarrels_between_neighbours_are_told_in_no_residents_group() -> None:
    assert [key for key in QUARRELS if SUBCATEGORIES[key].is_public] == []


def test_public_matters_are_told() -> None:
    assert [key for key in PUBLIC_MATTERS if not SUBCATEGORIES[key].is_public] == []


def test_an_unknown_subcategory_is_told_to_nobody_outside() -> None:
    assert not subcategory_of("water", "invented").is_public
    assert not subcategory_of("water", None).is_public


def test_lights_and_rubbish_ask_for_a_photo_and_a_dog_that_barks_does_not() -> None:
    asked = {key for key, kind in SUBCATEGORIES.items() if kind.needs_proof}

    assert {("property", "rubbish"), ("parking", "ground_lock")} <= asked
    assert {key for key in asked if key[0] == "noise"} == set()


def test_quarrels_are_mediated_and_leaks_are_not() -> None:
    mediated = {key for key, kind in SUBCATEGORIES.items() if kind.is_mediation}

    assert mediated == {
        ("noise", "upstairs"),
        ("noise", "dog_bark"),
        ("noise", "instrument"),
        ("noise", "tv"),
        ("property", "pets"),
        ("other", "dispute"),
    }
    assert [key for key in mediated if SUBCATEGORIES[key].is_public] == []


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("public = true, mediation = true", "noise/tv: a quarrel between neighbours is never public"),
        ("public = false, prof = true", "noise/tv: unknown keys"),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused(row: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_subcategories(f'[noise]\ntv = {{ label = "电视音响", {row} }}')
