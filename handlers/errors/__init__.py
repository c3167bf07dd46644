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

    def __init__(self, label: str, by: str, number: int, *, is_staff: bool) -> None:
        who = f"请发“指派 {number} 姓名”" if is_staff else "请找社区工作人员转交"
        super().__init__(f"诉求 {label} 已由{by}接单。需要改由您办理，{who}。")


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
        self.number = number
        super().__init__(f"请写明怎么办的，例如“办结 {number} 管道已疏通”。")


class NoteMissing(UserError):
    """Progress needs words."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明进展，例如“进展 {number} 已联系疏通队，下午到”。")


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


class CaseAlreadyEnded(UserError):
    """The case is no longer open."""

    def __init__(self, label: str) -> None:
        super().__init__(f"诉求 {label} 已经办完了。问题还在的话，请直接说一说现在的情况。")


class AlreadySeconded(UserError):
    """The person reports this case already."""

    def __init__(self, label: str) -> None:
        super().__init__(f"{label} 您已经反映过了，不用重复附议。发“查”看进展。")


class MayNotSecond(UserError):
    """The case is between those concerned."""

    def __init__(self, label: str) -> None:
        super().__init__(f"{label} 不是公开的事，不能附议。您家也有这个问题，请直接说一说。")


class NotYourCase(UserError):
    """A resident names a case somebody else reported."""

    def __init__(self, label: str) -> None:
        super().__init__(f"{label} 不是您登记的事。发“查”看您登记过的事。")


class NoSuchCaseHere(UserError):
    """A resident names a number that no case has."""

    def __init__(self, number: int) -> None:
        super().__init__(f"没有编号 {number} 的事。发“查”看您登记过的事。")


class ReasonMissing(UserError):
    """This needs a reason."""

    def __init__(self, example: str) -> None:
        super().__init__(f"请写明原因，例如“{example}”。")


class MergedIntoItself(UserError):
    """A case was to be merged into itself, or into one that was merged into it."""

    def __init__(self, label: str) -> None:
        super().__init__(f"{label} 不能并入自己。请写两个编号，例如“合并 23 到 12”。")


class NotInOneCommunity(UserError):
    """Cases of two communities were to be merged."""

    def __init__(self, label: str, other: str) -> None:
        super().__init__(f"{label} 和 {other} 不在同一个社区，不能并案。")


class NoSuchKind(UserError):
    """The words name no category that is known, or several."""

    def __init__(self, number: int) -> None:
        super().__init__(f"没看懂改成哪一类。例如“改类 {number} 用水-下水道”或“改类 {number} 停车”。")


class AlreadyThatKind(UserError):
    """The case is of this kind already."""

    def __init__(self, label: str, kind: str) -> None:
        super().__init__(f"诉求 {label} 本来就是“{kind}”，不用改。")


class QuestionMissing(UserError):
    """A question needs words."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明要问什么，例如“问 {number} 具体是哪一户”。")


class AlreadyAsked(UserError):
    """The reporter was asked and has not answered yet."""

    def __init__(self, label: str, question: str) -> None:
        super().__init__(f"诉求 {label} 已经在问居民“{question}”，正等答复；一答复就转给您。")


class NobodyToAsk(UserError):
    """Nobody who reported the case reads messages."""

    def __init__(self, label: str) -> None:
        super().__init__(f"诉求 {label} 的反映人没有用公众号，问不到。请打电话问，问到后发“进展”记下来。")


class DaysMissing(UserError):
    """An extension needs a number of days."""

    def __init__(self, number: int, limit: int) -> None:
        super().__init__(f"请写明延几天（1 到 {limit} 天）和原因，例如“延期 {number} 3天 等配件到货”。")


class ExtensionReasonMissing(UserError):
    """An extension needs a reason, which the resident reads."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明延期的原因，要告诉居民，例如“延期 {number} 3天 等配件到货”。")


class EmergencyNotExtended(UserError):
    """An emergency has no later deadline."""

    def __init__(self, label: str) -> None:
        super().__init__(f"诉求 {label} 是紧急事项，不能延期。请先处置，处置不了马上找社区负责人。")


class NoExtensionProposed(UserError):
    """There is no proposal to accept or refuse."""

    def __init__(self, label: str) -> None:
        super().__init__(f"诉求 {label} 没有待同意的延期申请。要直接延期请发“延期 编号 天数 原因”。")


class ProofMissing(UserError):
    """This kind of trouble is settled only with a photo."""

    def __init__(self, number: int) -> None:
        super().__init__(f"这类事办结要附一张现场照片：@我 发照片并写“办结 {number} …”，写明怎么办的。")


class NotYetSettled(UserError):
    """There is nothing to judge yet, or nothing was done."""

    def __init__(self, label: str, status: str) -> None:
        super().__init__(f"诉求 {label} 现在是“{status}”，还不能评价。办好了会请您评价。")


class JudgedTooLate(UserError):
    """The case was closed too long ago to be judged."""

    def __init__(self, label: str, days: int) -> None:
        super().__init__(f"诉求 {label} 销号超过 {days} 天，不能再评价了。问题还在的话，直接说一说。")


class NoSuchTalk(UserError):
    """The number belongs to no open talk of the community."""

    def __init__(self, number: int | None = None) -> None:
        which = "" if number is None else f" {number}"
        super().__init__(f"没有正在进行的居民会话{which}。请核对编号；会话结束后不能再回复。")


class NobodyAtTheDesk(UserError):
    """The community has no group where staff would read a resident's words."""

    def __init__(self, phone: str) -> None:
        super().__init__(f"现在没有工作人员在线上接待，请打社区电话{phone}。")


class WordsMissing(UserError):
    """A member of staff answers a resident with nothing."""

    def __init__(self, example: str) -> None:
        super().__init__(f"请写上要说的话，例如“{example}”。")


class NoSuchAnswer(UserError):
    """No stored question reads so."""

    def __init__(self, question: str) -> None:
        super().__init__(f"问答里没有“{question}”。发“问答列表”看都有哪些。")


class AnswerTooLong(UserError):
    """A question or its answer does not fit."""

    def __init__(self, question: int, answer: int) -> None:
        super().__init__(f"问题最多 {question} 个字，答案最多 {answer} 个字，请缩短后再发。")
