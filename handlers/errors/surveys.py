"""Refusals about surveys (征询) and measures (改造): what is the matter, then what to send."""

from collections.abc import Sequence
from datetime import datetime

from handlers.errors import UserError
from handlers.replies.formats import moment_text

SHOWN = 5  # surveys in one sentence
EXAMPLE = "发起征询 议事会5 您家暖气热不热 选项 不热、还可以、很热 截止周五12:00"


class SurveyTitleMissing(UserError):
    """A survey needs a question."""

    def __init__(self) -> None:
        super().__init__(f"请写明想问什么，例如“{EXAMPLE}”。")


class SurveyNamesSomebody(UserError):
    """The question would be read in residents' groups and names a door, a phone or a person."""

    def __init__(self) -> None:
        super().__init__("题目或选项里像有门牌、电话或姓名，居民群里不能出现。请去掉后再发。")


class SurveyTimeWrong(UserError):
    """The end lies behind, or too far ahead."""

    def __init__(self) -> None:
        super().__init__("截止时间要在以后、半年之内，例如“截止11月30日20:00”；不写就是三天后 20:00。")


class SurveyTimeUnread(UserError):
    """Something stands behind 截止 that is no time."""

    def __init__(self) -> None:
        super().__init__("没看懂截止时间，还没有发起。请写成“截止11月30日20:00”。")


class SurveyMeetingOver(UserError):
    """The meeting the survey is for has begun, or will not take place."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"议事会 {number} 已经开始、结束或取消，会前征询发不了。去掉“议事会{number}”可以单独发起。"
        )


class SurveyPlaceUnknown(UserError):
    """The place named is none of this community."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"没有找到“{place}”，还没有发起。请写本社区的小区，例如“范围枫桥苑”；不写就问全社区。"
        )


class SameSurvey(UserError):
    """The same question is being asked already."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"同样的征询正在进行：征询{number}。看情况请发“征询{number}”，要重发请先发“取消征询{number}”。"
        )


class SurveyOver(UserError):
    """Nobody can answer any more."""

    def __init__(self, number: int, *, is_cancelled: bool = False) -> None:
        how = "已取消" if is_cancelled else "已经结束"
        super().__init__(f"征询{number} {how}。还有话想说，直接打一句话发给我就行。")


class SurveyNotForYou(UserError):
    """The survey asks others."""

    def __init__(self, number: int, who: str) -> None:
        super().__init__(f"征询{number} 问的是{who}。您有什么要反映的，直接说一句话就行。")


class SurveyAnswerMissing(UserError):
    """Nothing was said that could be counted."""

    def __init__(self, number: int, options: str) -> None:
        example = f"征询{number} A 家里3人" if options else f"征询{number} 您的意见"
        super().__init__("\n".join(filter(None, [f"请写上您的选择，例如“{example}”。", options])))


class WhichSurvey(UserError):
    """Several surveys ask the speaker, and the answer would fit more than one."""

    def __init__(self, known: Sequence[tuple[int, str]], said: str) -> None:
        listed = "；".join(f"征询{number} {title}" for number, title in known[:SHOWN])
        super().__init__(f"请写上编号，例如“征询{known[0][0]} {said}”。正在进行的有：{listed}。")


class NoSuchOption(UserError):
    """The letter stands for no option."""

    def __init__(self, number: int, said: str, options: str) -> None:
        super().__init__(f"没有选项 {said}，请这样回复“征询{number} A”：\n{options}")


class SurveyPeopleWrong(UserError):
    """So many people live in no household."""

    def __init__(self, number: int, most: int) -> None:
        super().__init__(f"人数请写 1 到 {most}，例如“征询{number} A 家里3人”。")


class SurveyByResidents(UserError):
    """Somebody who works here answers."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"征询由居民在公众号里回答：“征询{number} A 家里3人 意见”。看情况请发“征询{number}”。"
        )


class SurveyNotReminded(UserError):
    """Who has not answered is not known, so nobody is reminded."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"征询不催人。要再提醒，请发“群发 小区名 征询{number}还可以回答，公众号回复：征询{number} A”。"
        )


class SurveyRuns(UserError):
    """It ends by itself."""

    def __init__(self, number: int, closes_at: datetime) -> None:
        super().__init__(
            f"征询{number} 已经在进行，{moment_text(closes_at)} 结束。要提前结束请发“结束征询{number}”。"
        )


# ------------------------------------------------------------------ measures


class MeasureTitleWrong(UserError):
    """A measure needs a name that anybody may read."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"请写明改造的名称（{most} 字以内，不写门牌和姓名），例如“改造 枫桥苑雨污分流改造”。"
        )


class SameMeasure(UserError):
    """A measure of that name stands already."""

    def __init__(self, number: int) -> None:
        super().__init__(f"这项改造已经登记：改造{number}。发“改造{number}”看它的三次调查。")


class NoSuchMeasure(UserError):
    """The community has no measure of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"没有编号 {number} 的改造。发“改造列表”看都有哪些。")


class PhaseSurveyed(UserError):
    """Each of the three surveys is made once."""

    def __init__(self, number: int, phase: str, survey: int, *, is_open: bool) -> None:
        if is_open:
            how = f"正在进行（征询{survey}）。要重做请先发“取消征询{survey}”。"
        else:
            how = f"已经做过（征询{survey}），三次调查各做一次才好对比。看结果请发“改造{number}”。"
        super().__init__(f"改造{number} 的{phase}调查{how}")


class QuestionDiffers(UserError):
    """The three surveys ask the same."""

    def __init__(self, number: int, question: str, options: str) -> None:
        super().__init__(
            f"三次调查要问同样的话才好对比，改造{number} 问的是：{question}（{options}）。"
            f"请不写题目和选项，直接发“改造{number} 改造后调查”。"
        )
