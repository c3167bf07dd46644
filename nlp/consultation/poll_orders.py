"""What a new vote or survey is to be: 发起表决 加装电梯 范围枫桥苑33号楼 比例80% 截止11月30日20:00."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from nlp.addresses import Address, find_addresses
from nlp.arguments import Arguments, Json
from nlp.consultation.numbering import DECISION, MEETING, TOPIC, number_in, numbered
from nlp.consultation.said import Said
from nlp.consultation.shares import SHARE, read_share
from nlp.numerals import NUMBER, parse_number
from nlp.places import EstateMention
from nlp.times import find_moments

EDGES: Final = " \t\r\n,，。;；:：、"
STARTS: Final = r"(?:^|(?<=[\s,;。、]))"
LABELS: Final = {
    "title": "标题|题目|内容|事项|议题是",
    "scope": "表决范围|投票范围|范围|对象",
    "options": "选项|选择项",
    "threshold": "通过比例|同意比例|比例|门槛|通过条件|通过标准",
    "quorum": "参与率|参与比例|参与|投票率",
    "closes": "截止时间|截止日期|截止到|截至|截止|期限|结束时间",
}
LABEL: Final = re.compile(
    STARTS + "(?:" + "|".join(f"(?P<{name}>{words})" for name, words in LABELS.items()) + r")\s*[为是:到]*\s*"
)
DOUBLE: Final = re.compile(
    rf"双\s?(?P<share>过半数?|{SHARE.pattern})\s*(?:以上)?(?P<act>参与|参加|同意|通过|达标)?", re.VERBOSE
)
SECRET: Final = re.compile(STARTS + r"(?:不记名|无记名|匿名|秘密)(?:表决|投票)?")
OPEN_NAMED: Final = re.compile(STARTS + r"(?:记名|公开|实名)(?:表决|投票)?(?=[\s,;。]|$)")
TOTAL: Final = re.compile(STARTS + rf"(?:总?共|总计|合计|一共)\s?(?P<households>{NUMBER}|\d{{1,6}})\s?户")
BASES: Final = (
    ("both", re.compile(STARTS + r"(?:按?(?:户数|人数)和(?:专有部分)?面积|按?面积和(?:户数|人数)|双达标)")),
    ("area", re.compile(STARTS + r"按(?:专有部分|建筑|专有)?面积(?:计票|计算|算|表决)?")),
    ("households", re.compile(STARTS + r"按(?:户数?|人数)(?:计票|计算|算|表决)?")),
)
OF_CAST: Final = re.compile(r"投票户?|参与(?:表决|投票)?(?:的|户)|参加表决|到场|有效票|投了票")
OF_ALL: Final = re.compile(r"全体|全部|总户数|所有|总面积")
WHOLE: Final = re.compile(r"全小区|整个小区|全体(?:业主|住户|居民)|小区全部")
ATTACHED: Final = {
    "meeting": re.compile(STARTS + numbered(MEETING, "meeting")),
    "topic": re.compile(STARTS + numbered(TOPIC, "topic")),
    "decision": re.compile(STARTS + numbered(DECISION, "decision")),
}
SPLIT_OPTIONS: Final = re.compile(r"[、,，;；/|]|\s+")
LETTERED: Final = re.compile(r"^(?:[A-Ha-h][.、)）:：]?|[1-9][.、)）:：])\s*(?=[^\s\d])")  # 16到18度 has none
LETTERS: Final = re.compile(r"(?:^|[\s,，、;；])[A-Ha-h][.、)）:：\s]")


def read_order(said: Said, start: int) -> Arguments:
    """What stands behind 发起表决. Times are ISO strings; shares that cannot be read are in `unread`."""
    body, folded = said.body[start:], said.folded[start:]
    args: Arguments = {"is_secret": bool(SECRET.search(folded)), "basis": None, "households": None}
    args |= _attached(folded)
    total = TOTAL.search(folded)
    if total is not None:
        args["households"] = parse_number(total["households"])
    doubles = list(DOUBLE.finditer(folded))
    args["basis"] = "both" if doubles else next((name for name, form in BASES if form.search(folded)), None)
    taken = [SECRET, OPEN_NAMED, TOTAL, DOUBLE, *(form for _, form in BASES), *ATTACHED.values()]
    body, folded = _without(body, folded, taken)
    parts = dict(_parts(body, folded))
    args |= _shares(parts, doubles)
    args |= _scope(said, parts)
    args |= _closing(parts, said.now)
    args["options"] = _options(parts.get("options", ("", ""))[0])
    args["title"] = " ".join(parts.get("title", ("", ""))[0].strip(EDGES).split())
    return args


def _attached(folded: str) -> Arguments:
    found = {name: form.search(folded) for name, form in ATTACHED.items()}
    return {name: number_in(match, name) if match else None for name, match in found.items()}


def _without(body: str, folded: str, forms: list[re.Pattern[str]]) -> tuple[str, str]:
    """The text with what has been read blanked out, position for position."""
    for form in forms:
        for match in form.finditer(folded):
            blank = " " * (match.end() - match.start())
            body = body[: match.start()] + blank + body[match.end() :]
            folded = folded[: match.start()] + blank + folded[match.end() :]
    return body, folded


def _parts(body: str, folded: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """What stands behind each label, as typed and folded; what stands before the first is the title."""
    found = list(LABEL.finditer(folded))
    first = found[0].start() if found else len(body)
    if body[:first].strip(EDGES):
        yield "title", (body[:first], folded[:first])
    ends = [*(each.start() for each in found[1:]), len(body)]
    for label, end in zip(found, ends, strict=False):
        name = next(each for each in LABELS if label[each])
        if name != "title" or not body[:first].strip(EDGES):
            yield name, (body[label.end() : end], folded[label.end() : end])


def _shares(parts: dict[str, tuple[str, str]], doubles: list[re.Match[str]]) -> Arguments:
    """Which share is needed, of whom, and how many must take part."""
    said: dict[str, Json] = {"quorum": "", "threshold": ""}
    for double in doubles:
        share = read_share(double["share"]) or ""
        is_quorum = double["act"] in ("参与", "参加") or (not double["act"] and share == "2/3")
        said["quorum" if is_quorum else "threshold"] = share
    unread: list[Json] = []
    for name, doubled in list(said.items()):
        words = parts.get(name, ("", ""))[1].strip(EDGES)
        wanted = read_share(words)
        said[name] = wanted or doubled
        if words and not wanted:
            unread.append(words[:20])
    of_whom = parts.get("threshold", ("", ""))[1]
    # 民法典第278条: two thirds take part, and of these more than half, or three quarters, agree
    is_law = bool(doubles) and bool(said["quorum"]) and not OF_ALL.search(of_whom)
    return {**said, "is_of_cast": is_law or bool(OF_CAST.search(of_whom)), "unread": unread}


def _scope(said: Said, parts: dict[str, tuple[str, str]]) -> Arguments:
    """Where the households are: what is named behind 范围, else in the title."""
    words = (parts.get("scope") or parts.get("title") or ("", ""))[1]
    mentions: list[EstateMention] = said.places.find_near(words)
    addresses: list[Address] = find_addresses(words, frozenset(each.end for each in mentions))
    names = list(dict.fromkeys(name for each in mentions for name in each.estates))
    buildings = list(dict.fromkeys(each.building for each in addresses if each.building))
    listed: list[Json] = [*buildings]
    return {
        "estate": names[0] if len(names) == 1 else None,
        "estates": [*names],
        "buildings": listed,
        "unit": next((each.unit for each in addresses if each.unit), None),
        "is_several": len(buildings) > 1
        or bool(re.search(r"\d\s?[、到至和-]\s?\d+\s?(?:号楼|[栋幢])", words)),
        "scope": parts.get("scope", ("", ""))[0].strip(EDGES)[:40],
        "is_whole": bool(WHOLE.search(words)),
    }


def _closing(parts: dict[str, tuple[str, str]], now: datetime) -> Arguments:
    """When it ends: the day alone means its last minute."""
    words = parts.get("closes", ("", ""))[1]
    moment = next(find_moments(words, now), None)
    if moment is None:
        return {"closes_at": None, "is_closing_unread": bool(words.strip(EDGES))}
    at = moment.instant if moment.has_clock else moment.instant.replace(hour=23, minute=59)
    return {"closes_at": at.isoformat(), "is_closing_unread": False}


def _options(text: str) -> list[Json]:
    """A.东门 B.西门, 同意、不同意、弃权: each once, without its letter."""
    if len(LETTERS.findall(text)) >= 2:
        parts = [each for each in re.split(r"(?:^|[\s,，、;；])[A-Ha-h][.、)）:：\s]+", text) if each]
    else:
        parts = [LETTERED.sub("", each) if len(each) > 2 else each for each in SPLIT_OPTIONS.split(text)]
    return [*dict.fromkeys(each.strip(EDGES) for each in parts if each.strip(EDGES))]
