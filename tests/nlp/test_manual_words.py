"""What the manual tells a clerk to type about consultation is what the reader understands."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nlp.consultation import TableReader
from nlp.places import Places
from tests.words import loaded_lexicon

MANUAL = Path(__file__).parents[2] / "docs" / "staff-manual.md"
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
PLACES = Places.of([("枫桥苑", ["枫桥"]), ("明园小区", [])])
PARTS = {  # of sentences, and what other readers know
    "草稿", "诉求 …", "议题 …", "决议 …", "101 300元", "不记名", "双三分之二参与 比例3/4",
    "议 23 周五15:00 居委会会议室", "我住枫桥苑33号楼5单元201",
}  # fmt: skip


def sentences() -> list[str]:
    chapter = MANUAL.read_text("utf-8").split("\n## 十四、", 1)[1].split("\n## ", 1)[0]
    examples = re.findall(r"```\n(.*?)```", chapter, re.DOTALL)
    plain = re.sub(r"```.*?```", "", chapter, flags=re.DOTALL)
    return [
        each for each in dict.fromkeys([*examples, *re.findall(r"`([^`\n]+)`", plain)]) if each not in PARTS
    ]


@pytest.mark.parametrize("text", sentences())
def test_a_sentence_of_the_manual_is_understood(text: str) -> None:
    reader = TableReader(loaded_lexicon())

    read = [reader.read(text, is_resident=resident, now=NOW, places=PLACES) for resident in (False, True)]

    assert any(read)
