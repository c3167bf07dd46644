"""What goes with the words of the desk about broadcasts, templates, repeated broadcasts and groups."""

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from nlp.arguments import Arguments
from nlp.numerals import parse_number

SPACE: Final = " \t\r\n\u2005\u3000,，:：;；、。.!！#"
UNITS: Final = "天|个|年|月|日|点|块|元|人|分|米|户|周|家|小时|星期|楼|栋|幢|单元"
NUMBER: Final = re.compile(
    rf"[\s,:、。]*(?:定期群发|群发|编号|第|[Nn][Oo]\.?)?[\s#:]*(?:(?P<digits>\d{{1,6}})(?![\d.:/~-]*\d|{UNITS}|号?[楼栋幢])"
    r"|(?P<spoken>[一二三四五六七八九十]{1,3})(?=号|条|[\s,:。!]|$))(?:号(?:群发)?|条|次)?"
)
IN_QUOTE: Final = re.compile(r"(?<!定期)群发(?:编号|进度|结果|预览)?[\s(#:第]*(\d{1,6})(?!\d)")
SERIES_IN_QUOTE: Final = re.compile(r"定期群发[\s(#:第]*(\d{1,6})(?!\d)")
ASKED: Final = re.compile(
    r"(?:怎么?样了?|如何了?|咋样了?|到哪一?步?了|发完了|发了多少|送达|还?剩?多少|还有几次|几次|有哪些|有谁|列表|看看|一下|的|吗|呢|了|[\s?。!,:])*"
)
FAILED: Final = re.compile(
    r"[\s,:]*(?:里|中)?(?:失败|没成功|未成功|没发出去|未送达|没送达|没发成功)的?(?:那些|几个)?(?:群|群发)?"
)
UNCERTAIN: Final = re.compile(  # 含不明: those that may have arrived too
    r"[\s,(]*(?:含|包括|连|加上?|和|也?要?)(?:上)?(?:不明|不清楚|不确定|不知道)(?:是否送达|到没到)?的?(?:都?一起)?[)]?"
)
CODE: Final = re.compile(r"[\s,:、]*(?:确认码|验证码|代码|码|code)?[\s:]*(?P<code>\d{4})(?!\d)[\s。!]*")
DIGITS_ONLY: Final = re.compile(r"[\s,:]*(?P<digits>\d{4})[\s。!]*")
BECAUSE: Final = re.compile(r"^(?:原因|理由|因为|由于|因)[是为]?[:：]?\s*")
SAVED: Final = re.compile(
    r"[\s:]*[“\"「【]?(?P<name>[^\s=:“”\"「」【】{},。;]{1,20})[”\"」】]?\s*(?P<sign>[=:]|\n|[,\s]\s{0,3}(?:内容|正文|文字)(?:就?是|为|如下)?[\s:,]*)\s*(?P<text>.+)",
    re.DOTALL,
)
VARIABLES: Final = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,8}\s*=")
RESERVED: Final = frozenset({"小区", "时间", "原因", "地点", "日期"})
LONGEST_BOND: Final = 120  # characters that say to which place a group belongs
QUOTED: Final = r"[“\"「『《]?(?P<group>[^\n“”\"「」『』《》]{2,40}?)[”\"」』》]?"
BELONGS: Final = re.compile(
    rf"[\s:]*{QUOTED}\s*(?:(?<=\s)是(?=\s)|(?:是)?(?:属于|归属于?|归到|归入|归|对应|绑定到?|关联到?|挂到|[=→]|->))\s*[:：]?\s*(?P<place>[^\n]{{2,40}}?)[的\s。!！]*"
)
BOUND: Final = re.compile(rf"[\s:]*{QUOTED}\s+(?:到|给|为)?\s*(?P<place>[^\s][^\n]{{1,40}}?)[\s。!！]*")
SENTENCES: Final = {  # what is said of a broadcast by its number: 7号群发怎么样了, 群发7停一下
    "broadcast_progress": r"的?(?:进度|结果|情况|状态|进展|发?得?怎么样|咋样|如何)"
    r"|发完了?|到哪|发了多少|发出去了?",
    "broadcast_stop": r"(?:先|赶紧|马上|立即)?(?:停[止发下掉了]?(?:一下)?|别发|不要发|不发|暂停|中止|终止)"
    r"(?:发送|吧|了)*|(?:取消|撤销)(?:发送|吧|了)*",
    "broadcast_resend": r"的?(?:补发|重发|重新发送?)(?:一下)?(?:失败|没成功|没发出去)?的?"
    r"|(?:失败|没成功|没发出去)的(?:补发|重发|重新发送?)(?:一下)?",
    "broadcast_approve": r"(?:可以发|同意|批准|通过|准了)了?",
    "broadcast_refuse": r"(?:不同意|驳回|拒绝|不批准|不准)(?:发送|发)?",
    "series_end": r"(?:取消|停止|停掉|停了|停|结束|删除|停用|终止)(?:吧|了)*",
}
LATELY: Final = "(?:今[天日]|昨[天日]|本[周月]|这个?[周月]|上个?[周月]|最近|一共|总共|都|我们?|社区)*"
THAT_ONE: Final = r"(?:刚才|刚刚|刚|上面|上一|最后|最近)?发?的?[那这]?一?[条个次段]?的?"
WITHOUT_NUMBER: Final[Mapping[str, re.Pattern[str]]] = {  # said of broadcasts without a word that opens it
    "broadcast_list": re.compile(
        rf"{LATELY}群发[过了](?:几|多少|哪|些什么|什么)[条次些个]?(?:通知|消息|内容)?"
        rf"|{LATELY}发[了过](?:几|多少|哪)(?:[条次些个])?群发(?:消息|通知)?"
    ),
    "show_quota": re.compile(
        rf"{LATELY}(?:还|最多|每个?群|现在)*(?:能|可以|可|剩)(?:再|群)?发?(?:几|多少)[次条回](?:群发)?(?<=发[几多少][次条回])"
        rf"|{LATELY}(?:群发)?(?:还|最多|每个?群|现在)*(?:能|可以|可|剩)(?:再)?群?发?(?:几|多少)[次条回]群发"
        rf"|{LATELY}(?:还|最多)+(?:能|可以|可)再?群?发多少[次条回]"
    ),
    "broadcast_stop": re.compile(
        rf"(?:把|将)?{THAT_ONE}(?:群发|消息|通知)?(?:给我|先|赶紧|马上)*撤回(?:来|一下|吧|掉)*"
        rf"|(?:把|将)?{THAT_ONE}群发(?:给我|先|赶紧|马上)*(?:撤回|撤销|停发|停掉|停止|停下|停|取消)(?:来|一下|吧|了|掉)*"
        rf"|撤回{THAT_ONE}(?:群发|消息|通知)(?:吧|了)*"
        r"|(?:算了|先?停一?下|先?等一?下|先?等等)[,\s]*(?:先|都|就)*(?:别|不|不要|停止|停)(?:群|再)*发(?:送)?(?:了|吧|啊|出去)*"
        r"|先(?:不|不要)(?:群)?发(?:送)?(?:了|吧)+"
    ),
}
LOOK: Final = re.compile(r"(?:查一?下|看一?下|看看|查看|查询|查|看)\s?")
NAMED: Final = re.compile(
    r"(?:(?P<series>定期群发|周期群发|循环群发)|群发)[\s#]*(?P<behind>\d{1,6})号?(?![\d.:/~-]*\d|[天个年月日点楼栋])"
    r"|(?:群发)?第?(?P<before>\d{1,6})(?:号|次|条)?的?(?:那[次条个])?(?P<own>定期群发|周期群发|循环群发|群发)"
)


class Notice(NamedTuple):
    """A word of the desk and its arguments."""

    action: str
    args: Arguments


def find_notice(action: str, rest: str, folded: str, *, setting: str, quoted: str) -> Notice | None:
    """What stands behind the opening word; None when it is no such word after all.

    `folded` is the rest and `quoted` the quoted message in folded characters. A number in the text counts
    before that of a quoted message.
    """
    return FINDERS[action](_Said(action, rest, folded, setting, quoted))


def find_sentence(text: str, folded: str) -> Notice | None:
    """What opens with no word of the desk: 7号群发怎么样了, 群发7停一下, 今天群发了几条."""
    return _without_number(folded) or _numbered(text, folded)


def _without_number(folded: str) -> Notice | None:
    """今天群发了几条, 把刚才的群发撤回."""
    plain = folded.strip(SPACE + "?？~")
    found = next((action for action, form in WITHOUT_NUMBER.items() if form.fullmatch(plain)), None)
    return Notice(found, {"broadcast": None} if found == "broadcast_stop" else {}) if found else None


def _numbered(text: str, folded: str) -> Notice | None:
    look = LOOK.match(folded)
    named = NAMED.match(folded, look.end() if look else 0)
    if named is None:
        return None
    number = int(named["behind"] or named["before"])
    is_series = bool(named["series"]) or (named["own"] or "群发") != "群发"
    gap = re.compile(r"[\s,:]*").match(folded, named.end())
    start = gap.end() if gap else named.end()
    if look is not None and ASKED.fullmatch(folded, start) and not is_series:
        return Notice("broadcast_progress", {"broadcast": number})
    for action, form in SENTENCES.items():
        said = re.compile(form).match(folded, start)
        if said is None or (action == "series_end") is not is_series:
            continue
        args: Arguments = {"series" if is_series else "broadcast": number}
        after = folded[said.end() :]
        if action == "broadcast_approve" and (code := CODE.fullmatch(after)):
            return Notice(action, {**args, "code": code["code"]})
        if action == "broadcast_refuse":
            return Notice(action, args | _reason(text[said.end() :]))
        if ASKED.fullmatch(after):
            return Notice(action, args)
    return None


class _Said(NamedTuple):
    """What was typed behind the opening word."""

    action: str
    rest: str
    folded: str
    setting: str
    quoted: str

    def number(self) -> tuple[int | None, int]:
        """The number in the text, and where it ends."""
        found = NUMBER.match(self.folded)
        value = parse_number(found["digits"] or found["spoken"]) if found else None
        return (value, found.end()) if found and value else (None, 0)

    def quoted_number(self) -> int | None:
        """The number in the message that is answered."""
        form = SERIES_IN_QUOTE if self.action == "series_end" else IN_QUOTE
        found = form.search(self.quoted)
        return int(found[1]) if found else None


def _reason(rest: str) -> Arguments:
    text = BECAUSE.sub("", rest.strip(SPACE)).strip(SPACE)
    return {"reason": text} if text else {}


def _progress(said: _Said) -> Notice | None:
    number, end = said.number()
    if not ASKED.fullmatch(said.folded, end):
        return None
    number = number or said.quoted_number()
    if number is None and said.setting == "list":
        return Notice("broadcast_list", {})
    return Notice(said.action, {"broadcast": number})


def _shown(said: _Said) -> Notice | None:
    """A list; with a number, that one."""
    number, end = said.number()
    if not ASKED.fullmatch(said.folded, end) or (number and said.action != "broadcast_list"):
        return None
    return Notice("broadcast_progress", {"broadcast": number}) if number else Notice(said.action, {})


def _stop(said: _Said) -> Notice | None:
    number, end = said.number()
    reason = _reason(said.rest[end:])
    number = number or said.quoted_number()
    if number is None and (reason or said.setting):
        return None
    if said.setting == "alone" and reason:  # 撤回 23 的办结
        return None
    return Notice(said.action, {"broadcast": number, **reason})


def _resend(said: _Said) -> Notice | None:
    uncertain = UNCERTAIN.search(said.folded)
    if uncertain is not None:
        rest = said.folded[: uncertain.start()] + " " * (uncertain.end() - uncertain.start())
        said = said._replace(folded=rest + said.folded[uncertain.end() :])
    number, end = said.number()
    failed = FAILED.match(said.folded, end)
    end = failed.end() if failed else end
    if number is None and failed is not None:
        later = NUMBER.match(said.folded, end)
        number = parse_number(later["digits"] or later["spoken"]) if later else None
        end = later.end() if later else end
    if not ASKED.fullmatch(said.folded, end):
        return None
    number = number or said.quoted_number()
    if number is None and said.setting == "number" and failed is None:
        return None
    return Notice(said.action, {"broadcast": number, **({"uncertain": True} if uncertain else {})})


def _approve(said: _Said) -> Notice | None:
    """同意群发 7 3721; of one number of four digits nobody can say which it is, so it is the code."""
    alone = DIGITS_ONLY.fullmatch(said.folded)
    if alone is not None and said.setting != "number":
        return Notice(said.action, {"broadcast": said.quoted_number(), "code": alone["digits"]})
    number, end = said.number()
    code = CODE.fullmatch(said.folded, end)
    if code is None and not ASKED.fullmatch(said.folded, end):
        return None
    number = number or said.quoted_number()
    if number is None and said.setting == "number":
        return None
    return Notice(said.action, {"broadcast": number, **({"code": code["code"]} if code else {})})


def _refuse(said: _Said) -> Notice | None:
    number, end = said.number()
    return Notice(said.action, {"broadcast": number or said.quoted_number(), **_reason(said.rest[end:])})


def _template(said: _Said) -> Notice | None:
    """停水=【停水通知】…; variables behind a name make a broadcast of it, a word alone asks for the list."""
    if not said.folded.strip(SPACE + "?？"):
        return Notice("template_list", {}) if said.setting != "number" else None
    found = SAVED.fullmatch(said.folded)
    if found is None or found["name"] in RESERVED:
        return None
    if found["sign"] != "=" and VARIABLES.match(found["text"]):
        return None
    name, text = said.rest[slice(*found.span("name"))], said.rest[slice(*found.span("text"))].strip()
    return Notice(said.action, {"name": name, "text": text}) if text else None


def _template_name(said: _Said) -> Notice | None:
    name = said.rest.strip(SPACE + '“”"「」【】')
    is_name = 0 < len(name) <= 20 and not re.search(r"\s", name)
    return Notice(said.action, {"name": name}) if is_name else None


def _series(said: _Said) -> Notice | None:
    number, end = said.number()
    reason = _reason(said.rest[end:])
    if number is None and reason:
        return None
    return Notice(said.action, {"series": number or said.quoted_number()})


def _group(said: _Said) -> Notice | None:
    """枫桥苑三期业主群 属于 枫桥苑3号楼; the word alone asks for the list."""
    plain = said.folded.strip()
    if len(plain) > LONGEST_BOND:
        return None
    if ASKED.fullmatch(plain) and not said.setting:
        return Notice("group_list", {})
    found = BELONGS.fullmatch(plain)
    if found is None and said.setting == "bind":
        found = BOUND.fullmatch(plain)
    if found is None:
        return None
    rest = said.rest[len(said.folded) - len(said.folded.lstrip()) :]
    group = rest[slice(*found.span("group"))].strip(SPACE)
    place = rest[slice(*found.span("place"))].strip(SPACE)
    return Notice(said.action, {"group": group, "place": place}) if group and place else None


FINDERS: Final[Mapping[str, Callable[[_Said], Notice | None]]] = {
    "broadcast_progress": _progress,
    "broadcast_list": _shown,
    "broadcast_stop": _stop,
    "broadcast_resend": _resend,
    "broadcast_approve": _approve,
    "broadcast_refuse": _refuse,
    "template_save": _template,
    "template_list": _shown,
    "template_remove": _template_name,
    "series_list": _shown,
    "series_end": _series,
    "deputy_list": _shown,
    "group_list": _shown,
    "group_estate": _group,
    "show_quota": _shown,
}
