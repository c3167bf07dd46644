"""What a community has decided, as far as the settings say it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta

from handlers.quiet_hours import QuietHours
from handlers.residents_groups.shares import GroupLimit
from storage.models.listening import OnHoliday

Term = timedelta | int  # so long by the clock, or so many working days


@dataclass(frozen=True, slots=True)
class KindRules:
    """What is decided for one kind of trouble; `None` leaves it to the next wider rule."""

    respond: timedelta | None = None
    resolve: Term | None = None


@dataclass(frozen=True, slots=True)
class DeadlineRules:
    """How soon somebody must answer and settle. Defaults: draft of Beijing's hotline standard, 2021.

    `kinds`: exceptions by water/sewer:high, water/sewer, water:high, water, *:high; the first found counts.
    """

    respond_urgent: timedelta = timedelta(hours=2)
    respond: timedelta = timedelta(hours=24)
    danger: timedelta = timedelta(hours=2)
    lifeline: timedelta = timedelta(hours=24)  # water, power, gas, heat
    ordinary_working_days: int = 7
    complex_working_days: int = 15
    kinds: Mapping[str, KindRules] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SupervisionRules:
    """When somebody is reminded, when it goes higher, and how long the office waits for people."""

    remind_at: float = 0.75  # of the time until the deadline, by the clock
    head_after_working_days: int = 1  # after the deadline
    street_after_working_days: int = 5  # after the deadline
    alarm_interval: timedelta = timedelta(minutes=10)  # an unclaimed emergency is alarmed again
    answer_wait: timedelta = timedelta(days=5)  # a question to the resident waits so long
    judge_reminder_after: timedelta = timedelta(days=2)  # after the resolution, nobody having judged
    judge_wait: timedelta = timedelta(days=7)  # so many silent days close a resolved case
    judge_closed_within: timedelta = timedelta(days=14)  # a closed case may still be judged
    reopen_within: timedelta = timedelta(days=180)  # the same problem at the same place reopens the case
    human_silence: timedelta = timedelta(hours=12)  # then a chat handed to staff is the bot's again
    link_lifetime: timedelta = timedelta(days=14)  # of a link that answers an assignment


@dataclass(frozen=True, slots=True)
class AccountRules:
    """What one Official Account may send to residents by itself."""

    has_messages: bool = True  # customer messages, while the resident's window is open
    has_notice: bool = False  # a template that says that something waits
    mass_sends: int = 4  # to one person in a calendar month (WECHAT 2.4)


@dataclass(frozen=True, slots=True)
class BroadcastRules:
    """How staff reach many at once."""

    approval_above: int = 500  # people; then a second member of staff must agree
    approval_wait: timedelta = timedelta(days=1)  # for that
    per_minute: int = 60  # groups or people
    reporters_within: timedelta = timedelta(days=90)  # “反映过停水的居民”
    quiet: QuietHours = field(default_factory=QuietHours)
    accounts: Mapping[str, AccountRules] = field(default_factory=dict)  # by name


@dataclass(frozen=True, slots=True)
class ConsultationRules:
    """When what comes back is suggested as a topic; what becomes of a listening day that is a holiday."""

    recurring_cases: int = 3  # of one kind in one estate
    recurring_within: timedelta = timedelta(days=90)
    recurring_reopens: int = 2  # of one case
    listening_on_holiday: OnHoliday = OnHoliday.SHIFT


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything of the settings that a use-case may need."""

    deadlines: DeadlineRules = DeadlineRules()
    draft_lifetime: timedelta = timedelta(minutes=30)  # a silent draft becomes a case after that
    late_place_lifetime: timedelta = timedelta(days=1)  # a place said later still reaches that case
    retention_years: int = 3  # what was said is kept so long after its case is closed
    code_lifetime: timedelta = timedelta(minutes=10)  # a broadcast must be confirmed within
    supervision: SupervisionRules = SupervisionRules()
    broadcasts: BroadcastRules = BroadcastRules()
    consultation: ConsultationRules = ConsultationRules()
    group_limit: GroupLimit = GroupLimit.MONTH  # what the platform lets each residents' group receive
    daily_list_at: time = time(8, 30)  # Asia/Shanghai: what is open is told each morning
    has_app: bool = False  # whether one app alone is configured, which reaches workers one by one
    public_url: str = ""  # how the outside reaches the pages: scheme and name, no path
