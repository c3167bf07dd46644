"""The kinds of values config.toml holds: addresses, tokens, keys, times."""

import base64
import binascii
import re
from datetime import time
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode
from sqlalchemy import make_url

MAKE_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
LONG_SECRET = f"a random text of at least 16 characters, made by {MAKE_KEY}"
AES_KEY = "the EncodingAESKey of the platform's page: 43 letters and digits"
TOKEN = "the token of the platform's page: 3 to 32 letters and digits"  # noqa: S105  # a description
ORIGIN = "an address like https://name.example, without path"


def rule(sentence: str) -> PydanticCustomError:
    """A mistake whose sentence is already complete (the key's table stands before it)."""
    return PydanticCustomError("rule", "{sentence}", {"sentence": sentence})


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


def _token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9]{3,32}", value.get_secret_value()):
        raise ValueError("not a token")
    return value


def _aes_key(value: SecretStr) -> SecretStr:
    key = value.get_secret_value()
    try:
        length = len(base64.b64decode(key + "=", validate=True))
    except (binascii.Error, ValueError):
        length = 0
    if len(key) != 43 or length != 32:  # WECHAT facts 1.3: 43 characters of base64 are 32 bytes
        raise ValueError("not an AES key")
    return value


def _origin(value: str) -> str:
    return _address(value, "http", "https", path_allowed=False)


def _socket(value: str) -> str:
    return _address(value, "ws", "wss", path_allowed=True)


def _address(value: str, *schemes: str, path_allowed: bool) -> str:
    parts = urlsplit(value)
    extra = parts.query or parts.fragment or (parts.path.rstrip("/") and not path_allowed)
    if parts.scheme not in schemes or not parts.hostname or parts.username or extra:
        raise ValueError("not an address")
    _ = parts.port  # raises ValueError when it is no number
    return value.rstrip("/")


def _database_url(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"sqlite:///(?!:memory:).+|postgres(ql)?(\+psycopg)?://.+", value.get_secret_value()):
        raise ValueError("not a database")
    _ = make_url(value.get_secret_value()).port  # raises ValueError when it is no number
    return value


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _clock_time(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"\d\d:\d\d", value):
        raise ValueError("not HH:MM")
    if not isinstance(value, str | time):
        raise ValueError("not HH:MM")
    return value


Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$", description="1 to 32 small letters")]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_split)]
Origin = Annotated[str, AfterValidator(_origin)]
Secret = Annotated[SecretStr, Field(min_length=1)]
LongSecret = Annotated[SecretStr, Field(min_length=16)]
MaybeSecret = Annotated[SecretStr | None, BeforeValidator(_empty_is_none)]
Token = Annotated[SecretStr, AfterValidator(_token)]
MaybeToken = Annotated[Token | None, BeforeValidator(_empty_is_none)]
AesKey = Annotated[SecretStr, AfterValidator(_aes_key)]
MaybeAesKey = Annotated[AesKey | None, BeforeValidator(_empty_is_none)]
ClockTime = Annotated[time, BeforeValidator(_clock_time)]
Count = Annotated[int, Field(ge=1, le=1000)]
Hours = Annotated[Count, Field(description="a number of hours from 1 to 1000")]
Days = Annotated[Count, Field(description="a number of days from 1 to 1000")]
Years = Annotated[int, Field(ge=1, le=30, description="a number of years from 1 to 30")]
Minutes = Annotated[Count, Field(description="a number of minutes from 1 to 1000")]
Share = Annotated[float, Field(gt=0, lt=1, description="a share between 0 and 1, such as 0.75")]
MaybeHours = Annotated[int | None, Field(ge=1, le=1000, description="a number of hours from 1 to 1000")]
MaybeDays = Annotated[int | None, Field(ge=1, le=1000, description="a number of days from 1 to 1000")]
SocketUrl = Annotated[str, AfterValidator(_socket)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database_url)]
