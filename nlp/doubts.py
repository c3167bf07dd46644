"""What is asked, denied or only wished is not done: 办结了吗 28, 没法办结, 想办结, 不要交办30给物业."""

import re
from typing import Final

from nlp.actions import Action

END: Final = r"[\s?!。.,、~…)]*(?:[#(]?\s?\d{1,6}\s?(?:号|件)?)?[\s?!。.~…)]*$"  # or a number behind
DONE: Final = r"[了好完掉成通结妥到上过]"
ASKED: Final = re.compile(
    rf"(?:吗|嘛(?<={DONE}嘛)|(?<!什)(?<!怎)(?<!这)(?<!那)(?<!多)么|{DONE}(?:没有|没得|不曾)|啥情况"
    rf"|咋样|怎么?样|如何|怎么说|啥时候|什么时候)[呀啊哦呢哈嘞了]?{END}"
    rf"|[\u4e00-\u9fff](?:不|没)[呀啊哦呢哈嘞]?{END}"
    r"|[?][\s?!。.~…)]*(?:#?\d{1,6}号?)?\s*$"
)
EITHER: Final = re.compile(  # yes or no
    r"能不能|可不可以|可以不可以|可以不(?!\w)|能行不|行不行|行不(?!行)"
    r"|好不好|成不成|中不中|要不要|该不该|是不是|用不用|需不需要|得行不|对不对|能否|可否|是否|有没有"
)
FOUND_OUT: Final = re.compile(r"[问看查检确核验测试访说讲表反要商][^,。;]{0,8}$")  # 问了要不要, 查了是不是
LOOKED_INTO: Final = re.compile(r"(?:看看|看一?下|查查|查一?下|检查|核实)[^,。;]{0,4}$")  # 看看是不是泵坏了
WHO: Final = re.compile(
    r"(?:归谁|找谁|该谁|谁管|谁负责|谁来|谁去|谁的|是谁"
    r"|哪家管|哪个单位|哪个部门|归哪|哪儿管|怎么办|咋办|咋弄|怎么弄|咋整)[管办呀啊呢的]*" + END
)
PRONE: Final = r"(?:[给把先再急着能可以有去直接马上立即这它那个件就让]|物业|\d{1,6}号?|\s){0,6}"
NOT: Final = (
    r"(?:不要|别急着|先别|别(?!的|人|处|墅)|不用|不必|不能|不可以|不可|没法|无法|没办法|没有办法"
    r"|不好|暂不|先不|暂时不|还不|还没有?|没有|没能|没"
    r"|尚未|未(?!来)|甭|莫|勿|不想|不打算|不该|不准备|不同意|(?<!要)不(?!光|仅|但|久|断|再|予|受|归|是|动产))"
)
WISHED: Final = (
    r"(?:想要?(?!办法)|希望|打算|准备|盼着?|如果|要是|假如|万一"
    r"|等[^,。;]{1,10}(?:再|才|后)|(?:之后|以后|完了?|好了?|后)再"
    r"|什么时候|啥时候|何时|才能|怎么|咋|如何)"
)
DEEDS: Final = {
    Action.CLAIM: r"接单|认领|接手|接",
    Action.RESOLVE: r"办结|结案|销号|销案|结单|办完|办好|办掉|[办结]不了|处理完|处理好"
    r"|解决|修好|修完|搞定|弄好|弄完|换好|关闭|结[了掉]?|销",
    Action.REJECT: r"不予受理|不受理|不予|驳回|拒绝|作废|删",
    Action.RETURN: r"退回|退单|打回|退",
    Action.MERGE: r"合并|并案|合在|并",
    Action.TRANSFER: r"转交|转办|转派|移交|改派|转",
    Action.DISPATCH: r"交办|派单|派给|派到|派发|派工|派|交给|安排|指派",
    Action.BROADCAST: r"群发|广播|发通知|发公告",
    Action.WHISTLE: r"吹哨|吹个哨|吹",
    Action.FEEDBACK: r"反馈|回复|答复|回访",
    Action.EXTEND: r"延期|延长|宽限|推迟|顺延|延",
    Action.ASK: r"问|追问",
    Action.SUPERVISE: r"督办|催办|催",
    Action.CONSULT: r"议",
    Action.CHECK_IN: r"报到",
    Action.PROGRESS: r"(?!)",
}
BEHIND: Final = r"[吧得]?(?:不(?:了|成|掉|得(?!不)|下来|完|好|行)|没(?:有|得)?(?:办法|成))"
ANY_DENIED: Final = re.compile(  # 暂时不办结 rejects nothing either
    rf"(?:{NOT}){PRONE}(?:办结|结案|销号|交办|转交|延期|退回|驳回|不予受理|反馈|合并)"
)
OPENS: Final = re.compile(  # what follows a command word and its number: 办结的话, 办结要带照片, 办结 5 取消
    r"[\s,:、]*(?:暂时|目前|现在|恐怕|可能|先)*(?:不了|不成|不得|一?下再|之前|以前|的话|要带|要什么|要啥|需要什么|怎么|咋|如何"
    r"|的?条件|的?流程|的?标准|是什么|有什么要求|是不是|能不能|行不行|可不可以|要不要|算了|取消|错了|发错|点错|写错)"
)
NOT_YET: Final = re.compile(  # 办结 5 还没修好
    r"[\s,:、]*(?:还|暂时|目前|现在|恐怕|可能|估计|先)*"
    r"(?:不能|没法|无法|没办法|不行|还没|没有?(?=修|办|弄|解决|处理|完|换|好|搞)|不好办|等)"
)
MADE: Final = frozenset({Action.CLAIM, Action.RESOLVE, Action.FEEDBACK})  # others give such words as reasons
ASKING: Final = frozenset({Action.ASK, Action.SUPERVISE, Action.CONSULT, Action.CHECK_IN})  # 怎么还没办 urges
FACTS: Final = frozenset(
    {Action.RESOLVE, Action.FEEDBACK}
)  # what was asked of residents is part of what was done


def is_asked(folded: str, action: Action) -> bool:
    """Whether the words ask: 办完了吗 6, 处理完了没得, 晚5天行不行, 归谁管."""
    if action in ASKING:
        return False
    if ASKED.search(folded) or WHO.search(folded):
        return True
    excuses = action in FACTS or action is Action.PROGRESS
    for one in EITHER.finditer(folded):
        is_part = excuses and FOUND_OUT.search(folded, 0, one.start())
        if not is_part and not (one.group() == "是不是" and LOOKED_INTO.search(folded, 0, one.start())):
            return True
    return False


def asks(folded: str) -> bool:
    """Whether the words ask, whatever they are about: 重办1吗."""
    return is_asked(folded, Action.REJECT)


def is_denied(folded: str, action: Action) -> bool:
    """Whether the words deny, forbid or only wish the action: 先别接, 没法办结, 不要交办30给物业, 想办结."""
    deed = DEEDS.get(action)
    if deed is None:
        return False
    wished = WISHED if action is not Action.RESOLVE else rf"{WISHED}|要求|建议|请求"
    found = re.search(rf"(?:{NOT}|{wished}){PRONE}(?:{deed})|(?:{deed}){BEHIND}", folded)
    return found is not None or (action not in ASKING and ANY_DENIED.search(folded) is not None)


def is_taken_back(folded: str, end: int, action: Action) -> bool:
    """Whether what follows the opening command word denies, asks for or conditions it: 办结 5 还没修好."""
    number = re.compile(r"[\s#:,]*(?:\d{1,6}(?:号|件)?)?").match(folded, end)
    start = number.end() if number else end
    if action not in ASKING and OPENS.match(folded, start):
        return True
    return action in MADE and NOT_YET.match(folded, start) is not None
