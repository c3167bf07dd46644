"""The reader of what is said about consultation: the first of its parts that knows the words has them."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from nlp.commands import without_mention
from nlp.consultation.answers import find_answer
from nlp.consultation.decisions import find_decision
from nlp.consultation.help import find_help
from nlp.consultation.joint_meetings import find_joint_meeting
from nlp.consultation.listening import find_listening
from nlp.consultation.measures import find_measure
from nlp.consultation.meetings import find_meeting
from nlp.consultation.minutes import find_minutes
from nlp.consultation.money import find_money
from nlp.consultation.names import find_name
from nlp.consultation.polls import find_poll
from nlp.consultation.said import Said, TableWord
from nlp.consultation.topics import find_topic
from nlp.lexicon import Lexicon
from nlp.places import Places

LONGEST: Final = 4000  # characters; minutes may be long
Part = Callable[[Said], TableWord | None]
PARTS: Final[tuple[Part, ...]] = (
    find_name,
    find_help,
    find_minutes,
    find_money,
    find_joint_meeting,
    find_answer,
    find_decision,
    find_listening,
    find_measure,
    find_poll,
    find_topic,
    find_meeting,
)  # what is entered and money name a decision too, so they come before it


class TableReader:
    """Reads with one lexicon; safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Nothing is loaded here; the lexicon was built at start."""
        self._fold = lexicon.spelling.fold

    def read(
        self,
        text: str,
        quoted: str | None = None,
        *,
        is_resident: bool,
        now: datetime,
        places: Places,
        robot_name: str = "回音",
    ) -> TableWord | None:
        """What the text says about consultation, `None` for everything else; never raises, whatever the text.

        `now` is aware; times in `args` are ISO strings in Asia/Shanghai.
        """
        body = (text.strip() if is_resident else without_mention(text, robot_name))[:LONGEST]
        beside = self._fold(quoted or "")[:LONGEST]
        said = Said(body, self._fold(body), beside, is_resident, places, now)
        return next((found for part in PARTS if (found := part(said)) is not None), None)
