"""Refusals about cards and numbers that were left out."""

from collections.abc import Sequence

from handlers.errors import UserError


class CardOutdated(UserError):
    """The card is none of ours, or of another community."""

    def __init__(self) -> None:
        super().__init__("这张卡片点不了，可能已经失效。请发“今天未办”看现在的清单。")


class NobodyChosen(UserError):
    """转交 was tapped, and nobody was chosen; `names` are some that could be."""

    def __init__(self, number: int, names: Sequence[str]) -> None:
        typed = f"；也可以发“@回音 {'”或“'.join(f'转 {number} {name}' for name in names)}”" if names else ""
        super().__init__(f"请先在“转交给”里选一个，再点“转交”{typed}。")


class NothingToDo(UserError):
    """No number was given, and there is no case of which this could be done."""

    def __init__(self, example: str) -> None:
        super().__init__(
            f"现在没有能这样办的诉求。要指定一件请写上编号，例如“{example}”；发“今天未办”看清单。"
        )
