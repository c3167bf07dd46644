"""Refusals about who has a case, what others must not read, and what was reported for somebody."""

from handlers.errors import UserError


class NotInYourHands(UserError):
    """The worker does not have the case, so cannot pass it on."""

    def __init__(self, label: str, number: int) -> None:
        super().__init__(f"诉求 {label} 不在您名下。先发“接单 {number}”再转交，或请社区工作人员指派。")


class NobodyOfThatName(UserError):
    """Nobody who could have a case has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"本社区没有叫“{name}”的网格员或工作人员。请写全名，例如“转 23 赵磊”。")


class SeveralNamed(UserError):
    """Several people may be meant."""

    def __init__(self, name: str) -> None:
        super().__init__(f"叫“{name}”的不止一位，请写全名。")


class CannotTake(UserError):
    """The person may not have this case."""

    def __init__(self, label: str, name: str) -> None:
        super().__init__(f"诉求 {label} 不能转给{name}，请转给本社区的网格员；涉及工作人员的只由社区办。")


class AlreadyTheirs(UserError):
    """The person has the case already."""

    def __init__(self, label: str, name: str) -> None:
        super().__init__(f"诉求 {label} 已经由{name}负责，不用再转。")


class WhereToGoMissing(UserError):
    """Turning a case down needs a place where the resident is helped."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"请写明居民该去哪里办，例如“不予受理 {number} 属于供热合同纠纷，请找供热公司客服”。"
        )


class NoRejectionProposed(UserError):
    """Nobody asked for it."""

    def __init__(self, label: str) -> None:
        super().__init__(f"诉求 {label} 没有待审核的不予受理。发“查 {label}”看它的情况。")


class OnlyAlone(UserError):
    """What others must not read is said one-to-one."""

    def __init__(self, example: str) -> None:
        super().__init__(f"这件事只能单独私聊我，不能在群里说。请私聊发“{example}”。")


class HomeIncomplete(UserError):
    """A home needs estate, building and room."""

    def __init__(self) -> None:
        super().__init__("请写全小区、楼号和室号，例如“特殊家庭 枫桥苑3-2-501 独居老人”。")


class NoSuchHousehold(UserError):
    """Nobody is registered behind this door."""

    def __init__(self, place: str) -> None:
        super().__init__(f"{place}没有登记过特殊家庭。发“特殊家庭”看已登记的。")


class PlaceMissing(UserError):
    """What was seen needs a place."""

    def __init__(self) -> None:
        super().__init__("请写明在哪个小区、哪里，例如“上报 枫桥苑3号楼井盖破损”。")


class NothingReported(UserError):
    """A report has no words."""

    def __init__(self, example: str) -> None:
        super().__init__(f"请写明是什么事、在哪里，例如“{example}”。")


class NotACase(UserError):
    """A household in need was told like something seen on patrol."""

    def __init__(self) -> None:
        super().__init__(
            "登记特殊家庭请社区工作人员单独私聊我发：特殊家庭 枫桥苑3-2-501 独居老人。"
            "这句话没有登记成诉求，也没有发到群里。"
        )
