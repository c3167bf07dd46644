"""What the speaker's registered home adds to a report that does not say where."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers.resident.drafts import Draft
from nlp.reading import Reading
from storage.models.organization import Estate
from storage.models.people import Person

INDOORS: Final = re.compile(
    r"楼道|楼梯|电梯|单元|门禁|门厅|天台|楼顶|顶楼|楼上|楼下|隔壁|对门|地下室|窗|阳台|家|屋|房"
)
OWN_HOME: Final = re.compile(r"我家|我们家|俺家|咱家|自己家|家里|屋里|我屋")


def with_home(draft: Draft, person: Person, reading: Reading, *, estates: Sequence[Estate]) -> Draft:
    """The draft with what it lacks of the place taken from the home; as it was when that adds nothing.

    A building that was said stands; only its estate is filled in. The room is filled in for 我家 and 家里
    alone. Nothing is taken when somebody else's trouble is told.
    """
    home = next((each for each in estates if each.id == person.estate_id), None)
    location = reading.location
    if home is None or reading.on_behalf_of is not None:
        return draft
    if location is not None and (location.estate or location.candidates or location.unlisted):
        return draft
    filled = replace(draft, estate=home.name, is_home=True)
    if draft.building is not None or (draft.spot is not None and not INDOORS.search(draft.spot)):
        return filled  # 3号楼, 东门: in the own estate
    is_own = OWN_HOME.search(reading.text) is not None or (location is not None and location.is_home)
    return replace(
        filled,
        building=person.building,
        unit=draft.unit or (None if draft.is_whisper else person.unit),
        room=draft.room or (person.room if is_own and not draft.is_whisper else None),
    )
