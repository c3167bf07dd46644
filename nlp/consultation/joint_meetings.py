"""Joint meetings: 联席会 每月10日15:00 居委会会议室 枫桥物业、综合执法中队, their list, roster and end."""

import re
from typing import Final

from nlp.arguments import Json
from nlp.broadcasts.schedules import find_repeat
from nlp.consultation.actions import TableAction
from nlp.consultation.numbering import JOINT, forms, match_of, number_in, numbered
from nlp.consultation.said import Said, TableWord

A = TableAction
OF_JOINT: Final = numbered(JOINT, "joint")
NEW: Final = re.compile(
    rf"(?:新建|新增|设立|设置|设|定|召集|安排|增加)?(?:一个)?(?:{JOINT}|例会)[\s:,]*(?=每)"
)
REPEATED: Final = re.compile(rf"(?=每)(?P<rule>.{{2,24}}?)(?:开|召开|举行)?(?:{JOINT})")
LIST: Final = re.compile(
    rf"(?:查看?|看看?|有哪些|有什么)?(?:{JOINT})(?:列表|清单|有哪些|名单|安排)?[\s?。!]*"
)
SHOW: Final = re.compile(
    rf"(?:查看?|看看?)?\s?{OF_JOINT}(?:[的\s]*(?:名单|成员|情况|怎么样|是什么))?[\s?。!]*"
)
END: Final = forms(
    rf"(?:取消|停止|撤销|结束|停开|停掉|删除)\s?{OF_JOINT}[\s。!]*$",
    rf"{OF_JOINT}\s?(?:取消|停止|撤销|结束|停开|不开)了?[\s。!]*$",
)
CHANGE: Final = re.compile(
    rf"{OF_JOINT}\s?(?:名单)?[\s,:]*(?P<verb>增加|加上|添加|新增|加|必到|必须到|去掉|移除|减去|删除|删掉|取消)[\s:]*(?P<names>\S.*)"
)
TITLE: Final = re.compile(
    r"[\s,;]*(?:标题|名称|主题|叫)[是为:：\s]*[“\"《「]?(?P<title>[^\n,;“”\"《》「」]{2,40})[”\"》」]?|[《「“\"](?P<quoted>[^》」”\"]{2,40})[》」”\"]"
)
PLACE: Final = re.compile(r"(?:地点|地址|在|到)[是为在:：\s]*(?P<place>[^\s,，;；、。]{2,40})")
IS_PLACE: Final = re.compile(
    r"(?:室|厅|中心|楼|广场|活动站|院内|亭|会议|党群|服务站|礼堂|[一二三四五六七八九十\d][层楼]|线上)$"
)
LABEL: Final = re.compile(r"^(?:参加|名单|成员|固定成员|参会|邀请|请)(?:单位|人员|名单)?[是为有:：\s]*")
SPLIT: Final = re.compile(r"[、,，;；]|\s+|和(?=[\u4e00-\u9fff]{2})")
EDGES: Final = " \t\r\n,，。;；:：、"
ADDING: Final = frozenset({"增加", "加上", "添加", "新增", "加", "必到", "必须到"})
REQUIRED: Final = frozenset({"必到", "必须到"})


def find_joint_meeting(said: Said) -> TableWord | None:
    """What is said of joint meetings; `None` for everything else, and for residents."""
    head = said.folded[:40]
    if said.is_resident or not ("联席" in head or "例会" in head):
        return None
    if (found := match_of(END, said.folded)) is not None:
        return TableWord(A.JOINT_END, number_in(found, "joint"))
    if (found := CHANGE.fullmatch(said.folded)) is not None:
        names = _names(said.body[slice(*found.span("names"))])
        args: dict[str, Json] = {
            "names": names,
            "is_adding": found["verb"] in ADDING,
            "is_required": found["verb"] in REQUIRED,
        }
        return TableWord(A.JOINT_ROSTER, number_in(found, "joint"), args)
    if (found := SHOW.fullmatch(said.folded)) is not None:
        return TableWord(A.JOINT_ROSTER, number_in(found, "joint"), {"names": []})
    if LIST.fullmatch(said.folded) is not None:
        return TableWord(A.JOINT_LIST)
    return _new(said)


def _new(said: Said) -> TableWord | None:
    """联席会 每月10日15:00 居委会会议室 枫桥物业、综合执法中队 标题物业联席会"""
    if said.folded.rstrip().endswith(("吗", "?")):
        return None
    found = NEW.match(said.folded) or REPEATED.match(said.folded)
    if found is None:
        return None
    start = found.start("rule") if "rule" in found.groupdict() else found.end()
    repeat = find_repeat(said.folded, start)
    if repeat is None:
        return TableWord(A.JOINT_ADD, None, {"rule": None, "place": "", "names": [], "title": ""})
    rest = said.body[max(repeat.end, found.end()) :]
    title = TITLE.search(rest)
    words = title["title"] or title["quoted"] if title else ""
    rest = TITLE.sub(" ", rest, count=1) if title else rest
    place = PLACE.search(rest)
    rest = PLACE.sub(" ", rest, count=1) if place else rest
    names = [*_parts(rest)]
    at = place["place"] if place else next((each for each in names if IS_PLACE.search(each)), "")
    rule: dict[str, Json] = {**repeat.days, "at_time": repeat.at_time}
    args: dict[str, Json] = {
        "rule": rule,
        "place": at,
        "names": [each for each in names if each != at],
        "title": words.strip(),
    }
    return TableWord(A.JOINT_ADD, None, args)


def _names(text: str) -> list[Json]:
    return [*_parts(text)]


def _parts(text: str) -> list[str]:
    """The names of a list, each once, without the word that opens it."""
    parts = (
        LABEL.sub("", part.strip(EDGES)).strip(EDGES)
        for part in SPLIT.split(LABEL.sub("", text.strip(EDGES)))
    )
    return list(dict.fromkeys(part for part in parts if part))
