"""The `huiyin` command."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "bot" / "simulator" / "data" / "organization.toml"
HUIYIN = Path(sys.executable).with_name("huiyin")
CONFIG = """
[database]
url = "sqlite:///{folder}/huiyin.db"
[security]
session_key = "{key}"
encryption_key = "{key}"
"""


@pytest.fixture(autouse=True)
def an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command runs in a folder of its own, without settings from the environment."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("HUIYIN_")]:
        monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture(autouse=True)
def logging_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command sets up logging for its whole process, which here is that of the tests."""
    monkeypatch.setattr("bot.logs.set_up", lambda *, verbose: None)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration that says only what it must."""
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.format(folder=tmp_path, key="k" * 32))
    return path


def run(*arguments: str | Path, typed: str | bytes = "") -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=typed)


def lines_of(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def tables_in(path: Path) -> int:
    with sqlite3.connect(path) as db:
        count: int = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'communities'").fetchone()[0]
    db.close()
    return count


def test_migrate_makes_the_tables(config: Path) -> None:
    result = run("migrate", "--config", config)

    assert result.exit_code == 0, result.output
    assert "The database stands at revision 0" in result.stdout
    assert tables_in(config.with_name("huiyin.db")) == 1


@pytest.mark.usefixtures("config")
def test_a_config_toml_here_is_taken() -> None:
    assert run("migrate").exit_code == 0


def test_without_any_configuration_the_remedy_is_told() -> None:
    result = run("migrate")

    assert result.exit_code == 2
    assert result.stderr == (
        "There is no config.toml here: give --config FILE, or copy config.example.toml to config.toml.\n"
    )


def test_the_environment_alone_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HUIYIN_SECURITY__SESSION_KEY", "s" * 32)
    monkeypatch.setenv("HUIYIN_SECURITY__ENCRYPTION_KEY", "e" * 32)

    assert run("migrate").exit_code == 0
    assert tables_in(tmp_path / "var" / "huiyin.db") == 1


@pytest.mark.parametrize("command", [["serve"], ["migrate"], ["import-organization", str(SAMPLE)]])
def test_a_wrong_configuration_is_one_sentence_and_status_2(command: Sequence[str], config: Path) -> None:
    config.write_text(config.read_text() + "[server]\nport = 70000\n")

    result = run(*command)

    assert result.exit_code == 2
    assert result.stderr == "server.port = 70000 is wrong: write a port number from 1 to 65535.\n"


def test_a_database_that_cannot_be_reached_is_one_sentence(config: Path) -> None:
    config.write_text(config.read_text().replace("sqlite:///", "sqlite:////proc/nowhere"))

    result = run("migrate")

    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "cannot be used" in result.stderr


@pytest.mark.usefixtures("config")
def test_import_organization_reports_what_it_did() -> None:
    run("migrate")

    first, second = run("import-organization", SAMPLE), run("import-organization", SAMPLE)

    assert first.exit_code == 0, first.output
    assert "晨光社区 人员：新增 7（王芳；赵磊；李强；陈静；周经理；孟队长；冯工）" in first.stdout
    assert "晨光社区 人员：未变 7" in second.stdout
    assert "新增" not in second.stdout


@pytest.mark.usefixtures("config")
def test_import_rooms_takes_over_a_list_or_names_its_mistakes(tmp_path: Path) -> None:
    run("migrate")
    run("import-organization", SAMPLE)
    good, bad = tmp_path / "rooms.csv", tmp_path / "bad.csv"
    good.write_text("楼,单元,室,面积\n33,5,101,89.5\n33,5,102,90\n", encoding="utf-8")
    bad.write_text("楼,单元,室,面积\n33,5,,很大\n", encoding="utf-8")

    taken, refused = (run("import-rooms", file, "--estate", "枫桥苑") for file in (good, bad))

    assert (taken.exit_code, taken.stdout) == (0, "枫桥苑：新增 2 户，改面积 0 户，不变 0 户。\n")
    assert refused.exit_code == 2
    assert "第 2 行：没有室号；面积“很大”不是数字。" in refused.stderr


@pytest.mark.usefixtures("config")
def test_import_organization_warns_of_channels_the_configuration_lacks() -> None:
    run("migrate")

    result = run("import-organization", SAMPLE)

    assert "公众号“main”不在配置里，请加上 [official_accounts.main]" in result.stderr
    assert "机器人“main”不在配置里，请加上 [wecom.robots.main]" in result.stderr


@pytest.mark.usefixtures("config")
def test_import_organization_wants_the_tables_first() -> None:
    result = run("import-organization", SAMPLE)

    assert (result.exit_code, result.stderr) == (
        2,
        "The database is not of this version: run huiyin migrate first.\n",
    )


@pytest.mark.usefixtures("config")
def test_the_mistakes_of_an_organization_file_are_told(tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text('[[communities]]\ncode = "a"\n', encoding="utf-8")

    result = run("import-organization", "wrong.toml")

    assert result.exit_code == 2
    assert "a · name：没有填写" in result.stderr


def test_read_answers_each_line_in_the_promised_form() -> None:
    line = json.dumps({"id": 7, "text": "枫桥苑33号楼5单元下水道堵了，污水往外冒"})

    result = run("read", "--jsonl", typed=line + "\n\n")

    (found,) = lines_of(result.stdout)
    assert result.exit_code == 0, result.output
    keys = "id kind intent category subcategory confidence urgency location also evidence"
    assert list(found) == keys.split()
    assert (found["id"], found["kind"], found["category"]) == (7, "report", "water")
    assert found["location"] == {"estate": None, "building": "33", "unit": "5", "room": None}
    assert set(found["evidence"][0]) == {"word", "start", "end", "weight", "for"}


def test_read_knows_the_estates_of_a_places_file(tmp_path: Path) -> None:
    (tmp_path / "places.txt").write_text("枫桥苑,枫桥\n", encoding="utf-8")

    result = run("read", "--jsonl", "--places", "places.txt", typed='{"id": "a", "text": "枫桥3号楼停水"}')

    assert lines_of(result.stdout)[0]["location"]["estate"] == "枫桥苑"


def test_a_places_file_that_is_not_there_is_named() -> None:
    result = run("read", "--jsonl", "--places", "nowhere.txt")

    assert result.exit_code == 2
    assert "--places nowhere.txt cannot be read" in result.stderr


def test_a_line_that_cannot_be_read_is_named_and_the_others_go_on() -> None:
    good, no_text = ['{"text": "停水"}'.encode(), b'{"text": ""}'], [b'{"id": 3}', b'{"text": 5}']
    lines = [good[0], b"nonsense", b"[1]", no_text[0], b'{"text": "\xff"}', no_text[1], good[1]]

    result = run("read", "--jsonl", typed=b"\n".join(lines))

    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 2
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "Line 2 is not JSON",
        "Line 3 is not a JSON object",
        'Line 4 has no text under "text"',
        "Line 5 is not UTF-8 text.",
        'Line 6 has no text under "text"',
    ]


def test_half_a_surrogate_pair_stays_json() -> None:
    result = run("read", "--jsonl", typed='{"id": "\\ud83d", "text": "停水\\ud83d"}')

    assert lines_of(result.stdout)[0]["id"] == "\ud83d"


def test_the_prompt_shows_the_reading_and_its_words() -> None:
    result = run("read", typed="枫桥苑33号楼下水道堵了\n\n")

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("report  ")
    assert "category  water/sewer" in result.stdout
    assert "place     building=33" in result.stdout
    assert "下水道堵" in result.stdout


def test_same_answers_same_and_score() -> None:
    typed = (
        '{"a": "3号楼下水道堵了", "b": "3号楼下水道又堵了"}\n'
        '{"a": "3号楼下水道堵了", "b": "5号楼下水道堵了"}\n'
    )

    result = run("same", "--jsonl", typed=typed)

    found = lines_of(result.stdout)
    assert [list(line) for line in found] == [["same", "score"], ["same", "score"]]
    assert [line["same"] for line in found] == [True, False]


def test_command_answers_action_case_and_args() -> None:
    typed = (
        '{"text": "接单 1", "role": "grid"}\n'
        '{"text": "议 1 周五15:00 居委会会议室", "role": "staff", "now": "2026-11-18T09:00:00+08:00"}\n'
    )

    result = run("command", "--jsonl", typed=typed)

    claim, consult = lines_of(result.stdout)
    assert claim == {"action": "claim", "case": 1, "args": {}}
    assert consult["args"]["time"] == "2026-11-20T15:00:00+08:00"


def test_a_moment_without_zone_is_local() -> None:
    typed = '{"text": "议 1 明天15:00 会议室", "role": "grid", "now": "2026-11-18T23:30:00"}'

    (found,) = lines_of(run("command", "--jsonl", typed=typed).stdout)

    assert found["args"]["time"] == "2026-11-19T15:00:00+08:00"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"text": "接单 1"}', 'has no "role"'),
        ('{"text": "接单 1", "role": "resident"}', 'has no "role"'),
        ('{"text": "接单 1", "role": "grid", "now": "soon"}', 'has a "now" that is no time'),
        ('{"text": "接单 1", "role": "grid", "now": 5}', 'has a "now" that is no time'),
    ],
)
def test_a_command_line_without_what_it_needs_is_named(line: str, complaint: str) -> None:
    result = run("command", "--jsonl", typed=line)

    assert result.exit_code == 2
    assert complaint in result.stderr


@pytest.mark.parametrize("command", ["same", "command"])
def test_what_only_works_on_lines_says_so(command: str) -> None:
    result = run(command)

    assert result.exit_code == 2
    assert f"huiyin {command} --jsonl reads lines" in result.stderr


def test_a_bug_is_not_dressed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("nlp.reading.Reader.read", broken)  # no input makes the reader fail

    assert isinstance(run("read", "--jsonl", typed='{"text": "停水"}').exception, ZeroDivisionError)


def test_the_installed_command_runs_in_pipes_of_any_locale() -> None:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"}
    line = '{"id": 1, "text": "停水了"}\n'.encode()

    done = subprocess.run(
        [HUIYIN, "read", "--jsonl"], input=line, env=environment, capture_output=True, timeout=60, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode("utf-8"))["category"] == "water"


def test_a_reader_that_has_had_enough_is_no_error_message() -> None:
    command = [str(HUIYIN), "read", "--jsonl"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(b'{"text": "1"}\n')
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(b'{"text": "1"}\n')
        process.stdin.close()
        complaint = process.stderr.read()

    assert complaint == b""
