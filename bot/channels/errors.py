"""Why a message did not go out: the channel says which, the worker what follows."""

from datetime import timedelta


class DeliveryError(Exception):
    """The message did not go out."""

    def __init__(
        self,
        message: str = "",
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        pauses_account: bool = False,
    ) -> None:
        """`message` is a short sentence for staff, without secrets; `pauses_account`: all addresses wait."""
        super().__init__(message or type(self).__doc__)
        self.permanent = permanent
        self.retry_after = retry_after
        self.pauses_account = pauses_account


class TryAgain(DeliveryError):
    """暂时没有送出，稍后重试。"""


class BackOff(DeliveryError):
    """平台要求稍等。"""  # says nothing about the message: not counted as an attempt

    def __init__(self, message: str = "", *, retry_after: timedelta, pauses_account: bool = False) -> None:
        super().__init__(message, retry_after=retry_after, pauses_account=pauses_account)


class OnHold(DeliveryError):
    """等对方下次来信再送。"""


class Refused(DeliveryError):
    """平台拒收。"""

    def __init__(self, message: str = "") -> None:
        super().__init__(message, permanent=True)


class Gone(Refused):
    """没有这个群了。"""


class OverShare(DeliveryError):
    """本群收到的群发已达上限，没有送达。"""  # it may be made again when the next period begins


class Unclear(DeliveryError):
    """是否送达不明。"""

    def __init__(self, message: str = "") -> None:
        super().__init__(message, permanent=True)


class AnswerLost(Unclear):
    """已发出，但没有收到平台的回答，是否送达不明。"""
