"""The one metadata, its naming convention, and the columns every table shares."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Column, ForeignKey, MetaData, Row

from storage.types import Identifier, UtcDateTime

T = TypeVar("T")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def identity() -> Column[int]:
    """The row's own number, given by the database."""
    return Column("id", Identifier, primary_key=True)


def reference(name: str, to: str, *, optional: bool = False, indexed: bool = False) -> Column[int]:
    """A pointer to another table's row."""
    return Column(name, Identifier, ForeignKey(f"{to}.id"), nullable=optional, index=indexed)


def moment(name: str, *, optional: bool = False) -> Column[datetime]:
    """A point in time, UTC."""
    return Column(name, UtcDateTime, nullable=optional)


def one(make: Callable[..., T], row: Row[Any] | None) -> T | None:
    """The dataclass of a row whose columns stand in the dataclass's order; `None` stays `None`."""
    return None if row is None else make(*row)


def many(make: Callable[..., T], rows: Iterable[Row[Any]]) -> list[T]:
    """The dataclasses of rows, in the rows' order."""
    return [make(*row) for row in rows]
