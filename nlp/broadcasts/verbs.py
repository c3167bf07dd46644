"""The words by which staff order that something be sent."""

import re
from typing import Final

MEASURE: Final = r"(?:一(?:下子?|条|个|声|则|份|遍|嗓子|篇)|[下个条则份])"
NEWS: Final = r"(?:通知|公告|通告|消息|短信|信息|提醒|信儿|话|微信|私信)"
EDGE: Final = r"(?=[\s,:;。!“\"「【\[]|$)"
TO: Final = r"(?=给|到|往|向|在|至|跟)"
GROUPS: Final = r"(?=各?(?:居民|业主|工作|网格|小区|微信|物业)*群(?![发法众主])|公众号)"
ADVERB: Final = r"(?:再|都|统一|直接|集体|自动|准时|马上|立即|立刻|赶紧|尽快|一键|也|先)*"
# 群发, 发个通知, 广播: these open what is to be sent by themselves.
BIG: Final = re.compile(
    rf"{ADVERB}(?:(?P<group>(?:群\s?[发法]|裙发)(?![了过的]))(?:送|出去)?(?:{MEASURE}(?:{NEWS})?|(?:通知|公告|消息)(?={EDGE}|给|到|往|向|在)|{NEWS}{EDGE})?"
    rf"|发{MEASURE}?(?:通知|公告|消息|提醒|短信|私信|通告|信儿)(?!栏|单|书)"
    rf"|(?:通知(?!单|书|栏)|公告(?!栏)|通告|广播(?!站|体操)|发布(?!会))(?:到位|下去|到(?=[啊了\s,:]))?(?:{MEASURE}(?:{NEWS})?|通知|消息)?"
    rf"|推送(?:{MEASURE}{NEWS}?)?{EDGE}|@(?:所有人|全体(?:成员|居民|业主)?|大家))"
)
# 发：, 发给, 发群里, 推一条: an order once somebody, a time or a way is named too.
SEND: Final = re.compile(
    rf"{ADVERB}(?:(?:转发|发送|发出去?|发)(?:{MEASURE}{NEWS}|一?[下条遍])?(?:{EDGE}|{TO}|{GROUPS}|(?=全|所有|各|不受|不管|无视))|转{GROUPS}|发全员的?)"
)
# 告诉, 说一声: an order only when it is said whom.
TELL: Final = re.compile(
    rf"{ADVERB}(?:(?P<addresses>告知|告诉|转告|传达|提醒|通知)(?:{MEASURE})?"
    rf"|(?:说|讲|喊|吆喝)(?:{MEASURE}话?)|(?:说|讲|喊)(?!明会|不|好|话)|吆喝|[丢下推来弄](?:{MEASURE}){NEWS}?|发(?:{MEASURE}{NEWS}|一?[下条遍])|发(?={EDGE})|推送|同步{MEASURE}?|宣布|公布|发送|群发)"
)
ADDRESSES: Final = re.compile(r"(?:通知|告知|告诉|转告|传达|提醒)(?:一下|给)?$")
PARTICLE: Final = re.compile(r"(?:(?:一下)?[哈啊吧呗哦呀]|一[下声句])(?=[\s,:])")
SO: Final = re.compile(r"\s?[,:]?(?:就)?说(?=[^一\s])")
MANNERS: Final = re.compile(
    r"(?:请您?你?|麻烦[您你]?|辛苦[您你]?|(?:小助手|回音|机器人)|劳驾|帮忙|帮我|帮|替我|那个|现在|拟文|你好|您好|你|就|需要|我要|要|想|给我(?=群|发|通知|在|往|把|广播)"
    r"|(?:把|将)?(?:这|下面|以下|上面)(?:这)?(?:段话?|条|个|则)?的?(?:消息|通知|内容|话|文字|信息)?(?=群?发|转|推|给|到|往))(?![\s]*$)"
)
URGENT: Final = re.compile(r"[(【\[]?(?:十万火急|特急|紧急|加急|火速)[)】\]]?")
PRESSED: Final = re.compile(
    rf"(?P<bracketed>\((?:紧急|加急|特急)\)|[【\[](?:加急|特急)[】\]])|(?:加急|特急|紧急(?=发|群发)){EDGE}?"
)
ANY_HOUR: Final = re.compile(
    r"[(【\[]?(?:请)?(?:不受|不管|无视|不顾|忽略|跳过|突破|不理)(?:夜间|晚上)?(?:静默|免打扰|安静|静音)(?:时段|时间|期)?(?:的)?(?:限制|规定)?(?:也?发送?|发出)?[)】\]]?"
    r"|[(【\[]?(?:夜里|半夜|晚上|静默时段|静默时间)也(?:要|得)?(?:群?发|通知|推送)出?去?[)】\]]?"
)
ONE_TO_ONE: Final = re.compile(
    r"(?:一对一|1对1|点对点|逐户|逐个|逐一|挨家挨户|单独|私信|(?:通过|用|走)?(?:社区)?(?:微信)?公众号)(?:地|上|里)?"
)
LOOSE: Final = re.compile(r"一对一|1对1|点对点|逐户|逐一|私信|单独")
LED: Final = re.compile(r"\s?(?:发?给|到|往|向|在|面向|跟|对|至)\s?")
TIMED: Final = re.compile(r"(?:定时|定期|定在|定于|于|预约|等到|设(?:定|置)为?)(?:在)?\s?")
AFTER_TIME: Final = re.compile(r"\s?(?:的时候|时候|整|左右|,|再|就|准时|统一|自动)*\s?")
# A time of sending that nobody can resolve: every piece speaks of time, one at least (TIME) by itself.
TIME_PIECE: Final = (
    r"每[隔过到逢个]?|隔|再?过|大?约|差不多|[大后下]?半夜|深夜|凌晨|清[早晨]|傍晚|[待等]?一?会儿?|等[下会]|待会|稍后|稍晚|回头|工作日|节假日"
    r"|分钟?|[刻秒]钟?|小时|钟头|天|[日号周年月点时夜早晚]|星期|礼拜|季度|[上下中正]午|早上|晚上|[底初末]|[上中下]旬|春节|国庆|节|个|半|多|几|次"
    r"|[今明后昨当本下]|[、和到至~-]|最[后迟]|第|前|后|左右|\d{1,4}+(?!\d)|:|[一二两三四五六七八九十零]|大|整|的"
)
UNCLEAR: Final = re.compile(
    rf"(?P<said>(?:{TIME_PIECE}){{1,12}}?)\s?(?:准时|自动|定时|再|就|统一|都)?(?P<verb>群\s?发)"
)
UNCLEAR_THEN: Final = re.compile(
    rf"(?P<said>(?:{TIME_PIECE}){{1,12}}?)\s?(?:再|准时|统一|自动)?(?P<verb>群?发送?|发出|推送)(?:出去)?{EDGE}"
)
TIME: Final = re.compile(r"(?:每(?!个?$|次)|[隔点时天日号周月年夜早晚午会晨节]|分钟?|稍后|回头)")
SENT_THEN: Final = re.compile(rf"(?:再|准时|统一|自动)?(?:群?发送?|发出|推送)(?:出去)?{EDGE}")
SPACE: Final = "!！ \t\r\n\u2005\u3000,，:：;；、。"
