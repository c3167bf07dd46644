"""Refusals about money for a decision."""

from collections.abc import Sequence

from handlers.errors import UserError

SHOWN = 5  # numbers in one sentence


class CostIncomplete(UserError):
    """Something that a shared cost needs is missing."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(
            f"请写明{what}，例如“分摊 决议{number} 1200元 枫桥苑33号楼5单元 101、102、201、202”。"
        )


class PartOfACent(UserError):
    """An amount that cannot be paid."""

    def __init__(self) -> None:
        super().__init__("金额请写到分为止，例如“1200元”或“1200.50元”。")


class SharesDoNotAddUp(UserError):
    """What some households pay is more than the whole, or leaves nothing for the others."""

    def __init__(self, total: str, own: str) -> None:
        super().__init__(f"单独写的几户共{own}，和总数{total}对不上，请核对金额。")


class TooManyRooms(UserError):
    """More households than one message can list."""

    def __init__(self, most: int) -> None:
        super().__init__(f"一次最多分摊 {most} 户。")


class AlreadyShared(UserError):
    """The cost is shared already, and somebody has spoken or paid."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"决议{number} 的分摊已经有住户表态，不能重算。发“分摊 决议{number}”看情况；"
            "确需改的请先撤销这条决议，重新记一条。"
        )


class NothingShared(UserError):
    """No cost of this decision is shared."""

    def __init__(self, number: int) -> None:
        super().__init__(f"决议{number} 没有分摊的费用。")


class NoShareForYou(UserError):
    """The resident's household shares no cost."""

    def __init__(self, number: int) -> None:
        super().__init__(f"决议{number} 没有要您家分摊的费用，有疑问请问社区。")


class HomeUnknown(UserError):
    """Whose household it is nobody knows."""

    def __init__(self) -> None:
        super().__init__("还不知道您家门牌，请先发“我住枫桥苑33号楼5单元101”，再答复分摊。")


class WhichShare(UserError):
    """Several decisions ask this household."""

    def __init__(self, numbers: Sequence[int], *, agrees: bool) -> None:
        known = "、".join(f"决议{each}" for each in numbers[:SHOWN])
        word = "同意分摊" if agrees else "不同意分摊"
        super().__init__(f"有几笔费用要您家分摊：{known}。请写明是哪一笔，例如“{word} {numbers[0]}”。")


class RefusalReasonMissing(UserError):
    """Why the household does not agree."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写上原因，社区好想办法，例如“不同意分摊 {number}：我家没有用到”。")


class AlreadyPaid(UserError):
    """The household has paid: what it said stands."""

    def __init__(self, room: str) -> None:
        super().__init__(f"{room} 的分摊款已经收到，不能再改。有疑问请联系社区。")


class NoSuchRoom(UserError):
    """A room that does not share the cost."""

    def __init__(self, number: int, rooms: Sequence[str], known: Sequence[str]) -> None:
        wrong, there = "、".join(rooms[:SHOWN]), "、".join(known[:20])
        super().__init__(f"决议{number} 的分摊里没有 {wrong}（有 {there}），请核对，什么都没有记。")


class RoomsMissing(UserError):
    """No household is named."""

    def __init__(self, example: str) -> None:
        super().__init__(f"请写明是哪一户，例如“{example}”。")


class AmountMissing(UserError):
    """No amount is named."""

    def __init__(self, number: int) -> None:
        super().__init__(f"请写明金额，例如“资金 决议{number} 维修资金 3万元”。")
