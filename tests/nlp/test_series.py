"""Several numbers in one command: 进展 23、24 已联系物业."""

from datetime import UTC, datetime

import pytest

from nlp.arguments import Json
from nlp.commands import CommandReader
from nlp.lexicon import Lexicon

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def commands(lexicon: Lexicon) -> CommandReader:
    return CommandReader(lexicon)


@pytest.mark.parametrize(
    ("text", "action", "args"),
    [
        ("进展 23、24 已联系物业", "progress", {"note": "已联系物业", "cases": [23, 24]}),
        ("23、24 已联系物业", "progress", {"note": "已联系物业", "cases": [23, 24]}),
        ("办结 23 24 都修好了", "resolve", {"result": "都修好了", "cases": [23, 24]}),
        ("办结 23、24、25 灯都换了", "resolve", {"result": "灯都换了", "cases": [23, 24, 25]}),
        ("督办 23、24 今天到现场", "supervise", {"note": "今天到现场", "cases": [23, 24]}),
        ("延期 23、24 3天 等配件", "extend", {"days": 3, "reason": "等配件", "cases": [23, 24]}),
        ("接单 5 6 7", "claim", {"cases": [5, 6, 7]}),
    ],
)
def test_numbers_that_stand_together_are_all_meant(
    commands: CommandReader, text: str, action: str, args: dict[str, Json]
) -> None:
    found = commands.read(text, role="grid", now=NOW)

    assert (str(found.action), found.args) == (action, args)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("办结 23 502室的灯修好了", "502室的灯修好了"),
        ("办结 23 5个灯都换了", "5个灯都换了"),
        ("办结 23 3号楼4号楼都好了", "3号楼4号楼都好了"),
        ("办结 23，换了3盏灯", "换了3盏灯"),
        ("进展 23 2号泵坏了", "2号泵坏了"),
        ("进展 23 24小时内修好", "24小时内修好"),
        ("进展 23 10点到现场", "10点到现场"),
        ("进展 23 已联系24号师傅", "已联系24号师傅"),
    ],
)
def test_houses_amounts_and_times_are_no_second_number(
    commands: CommandReader, text: str, words: str
) -> None:
    found = commands.read(text, role="grid", now=NOW)

    assert "cases" not in found.args
    assert (found.case, words) == (23, found.args.get("note") or found.args.get("result"))
