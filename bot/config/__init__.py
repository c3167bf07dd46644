"""Settings: config.toml, overridden by HUIYIN_… environment variables; every mistake is a clear sentence."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.config.errors import ConfigError, explain
from bot.config.settings import Settings

__all__ = ["ConfigError", "Settings", "ensure_filled_in", "load_settings", "parse_settings"]

PLACEHOLDER = "replaceThis"


def load_settings(path: Path | None) -> Settings:
    """The settings of a file and the environment; without a file, of the environment alone."""
    return parse_settings({} if path is None else _read_toml(path))


def parse_settings(table: Mapping[str, Any]) -> Settings:
    """The settings of parsed TOML and the environment."""
    try:
        return Settings(**table)
    except ValidationError as invalid:
        message = explain(invalid, Settings)
    raise ConfigError(message)  # outside the handler: the original would show values, perhaps secret ones


def ensure_filled_in(settings: Settings) -> None:
    """No account or robot still has the public placeholders of config.example.toml, or `ConfigError`."""
    accounts = {f"official_accounts.{name}": each for name, each in settings.official_accounts.items()}
    robots = {f"wecom.robots.{name}": each for name, each in settings.wecom.robots.items()}
    for table, each in (accounts | robots).items():
        for key in ("token", "aes_key"):
            secret = getattr(each, key)
            if secret is not None and secret.get_secret_value().startswith(PLACEHOLDER):
                raise ConfigError(
                    f"[{table}] {key} is the example's: copy your own from the platform's page."
                )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as missing:
        raise ConfigError(
            f"There is no file {path}: copy config.example.toml to it and fill it in."
        ) from missing
    except OSError as unreadable:
        raise ConfigError(
            f"The file {path} cannot be read ({unreadable.strerror}): check it and its rights."
        ) from unreadable
    except UnicodeDecodeError as foreign:
        raise ConfigError(f"The file {path} is not UTF-8 text: save it as UTF-8.") from foreign
    except tomllib.TOMLDecodeError as broken:
        raise ConfigError(f"The file {path} is not valid TOML: {broken}.") from broken
