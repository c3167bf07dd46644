"""What the settings say reaches the use-cases."""

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bot.config import ConfigError, Settings, load_settings, parse_settings
from bot.rules import rules_of
from handlers.cases.deadlines import deadlines_for
from handlers.cases.subcategories import SUBCATEGORIES
from handlers.rules import DeadlineRules, KindRules, Rules
from storage.models.cases import Urgency
from storage.models.listening import OnHoliday

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
KEYS = {"session_key": "s" * 32, "encryption_key": "e" * 32}
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


def settings(**tables: Any) -> Settings:
    return parse_settings({"security": KEYS} | tables)


def test_without_settings_the_defaults_hold() -> None:
    assert rules_of(settings()) == Rules(public_url="http://127.0.0.1:8080")


def test_links_lead_to_the_public_address() -> None:
    given = settings(server={"public_url": "https://huiyin.example"})

    assert rules_of(given).public_url == "https://huiyin.example"


def test_every_number_of_the_ladder_is_passed_on() -> None:
    given = {
        "remind_at": 0.5, "head_after_working_days": 2, "street_after_working_days": 3, "alarm_minutes": 4,
        "answer_days": 5, "judge_reminder_days": 6, "judge_days": 8, "judge_closed_days": 9,
        "reopen_days": 10, "human_hours": 11, "link_days": 12,
    }  # fmt: skip

    found = rules_of(settings(supervision=given)).supervision

    assert (found.remind_at, found.head_after_working_days, found.street_after_working_days) == (0.5, 2, 3)
    assert (found.alarm_interval, found.human_silence) == (timedelta(minutes=4), timedelta(hours=11))
    assert (found.answer_wait, found.link_lifetime) == (timedelta(days=5), timedelta(days=12))
    assert (found.judge_reminder_after, found.judge_wait) == (timedelta(days=6), timedelta(days=8))
    assert (found.judge_closed_within, found.reopen_within) == (timedelta(days=9), timedelta(days=10))


def test_what_counts_as_coming_back_is_passed_on() -> None:
    given = {"recurring_cases": 4, "recurring_days": 30, "recurring_reopens": 3}

    found = rules_of(settings(consultation=given)).consultation

    assert (found.recurring_cases, found.recurring_within) == (4, timedelta(days=30))
    assert found.recurring_reopens == 3


def test_exceptions_of_deadlines_are_passed_on() -> None:
    kinds = {
        "water/sewer": {"respond_hours": 1, "resolve_hours": 12},
        "property": {"resolve_working_days": 3},
        "*:low": {"respond_hours": 48},
    }

    assert rules_of(settings(deadlines={"danger_hours": 3, "kinds": kinds})).deadlines == DeadlineRules(
        danger=timedelta(hours=3),
        kinds={
            "water/sewer": KindRules(timedelta(hours=1), timedelta(hours=12)),
            "property": KindRules(None, 3),
            "*:low": KindRules(timedelta(hours=48), None),
        },
    )


def test_the_environment_sets_exceptions_and_the_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_DEADLINES__KINDS__WATER__RESOLVE_HOURS", "12")
    monkeypatch.setenv("HUIYIN_DEADLINES__KINDS__PROPERTY/LIFT:HIGH__RESPOND_HOURS", "1")
    monkeypatch.setenv("HUIYIN_SUPERVISION__REMIND_AT", "0.8")

    found = rules_of(settings(deadlines={"kinds": {"water": {"respond_hours": 6, "resolve_hours": 20}}}))

    assert found.deadlines.kinds == {
        "water": KindRules(timedelta(hours=6), timedelta(hours=12)),
        "property/lift:high": KindRules(timedelta(hours=1), None),
    }
    assert found.supervision.remind_at == 0.8


@pytest.mark.parametrize("table", ["DEADLINES__KINDS__WATR__RESOLVE_HOURS", "SUPERVISION__REMIND"])
def test_the_environment_is_checked_as_the_file_is(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"HUIYIN_{table}", "1")

    with pytest.raises(ConfigError, match=r"did you mean|does not know"):
        settings()


def test_the_example_changes_no_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(f"HUIYIN_SECURITY__{name.upper()}", value)
    example = rules_of(load_settings(EXAMPLE)).deadlines

    changed = [
        (kind, urgency)
        for kind, urgency in product(SUBCATEGORIES.values(), Urgency)
        if deadlines_for(kind, urgency, example, now=NOW)
        != deadlines_for(kind, urgency, DeadlineRules(), now=NOW)
    ]

    assert changed == []


def test_what_becomes_of_a_listening_day_on_a_holiday_is_passed_on() -> None:
    given = rules_of(settings(listening_days={"on_holiday": "skip"}))

    assert given.consultation.listening_on_holiday is OnHoliday.SKIP
