"""What the office knows of each subcategory covers what the reader can find."""

from handlers.cases.subcategories import CATEGORY_LABELS, SUBCATEGORIES, subcategory_of
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
