"""Every table and key of config.toml."""

from datetime import time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config.environment import Environment
from bot.config.kinds import KindName
from bot.config.values import (
    AES_KEY,
    LONG_SECRET,
    MAKE_KEY,
    ORIGIN,
    TOKEN,
    ClockTime,
    DatabaseUrl,
    Days,
    Hours,
    LongSecret,
    MaybeAesKey,
    MaybeDays,
    MaybeHours,
    MaybeSecret,
    MaybeToken,
    Minutes,
    Name,
    Networks,
    Origin,
    Secret,
    Share,
    SocketUrl,
    Token,
    Years,
    rule,
)

SAMPLE_ORGANIZATION = Path(__file__).parents[1] / "simulator" / "data" / "organization.toml"


class Section(BaseModel):
    """A table of config.toml; unknown keys are refused and values never shown in errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ServerSettings(Section):
    """[server]: where this process listens, and how the world reaches it."""

    host: str = Field(default="127.0.0.1", min_length=1, description="a host name or address to listen on")
    port: int = Field(default=8080, ge=1, le=65535, description="a port number from 1 to 65535")
    public_url: Origin = Field(default="http://127.0.0.1:8080", description=ORIGIN)
    trusted_proxies: Networks = Field(default=(), description='addresses or networks such as ["10.0.0.0/8"]')
    cache_dir: Path = Field(default=Path("var"), description="a folder this process may write to")


class DatabaseSettings(Section):
    """[database]; the URL may hold a password and is therefore a secret."""

    url: DatabaseUrl = Field(
        default=SecretStr("sqlite:///var/huiyin.db"),
        description="sqlite:///var/huiyin.db or postgresql://user:password@host/name",
    )


class SecuritySettings(Section):
    """[security]: the keys of the console's sessions and of encrypted columns."""

    session_key: LongSecret = Field(description=LONG_SECRET)
    encryption_key: LongSecret = Field(description=LONG_SECRET)


class OfficialAccountSettings(Section):
    """[official_accounts.NAME]: one Official Account; without an AES key it talks in plain mode."""

    app_id: str = Field(min_length=1, description="the AppID of the account")
    app_secret: Secret = Field(description="the AppSecret of the account")
    token: Token = Field(description=TOKEN)
    aes_key: MaybeAesKey = Field(default=None, description=AES_KEY)
    previous_aes_key: MaybeAesKey = Field(default=None, description=AES_KEY)
    api_base: Origin = Field(default="https://api.weixin.qq.com", description=ORIGIN)
    customer_messages: bool = Field(default=True, description="true or false")
    notice_kind: Literal["template", "subscription"] = Field(
        default="template", description="template or subscription"
    )
    notice_template: str = Field(
        default="", description='"ID field=text field=text" of a template, or nothing'
    )
    mass_sends: int = Field(default=4, ge=0, le=100, description="a number of messages, 0 for none")


class WecomAppSettings(Section):
    """[wecom.apps.NAME]: one self-built app."""

    agent_id: int = Field(ge=1, description="the AgentId of the app, a number")
    secret: Secret = Field(description="the Secret of the app")
    token: MaybeToken = Field(default=None, description=TOKEN)
    aes_key: MaybeAesKey = Field(default=None, description=AES_KEY)

    @model_validator(mode="after")
    def _both_or_neither(self) -> "WecomAppSettings":
        if (self.token is None) != (self.aes_key is None):
            raise rule("needs token and aes_key together: add the missing one, or remove both.")
        return self


class WecomRobotSettings(Section):
    """[wecom.robots.NAME]: one intelligent robot, called back by HTTP or on its own long connection."""

    mode: Literal["webhook", "socket"] = Field(default="webhook", description="webhook or socket")
    token: MaybeToken = Field(default=None, description=TOKEN)
    aes_key: MaybeAesKey = Field(default=None, description=AES_KEY)
    receive_id: str = Field(default="", description="a text, empty unless the platform names one")
    bot_id: str = Field(default="", description="the BotID of the robot")
    secret: MaybeSecret = Field(default=None, description="the Secret of the robot's long connection")
    socket_url: SocketUrl = Field(
        default="wss://openws.work.weixin.qq.com", description="an address like wss://name.example"
    )

    @model_validator(mode="after")
    def _complete(self) -> "WecomRobotSettings":
        if self.mode == "webhook" and not (self.token and self.aes_key):
            raise rule("needs token and aes_key in webhook mode: copy both from the robot's page.")
        if self.mode == "socket" and not (self.bot_id and self.secret):
            raise rule("needs bot_id and secret in socket mode: copy both from the robot's page.")
        return self


class WecomSettings(Section):
    """[wecom]: the corporation, its apps and its robots."""

    corp_id: str = Field(default="", description="the id of the corporation")
    contact_secret: MaybeSecret = Field(default=None, description="the Secret of customer contact")
    api_base: Origin = Field(default="https://qyapi.weixin.qq.com", description=ORIGIN)
    response_url_base: Origin = Field(default="https://qyapi.weixin.qq.com", description=ORIGIN)
    group_limit: Literal["month", "week", "day"] = Field(default="month", description="month, week or day")
    apps: dict[Name, WecomAppSettings] = Field(default={}, description="tables [wecom.apps.NAME]")
    robots: dict[Name, WecomRobotSettings] = Field(default={}, description="tables [wecom.robots.NAME]")

    @model_validator(mode="after")
    def _corporation_known(self) -> "WecomSettings":
        if (self.apps or self.contact_secret) and not self.corp_id:
            raise rule("needs corp_id: copy it from the corporation's page.")
        return self


class KindDeadlineSettings(Section):
    """[deadlines.kinds."water/sewer:high"]: an exception for one category, subcategory or urgency."""

    respond_hours: MaybeHours = None
    resolve_hours: MaybeHours = None
    resolve_working_days: MaybeDays = None

    @model_validator(mode="after")
    def _one_term(self) -> "KindDeadlineSettings":
        if self.resolve_hours is not None and self.resolve_working_days is not None:
            raise rule("has resolve_hours and resolve_working_days: remove one of them.")
        if self.model_dump(exclude_none=True) == {}:
            raise rule("is empty: write respond_hours, resolve_hours or resolve_working_days, or remove it.")
        return self


class DeadlineSettings(Section):
    """[deadlines]: how long a case may take (draft of Beijing's hotline standard, 2021)."""

    respond_urgent_hours: Hours = 2
    respond_hours: Hours = 24
    danger_hours: Hours = 2
    lifeline_hours: Hours = 24
    ordinary_working_days: Days = 7
    complex_working_days: Days = 15
    kinds: dict[KindName, KindDeadlineSettings] = Field(
        default={}, description="tables [deadlines.kinds.NAME]"
    )


class SupervisionSettings(Section):
    """[supervision]: who is reminded when, and how long the office waits for people."""

    remind_at: Share = 0.75
    head_after_working_days: Days = 1
    street_after_working_days: Days = 5
    alarm_minutes: Minutes = 10
    answer_days: Days = 5
    judge_reminder_days: Days = 2
    judge_days: Days = 7
    judge_closed_days: Days = 14
    reopen_days: Days = 180
    human_hours: Hours = 12
    link_days: Days = 14

    @model_validator(mode="after")
    def _in_order(self) -> "SupervisionSettings":
        self._ensure_before("head_after_working_days", "street_after_working_days")
        self._ensure_before("judge_reminder_days", "judge_days")
        return self

    def _ensure_before(self, sooner: str, later: str) -> None:
        first, second = getattr(self, sooner), getattr(self, later)
        if first >= second:
            raise rule(f"{sooner} = {first} is not before {later} = {second}: make {later} the greater one.")


class BroadcastSettings(Section):
    """[broadcasts]: how staff reach many at once."""

    approval_above: int = Field(default=500, ge=0, le=10_000_000, description="a number of people")
    per_minute: int = Field(default=60, ge=1, le=1000, description="a number of messages from 1 to 1000")
    reporters_days: Days = 90


class ConsultationSettings(Section):
    """[consultation]: what keeps coming back is suggested as a topic (议题)."""

    recurring_cases: int = Field(default=3, ge=2, le=50, description="a number of cases from 2 to 50")
    recurring_days: Days = 90
    recurring_reopens: int = Field(default=2, ge=2, le=20, description="a number from 2 to 20")


class ListeningDaysSettings(Section):
    """[listening_days]: what becomes of a day (民意听取日) that is a holiday, unless staff say it."""

    on_holiday: Literal["keep", "shift", "skip"] = Field(default="shift", description="keep, shift or skip")


class DailyListSettings(Section):
    """[daily_list]: when workers' groups read what is open; Asia/Shanghai, before noon."""

    at: ClockTime = Field(default=time(8, 30), lt=time(12), description='a time like "08:30", before noon')


class QuietHourSettings(Section):
    """[quiet_hours]: Asia/Shanghai; only emergencies and answers go out. Equal times: no quiet hours."""

    start: ClockTime = Field(default=time(22), description='a time like "22:00"')
    end: ClockTime = Field(default=time(7), description='a time like "07:00"')


class RetentionSettings(Section):
    """[retention]: how long words, photos and names are kept once their case is closed."""

    years_after_closing: Years = 3


class SimulatorSettings(Section):
    """[simulator]: the WeChat platform on this machine."""

    enabled: bool = Field(default=False, description="true or false")
    organization: Path = Field(default=SAMPLE_ORGANIZATION, description="an organization file")


class Settings(BaseSettings):
    """Everything config.toml may say. Build it with `load_settings`."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        env_prefix="HUIYIN_",
        env_nested_delimiter="__",
    )

    server: ServerSettings = ServerSettings()
    database: DatabaseSettings = DatabaseSettings()
    security: SecuritySettings
    official_accounts: dict[Name, OfficialAccountSettings] = {}
    wecom: WecomSettings = WecomSettings()
    deadlines: DeadlineSettings = DeadlineSettings()
    supervision: SupervisionSettings = SupervisionSettings()
    broadcasts: BroadcastSettings = BroadcastSettings()
    consultation: ConsultationSettings = ConsultationSettings()
    listening_days: ListeningDaysSettings = ListeningDaysSettings()
    quiet_hours: QuietHourSettings = QuietHourSettings()
    daily_list: DailyListSettings = DailyListSettings()
    retention: RetentionSettings = RetentionSettings()
    simulator: SimulatorSettings = SimulatorSettings()

    @model_validator(mode="after")
    def _own_keys(self) -> "Settings":
        keys = (self.security.session_key, self.security.encryption_key)
        if not self.simulator.enabled and any(key.get_secret_value().startswith("sample-") for key in keys):
            raise rule(f"[security] holds the published sample keys: make your own with {MAKE_KEY}.")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *_others: PydanticBaseSettingsSource,
        **_more: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment stands above the file; nothing else is read."""
        return Environment(settings_cls), init_settings
