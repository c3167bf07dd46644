"""Settings: config.toml, overridden by HUIYIN_… environment variables; every mistake is a clear sentence."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.config.errors import ConfigError, explain
from bot.config.settings import Settings

__all__ = ["ConfigError", "Settings", "load_settings", "parse_settings"]


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
