"""A resident says their name: 我叫李秀英. So they can be asked to a meeting, or to watch over a decision."""

import re
from typing import Final

from nlp.consultation.actions import TableAction
from nlp.consultation.said import Said, TableWord
from nlp.surnames import SURNAMES

OPENINGS: Final = ("我叫", "我的名字", "我姓名", "姓名", "本人姓名", "我的姓名", "名字")
COMPOUND: Final = "欧阳|上官|司马|司徒|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯"
NAME: Final = re.compile(
    rf"(?:我叫|(?:我|本人)?的?(?:名字|姓名)(?:叫做?|是|:)?)\s*(?P<name>(?:{COMPOUND}|[{SURNAMES}])[\u4e00-\u9fff]{{1,2}})[\s。!.]*"
)


def find_name(said: Said) -> TableWord | None:
    """我叫李秀英, 姓名：李秀英 and nothing else beside it; `None` for every other sentence."""
    if not said.is_resident or not said.folded.startswith(OPENINGS):
        return None
    found = NAME.fullmatch(said.folded)
    return TableWord(TableAction.INTRODUCE, None, {"name": found["name"]}) if found else None
