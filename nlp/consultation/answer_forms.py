"""The forms in which people answer an invitation, check in, and ask who comes."""

import re
from typing import Final

from nlp.consultation.actions import TableAction
from nlp.consultation.numbering import MEETING, numbered

WORDS: Final = (
    "参加",
    "报名",
    "请假",
    "请个假",
    "来不了",
    "去不了",
    "不去了",
    "不来了",
    "没空",
    "没时间",
    "意见",
    "签到",
    "到会",
    "多少人",
    "几个人",
    "谁来",
    "谁参加",
)
GLANCE: Final = 40  # characters in which one of the words stands
EDGE: Final = " \t\r\n\u2005\u3000,，:：;；、。.!！~"
REF: Final = "<meeting>"  # stands for a meeting with its number; every one in a form has a name of its own


def _form(pattern: str) -> re.Pattern[str]:
    """The pattern with its meetings; their numbers are read by `_number`."""
    parts = pattern.split(REF)
    named = [f"(?:{numbered(MEETING, f'meeting_{index}')})" for index in range(1, len(parts))]
    return re.compile(
        "".join([parts[0], *(f"{ref}{part}" for ref, part in zip(named, parts[1:], strict=True))]), re.DOTALL
    )


GAP: Final = r"[\s,:;、。.!~]*+"  # possessive: several in a row cost nothing
QUOTED: Final = _form(REF)
ASKS: Final = re.compile(r"[吗嘛么呢?]|能不能|可不可以|要不要|怎么|如何|为什么|什么时候|几点|哪里|在哪")
COUNT: Final = r"(?P<count>\d{1,4}|[一二两三四五六七八九十百]{1,4})\s?(?:个人|个|人|位|口人?|名)"
WITH: Final = r"我们?(?:和|跟|带)?(?:老伴|爱人|家人|老公|老婆|孩子|儿子|女儿|邻居|我妈|我爸)?"
POLITE: Final = r"(?:好的?|行|嗯|收到|可以|没问题)?"
WILL: Final = r"(?:都|也|还是|又|一定|准时|会|要|想|愿意|能|能够|可以|确认|确定|来|去|报名|一起)*"
THE_MEETING: Final = r"(?:议事会|会议|开会|这个会|这次会|本次会议?|会)?"
TAIL: Final = r"(?:了|的|哈|啊|哦|吧|呀|谢谢)*"
JOINS: Final = _form(
    rf"{GAP}{POLITE}{GAP}(?:{REF})?{GAP}(?P<lead>(?:{COUNT})?{GAP}(?:我|本人|咱|俺)?{WILL}(?:{WITH})?)"
    rf"{WILL}(?P<verb>参加|报名)(?:参加)?{TAIL}{GAP}"
)
AFTER_JOIN: Final = _form(
    rf"{GAP}(?:{REF}|{THE_MEETING}){GAP}"
    rf"(?:(?:一共|共|总共|我们?|我家|来|去)*(?:{COUNT}|(?P<bare>\d{{1,4}})))?{GAP}(?:参加|来|去)?{TAIL}{GAP}"
)
DECLINES: Final = _form(
    rf"{GAP}(?:抱歉|不好意思|对不起)?{GAP}(?:{REF})?{GAP}(?:我|本人|我们|俺)?(?:这次|那天|要|得|想|先|又|还是|可能|恐怕|到时候?|就)*"
    r"(?P<verb>请个?假|来不了|去不了|参加不了|不能参加|不参加|没法参加|无法参加|没空参加|没时间参加|不去了|不来了|没空去|没时间去)"
    r"(?:了|一下|啊|哈|吧)*"
)
STANDS_ALONE: Final = re.compile(r"(?:[\s,:;、。.!]|因|$|议事会|第?\d+号议事会)")
ABOUT: Final = _form(rf"{GAP}(?:{REF}|{THE_MEETING}(?=[\s,:;、。.!]|$)){GAP}")
BECAUSE: Final = re.compile(r"^(?:原因|理由|因为|由于|因)[是为]?[:：]?\s*")
OPINES: Final = _form(
    rf"{GAP}(?:(?:对|关于|给)?(?:{REF}))?{GAP}(?:的)?(?:我|本人|俺)?(?:也)?(?:有|提|带|说)?(?:个|条|点|一个|一条|的)?意见"
)
AFTER_OPINION: Final = _form(rf"\s*(?:{REF})")
OPINION_SIGN: Final = re.compile(r"\s*[:,]\s*|\s+|$")
PAGE: Final = re.compile(r"\s*第?\s*(?P<page>\d{1,3}|[一二三四五六七八九十]{1,3})\s?页\s*")
CODE: Final = _form(
    rf"{GAP}(?:我|来)?(?:(?:{REF}){GAP})?(?:我|来)?签到码?{GAP}(?:(?:{REF}){GAP})?(?:码|是)?{GAP}(?P<code>\d{{4}})(?!\d){GAP}"
    rf"|{GAP}(?P<code_ahead>\d{{4}}){GAP}签到{GAP}"
)
AT_DOOR: Final = _form(rf"{GAP}(?:我|来)?(?:(?:{REF}){GAP})?签到{GAP}(?:(?:{REF}){GAP})?")
FOR_OTHERS: Final = _form(rf"{GAP}(?:(?:{REF}){GAP})?(?:代|帮忙|帮|替)签到{GAP}(?:(?:{REF}){GAP})?")
FOR_NAMED: Final = _form(
    rf"{GAP}(?:(?:{REF}){GAP})?(?:代|帮|替)(?P<names>[^\d\s]{{2,40}}?)签到{GAP}(?:{REF})?{GAP}"
)
BETWEEN_NAMES: Final = re.compile(r"[\s、,;。:]+|和(?=[\u4e00-\u9fff]{2})")
COMING_LIST: Final = (
    r"报名(?:情况|名单|人数|了?多少人?)|参加(?:名单|人数|情况)"
    r"|有?(?:多少|几个?)人(?:报名|参加|来)|都?有?谁(?:报名|参加|来)"
)
CAME_LIST: Final = (
    r"到会(?:情况|名单|人数|率)?|签到(?:情况|名单|人数|表)|[来到]了(?:多少|几个?)人|都?有?谁[来到]了"
)
OPINION_LIST: Final = r"意见(?:汇总|列表|有哪些|都有哪些|情况)|(?:查看?|看看?|汇总)意见"
LOOKS: Final = r"(?:查一?下|看一?下|看看|查看|查|看)?"
LISTS: Final = {
    action: (
        _form(rf"{GAP}{LOOKS}{GAP}(?:{words}){GAP}的?(?:{REF}){GAP}[了呢?]*{GAP}(?P<rest>.*)"),
        _form(rf"{GAP}{LOOKS}{GAP}(?:{REF}){GAP}的?{GAP}(?:{words}){GAP}[了呢?]*{GAP}(?P<rest>.*)"),
    )
    for action, words in (
        (TableAction.ATTENDANCE, CAME_LIST),
        (TableAction.WHO_COMES, COMING_LIST),
        (TableAction.OPINIONS, OPINION_LIST),
    )
}
BARE_REPORTED: Final = _form(rf"{GAP}(?:报名{GAP}(?:{REF})|(?:{REF}){GAP}报名){GAP}")
BARE_OPINIONS: Final = _form(
    rf"{GAP}(?:意见{GAP}(?:{REF})|(?:{REF}){GAP}的?意见){GAP}(?P<rest>(?:第?\s*[\d一二三四五六七八九十]{{1,3}}\s?页)?){GAP}"
)
FAMILY: Final = "老伴|爱人|家人|老公|老婆|孩子|儿子|女儿|孙子|孙女|邻居|我妈|我爸|全家"
GOES: Final = _form(  # 我去, 我和老伴都去, 我们家去3个人: said of nothing else where an invitation waits
    rf"{GAP}{POLITE}{GAP}(?P<lead>我们?俩?(?:家)?(?:(?:和|跟|带)(?:{FAMILY}))?|我家|咱们?家?|俺们?)"
    rf"(?:都|也|还是|一定|肯定|准时|会|要|想|能|可以|到时候?|那天)*(?:去|来|到)(?:\s?{COUNT})?(?:吧|的|啊|哈|哦){{0,2}}{GAP}"
)
DAY: Final = (
    r"(?:(?:这|下|本)?个?(?:周|星期|礼拜)[一二三四五六日天末1-6]|[今明后]天|[今明]晚"
    r"|(?:\d{1,2}月)?\d{1,2}[日号])"
)
PART: Final = "(?:早上|上午|中午|下午|傍晚|晚上)"
HOUR: Final = rf"{PART}?(?:\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})?(?:点半?|[:.]\d{{2}})?"
WHICH_ONE: Final = "(?:请问)?(?:一下)?(?:[这那][个次])?(?:议事会|会议|会|开会)?的?(?:是|要|到底|具体)*"
WHEN: Final = r"(?:几点钟?|(?:什么|啥)(?:时候|时间)|哪天|哪一天|几号|(?:周|星期)几|何时)"
WHERE: Final = r"(?:在|去|到)?(?:哪里|哪儿|哪个(?:房间|地方|会议室)|哪|(?:什么|啥)地方|何处)"
OPENS: Final = r"(?:开始?开?会?|召开|举行|举办)"
ENDING: Final = r"(?:的|呢|呀|啊|吗|嘛|么|哦)*"
MAY: Final = r"(?:能不能|可不可以|能否|可否|可以|能)"
FITS: Final = r"(?:可以|行|好|方便|能开|开)(?:吗|么|嘛|不)|行不行|可不可以|好不好|方不方便|开不开|能不能开"
ASKS_OF_MEETING: Final = re.compile(  # 几点开, 在哪里开会, 周六可以吗, 能不能换个时间
    rf"{WHICH_ONE}(?:{WHEN}{OPENS}|{WHERE}{OPENS}){ENDING}"
    rf"|(?:请问)?(?:这次|这个)?(?:议事会|会议|开会)(?:的)?(?:时间|地点|地方)?(?:定|改)?(?:是|在|到)*(?:{WHEN}|{WHERE}){ENDING}"
    rf"|(?:{MAY}|想)(?:换|改|调)(?:个|一个|一下|到|成)?(?:别的|其他)?(?:时间|日子|天|{DAY}{HOUR}|{PART}|[早晚]一?点)(?:开会?)?{ENDING}"
    rf"|(?:开会|会议)?时间{MAY}(?:换|改|调)(?:个|一下)?{ENDING}"
    rf"|(?:换|改|调)(?:个|一个|一下|到|成)?(?:时间|日子|天|{DAY}{HOUR})(?:开会?)?(?:{FITS})"
    rf"|(?:开会|会议)?(?:在|改)?{DAY}{HOUR}(?:开会?)?(?:{FITS})"
)
LONGEST_QUESTION: Final = 20  # characters
BARE_CODE: Final = re.compile(r"\d{4}")
ALSO_SAYS: Final = re.compile(  # 去不了，但是我觉得应该物业出钱
    r"^(?:(?:但是?|不过|可是|只是|可)[\s,:]*(?:(?:我|我们|我家)?(?:觉得|认为|建议|希望|想说|提个?意见|有意见|的意见是?))?"
    r"|(?:我|我们|我家)(?:觉得|认为|建议|希望|想说|的意见是?)|建议|希望)[\s,:]*(?=\S{4})"
)
NOT_AN_ABSENCE: Final = re.compile(r"[天日周月号年\d]|小时|代班|转|替")  # 请假三天: of work
LONGEST_REASON: Final = 15  # characters behind 来不了 without a number: more may be a report
MOST: Final = 9999
