"""Refusals about joint meetings."""

from handlers.errors import UserError

EXAMPLE = "联席会 每月10日15:00 居委会会议室 枫桥物业、综合执法中队"


class JointIncomplete(UserError):
    """A joint meeting needs its days and its place."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"请写明{what}，例如“{EXAMPLE}”，每周写“每周三15:00”，也可以写“每月第一个周五15:00”。"
        )


class NoSuchJoint(UserError):
    """The community has no joint meeting of this number that goes on."""

    def __init__(self, number: int) -> None:
        super().__init__(f"没有编号 {number} 的联席会。发“联席会列表”看都有哪些。")
