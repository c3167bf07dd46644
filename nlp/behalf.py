"""For whom somebody reports: 帮我妈报一下, 替3号楼的张大爷反映, 代报 李奶奶."""

import re
from typing import Final

from nlp.characters import fold
from nlp.surnames import SURNAMES

KIN: Final = (
    "老爸|老妈|爸妈|父母|爸爸|妈妈|父亲|母亲|爸|妈|爹|娘|公公|婆婆|公婆|岳父|岳母|丈母娘|老丈人|爷爷|奶奶|姥姥|姥爷|外婆|外公"
    "|老公|老婆|老伴|爱人|儿子|女儿|闺女|孙子|孙女|姐姐|妹妹|哥哥|弟弟|大姐|大哥|姐|妹|哥|弟|姑姑|姑妈|姨妈|舅舅|叔叔|伯伯|姑|姨|舅|叔|伯|婶"
    "|嫂子|亲戚|朋友|同事|同学|邻居|房东|租客|租户|老师|师傅|老人|家人|家里老人|家老人|家属"
)
TITLES: Final = (
    "老爷子|老太太|老先生|大爷|大妈|大娘|大伯|大叔|大婶|大姐|大哥|大嫂|奶奶|爷爷|阿姨|阿婆|阿公|阿伯|叔叔|伯伯|婆婆|老师|师傅"
    "|先生|女士|太太|经理|医生|老板|楼长|老人|老伯|老太|叔|婶|姨|伯|姐|哥|嫂"
)
NAMED: Final = rf"(?:[{SURNAMES}欧司上诸邬柯][\u4e00-\u9fff]{{0,2}}?(?:{TITLES})|[老小][{SURNAMES}](?!区))"
FULL_NAME: Final = rf"[{SURNAMES}][\u4e00-\u9fff]{{1,2}}"
PLAIN: Final = (
    "独居老人|孤寡老人|残疾人|残疾老人|老人家|老人|老爷子|老太太|老奶奶|老爷爷|老大爷|老大妈|邻居|对门|隔壁|楼上|楼下|楼上楼下|房东|租客"
    "|居民|业主|住户|家属"
)
WHO: Final = (
    rf"(?:(?:我们|我|俺|咱)(?:们)?(?:家|家里)?的?(?:{KIN})|(?:邻居|对门|隔壁|楼上|楼下)的?(?:{NAMED})"
    rf"|{NAMED}|{PLAIN})"
)
SAY: Final = (
    r"(?:来|再|先|[向跟给](?:社区|你们)|在这里?|上来)?"
    r"(?:报(?![纸警名销考到价社税班])|反映|反应|上报|登记|投诉|举报|求助|求救|说[一下声个说]|问[一下问个]"
    r"|提[一下个]|申请|留言|发)"
)
PLACE: Final = (
    r"(?:[^,。!?;:\s我]{1,16}?的|[^,。!?;:\s我]{1,14}?(?:楼|单元|室|栋|幢|层|苑|小区|院)"
    r"|[\d-]{1,12}(?:室|号)?)?"
)
FOR: Final = re.compile(
    rf"(?:(?:帮忙|帮着|帮|替|代替|代)(?:一下)?\s?(?:{PLACE})(?P<helped>{WHO})"
    rf"|(?:替|代)\s?(?:{PLACE})(?P<name>{FULL_NAME}?)"
    rf"|(?<![打发交送说告])给\s?(?P<given>(?:我们|我|俺|咱)(?:家)?的?(?:{KIN})))"
    rf"(?:他们|她们|他|她|家|家里|那边|老两口|夫妇)?{SAY}"
)
ASKED: Final = re.compile(
    rf"(?:^|[,。!?;:\s]|是|(?<=[楼元栋幢室层的苑]))(?P<asker>{WHO})(?:他|她)?"
    rf"(?:让|叫|托|请|委托|要|喊)(?:我|俺)(?:来|帮忙|帮|代|替)?(?:他|她)?{SAY}"
)
ENTRUSTED: Final = re.compile(rf"受(?:{PLACE})(?P<entrusted>{WHO}|{FULL_NAME})(?:的)?(?:之托|委托|所托|托付)")
OPENING: Final = re.compile(
    rf"^\W*(?:我(?:来|要)?)?(?:代报|代为反映|代反映|代为上报|替人报|帮人报)[\s,:]*(?:一下)?[\s,:]*"
    rf"(?:居民|业主|住户)?(?P<opened>{WHO}|{FULL_NAME})(?=[\s,。:;!]|\d|$)"
)
TRIGGER: Final = re.compile(r"[帮替代给让叫托请要喊受]")
FORMS: Final = (OPENING, ENTRUSTED, FOR, ASKED)
LONGEST: Final = 300  # characters in which somebody says for whom he speaks
NO_NAME: Final = re.compile(r"[路街苑园里楼区村巷城庭门坊号桥层水电灯车]$")


def on_behalf_of(text: str) -> str | None:
    """For whom the message is sent, as the sender says, without the place; None for himself."""
    folded = fold(text[:LONGEST])
    if TRIGGER.search(folded) is None:
        return None
    for form in FORMS:
        found = form.search(folded)
        if found is None:
            continue
        name = next((group for group, value in found.groupdict().items() if value), None)
        if name is not None and not (name in ("opened", "name") and NO_NAME.search(found[name])):
            return text[slice(*found.span(name))]
    return None
