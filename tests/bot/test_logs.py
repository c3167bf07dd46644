"""Log lines."""

import logging

import pytest

from bot.logs import QUIET, Lines, set_up


def record(**extra: object) -> logging.LogRecord:
    logger = logging.getLogger("bot.delivery")
    return logger.makeRecord("bot.delivery", logging.INFO, "f", 1, "sent %s", ("one",), None, extra=extra)


def test_a_line_carries_its_ids() -> None:
    line = Lines("%(levelname)s %(name)s: %(message)s").format(record(action="deliver", case_id=7))

    assert line == "INFO bot.delivery: sent one action=deliver case_id=7"


def test_a_traceback_stands_below_the_line() -> None:
    failed = record(action="deliver")
    failed.exc_text = "Traceback"

    assert Lines("%(message)s").format(failed).split("\n") == ["sent one action=deliver", "Traceback"]


def test_other_programs_news_are_kept_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    for logger in (root, *(logging.getLogger(name) for name in QUIET)):
        monkeypatch.setattr(logger, "level", logger.level)

    set_up(verbose=False)

    assert (root.level, logging.getLogger("alembic").level) == (logging.INFO, logging.WARNING)
