"""What goes with a word of the desk: the person, the category, the source of a report, an answer."""

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from nlp.arguments import Arguments, Json
from nlp.characters import fold
from nlp.surnames import SURNAMES

Labels: TypeAlias = Mapping[str, tuple[str, str | None]]  # 停车, 用水-下水道 → category, subcategory

SPACE: Final = " \t\r\n\u2005\u3000,，:：;；、。.!！#-—~"
BECAUSE: Final = re.compile(r"^(?:原因|理由|因为|由于|因)[是为]?[:：]?\s*")
NAME: Final = rf"[{SURNAMES}欧司上诸][\u4e00-\u9fff]{{1,3}}?"
TITLES: Final = (
    "老爷子|老太太|老先生|大爷|大妈|大娘|大伯|大叔|大婶|大姐|大哥|大嫂|奶奶|爷爷|阿姨|阿婆|阿公|阿伯|叔叔|伯伯|婆婆|老师|师傅"
    "|先生|女士|小姐|太太|经理|医生|书记|主任|老板|楼长|老人|老伯|老太|叔|婶|姨|伯|姐|哥|嫂|爷|奶"
)
WHO: Final = re.compile(  # 张大爷, 3号楼的王芳; the name is group 1
    rf"(?:居民|业主|住户|租户|村民|楼长)?((?:[{SURNAMES}][\u4e00-\u9fff]{{0,2}}?(?:{TITLES})|[老小][{SURNAMES}]|{NAME}))"
    r"(?=[\s,，。:：;；(（/、]|\d|$)"
)
PLACED_WHO: Final = re.compile(  # 3号楼王奶奶: the place stays with the words of the trouble
    rf"([^\s,，。:：;；]{{1,20}}?(?:楼|单元|室|苑|园|小区|院|\d))的?([{SURNAMES}][\u4e00-\u9fff]{{0,1}}?(?:{TITLES}))(?=[\s,，。:：;；]|$)"
)
NO_NAME: Final = re.compile(
    r"(?:路|街|苑|园|里|楼|区|村|巷|城|庭|府|湾|门|坊|号|桥|层|家|水|电|灯|车|河|湖|山|院|站|店|馆|厅)$"
)
UNIT: Final = re.compile(
    r"物业|公司|中队|大队|支队|[局所站部会委办科处组队院校]$|中心|热力|燃气|电力|自来水|园林|环卫|城管|执法|社区|街道|网格$|供热|水务"
    r"|市政|维保|电梯|消防|银行|单位|部门|集团|学校"
)
ASSIGNED: Final = re.compile(
    rf"^(?:给|由|到|交给)?\s*((?:{NAME})|[{SURNAMES}][\u4e00-\u9fff]{{0,2}}?(?:{TITLES})|[老小][{SURNAMES}])"
    r"(?:同志)?(?:吧|了|啦|呗|来办|来处理|去处理|处理|去办|办理|跟进|负责|接手)*(?=[\s,，。:：;；!！]|$)"
)
LABEL_LEAD: Final = re.compile(r"^(?:成|为|到|至|改成|改为|是)\s*")
LABEL_BREAK: Final = re.compile(r"[\s\-/·>:：、,，—－]+")
PHONE: Final = re.compile(
    r"(?:(?:联系)?(?:电话|手机)(?:号码?)?[:：]?\s*)?(?<!\d)(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)"
)
OUTSIDE: Final = re.compile(
    r"^[\s,，:：#]*(?:工单号?|编号|单号|受理号|流水号)?[\s:：#]*((?!1[3-9]\d{9}(?!\d))[A-Za-z]{0,4}-?\d{6,20}(?:-\d{1,8})?)(?!\d)"
)
NAMED: Final = re.compile(r"(?:姓名|来电人|来访人|反映人|联系人|当事人)[:：]\s*([^\s,，。;；:：]{2,8})")
HEADINGS: Final = re.compile(
    r"(?:^|(?<=[\s,，;；。]))(?:(?:反映)?(?:内容|问题|事项)|诉求|地址|地点|反映)[:：]\s*"
)
KINDS: Final = (
    ("elderly_alone", re.compile(r"独居|空巢|孤寡|高龄|孤老|独自居住|一个人住")),
    ("disabled", re.compile(r"残疾|残障|轮椅|瘫|失能|半失能|卧床|盲人|失明|聋|智障|肢残")),
    ("infant", re.compile(r"婴|幼儿|新生儿|宝宝|月子")),
)
ASKED_AND_TOLD: Final = re.compile(r"(?<!\d)[:：]|[:：](?!\d)|[=＝\n]")
RESPONDENT: Final = re.compile(
    r"(?:被反映人|被投诉人|对方|当事人)(?:[:：是为]|\s)\s*(.+?)(?=[\s,，;；。]*(?:调解员|$)|[,，;；。\n])"
)
MEDIATOR: Final = re.compile(
    r"(?:调解员|主持人?)(?:[:：是为]|\s)\s*(.+?)(?=[\s,，;；。]*(?:被反映人|被投诉人|对方|$)|[,，;；。\n])"
)


def find_desk_arguments(action: str, rest: str, *, setting: str, labels: Labels) -> Arguments | None:
    """What stands behind the opening word and its number; None when it is no such word after all."""
    return FINDERS[action](rest, setting, labels)


def _plain(text: str) -> str:
    return text.strip(SPACE)


def _reason(rest: str, _setting: str, _labels: Labels) -> Arguments:
    text = BECAUSE.sub("", _plain(rest)).strip(SPACE)
    return {"reason": text} if text else {}


def _text(rest: str, _setting: str, _labels: Labels) -> Arguments:
    return {"text": _plain(rest)} if _plain(rest) else {}


def _nothing(_rest: str, _setting: str, _labels: Labels) -> Arguments:
    return {}


def _accepted(rest: str, setting: str, labels: Labels) -> Arguments:
    return {"is_accepted": setting == "yes", **_reason(rest, setting, labels)}


def _category(rest: str, _setting: str, labels: Labels) -> Arguments:
    """The codes of the category named; the words alone when no label fits or several do."""
    named = LABEL_LEAD.sub("", _plain(rest))
    parts = [part for part in LABEL_BREAK.split(fold(named)) if part]
    key = "-".join(parts)
    if not parts:
        return {}
    known = {"-".join(LABEL_BREAK.split(fold(label))): codes for label, codes in labels.items()}
    found = [known[key]] if key in known else _nearly(parts, known)
    if len(set(found)) != 1:
        return {"label": named}
    category, subcategory = found[0]
    return {"category": category, "subcategory": subcategory}


def _nearly(parts: list[str], known: Labels) -> list[tuple[str, str | None]]:
    """下水道 for 用水-下水道, 用水-下水 for the same; a category said before must be that category."""
    head, last = parts[0], parts[-1]
    area = known[head][0] if len(parts) > 1 and head in known else None
    inside = {label: codes for label, codes in known.items() if area in (None, codes[0]) and codes[1]}
    exact = [codes for label, codes in inside.items() if label.rpartition("-")[2] == last]
    return exact or [codes for label, codes in inside.items() if last in label.rpartition("-")[2]]


def _assigned(rest: str, _setting: str, _labels: Labels) -> Arguments | None:
    found = ASSIGNED.match(_plain(rest))
    if found is None or UNIT.search(found[1]):
        return None  # 派给物业 is the command that dispatches
    more = BECAUSE.sub("", _plain(_plain(rest)[found.end() :]))
    return {"name": found[1]} | ({"reason": more} if more else {})


def _behalf(rest: str, setting: str, _labels: Labels) -> Arguments | None:
    """Who called, from which number, under which number of the hotline, and what they told."""
    outside = OUTSIDE.match(rest) if setting == "hotline" else None
    told = rest[outside.end() :] if outside else rest
    phone = PHONE.search(told)
    told = told if phone is None else f"{told[: phone.start()]} {told[phone.end() :]}"
    name, told = _who(told)
    told = _plain(re.sub(r"[ \t]{2,}", " ", HEADINGS.sub("", _plain(told))))
    if len(told) < 2:
        return None
    return {
        "source": setting,
        "name": name,
        "phone": phone[1] if phone else None,
        "outside_number": outside[1] if outside else None,
        "text": told,
    }


def _who(told: str) -> tuple[str | None, str]:
    """The name that stands first or behind 姓名, and the words without it."""
    named = NAMED.search(told)
    if named is not None:
        return named[1], told[: named.start()] + told[named.end() :]
    told = _plain(told)
    first = WHO.match(told)
    has_title = first is not None and re.search(rf"(?:{TITLES})$", first[1]) is not None
    placed = PLACED_WHO.match(told) if first is None else None
    if placed is not None:
        return placed[2], placed[1] + told[placed.end() :]
    if first is None or (NO_NAME.search(first[1]) and not has_title):
        return None, told
    return first[1], told[first.end() :]


def _care(rest: str, setting: str, _labels: Labels) -> Arguments:
    text = _plain(rest)
    kinds: list[Json] = [kind for kind, words in KINDS if words.search(fold(text))]
    return {"kinds": kinds or (["other"] if text else []), "text": text, "is_removed": setting == "remove"}


def _answer(rest: str, _setting: str, _labels: Labels) -> Arguments:
    """The question and its answer; the answer is empty when no separator stands between."""
    said = rest.strip(SPACE)
    found = ASKED_AND_TOLD.search(said)
    if found is None:
        return {"question": said, "answer": ""}
    question = re.sub(r"^问[:：]", "", said[: found.start()]).strip(SPACE)
    return {"question": question, "answer": re.sub(r"^答[:：]", "", said[found.end() :].strip(" \n\t"))}


def _question(rest: str, _setting: str, _labels: Labels) -> Arguments | None:
    return {"question": _plain(rest)} if _plain(rest) else None


def _spoken(rest: str, _setting: str, _labels: Labels) -> Arguments | None:
    text = rest.strip(" \t\r\n\u2005\u3000,，:：;；、")
    return {"text": text} if text else None


def _mediation(rest: str, _setting: str, _labels: Labels) -> Arguments:
    respondent, mediator = RESPONDENT.search(rest), MEDIATOR.search(rest)
    left = MEDIATOR.sub("", RESPONDENT.sub("", rest))
    return {
        "respondent": _plain(respondent[1]) if respondent else None,
        "mediator": _plain(mediator[1]) if mediator else None,
        "text": _plain(left),
    }


FINDERS: Final[Mapping[str, Callable[[str, str, Labels], Arguments | None]]] = {
    "unmerge": _reason,
    "reopen": _reason,
    "recategorize": _category,
    "decline": _reason,
    "assign": _assigned,
    "reporters": _nothing,
    "on_behalf": _behalf,
    "care": _care,
    "answer_add": _answer,
    "answer_remove": _question,
    "answer_list": _nothing,
    "speak": _spoken,
    "hand_back": _text,
    "cancel_link": _nothing,
    "mediate": _mediation,
    "agree_on": _text,
    "accept_extension": _accepted,
    "accept_rejection": _accepted,
}
