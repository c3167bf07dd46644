"""Whatever the order of messages, retries, deaths and jumps of time: nothing is lost, nothing is double."""

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.bot.loop.machine import TheLoop

SUITE = settings(
    max_examples=30,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,  # the same walk on every machine: what a longer one finds becomes a story beside this
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_whatever_happens_nothing_is_lost_and_nothing_is_double(town: Path) -> None:
    machine = type("TheLoop", (TheLoop,), {"town": town})

    run_state_machine_as_test(machine, settings=SUITE)
