"""What a community has decided, as far as the settings say it."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class DeadlineRules:
    """How soon somebody must answer and settle. Defaults: draft of Beijing's hotline standard, 2021."""

    respond_urgent: timedelta = timedelta(hours=2)
    respond: timedelta = timedelta(hours=24)
    danger: timedelta = timedelta(hours=2)
    lifeline: timedelta = timedelta(hours=24)  # water, power, gas, heat
    ordinary_working_days: int = 7
    complex_working_days: int = 15


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything of the settings that a use-case may need."""

    deadlines: DeadlineRules = DeadlineRules()
    draft_lifetime: timedelta = timedelta(minutes=30)  # a silent draft becomes a case after that
    late_place_lifetime: timedelta = timedelta(days=1)  # a place said later still reaches that case
    code_lifetime: timedelta = timedelta(minutes=10)  # a broadcast must be confirmed within
