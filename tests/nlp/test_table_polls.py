"""What is said of votes and surveys, and which shares are meant."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.commands import without_mention
from nlp.consultation import Said, TableAction, TableWord
from nlp.consultation.doors import read_doors
from nlp.consultation.polls import find_poll
from nlp.consultation.shares import read_share
from nlp.lexicon import Lexicon
from nlp.places import Places

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday, 10:00 in Shanghai
PLACES = Places.of([("枫桥苑", ["枫桥"]), ("明园小区", [])])
LINES = [
    line.split("\t")
    for line in (HERE / "table_polls.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]
SIGNS = (
    "表决投票征询敲门代投认定争议发起开始结束同意不反对弃权选范围比例截止双三分之二共户"
    "0123456789AaB号楼单元室第 ,，。：%/、？吗\n"
)
SPEAKERS = {"resident": (True,), "worker": (False,), "any": (True, False)}
ROWS = [
    (text, is_resident, action, number, args)
    for text, who, action, number, args in LINES
    for is_resident in SPEAKERS[who]
]


def read(lexicon: Lexicon, text: str, *, is_resident: bool) -> TableWord | None:
    body = text.strip() if is_resident else without_mention(text, "回音")
    return find_poll(Said(body, lexicon.spelling.fold(body), "", is_resident, PLACES, NOW))


@pytest.mark.parametrize(
    ("text", "is_resident", "action", "number", "args"), ROWS, ids=[f"{row[0]}-{row[1]}" for row in ROWS]
)
def test_what_is_said_is_read(
    lexicon: Lexicon, *, text: str, is_resident: bool, action: str, number: str, args: str
) -> None:
    found = read(lexicon, text, is_resident=is_resident)

    if action == "-":
        assert found is None
        return
    assert found is not None
    known = None if number == "-" else int(number)
    said = dict(found.args)
    if action == "poll_new":
        said = {name: value for name, value in said.items() if value}
    assert (found.action, found.number, said) == (TableAction(action), known, json.loads(args))


def test_every_action_has_several_wordings() -> None:
    counts = Counter(row[2] for row in LINES)

    assert {action: count for action, count in counts.items() if count < 4} == {}
    assert counts["-"] >= 25


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("80%", "4/5"),
        ("80%以上", "4/5"),
        ("达到66.7%", "667/1000"),
        ("百分之八十", "4/5"),
        ("百分之80", "4/5"),
        ("4/5", "4/5"),
        ("五分之四", "4/5"),
        ("三分之二", "2/3"),
        ("八成", "4/5"),
        ("过半", ">1/2"),
        ("过半数", ">1/2"),
        ("超过60%", ">3/5"),
        ("大于三分之二", ">2/3"),
        ("全体一致", "1/1"),
        ("100%", "1/1"),
        ("超过100%", None),
        ("120%", None),
        ("0%", None),
        ("5/4", None),
        ("4/0", None),
        ("好多", None),
        ("", None),
    ],
)
def test_shares_are_read_exactly(text: str, share: str | None) -> None:
    assert read_share(text) == share


@settings(max_examples=300)
@given(
    st.text(
        alphabet=SIGNS,
        max_size=60,
    ),
    st.booleans(),
)
def test_no_text_breaks_the_reader(lexicon: Lexicon, text: str, is_resident: bool) -> None:
    read(lexicon, text, is_resident=is_resident)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_doors(text: str) -> None:
    found = read_doors(text, PLACES)

    assert len(found.doors) <= 200
