"""What may be told to whom: quarrels stay between those concerned, complaints of workers with staff."""

import re

from sqlalchemy import Connection

from nlp.masking import has_identity
from storage import people

NEIGHBOURS = re.compile("楼上|楼下|隔壁|对门|邻居")
AT_HOME = re.compile("我家|家里|屋里|我们家|自己家|隔壁|对门|邻居")
COMPLAINT = re.compile("投诉|举报|态度|收了?钱|不办事|不作为|推诿|骂人|乱收费|索要")
WORKERS = re.compile("网格员|社区干部|社区主任|社区书记|居委会|社区工作人员")


def is_between_neighbours(category: str, text: str) -> bool:
    """Whether the words tell of a quarrel or somebody's home; no residents' group is told of such a case."""
    return bool((NEIGHBOURS if category == "noise" else AT_HOME).search(text))


def concerns_a_worker(db: Connection, community_id: int, text: str) -> bool:
    """Whether it complains of a grid worker or the community: it must not land with the one it is about."""
    if not COMPLAINT.search(text):
        return False
    if WORKERS.search(text):
        return True
    return any(name in text for name in people.names_of_workers(db, community_id))


def public_wording(text: str) -> str:
    """The text if residents' groups may read it as it is; empty when it may point to a person or a door."""
    return "" if has_identity(text) else text
