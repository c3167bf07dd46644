"""Refusals about sheets, whistles, links and mediations."""

from handlers.errors import UserError


class NotAssignedToYou(UserError):
    """The speaker's unit has no open assignment of this case."""

    def __init__(self, label: str) -> None:
        super().__init__(f"诉求 {label} 现在没有交办给您单位。请核对编号，或发“今天未办”看贵单位的交办单。")


class AlreadyFedBack(UserError):
    """The speaker's unit has answered its sheet."""

    def __init__(self, label: str) -> None:
        super().__init__(f"诉求 {label} 贵单位已经反馈过，等网格员核实办结。要补充或更正，请直接告诉网格员。")


class AnswerIsTheUnits(UserError):
    """A worker answers in the place of a unit."""

    def __init__(self, what: str, number: int) -> None:
        super().__init__(
            f"{what}由承办单位发。您了解到的情况请发“进展 {number} …”，办好了发“办结 {number} 结果”。"
        )


class UnknownUnit(UserError):
    """No company or department is called so, or several are; the units are listed."""

    def __init__(self, word: str, units: str, number: int) -> None:
        lead = f"没认出“{word}”是哪个单位。" if word else "请写明交给哪个单位。"
        if not units:
            super().__init__(f"{lead}社区还没有登记物业和部门，请联系社区工作人员登记。")
            return
        first = units.split("、", maxsplit=1)[0]
        super().__init__(f"{lead}已登记的有：{units}。请写全名，例如“交办 {number} {first} 要办的事”。")


class UnitNotHere(UnknownUnit):
    """Units are called so, but none serves the estate of the case."""

    def __init__(self, word: str, units: str, number: int) -> None:
        first = units.split("、", maxsplit=1)[0]
        UserError.__init__(
            self,
            f"这件事的小区没有登记“{word}”。已登记的有：{units}。"
            f"请写全名，例如“交办 {number} {first} 要办的事”。",
        )


class SeveralUnits(UserError):
    """The word fits several units."""

    def __init__(self, word: str, units: str) -> None:
        super().__init__(f"“{word}”可能是{units}，请写全名。")


class AlreadyWhistled(UserError):
    """Every unit named has been whistled for and has not answered yet."""

    def __init__(self, label: str, units: str, number: int) -> None:
        super().__init__(f"{units}已经在办诉求 {label} 了，不用重复吹哨。发“查 {number}”看谁还没报到。")


class DueInThePast(UserError):
    """The due date of a sheet is over."""

    def __init__(self, when: str) -> None:
        super().__init__(f"{when}已经过了，请换一个还没到的期限，例如“3天内”。")


class FeedbackMissing(UserError):
    """Feedback needs words."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明办了什么，例如“反馈 {number} 已更换水管，试水正常”。")


class AlreadyCheckedIn(UserError):
    """The unit has reported in."""

    def __init__(self, label: str, unit: str, number: int) -> None:
        super().__init__(f"{unit}已经报到过 {label} 了。办好请发“反馈 {number} 办了什么”。")


class NoLiveLink(UserError):
    """No link of the case works."""

    def __init__(self, label: str) -> None:
        super().__init__(f"诉求 {label} 现在没有可用的链接，不用撤销。")


class NotToBeMediated(UserError):
    """The case is public and no quarrel between neighbours."""

    def __init__(self, label: str, number: int) -> None:
        super().__init__(f"诉求 {label} 是公共事务，不走调解。类别不对的话，请先发“改类 {number} 邻里纠纷”。")


class NobodyNamed(UserError):
    """A mediation names neither respondent nor mediator."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明双方和调解员，例如“调解 {number} 被反映人：楼上住户 调解员：李强”。")


class AgreementMissing(UserError):
    """A mediation ends with an agreement, or says that there is none."""

    def __init__(self, label: str, number: int) -> None:
        super().__init__(
            f"诉求 {label} 是邻里调解，请先发“调解协议 {number} 内容”；没谈成发“办结 {number} 未达成，原因”。"
        )


class AgreementEmpty(UserError):
    """An agreement needs words."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明双方怎么约定的，例如“调解协议 {number} 晚上十点后不弹琴”。")


class LinkEnded(UserError):
    """The link of a sheet leads nowhere any more; the sentence says why and whom to call."""


class LinkUnknown(UserError):
    """No sheet has this link."""

    def __init__(self) -> None:
        super().__init__("没有找到这张交办单，链接可能不完整。请向发给您链接的人重新要。")


class NobodyNamedToFollow(UserError):
    """A case is to be passed on, and nobody says to whom."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明转给谁，例如“转 {number} 赵磊”或“转 {number} 物业”。")


class NotForUnits(UserError):
    """A unit's member wants what only those of the grid do."""

    def __init__(self, label: str, number: int) -> None:
        super().__init__(
            f"这一步由网格员来做。诉求 {label} 您可以发“进展 {number} …”“反馈 {number} 办了什么”，"
            f"不归贵单位的发“退回 {number} 原因”。"
        )
