"""Column types that refuse what must not enter the database."""

import base64
import hashlib
import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, String, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

E = TypeVar("E", bound=StrEnum)

Identifier = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows itself only in INTEGER
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def dump_json(value: object) -> str:
    """Text of a JSON value; Chinese stays Chinese."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on both sides; a naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: give it a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EnumText(TypeDecorator[E]):
    """A member of one StrEnum, kept as its short text."""

    impl = String(32)
    cache_ok = True

    def __init__(self, members: type[E]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        return None if value is None else self.members(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> E | None:  # Any: the driver's value
        return None if value is None else self.members(value)

    def coerce_compared_value(self, op: Any, value: object) -> "EnumText[E]":
        return self


class EncryptedText(TypeDecorator[str]):
    """Text that stands in the database only encrypted, under the key the engine was opened with."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _cipher(dialect).encrypt(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else decrypt_with(_cipher(dialect), value)


def decrypt_with(cipher: Fernet, value: str) -> str | None:
    """The clear text; `None` when another key wrote it, so that a lost key stops no reading of the rest."""
    try:
        return cipher.decrypt(value.encode()).decode()
    except InvalidToken:
        return None


def cipher_from(key: str) -> Fernet:
    """The cipher of one passphrase of any length."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))


def _cipher(dialect: Dialect) -> Fernet:
    cipher: Fernet = dialect.huiyin_cipher  # type: ignore[attr-defined]  # set by storage.engine.Database
    return cipher
