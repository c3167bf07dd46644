"""What the settings decide, as the values that use-cases take."""

from datetime import timedelta

from bot.config import Settings
from bot.config.settings import (
    DeadlineSettings,
    KindDeadlineSettings,
    SupervisionSettings,
)
from handlers.quiet_hours import QuietHours
from handlers.residents_groups.shares import GroupLimit
from handlers.rules import (
    AccountRules,
    BroadcastRules,
    ConsultationRules,
    DeadlineRules,
    KindRules,
    Rules,
    SupervisionRules,
    Term,
)
from storage.models.listening import OnHoliday


def rules_of(settings: Settings) -> Rules:
    """What the settings say that use-cases need."""
    return Rules(
        _deadlines(settings.deadlines),
        supervision=_supervision(settings.supervision),
        broadcasts=_broadcasts(settings),
        consultation=_consultation(settings),
        daily_list_at=settings.daily_list.at,
        has_app=len(settings.wecom.apps) == 1,
        public_url=str(settings.server.public_url),
        retention_years=settings.retention.years_after_closing,
        group_limit=GroupLimit(settings.wecom.group_limit),
    )


def _deadlines(given: DeadlineSettings) -> DeadlineRules:
    return DeadlineRules(
        respond_urgent=timedelta(hours=given.respond_urgent_hours),
        respond=timedelta(hours=given.respond_hours),
        danger=timedelta(hours=given.danger_hours),
        lifeline=timedelta(hours=given.lifeline_hours),
        ordinary_working_days=given.ordinary_working_days,
        complex_working_days=given.complex_working_days,
        kinds={name: _kind(each) for name, each in given.kinds.items()},
    )


def _kind(given: KindDeadlineSettings) -> KindRules:
    resolve: Term | None = given.resolve_working_days
    if given.resolve_hours is not None:
        resolve = timedelta(hours=given.resolve_hours)
    respond = None if given.respond_hours is None else timedelta(hours=given.respond_hours)
    return KindRules(respond, resolve)


def _broadcasts(settings: Settings) -> BroadcastRules:
    given, quiet = settings.broadcasts, settings.quiet_hours
    return BroadcastRules(
        approval_above=given.approval_above,
        per_minute=given.per_minute,
        reporters_within=timedelta(days=given.reporters_days),
        quiet=QuietHours(quiet.start, quiet.end),
        accounts={
            name: AccountRules(each.customer_messages, bool(each.notice_template.strip()), each.mass_sends)
            for name, each in settings.official_accounts.items()
        },
    )


def _consultation(settings: Settings) -> ConsultationRules:
    given = settings.consultation
    return ConsultationRules(
        recurring_cases=given.recurring_cases,
        recurring_within=timedelta(days=given.recurring_days),
        recurring_reopens=given.recurring_reopens,
        listening_on_holiday=OnHoliday(settings.listening_days.on_holiday),
    )


def _supervision(given: SupervisionSettings) -> SupervisionRules:
    return SupervisionRules(
        remind_at=given.remind_at,
        head_after_working_days=given.head_after_working_days,
        street_after_working_days=given.street_after_working_days,
        alarm_interval=timedelta(minutes=given.alarm_minutes),
        answer_wait=timedelta(days=given.answer_days),
        judge_reminder_after=timedelta(days=given.judge_reminder_days),
        judge_wait=timedelta(days=given.judge_days),
        judge_closed_within=timedelta(days=given.judge_closed_days),
        reopen_within=timedelta(days=given.reopen_days),
        human_silence=timedelta(hours=given.human_hours),
        link_lifetime=timedelta(days=given.link_days),
    )
