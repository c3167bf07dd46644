"""Questions about sending, which must never be sent themselves."""

import re
from typing import Final

LONGEST: Final = 40  # characters; who writes more writes what is to be sent
NOT_ORDERED: Final = re.compile(r"[:\n“\"「【]")
OF: Final = (
    r"(?:的?时候?|之?[前后]|以[前后]|完了?|错了?|写错|发错|功能|了|里|怎么|如何|是不是"
    r"|能不能|能|可以|会|要是|要|有没有|失败|的?内容|的?消息|的)"
)
HOW: Final = (
    r"(?:怎么[办弄改撤停取删用发写做]|咋[办弄改撤]|如何[办改撤停取用]"
    r"|[能可会]以?(?:不能)?(?:再)?[改撤取停]|有什么办法|会怎样|什么意思)"
)
ASKING: Final = (
    # 群发的时候写错了怎么办, 群发完能撤回吗
    re.compile(rf"(?:请问|问一?下|那)?\S{{0,8}}?(?:群发|定时群发|确认码){OF}\S{{0,12}}?{HOW}\S{{0,8}}"),
    re.compile(
        r"(?:请问|问一?下|那)?(?:怎么|如何|咋)(?:样才能)?(?:群发|停|撤|取消|改|删)\S{0,6}?(?:群发|模板|通知)?\S{0,4}"
    ),
    re.compile(
        r"(?:请问)?(?:还|现在)?(?:能不能|可不可以|能否|能|可以)再?(?:撤|停|取消|改|删)\S{0,4}?群发\S{0,4}"
    ),
    # 帮我拟一个停水通知: words of its own the robot does not write
    re.compile(
        r"(?:请|麻烦)?[你您]?(?:能不能|可以|能)?(?:帮我|帮忙|替我|给我|帮)?先?(?:拟写?|写|起草|草拟|编写?|想|润色)(?:一下)?一?[个份条篇段则]"
        r"\S{0,16}?(?:通知|公告|通告|消息|文案|稿子?|倡议书|提醒|提示)(?:的?(?:内容|文字|模板))?(?:吧|吗|呗|好吗|行吗)?"
    ),
    # 把明早的群发改到9点: what waits is stopped and ordered anew
    re.compile(
        r"(?:请|麻烦)?(?:帮我)?[把将]\S{1,12}?的?(?:群发|通知|消息)(?:的?时间)?(?:改|推迟|推|提前|挪|延|换)(?:到|成|为|一下|至)\S{0,14}"
    ),
)
ENDING: Final = re.compile(r"[\s?。!~]*$")


def asks_about_broadcasts(folded: str) -> bool:
    """Whether the text asks how sending works, or for words to send, or to move what waits: help is meant."""
    asked = ENDING.sub("", folded.strip())
    if len(asked) > LONGEST or NOT_ORDERED.search(asked):
        return False
    return any(form.fullmatch(asked.replace(" ", "")) for form in ASKING) and not re.match(
        r"群\s?发[\s,]", asked
    )
