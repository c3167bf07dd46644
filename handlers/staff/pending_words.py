"""What is said while a broadcast awaits its code: the code, yes, no, another time, other words, urgent."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from nlp.characters import fold
from nlp.commands import without_mention
from nlp.times import find_moments

MARKS: Final = " \t\r\n\u3000:：,，"
CODE: Final = re.compile(
    r"(?:好的?,?|对,?)?(?:确认|验证|代)?码?\s*(?:就?是|为|:)?\s*(?P<code>\d{4})\s*(?:确认|发吧|发)?[。.!\s]*"
)
NUMBER: Final = re.compile(r"(?:第|编号)?\s*(?P<number>\d+)\s*(?:号|件)?[。.!\s]*")
YES: Final = re.compile(
    r"(?:好的?|可以的?|行|对的?|嗯+|是的?|ok|没问题|没错|确认|确定|同意|就这样|就这么发|马上|现在|可以)?"
    r"[,。!\s]*(?:确认|确定|可以|发送|发出?去?|发|群发)?(?:吧|了|啦|呀)?[。!\s]*",
    re.IGNORECASE,
)
NO: Final = re.compile(
    r"(?:算了|不用了|那?先?等等|先?停一下|等一下)?吧?[,。!\s]*"
    r"(?:(?:先|就|还是|暂时)?(?:不要?|别|不用|停止|取消|撤销|停|算)(?:再|先)?(?:群?发(?:送|出去?)?|了|群发)?)?"
    r"(?:吧|了|啦)*[。!\s]*"
)
CANCELS: Final = re.compile(r"算了|不发|别发|取消|撤销|不要发|不用发|停止|先停|等等|等一下|停一下|不用了")
URGENT: Final = re.compile(
    r"(?:这条?)?(?:改成|改为|按|算)?(?:紧急|加急|特急)(?:的)?(?:群?发)?(?:送|吧)?[。!\s]*"
)
OTHER_TIME: Final = re.compile(
    r"(?:把?(?:发送)?时间)?(?:(?:改|换|推迟|延迟|延后|提前|定|挪)(?:到|成|为|在|至)?|等到?)?\s*"
    r"(?P<when>.+?)\s*(?:再|才)?(?:群?发(?:送|出)?)(?:吧|出去)?[。!\s]*"
)
TIME_ALONE: Final = re.compile(
    r"(?:把?(?:发送)?时间)?(?:改|换|推迟|延迟|延后|提前|定|挪)(?:到|成|为|在|至)\s*(?P<when>.+?)[。!\s]*"
)
OTHER_WORDS: Final = re.compile(
    r"(?:把?(?:内容|文字|正文|通知))?改(?P<form>成|为)?(?P<mark>[\s:,]*)(?P<words>.+)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Said:
    """One of these; nothing when it is about something else."""

    code: str = ""
    is_number: bool = False  # digits that are no code: an answer to some other question
    is_yes: bool = False  # without the code
    is_no: bool = False
    is_urgent: bool = False
    at: datetime | None = None
    text: str = ""


def read_pending(text: str, *, now: datetime, is_command: bool) -> Said:
    """What is said of the broadcast that awaits its code.

    `is_command`: it was read as an order about something else, so that only what cannot be that counts.
    """
    said = without_mention(text, "回音").strip()
    folded = fold(said)
    code = CODE.fullmatch(folded)
    if code is not None:
        return Said(code=code["code"])
    if not folded or NUMBER.fullmatch(folded):
        return Said(is_number=bool(folded))
    if NO.fullmatch(folded) and CANCELS.search(folded):
        return Said(is_no=True)
    if URGENT.fullmatch(folded) or YES.fullmatch(folded):
        is_urgent = URGENT.fullmatch(folded) is not None
        return Said(is_urgent=is_urgent, is_yes=not is_urgent)
    at = _other_time(folded, now)
    return Said(at=at) if at else Said(text=_other_words(said, folded, is_command=is_command))


def _other_time(folded: str, now: datetime) -> datetime | None:
    """改到明天上午9点发: nothing but a time stands there."""
    for form in (OTHER_TIME, TIME_ALONE):
        found = form.fullmatch(folded)
        if found is None:
            continue
        moments = list(find_moments(found["when"], now))
        if len(moments) == 1 and (moments[0].start, moments[0].end) == (0, len(found["when"])):
            return moments[0].instant
    return None


def _other_words(said: str, folded: str, *, is_command: bool) -> str:
    """What stands behind 改, 改成, 内容改为; 改派 23 王芳 is no other words."""
    found = OTHER_WORDS.fullmatch(folded)
    if found is None:
        return ""
    is_about_words = not folded.startswith("改") or bool(found["mark"])
    if is_about_words or (found["form"] and not is_command):
        return said[found.start("words") :].strip(MARKS)
    return ""
