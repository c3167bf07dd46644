"""HUIYIN_… environment variables as settings; NAME_FILE names a file that holds the value."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic_settings import EnvSettingsSource

from bot.config.errors import ConfigError, nearest

PREFIX = "huiyin_"
FILE = "_file"


class Environment(EnvSettingsSource):
    """The environment variables that override keys of config.toml."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        found: dict[str, str | None] = {}
        for key, value in _variables():
            if key in found:
                raise ConfigError(f"{key.upper()} is set twice, as a value and as a file: remove one.")
            _ensure_known(key, list(self.settings_cls.model_fields))
            found[key] = value
        return found


def _variables() -> Iterator[tuple[str, str]]:
    for name, value in os.environ.items():
        key = name.lower()
        if key.startswith(PREFIX) and key.endswith(FILE):
            yield key.removesuffix(FILE), _content(name, value)
        elif key.startswith(PREFIX):
            yield key, value


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ConfigError(
            f"{name} names {path}, which cannot be read ({reason}): correct the path."
        ) from error


def _ensure_known(key: str, tables: list[str]) -> None:
    table, _, rest = key.removeprefix(PREFIX).partition("__")
    if rest and table in tables:
        return
    meant = nearest(table, tables)
    remedy = f"did you mean HUIYIN_{meant.upper()}__…?" if meant else "remove it."
    raise ConfigError(f"{key.upper()} in the environment is no setting (HUIYIN_TABLE__KEY): {remedy}")
