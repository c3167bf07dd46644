"""Settings: what a file and the environment say, and what a mistake is answered with."""

import re
import tomllib
from collections.abc import Iterator
from datetime import time
from ipaddress import ip_network
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from bot.config import ConfigError, Settings, ensure_filled_in, load_settings, parse_settings

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"
SAMPLE = ROOT / "bot" / "simulator" / "data" / "config.toml"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
KEYS = {"session_key": "s" * 32, "encryption_key": "e" * 32}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for table in Settings.model_fields:
        monkeypatch.delenv(f"HUIYIN_{table.upper()}", raising=False)


@pytest.fixture
def own_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(f"HUIYIN_SECURITY__{name.upper()}", value)


def refusal(**tables: Any) -> str:
    """The sentence that a wrong configuration is answered with."""
    with pytest.raises(ConfigError) as caught:
        parse_settings({"security": KEYS} | tables)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None  # it would show values, perhaps secret ones
    return str(caught.value)


def account(**changes: Any) -> dict[str, Any]:
    entry = {"app_id": "wx1", "app_secret": "app-secret", "token": "token1", "aes_key": AES_KEY}
    return {"main": entry | changes}


def keys_of(model: type[BaseModel], path: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        kind: Any = field.annotation
        if get_origin(kind) is dict:
            yield from keys_of(get_args(kind)[1], f"{path}{name}.*.")
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from keys_of(kind, f"{path}{name}.")
        else:
            yield f"{path}{name}"


def keys_mentioned(text: str) -> Iterator[str]:
    table = ""
    for line in text.splitlines():
        if heading := re.fullmatch(r"\[([a-z_.]+|deadlines\.kinds\.\".+\")\]", line):
            table = re.sub(r"(official_accounts|apps|robots|kinds)\.[a-z\"/]+", r"\1.*", heading[1])
        elif key := re.match(r"(?:# )?([a-z_]+) = ", line):
            yield f"{table}.{key[1]}"


def test_the_example_mentions_every_key_and_no_other() -> None:
    assert sorted(keys_mentioned(EXAMPLE.read_text())) == sorted(keys_of(Settings))


@pytest.mark.usefixtures("own_keys")
def test_the_example_loads_once_its_keys_are_made() -> None:
    settings = load_settings(EXAMPLE)

    assert settings.server.public_url == "https://huiyin.example"
    assert settings.wecom.apps["work"].agent_id == 1000002


@pytest.mark.usefixtures("own_keys")
def test_what_the_example_shows_behind_a_hash_is_the_default() -> None:
    shown = re.sub(r"^# ([a-z_]+ = )", r"\1", EXAMPLE.read_text(), flags=re.M)
    differing = (
        r"^(trusted_proxies|session_key|encryption_key|organization|bot_id|secret|token|aes_key"
        r"|resolve_working_days) = .*"
    )
    defaults = tomllib.loads(re.sub(differing, "", shown, flags=re.M))
    for table in (
        "server",
        "database",
        "deadlines",
        "supervision",
        "quiet_hours",
        "retention",
        "simulator",
    ):
        assert (
            parse_settings({table: defaults[table]}).model_dump()[table]
            == (load_settings(EXAMPLE).model_dump()[table])
        )


def test_the_example_without_keys_says_how_to_make_them() -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(EXAMPLE)

    assert "security.encryption_key is missing" in str(caught.value)
    assert "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'" in str(caught.value)
    assert "HUIYIN_SECURITY__ENCRYPTION_KEY" in str(caught.value)


def test_the_sample_configuration_loads_and_brings_the_sample_organization() -> None:
    settings = load_settings(SAMPLE)

    assert settings.simulator.enabled
    assert settings.simulator.organization.is_file()
    assert settings.wecom.response_url_base == settings.wecom.api_base == "http://127.0.0.1:8080"


def test_sample_keys_are_refused_outside_the_simulator() -> None:
    keys = {name: "sample-" + value for name, value in KEYS.items()}

    assert "published sample keys" in refusal(security=keys)


@pytest.mark.usefixtures("own_keys")
def test_without_a_file_the_environment_alone_decides() -> None:
    assert load_settings(None).deadlines.ordinary_working_days == 7


@pytest.mark.usefixtures("own_keys")
def test_the_environment_overrides_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_SERVER__PORT", "9001")
    monkeypatch.setenv("HUIYIN_OFFICIAL_ACCOUNTS__MAIN__TOKEN", "fromEnvironment")
    monkeypatch.setenv("HUIYIN_OFFICIAL_ACCOUNTS__MAIN__CUSTOMER_MESSAGES", "false")
    monkeypatch.setenv("HUIYIN_SERVER__TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1")

    settings = parse_settings({"server": {"port": 80}, "official_accounts": account()})

    main = settings.official_accounts["main"]
    assert settings.server.port == 9001
    assert (main.token.get_secret_value(), main.app_id) == ("fromEnvironment", "wx1")
    assert not main.customer_messages
    assert settings.server.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("127.0.0.1"))


@pytest.mark.usefixtures("own_keys")
def test_digits_from_the_environment_stay_a_secret_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_OFFICIAL_ACCOUNTS__MAIN__TOKEN", "1234567")

    settings = parse_settings({"official_accounts": account()})

    assert settings.official_accounts["main"].token.get_secret_value() == "1234567"


def test_a_secret_is_read_from_a_file_without_its_line_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("k" * 40 + "\n")
    monkeypatch.setenv("HUIYIN_SECURITY__ENCRYPTION_KEY_FILE", str(tmp_path / "key"))

    settings = parse_settings({"security": KEYS})

    assert settings.security.encryption_key.get_secret_value() == "k" * 40


def test_a_secret_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_SECURITY__ENCRYPTION_KEY_FILE", "/nowhere/key")

    with pytest.raises(
        ConfigError, match="HUIYIN_SECURITY__ENCRYPTION_KEY_FILE names /nowhere/key, which cannot"
    ):
        parse_settings({"security": KEYS})


@pytest.mark.usefixtures("own_keys")
def test_a_value_and_a_file_for_one_key_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_SECURITY__ENCRYPTION_KEY_FILE", str(EXAMPLE))

    with pytest.raises(ConfigError, match="HUIYIN_SECURITY__ENCRYPTION_KEY is set twice"):
        parse_settings({})


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("HUIYIN_SERVRE__PORT", "did you mean HUIYIN_SERVER__…"),
        ("HUIYIN_SERVER_PORT", "is no setting"),
        ("HUIYIN_SERVER__PROT", "server.prot is not a key of Huiyin: did you mean server.port?"),
    ],
)
@pytest.mark.usefixtures("own_keys")
def test_a_misspelled_variable_is_refused(name: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")

    with pytest.raises(ConfigError) as caught:
        parse_settings({})

    assert sentence in str(caught.value)


def kinds(name: str, **keys: int) -> dict[str, Any]:
    return {"deadlines": {"kinds": {name: {"resolve_hours": 5} | keys}}}


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"server": {"port": 70000}}, "server.port = 70000 is wrong: write a port number from 1 to 65535."),
    ({"server": {"port": "web"}}, "server.port = 'web' is wrong"),
    ({"server": {"prot": 1}}, "server.prot is not a key of Huiyin: did you mean server.port?"),
    ({"sever": {}}, "sever is not a key of Huiyin: did you mean server?"),
    ({"zzz": 1}, "zzz is not a key of Huiyin: remove it"),
    ({"server": 1}, "server is wrong: write a table [server]"),
    ({"server": {"public_url": "huiyin.example"}}, "server.public_url = 'huiyin.example' is wrong"),
    ({"server": {"public_url": "https://huiyin.example/path"}}, "without path"),
    ({"server": {"public_url": "https://huiyin.example:port"}}, "server.public_url"),
    ({"server": {"trusted_proxies": ["10.0.0.0/8", "all"]}}, "server.trusted_proxies = 'all' is wrong"),
    ({"database": {"url": "mysql://root:hidden@db/x"}}, "database.url is wrong: write sqlite:///"),
    ({"database": {"url": "sqlite:///:memory:"}}, "database.url is wrong"),
    ({"security": {"session_key": "hidden", "encryption_key": "e" * 32}}, "security.session_key is wrong"),
    (
        {"official_accounts": account(token="hidden!")},
        "official_accounts.main.token is wrong: write the token",
    ),
    ({"official_accounts": account(token="")}, "official_accounts.main.token is wrong"),
    ({"official_accounts": account(aes_key="hidden")}, "official_accounts.main.aes_key is wrong"),
    ({"official_accounts": account(aes_key="?" * 43)}, "43 letters and digits"),
    ({"official_accounts": account(tokn="hidden")}, "did you mean official_accounts.main.token?"),
    ({"official_accounts": {"Main": {}}}, "official_accounts.Main is no usable name"),
    ({"official_accounts": {"main": {}}}, "official_accounts.main.app_id is missing: write the AppID"),
    ({"official_accounts": {"main": "wx1"}}, "[official_accounts.main]"),
    ({"wecom": {"contact_secret": "hidden"}}, "[wecom] needs corp_id"),
    ({"wecom": {"robots": {"main": {"token": "hidden"}}}}, "[wecom.robots.main] needs token and aes_key"),
    ({"wecom": {"robots": {"main": {"mode": "socket"}}}}, "[wecom.robots.main] needs bot_id and secret"),
    (
        {"wecom": {"robots": {"main": {"mode": "pigeon"}}}},
        "mode = 'pigeon' is wrong: write webhook or socket.",
    ),
    (
        {"wecom": {"apps": {"a": {"agent_id": 1, "secret": "x", "token": "abc"}}}},
        "[wecom.apps.a] needs token",
    ),
    ({"deadlines": {"danger_hours": 0}}, "deadlines.danger_hours = 0 is wrong: write a number of hours"),
    (
        kinds("watr"),
        '[deadlines.kinds.watr] names the category "watr", which Huiyin does not know: did you mean "water"?',
    ),
    (kinds("water/sewr"), 'names the subcategory "sewr", which Huiyin does not know: did you mean "sewer"?'),
    (kinds("water/lift"), "write one of burst_pipe, fee_water"),
    (kinds("water:urgent"), 'names the urgency "urgent", which Huiyin does not know: write one of emergency'),
    (kinds("water:"), 'names the urgency ""'),
    (kinds("water/"), 'names the subcategory ""'),
    (kinds(""), 'names the category ""'),
    (kinds("*"), 'means every kind and needs an urgency alone: write "*:high"'),
    (kinds("*/lift:high"), "means every kind and needs an urgency alone"),
    (
        {"deadlines": {"kinds": {"water": {}}}},
        "[deadlines.kinds.water] is empty: write respond_hours, resolve_hours or",
    ),
    (
        kinds("water", resolve_working_days=2),
        "[deadlines.kinds.water] has resolve_hours and resolve_working_days: remove one of them.",
    ),
    (
        kinds("water/sewer", resolve_hours=0),
        "deadlines.kinds.water/sewer.resolve_hours = 0 is wrong: write a number of hours from 1 to 1000.",
    ),
    (kinds("water", respond_hour=1), "did you mean deadlines.kinds.water.respond_hours?"),
    ({"deadlines": {"kinds": {"water": 3}}}, "write a table [deadlines.kinds.water] with its keys."),
    ({"supervision": {"remind_at": 1}}, "supervision.remind_at = 1 is wrong: write a share between 0 and 1"),
    (
        {"supervision": {"alarm_minutes": 0}},
        "supervision.alarm_minutes = 0 is wrong: write a number of minutes",
    ),
    (
        {"supervision": {"head_after_working_days": 5}},
        "[supervision] head_after_working_days = 5 is not before street_after_working_days = 5: make street_",
    ),
    (
        {"supervision": {"judge_days": 2}},
        "[supervision] judge_reminder_days = 2 is not before judge_days = 2: make judge_days the greater",
    ),
    ({"quiet_hours": {"start": "10 pm"}}, "quiet_hours.start = '10 pm' is wrong: write a time like"),
    ({"quiet_hours": {"end": "25:00"}}, "quiet_hours.end = '25:00' is wrong"),
    ({"quiet_hours": {"end": 7}}, "quiet_hours.end = 7 is wrong"),
    ({"simulator": {"enabled": "maybe"}}, "simulator.enabled = 'maybe' is wrong: write true or false."),
]


@pytest.mark.parametrize(("tables", "sentence"), MISTAKES, ids=[sentence for _, sentence in MISTAKES])
def test_a_mistake_names_key_value_and_remedy(tables: dict[str, Any], sentence: str) -> None:
    message = refusal(**tables)

    assert sentence in message
    assert "hidden" not in message


def test_several_mistakes_are_told_together() -> None:
    message = refusal(server={"port": 0}, simulator={"enabled": "maybe"})

    assert [line.split(" ")[0] for line in message.splitlines()] == ["server.port", "simulator.enabled"]


def test_secrets_are_never_shown() -> None:
    settings = parse_settings(
        {
            "security": {"session_key": "hidden" * 6, "encryption_key": "hidden" * 7},
            "database": {"url": "postgresql://huiyin:hidden@db/huiyin"},
            "official_accounts": account(app_secret="hidden"),
            "wecom": {"corp_id": "ww1", "contact_secret": "hidden"},
        }
    )

    assert "hidden" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_an_empty_optional_secret_counts_as_absent() -> None:
    settings = parse_settings(
        {"security": KEYS, "official_accounts": account(aes_key="", previous_aes_key="")}
    )

    assert settings.official_accounts["main"].aes_key is None


def test_addresses_lose_their_last_slash() -> None:
    settings = parse_settings({"security": KEYS, "server": {"public_url": "https://huiyin.example/"}})

    assert settings.server.public_url == "https://huiyin.example"


def test_a_toml_time_is_a_time() -> None:
    settings = parse_settings({"security": KEYS, "quiet_hours": {"start": time(21, 30), "end": "06:15"}})

    assert (settings.quiet_hours.start, settings.quiet_hours.end) == (time(21, 30), time(6, 15))


def test_settings_cannot_be_changed_afterwards() -> None:
    settings = parse_settings({"security": KEYS})

    with pytest.raises(ValueError, match="frozen"):
        settings.server.port = 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "There is no file"),
        (b"[server", "is not valid TOML"),
        (b"\xff\xfe", "is not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(content: bytes | None, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigError, match=sentence) as caught:
        load_settings(path)

    assert str(path) in str(caught.value)


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(tmp_path)


@pytest.mark.usefixtures("own_keys")
def test_the_examples_placeholders_are_refused_by_name() -> None:
    with pytest.raises(ConfigError, match=r"\[official_accounts\.main\] token"):
        ensure_filled_in(load_settings(EXAMPLE))


def test_a_database_port_that_is_no_number_is_named() -> None:
    keys = {"session_key": "s" * 40, "encryption_key": "e" * 40}

    with pytest.raises(ConfigError, match=r"database.*url"):
        parse_settings({"security": keys, "database": {"url": "postgresql://u:p@h:abc/d"}})
