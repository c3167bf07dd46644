"""Refusals about topics: what is the matter, then what to do."""

from handlers.errors import UserError


class NoSuchTopic(UserError):
    """The number belongs to no topic the speaker may know of."""

    def __init__(self, number: int, *, is_resident: bool) -> None:
        word = "议题" if is_resident else "议题列表"
        super().__init__(f"没有找到议题{number}。发“{word}”看现在有哪些议题。")


class NoTopicButCase(UserError):
    """The number is a case's and no topic's."""

    def __init__(self, number: int, label: str) -> None:
        super().__init__(f"没有议题{number}。要把诉求 {label} 列为议题，请发“列入议题 {number}”。")


class TopicMoveNotAllowed(UserError):
    """The topic stands where this cannot be done."""

    def __init__(self, number: int, status: str, action: str) -> None:
        super().__init__(f"议题{number} 现在是“{status}”，不能{action}。发“议题{number}”看它的情况。")


class TopicOver(UserError):
    """Somebody supports a topic that is settled or was declined."""

    def __init__(self, number: int, *, is_settled: bool) -> None:
        if is_settled:
            super().__init__(f"议题{number} 已经议定。发“议题{number}”看结果；还有新的想法，请发“提议 …”。")
            return
        super().__init__(f"议题{number} 没有采纳。发“议题{number}”看原因；情况有变化，请发“提议 …”再提一次。")


class AlreadySecondedTopic(UserError):
    """The person supports this topic already."""

    def __init__(self, number: int, seconds: int) -> None:
        super().__init__(f"议题{number} 您已经附议过了，现在共 {seconds} 位居民支持。定了开会时间会告诉您。")


class OnlyResidentsSecond(UserError):
    """Somebody who works here wants to support a topic."""

    def __init__(self, number: int) -> None:
        super().__init__(f"附议由居民在公众号里发“附议 议题{number}”。看有多少人支持，请发“议题{number}”。")


class TooManyProposals(UserError):
    """One person proposes very much in one day."""

    def __init__(self, most: int) -> None:
        super().__init__(f"今天您已经提了{most}条，请明天再提；急事请直接说是什么事、在哪儿。")


class TopicReasonMissing(UserError):
    """Declining needs a reason, which the proposer reads."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明原因，提议的居民会看到，例如“不采纳议题{number} 已由物业安排改造”。")


class TopicTargetMissing(UserError):
    """Nothing says into which topic another is joined."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明并到哪个议题，例如“合并议题 {number} 到 2”。")


class JoinedIntoItself(UserError):
    """A topic is to be joined into itself."""

    def __init__(self, number: int) -> None:
        super().__init__(f"议题{number} 不能并到它自己。请核对编号，发“议题列表”看全部议题。")


class TargetOnAgenda(UserError):
    """The topic another is joined into stands on an agenda, and the other brings cases with it."""

    def __init__(self, number: int, into: int) -> None:
        super().__init__(
            f"议题{into} 已列入议事会，议题{number} 带着诉求，不能直接并进去。"
            f"请等会后再并，或把议题{number} 一起列入那次议事会。"
        )


class CaseNotForTopic(UserError):
    """A case that is over is not talked about any more."""

    def __init__(self, label: str, status: str, number: int) -> None:
        super().__init__(f"诉求 {label} {status}，不能列为议题。问题还在的话，请先发“重办 {number}”。")


class NoCaseForTopic(UserError):
    """Neither a case nor words for a topic."""

    def __init__(self) -> None:
        super().__init__("请写上诉求编号或题目，例如“列入议题 23、24”，或“新议题 车棚充电桩怎么装”。")


class TopicTitleMissing(UserError):
    """What is to be talked over is not said."""

    def __init__(self) -> None:
        super().__init__("请写上要商量的事，例如“新议题 车棚充电桩怎么装”。")
