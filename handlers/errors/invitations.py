"""Refusals about invitations: answers, opinions, seats, and the code at the door."""

from collections.abc import Sequence

from handlers.errors import UserError


class NoMeetingNumbered(UserError):
    """The community has no meeting of this number that the speaker may know of."""

    def __init__(self, number: int, phone: str = "") -> None:
        remedy = f"，或打社区电话{phone}问" if phone else "；发“议事会列表”看有哪些"
        super().__init__(f"没有找到议事会{number}。请核对号码{remedy}。")


class WhichMeeting(UserError):
    """Several meetings may be meant; `lines` name each with its time, `example` answers."""

    def __init__(self, lines: Sequence[str], example: str) -> None:
        super().__init__("\n".join(["您说的是哪一次？", *lines, f"请写上号码，例如“{example}”。"]))


class NotInvited(UserError):
    """The speaker is not invited, and the meeting is not open to them."""

    def __init__(self, number: int, phone: str) -> None:
        call = f"请打社区电话{phone}" if phone else "请找社区工作人员"
        super().__init__(f"议事会{number}的邀请名单里没有您。想参加{call}，工作人员可以把您加上。")


class NothingToDecline(UserError):
    """Somebody who is not invited cannot come."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"议事会{number}的邀请名单里没有您，不用请假。有话要说请回复“意见 议事会{number}：…”。"
        )


class MeetingHasBegun(UserError):
    """It is too late for an answer: the meeting goes on."""

    def __init__(self, number: int, place: str) -> None:
        super().__init__(
            f"议事会{number}已经开始了。能来请直接到{place}，现场签到；来不了也没关系，开完会告诉您结果。"
        )


class MeetingIsOver(UserError):
    """It is too late for an answer: the meeting is over."""

    def __init__(self, number: int, phone: str) -> None:
        call = f"，或打社区电话{phone}" if phone else ""
        super().__init__(f"议事会{number}已经开过了，不用再回复。要补充情况，直接发一句话给我{call}。")


class MeetingIsOff(UserError):
    """The meeting was cancelled."""

    def __init__(self, number: int) -> None:
        super().__init__(f"议事会{number}已经取消，不用回复了。重新开会时会再邀请您。")


class MeetingWaits(UserError):
    """The meeting was postponed and has no new time yet."""

    def __init__(self, number: int) -> None:
        super().__init__(f"议事会{number}推迟了，还没有新时间。定了会告诉您，到时候再回复。")


class NotSentYet(UserError):
    """Staff ask who comes to a meeting that nobody was invited to yet."""

    def __init__(self, number: int) -> None:
        super().__init__(f"议事会{number}还是草稿，没有发出邀请。发“发出邀请 议事会{number}”后才有人回复。")


class TooManyPeople(UserError):
    """More come with one answer than anybody can bring."""

    def __init__(self, number: int, most: int) -> None:
        super().__init__(
            f"一次最多报{most}人。请回复“参加 议事会{number} 2人”这样的人数，来得多请找社区工作人员。"
        )


class RoomForFewer(UserError):
    """Somebody who comes wants to bring more than there is room for; `free` seats are theirs at most."""

    def __init__(self, number: int, *, held: int, free: int) -> None:
        more = (
            f"最多可以报{free}人，回复“参加 议事会{number} {free}人”。" if free > held else "没有多的位子了。"
        )
        super().__init__(f"议事会{number}给您留着{held}个位子，{more}")


class OpinionMissing(UserError):
    """An opinion has no words."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写上您的意见，例如“意见 议事会{number}：建议先修东门”，会上会替您说。")


class OpinionTooLate(UserError):
    """The meeting is over: where to say it now."""

    def __init__(self, number: int, phone: str) -> None:
        call = f"，或打社区电话{phone}" if phone else "，或告诉社区工作人员"
        super().__init__(f"议事会{number}已经开过了，意见没能带到会上。请直接把要说的事发给我{call}。")


class MeetingNotNamed(UserError):
    """No number was given, and no meeting is the only one that can be meant."""

    def __init__(self, example: str) -> None:
        super().__init__(f"请写上是哪次议事会，例如“{example}”。")


class OnlyAtTheDesk(UserError):
    """What residents said is not for every group."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}请在社区工作群里发，或单独发给我。")


class CodeMissing(UserError):
    """签到 without its code."""

    def __init__(self) -> None:
        super().__init__("请写上现场公布的四位签到码，例如“签到 4821”。看不到码，请现场工作人员代签到。")


class NotNowAtTheDoor(UserError):
    """The meeting cannot be checked in to at this time."""

    def __init__(self, number: int, when: str, *, is_over: bool) -> None:
        why = "签到已经结束" if is_over else f"定在{when}，提前一小时开始签到"
        super().__init__(f"议事会{number} {why}。有问题请找现场工作人员。")


class NamesMissing(UserError):
    """Staff check somebody in, and nobody is named."""

    def __init__(self, number: int | None) -> None:
        super().__init__(f"请写明替谁签到，例如“代签到 议事会{number or 5} 王大妈、李大爷”。")


class SeveralOfThatName(UserError):
    """A name fits several who are invited, or several units."""

    def __init__(self, name: str, called: Sequence[str]) -> None:
        super().__init__(f"叫“{name}”的有{len(called)}位：{'、'.join(called)}。请让本人签到，或写全名。")
