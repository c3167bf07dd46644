"""A resident asks how things are talked over; who works here has a help of their own."""

import pytest

from nlp.consultation import TableAction, TableReader, TableWord
from nlp.lexicon import Lexicon
from nlp.places import Places
from tests.nlp.test_table_minutes import NOW

ASKED = ("帮助 更多", "议事会怎么用？", "怎么提议", "怎么参加议事会", "怎么投票", "表决怎么投")
OTHERS = ("议事会怎么还不开", "怎么提议没人管", "议事会5", "提议 给车棚装充电桩", "帮助")


@pytest.mark.parametrize("text", ASKED)
def test_question_alone_asks_for_help(lexicon: Lexicon, places: Places, text: str) -> None:
    table = TableReader(lexicon)

    assert table.read(text, is_resident=True, now=NOW, places=places) == TableWord(TableAction.TABLE_HELP)
    worker = table.read(text, is_resident=False, now=NOW, places=places)
    assert worker is None or worker.action is not TableAction.TABLE_HELP


@pytest.mark.parametrize("text", OTHERS)
def test_other_words_are_left_alone(lexicon: Lexicon, places: Places, text: str) -> None:
    found = TableReader(lexicon).read(text, is_resident=True, now=NOW, places=places)

    assert found is None or found.action is not TableAction.TABLE_HELP
