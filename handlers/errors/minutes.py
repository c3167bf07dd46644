"""Refusals about minutes and what is entered at the table."""

from collections.abc import Sequence

from handlers.errors import UserError


class MinutesTooEarly(UserError):
    """The meeting has not begun."""

    def __init__(self, number: int, when: str) -> None:
        super().__init__(
            f"议事会{number} 还没开（{when}），不能写纪要。时间变了请先发“改期 议事会{number} 周六10:00”。"
        )


class MinutesChanged(UserError):
    """Somebody else has written meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            "刚才有人改过这份纪要，您的还没有保存。您写的都留在下面，请对照新的纪要看一看，再点一次保存。"
        )


class WordsTooLong(UserError):
    """More than fits."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(f"{what}太长了，最多 {most} 个字，请分开写。")


class NothingAgreed(UserError):
    """Decisions are to be entered, and none is there."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"请写明决议，例如“决议 议事会{number}：枫桥物业 11月30日前 疏通主管道 监督人李秀英”。"
        )


class TooManyItems(UserError):
    """More at once than anybody can follow."""

    def __init__(self, most: int) -> None:
        super().__init__(f"一次最多记 {most} 条决议，请分几次写。")


class BatchEmpty(UserError):
    """Nothing stands behind 登记 议事会5."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"请一行写一件，例如：\n登记 议事会{number}\n诉求 33号楼5单元下水道堵 反映人王大妈\n"
            "议题 自行车棚建在哪里\n决议 枫桥物业 11月30日前 换楼道灯"
        )


class TopicUnknown(UserError):
    """A decision is to belong to a topic that does not exist."""

    def __init__(self, number: int) -> None:
        super().__init__(f"没有编号 {number} 的议题。发“议题列表”看都有哪些。")


class TopicNotTogether(UserError):
    """The topic was not talked over at the meeting where the decision was made."""

    def __init__(self, decision: int, topic: int, known: Sequence[int]) -> None:
        there = "、".join(f"议题{each}" for each in known) or "没有议题"
        super().__init__(f"决议{decision} 那次议事会没有议题{topic}（议程：{there}），请核对。")


class OwnedByOther(UserError):
    """Somebody else has to do it."""

    def __init__(self, number: int, who: str) -> None:
        super().__init__(
            f"决议{number} 已由{who}负责。要改由您办，请社区工作人员发“转交 决议{number} 您的单位”。"
        )


class ClaimedCaseNotAtTable(UserError):
    """A unit wants a case that was not talked over where it sat."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"诉求 {number} 不在您单位参加的议事会上，请社区工作人员发“交办 {number} 您的单位”。"
        )


class AlreadyWithYou(UserError):
    """The unit has the case already."""

    def __init__(self, label: str, number: int) -> None:
        super().__init__(f"诉求 {label} 已经在您单位手上了。办完请发“反馈 {number} 结果”。")


class DueOver(UserError):
    """The date given is past."""

    def __init__(self, when: str) -> None:
        super().__init__(f"{when}已经过了，请换一个还没到的日期。")


class EvidenceMissing(UserError):
    """Neither words nor photos."""

    def __init__(self, example: str) -> None:
        super().__init__(f"请先发照片，十分钟内再发“{example}”；没有照片就写明凭证的内容。")


class NoSuchMinutes(UserError):
    """The link leads to no minutes."""

    def __init__(self) -> None:
        super().__init__("没有找到这个页面。请在工作群里发“纪要 议事会编号”取新的链接。")


class MinutesPageEnded(UserError):
    """The meeting is closed: the page is no more."""

    def __init__(self, number: int) -> None:
        super().__init__(f"议事会{number} 已经归档，纪要不能再改。要看内容请发“纪要 议事会{number}”。")


class NothingWritten(UserError):
    """The page was saved without anything new."""

    def __init__(self) -> None:
        super().__init__("没有新的内容。请写纪要，或填一条决议，再点保存。")


class RowIncomplete(UserError):
    """A decision without what is to be done, or one too long."""

    def __init__(self, index: int, most: int) -> None:
        super().__init__(f"第 {index} 条决议请写清要办什么事（最多 {most} 个字）。")


class DateUnreadable(UserError):
    """A date no calendar has."""

    def __init__(self, index: int) -> None:
        super().__init__(f"第 {index} 条决议的期限没看懂，请这样写：2026-11-30。")


class DateOver(UserError):
    """A due date that is past."""

    def __init__(self, index: int) -> None:
        super().__init__(f"第 {index} 条决议的期限已经过了，请换一个还没到的日期。")
