"""What the platforms' error codes mean for a message. HTTP status says hardly anything: judge by `errcode`.

Sources: the platforms' global return codes, as WxJava's WxMpErrorMsgEnum and WxCpErrorMsgEnum list them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.channels.errors import BackOff, DeliveryError, Gone, OnHold, Refused, TryAgain

TOKEN_REJECTED = frozenset({40001, 40014, 42001})  # invalid, invalid, expired: refresh once, retry once

MINUTE = timedelta(minutes=1)
CONFIGURATION = timedelta(minutes=5)  # how soon to look whether the operator has put it right
DAILY_QUOTA = timedelta(minutes=10)  # it may end at midnight, or by a reset in the platform's console
BANNED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What follows from one error code; with `pause` that long, for the whole account if it says so."""

    error: type[DeliveryError]
    sentence: str
    pause: timedelta | None = None
    is_account_wide: bool = False

    def as_error(self, code: int) -> DeliveryError:
        """The error to raise, its sentence ending with the code."""
        sentence = f"{self.sentence}（{code}）"
        if self.pause is None:
            return self.error(sentence)
        return self.error(sentence, retry_after=self.pause, pauses_account=self.is_account_wide)


Rulings = Mapping[int, Ruling]


def _whole_account(sentence: str, pause: timedelta) -> Ruling:
    return Ruling(BackOff, sentence, pause, is_account_wide=True)


COMMON: Rulings = {
    -1: Ruling(TryAgain, "平台繁忙"),
    **dict.fromkeys(TOKEN_REJECTED, Ruling(TryAgain, "平台不认新取的访问凭证", MINUTE, is_account_wide=True)),
    40008: Ruling(Refused, "平台不认这种消息类型"),
    40013: _whole_account("账号编号不对，请检查配置", CONFIGURATION),
    40033: Ruling(Refused, "内容含有平台不收的字符"),
    40035: Ruling(Refused, "平台不认这条消息的参数"),
    40058: Ruling(Refused, "平台不认这条消息的参数"),
    44004: Ruling(Refused, "消息没有内容"),
    45002: Ruling(Refused, "消息过长"),
    45009: _whole_account("超出平台的次数限制", DAILY_QUOTA),
    45033: Ruling(TryAgain, "平台的并发限制"),
    47001: Ruling(Refused, "平台读不懂这条消息"),
    47003: Ruling(Refused, "消息不合平台的模板规则"),
    87014: Ruling(Refused, "平台认为内容违规"),
}

OFFICIAL_ACCOUNT: Rulings = {
    **COMMON,
    40003: Ruling(Refused, "对方不是本公众号的用户"),
    40007: Ruling(Refused, "图片或文件已失效"),
    40037: Ruling(Refused, "模板编号不对，请检查配置"),
    40125: _whole_account("公众号密钥不对，请检查配置", CONFIGURATION),
    40164: _whole_account("本机地址不在公众号的IP白名单里", CONFIGURATION),
    43004: Ruling(Refused, "对方没有关注公众号"),
    43101: Ruling(Refused, "对方没有订阅这类通知"),
    45011: _whole_account("调用太频繁", MINUTE),
    45015: Ruling(OnHold, "对方已超过48小时没有来信，等其下次来信再送"),
    45047: Ruling(OnHold, "本轮可发的条数已用完，等对方下次来信再送"),
    46004: Ruling(Refused, "没有这个用户"),
    48001: Ruling(Refused, "公众号没有发客服消息的权限"),
    48002: Ruling(Refused, "对方关闭了接收消息"),
    48004: _whole_account("公众号的接口被封禁", BANNED),
    50005: Ruling(Refused, "对方没有关注公众号"),
    89503: _whole_account("等待公众号管理员确认", DAILY_QUOTA),
}

MASS_SEND: Rulings = {
    **OFFICIAL_ACCOUNT,
    40003: Ruling(Refused, "有接收人不是本公众号的用户"),
    40130: Ruling(Refused, "接收人太少，公众号群发至少要两位"),
    45028: Ruling(Refused, "公众号本月的群发次数已用完"),
    45066: Ruling(BackOff, "这条群发刚提交过，稍后核对", MINUTE),
    45067: Ruling(Refused, "平台不认这条群发的编号"),
    48001: Ruling(Refused, "公众号没有群发的权限"),
}

CORPORATION: Rulings = {
    **COMMON,
    40003: Ruling(Refused, "企业微信里没有这位成员"),
    40007: Ruling(Refused, "图片或文件已失效"),
    40056: _whole_account("应用编号不对，请检查配置", CONFIGURATION),
    45009: _whole_account("调用太频繁", MINUTE),
    48002: _whole_account("应用没有这个接口的权限，请检查配置", CONFIGURATION),
    40050: Ruling(Gone, "没有这个居民群"),
    41048: Ruling(Refused, "群主名下没有这个居民群"),
    41093: Ruling(Refused, "群发任务已结束"),  # unverified
    41094: Ruling(Refused, "提醒得太多"),  # unverified
    49008: Ruling(Gone, "居民群已解散"),  # unverified
    50002: Ruling(Refused, "成员不在应用的可见范围"),
    60011: Ruling(Refused, "成员不在应用的可见范围"),
    60020: _whole_account("本机地址不是企业可信IP", CONFIGURATION),
    60111: Ruling(Refused, "企业微信里没有这位成员"),
    81013: Ruling(Refused, "接收人都无效"),
    82001: Ruling(Refused, "接收人都无效"),
    84061: Ruling(Refused, "与对方不是客户关系"),
    86001: Ruling(Refused, "群编号不对，请检查组织文件"),
    86003: Ruling(Refused, "没有这个群，请检查组织文件里的群编号"),
    86004: Ruling(Refused, "群名不合规定"),
    86005: Ruling(Refused, "群主不对，请检查群的成员"),
    86006: Ruling(Refused, "群成员人数不合规定"),
    86007: Ruling(Refused, "群里有不存在的成员"),
    86008: Ruling(Refused, "这个群不是本应用创建的，应用不能往里发"),
    301002: Ruling(Refused, "成员不在应用的可见范围"),
}

GROUP_WEBHOOK: Rulings = {
    **COMMON,
    45009: Ruling(BackOff, "群机器人一分钟的条数用完", MINUTE),  # per key, not per account
    93000: Ruling(Refused, "群机器人已被移除或地址不对"),
}

# Codes of the long connection are on no page: 93006 and 846609 are what clients in the field have logged.
ROBOT_PUSH: Rulings = {
    **COMMON,
    **dict.fromkeys(TOKEN_REJECTED, Ruling(TryAgain, "平台不认这条长连接", MINUTE)),
    45009: Ruling(BackOff, "机器人在这个会话里的条数用完", MINUTE),  # per conversation
    86001: Ruling(Refused, "群编号不对"),
    86003: Ruling(Refused, "没有这个群，或者机器人不在群里"),
    93006: Ruling(Refused, "还没有人在这个会话里找过机器人，请先@机器人说一句话"),
    846609: Ruling(TryAgain, "平台不认这条长连接"),
}

# When asking for a token, 40001 means that the secret is wrong.
TOKEN_REQUEST: Rulings = {
    **OFFICIAL_ACCOUNT,
    **CORPORATION,
    **dict.fromkeys(TOKEN_REJECTED, _whole_account("账号密钥不对，请检查配置", CONFIGURATION)),
    40125: OFFICIAL_ACCOUNT[40125],
    40164: OFFICIAL_ACCOUNT[40164],
    45011: OFFICIAL_ACCOUNT[45011],
}


def error_code(answer: Mapping[str, Any]) -> int:
    """The answer's error code; several endpoints leave it out when all is well."""
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else -1


def judge(answer: Mapping[str, Any], rulings: Rulings, *, otherwise: type[DeliveryError] = TryAgain) -> None:
    """Nothing when the platform accepted; else the DeliveryError its code asks for."""
    code = error_code(answer)
    if code != 0:
        raise rulings.get(code, Ruling(otherwise, "平台返回错误")).as_error(code)
