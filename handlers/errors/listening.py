"""Refusals about listening days (民意听取日)."""

from collections.abc import Sequence
from datetime import date

from handlers.errors import UserError

EXAMPLE = "听取日 每月5日、15日、25日 9:00-18:00 遇节假日顺延"


class ListeningDaysMissing(UserError):
    """Nothing says on which days."""

    def __init__(self) -> None:
        super().__init__(f"没看懂是哪些日子。请写成“{EXAMPLE}”，也可以写“每周三”“每月第一个周五”。")


class ListeningWordsUnclear(UserError):
    """Something stands with the days that was not understood."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"日子看懂了，但没看懂“{words}”，还没有设。"
            f"要发给居民的话请写在“内容：”后面，例如“{EXAMPLE} 内容：…”。"
        )


class ListeningHoursWrong(UserError):
    """The day ends before it begins."""

    def __init__(self, starts: str, ends: str) -> None:
        super().__init__(
            f"时间不对：{starts} 开始、{ends} 结束。结束要晚于开始，例如“听取日 每周三 9:00-18:00”。"
        )


class SameListeningDays(UserError):
    """The community listens on these days already."""

    def __init__(self, number: int) -> None:
        super().__init__(f"这些日子已经设过：听取日 {number}。要改请先发“取消听取日 {number}”，再重新设。")


class NoSuchListeningDays(UserError):
    """No series of that number goes on."""

    def __init__(self) -> None:
        super().__init__("没有这样的听取日。发“听取日列表”看现有的。")


class WhichListeningDays(UserError):
    """Several series go on."""

    def __init__(self, numbers: Sequence[int]) -> None:
        known = "、".join(str(each) for each in numbers)
        super().__init__(f"请写上听取日的编号（{known}），例如“取消听取日 {numbers[0]}”。")


class NoListeningDayThen(UserError):
    """The community did not listen on that day."""

    def __init__(self, day: date, known: Sequence[date], following: str) -> None:
        last = "、".join(f"{each.month}月{each.day}日" for each in known)
        about = f"最近的听取日：{last}。" if last else ""
        super().__init__(f"{day.month}月{day.day}日没有听取日。{about}{following}")


class ListeningDaysByStaff(UserError):
    """A worker wants to set or end listening days."""

    def __init__(self) -> None:
        super().__init__("听取日由社区工作人员设和取消，请在社区工作群里说；看安排请发“听取日列表”。")
