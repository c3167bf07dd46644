"""The data files are whole, and the dictionary is built once and safely."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from nlp.lexicon import CATEGORIES, Lexicon, read_rows
from nlp.reading import Intent, Kind, Urgency
from nlp.tokenizer import Tokenizer

ROOT = Path(__file__).parents[2]


def test_every_category_has_subcategories_with_general_among_them(lexicon: Lexicon) -> None:
    assert tuple(lexicon.subcategories) == CATEGORIES
    assert all("general" in codes and len(codes) >= 12 for codes in lexicon.subcategories.values())


def test_every_rule_names_a_known_target(lexicon: Lexicon) -> None:
    problems = {f"{category}/{code}" for category, codes in lexicon.subcategories.items() for code in codes}
    known: dict[str, set[str]] = {
        "category": problems,
        "emergency": problems,
        "kind": {*Kind},
        "urgency": {*Urgency},
        "shield": set(lexicon.shields),
        "wish": {"confidential"},
    }

    assert {
        (rule.purpose, rule.target) for rule in lexicon.rules if rule.target not in known[rule.purpose]
    } == set()
    assert {intent for intent, _ in lexicon.intents} <= set(Intent)


@pytest.mark.parametrize(
    "name", [f"words_{category}.tsv" for category in CATEGORIES] + ["kinds.tsv", "commands.tsv"]
)
def test_data_file_has_no_line_twice(name: str) -> None:
    lines = [tuple(row[:2]) for row in read_rows(name)]

    assert len(lines) == len(set(lines))


def cut(tokenizer: Tokenizer, text: str) -> list[str]:
    return [text[start:end] for start, end in tokenizer.words(text)]


def test_dictionary_is_cached_where_it_is_told(tmp_path: Path) -> None:
    first = Tokenizer(["公共车位"], tmp_path)

    (cached,) = tmp_path.iterdir()
    written = cached.stat().st_mtime_ns
    second = Tokenizer(["公共车位"], tmp_path)

    assert cached.stat().st_mtime_ns == written
    assert cut(first, "占了公共车位") == cut(second, "占了公共车位") == ["占", "了", "公共车位"]


def test_damaged_cache_is_built_again(tmp_path: Path) -> None:
    Tokenizer((), tmp_path)
    (cached,) = tmp_path.iterdir()
    cached.write_bytes(b"half a fi")

    assert cut(Tokenizer((), tmp_path), "下水道堵了") == ["下水道", "堵", "了"]
    assert cached.stat().st_size > 1_000_000


def test_unwritable_cache_is_said_and_survived(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")

    with caplog.at_level(logging.WARNING):
        tokenizer = Tokenizer((), blocked)

    assert cut(tokenizer, "下水道堵了") == ["下水道", "堵", "了"]
    assert [record.name for record in caplog.records] == ["nlp.tokenizer"]


def test_several_processes_may_build_the_dictionary_at_once(tmp_path: Path) -> None:
    script = (
        "import sys, warnings; warnings.simplefilter('error')\n"
        "from pathlib import Path\n"
        "from nlp.tokenizer import Tokenizer\n"
        "assert Tokenizer(['地锁'], Path(sys.argv[1])).words('地锁') == [(0, 2)]\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]

    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)
    ]
    outcomes = [(process.communicate(timeout=60), process.returncode) for process in running]

    assert outcomes == [((b"", b""), 0)] * 2
    assert len(list(tmp_path.iterdir())) == 1
