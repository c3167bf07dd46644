"""Refusals about decision items, their watchers, and more time for them."""

from collections.abc import Sequence

from handlers.errors import UserError


class NoSuchDecision(UserError):
    """The community has no decision of this number, or the speaker may not look at it."""

    def __init__(self, number: int) -> None:
        super().__init__(f"没有找到决议{number}。发“决议列表”看有哪些决议。")


class WhichDecision(UserError):
    """No number was given, and several may be meant."""

    def __init__(self, numbers: Sequence[int], example: str) -> None:
        known = "、".join(str(each) for each in numbers)
        super().__init__(f"请写明是哪一件决议（{known}），例如“{example}”。")


class DecisionMeant(UserError):
    """A number of a case is given that is not the speaker's, and a decision item of that number is."""

    def __init__(self, refusal: UserError, word: str, number: int) -> None:
        super().__init__(f"{refusal}\n要说的是会上定的事，请发“{word} 决议{number} …”。")


class NotYourDecision(UserError):
    """Somebody else has to do it."""

    def __init__(self, number: int, owner: str) -> None:
        super().__init__(f"决议{number} 由{owner}负责，请由责任方来说；要换责任方请联系社区工作人员。")


class DecisionNotOpen(UserError):
    """It stands where this cannot be done."""

    def __init__(self, number: int, status: str, what: str, *, remedy: str = "") -> None:
        hint = remedy or f"发“决议{number}”看它的情况。"
        super().__init__(f"决议{number} 现在是“{status}”，不能{what}。{hint}")


class DecisionNoteMissing(UserError):
    """Progress needs words."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明办到哪一步，例如“进展 决议{number} 已联系施工队，周三进场”。")


class DecisionResultMissing(UserError):
    """Done needs what was done."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明办了什么，例如“办结 决议{number} 主管道已疏通，试水正常”，并附现场照片。")


class DecisionProofMissing(UserError):
    """Done needs something that shows it."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"还缺凭证：请先发现场照片，再发“办结 决议{number} 办了什么”（照片十分钟内有效）；"
            f"检测报告等发“凭证 决议{number} 说明”。确实拍不了的，请社区工作人员写明“无照片：原因”。"
        )


class NoPhotoReasonMissing(UserError):
    """Staff say that there is no photo, and not why."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明为什么没有照片，例如“办结 决议{number} 已约谈商户 无照片：约谈无法拍照”。")


class NoPhotoByStaffOnly(UserError):
    """Somebody but staff wants to do without a photo."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"没有照片要由社区工作人员确认。请把情况先发“进展 决议{number} …”，再请社区工作人员代为办结。"
        )


class NotReportedDone(UserError):
    """There is nothing to confirm or doubt yet."""

    def __init__(self, number: int, owner: str) -> None:
        super().__init__(f"决议{number} {owner}还没有报完成，暂时不用确认。发“决议{number}”看进展。")


class NotTheWatcher(UserError):
    """The word is the watcher's."""

    def __init__(self, number: int) -> None:
        super().__init__(f"决议{number} 由监督人核实。您知道的情况可以告诉社区工作人员，我们会转达。")


class WatcherFirst(UserError):
    """Staff confirm while the watcher still has time."""

    def __init__(self, number: int, until: str) -> None:
        super().__init__(
            f"决议{number} 还在等监督人核实（到{until}）。监督人已经当面或电话说过的，"
            f"请写明，例如“确认 决议{number} 电话问过监督人，已修好”。"
        )


class DoubtReasonMissing(UserError):
    """Who says that it is not done must say what is missing."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请说说哪里没做完，例如“决议{number} 没做完：井盖还没盖好”。")


class ExtensionIncomplete(UserError):
    """More time needs days and a reason."""

    def __init__(self, number: int, most: int) -> None:
        super().__init__(
            f"请写明延几天和原因（最多 {most} 天），例如“延期 决议{number} 3天 等配件”，"
            f"或“延期 决议{number} 到12月5日 等配件”。"
        )


class DueMissing(UserError):
    """A due date is to be set, and none is given."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明期限，例如“期限 决议{number} 11月30日”。")


class DueNotAhead(UserError):
    """The new date is over, or not later than the present one."""

    def __init__(self, number: int, when: str) -> None:
        super().__init__(
            f"新期限要比现在的晚，而且还没到（您写的是{when}）。例如“延期 决议{number} 3天 等配件”。"
        )


class NothingAskedFor(UserError):
    """Nobody has asked for more time."""

    def __init__(self, number: int) -> None:
        super().__init__(f"决议{number} 没有待答复的延期申请。直接延期请发“延期 决议{number} 3天 原因”。")


class NoDueYet(UserError):
    """Days are to be added to a date that is not there."""

    def __init__(self, number: int) -> None:
        super().__init__(f"决议{number} 还没有定期限。请发“期限 决议{number} 11月30日”。")


class DropReasonMissing(UserError):
    """A decision is not called off without a reason."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明原因，例如“撤销 决议{number} 业主大会另有安排”。")


class OwnerMissing(UserError):
    """It is to be handed over, and nobody says to whom."""

    def __init__(self, number: int, units: Sequence[str]) -> None:
        known = f"已登记的单位有：{'、'.join(units)}。" if units else ""
        example = units[0] if units else "枫桥物业"
        super().__init__(f"请写明转交给谁，例如“转交 决议{number} {example}”。{known}")


class UnknownOwner(UserError):
    """Nobody and no unit is called so."""

    def __init__(self, word: str, near: Sequence[str], number: int) -> None:
        meant = f"您是说{'、'.join(near)}吗？" if near else ""
        super().__init__(
            f"没有找到“{word}”这个单位或人员。{meant}请写全名，例如“转交 决议{number} 枫桥物业”。"
        )


class SeveralOwners(UserError):
    """Several are called so."""

    def __init__(self, word: str, names: Sequence[str]) -> None:
        super().__init__(f"“{word}”可能是{'或'.join(names)}，请写全名。")


class OwnerAlready(UserError):
    """It is theirs already."""

    def __init__(self, number: int, owner: str) -> None:
        super().__init__(f"决议{number} 本来就由{owner}负责，不用转交。")


class ReturnReasonMissing(UserError):
    """An owner gives it back without a reason."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明原因，例如“退回 决议{number} 不在我们的管养范围”。")


class WatcherNameMissing(UserError):
    """A watcher is to be named, and nobody is."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"请写明监督人的姓名，例如“监督人 决议{number} 李秀英”；不设监督人发“监督人 决议{number} 无”。"
        )


class UnknownWatcher(UserError):
    """No resident is known by this name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        here = f"可以请：{'、'.join(known)}。" if known else ""
        super().__init__(f"没有找到叫“{name}”的居民：要在公众号里登记过姓名，或参加过这次议事会。{here}")


class SeveralWatchers(UserError):
    """Several residents have this name."""

    def __init__(self, name: str, homes: Sequence[str], number: int) -> None:
        places = "；".join(homes)
        super().__init__(
            f"有几位居民叫“{name}”（{places}）。"
            f"请在姓名前写上住处，例如“监督人 决议{number} 枫桥苑3号楼{name}”。"
        )


class OwnerCannotWatch(UserError):
    """Nobody watches over their own work."""

    def __init__(self, number: int) -> None:
        super().__init__(f"决议{number} 的责任人不能当自己的监督人，请另请一位居民。")


class NotWatching(UserError):
    """The speaker watches over nothing."""

    def __init__(self) -> None:
        super().__init__("您现在没有担任监督人的决议。发“决议列表”看有哪些决议。")
