"""Refusals, each with the finished sentence a person reads: what is the matter, then what to do."""


class UserError(Exception):
    """What was asked cannot be done; `str(error)` is the sentence for the person."""


class NoSuchCase(UserError):
    """The number belongs to no case of the speaker's community."""

    def __init__(self, number: str) -> None:
        super().__init__(f"没有找到编号 {number} 的诉求。请核对编号，或发“今天未办”看未办清单。")


class NoNumberGiven(UserError):
    """Nothing in the message says which case is meant."""

    def __init__(self, example: str) -> None:
        super().__init__(f"请写上诉求编号，例如“{example}”。")


class NotYourGrid(UserError):
    """The case belongs to another grid."""

    def __init__(self, label: str, grid: str) -> None:
        super().__init__(f"诉求 {label} 属于{grid}，请由该网格的网格员处理；需要转办请找社区工作人员。")


class AlreadyClaimed(UserError):
    """Somebody else has the case."""

    def __init__(self, label: str, by: str) -> None:
        super().__init__(f"诉求 {label} 已由{by}接单。需要改由您办理，请找社区工作人员转交。")


class AlreadyYours(UserError):
    """The worker has the case already."""

    def __init__(self, label: str, number: int) -> None:
        super().__init__(f"诉求 {label} 您已经接了。办完请发“办结 {number} 结果”。")


class MoveNotAllowed(UserError):
    """The case stands where this cannot be done."""

    def __init__(self, label: str, status: str, action: str, *, remedy: str = "") -> None:
        hint = remedy or f"发“查 {label}”看它的情况。"
        super().__init__(f"诉求 {label} 现在是“{status}”，不能{action}。{hint}")


class ResultMissing(UserError):
    """Resolving needs what was done."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明怎么办的，例如“办结 {number} 管道已疏通”。")


class NoteMissing(UserError):
    """Progress needs words."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明进展，例如“进展 {number} 已联系疏通队，下午到”。")


class MeetingIncomplete(UserError):
    """A meeting needs a time and a place."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明开会的时间和地点，例如“议 {number} 周五15:00 居委会会议室”。")


class MeetingInThePast(UserError):
    """The time given is over."""

    def __init__(self, when: str) -> None:
        super().__init__(f"{when}已经过了，请换一个还没到的时间。")


class NotAllowed(UserError):
    """The speaker's role does not include this."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}由社区工作人员操作，请联系社区。")


class NobodyToReach(UserError):
    """No group fits the target of a broadcast."""

    def __init__(self, target: str) -> None:
        super().__init__(
            f"没有找到“{target}”的居民群。请写小区名，例如“群发 枫桥苑 明天停水”，或“群发 全部 …”。"
        )


class NothingToBroadcast(UserError):
    """A broadcast has no text."""

    def __init__(self) -> None:
        super().__init__("请写上要发的内容，例如“群发 枫桥苑 明天9点到11点停水，请备水”。")


class UnknownSpeaker(UserError):
    """Nobody in the organization has this account."""

    def __init__(self) -> None:
        super().__init__("还没有登记您的身份，请联系社区工作人员登记后再@我。")


class NotYetHere(UserError):
    """An action that is understood but not offered in chat."""

    def __init__(self) -> None:
        super().__init__("这件事现在还不能在群里办，请联系社区工作人员。发“帮助”看能办的事。")
