"""Refusals about cards and numbers that were left out."""

from handlers.errors import UserError


class CardOutdated(UserError):
    """The card is none of ours, or of another community."""

    def __init__(self) -> None:
        super().__init__("这张卡片点不了，可能已经失效。请发“今天未办”看现在的清单。")


class NobodyChosen(UserError):
    """转交 was tapped, and nobody was chosen."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"请先在“转交给”里选一个，再点“转交”；也可以发“@回音 转 {number} 赵磊”或“转 {number} 物业”。"
        )


class NothingToDo(UserError):
    """No number was given, and there is no case of which this could be done."""

    def __init__(self, example: str) -> None:
        super().__init__(
            f"现在没有能这样办的诉求。要指定一件请写上编号，例如“{example}”；发“今天未办”看清单。"
        )
