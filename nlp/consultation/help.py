"""A resident asks how things are talked over: 议事会怎么用, 怎么提议, 怎么投票, 帮助 更多."""

import re
from typing import Final

from nlp.consultation.actions import TableAction
from nlp.consultation.said import Said, TableWord

WHAT: Final = "议事会?|协商会?|提议|议题|提议题|附议|表决|投票|公示栏|征询"
ASKED: Final = re.compile(
    r"帮助[\s:]*(?:更多|议事会?|协商|提议|议题|表决|投票|公示栏|会议|决议)[\s。!]*"
    rf"|(?:请问|想问一?下?)?\s?(?:我|我们|居民)?\s?(?:{WHAT})(?:要|该|应该|是)?(?:怎么|如何|咋)(?:个?用|使用|玩|弄|说|参加|提|投)?(?:法)?[的呢啊呀\s。?!]*"
    rf"|(?:请问|想问一?下?)?\s?(?:我|我们|居民)?(?:要|该|应该|可以)?(?:怎么|如何|咋|怎样)(?:才能|去|样)?(?:参加|参与|报名|使用|用|看|发)?(?:{WHAT})[的呢啊呀\s。?!]*"
)


def find_help(said: Said) -> TableWord | None:
    """The question alone; `None` for everything else, and for who works here, who has a help of their own."""
    if not said.is_resident or not ASKED.fullmatch(said.folded):
        return None
    return TableWord(TableAction.TABLE_HELP)
