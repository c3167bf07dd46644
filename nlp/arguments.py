"""What goes with a command, as it leaves in JSON."""

from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Arguments: TypeAlias = dict[str, Json]
