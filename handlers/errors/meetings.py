"""What is not done by its own word: the sentence says by which."""

from handlers.errors import UserError


class InviteByMeeting(UserError):
    """Somebody is to be invited to a meeting."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"邀请随会议一起发：发“议 {number} 周五15:00 居委会会议室”，反映人会收到邀请，"
            "公共的事居民群也收到。要请别的人，请把时间地点直接告诉他。"
        )


class MinutesByProgress(UserError):
    """What was agreed at a meeting is to be kept."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"纪要先记成进展：发“进展 {number} 议事会商定：…”，居民会看到；办完发“办结 {number} 结果”。"
        )


class RemindByUrging(UserError):
    """Somebody is to be reminded."""

    def __init__(self, number: int, *, is_staff: bool) -> None:
        if is_staff:
            super().__init__(f"提醒办理的人请发“催 {number} 要说的话”，办理的人会在群里被点名。")
            return
        super().__init__(
            f"到期前会自动在群里提醒，发“查 {number}”看期限；要请社区催办，请在群里@社区工作人员。"
        )


class MayNotSupervise(UserError):
    """A worker wants to press somebody."""

    def __init__(self) -> None:
        super().__init__(
            "督办由社区工作人员发。您手上的请直接发“进展 编号 …”；要催别人，请在群里@社区工作人员。"
        )
