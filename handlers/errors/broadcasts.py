"""Refusals about broadcasts, series and templates."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers.errors import UserError
from handlers.working_days import local

SHOWN = 10  # names in one sentence


class BroadcastTooLong(UserError):
    """The words do not fit into one message."""

    def __init__(self, limit: int, characters: int) -> None:
        super().__init__(f"内容太长（{characters} 字），一次最多约 {limit} 字。请精简后再发，或分两次群发。")


class BroadcastTooLate(UserError):
    """The time given is over, or more than half a year away."""

    def __init__(self, at: datetime) -> None:
        when = local(at)
        super().__init__(
            f"不能定在{when.year}年{when.month}月{when.day}日 {when:%H:%M} 发送：请写半年之内、还没到的时间。"
        )


class TimeNotUnderstood(UserError):
    """It was said when to send, but not so that it can be read."""

    def __init__(self, said: str) -> None:
        super().__init__(
            f"没看懂什么时候发（“{said}”），还没有发送。请写成“明早8点群发 …”“11月25日9:00群发 …”"
            "或“每周五9点群发 …”；要马上发就不写时间。"
        )


class NobodyReachable(UserError):
    """Those named are there, but none of them can be reached."""

    def __init__(self, unreached: Mapping[str, Sequence[str]]) -> None:
        why = "；".join(f"{reason}：{names_text(names)}" for reason, names in unreached.items())
        super().__init__(f"一个也发不到，没有发送。{why}。")


class NoResidentKnown(UserError):
    """Nobody who could be written to one by one is known there."""

    def __init__(self, target: str) -> None:
        super().__init__(
            f"{target}还没有登记过的居民，一对一发不到人：在公众号里说过住址、反映过事情的居民才收得到。"
            f"可以改发居民群，例如“群发 {target} …”。"
        )


class NoSuchBroadcast(UserError):
    """The community has no broadcast of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"没有编号 {number} 的群发。发“群发列表”看最近的群发。")


class NoBroadcastNow(UserError):
    """Nothing stands so that this could be done with it."""

    def __init__(self) -> None:
        super().__init__("现在没有这样的群发。发“群发列表”看最近的群发。")


class WhichBroadcast(UserError):
    """Several broadcasts may be meant."""

    def __init__(self, example: str, numbers: Sequence[int]) -> None:
        known = "、".join(str(each) for each in numbers)
        super().__init__(f"请写上群发编号（{known}），例如“{example} {numbers[0]}”。")


class NotAwaitingApproval(UserError):
    """Nobody needs to agree to it (any more)."""

    def __init__(self, number: int, status: str) -> None:
        super().__init__(f"群发 {number} 现在是“{status}”，不用再审批。发“群发进度 {number}”看它的情况。")


class OwnApproval(UserError):
    """Whoever ordered it cannot agree to it."""

    def __init__(self, number: int) -> None:
        super().__init__(f"群发 {number} 是您自己发起的，要由另一位工作人员回复“同意群发 {number}”。")


class BroadcastTimePassed(UserError):
    """Somebody agrees when the time it was ordered for is over."""

    def __init__(self, number: int, at: datetime) -> None:
        when = local(at)
        super().__init__(
            f"群发 {number} 原定{when.month}月{when.day}日 {when:%H:%M} 发送，时间已经过了，没有发送。"
            f"还要发请重新群发；不发请回复“不同意群发 {number} 因为时间已过”。"
        )


class OverAlready(UserError):
    """There is nothing left to stop."""

    def __init__(self, number: int, status: str) -> None:
        super().__init__(f"群发 {number} 现在是“{status}”，没有可以停的了；发出的收不回。")


class SeriesGoesOn(UserError):
    """The number is that of a preview from which a series was made."""

    def __init__(self, number: int, series: int) -> None:
        super().__init__(
            f"群发 {number} 是定期群发 {series} 的预览，它还在按期发。要停请发“取消定期群发 {series}”。"
        )


class NotSent(UserError):
    """Nothing of the broadcast was ever sent, so nothing can be sent again."""

    def __init__(self, number: int, status: str) -> None:
        super().__init__(f"群发 {number} 现在是“{status}”，没有发送过，不能重发。需要时请重新群发。")


class SeriesAtNight(UserError):
    """The time of a series lies in the quiet hours."""

    def __init__(self, at_time: str, end: str) -> None:
        super().__init__(
            f"{at_time} 在静默时段里，到时候发不出去（{end} 才送出）。请改一个时间再说一遍；"
            f"夜里非发不可请说“紧急群发”。"
        )


class NothingFailed(UserError):
    """There is nothing to send again."""

    def __init__(self, number: int, uncertain: int) -> None:
        more = (
            f"有 {uncertain} 个不清楚是否送达，要一起重发请说“重发群发 {number} 含不明”（可能收到两遍）。"
            if uncertain
            else f"发“群发进度 {number}”看明细。"
        )
        super().__init__(f"群发 {number} 没有失败的。{more}")


class NoSuchTimes(UserError):
    """The days of a series never come."""

    def __init__(self) -> None:
        super().__init__("没看懂定期群发的日子，例如“每周五9点群发 枫桥苑 …”或“每月5日、15日9点群发 …”。")


class NoSuchSeries(UserError):
    """No series of that number goes on."""

    def __init__(self) -> None:
        super().__init__("没有这个定期群发。发“定期群发”看在用的。")


class WhichSeries(UserError):
    """Several series may be meant."""

    def __init__(self, numbers: Sequence[int]) -> None:
        known = "、".join(str(each) for each in numbers)
        super().__init__(f"请写上定期群发的编号（{known}），例如“取消定期群发 {numbers[0]}”。")


class TemplateIncomplete(UserError):
    """A template needs a name and a text."""

    def __init__(self) -> None:
        super().__init__(
            "请写成“群发模板 停水=【停水通知】{小区}将于{时间}停水，原因：{原因}”，大括号里是每次要填的。"
        )


class TemplateTooLong(UserError):
    """The name or the text does not fit."""

    def __init__(self, name: int, text: int) -> None:
        super().__init__(f"模板名最多 {name} 个字，内容最多 {text} 个字，请缩短后再存。")


class NoSuchTemplate(UserError):
    """The community has no template of this name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        have = f"现有：{names_text(known)}。" if known else "还没有模板，"
        super().__init__(f"没有叫“{name}”的模板。{have}发“群发模板”看怎么写。")


class VariablesMissing(UserError):
    """Not every variable of the template was given."""

    def __init__(self, name: str, missing: Sequence[str], given: Mapping[str, str]) -> None:
        example = " ".join(
            [*(f"{key}={value}" for key, value in given.items()), *(f"{each}=…" for each in missing)]
        )
        self.names = tuple(missing)
        first = f"{missing[0]}=…" if len(missing) > 1 else f"{missing[0]}是什么"
        super().__init__(
            f"模板“{name}”还缺：{'、'.join(missing)}。直接回复{first}就行，"
            f"或整条再发：群发 模板 {name} {example}"
        )


def names_text(names: Sequence[str]) -> str:
    """The names in one line, 等 when there are many."""
    shown = "、".join(names[:SHOWN])
    return f"{shown}等{len(names)}个" if len(names) > SHOWN else shown
