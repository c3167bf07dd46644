"""Refusals about meetings, and about what is not done by its own word: the sentence says by which."""

from collections.abc import Sequence

from handlers.errors import UserError
from storage.models.meetings import MeetingStatus

SHOWN = 5  # meetings, names in one sentence
CALL = "召集议事会 周五15:00 居委会会议室 地锁怎么办"
REMEDIES = {
    MeetingStatus.DRAFT: "它还是草稿，先发“发出邀请 议事会{number}”。",
    MeetingStatus.POSTPONED: "定新的时间请发“议事会{number} 改到 周五15:00”。",
    MeetingStatus.CANCELLED: "要开请重新召集，例如“" + CALL + "”。",
    MeetingStatus.HELD: "写纪要请发“纪要 议事会{number} …”。",
}


class InviteByMeeting(UserError):
    """Somebody is to be invited to a meeting; `meeting` is the one called for this case, if there is one."""

    def __init__(self, number: int, meeting: int | None = None) -> None:
        if meeting is not None:
            super().__init__(
                f"诉求 {number} 的会是议事会{meeting}：要再请人，请社区工作人员发"
                f"“邀请 议事会{meeting} 王大妈”。"
            )
            return
        super().__init__(
            f"邀请随会议一起发：发“议 {number} 周五15:00 居委会会议室”，反映人会收到邀请，"
            "公共的事居民群也收到。定了会再请人，发“邀请 议事会5 王大妈、枫桥物业”。"
        )


class MinutesByProgress(UserError):
    """What was agreed is to be kept, and no meeting was called for this case."""

    def __init__(self, number: int, meeting: int | None = None) -> None:
        if meeting is not None:
            super().__init__(
                f"诉求 {number} 的会是议事会{meeting}，写纪要请发“纪要 议事会{meeting} 商定的事…”。"
            )
            return
        super().__init__(
            f"诉求 {number} 没有开过议事会。商定的事请发“进展 {number} 议事会商定：…”，居民会看到；"
            f"办完发“办结 {number} 结果”。"
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


# ------------------------------------------------------------------ which meeting


class NoSuchMeeting(UserError):
    """The community has no meeting of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"没有编号 {number} 的议事会。发“议事会列表”看都有哪些。")


class NoSuchMeetingForYou(UserError):
    """A resident names a meeting that is not theirs to see."""

    def __init__(self, number: int, phone: str) -> None:
        super().__init__(f"没有找到您能参加的议事会{number}。发“议事会”看您的会，或打社区电话{phone}问一问。")


class NoMeetingAhead(UserError):
    """No number was given, and no meeting fits."""

    def __init__(self, example: str) -> None:
        super().__init__(f"现在没有这样的议事会。请写上编号，例如“{example}”；发“议事会列表”看都有哪些。")


class WhichMeeting(UserError):
    """No number was given, and several meetings fit; `known` are number and time of each."""

    def __init__(self, known: Sequence[tuple[int, str]], example: str) -> None:
        listed = "；".join(f"议事会{number}（{when}）" for number, when in known[:SHOWN])
        super().__init__(f"是哪个议事会？{listed}。请写上编号，例如“{example}”。")


# ------------------------------------------------------------------ calling


class MeetingIncomplete(UserError):
    """A meeting needs a time and a place."""

    def __init__(self, example: str) -> None:
        super().__init__(f"请写明开会的时间和地点，例如“{example}”。")


class NoSuchDay(UserError):
    """A date was given that no calendar has."""

    def __init__(self, said: str) -> None:
        super().__init__(f"没有{said}这一天，请核对日期再说一遍，例如“周五15:00”。")


class MeetingHourMissing(UserError):
    """A day was given without an hour."""

    def __init__(self, day: str) -> None:
        super().__init__(f"{day}几点开？请写上钟点，例如“{day}15:00”。")


class MeetingTimeMissing(UserError):
    """A meeting is to be moved, and neither time nor place is said."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"请写明改到什么时间或什么地点，例如“议事会{number} 改到 周六10:00”"
            f"或“议事会{number} 改到 周六10:00 地点 党群活动室”。"
        )


class MeetingTooFar(UserError):
    """The time given is more than a year away."""

    def __init__(self, when: str) -> None:
        super().__init__(f"{when}太远了，议事会要定在一年之内，请换个时间。")


class MeetingTextTooLong(UserError):
    """Title or place do not fit."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"{what}最多 {limit} 个字，请缩短后再发。")


class MeetingLengthWrong(UserError):
    """A meeting lasts that long."""

    def __init__(self) -> None:
        super().__init__("时长请写 10 分钟到 12 小时，例如“时长90分钟”。")


class CapacityWrong(UserError):
    """That many people are no capacity."""

    def __init__(self, most: int) -> None:
        super().__init__(f"名额请写 1 到 {most} 之间的人数，例如“名额30”；不限人数请写“名额不限”。")


class OwnCasesOnly(UserError):
    """A grid worker may call a meeting about cases, not about anything."""

    def __init__(self) -> None:
        super().__init__(
            "网格员可以为自己网格的诉求召集议事会，例如“议 23 周五15:00 居委会会议室”；"
            "别的议题请社区工作人员召集，可以先发“提议 …”。"
        )


class MeetingAlreadyAhead(UserError):
    """A meeting for this is called already; `what` is 诉求 2026-0023 or 议题3."""

    def __init__(self, what: str, number: int, when: str) -> None:
        super().__init__(
            f"{what} 已经列入议事会{number}（{when}），不用再召集。"
            f"要改时间请发“议事会{number} 改到 周六10:00”。"
        )


class NotOnAgenda(UserError):
    """The topic does not stand on the agenda."""

    def __init__(self, topic: int, number: int) -> None:
        super().__init__(f"议题{topic} 不在议事会{number} 的议程里。发“议事会{number}”看都有哪些议题。")


class UnknownInvitees(UserError):
    """Some of the names are nobody's here; near names are offered, by name."""

    def __init__(self, near: Sequence[tuple[str, Sequence[str]]]) -> None:
        lines = "；".join(
            f"“{name}”（是不是{'、'.join(like[:SHOWN])}？）" if like else f"“{name}”"
            for name, like in near[:SHOWN]
        )
        more = f"等 {len(near)} 个" if len(near) > SHOWN else ""
        super().__init__(
            f"没有找到{lines}{more}，还没有发出。请写单位、群或登记过的姓名；没登记的人请打电话请，再发一遍。"
        )


class AmbiguousInvitee(UserError):
    """Several are called so."""

    def __init__(self, name: str, which: Sequence[str]) -> None:
        more = f"等 {len(which)} 个" if len(which) > SHOWN else ""
        super().__init__(f"“{name}”可能是{'、'.join(which[:SHOWN])}{more}，请写全名。")


class NobodyInvited(UserError):
    """Nobody is named who is to be invited."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明邀请谁，例如“邀请 议事会{number} 王大妈、枫桥物业、枫桥苑居民群”。")


class NoSuchChair(UserError):
    """Nobody of the community's own people is called so."""

    def __init__(self, name: str) -> None:
        super().__init__(f"本社区没有叫“{name}”的工作人员或网格员，主持人请写全名，例如“主持 李强”。")


# ------------------------------------------------------------------ on its way


class MeetingMoveNotAllowed(UserError):
    """The meeting stands where this cannot be done."""

    def __init__(self, number: int, label: str, action: str, *, status: MeetingStatus) -> None:
        remedy = REMEDIES.get(status, "发“议事会{number}”看它的情况。").format(number=number)
        super().__init__(f"议事会{number} 现在是“{label}”，不能{action}。{remedy}")


class NotYourMeeting(UserError):
    """Somebody changes a meeting that others run."""

    def __init__(self, number: int) -> None:
        super().__init__(f"议事会{number} 由召集人、主持人和社区工作人员管，请告诉他们。")


class MeetingReasonMissing(UserError):
    """Those invited read why."""

    def __init__(self, what: str, number: int) -> None:
        super().__init__(f"请写明原因，要告诉大家，例如“{what}议事会{number} 物业来不了”。")


class NotYetTime(UserError):
    """It is too early to begin, or to end, the meeting."""

    def __init__(self, number: int, when: str, *, what: str) -> None:
        super().__init__(f"议事会{number} 定在{when}，还不能{what}。时间变了请先发“议事会{number} 改到 …”。")


class MeetingDayOver(UserError):
    """The day of the meeting is over."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"议事会{number} 的日子已经过了。开过了请发“散会 议事会{number}”；"
            f"没开请发“推迟议事会{number} 原因”。"
        )


class NothingToSet(UserError):
    """Nothing is said that could be changed."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"没看懂要改什么。例如“议事会{number} 名额30”“议事会{number} 主持 李强”“议事会{number} 标题 …”。"
        )


class DecisionsOpen(UserError):
    """The meeting's decisions are not done yet."""

    def __init__(self, number: int, decisions: Sequence[int]) -> None:
        known = "、".join(f"决议{each}" for each in decisions[:SHOWN])
        more = f"等 {len(decisions)} 项" if len(decisions) > SHOWN else ""
        super().__init__(
            f"议事会{number} 还有{known}{more}没有完成，不能归档。办完了请发“办结 决议{decisions[0]} …”，"
            f"不办了请发“撤销 决议{decisions[0]} 原因”。"
        )


class MinutesFirst(UserError):
    """A meeting without minutes cannot be closed."""

    def __init__(self, number: int) -> None:
        super().__init__(f"议事会{number} 还没有纪要，不能归档。请先发“纪要 议事会{number} …”。")
