"""What a bare number with words is: a note on the case, a finished case, or nothing that may be told."""

import re
from typing import Final

TOLD: Final = re.compile(  # what was done, found or arranged
    r"了(?!吗|没|不)|过(?!来|去|分|期)|着(?!火)|已|正在?|在[办修等谈找查处做弄装换抢施协排走路调]|刚|打算|准备|计划|预计|争取|安排|联系|排查|约|等|到场|上门|到货"
    r"|施工|进场|开工|动工|沟通|协调|商量|上报|报修|报[给到]|催|答应|同意|承诺|表示|反馈|回复|回话|说|讲|师傅|配件|材料|还[差剩没在有要得]|没[人在接开找修到]"
    r"|打不通|不在家|不接|关机|明[天早晚]|后天|今[天晚早]|下午|上午|中午|晚上|周[一二三四五六日天]|下周|礼拜|星期|月底|月初|号[来到上去修装换]|\d+[点月天]|[今明后]儿|再[上去来看试]|中(?=[,，。\s]|$)"
    r"|现场|完成|一半|部分|临时|先[把给去做让用拉围断关停放请找]|围挡|警戒|拍照|测|量|签|发[给到函]|送|查[到明实出]|找到|原因|需要?|得[等要换请找]|属于|堵|漏|坏"
)
COMMANDED: Final = re.compile(r"进展|进度|跟进|备注|记[一个]?[下笔上]|补充|更新|报告|汇报")
UNSAID: Final = re.compile(  # what corrects or takes back what was said before
    r"发错|搞错|弄错|点错|派错|写错|打错|说错|按错|发重|撤回|撤销|撤掉|收回|取消|作废|删[了掉除]|改[成为回到]|不对|不是这|更正|更改|算了|当我没|别发|不算|看错|搞混|弄混"
)
ORDERED: Final = re.compile(  # a word of the desk, said or denied, is for us and not for residents
    r"重办|重新办|重新受理|返工|拆分|拆案|改类|指派|撤销并案|取消并案|不予受理|不受理|办结|结案|销号|(?:没法|没办法|无法)(?:办|解决|处理|修)|(?:办|解决|处理)不了|撤销链接|[别不]?要?群发"
)
THANKED: Final = re.compile(
    r"谢谢|多谢|感谢|辛苦|收到|知道了|明白|了解$|好的|好嘞|^\s*(?:行|可以|没问题|ok)\s*$", re.IGNORECASE
)
QUERY: Final = re.compile(
    r"到哪一?步|到哪了|进展如何|啥进展|怎么样了|咋样了?|进度\s?[??]|[??]$|什么情况|啥情况|啥样了|有信儿?[吗没]"
)
WORDS: Final = re.compile(r"[\u4e00-\u9fffA-Za-z]")
SHORTEST: Final = 4  # characters
BRIEF: Final = re.compile(r"(?:已|正在?|在)\w{2}")  # 已报修, 在施工
FINISHED: Final = re.compile(
    r"[^,。;!?]{0,8}?(?:修|换|填|装|弄|补|清|搞|整|铺|焊|拆|移|搬|疏|挪|通|接|关|剪|砍|锯|扫|收拾|处理|清理|更换|维修|疏通|安装|打扫|加固|调解|办|做)"
    r"(?:好|完|平|妥|掉|走|通|上|干净|完毕|利索|利落)(?:了|啦|咯|喽|哒)[\s!。.~]*"
)
UNFINISHED: Final = re.compile(
    r"没|未|不|快|一半|部分|先|等|才|明天|后天|下周|刚|差|就|如果|要|临时|暂|电话|人|单子|表|字|材料|配件|现场|照片|申请|方案|图|报"
)


def tells(note: str) -> bool:
    """Whether the words behind a bare number tell what was done, found or arranged for its case.

    Thanks, questions, corrections of what was sent before and words too short to mean anything do not.
    """
    if UNSAID.search(note) or ORDERED.search(note):
        return False
    if len(WORDS.findall(note)) < SHORTEST:
        return BRIEF.fullmatch(note.strip()) is not None
    if THANKED.search(note) and len(WORDS.findall(note)) <= 2 * SHORTEST:
        return False
    return TOLD.search(note) is not None


def is_finished(note: str) -> bool:
    """Whether the words are a short report that it is done: 坑填好了, 修好了."""
    return FINISHED.fullmatch(note) is not None and UNFINISHED.search(note) is None


def corrects(folded: str) -> bool:
    """Whether the words take back or correct what was sent before: 发错了, 撤回, 取消, 改成."""
    return UNSAID.search(folded) is not None
