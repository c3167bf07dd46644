"""Settings as a configuration file would give them."""

from typing import Any

from bot.config import Settings, parse_settings

SECURITY = {"session_key": "s" * 40, "encryption_key": "e" * 40}


def settings_with(**tables: Any) -> Settings:
    """The settings of a file with these tables, and keys of its own."""
    return parse_settings({"security": SECURITY, **tables})
