"""The words in which decision items are spoken of, as forms for folded text."""

import re
from collections.abc import Mapping
from typing import Final

SPOKEN: Final = "[一二三四五六七八九十]{1,3}"
AMOUNT: Final = (  # what makes an amount, a date or a place of a number behind 决议
    r"天|个|年|月|日|点|块|元|人|分|米|户|周|家|小时|星期|层|单元|号?[楼栋幢]|[.:/~-]\d|\d"
)
REFERENCE: Final = re.compile(
    r"[\s,:把将对的]{0,3}(?:"
    rf"决议(?:事项)?[\s#:第]{{0,2}}(?:(?P<behind>\d{{1,6}})(?!{AMOUNT})|(?P<spoken>{SPOKEN})(?=[号项条\s,:;。!?]|$))[号项条]?"
    rf"|(?:第\s?|#)?(?:(?P<before>\d{{1,6}})\s?|(?P<spoken_before>{SPOKEN}))[号项条]的?决议(?:事项)?"
    r")"
)
QUOTED: Final = re.compile(r"[^\n\d]{0,16}?决议\s?(?P<number>\d{1,6})(?!\d)")  # the head line of our notices
OPENING: Final = re.compile(
    r"\s*(?:(?:请问一?下?|想问一?下?|问一?下|请|麻烦|帮我?|给我|我要|我想|我们?|查一下|查询|查看|查|看一?下|看看|看)\s?)*"
)
SEPARATE: Final = r"(?:一下)?[\s,:]*"
VERBS: Final[Mapping[str, re.Pattern[str]]] = {  # by what is done; the first that fits
    "extension_decided": re.compile(
        rf"(?:不同意|不批准|不准予?|驳回|拒绝|同意|批准|准予|准许)(?:的)?(?:申请)?延期{SEPARATE}"
    ),
    "extend": re.compile(rf"(?:申请|要求|需要)?(?:延期|延长(?:期限)?|顺延|宽限){SEPARATE}"),
    "due": re.compile(rf"(?:设定?|改|定)?(?:期限|到期日|截止(?:日期|时间)?|限期){SEPARATE}"),
    "progress": re.compile(
        rf"(?:报|报告|汇报|更新)?(?:进展|进度)(?:情况)?(?:是|为)?{SEPARATE}|汇报{SEPARATE}"
    ),
    "done": re.compile(rf"(?:办结|办完了?|办好了?|销号|完结){SEPARATE}"),
    "supervise": re.compile(rf"(?:督办|督促|催办|催促|催一?催){SEPARATE}"),
    "no_watcher": re.compile(rf"(?:取消|去掉|撤销|撤掉)监督人{SEPARATE}"),
    "watcher": re.compile(rf"(?:更换|换|改|指定|设|增加)?监督[人员]{SEPARATE}"),
    "drop": re.compile(rf"(?:撤销|作废|取消|废止){SEPARATE}"),
    "hand_over": re.compile(rf"(?:转交|移交|转给|改由|转办|改派|指派|转){SEPARATE}"),
    "give_back": re.compile(rf"(?:退回|打回){SEPARATE}"),
    "doubt": re.compile(
        rf"(?:不属实|不认可|不同意办结|没有?(?:做完|办完|做好|落实|完成|修好)|未(?:完成|落实)){SEPARATE}"
    ),
    "confirm": re.compile(rf"(?:确认|属实|情况属实|核实|认可|同意办结)(?:属实|完成|落实)?{SEPARATE}"),
}
LOOKS: Final = frozenset({"进展", "进度", "进展情况", "进度情况"})  # with nothing behind it, a question
DECIDES_EXTENSION: Final = re.compile("同意|批准|准予|准许")
DONE_SAID: Final = re.compile(r"(?:已经?|都|全部|现在?已?)*(?:办结|完成|完工|落实|办完|办好|整改到位)")
NOT_OURS: Final = re.compile(  # other parts read these
    "认领|分摊|凭证|证据|资金|维修资金|专项资金|已收|费用|同意分摊|不同意分摊|代签分摊|附件|议题|议事会|表决|纪要"
)
ASKED: Final = re.compile(
    r"\?|[吗呢么嘛][\s。!,]*$|(?:能不能|可不可以|是不是|有没有|怎么样|怎样|如何|咋样|什么时候|啥时候|何时|多久|为什么)"
    r"|到哪一?步|谁(?:负责|在办|办的|管)|几时|了没有?[\s。!]*$|^(?:的?(?:情况|详情|内容|进度|进展|状态))$"
)
WATCH_YES: Final = re.compile(
    r"(?:情况)?属实|确认(?:属实|完成|落实|办结)?|核实(?:无误|属实|过了)|认可|同意办结"
)
WATCH_YES_RESIDENT: Final = re.compile(
    rf"{WATCH_YES.pattern}|(?:确实|是|都|已经?|全部?)*(?:做|办|修|弄|搞)[好完]了?(?![没吗])"
    r"|(?:确实|都|已经?|全部)*(?:完成|落实|解决)了?(?![没吗])|没问题"
)
WATCH_NO: Final = re.compile(
    r"不属实|不认可|不同意办结|不合格|不行|退回|打回|没有?(?:做|办|修|弄|搞)(?:完|好|成)?|没有?(?:完成|落实|解决|处理|人来)"
    r"|未(?:完成|落实|解决|做完|办完)|还(?:没|未|在|是|有|不)|并(?:没|未|不)|只(?:做|修|办|弄)了"
)
UNWILLING: Final = re.compile(
    r"(?:我)?(?:不想|不愿意?|不能|没法|没办法|没空|没时间|不|不再)(?:再)?(?:继续)?(?:当|做|担任)监督人"
    r"|(?:请)?(?:换|另找|另选)(?:个|一个|别的|其他)?监督人"
)
WILLING: Final = re.compile(r"(?:我)?(?:愿意|可以|同意|能)(?:来)?(?:当|做|担任)监督人|(?:我)?愿意监督")
LIST: Final = re.compile(
    r"(?:请|帮我|给我|查一下|查询|查看|查|看一?下|看看|看|列出?|有哪些|所有的?|全部的?|我们?的|本单位的?|社区的?|现在的?|"
    r"未完成的?|没完成的?|没办完的?|在办的?|超期的?|逾期的?|到期的?|已完成的?|已落实的?|办结的?|待确认的?|\s)*"
    r"决议(?:事项)?(?:列表|清单|目录|情况|有哪些|都有哪些|(?:办|落实|执行|完成)?(?:得|的)?(?:怎么样|如何)了?|呢|\s)*"
)
LIST_ONLY: Final[Mapping[str, re.Pattern[str]]] = {
    "overdue": re.compile("超期|逾期|到期"),
    "open": re.compile("未完成|没完成|没办完|在办"),
    "reported": re.compile("待确认"),
    "done": re.compile("已完成|已落实|办结的?决议"),
}
PAGE: Final = re.compile(r"[\s,]*第?\s?(?P<page>\d{1,3}|[一二三四五六七八九十]{1,2})\s?页$")
BOARD: Final = re.compile(
    r"(?:请问?|我要?|想|帮我|给我|查一下|查看|查|看一?下|看看|看|打开|发一?下|在哪儿?里?|社区的?|小区的?|居委会的?|\s)*"
    r"公示(?:栏|页面?|牌|板)(?:的|链接|网址|地址|网页|在哪儿?里?|怎么看|怎么打开|发一?下|给我|看一?下|呢|吗|吧|\s)*"
)
PLEASANT: Final = re.compile(
    r"收到|好的|好嘞|谢谢|多谢|感谢|知道了|明白|了解|辛苦|没问题|可以|马上|嗯|哦|ok|OK|行"
)
COMMAND: Final = re.compile(  # opens something else, whatever it stands under
    "群发|通知|发通知|议题|议事|召集|纪要|表决|征询|投票|联席会|认领|凭证|证据|分摊|资金|维修资金|已收|登记|上报|邀请|签到|代签|"
    "公示|民意|听取日|改造|查|看|今天|今日|统计|接单|交办|吹哨|报到|反馈|转|退|合并|拆分|改类|问|催|敲门|代投|发起|散会|归档|提议|附议"
)
