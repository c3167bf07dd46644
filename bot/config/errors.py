"""A wrong configuration in the operator's words: the key, the value, what to do. Never a secret."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

Location = Sequence[int | str]


class ConfigError(Exception):
    """The configuration is wrong."""


def explain(invalid: ValidationError, settings: type[BaseModel]) -> str:
    """One line a mistake, in the order of the settings."""
    errors = invalid.errors(include_url=False, include_context=False)
    return "\n".join(dict.fromkeys(_sentence(error, settings) for error in errors))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant; `None` when none resembles it."""
    return next(iter(difflib.get_close_matches(word.lower(), list(known), n=1)), None)


def _sentence(error: ErrorDetails, settings: type[BaseModel]) -> str:
    location = [part for part in error["loc"] if part != "[key]"]
    if error["type"] == "rule":
        return f"{_table(location)}{error['msg']}"
    if error["type"] == "extra_forbidden":
        return _unknown(location, settings)
    if "[key]" in error["loc"]:
        return f"{_key(location)} is no usable name: write small letters, digits, _ and - only."
    place, field = _deepest(location, settings)
    if error["type"] == "missing":
        return _missing(place, field)
    if field is None or _is_table(field):
        return f"{_key(location)} is wrong: write a table [{_key(location)}] with its keys."
    shown = "" if _is_secret(field) else f" = {error['input']!r}"
    return f"{_key(place)}{shown} is wrong: write {field.description}."


def _unknown(location: Location, settings: type[BaseModel]) -> str:
    parent = _model(location[:-1], settings)
    meant = nearest(str(location[-1]), parent.model_fields if parent else ())
    remedy = "remove it, or see config.example.toml."
    if meant:
        remedy = f"did you mean {_key([*location[:-1], meant])}?"
    return f"{_key(location)} is not a key of Huiyin: {remedy}"


def _missing(location: Location, field: FieldInfo | None) -> str:
    variable = "HUIYIN_" + "__".join(str(part).upper() for part in location)
    if field is None or field.description is None:
        return f"The table [{_key(location)}] is missing: add it; config.example.toml shows its keys."
    return f"{_key(location)} is missing: write {field.description}; or set {variable}."


def _model(location: Location, settings: type[BaseModel]) -> type[BaseModel] | None:
    """The table's class at a place of the settings."""
    kind: Any = settings
    for part in location:
        if get_origin(kind) is dict:
            kind = get_args(kind)[1]
        elif part in getattr(kind, "model_fields", ()):
            kind = kind.model_fields[part].annotation
        else:
            return None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _deepest(location: Location, settings: type[BaseModel]) -> tuple[Location, FieldInfo | None]:
    """The deepest field on the way to a place, and where it stands; a list's items belong to the list."""
    for length in range(len(location), 0, -1):
        parent = _model(location[: length - 1], settings)
        if parent is not None:
            return location[:length], parent.model_fields.get(str(location[length - 1]))
    return location, None


def _is_table(field: FieldInfo) -> bool:
    kind = field.annotation
    return get_origin(kind) is dict or (isinstance(kind, type) and issubclass(kind, BaseModel))


def _is_secret(field: FieldInfo) -> bool:
    return "SecretStr" in str(field.annotation) or field.annotation is SecretStr


def _key(location: Location) -> str:
    return ".".join(str(part) for part in location)


def _table(location: Location) -> str:
    return f"[{_key(location)}] " if location else ""
