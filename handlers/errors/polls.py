"""Refusals about votes by household (表决): what is the matter, then what to send."""

from collections.abc import Sequence

from handlers.errors import UserError

EXAMPLE = "发起表决 是否加装电梯 范围枫桥苑33号楼 比例80% 截止11月30日20:00"
SHOWN = 8  # names in one sentence


class NoSuchPoll(UserError):
    """The community has no poll of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"没有编号 {number} 的表决或征询。发“表决列表”看都有哪些。")


class WhichPoll(UserError):
    """No number was said, and none or several may be meant."""

    def __init__(self, known: Sequence[tuple[int, str]], example: str) -> None:
        if not known:
            super().__init__("现在没有正在进行的表决。发“表决列表”看以前的。")
            return
        listed = "；".join(f"表决{number} {title}" for number, title in known[:SHOWN])
        super().__init__(f"请写上编号，例如“{example}”。正在进行的有：{listed}。")


class PollNumberMissing(UserError):
    """A draft is meant, and no number was said."""

    def __init__(self, example: str) -> None:
        super().__init__(f"请写上编号，例如“{example}”。编号发“表决列表”看。")


class OnlyWorkersAndStaff(UserError):
    """A unit's member wants what grid workers and staff do."""

    def __init__(self) -> None:
        super().__init__("敲门和代投由网格员和社区工作人员做，请转告他们。")


# ------------------------------------------------------------------ making one


class PollTitleMissing(UserError):
    """A vote needs a question."""

    def __init__(self) -> None:
        super().__init__(f"请写明表决什么，例如“{EXAMPLE}”。")


class PollTextTooLong(UserError):
    """The title or an option does not fit."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(f"{what}最多 {most} 个字，请写短一些再发。")


class OptionsWrong(UserError):
    """Too few options to choose from, or too many."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"选项要写 2 到 {most} 个，用顿号隔开，例如“选项 同意、不同意、弃权”。不写就用这三个。"
        )


class ShareUnread(UserError):
    """A share cannot be read."""

    def __init__(self, words: str) -> None:
        super().__init__(f"没看懂比例“{words}”。请写成“比例80%”“比例4/5”“比例过半”，参与的写“参与2/3”。")


class ScopeMissing(UserError):
    """Which estate votes is not clear."""

    def __init__(self, estates: Sequence[str], said: str = "") -> None:
        known = "、".join(estates[:SHOWN])
        lead = f"本社区没有“{said}”。" if said else ""
        super().__init__(
            f"{lead}请写明哪个小区、哪栋楼的住户表决，例如“范围枫桥苑33号楼”。本社区有：{known}。"
        )


class ScopeTooWide(UserError):
    """Several buildings, or several estates, were named."""

    def __init__(self) -> None:
        super().__init__("一次表决的范围只能是一个小区、一栋楼或一个单元。几栋楼请分开发起，每栋一次。")


class NoSuchBuilding(UserError):
    """The estate has no such building, or an entrance was named without one."""

    def __init__(self, estate: str, building: str | None) -> None:
        if building is None:
            super().__init__("请写明是哪栋楼的单元，例如“范围枫桥苑33号楼5单元”。")
            return
        super().__init__(f"{estate}没有{building}号楼，请核对楼号。")


class HouseholdsUnknown(UserError):
    """Nobody knows how many households may vote."""

    def __init__(self, scope: str) -> None:
        super().__init__(
            f"还不知道{scope}一共多少户。请在后面写上户数，例如“共24户”；或先请管理员导入户册，再发一遍。"
        )


class HouseholdsDiffer(UserError):
    """The number said is not that of the list of rooms."""

    def __init__(self, scope: str, listed: int, said: int) -> None:
        super().__init__(
            f"户册里{scope}有 {listed} 户，和您写的 {said} 户不同。"
            f"请去掉“共{said}户”按户册表决，或先补全户册。"
        )


class HouseholdsWrong(UserError):
    """That many households cannot be."""

    def __init__(self, most: int) -> None:
        super().__init__(f"户数要写 1 到 {most} 之间的整数，例如“共24户”。")


class AreasUnknown(UserError):
    """Area cannot be counted where rooms have none."""

    def __init__(self, scope: str, missing: int | None) -> None:
        if missing is None:
            super().__init__(
                f"按面积计票要有{scope}的户册（每户一行，带面积）。请先请管理员导入，或改成按户。"
            )
            return
        super().__init__(
            f"户册里{scope}有 {missing} 户没有面积，不能按面积计票。请补全户册再导入，或改成按户。"
        )


class ClosingMissing(UserError):
    """A vote needs an end."""

    def __init__(self) -> None:
        super().__init__(f"请写明什么时候截止，例如“截止11月30日20:00”。整句如“{EXAMPLE}”。")


class ClosingWrong(UserError):
    """The end is past, too near or too far."""

    def __init__(self, when: str, days: int) -> None:
        super().__init__(f"截止时间 {when} 不合适：至少在一小时以后，最多 {days} 天以内。请改一下再发。")


class PollAlreadyThere(UserError):
    """The same vote is there already."""

    def __init__(self, number: int, *, is_open: bool) -> None:
        what = f"正在进行，发“表决{number}”看情况" if is_open else f"还没开始，发“开始表决{number}”就开始"
        super().__init__(f"同样的表决{number} 已经有了，{what}；不要它了请发“取消表决{number} 原因”。")


class AttachedUnknown(UserError):
    """The topic, meeting or decision a vote is for does not exist."""

    def __init__(self, what: str) -> None:
        super().__init__(f"没有找到{what}，请核对编号再发。")


# ------------------------------------------------------------------ its way


class PollNotDraft(UserError):
    """The vote has begun or ended."""

    def __init__(self, number: int, status: str) -> None:
        super().__init__(f"表决{number} {status}，不用再开始。发“表决{number}”看情况。")


class PollNotOpen(UserError):
    """Nothing can be said in a vote that does not run."""

    def __init__(self, number: int, status: str) -> None:
        super().__init__(f"表决{number} {status}，现在不能投。发“表决{number}”看情况。")


class PollEnded(UserError):
    """The vote is over already."""

    def __init__(self, number: int, status: str) -> None:
        super().__init__(f"表决{number} {status}，不能再改。发“表决{number}”看结果。")


class PollReasonMissing(UserError):
    """Those who voted must hear why."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明取消的原因，要告诉住户，例如“取消表决{number} 方案有改动”。")


class NotSettledYet(UserError):
    """Those who have not voted may still change the result."""

    def __init__(self, number: int, rest: int, contested: int) -> None:
        claims = f"、{contested} 户意见不一致" if contested else ""
        super().__init__(
            f"表决{number} 还有 {rest} 户没投{claims}，结果可能改变。"
            f"确实要现在结束，请发“提前结束表决{number}”。"
        )


class RemindedJustNow(UserError):
    """Those who have not voted were asked a short time ago."""

    def __init__(self, number: int, when: str) -> None:
        super().__init__(
            f"表决{number} 在 {when} 刚提醒过，半天内不重复打扰。没投的可以发“敲门 {number}”上门问。"
        )


# ------------------------------------------------------------------ voting


class VoteHomeUnknown(UserError):
    """Whose household speaks is not known."""

    def __init__(self, number: int, estate: str) -> None:
        super().__init__(
            f"表决按户计票，请先说您住哪里，例如“我住{estate}33号楼5单元201”，再发“表决{number} …”投票。"
        )


class VoteUnitUnknown(UserError):
    """The entrance is not known, and several may be meant."""

    def __init__(self, number: int, estate: str, *, building: str, room: str) -> None:
        super().__init__(
            f"{building}号楼有几个单元，请先说清您住哪个单元，例如“我住{estate}{building}号楼2单元{room}”，"
            f"再发“表决{number} …”投票。"
        )


class OutsideScope(UserError):
    """The home is not one of those that vote."""

    def __init__(self, number: int, scope: str) -> None:
        super().__init__(
            f"表决{number} 是{scope}住户的表决，您登记的住址不在里面。住址变了请发“我住…”改一下再投。"
        )


class RoomNotListed(UserError):
    """The room is on no list."""

    def __init__(self, number: int, room: str, phone: str) -> None:
        call = f"请打社区电话{phone}核对" if phone else "请联系社区核对"
        super().__init__(
            f"户册里没有{room}，表决{number} 先不能投。住址写错了请发“我住…”改正；没写错{call}。"
        )


class VotedForAnotherDoor(UserError):
    """The person has spoken for another home in this vote."""

    def __init__(self, number: int, room: str) -> None:
        super().__init__(
            f"表决{number} 您已经代表{room}投过，那一票算数，不能再为别的住处投。投错了住处请联系社区。"
        )


class OptionUnknown(UserError):
    """The words are none of the options."""

    def __init__(self, number: int, options: str) -> None:
        super().__init__(
            f"没看懂您选哪一项。表决{number} 的选项：{options}。请发“表决{number} 选A”这样的话。"
        )


class RuledOtherwise(UserError):
    """Staff have decided whose word counts for the household."""

    def __init__(self, number: int, phone: str) -> None:
        call = f"请打社区电话{phone}" if phone else "请联系社区"
        super().__init__(f"您家在表决{number} 里以谁的为准，社区已经认定，这次没有记。有疑问{call}。")


class VoteByHousehold(UserError):
    """A worker votes like a resident."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"表决由住户在公众号里投。帮住户录入请发“代投 {number} 33号楼5单元201 同意”，写明哪一户。"
        )


# ------------------------------------------------------------------ at the doors


class DoorsMissing(UserError):
    """No door was named."""

    def __init__(self, number: int, what: str) -> None:
        example = (
            f"代投 {number} 33号楼5单元201 同意" if what == "代投" else f"敲门 {number} 33号楼5单元201 没人"
        )
        super().__init__(f"请写明哪一户和结果，例如“{example}”；几户可以一起写：201 202 …")


class SecretVoteInGroup(UserError):
    """A secret vote must not be entered where others read it."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"表决{number} 不记名，请不要在群里写住户选了什么。请在和回音的单独聊天里发“代投 {number} …”。"
        )


class DoorRefused(UserError):
    """One door of several cannot be entered; the sentence stands behind its name."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class NoClaimThere(UserError):
    """Nothing is contested at this door."""

    def __init__(self, number: int, room: str) -> None:
        super().__init__(f"{room}在表决{number} 里没有意见不一致。发“争议 {number}”看有哪些。")


class ClaimantUnknown(UserError):
    """None of those who spoke for the household is called so."""

    def __init__(self, number: int, room: str, known: str) -> None:
        super().__init__(f"{room}投过的是：{known}。请写姓名或第几位，例如“认定 {number} {room} 第1位”。")
